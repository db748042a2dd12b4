"""A launched session in the terminal: what it asks and writes is seen, and it is answered, told more, and stopped."""

import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dashcam.tui.dock import SEEN_SECONDS
from dashcam.tui.replay import Replay
from tests.support.launching import Launches, Running
from tests.support.serving import Server, wait_until
from tests.tui.conftest import NARROW, Screen, Terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="nothing is launched on Windows")
LINGER_SECONDS = 60.0


class Followed:
    """A launch of the stand-in, and the screen that follows it."""

    def __init__(self, screen: Screen, running: Running) -> None:
        self.screen = screen
        self.running = running

    async def press(self, *keys: str) -> None:
        await self.screen.press(*keys)

    async def until(self, words: str) -> None:
        await self.screen.until(words)

    async def asked(self, words: str = "rm -r nothing") -> None:
        """Wait until something is asked, and has been seen."""
        await self.until(words)
        await self.until("allow once")
        await self.screen.pilot.pause(SEEN_SECONDS + 0.1)

    async def gone(self, words: str) -> None:
        for _ in range(1_000):
            if words not in self.screen.text:
                return
            await self.screen.pilot.pause(0.02)
        raise AssertionError(f"{words!r} is still there:\n{self.screen.text}")


Follow = Callable[[Followed], Awaitable[Any]]


class Desk:
    """A machine with the stand-in, and a terminal on it."""

    def __init__(self, home: Path) -> None:
        self.server = Server(home, f"sqlite:///{home / 'dashcam.db'}")
        self.launches = Launches(home)
        self.server.setup.variables.update(self.launches.variables)
        self.terminal = Terminal(self.server)
        self._started: list[Running] = []

    def launch(self, prompt: str, **options: Any) -> Running:
        running = self.launches.launch(prompt, linger=LINGER_SECONDS, **options)
        self._started.append(running)
        return running

    def follow(self, prompt: str, what: Follow, *, size: tuple[int, int] = NARROW) -> Running:
        """Launch, and follow it in the conversation's screen while something is done there."""
        running = self.launch(prompt)
        self.look(running, what, size=size)
        return running

    def look(self, running: Running, what: Follow, *, size: tuple[int, int] = NARROW) -> Any:  # noqa: ANN401  what it gives
        async def play(screen: Screen) -> Any:  # noqa: ANN401  what it gives
            address = f"{running.place.agent}:{running.standing.session_id}"
            screen.app.push_screen(Replay(screen.app.data, address, follow=True))
            await screen.settled()
            return await what(Followed(screen, running))

        return self.terminal.play(play, size=size, watch=True)

    def close(self) -> None:
        for one in self._started:
            if one.place.order.exists():
                one.say(do="stop")
                wait_until(lambda one=one: not one.place.order.exists())


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


def test_a_request_is_seen_in_full_and_allowed_once(desk: Desk) -> None:
    async def play(one: Followed) -> None:
        await one.asked()
        assert "Claude wants to run rm -r nothing  Bash" in one.screen.text
        assert "waiting for permission" in one.screen.text
        await one.press("a")
        await one.asked("run rm -r more")
        await one.press("a")
        await one.until("So it is.")
        await one.until("waiting for you  1 turn")

    running = desk.follow("permission twice", play)
    running.until(lambda: running.standing.turns == 1)
    assert running.texts("tool_result") == ["ran rm -r nothing", "ran rm -r more"]


@pytest.mark.slow
def test_what_is_allowed_for_the_session_is_asked_once(desk: Desk) -> None:
    async def play(one: Followed) -> None:
        await one.asked()
        await one.press("A")
        await one.until("waiting for you")

    running = desk.follow("permission twice", play)
    assert running.standing.turns == 1
    assert sum(one.kind == "asked" for one in running.happened) == 1


def test_a_request_is_denied_with_words_and_their_letters_are_no_keys(desk: Desk) -> None:
    async def play(one: Followed) -> None:
        await one.asked()
        await one.press("d")
        await one.until("Why; the agent is told")
        await one.press("escape")
        await one.gone("Enter deny")
        await one.press("d", *"rail/? ", *"quiz", "enter")
        await one.until("waiting for you")

    running = desk.follow("permission", play)
    result = running.until_it("tool_result")
    assert (result.ok, result.text) == (False, "rail/? quiz")


def test_a_key_that_was_on_its_way_when_a_request_came_is_no_answer(desk: Desk) -> None:
    async def play(one: Followed) -> None:
        screen = one.screen.app.screen
        assert isinstance(screen, Replay)
        while not screen.dock.asked:
            await one.screen.pilot.pause(0.01)
        screen.dock.answer("allow")
        await one.asked()

    running = desk.follow("permission", play)
    assert list(running.standing.asked) == ["toolu_1"]


