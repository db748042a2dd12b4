"""Reading a conversation: what is in sight, where the cursor stands, and what news and hostile words do to both."""

import asyncio
import io
import re
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.segment import Segment
from textual.events import MouseScrollDown, MouseScrollUp

from dashcam.records.errors import DatabaseError
from dashcam.tui import drawing
from dashcam.tui.conversation import Conversation
from dashcam.tui.data import Data
from dashcam.tui.live import Live
from dashcam.tui.replay import Replay
from tests.support.build import SECOND
from tests.support.claude_lines import Transcript, text, tool_use, usage
from tests.support.codex_lines import Rollout
from tests.support.serving import Server
from tests.tui.conftest import NARROW, WIDE, Screen, Terminal, identity

DEEP = "[" * 15_000


@pytest.fixture
def server(tmp_path: Path) -> Server:
    """A machine on which nothing was said yet."""
    return Server(tmp_path, f"sqlite:///{tmp_path / 'dashcam.db'}")


def gone(_data: Data, _question: object) -> None:
    raise DatabaseError("cannot reach [the] database")


def test_a_database_that_is_gone_while_one_finds_is_said(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(screen: Screen) -> None:
        await screen.press("G", "enter", "t", "slash", *"mend")
        monkeypatch.setattr(Data, "_answer", gone)
        await screen.pilot.press("enter")
        await screen.until("cannot reach [the] database")
        monkeypatch.undo()
        await screen.press("enter")
        await screen.until("It fails: I mend it.")

    terminal.play(play, notifications=True)


@pytest.mark.parametrize("keys", [("enter", "t", "j", "space"), ("2",)])
def test_a_tool_input_nested_without_end_is_shown_as_it_is(server: Server, keys: tuple[str, ...]) -> None:
    rollout = Rollout(at=int(time.time() - 20) * SECOND)
    rollout.turn()
    rollout.prompt()
    rollout.line("response_item", type="function_call", name="shell", call_id="call_1", arguments=DEEP)
    rollout.write(server.codex)
    server.scan()
    assert DEEP[:10] in Terminal(server).shown(*keys)


HUGE = (200, 70)


@pytest.fixture
def long(server: Server) -> Terminal:
    """A conversation of 240 entries."""
    talk = Transcript(cwd="/home/ada/long")
    for number in range(120):
        talk.prompt(f"Prompt {number}.")
        talk.answer(text(f"Answer {number}."), message_id=f"msg_{number}")
    talk.write(server.claude)
    server.scan()
    return Terminal(server)


@pytest.fixture
def tools(server: Server) -> Terminal:
    """A conversation of 161 entries, most of which stand folded in two or three lines."""
    talk = Transcript(cwd="/home/ada/long")
    talk.prompt("Go")
    for number in range(80):
        talk.answer(tool_use("Bash", f"toolu_{number}", command="ls"), message_id=f"msg_{number}", stop="tool_use")
        talk.tool_result(f"toolu_{number}", "ok")
    talk.write(server.claude)
    server.scan()
    return Terminal(server)


def replay_of(screen: Screen) -> Replay:
    shown = screen.app.screen
    assert isinstance(shown, Replay)
    return shown


def in_sight(screen: Screen) -> range:
    """The positions of what stands in the window."""
    shown = replay_of(screen).conversation
    first, last = (shown.entries[place].position for place in shown.in_sight())
    return range(first, last + 2)


async def page_through(screen: Screen, key: str) -> list[int]:
    """Where the cursor comes by a key until it leads no further; what stands in the window may pass nothing over."""
    seen = [replay_of(screen).position]
    while len(seen) < 2 or seen[-1] != seen[-2]:
        before = in_sight(screen)
        await screen.press(key)
        after = in_sight(screen)
        assert after.start in before or before.start in after
        seen.append(replay_of(screen).position)
    return seen


@pytest.mark.parametrize(("which", "size"), [("tools", NARROW), ("long", WIDE), ("tools", HUGE)])
def test_pages_lead_from_one_end_to_the_other(
    which: str, size: tuple[int, int], request: pytest.FixtureRequest
) -> None:
    async def play(screen: Screen) -> None:
        await screen.press("enter", "t")
        down = await page_through(screen, "pagedown")
        assert down == sorted(down)
        assert down[-1] == {"tools": 160, "long": 239}[which]
        assert f"{down[-1] + 1} of {down[-1] + 1}" in screen.text
        up = await page_through(screen, "pageup")
        assert up == sorted(up, reverse=True)
        assert up[-1] == 0

    request.getfixturevalue(which).play(play, size=size)


async def wheel(screen: Screen, turn: type[MouseScrollDown | MouseScrollUp], times: int) -> None:
    shown = screen.app.screen.query_one(Conversation)
    for _ in range(times):
        await screen.pilot._post_mouse_events([turn], shown, button=0, offset=(5, 5))
    await screen.settled()


def test_the_wheel_leads_on_and_the_cursor_follows_it(long: Terminal) -> None:
    async def play(screen: Screen) -> None:
        await screen.press("enter", "t")
        shown = screen.app.screen.query_one(Conversation)
        for least in (1, 20, 40, 60):
            await wheel(screen, MouseScrollDown, 30)
            assert replay_of(screen).position > least
            first, last = shown.in_sight()
            assert first <= shown.cursor <= last
        assert f"{replay_of(screen).position + 1} of 240" in screen.text

    long.play(play)


def test_who_scrolls_back_no_longer_follows_and_news_move_nothing(long: Terminal) -> None:
    async def play(screen: Screen) -> None:
        await screen.press("enter", "t", "f")
        await wheel(screen, MouseScrollDown, 1)
        assert replay_of(screen).following
        await wheel(screen, MouseScrollUp, 1)
        assert not replay_of(screen).following
        before = [line[:-1] for line in screen.text.split("\n")]  # All but the bar.
        replay_of(screen).changed()
        await screen.settled()
        assert [line[:-1] for line in screen.text.split("\n")] == before

    long.play(play)


class Held:
    """Answers that come only when they are let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._open = threading.Event()
        answer = Data._answer

        def held(data: Data, question: Any) -> Any:  # noqa: ANN401  any answer
            self._open.wait()
            return answer(data, question)

        monkeypatch.setattr(Data, "_answer", held)

    def let_go(self) -> None:
        self._open.set()


@pytest.mark.parametrize(
    ("keys", "shown"),
    [(("G",), "240 of 240"), (("G", "N"), "239 of 240"), (("G", "k", "k"), "238 of 240"), (("G", "g"), "1 of 240")],
)
def test_news_take_nothing_from_a_key_that_waits_for_its_answer(
    long: Terminal, monkeypatch: pytest.MonkeyPatch, keys: tuple[str, ...], shown: str
) -> None:
    async def play(screen: Screen) -> str:
        await screen.press("enter", "t")
        held = Held(monkeypatch)
        await screen.pilot.press(*keys)
        replay_of(screen).changed()
        await asyncio.sleep(0)
        replay_of(screen).changed()
        held.let_go()
        await screen.settled()
        return screen.text.split("\n")[0]

    assert shown in long.play(play)


def test_keys_are_answered_while_a_stretch_is_drawn(long: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    threads = set()
    draw = drawing.draw

    def watched(*given: Any, **named: Any) -> Any:  # noqa: ANN401  as it is
        threads.add(threading.current_thread())
        return draw(*given, **named)

    async def play(screen: Screen) -> None:
        await screen.press("enter", "t")
        monkeypatch.setattr("dashcam.tui.conversation.draw", watched)
        await screen.press("G", "g", *["pagedown"] * 9)
        await screen.pilot.resize_terminal(100, 30)
        await screen.settled()

    long.play(play)
    assert threads
    assert threading.main_thread() not in threads


def test_an_entry_whose_time_is_not_known_stands_at_no_time(server: Server) -> None:
    talk = Transcript()
    talk.prompt("Go")
    talk.answer(text("Gone."), message_id="msg_1", spent=usage(output=5))
    talk.lines[0].pop("timestamp")
    talk.write(server.claude)
    server.scan()
    first = Terminal(server).shown("enter", "t", size=WIDE)
    assert "1 of 2   N/A" in first
    assert "1970" not in first
    assert "▲" not in first
    assert "2 of 2   2026-11-01" in Terminal(server).shown("enter", "t", "j", size=WIDE)


def test_the_minutes_of_years_stand_in_as_many_columns_as_there_is_room(server: Server) -> None:
    talk = Transcript(at=round(datetime(2020, 6, 1, tzinfo=UTC).timestamp()) * SECOND)
    talk.prompt("Go")
    talk.answer(text("Gone."), message_id="msg_1", spent=usage(output=50))
    talk.at = round(datetime(2026, 11, 1, tzinfo=UTC).timestamp()) * SECOND
    talk.answer(text("Back."), message_id="msg_2", spent=usage(output=50))
    talk.write(server.claude)
    server.scan()
    shown = Terminal(server).shown("enter", "t", "G").split("\n")
    chart = [line.strip() for line in shown[-4:-1]]
    assert chart[0].count("█") == 2
    assert chart[2] == "▲"
    assert shown[-2].index("▲") == shown[-4].rindex("█")


@pytest.mark.parametrize("keys", [(), ("j",)])
def test_space_folds_whatever_the_cursor_stands_on(long: Terminal, keys: tuple[str, ...]) -> None:
    said = "Answer 0." if keys else "Prompt 0."

    async def play(screen: Screen) -> tuple[str, str, str]:
        await screen.press("enter", "t", *keys)
        seen = [screen.text]
        for _ in range(2):
            await screen.press("space")
            seen.append(screen.text)
        return seen[0], seen[1], seen[2]

    opened, folded, again = long.play(play)
    assert f"\n▌   {said}" in opened
    assert f"\n▌   {said}" not in folded
    assert "▌ ▸ " in folded
    assert again == opened


HIDDEN = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\x00-\x1f\x7f-\x9f]")


@pytest.mark.parametrize(
    "said",
    [
        "a &#x202e;gpj.exe b",
        "# &rlm;a &ZeroWidthSpace;b",
        "| a | b |\n|-|-|\n| x | &#x2066;y |",
        "[a&#x202e;](<http://x/&#x202e;b>) ![a&lrm;](<x&#x202e;>)",
        "a&#27;[31m &#155;1m &#13; &#8; &#0;b",
        "```&#x202e;\na\n```\n\nb",
    ],
)
def test_signs_that_markdown_spells_out_are_harmless_as_well(said: str) -> None:
    lines = drawing.Prose(said)
    shown = Console(width=60, file=io.StringIO()).render_lines(lines, pad=False)
    words = "".join(segment.text for line in shown for segment in line)
    assert "a" in words
    assert not HIDDEN.search(words)


def line_of(*parts: str) -> drawing.Line:
    return [Segment(part) for part in parts]


def marks_of(line: drawing.Line) -> list[str]:
    plain = "".join(segment.text if segment.style and segment.style.reverse else "\n" for segment in line)
    return [mark for mark in plain.split("\n") if mark]


@pytest.mark.parametrize(
    ("parts", "marks"),
    [
        (("a needle and a Needle",), ["needle", "Needle"]),
        (("a nee", "dle, NEE", "DLE"), ["needle", "NEEDLE"]),
        (("İİİ needle",), ["needle"]),
        (("nothing",), []),
    ],
)
def test_every_place_of_the_words_is_marked(parts: tuple[str, ...], marks: list[str]) -> None:
    made = drawing.marked(line_of(*parts), "needle")
    assert marks_of(made) == marks
    assert "".join(segment.text for segment in made) == "".join(parts)


def test_only_what_is_searched_is_marked(tools: Terminal) -> None:
    async def play(screen: Screen) -> tuple[list[str], list[str]]:
        await screen.press("enter", "t", "j")
        found = []
        for words in ("tool", "ls"):
            screen.app.screen.query_one(Conversation).found = words
            shown = screen.app.screen.query_one(Conversation)
            found.append([mark for y in range(9) for mark in marks_of(list(shown.render_line(y)))])
        return found[0], found[1]

    labels, said = tools.play(play)
    assert labels == []
    assert said[:1] == ["ls"]


def test_live_asks_only_while_it_is_shown(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(Live, "load", lambda _: asked.append(True))

    async def play(screen: Screen) -> list[int]:
        await screen.press("2")
        live = screen.app.query_one(Live)

        def times() -> int:
            asked.clear()
            live.look_again()
            return len(asked)

        shown = times()
        await screen.app.push_screen(Replay(screen.app.data, f"claude-code:{identity(1)}"))
        covered = times()
        await screen.press("escape")
        again = times()
        await screen.press("3")
        return [shown, covered, again, times()]

    assert terminal.play(play) == [1, 0, 1, 0]


@pytest.fixture
def buried(tmp_path: Path) -> Terminal:
    """A conversation whose words stand deep in a long result of a tool, and another in a long answer."""
    server = Server(tmp_path, f"sqlite:///{tmp_path / 'dashcam.db'}")
    talk = Transcript(identity(1))
    talk.prompt("Look for it")
    talk.answer(tool_use("Bash", "toolu_1", command="cat all"), message_id="msg_1", stop="tool_use")
    lines = [f"line {number}" for number in range(200)]
    talk.tool_result("toolu_1", "\n".join([*lines[:150], "here is the Zebra", *lines[150:]]))
    talk.answer(text("\n\n".join([*lines[:90], "an okapi is here", *lines[90:]])), message_id="msg_2")
    talk.write(server.claude)
    server.scan()
    return Terminal(server)


@pytest.mark.parametrize("words", ["zebra", "okapi"])
def test_what_is_found_in_a_conversation_is_in_sight(buried: Terminal, words: str) -> None:
    async def play(screen: Screen) -> None:
        await screen.press("enter", "t", "slash", *words, "enter")
        assert f"{words} is here" in screen.text.lower() or f"here is the {words}" in screen.text.lower()
        await screen.press("escape", "g", "j", "j", "j")
        assert words not in screen.text.lower()

    buried.play(play)


@pytest.mark.parametrize("words", ["zebra", "okapi"])
def test_a_hit_of_the_search_opens_the_conversation_where_the_words_are(buried: Terminal, words: str) -> None:
    async def play(screen: Screen) -> None:
        await screen.press("5", *words, "enter", "enter")
        assert [line for line in screen.text.lower().split("\n") if words in line and "here" in line]

    buried.play(play)
