"""A session launched from the web app: typed, watched as it is written, steered, reloaded, and found again later.

The agent is a stand-in for `claude` on the server's PATH; words of the prompt choose what it does.
"""

import os
import re
import statistics
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.test_accessibility import AXE, barriers
from tests.support import stories
from tests.support.complaints import Complaints
from tests.support.history import History
from tests.support.launching import STAND_IN, stand_in
from tests.support.pages import PHONE, App
from tests.support.serving import Started, wait_until

LOST = r"/api/live|ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET"
CLOCK = f'''
import importlib.util, time
spec = importlib.util.spec_from_file_location("stand_in", {str(STAND_IN)!r})
stand_in = importlib.util.module_from_spec(spec)
spec.loader.exec_module(stand_in)


def tell_time(one, _prompt):
    """Write when each piece is written, as it is written."""
    for _ in range(10):
        words = ""
        one.begin()
        one.event("content_block_start", index=0, content_block=stand_in.text(""))
        for _ in range(5):
            piece = f"emitted {{time.time_ns() // 1_000_000}} "
            words += piece
            one.event("content_block_delta", index=0, delta={{"type": "text_delta", "text": piece}})
            one.pause(0.1)
        one.tell("assistant", message={{"id": f"msg_{{one.responses}}", "type": "message", "role": "assistant",
            "model": stand_in.MODEL, "stop_reason": None, "usage": {{"input_tokens": 1, "output_tokens": 1}},
            "content": [stand_in.text(words)]}})
        one.event("content_block_stop", index=0)


stand_in.WORKS = {{"clock": tell_time, **stand_in.WORKS}}
stand_in.main()
'''
SEEN = """() => {
    window.seen = [];
    const known = new Set();
    const look = () => {
        for (const [, at] of document.body.innerText.matchAll(/emitted (\\d{13})/g)) {
            if (known.has(at)) continue;
            known.add(at);
            requestAnimationFrame(() => window.seen.push(Date.now() - Number(at)));
        }
    };
    new MutationObserver(look).observe(document.body, {childList: true, subtree: true, characterData: true});
}"""
COUNTS = """(words) => {
    const counts = window.counts = new Set();
    const each = () => {
        const times = (document.querySelector('[role=feed]')?.innerText ?? '').split(words).length - 1;
        if (times || counts.size) counts.add(times);
        requestAnimationFrame(() => setTimeout(each));
    };
    each();
}"""
"""Counts how often words stand in the conversation, from when they first do: behind each frame, once it is painted."""
DOUBLED = """() => {
    window.doubled = null;
    const each = () => {
        const shown = document.querySelector('[role=feed]')?.innerText ?? '';
        const said = shown.match(/This is answer \\d+, in some pieces/g) ?? [];
        if (new Set(said).size < said.length) window.doubled = said;
        requestAnimationFrame(() => setTimeout(each));
    };
    each();
}"""
Launcher = Callable[..., Started]


class Desk(App):
    """The app, and how a person launches and steers a session with it."""

    def launch(self, prompt: str, project: Path) -> None:
        self.page.get_by_role("button", name="New session").click()
        dialog = self.dialog("New session")
        dialog.get_by_label("Prompt").fill(prompt)
        dialog.get_by_label("Directory").fill(str(project))
        dialog.get_by_role("button", name="Launch").click()
        expect(dialog).to_have_count(0)
        expect(self.page).to_have_url(re.compile(r"/sessions/[0-9a-f-]{36}\?view=replay"))

    @property
    def conversation(self) -> Locator:
        return self.page.get_by_role("feed", name=re.compile("^Conversation"))

    @property
    def dock(self) -> Locator:
        return self.page.get_by_role("region", name="Launched session")

    @property
    def state(self) -> Locator:
        return self.dock.get_by_role("status").first

    @property
    def sessions(self) -> Locator:
        return self.page.get_by_role("complementary", name="Sessions")

    def say(self, words: str) -> None:
        self.page.get_by_label("Message").fill(words)
        self.page.get_by_label("Message").press("Enter")

    def said(self, words: str) -> int:
        """Count how often something stands in the conversation."""
        return self.conversation.inner_text().count(words)


