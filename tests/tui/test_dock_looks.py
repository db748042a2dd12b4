"""What a launched session asks and writes, as it looks in the terminal: in full, harmless, and within its share."""

import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rich.console import Console
from syrupy.assertion import SnapshotAssertion

from dashcam.agents.launching import Ask, Order
from dashcam.ingest.launch.places import Place, hold
from dashcam.tui.dock import SEEN_SECONDS
from dashcam.tui.launched import Told
from dashcam.tui.replay import Replay
from dashcam.tui.wanted import wanted
from tests.support.build import SECOND, START
from tests.support.claude_lines import Transcript
from tests.support.serving import Server, wait_until
from tests.tui.conftest import NARROW, SIZES, Screen, Terminal, identity

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="nothing is launched on Windows")


class Recorded:
    """A launch whose lines are written by hand, so that every sign and time of it is known."""

    def __init__(self, server: Server, *, at: int = START) -> None:
        self.server = server
        self.place = Place(home=server.setup.home, agent="claude-code", id="0123456789ab")
        self.session = identity(70)
        self.place.order.parent.mkdir(parents=True)
        self.place.lines.parent.mkdir(parents=True)
        order = Order(
            id=self.place.id, agent=self.place.agent, prompt="Mend the build", directory="/home/ada/parser",
            created=at, session_id=self.session, linger=600,
        )  # fmt: skip
        self.place.order.write_bytes(msgspec.json.encode(order))
        self._at = at
        self._held = hold(self.place.lock)
        self.line(launch=order)
        self.line(state="started", pid=1, program="/bin/claude")
        self.line(sent={"text": order.prompt, "uuid": identity(71)})

    def line(self, **said: object) -> None:
        self._at += SECOND
        with self.place.lines.open("ab") as file:
            file.write(msgspec.json.encode({"received": self._at, **said}) + b"\n")

    def ask(self, request: str, tool: str, title: str = "", **given: object) -> None:
        self.line(asked={"request": request, "tool": tool, "tool_input": json.dumps(given), "title": title})

    def piece(self, words: str, kind: str = "text", number: int = 0) -> None:
        delta = {"type": f"{kind}_delta", kind: words}
        event = {"type": "content_block_delta", "index": number, "delta": delta}
        self.line(payload={"type": "stream_event", "session_id": self.session, "event": event})

    @property
    def said(self) -> list[Any]:
        """What the person said to it."""
        return [json.loads(line) for line in self.place.said.read_text().splitlines()]

    def look(self, what: Callable[[Screen], Awaitable[Any]], *, size: tuple[int, int] = NARROW) -> Any:  # noqa: ANN401  what it gives
        self.server.scan()

        async def play(screen: Screen) -> Any:  # noqa: ANN401  what it gives
            screen.app.push_screen(Replay(screen.app.data, f"{self.place.agent}:{self.session}", follow=True))
            await screen.settled()
            return await what(screen)

        return Terminal(self.server).play(play, size=size)


@pytest.fixture
def recorded(tmp_path: Path) -> Recorded:
    return Recorded(Server(tmp_path, f"sqlite:///{tmp_path / 'dashcam.db'}"))


def told(screen: Screen) -> Told:
    """How the launch stood when the screen looked at it last."""
    assert isinstance(screen.app.screen, Replay)
    assert screen.app.screen.dock.told is not None
    return screen.app.screen.dock.told


COMMAND = (
    "find . -name '*.orig' -print0 | xargs -0 rm -f &&\n  git status --short | head -n 20 && " + "echo done; " * 12
)


def a_command(one: Recorded) -> None:
    one.ask("1", "Bash", "Claude wants to tidy up", command=COMMAND, description="Tidy up")


def a_change(one: Recorded) -> None:
    before, after = "def parse(text):\n    return int(text)\n", "def parse(text):\n    return int(text, 0)\n"
    one.ask("1", "Edit", file_path="/home/ada/parser/parse.py", old_string=before, new_string=after)


def two_requests(one: Recorded) -> None:
    options = [{"label": "This", "description": "the first"}, {"label": "That"}]
    one.ask("1", "AskUserQuestion", questions=[{"question": "Which one?", "options": options}])
    one.ask("2", "Write", file_path="/home/ada/new.py", content="print(1)\n")


def what_is_written(one: Recorded) -> None:
    one.piece("I look at it. " * 9, "thinking")
    one.piece("First the parser is read, line by line.\n\n- then its test\n- then the build\n" * 3, number=1)


SHAPES = {shape.__name__.replace("_", " "): shape for shape in (a_command, a_change, two_requests, what_is_written)}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_launch_looks_so(recorded: Recorded, snapshot: SnapshotAssertion, shape: str, size: tuple[int, int]) -> None:
    SHAPES[shape](recorded)

    async def play(screen: Screen) -> str:
        await screen.until("^X stop")
        return screen.text

    shown: str = recorded.look(play, size=size)
    assert shown == snapshot
    assert len(shown.split("\n")) == size[1]


def test_a_long_command_is_scrolled_and_shown_whole(recorded: Recorded) -> None:
    recorded.ask("1", "Bash", command="\n".join(f"echo {number}" for number in range(30)))

    async def play(screen: Screen) -> None:
        await screen.until("v 25 more lines")
        assert "█ echo 29" not in screen.text
        await screen.press("v")
        await screen.until("█ echo 14")
        await screen.until("j 15 more lines")
        await screen.press("G")
        await screen.until("█ echo 29")
        await screen.press("q")
        await screen.until("v 25 more lines")
        assert "█ echo 29" not in screen.text
        await screen.pilot.pause(SEEN_SECONDS)
        await screen.press("a")
        wait_until(recorded.place.said.exists)

    recorded.look(play)
    assert recorded.said == [{"do": "answer", "request": "1", "behavior": "allow", "message": ""}]


