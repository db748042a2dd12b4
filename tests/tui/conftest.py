"""A machine with a few sessions of a fixed time, and the program of the terminal played on it by keys."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from dashcam.tui.app import Dashcam
from dashcam.tui.data import Data
from tests.support.build import SECOND, START
from tests.support.claude_lines import Transcript, text, thinking, tool_use, usage
from tests.support.codex_lines import Rollout
from tests.support.serving import Server

NARROW, WIDE = (80, 24), (160, 48)
SIZES = [pytest.param(NARROW, id="80x24"), pytest.param(WIDE, id="160x48", marks=pytest.mark.slow)]
PATIENCE_SECONDS = 60.0
HOUR = 3600 * SECOND
Play = Callable[["Screen"], Awaitable[Any]]


def identity(number: int) -> str:
    return f"5e551011-0000-4000-8000-{number:012}"


def write_sessions(server: Server) -> None:
    """Two projects, two agents, a failed tool, Markdown, a change, hostile words, wide signs."""
    parser = Transcript(identity(1), cwd="/home/ada/parser")
    parser.model = "claude-sonnet-4-5"
    parser.prompt("Add a test for the parser")
    parser.answer(
        thinking("First I read the code.\nThen I write the test."),
        text("# Plan\n\n- read **code**\n- write\n\n```python\nassert parse('1') == 1\n```"),
        tool_use("Bash", "toolu_1", command="pytest -q"),
        spent=usage(given=1_000, output=200, cache_read=5_000, write_5m=2_000),
        message_id="msg_1",
        stop="tool_use",
    )
    parser.tool_result("toolu_1", "\n".join(f"line {number}" for number in range(40)), failed=True)
    parser.answer(text("It fails: I mend it."), spent=usage(given=100, output=50, cache_read=7_000), message_id="msg_2")
    parser.prompt("Now the documents")
    parser.answer(text("The documents are written."), spent=usage(given=50, output=400), message_id="msg_3")
    parser.title("Tests for the parser")
    parser.write(server.claude)
    odd = Transcript(identity(2), at=START + HOUR, cwd="/home/ada/日本語")
    odd.model = "claude-opus-4-5"
    odd.prompt("\x1b[31mred\x1b[0m \x1b]0;title\x07 日本語のテスト שלום עולם")
    odd.answer(text("全角文字 and \x1b[2Jwiped"), spent=usage(given=10, output=10), message_id="msg_9")
    odd.write(server.claude)
    rollout = Rollout(at=START + 2 * HOUR)
    rollout.turn()
    rollout.prompt()
    rollout.tokens()
    rollout.write(server.codex)
    server.scan()


class Screen:
    """The program while it is played."""

    def __init__(self, app: Dashcam, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
        await self.settled()

    async def settled(self) -> None:
        """Wait until every question is answered and drawn."""
        for _ in range(3):
            for one in list(self.app.workers):
                if one.group != "revision":
                    with suppress(WorkerCancelled):
                        await one.wait()
            await self.pilot.pause()

    @property
    def text(self) -> str:
        """What stands on the screen, line by line."""
        lines = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in line).rstrip() for line in lines)

    async def until(self, words: str) -> None:
        """Wait until something stands on the screen."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE_SECONDS
        while words not in self.text:
            assert loop.time() < deadline, f"{words!r} did not appear:\n{self.text}"
            await self.pilot.pause(0.02)


class Terminal:
    """A terminal of some size, in which the program is played."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def play(
        self, what: Play, *, size: tuple[int, int] = NARROW, watch: bool = False, notifications: bool = False
    ) -> Any:  # noqa: ANN401  what it gives
        async def played() -> Any:  # noqa: ANN401  what it gives
            with closing(Data(self.server.setup)) as data:
                app = Dashcam(data, watch=watch)
                async with app.run_test(size=size, notifications=notifications) as pilot:
                    screen = Screen(app, pilot)
                    await screen.settled()
                    return await what(screen)

        return asyncio.run(played())

    def shown(self, *keys: str, size: tuple[int, int] = NARROW) -> str:
        """What stands on the screen after some keys."""

        async def play(screen: Screen) -> str:
            await screen.press(*keys)
            return screen.text

        found: str = self.play(play, size=size)
        return found


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Server:
    home = tmp_path_factory.mktemp("ada")
    made = Server(home, f"sqlite:///{home / 'dashcam.db'}")
    write_sessions(made)
    return made


@pytest.fixture
def terminal(machine: Server) -> Terminal:
    return Terminal(machine)


@pytest.fixture
def empty(tmp_path: Path) -> Terminal:
    return Terminal(Server(tmp_path, f"sqlite:///{tmp_path / 'dashcam.db'}"))
