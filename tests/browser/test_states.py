"""What each page shows before its data is there and when it does not come; that a failure is told once and mends."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.complaints import Complaints
from tests.support.pages import PAGES, PHONE, App
from tests.support.places import SHOWCASE, fail, hold

PARTS = {
    **{name.lower(): path for name, path in PAGES.items() if name != "Search"},
    "search": "/search?q=tax&range=all",
    "doctor": "/settings?part=doctor",
    "session": SHOWCASE,
    "replay": f"{SHOWCASE}?view=replay",
}
VIEWS = ("summary", "replay", "calls", "files")


@pytest.mark.parametrize("part", PARTS)
def test_a_page_whose_data_is_on_its_way_says_so_and_claims_nothing(app: App, part: str) -> None:
    hold(app)
    app.page.goto(app.address + PARTS[part])
    main = app.page.get_by_role("main")
    expect(main.locator("[aria-busy='true']").first).to_be_attached()
    expect(main.get_by_role("alert")).to_have_count(0)
    expect(main.get_by_text(re.compile(r"\$0\.00|Nothing was found|No sessions|No usage"))).to_have_count(0)


@pytest.mark.parametrize("part", PARTS)
def test_a_failure_is_told_once_and_trying_again_mends_the_whole_page(
    app: App, part: str, complaints: Complaints
) -> None:
    complaints.expect("500|the database does not answer", because="the server fails at first")
    fail(app)
    app.page.goto(app.address + PARTS[part])
    failure = app.page.get_by_role("main").get_by_role("alert")
    expect(failure).to_have_count(1)
    expect(failure).to_contain_text("The database does not answer", ignore_case=True)
    expect(failure).to_contain_text("dashcam doctor")
    app.page.unroute_all()
    failure.get_by_role("button", name="Try again").click()
    expect(failure).to_have_count(0)
    app.settled()
    expect(app.page.get_by_text("Not loaded")).to_have_count(0)


@pytest.mark.parametrize("view", VIEWS)
def test_a_phone_shows_each_view_of_a_session_without_scrolling_sideways(app: App, view: str) -> None:
    app.page.set_viewport_size(PHONE)
    app.open(SHOWCASE, view=view)
    assert app.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert app.page.evaluate("document.querySelector('main').scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("name", ["Receipt", "Tokens by model and kind", "Subagents and what they cost"])
def test_a_phone_shows_what_it_cost_at_the_first_look(app: App, name: str) -> None:
    app.page.set_viewport_size(PHONE)
    app.open(SHOWCASE)
    sum_of_all = app.page.get_by_role("table", name=name).get_by_role("row").last.get_by_text("$1.42")
    sum_of_all.scroll_into_view_if_needed()
    box = sum_of_all.bounding_box()
    assert box is not None
    assert 0 < box["x"] < box["x"] + box["width"] < PHONE["width"]


def test_a_phone_tells_the_status_of_a_session_before_its_title(app: App) -> None:
    app.page.set_viewport_size(PHONE)
    app.open("/sessions")
    expect(app.row("A faster parser").get_by_role("img", name="running")).to_be_visible()
    expect(app.row("Rename the orders").get_by_role("img", name="failed")).to_be_visible()
    expect(app.row("Checkout totals with tax").get_by_role("img", name="completed")).to_have_count(0)
