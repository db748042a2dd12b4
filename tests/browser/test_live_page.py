"""The live page: what every session does, as it happens, from transcripts and from hooks."""

import json
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.support import stories
from tests.support.build import HOUR, MINUTE, SECOND
from tests.support.claude_lines import Transcript, text, tool_use, usage
from tests.support.complaints import Complaints
from tests.support.history import History
from tests.support.pages import PHONE, App
from tests.support.places import ask_for_permission
from tests.support.serving import Started, append

Serve = Callable[..., Started]
THIRD_OF_A_DOLLAR = usage(given=100_000, output=2_000)
"""33 cents on `claude-sonnet-4-5`."""
LOST = r"/api/live|ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET"


def begun(machine: History) -> Transcript:
    """Write a session whose tool has run for ten seconds."""
    talk = Transcript(stories.identity(77), at=machine.now - 12 * SECOND, cwd=stories.SHOP)
    talk.model = stories.SONNET
    talk.prompt("Count the stars")
    talk.answer(tool_use("Bash", "one", command="make stars"), spent=THIRD_OF_A_DOLLAR, stop="tool_use")
    talk.write(machine.claude)
    return talk


def go_on(machine: History, talk: Transcript, step: Callable[[], object]) -> None:
    """Append what a step adds."""
    before = len(talk.lines)
    step()
    append(talk.path(machine.claude), talk, since=before)


def post_hook(server: Started, event: str, **payload: Any) -> None:
    """Call a hook of the session as Claude Code does."""
    told = {"session_id": stories.identity(77), "hook_event_name": event, "cwd": stories.SHOP, **payload}
    connection = server.connection()
    connection.request("POST", "/hooks/claude-code", json.dumps(told), {"Content-Type": "application/json"})
    assert connection.getresponse().status == 200
    connection.close()


def row(app: App, words: str = "Count the stars") -> Locator:
    """Find the row of a session."""
    return app.page.get_by_role("list", name="Sessions now").get_by_role("listitem").filter(has_text=words)


def seconds_of(words: str) -> int:
    found = re.search(r"(\d+)s", words)
    assert found, words
    return int(found[1])


def test_a_row_follows_its_session_as_it_goes_on(page: Page, machine: History, serve: Serve) -> None:
    talk = begun(machine)
    app = App(page, serve(sessions=1).address)
    app.open("/live")
    expect(row(app)).to_contain_text("Bash")
    expect(row(app)).to_contain_text("make stars")
    expect(row(app)).to_contain_text("$0.33")
    go_on(machine, talk, lambda: talk.tool_result("one", "no such rule", failed=True))
    expect(row(app)).to_contain_text("Model answers")
    expect(row(app)).to_contain_text("Bash failed: no such rule")
    read = tool_use("Read", "two", file_path="stars.py")
    go_on(machine, talk, lambda: talk.answer(read, spent=THIRD_OF_A_DOLLAR, stop="tool_use"))
    expect(row(app)).to_contain_text("stars.py")
    expect(row(app)).to_contain_text("$0.66")
    go_on(machine, talk, lambda: (talk.tool_result("two"), talk.answer(text("Done."))))
    expect(row(app)).to_contain_text("Waiting for input")


def test_a_hook_makes_a_session_wait_for_permission_until_it_is_given(
    page: Page, machine: History, serve: Serve
) -> None:
    begun(machine)
    stories.running(machine.now).write(machine.claude)
    server = serve(sessions=2)
    app = App(page, server.address)
    app.open("/live")
    rows = page.get_by_role("list", name="Sessions now").get_by_role("listitem")
    expect(page.get_by_role("main").get_by_role("status")).to_have_text("2 run")
    expect(page.get_by_role("main")).to_contain_text("dashcam hooks install")
    post_hook(server, "PermissionRequest", tool_name="Bash", tool_input={"command": "make stars"})
    expect(page.get_by_role("main").get_by_role("status")).to_have_text("1 waits for you, 1 runs")
    expect(rows.first).to_contain_text("Waiting for permission")
    expect(rows.first).to_contain_text("Count the stars")
    post_hook(server, "PostToolUse", tool_name="Bash", tool_input={"command": "make stars"}, tool_use_id="one")
    expect(page.get_by_role("main").get_by_role("status")).to_have_text("2 run")
    expect(row(app)).not_to_contain_text("Waiting")


SLOW_ANSWERS = """
const real = window.fetch;
window.fetch = async (asked, options) => {
  if (String(asked.url ?? asked).includes('/api/now')) await new Promise((go) => setTimeout(go, 800));
  return real(asked, options);
};
"""


