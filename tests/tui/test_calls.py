"""Every call of a session and its receipt, by keys. Sonnet 4.5 costs 3, 15, 0.30 and 3.75 dollars a million tokens."""

import re
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from dashcam.tui.calls import Calls
from dashcam.tui.detail import Detail
from dashcam.tui.listing import Listing
from dashcam.tui.replay import Replay
from tests.support.claude_lines import Transcript, text, tool_use, usage
from tests.support.serving import Server, append
from tests.tui.conftest import NARROW, SIZES, WIDE, Screen, Terminal, identity

CALLS = ("G", "enter", "c")
GESTURES = {
    "calls": CALLS,
    "receipt": (*CALLS, "enter"),
    "next call": (*CALLS, "j"),
    "by cost": (*CALLS, "s"),
    "by tokens": (*CALLS, "s", "s"),
    "keys": (*CALLS, "question_mark"),
    "calls of another agent": ("enter", "c"),
}
MODELS = (
    "claude-sonnet-4-5", "claude-opus-4-5", "claude-haiku-4-5", "claude-opus-4-1", "claude-sonnet-4-0",
    "claude-opus-4-0", "claude-3-5-haiku-latest",
)  # fmt: skip


@pytest.fixture
def server(tmp_path: Path) -> Server:
    """A machine of its own, whose files may change."""
    return Server(tmp_path, f"sqlite:///{tmp_path / 'dashcam.db'}")


def begun() -> Transcript:
    talk = Transcript(identity(9), cwd="/home/ada/parser")
    talk.model = "claude-sonnet-4-5"
    talk.prompt("Add a test for the parser")
    return talk


def lines_of(shown: str) -> list[str]:
    """The rows of the table and the lines of receipts, each with its words parted by one space."""
    return [" ".join(line.replace("│", " ").split()) for line in shown.split("\n")]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("gesture", GESTURES)
def test_a_gesture(terminal: Terminal, snapshot: SnapshotAssertion, gesture: str, size: tuple[int, int]) -> None:
    shown = terminal.shown(*GESTURES[gesture], size=size)
    lines = shown.split("\n")
    assert len(lines) == size[1]
    # The price list is another every week.
    assert re.sub("(rate [0-9a-f]{12}|from genai-prices).*", "(prices)", shown) == snapshot


def test_every_call_stands_there_with_what_it_used_and_cost(terminal: Terminal) -> None:
    shown = lines_of(terminal.shown(*CALLS, size=WIDE))
    # 0.003 + 0.003 + 0.0015 + 0.0075, then 0.0003 + 0.00075 + 0.0021, then 0.00015 + 0.006 dollars.
    assert [line for line in shown if line.startswith("11-01")] == [
        "11-01 12:00:03 claude-sonnet-4-5 1,000 200 5,000 2,000 8,200 N/A $0.0150",
        "11-01 12:00:05 claude-sonnet-4-5 100 50 7,000 0 7,150 N/A $0.0032",
        "11-01 12:00:07 claude-sonnet-4-5 50 400 0 0 450 N/A $0.0062",
    ]
    assert "3 calls 15,800 tokens $0.0243" in shown


def test_a_receipt_says_count_times_rate_and_adds_up(terminal: Terminal) -> None:
    shown = lines_of(terminal.shown(*CALLS, "enter"))
    for line in (
        "input 1,000 × 3.00 per million = $0.0030",
        "output 200 × 15.00 per million = $0.0030",
        "cache read 5,000 × 0.30 per million = $0.0015",
        "cache write 5m 2,000 × 3.75 per million = $0.0075",
        "cost $0.0150",
    ):
        assert line in shown
    assert any(line.startswith("rate ") and "claude-sonnet-4-5 of anthropic, since" in line for line in shown)
    assert any(line.startswith("from genai-prices") for line in shown)


def test_the_receipt_below_a_wide_table_follows_the_cursor(terminal: Terminal) -> None:
    async def play(screen: Screen) -> list[list[str]]:
        seen = []
        for keys in (CALLS, ("j",), ("G",)):
            await screen.press(*keys)
            seen.append(lines_of(screen.text))
        return seen

    first, second, last = terminal.play(play, size=WIDE)
    assert "cost $0.0150" in first
    assert "cost $0.00315" in second
    assert "output 400 × 15.00 per million = $0.00600" in last