@pytest.fixture
def project(machine: History) -> Path:
    made = machine.home / "shop"
    made.mkdir()
    return made


@pytest.fixture
def launcher(machine: History) -> Iterator[Launcher]:
    """Start servers that find the stand-in first on the PATH, at one port, one after the other."""
    begun: list[Started] = []

    def start(*, script: Path = STAND_IN, port: str = "0", **variables: str) -> Started:
        program = stand_in(machine.home / "bin", script=script)
        path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
        begun.append(Started(machine.home, "--port", port, PATH=path, **variables).__enter__())
        return begun[-1]

    yield start
    for server in begun:
        server.stop()


@pytest.fixture
def desk(page: Page, launcher: Launcher) -> Desk:
    made = Desk(page, launcher().address)
    made.open("/")
    return made


def test_a_session_is_launched_watched_and_spoken_to(desk: Desk, project: Path) -> None:
    desk.launch("some thinking about tests", project)
    expect(desk.page.get_by_role("heading", level=2, name="some thinking about tests")).to_be_visible()
    expect(desk.conversation).to_contain_text("I have thought.")
    expect(desk.state).to_have_text("waiting for you")
    expect(desk.dock).to_contain_text("30 tokens")
    desk.say("hello again")
    expect(desk.conversation).to_contain_text("You said: hello again")
    expect(desk.dock).to_contain_text("60 tokens")
    expect(desk.dock).to_contain_text("2 turns")


def test_what_was_written_stays_on_screen_and_stands_there_once(desk: Desk, project: Path) -> None:
    desk.page.evaluate(COUNTS, "I have thought.")
    desk.launch("some thinking about tests", project)
    expect(desk.conversation.get_by_role("button", name="Copy answer")).to_be_attached()
    assert desk.page.evaluate("[...window.counts]") == [1]
    desk.page.evaluate(COUNTS, "You said: hello again")
    desk.say("hello again")
    expect(desk.conversation.get_by_role("button", name="Copy answer")).to_have_count(2)
    assert desk.page.evaluate("[...window.counts]") == [1]


def test_no_answer_of_many_stands_there_twice(desk: Desk, project: Path) -> None:
    desk.launch("many 300", project)
    desk.page.evaluate(DOUBLED)
    expect(desk.state).to_have_text("waiting for you", timeout=30_000)
    expect(desk.conversation).to_contain_text("This is answer 29, in some pieces.")
    assert desk.page.evaluate("window.doubled") is None


def test_a_permission_is_allowed_once_and_denied_with_a_reason(desk: Desk, project: Path) -> None:
    desk.launch("permission twice", project)
    card = desk.page.get_by_role("region", name="Permission for Bash")
    expect(card).to_contain_text("Claude wants to run rm -r nothing")
    expect(card.get_by_role("group", name="What Bash is called with")).to_have_text("rm -r nothing")
    expect(desk.state).to_have_text("waiting for permission")
    card.get_by_role("button", name="Allow once").click()
    expect(card).to_contain_text("Claude wants to run rm -r more")
    card.get_by_role("button", name="Deny").click()
    card.get_by_label("Why it is denied").fill("keep what is there")
    card.get_by_role("button", name="Deny").click()
    expect(card).to_have_count(0)
    expect(desk.conversation).to_contain_text("keep what is there")
    expect(desk.conversation).to_contain_text("So it is.")


def test_a_tool_that_is_allowed_for_the_session_asks_no_more(desk: Desk, project: Path) -> None:
    desk.launch("permission twice", project)
    desk.page.get_by_role("button", name="Allow for this session").click()
    expect(desk.conversation).to_contain_text("So it is.")
    expect(desk.page.get_by_role("region", name="Permission for Bash")).to_have_count(0)


def test_a_reload_in_the_middle_loses_nothing_and_doubles_nothing(desk: Desk, project: Path) -> None:
    desk.launch("something long", project)
    expect(desk.conversation).to_contain_text("word word word")
    before = desk.said("word")
    desk.page.reload()
    desk.settled()
    expect(desk.conversation).to_contain_text("word word word")
    assert desk.said("word") >= before
    assert desk.said("something long") == 1
    assert desk.conversation.get_by_role("article", name="Answer, being written").count() == 1
    desk.page.get_by_role("button", name="Stop").click()
    expect(desk.state).to_have_text("The launch stopped")


