"""Search in everything that was said: snippets, kinds, filters, and the way from a hit to its place in the replay."""

import re

from playwright.sync_api import expect

from tests.support.pages import App


def test_words_are_found_as_they_are_typed_and_marked_in_snippets(app: App) -> None:
    app.open("/search", range="all")
    app.page.get_by_role("searchbox", name="Words to search for").fill("wrong tax")
    hits = app.page.get_by_role("region", name="Checkout totals with tax")
    expect(hits.get_by_role("listitem").first).to_contain_text("The checkout adds the wrong tax")
    expect(hits.locator("mark").first).to_have_text("wrong")
    expect(app.page).to_have_url(re.compile("q=wrong"))


def test_the_address_of_a_search_finds_the_same_again(app: App) -> None:
    app.open("/search", q="tax", range="all")
    expect(app.page.get_by_role("searchbox", name="Words to search for")).to_have_value("tax")
    expect(app.page.get_by_role("status").filter(has_text="4 hits in 1 session")).to_be_visible()


def test_a_kind_of_events_narrows_the_search(app: App) -> None:
    app.open("/search", q="tax", range="all")
    app.page.get_by_role("group", name="Kinds of events").get_by_role("button", name="You").click()
    expect(app.page.get_by_role("status").filter(has_text="1 hit in 1 session")).to_be_visible()
    expect(app.page).to_have_url(re.compile("kind=user"))


def test_filters_narrow_the_search_too(app: App) -> None:
    app.open("/search", q="tests", range="all", agent_type="codex")
    expect(app.page.get_by_text("Nothing was found")).to_be_visible()
    app.page.get_by_role("button", name="Search without filters").click()
    expect(app.page.get_by_role("region").first).to_be_visible()


def test_a_hit_leads_to_its_place_in_the_replay(app: App) -> None:
    app.open("/search", q='"module 321"', range="all")
    app.page.get_by_role("link").filter(has_text="check module 321").click()
    replay = app.dialog("Session").get_by_role("feed")
    expect(replay.locator("[aria-current='location']")).to_contain_text("Step 321: check module 321")
    app.page.keyboard.press("Escape")
    expect(app.dialog("Session")).to_have_count(0)
    expect(app.page.get_by_role("searchbox", name="Words to search for")).to_have_value('"module 321"')


def test_keys_move_through_the_hits(app: App) -> None:
    app.open("/search", q="tax", range="all")
    field = app.page.get_by_role("searchbox", name="Words to search for")
    field.focus()
    field.press("ArrowDown")
    expect(app.page.get_by_role("link").filter(has_text="adds the wrong tax")).to_be_focused()
    app.page.keyboard.press("j")
    expect(app.page.get_by_role("link").filter(has_text="I will look for the place")).to_be_focused()


def test_nothing_found_offers_what_helps(app: App) -> None:
    app.open("/search", q="zyxwvut", range="7d")
    expect(app.page.get_by_text("Nothing was found")).to_be_visible()
    app.page.get_by_role("button", name="Search all time").click()
    expect(app.page).to_have_url(re.compile("range=all"))
    app.page.get_by_role("button", name="Search for something else").click()
    expect(app.page.get_by_role("searchbox", name="Words to search for")).to_have_value("")
    expect(app.page.get_by_role("heading", name="Search in everything that was said")).to_be_visible()


def test_what_was_searched_for_is_offered_again(app: App) -> None:
    app.open("/search", range="all")
    field = app.page.get_by_role("searchbox", name="Words to search for")
    field.fill("hypothesis")
    field.press("Enter")
    expect(app.page.get_by_role("region", name="Laws for the parser")).to_be_visible()
    app.open("/search")
    app.page.get_by_role("button", name="hypothesis").click()
    expect(field).to_have_value("hypothesis")
