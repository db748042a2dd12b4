"""The table of sessions: what stands in it, its order, its filters, its keys, what is selected and exported."""

import csv
import json
import re

import pytest
from playwright.sync_api import Locator, expect

from tests.support.history import History
from tests.support.pages import App

COLUMNS = ("Title", "Project", "Agent", "Model", "Status", "Started", "Duration", "Tokens", "Cost")
FIRST_UP = {"Title", "Project", "Agent", "Model", "Status"}
"""Columns of words begin with A, numbers and times with the largest."""


def header(app: App, name: str) -> Locator:
    return app.table("Sessions").get_by_role("columnheader", name=re.compile(rf"^{name}\b"))


def titles(app: App) -> list[str]:
    """List the titles of the rows that are drawn, in their order."""
    return app.table("Sessions").get_by_role("row").get_by_role("link").all_inner_texts()


def test_a_row_tells_what_was_done_by_whom_where_and_for_how_much(app: App) -> None:
    app.open("/sessions")
    row = app.row("Checkout totals with tax")
    for said in ("shop", "Claude Code", "claude-sonnet-4-5", "completed", "9m", "330K", "$1.35"):
        expect(row).to_contain_text(said)


def test_a_row_tells_where_its_numbers_come_from(app: App) -> None:
    app.open("/sessions")
    expect(app.row("Checkout totals with tax").get_by_role("img", name=re.compile("transcript"))).to_be_visible()


@pytest.mark.parametrize(
    ("kind", "value", "there", "gone"),
    [
        ("Agent", "Codex", "Write the tables of the lexer anew", "Checkout totals with tax"),
        ("Model", "claude-opus-4-5", "A faster parser", "Checkout totals with tax"),
        ("Branch", "feature/checkout", "Checkout totals with tax", "A faster parser"),
        ("Status", "failed", "Rename the orders", "Checkout totals with tax"),
    ],
)
def test_a_filter_is_chosen_from_what_there_is(app: App, kind: str, value: str, there: str, gone: str) -> None:
    app.open("/sessions")
    app.page.get_by_role("button", name="Filter", exact=True).click()
    menu = app.dialog("Filter")
    menu.get_by_role("button", name=kind, exact=True).click()
    menu.get_by_role("button", name=value, exact=True).click()
    expect(app.page.get_by_role("list", name="Filters").get_by_role("listitem")).to_have_text(f"{kind} {value}")
    expect(app.row(there).first).to_be_visible()
    expect(app.row(gone)).to_have_count(0)
    app.page.reload()
    expect(app.row(there).first).to_be_visible()


def test_a_filter_is_written_where_there_is_nothing_to_choose_from(app: App) -> None:
    app.open("/sessions")
    app.page.get_by_role("button", name="Filter", exact=True).click()
    menu = app.dialog("Filter")
    menu.get_by_role("button", name="Cost at least").click()
    menu.get_by_role("spinbutton", name="Cost at least").fill("1")
    menu.get_by_role("button", name="Add").click()
    expect(app.table("Sessions")).to_have_attribute("aria-rowcount", "3")
    expect(app.row("Checkout totals with tax")).to_be_visible()


def test_subagents_can_be_left_out(app: App) -> None:
    app.open("/sessions")
    expect(app.row("Review the rates")).to_be_visible()
    app.page.get_by_role("button", name="Filter", exact=True).click()
    app.dialog("Filter").get_by_role("button", name="Without subagents").click()
    expect(app.row("Review the rates")).to_have_count(0)
    expect(app.row("Checkout totals with tax")).to_be_visible()


def test_tokens_are_told_by_type_on_hover(app: App) -> None:
    app.open("/sessions")
    tokens = app.row("Checkout totals with tax").get_by_text("330K")
    told = tokens.get_attribute("title") or ""
    assert "300,000" in told
    assert "30,000" in told