def test_after_a_restart_of_the_server_the_session_goes_on_and_is_found_in_the_list(
    page: Page, launcher: Launcher, project: Path, complaints: Complaints
) -> None:
    complaints.expect(LOST, because="the server is stopped under the open page")
    said = "I have thought.", "You said: hello", "You said: hello there"
    first = launcher()
    desk = Desk(page, first.address)
    desk.open("/")
    desk.launch("some thinking first", project)
    expect(desk.state).to_have_text("waiting for you")
    desk.say("hello")
    expect(desk.conversation).to_contain_text("You said: hello")
    expect(desk.state).to_have_text("waiting for you")
    was = page.url.partition("?")[0].rpartition("/")[2]
    first.stop()
    second = launcher(port=first.address.rpartition(":")[2].rstrip("/"))
    expect(desk.connection()).to_have_text("Live")
    desk.say("hello there")
    expect(desk.conversation).to_contain_text("You said: hello there")
    assert [desk.said(words) for words in said] == [1, 2, 1]
    assert second.address == first.address
    desk.launch("another one", project)
    expect(desk.conversation).to_contain_text("You said: another one")
    row = desk.sessions.get_by_role("link", name="some thinking first")
    expect(row).to_contain_text("waiting")
    row.click()
    expect(page).to_have_url(re.compile(was))
    expect(desk.conversation).to_contain_text("I have thought.")
    expect(desk.conversation).to_contain_text("You said: hello there")
    wait_until(lambda: [desk.said(words) for words in said] == [1, 2, 1])


def test_an_agent_is_interrupted_goes_on_and_is_stopped(desk: Desk, project: Path) -> None:
    desk.launch("something long", project)
    expect(desk.conversation).to_contain_text("word word word")
    desk.page.get_by_role("button", name="Interrupt").click()
    expect(desk.state).to_have_text("waiting for you")
    desk.say("are you there")
    expect(desk.conversation).to_contain_text("You said: are you there")
    desk.page.get_by_role("button", name="Stop", exact=True).click()
    expect(desk.state).to_have_text("The launch stopped")
    expect(desk.page.get_by_label("Message")).to_have_count(0)
    expect(desk.sessions.get_by_role("link", name="something long")).to_contain_text("stopped")


def test_how_it_failed_is_told_and_it_can_be_resumed_and_forked(desk: Desk, project: Path) -> None:
    desk.launch("an error please", project)
    expect(desk.state).to_have_text("The launch failed")
    expect(desk.dock.get_by_role("alert")).to_contain_text("the model said no")
    session = desk.page.url
    desk.page.get_by_role("button", name="Resume", exact=True).click()
    dialog = desk.dialog("Resume session")
    dialog.get_by_label("Prompt").fill("go on then")
    dialog.get_by_role("button", name="Resume").click()
    expect(desk.conversation).to_contain_text("You said: go on then")
    expect(desk.conversation).to_contain_text("It does not work.")
    assert desk.page.url.partition("?")[0] == session.partition("?")[0]
    desk.page.get_by_role("button", name="Stop", exact=True).click()
    desk.page.get_by_role("button", name="Fork").click()
    dialog = desk.dialog("Fork session")
    dialog.get_by_label("Prompt").fill("another way")
    dialog.get_by_role("button", name="Fork").click()
    expect(desk.conversation).to_contain_text("You said: another way")
    assert desk.page.url.partition("?")[0] != session.partition("?")[0]