def test_calls_are_sorted_by_time_cost_and_tokens_and_the_other_way_round(terminal: Terminal) -> None:
    async def play(screen: Screen) -> list[list[int]]:
        orders = []
        for keys in (CALLS, ("s",), ("S",), ("s",)):
            await screen.press(*keys)
            table = screen.app.screen.query_one(Listing)
            orders.append([row.call.output_tokens for row in table.rows])
            assert table.cursor == 0
        return orders

    assert terminal.play(play) == [[200, 50, 400], [200, 400, 50], [50, 400, 200], [200, 50, 400]]


def test_the_transcript_opens_at_the_call(terminal: Terminal) -> None:
    async def play(screen: Screen) -> list[str]:
        said = []
        for keys in ((*CALLS, "j", "t"), ("escape", "j", "enter", "t")):
            await screen.press(*keys)
            assert isinstance(screen.app.screen, Replay)
            shown = screen.app.screen.conversation
            said.append(shown.entries[shown.cursor].text)
        for below in (Calls, Detail):
            await screen.press("escape")
            assert type(screen.app.screen) is below
        return said

    assert terminal.play(play) == ["It fails: I mend it.", "The documents are written."]


def test_the_id_of_the_call_is_copied(terminal: Terminal) -> None:
    async def play(screen: Screen) -> str:
        await screen.press(*CALLS, "j", "y")
        return screen.app.clipboard

    assert terminal.play(play) == "msg_2"


def test_calls_of_subagents_stand_among_the_others_and_say_whose_they_are(server: Server) -> None:
    talk = begun()
    talk.answer(tool_use("Task", "toolu_1"), spent=usage(given=1_000, output=0), stop="tool_use")
    below = talk.subagent()
    below.model = "claude-haiku-4-5"
    below.prompt("Look for the parser")
    below.answer(text("It is in parse.py."), spent=usage(given=2_000, output=100))
    talk.at = below.at
    talk.answer(text("Found."), spent=usage(given=3_000, output=0))
    talk.write(server.claude)
    below.write(server.claude)
    server.scan()

    async def play(screen: Screen) -> tuple[list[str], str]:
        await screen.press(*CALLS, "j")
        shown = lines_of(screen.text)
        await screen.press("t")
        return shown, screen.text

    shown, transcript = Terminal(server).play(play, size=WIDE)
    models = [line.split()[2] for line in shown if line.startswith("11-01")]
    assert models == ["claude-sonnet-4-5", "↳", "claude-sonnet-4-5"]
    assert "of the subagent ↳ Look for the parser" in shown
    assert "3 calls, 1 of them by subagents 6,100 tokens $0.0145" in shown  # 0.003 + 0.0025 + 0.009 dollars
    assert "It is in parse.py." in transcript


def test_what_is_not_known_is_not_a_number(server: Server) -> None:
    talk = begun()
    talk.answer(text("Hello."), spent=usage(given=7, output=9), model="a-model-of-ours")
    talk.write(server.claude)
    server.scan()
    shown = lines_of(Terminal(server).shown(*CALLS, "enter"))
    assert "11-01 12:00:01 a-model-of-ours 9 0 16 N/A" in shown
    assert "not priced" in shown
    assert "cost N/A" in shown
    assert "· no rate is known for a-model-of-ours" in shown


def test_requests_behind_a_gateway_that_share_an_id_have_receipts_of_their_own(server: Server) -> None:
    talk = begun()
    for number in (1, 2):
        spent = usage(given=number * 1_000, output=0)
        talk.answer(text(f"Answer {number}"), spent=spent, message_id="gen", request=f"req_{number}")
    talk.write(server.claude)
    server.scan()

    async def play(screen: Screen) -> list[bool]:
        await screen.press(*CALLS)
        seen = ["cost $0.003" in lines_of(screen.text)]
        await screen.press("j")
        return [*seen, "cost $0.006" in lines_of(screen.text)]

    assert Terminal(server).play(play, size=WIDE) == [True, True]