def test_what_is_not_known_is_said_to_be_so_and_why(app: App) -> None:
    app.open("/sessions")
    silent, unpriced = app.row("Is anybody there?"), app.row("The week in short")
    expect(silent.get_by_text("N/A")).to_have_count(3)
    expect(unpriced.get_by_text("N/A")).to_have_attribute("title", re.compile("price"))
    expect(silent.get_by_text("N/A").last).to_have_attribute("title", re.compile("no usage"))


def test_a_partial_sum_says_that_it_is_at_least_that(app: App) -> None:
    app.open("/sessions")
    last = app.table("Sessions").get_by_role("row").last
    expect(last).to_contain_text("≥")
    # Of the tokens as well: one session left none on record.
    assert last.inner_text().count("≥") == 2


def test_a_sum_of_nothing_but_what_is_unknown_is_unknown(app: App) -> None:
    app.open("/sessions?text=Is%20anybody%20there")
    last = app.table("Sessions").get_by_role("row").last
    expect(last.get_by_text("N/A")).to_have_count(2)
    expect(last).to_contain_text("1 session")


def test_the_statuses_are_told_in_words(app: App) -> None:
    app.open("/sessions")
    for title, status in {
        "A faster parser": "running",
        "Notes without a date": "waiting",
        "Rename the orders": "failed",
        "The old lexer": "stopped",
    }.items():
        expect(app.row(title)).to_contain_text(status)


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_sorts_both_ways(app: App, name: str) -> None:
    app.open("/sessions", range="all")
    up, down = ("ascending", "descending") if name in FIRST_UP else ("descending", "ascending")
    if name != "Started":
        header(app, name).get_by_role("button").click()
    expect(header(app, name)).to_have_attribute("aria-sort", up)
    app.settled()
    first = titles(app)[:3]
    header(app, name).get_by_role("button").click()
    expect(header(app, name)).to_have_attribute("aria-sort", down)
    app.settled()
    assert titles(app)[:3] != first


def test_the_dearest_session_stands_first_when_sorted_by_cost(app: App) -> None:
    app.open("/sessions", range="all", sort="cost")
    expect(app.table("Sessions").get_by_role("row").nth(1)).to_contain_text("Types for every module")
    expect(app.table("Sessions").get_by_role("row").nth(2)).to_contain_text("Checkout totals with tax")


def test_the_order_stands_in_the_address(app: App) -> None:
    app.open("/sessions")
    header(app, "Cost").get_by_role("button").click()
    expect(app.page).to_have_url(re.compile("sort=cost"))
    app.page.reload()
    expect(header(app, "Cost")).to_have_attribute("aria-sort", "descending")


def test_words_narrow_the_table_as_they_are_typed(app: App) -> None:
    app.open("/sessions")
    app.page.get_by_role("searchbox").fill("parser")
    expect(app.page).to_have_url(re.compile("text=parser"))
    expect(app.row("Checkout totals with tax")).to_have_count(0)
    for title in ("A faster parser", "Tests for the parser", "Laws for the parser"):
        expect(app.row(title)).to_be_visible()


def test_only_the_rows_in_sight_are_drawn_and_scrolling_leads_to_all(app: App, history: History) -> None:
    app.open("/sessions", range="all")
    table = app.table("Sessions")
    assert int(table.get_attribute("aria-rowcount") or 0) == history.sessions + 1
    assert table.get_by_role("row").count() < 80
    last = app.row("Small task 149")
    app.scroll_to(last, within=table)
    expect(last).to_be_visible()
    assert table.get_by_role("row").count() < 80


def test_each_row_draws_its_tokens_over_time(app: App) -> None:
    app.open("/sessions")
    expect(app.row("Checkout totals with tax").get_by_role("img", name=re.compile("^Tokens over 9m"))).to_be_visible()


def test_keys_move_through_the_rows_and_open_one(app: App) -> None:
    app.open("/sessions", text="for the parser", range="all", sort="title")
    rows = app.table("Sessions").get_by_role("row")
    app.page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    app.page.keyboard.press("j")
    expect(rows.nth(2)).to_be_focused()
    app.page.keyboard.press("k")
    expect(rows.nth(1)).to_be_focused()
    app.page.keyboard.press("Enter")
    expect(app.dialog("Session").get_by_text("Laws for the parser").first).to_be_visible()
    app.page.keyboard.press("Escape")
    expect(app.dialog("Session")).to_have_count(0)
    expect(rows.nth(1)).to_be_focused()


