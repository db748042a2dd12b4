"""What is around every page: the way between pages, range, filters, palette, keys, theme, a phone's width."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.pages import PAGES, PHONE, App

MODIFIER = "ControlOrMeta"


def background(page: Page) -> int:
    """Say how bright the page's ground is, from 0 to 255."""
    said = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(map(int, re.findall(r"\d+", said)[:3])) // 3


@pytest.mark.parametrize("name", PAGES)
def test_the_navigation_leads_to_each_page(app: App, name: str) -> None:
    app.open("/settings" if name != "Settings" else "/")
    app.link_to(name).click()
    expect(app.heading()).to_have_text(name)
    app.settled()
    assert app.page.url.startswith(app.address + PAGES[name])
    expect(app.page).to_have_title(f"{name} · dashcam")
    expect(app.link_to(name)).to_have_attribute("aria-current", "page")


def test_back_and_forward_lead_through_the_pages(app: App) -> None:
    app.open("/")
    app.link_to("Usage").click()
    expect(app.heading()).to_have_text("Usage")
    app.page.go_back()
    expect(app.heading()).to_have_text("Overview")
    app.page.go_forward()
    expect(app.heading()).to_have_text("Usage")


def test_an_address_that_leads_nowhere_says_so_and_offers_a_way(app: App) -> None:
    app.open("/nowhere")
    expect(app.page.get_by_role("main").get_by_text("No such page")).to_be_visible()
    app.page.get_by_role("link", name="Go to Overview").click()
    expect(app.heading()).to_have_text("Overview")


def test_two_keys_lead_to_a_page(app: App) -> None:
    app.open("/")
    app.page.keyboard.press("g")
    app.page.keyboard.press("u")
    expect(app.heading()).to_have_text("Usage")


def test_a_page_that_is_open_says_that_it_is_live(app: App) -> None:
    app.open("/")
    expect(app.connection()).to_have_text("Live")


def test_the_range_stands_in_the_address_and_goes_along_to_the_next_page(app: App) -> None:
    app.open("/")
    app.page.get_by_role("button", name="Time range: Last 30 days").click()
    app.page.get_by_role("option", name="Last 7 days").click()
    expect(app.page).to_have_url(re.compile(r"range=7d"))
    expect(app.page.get_by_role("button", name="Time range: Last 7 days")).to_be_focused()
    app.link_to("Usage").click()
    expect(app.heading()).to_have_text("Usage")
    expect(app.page.get_by_role("button", name="Time range: Last 7 days")).to_be_visible()


def test_two_dates_of_ones_own_are_a_range(app: App) -> None:
    app.open("/sessions")
    app.page.get_by_role("button", name=re.compile("^Time range")).click()
    picker = app.dialog(re.compile("^Time range"))
    picker.get_by_label("From").fill("2026-01-01")
    picker.get_by_label("To, with all of it").fill("2026-01-31")
    picker.get_by_role("button", name="Use these dates").click()
    expect(app.page).to_have_url(re.compile(r"range=2026-01-01\.\.2026-01-31"))


def test_a_filter_becomes_a_chip_and_goes_away_again(app: App) -> None:
    app.open("/sessions")
    app.page.get_by_role("button", name="Filter", exact=True).click()
    menu = app.dialog("Filter")
    menu.get_by_role("button", name="Project", exact=True).click()
    menu.get_by_role("button", name="compiler").click()
    chips = app.page.get_by_role("list", name="Filters").get_by_role("listitem")
    expect(chips).to_have_text([re.compile("Project.*compiler")])
    expect(app.page).to_have_url(re.compile("project=%2Fhome%2Fada%2Fcompiler"))
    expect(app.row("A faster parser")).to_be_visible()
    expect(app.row("Checkout totals with tax")).to_have_count(0)
    app.page.get_by_role("button", name=re.compile("^Remove the filter Project")).click()
    expect(chips).to_have_count(0)
    expect(app.row("Checkout totals with tax")).to_be_visible()


def test_a_filtered_address_shows_its_chips_and_clears_them_at_once(app: App) -> None:
    app.open("/sessions", status=["failed"], agent_type="claude-code", min_cost="0.01", range="all")
    chips = app.page.get_by_role("list", name="Filters").get_by_role("listitem")
    expect(chips).to_have_count(3)
    expect(app.row("Rename the orders")).to_be_visible()
    app.page.get_by_role("button", name="Clear all").click()
    expect(chips).to_have_count(0)
    assert app.query() == "range=all"