def test_what_is_written_takes_no_more_than_its_share_of_the_window(recorded: Recorded) -> None:
    for number in range(300):
        recorded.piece(f"word {number} and ")

    async def play(screen: Screen) -> None:
        await screen.until("word 299")
        assert isinstance(screen.app.screen, Replay)
        assert screen.app.screen.dock.outer_size.height == 8

    recorded.look(play)


def test_a_question_is_answered_in_words_and_never_for_the_session(recorded: Recorded) -> None:
    recorded.ask("1", "AskUserQuestion", questions=[{"question": "Which one?"}])

    async def play(screen: Screen) -> None:
        await screen.until("answer in words")
        await screen.pilot.pause(SEEN_SECONDS)
        await screen.press("A", "d", *"this", "enter")
        wait_until(recorded.place.said.exists)

    recorded.look(play)
    assert recorded.said == [{"do": "answer", "request": "1", "behavior": "deny", "message": "this"}]


def test_what_an_agent_asks_for_steers_no_terminal_and_hides_nothing(recorded: Recorded) -> None:
    hostile = "ls \x1b[2K\x1b[1A; rm -rf x\r\u202e ; [bold]true[/bold] \x07"
    recorded.ask("1", "Bash", "\x1b]0;nothing\x07to see", command=hostile)

    async def play(screen: Screen) -> str:
        await screen.until("allow once")
        assert screen.text.count("rm -rf x") == 2
        return screen.text

    shown: str = recorded.look(play)
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)
    assert "[bold]true[/bold]" in shown


@pytest.mark.parametrize(
    ("tool_input", "lines"),
    [
        ("", ["Odd asks for permission", "It is called with nothing."]),
        ("no JSON", ["Odd asks for permission", "no JSON"]),
        ('{"a": 1, "b": ["c"]}', ["Odd asks for permission", "a: 1", "b:", "[", '  "c"', "]"]),
        (json.dumps({"command": "x" * 50_003}), ["3 more signs are not shown here"]),
        (
            json.dumps({"file_path": "/a", "edits": [{"old_string": "b", "new_string": "c"}, 7]}),
            ["Odd asks for permission", "/a", "@@", "-b", "+c", "edits:", "[", "  {", '    "old_string": "b",',
             '    "new_string": "c"', "  },", "  7", "]"],
        ),
    ],
)  # fmt: skip
def test_everything_that_a_tool_is_called_with_is_shown_or_said_to_be_missing(
    tool_input: str, lines: list[str]
) -> None:
    ask = Ask(request="1", tool="Odd", tool_input=tool_input, at=0)
    shown = [line.plain.rstrip() for line in wanted(ask, 200, Console())]
    assert shown[-len(lines) :] == lines


def test_what_is_whole_stays_until_the_conversation_holds_it(recorded: Recorded) -> None:
    begun = {"type": "message_start", "message": {"id": "msg_1", "role": "assistant", "content": []}}
    recorded.line(payload={"type": "stream_event", "session_id": recorded.session, "event": begun})
    recorded.piece("There are nine of them.")

    async def play(screen: Screen) -> None:
        await screen.until("nine of them.▌")
        message = {"id": "msg_1", "role": "assistant", "content": [{"type": "text", "text": "There are nine of them."}]}
        recorded.line(payload={"type": "assistant", "uuid": identity(72), "message": message})
        while told(screen).writing:
            await screen.pilot.pause(0.02)
        assert screen.text.count("There are nine of them.") == 1
        recorded.server.scan()
        await screen.until("2 of 2")
        await screen.settled()
        assert screen.text.count("There are nine of them.") == 1
        assert "▌ ▾ Assistant" in screen.text

    recorded.look(play)


def test_a_launch_that_fails_says_so_and_why(recorded: Recorded) -> None:
    async def play(screen: Screen) -> None:
        await screen.until("^X stop")
        recorded.line(ended={"state": "failed", "error": "the model said no"})
        recorded.place.sweep()
        await screen.until("✗ The launch failed")
        await screen.until("the model said no   r resume")

    recorded.look(play)


def test_words_for_a_launch_that_ended_meanwhile_are_not_lost(recorded: Recorded) -> None:
    async def play(screen: Screen) -> None:
        await screen.until("^X stop")
        await screen.press("r", *"and then")
        recorded.line(ended={"state": "completed", "error": ""})
        recorded.place.sweep()
        await screen.until("The launch completed")
        await screen.press("enter")
        # What is notified is not drawn in a test.
        assert ["this launch is over" in one.message for one in screen.app._notifications] == [True]
        assert "and then" in screen.text
        await screen.press("escape")
        await screen.until("r resume")

    recorded.look(play)


def test_a_launch_of_another_session_is_none_of_this_one(recorded: Recorded) -> None:
    talk = Transcript(identity(1), cwd="/home/ada/parser")
    talk.prompt("Add a test")
    talk.write(recorded.server.claude)
    recorded.session = identity(1)

    async def play(screen: Screen) -> None:
        await screen.until("Add a test")
        await screen.pilot.pause(0.5)
        assert "^X stop" not in screen.text
        await screen.press("a", "i", "ctrl+x", "r")
        await screen.until("Enter launches it")

    recorded.look(play)
    assert not recorded.place.said.exists()