def test_selected_rows_are_added_up_and_let_go_again(app: App) -> None:
    app.open("/sessions")
    for title in ("Tests for the parser", "Laws for the parser"):
        app.row(title).get_by_role("checkbox").click()
    expect(app.page.get_by_text("2 selected")).to_be_visible()
    expect(app.page.get_by_role("main")).to_contain_text("$0.90")
    app.page.get_by_role("button", name="Select nothing").click()
    expect(app.page.get_by_text("2 selected")).to_have_count(0)


def test_x_selects_the_row_that_has_the_focus(app: App) -> None:
    app.open("/sessions")
    app.page.keyboard.press("j")
    app.page.keyboard.press("x")
    expect(app.page.get_by_text("1 selected")).to_be_visible()
    expect(app.table("Sessions").get_by_role("row").nth(1)).to_have_attribute("aria-selected", "true")


def download(app: App, button: str, kind: str) -> str:
    """Export as a kind of file, and read what came."""
    app.page.get_by_role("button", name=button, exact=True).click()
    with app.page.expect_download() as given:
        app.page.get_by_role("link", name=kind, exact=True).click()
    return given.value.path().read_text(encoding="utf-8")


def test_what_is_filtered_is_exported_as_csv(app: App) -> None:
    app.open("/sessions", text="for the parser")
    rows = list(csv.DictReader(download(app, "Export", "CSV").splitlines()))
    assert {row["title"] for row in rows} == {"Tests for the parser", "Laws for the parser"}


def test_what_is_selected_is_exported_as_json(app: App) -> None:
    app.open("/sessions")
    app.row("Checkout totals with tax").get_by_role("checkbox").click()
    told = json.loads(download(app, "Export selected", "JSON"))
    assert [(row["title"], row["cost_usd"]) for row in told["rows"]] == [("Checkout totals with tax", 1.35)]


def test_an_empty_range_offers_what_helps(app: App) -> None:
    app.open("/sessions", range="2020-01-01..2020-01-02")
    expect(app.page.get_by_text("No sessions in this range: widen it, or scan")).to_be_visible()
    expect(app.page.get_by_role("button", name="Scan", exact=True)).to_be_visible()
    app.page.get_by_role("button", name="All time").click()
    expect(app.row("Checkout totals with tax")).to_be_visible()


def test_the_modal_has_an_address_of_its_own_that_a_reload_keeps(app: App) -> None:
    app.open("/sessions", range="all")
    app.row("Checkout totals with tax").get_by_role("link").click()
    expect(app.dialog("Session")).to_be_visible()
    assert re.search(r"/sessions/00000001-", app.page.url)
    app.page.reload()
    expect(app.dialog("Session")).to_be_visible()
    app.page.keyboard.press("Escape")
    expect(app.dialog("Session")).to_have_count(0)
    expect(app.page).to_have_url(f"{app.address}/sessions?range=all")


def test_the_backdrop_closes_the_modal_and_the_focus_goes_back(app: App) -> None:
    app.open("/sessions")
    row = app.row("Checkout totals with tax")
    row.focus()
    app.page.keyboard.press("Enter")
    expect(app.dialog("Session")).to_be_visible()
    app.page.mouse.click(8, 450)
    expect(app.dialog("Session")).to_have_count(0)
    expect(row).to_be_focused()


def test_the_modal_becomes_a_page_of_its_own(app: App) -> None:
    app.open("/sessions")
    app.row("Checkout totals with tax").get_by_role("link").click()
    app.dialog("Session").get_by_role("link", name="Open as a page").click()
    expect(app.dialog("Session")).to_have_count(0)
    expect(app.heading()).to_have_text("Session")
    expect(app.page.get_by_role("article", name="Session")).to_contain_text("Checkout totals with tax")
