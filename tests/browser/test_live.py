"""What is on screen follows what happens: lines that are appended, a server that goes and comes back, slow answers."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.support import stories
from tests.support.build import HOUR, SECOND
from tests.support.claude_lines import Transcript, text, usage
from tests.support.complaints import Complaints
from tests.support.history import History
from tests.support.pages import App
from tests.support.serving import Started, append
from tests.support.slow_proxy import SlowProxy

Serve = Callable[..., Started]
THIRD_OF_A_DOLLAR = usage(given=100_000, output=2_000)
"""33 cents on `claude-sonnet-4-5`."""
LOST = r"/api/live|ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET"


def begun(machine: History, words: str = "Count the stars") -> Transcript:
    """Write a session that has just begun, and cost 33 cents so far."""
    talk = Transcript(stories.identity(77), at=machine.now - 60 * SECOND, cwd=stories.SHOP)
    talk.model = stories.SONNET
    talk.prompt(words)
    talk.answer(text("One."), spent=THIRD_OF_A_DOLLAR, stop="tool_use")
    talk.write(machine.claude)
    return talk


def go_on(machine: History, talk: Transcript) -> None:
    """Append one more answer of 33 cents."""
    before = len(talk.lines)
    talk.answer(text("Two."), spent=THIRD_OF_A_DOLLAR, stop="tool_use")
    append(talk.path(machine.claude), talk, since=before)


def test_an_appended_line_moves_the_numbers_of_the_sessions_page(page: Page, machine: History, serve: Serve) -> None:
    talk = begun(machine)
    app = App(page, serve(sessions=1).address)
    app.open("/sessions")
    expect(app.row("Count the stars")).to_contain_text("$0.33")
    expect(app.row("Count the stars")).to_contain_text("running")
    go_on(machine, talk)
    expect(app.row("Count the stars")).to_contain_text("$0.66")


def test_an_appended_line_moves_the_numbers_of_the_overview(page: Page, machine: History, serve: Serve) -> None:
    talk = begun(machine)
    app = App(page, serve(sessions=1).address)
    app.open("/")
    expect(page.get_by_role("main")).to_contain_text("$0.33")
    go_on(machine, talk)
    expect(page.get_by_role("main")).to_contain_text("$0.66")


def test_a_session_that_begins_appears_by_itself(page: Page, machine: History, serve: Serve) -> None:
    begun(machine)
    app = App(page, serve(sessions=1).address)
    app.open("/sessions")
    stories.waiting(machine.now).write(machine.claude)
    expect(app.row("Notes without a date")).to_be_visible()
    expect(app.row("Count the stars")).to_be_visible()


def test_a_row_that_is_read_keeps_its_place_when_others_appear_above(
    page: Page, machine: History, serve: Serve
) -> None:
    for number in range(120):
        stories.small(number, machine.now - (number + 1) * HOUR).write(machine.claude)
    app = App(page, serve(sessions=120).address)
    app.open("/sessions", range="all")
    looked_at = app.row("Small task 60")
    app.scroll_to(looked_at, within=app.table("Sessions"))
    before = looked_at.bounding_box()
    stories.waiting(machine.now).write(machine.claude)
    expect(app.table("Sessions")).to_have_attribute("aria-rowcount", "122")
    assert looked_at.bounding_box() == before


def test_a_page_outlives_its_server(page: Page, machine: History, serve: Serve, complaints: Complaints) -> None:
    complaints.expect(LOST, because="the server is stopped under the open page")
    talk = begun(machine)
    server = serve(sessions=1)
    port = server.address.rpartition(":")[2]
    page.clock.install()
    app = App(page, server.address)
    app.open("/sessions")
    expect(app.connection()).to_have_text("Live")
    server.stop()
    expect(app.connection()).to_have_text("Reconnecting")
    expect(app.row("Count the stars")).to_contain_text("$0.33")
    page.clock.fast_forward(15_000)
    expect(app.connection()).to_have_text("Offline")
    go_on(machine, talk)
    serve("--port", port, sessions=1)
    page.clock.fast_forward(5_000)
    expect(app.connection()).to_have_text("Live")
    expect(app.row("Count the stars")).to_contain_text("$0.66")


def test_a_failure_is_told_with_its_remedy_and_mends_itself_when_the_server_is_back(
    page: Page, machine: History, serve: Serve, complaints: Complaints
) -> None:
    complaints.expect(LOST, because="the server is stopped under the open page")
    begun(machine)
    server = serve(sessions=1)
    port = server.address.rpartition(":")[2]
    app = App(page, server.address)
    app.open("/sessions")
    server.stop()
    expect(app.connection()).to_have_text("Reconnecting")
    app.choose_range("All time")
    failure = page.get_by_role("main").get_by_role("alert")
    expect(failure).to_contain_text("dashcam serve")
    serve("--port", port, sessions=1)
    expect(failure).to_have_count(0)
    expect(app.row("Count the stars")).to_be_visible()


def test_slow_answers_show_that_something_comes_and_then_it(page: Page, machine: History, serve: Serve) -> None:
    begun(machine)
    server = serve(sessions=1)
    host, _, port = server.address.removeprefix("http://").rpartition(":")
    with SlowProxy(host, int(port)) as proxy:
        app = App(page, proxy.address)
        page.goto(f"{proxy.address}/sessions")
        table = app.table("Sessions")
        expect(table).to_have_attribute("aria-busy", "true")
        height: Any = table.get_by_role("columnheader").first.bounding_box()
        proxy.open()
        expect(app.row("Count the stars")).to_be_visible()
        expect(table).to_have_attribute("aria-busy", "false")
        assert table.get_by_role("columnheader").first.bounding_box() == height


def test_slow_answers_leave_what_is_on_screen_until_the_new_is_there(
    page: Page, machine: History, serve: Serve
) -> None:
    begun(machine)
    server = serve(sessions=1)
    host, _, port = server.address.removeprefix("http://").rpartition(":")
    with SlowProxy(host, int(port)) as proxy:
        proxy.open()
        app = App(page, proxy.address)
        app.open("/sessions")
        expect(app.row("Count the stars")).to_be_visible()
        proxy.close()
        app.table("Sessions").get_by_role("button", name="Cost").click()
        expect(app.table("Sessions")).to_have_attribute("aria-busy", "true")
        expect(app.row("Count the stars")).to_be_visible()
        proxy.open()
        expect(app.table("Sessions")).to_have_attribute("aria-busy", "false")
        expect(app.row("Count the stars")).to_be_visible()