def test_a_busy_server_is_waited_for_though_all_changes_meanwhile(page: Page, machine: History, serve: Serve) -> None:
    talk = begun(machine)
    page.add_init_script(SLOW_ANSWERS)
    app = App(page, serve(sessions=1).address)
    app.open("/live")
    expect(row(app)).to_contain_text("make stars")
    go_on(machine, talk, lambda: (talk.tool_result("one"), talk.answer(tool_use("Read", "two", file_path="stars.py"))))
    for number in range(30):
        go_on(machine, talk, lambda number=number: talk.prompt(f"Hurry {number}"))  # type: ignore[misc]
        page.wait_for_timeout(300)
        if "Model answers" in row(app).inner_text():
            return
    raise AssertionError("nothing new was shown while it went on")


def test_time_goes_on_by_the_second(page: Page, machine: History, serve: Serve) -> None:
    begun(machine)
    app = App(page, serve(sessions=1).address)
    app.open("/live")
    first = seconds_of(row(app).inner_text())
    assert first >= 10
    page.wait_for_function("(was) => !document.querySelector('main li').innerText.includes(was)", arg=f"{first}s")
    assert seconds_of(row(app).inner_text()) > first


def test_a_row_opens_its_session_wherever_it_is_clicked_and_by_keyboard(
    page: Page, machine: History, serve: Serve
) -> None:
    begun(machine)
    app = App(page, serve(sessions=1).address)
    app.open("/live")
    row(app).click(position={"x": 5, "y": 5})
    expect(app.dialog("Session")).to_be_visible()
    page.keyboard.press("Escape")
    expect(app.dialog("Session")).to_have_count(0)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(app.dialog("Session")).to_be_visible()
    assert stories.identity(77) in page.url


def test_the_page_is_reached_by_its_keys_and_by_its_link(app: App) -> None:
    app.open("/")
    app.page.keyboard.press("g")
    app.page.keyboard.press("l")
    expect(app.heading()).to_have_text("Live")
    app.open("/usage")
    app.link_to("Live").click()
    expect(app.heading()).to_have_text("Live")


def test_nothing_that_runs_says_how_dashcam_hears_more(page: Page, serve: Serve) -> None:
    app = App(page, serve().address)
    app.open("/live")
    expect(page.get_by_role("main")).to_contain_text("Nothing runs now")
    expect(page.get_by_role("main")).to_contain_text("dashcam hooks install")


def test_a_session_that_begins_appears_and_one_long_over_does_not(page: Page, machine: History, serve: Serve) -> None:
    stories.small(1, machine.now - HOUR).write(machine.claude)
    app = App(page, serve(sessions=1).address)
    app.open("/live")
    expect(page.get_by_role("main")).to_contain_text("Nothing runs now")
    begun(machine)
    expect(row(app)).to_be_visible()
    expect(row(app, "Small task")).to_have_count(0)


def test_filters_choose_who_is_shown(page: Page, machine: History, serve: Serve) -> None:
    begun(machine)
    stories.waiting(machine.now - MINUTE).write(machine.claude)
    app = App(page, serve(sessions=2).address)
    app.open("/live", project="shop")
    expect(row(app)).to_be_visible()
    expect(row(app, "Notes without a date")).to_have_count(0)
    app.open("/live", project="nowhere")
    page.get_by_role("button", name="Clear filters").first.click()
    expect(row(app, "Notes without a date")).to_be_visible()


def test_tools_are_charted_by_tool_and_by_session_with_their_tables(app: App) -> None:
    app.open("/live", range="all")
    tools = app.page.get_by_role("region", name="Tools")
    tools.get_by_role("button", name="Show Tool calls by tool as a table").click()
    table = tools.get_by_role("group", name="Tool calls by tool")
    expect(table).to_contain_text("Bash")
    tools.get_by_role("button", name="By session").click()
    expect(tools.get_by_role("group", name="Tool calls by session")).to_contain_text("Checkout totals with tax")
    assert "by=session" in app.query()


def test_what_a_server_that_is_gone_told_stays_and_its_clock_stands_still(
    page: Page, machine: History, serve: Serve, complaints: Complaints
) -> None:
    complaints.expect(LOST, because="the server is stopped under the open page")
    begun(machine)
    server = serve(sessions=1)
    page.clock.install()
    app = App(page, server.address)
    app.open("/live")
    expect(row(app)).to_be_visible()
    server.stop()
    expect(app.connection()).to_have_text("Reconnecting")
    page.clock.fast_forward(15_000)
    expect(app.connection()).to_have_text("Offline")
    expect(page.get_by_role("main").get_by_role("status").first).to_contain_text("the server does not answer")
    was = row(app).inner_text()
    page.clock.fast_forward(5_000)
    assert row(app).inner_text() == was


def test_on_a_phone_nothing_is_wider_than_the_screen(app: App) -> None:
    app.page.set_viewport_size(PHONE)
    ask_for_permission(app)
    app.open("/live", range="all")
    expect(row(app, "A faster parser")).to_contain_text("Waiting for permission")
    assert app.page.evaluate("document.querySelector('main').scrollWidth") <= PHONE["width"]