def test_a_call_that_is_made_meanwhile_appears_and_the_cursor_stays_on_its_call(server: Server) -> None:
    talk = begun()
    talk.answer(text("One."), spent=usage(given=10, output=0), message_id="msg_one")
    talk.answer(text("Two."), spent=usage(given=20, output=0), message_id="msg_two")
    path = talk.write(server.claude)
    server.scan()

    async def play(screen: Screen) -> tuple[str, str, list[str]]:
        await screen.press(*CALLS, "s", "j")
        table = screen.app.screen.query_one(Listing)
        before = under_the_cursor(screen)
        known = len(talk.lines)
        talk.answer(text("Three."), spent=usage(given=30, output=0), message_id="msg_three")
        append(path, talk, since=known)
        server.scan()
        await screen.until("3 calls")
        return before, under_the_cursor(screen), [row.call.call_id for row in table.rows]

    assert Terminal(server).play(play) == ("msg_one", "msg_one", ["msg_three", "msg_two", "msg_one"])


def under_the_cursor(screen: Screen) -> str:
    row = screen.app.screen.query_one(Listing).current
    assert row is not None
    found: str = row.call.call_id
    return found


def many(first_output: int) -> Transcript:
    talk = begun()
    for number in range(450):
        spent = usage(given=1, output=number + 1 if number else first_output)
        talk.answer(text(f"Answer {number}"), spent=spent, message_id=f"msg_{number:03}")
    return talk


def test_calls_of_many_pages_all_come_and_are_read_anew_where_an_early_one_changed(server: Server) -> None:
    path = many(1).write(server.claude)
    server.scan()

    async def play(screen: Screen) -> tuple[list[str], int]:
        await screen.press(*CALLS, "G")
        table = screen.app.screen.query_one(Listing)
        ids = [row.call.call_id for row in table.rows]
        assert under_the_cursor(screen) == "msg_449"
        path.unlink()
        many(5_000).write(server.claude)
        server.scan()
        await screen.until("106,924 tokens")
        await screen.settled()
        assert under_the_cursor(screen) == "msg_449"
        return ids, table.rows[0].call.output_tokens

    # 450 calls of 1 token of input; output of 1 + 2 + ... + 450 = 101,475, and 4,999 more.
    ids, first = Terminal(server).play(play)
    assert ids == [f"msg_{number:03}" for number in range(450)]
    assert first == 5_000


def test_a_session_without_calls_says_so(server: Server) -> None:
    begun().write(server.claude)
    server.scan()
    assert "No call to a model is on record." in Terminal(server).shown(*CALLS, "enter", "s", "t", "y")


def test_the_receipt_of_a_session_says_how_many_lines_are_left_out(server: Server) -> None:
    talk = begun()
    for model in MODELS:
        spent = usage(given=1_000, output=1_000, cache_read=1_000, write_5m=1_000)
        talk.answer(text("Done."), spent=spent, model=model)
    talk.write(server.claude)
    server.scan()

    async def play(screen: Screen) -> str:
        await screen.press("G", "enter")
        return screen.text

    # Four lines for each of seven models; those of the cheapest stand last: 0.80 + 4 + 0.08 + 1 dollars a million.
    shown = lines_of(Terminal(server).play(play, size=(100, 120)))
    assert "and 4 more $0.0059" in shown


@pytest.mark.parametrize("size", [(20, 5), (12, 3), (40, 8)])
def test_a_tiny_terminal_is_survived(terminal: Terminal, size: tuple[int, int]) -> None:
    for keys in (CALLS, (*CALLS, "enter"), (*CALLS, "G", "s", "enter", "j", "t")):
        assert len(terminal.shown(*keys, size=size).split("\n")) == size[1]


def test_a_window_that_is_made_wide_shows_the_receipt(terminal: Terminal) -> None:
    async def play(screen: Screen) -> tuple[bool, bool, bool]:
        await screen.press(*CALLS)
        seen = ["per million" in screen.text]
        for size in (WIDE, NARROW):
            await screen.pilot.resize_terminal(*size)
            await screen.settled()
            seen.append("per million" in screen.text)
        return seen[0], seen[1], seen[2]

    assert terminal.play(play) == (False, True, False)
