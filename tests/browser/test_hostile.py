"""What stands in a transcript is shown as it is and does nothing: no script of it runs, no address of it is asked."""

import re

import pytest
from playwright.sync_api import Request, expect

from tests.support import stories
from tests.support.pages import App

HOSTILE = f"/sessions/{stories.identity(10)}"
PLACES = {
    "the table": "/sessions",
    "the overview": "/",
    "the usage": "/usage",
    "the projects": "/projects",
    "the settings": "/settings",
    "the API": "/docs",
    "the search": "/search?q=wasRun&range=all",
    "the summary": HOSTILE,
    "the replay": f"{HOSTILE}?view=replay",
    "the calls": f"{HOSTILE}?view=calls",
    "the files": f"{HOSTILE}?view=files",
}


@pytest.fixture
def asked(app: App) -> list[str]:
    """The addresses of other machines that the page asked for."""
    found: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((app.address, "data:", "about:", "blob:")):
            found.append(request.url)

    app.page.on("request", note)
    return found


def harmless(app: App) -> None:
    assert app.page.evaluate("window.wasRun") is None
    foreign = "main :is(iframe, embed, object, script, b[onmouseover], img[onerror], a[href^='javascript:' i])"
    assert app.page.locator(foreign).count() == 0


@pytest.mark.parametrize("place", PLACES)
def test_nothing_that_a_transcript_says_runs(app: App, asked: list[str], place: str) -> None:
    app.open(PLACES[place])
    harmless(app)
    assert asked == []


def test_markup_in_a_title_is_shown_letter_by_letter(app: App) -> None:
    app.open("/sessions")
    expect(app.row(stories.HOSTILE_TITLE)).to_be_visible()


def test_what_is_said_and_folded_out_is_text(app: App, asked: list[str]) -> None:
    app.open(HOSTILE, view="replay")
    feed = app.page.get_by_role("feed")
    expect(feed.get_by_text(stories.IMAGE).first).to_be_visible()
    expect(feed.get_by_text(stories.FRAME).first).to_be_visible()
    for folded in ("Thinking", "Bash", "<b>Tool"):
        fold = feed.get_by_role("button", name=re.compile(f"^{folded}"))
        fold.click()
        expect(fold).to_have_attribute("aria-expanded", "true")
        harmless(app)
    feed.get_by_role("button", name=re.compile("^Bash")).click()
    expect(feed.get_by_text("press here")).to_be_visible()
    feed.get_by_text("press here").click()
    harmless(app)
    assert asked == []


def test_a_link_that_is_a_script_is_no_link(app: App) -> None:
    app.open(HOSTILE, view="replay")
    feed = app.page.get_by_role("feed")
    expect(feed.get_by_text("press here")).to_be_visible()
    expect(feed.get_by_role("link", name="press here")).to_have_count(0)


def test_a_picture_of_another_machine_is_a_link_and_not_loaded(app: App, asked: list[str]) -> None:
    app.open(HOSTILE, view="replay")
    expect(app.page.get_by_role("feed").get_by_role("link", name="a picture")).to_have_attribute(
        "href", "https://example.com/spy.png"
    )
    assert asked == []


def test_marks_that_turn_the_direction_are_shown(app: App) -> None:
    app.open(HOSTILE, view="replay")
    expect(app.page.get_by_role("feed").get_by_text("U+202E")).to_be_visible()


def test_a_very_long_result_is_cut_and_comes_on_demand(app: App) -> None:
    app.open(HOSTILE, view="replay")
    call = app.page.get_by_role("feed").get_by_role("article").filter(has_text="echo '").first
    call.get_by_role("button", name=re.compile("^Bash")).click()
    expect(call.get_by_text("link<script>").first).to_be_visible()
    assert len(call.inner_text()) < 100_000