def test_the_palette_goes_to_a_page(app: App) -> None:
    app.open("/")
    app.page.keyboard.press(f"{MODIFIER}+k")
    field = app.page.get_by_role("combobox", name=re.compile("^Search pages"))
    expect(field).to_be_focused()
    field.fill("go to mod")
    expect(app.page.get_by_role("option", name="Go to Models")).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    expect(app.heading()).to_have_text("Models")


def test_the_palette_finds_a_session_and_opens_it(app: App) -> None:
    app.open("/")
    app.page.keyboard.press(f"{MODIFIER}+k")
    app.page.get_by_role("combobox").fill("checkout totals")
    app.page.get_by_role("option", name="Checkout totals with tax").click()
    expect(app.dialog("Session")).to_be_visible()
    expect(app.dialog("Session").get_by_text("Checkout totals with tax").first).to_be_visible()


def test_the_palette_closes_by_escape_and_gives_the_focus_back(app: App) -> None:
    app.open("/")
    app.link_to("Usage").focus()
    app.page.keyboard.press(f"{MODIFIER}+k")
    expect(app.dialog("Commands")).to_be_visible()
    app.page.keyboard.press("Escape")
    expect(app.dialog("Commands")).to_have_count(0)
    expect(app.link_to("Usage")).to_be_focused()


def test_a_question_mark_lists_the_keys_of_the_page(app: App) -> None:
    app.open("/sessions")
    app.page.keyboard.press("?")
    keys = app.dialog("Keys")
    for said in ("Command palette", "Go to Usage", "List of keys"):
        expect(keys.get_by_text(said, exact=True)).to_be_visible()
    app.page.keyboard.press("Escape")
    expect(keys).to_have_count(0)


def test_keys_rest_while_a_person_writes(app: App) -> None:
    app.open("/search")
    field = app.page.get_by_role("searchbox").first
    field.click()
    app.page.keyboard.type("g u ?")
    expect(field).to_have_value("g u ?")
    expect(app.heading()).to_have_text("Search")
    expect(app.dialog("Keys")).to_have_count(0)


def test_the_theme_follows_the_system_until_one_is_chosen_and_outlives_a_reload(app: App) -> None:
    app.open("/")
    assert background(app.page) < 60
    app.page.emulate_media(color_scheme="light")
    assert background(app.page) > 200
    app.page.get_by_role("button", name=re.compile("^Theme: system")).click()
    app.page.get_by_role("button", name=re.compile("^Theme: dark")).wait_for()
    assert background(app.page) < 60
    app.page.reload()
    app.settled()
    assert background(app.page) < 60
    app.page.get_by_role("button", name=re.compile("^Theme: dark")).click()
    app.page.get_by_role("button", name=re.compile("^Theme: light")).wait_for()
    assert background(app.page) > 200


def test_the_navigation_folds_and_stays_so(app: App) -> None:
    app.open("/")
    app.page.get_by_role("button", name="Fold the navigation").click()
    app.page.reload()
    expect(app.page.get_by_role("button", name="Unfold the navigation")).to_have_attribute("aria-expanded", "false")
    expect(app.link_to("Usage")).to_be_visible()


def test_the_first_stop_of_the_keyboard_leads_past_the_navigation(app: App) -> None:
    app.open("/")
    app.page.keyboard.press("Tab")
    skip = app.page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    app.page.keyboard.press("Enter")
    expect(app.page.get_by_role("main")).to_be_focused()


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_shows_each_page_without_scrolling_sideways(app: App, name: str) -> None:
    app.page.set_viewport_size(PHONE)
    app.open(PAGES[name], range="all")
    expect(app.heading()).to_have_text(name)
    assert app.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert app.page.evaluate("document.querySelector('main').scrollWidth") <= PHONE["width"]


def test_a_phone_reaches_the_other_pages_under_more(app: App) -> None:
    app.page.set_viewport_size(PHONE)
    app.open("/")
    app.page.get_by_role("button", name="More pages").click()
    app.page.get_by_role("dialog", name="More pages").get_by_role("link", name="Models").click()
    expect(app.heading()).to_have_text("Models")