def test_all_of_it_can_be_done_by_keyboard(desk: Desk, project: Path) -> None:
    keyboard = desk.page.keyboard
    keyboard.press("n")
    expect(desk.dialog("New session").get_by_label("Prompt")).to_be_focused()
    keyboard.type("permission twice")
    keyboard.press("Tab")
    keyboard.press("ControlOrMeta+a")
    keyboard.type(str(project))
    keyboard.press("ControlOrMeta+Enter")
    card = desk.page.get_by_role("region", name="Permission for Bash")
    expect(card).to_contain_text("rm -r nothing")
    keyboard.press("a")
    expect(card).to_contain_text("rm -r more")
    keyboard.press("d")
    expect(card.get_by_label("Why it is denied")).to_be_focused()
    keyboard.type("rather not")
    keyboard.press("Enter")
    expect(desk.conversation).to_contain_text("So it is.")
    expect(card).to_have_count(0)
    keyboard.press("m")
    expect(desk.page.get_by_label("Message")).to_be_focused()
    keyboard.type("first line")
    keyboard.press("Shift+Enter")
    keyboard.type("now long")
    keyboard.press("Enter")
    expect(desk.conversation).to_contain_text("word word")
    keyboard.press("Escape")
    keyboard.press("i")
    expect(desk.state).to_have_text("waiting for you")


def test_where_launching_is_not_allowed_the_dialog_says_so(page: Page, launcher: Launcher, machine: History) -> None:
    stories.small(1, machine.now).write(machine.claude)
    desk = Desk(page, launcher().address)
    page.route("**/api/launches", lambda route: route.fulfill(json=route.fetch().json() | {"allowed": False}))
    desk.open("/")
    page.keyboard.press("n")
    expect(desk.dialog("New session")).to_contain_text("cannot be launched from here")


def test_an_agent_that_is_not_installed_says_how_to_get_it(
    page: Page, machine: History, serve: Callable[..., Started], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    why_not = "x is not on the PATH. Install it"
    unable = {"agent": "x", "title": "X", "program": "", "why_not": why_not, "permission_modes": (), "can": ()}
    desk = Desk(page, serve().address)
    page.route("**/api/launches", lambda route: route.fulfill(json=route.fetch().json() | {"agents": [unable]}))
    desk.open("/")
    page.keyboard.press("n")
    expect(desk.dialog("New session")).to_contain_text("x is not on the PATH")
    assert machine.home.exists()


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_axe_finds_no_serious_barrier_where_sessions_are_launched(
    desk: Desk, project: Path, browser: Browser, scheme: str
) -> None:
    assert browser.is_connected()
    desk.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    desk.page.evaluate(AXE.read_text(encoding="utf-8"))
    desk.page.keyboard.press("n")
    expect(desk.dialog("New session").get_by_label("Prompt")).to_be_focused()
    found = barriers(desk.page)
    desk.page.keyboard.press("Escape")
    desk.launch("permission", project)
    expect(desk.page.get_by_role("button", name="Allow once")).to_be_visible()
    found += barriers(desk.page)
    desk.page.get_by_role("button", name="Deny").click()
    found += barriers(desk.page)
    desk.page.set_viewport_size(PHONE)
    found += barriers(desk.page)
    desk.page.get_by_role("button", name="List of sessions").click()
    expect(desk.dialog("Sessions")).to_be_visible()
    assert [*found, *barriers(desk.page)] == []


def test_on_a_phone_nothing_is_wider_than_the_screen(desk: Desk, project: Path) -> None:
    desk.page.set_viewport_size(PHONE)
    desk.launch("permission", project)
    expect(desk.page.get_by_role("button", name="Allow once")).to_be_in_viewport()
    assert desk.page.evaluate("document.querySelector('main').scrollWidth") <= PHONE["width"]
    desk.page.get_by_role("button", name="List of sessions").click()
    desk.dialog("Sessions").get_by_role("link", name="permission").click()
    expect(desk.dialog("Sessions")).to_have_count(0)


def test_the_first_words_are_on_screen_soon_after_the_agent_wrote_them(
    page: Page, launcher: Launcher, machine: History, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = machine.home / "clock.py"
    script.write_text(CLOCK)
    desk = Desk(page, launcher(script=script).address)
    desk.open("/")
    page.evaluate(SEEN)
    desk.launch("clock", project)
    expect(desk.state).to_have_text("waiting for you", timeout=30_000)
    first, *_ = waits = page.evaluate("window.seen")
    middle = statistics.median(waits)
    with capsys.disabled():
        sys.stdout.write(f"\n{len(waits)} pieces on screen: the first after {first} ms, median {middle:.0f} ms, ")
        sys.stdout.write(f"95% within {sorted(waits)[int(len(waits) * 0.95) - 1]} ms\n")
    assert len(waits) >= 40