@pytest.mark.slow
def test_what_another_one_answered_is_no_longer_asked(desk: Desk) -> None:
    async def play(one: Followed) -> None:
        await one.asked()
        await one.press("d", *"half a")
        one.running.say(do="answer", request="toolu_1", behavior="allow")
        await one.gone("Enter deny")
        await one.until("waiting for you")

    running = desk.follow("permission", play)
    running.until_it("tool_result")
    assert running.texts("tool_result") == ["ran rm -r nothing"]


def test_a_further_prompt_is_said_and_answered(desk: Desk) -> None:
    async def play(one: Followed) -> None:
        await one.until("You said: hello")
        await one.until("waiting for you  1 turn  $0.0003")
        await one.press("r", *"And? q", "enter")
        await one.until("You said: And? q")
        await one.until("2 turns")
        await one.press("j")

    running = desk.follow("hello", play)
    assert running.standing.turns == 2


def test_what_is_being_written_is_seen_until_it_is_interrupted(desk: Desk) -> None:
    async def play(one: Followed) -> None:
        await one.until("▌")
        await one.until("word word word")
        await one.until("running")
        await one.press("i")
        await one.until("the last turn ended early")
        await one.until("Assistant")
        await one.gone("word▌")

    running = desk.follow("long", play)
    assert running.standing.state == "waiting"


@pytest.mark.slow
def test_a_launch_that_works_is_stopped_by_the_second_press(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashcam.tui.dock.SURE_SECONDS", LINGER_SECONDS)

    async def play(one: Followed) -> None:
        await one.until("word word word")
        await one.press("ctrl+x")
        await one.until("Stop it?")
        await one.press("escape")
        await one.gone("Stop it?")
        assert one.running.standing.state == "running"
        await one.press("ctrl+x", "ctrl+x")
        await one.until("The launch stopped")

    assert desk.follow("long", play).over().state == "stopped"


@pytest.mark.slow
def test_what_failed_says_why(desk: Desk) -> None:
    async def play(one: Followed) -> None:
        await one.until("the model said no")

    assert desk.follow("error", play).over().state == "failed"


@pytest.mark.slow
def test_the_session_of_a_launch_that_is_over_is_resumed_by_the_same_key(desk: Desk) -> None:
    async def play(one: Followed) -> None:
        await one.until("You said: hello")
        await one.until("waiting for you")
        one.running.say(do="stop")
        await one.until("The launch stopped")
        await one.press("r")
        await one.until("Enter launches it")
        await one.press(*"and on", "enter")
        await one.until("You said: and on")
        await one.until("waiting for you")
        await one.press("ctrl+x")
        await one.until("The launch stopped")

    desk.follow("hello", play)


def test_a_record_that_vanishes_is_said_and_survived(desk: Desk) -> None:
    async def play(one: Followed) -> None:
        await one.asked()
        one.running.place.lines.unlink()
        await one.until("Its record is gone")
        await one.press("j", "k", "a")
        await one.press("ctrl+x", "ctrl+x")
        await one.until("what became of it")
        assert not one.running.place.order.exists()

    desk.follow("permission", play)


@pytest.mark.slow
def test_a_launch_whose_process_died_is_ended(desk: Desk) -> None:
    async def play(one: Followed) -> None:
        await one.asked()
        os.kill(one.running.standing.pid, signal.SIGKILL)
        await one.until("The launch failed")
        await one.until("ended without a word")

    desk.follow("permission", play)


def test_who_waits_for_permission_is_answered_from_the_live_screen(desk: Desk) -> None:
    running = desk.launch("permission")

    async def play(screen: Screen) -> None:
        followed = Followed(screen, running)
        await screen.press("2")
        await screen.until("waits for")
        await screen.press("enter")
        await followed.asked()
        await screen.press("a")
        await screen.until("waiting for you")

    desk.terminal.play(play, watch=True)
    running.until_it("tool_result")


@pytest.mark.parametrize(
    "size", [(20, 5), *(pytest.param(size, marks=pytest.mark.slow) for size in ((12, 3), (40, 8)))]
)
def test_a_tiny_terminal_is_survived(desk: Desk, size: tuple[int, int]) -> None:
    async def play(one: Followed) -> None:
        await one.until("Claude")
        assert len(one.screen.text.split("\n")) == size[1]
        await one.press("v", "v", "d", "escape", "ctrl+x", "escape")
        await one.screen.pilot.pause(SEEN_SECONDS)
        await one.press("a")
        one.running.until_it("tool_result")

    desk.follow("permission", play, size=size)
