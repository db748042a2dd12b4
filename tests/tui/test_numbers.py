"""What the screens of numbers say where a number is unknown, in part unknown, or of an odd time."""

import time
from pathlib import Path
from typing import Any

import pytest

from dashcam.queries import moment
from dashcam.records.settings import CurrencySetting, Settings
from dashcam.tui import call_list, look
from dashcam.tui.listing import Listing
from tests.support.build import DAY, HOUR, MINUTE, SECOND, START
from tests.support.claude_lines import Transcript, text, usage
from tests.support.codex_lines import Rollout
from tests.support.serving import Server
from tests.tui.conftest import WIDE, Screen, Terminal, identity

PRICED, UNPRICED = "claude-opus-4-5", "a-model-of-ours"


@pytest.fixture
def server(tmp_path: Path) -> Server:
    """A machine of its own, on which nothing has run yet."""
    return Server(tmp_path, f"sqlite:///{tmp_path / 'dashcam.db'}")


def words_of(shown: str) -> list[str]:
    """The lines, each with its words parted by one space."""
    return [" ".join(line.split()) for line in shown.split("\n")]


def write_unknown(server: Server) -> None:
    """A session that left no usage on record."""
    rollout = Rollout()
    rollout.turn()
    rollout.prompt()
    rollout.answer()
    rollout.write(server.codex)


def write_used(server: Server, number: int, model: str, *, days_ago: int = 0) -> None:
    """A session of 1,000 tokens of input and 2,000 of output, an hour ago or some days before."""
    talk = Transcript(identity(number), at=int(time.time()) * SECOND - HOUR - days_ago * DAY)
    talk.model = model
    talk.answer(text(), spent=usage(given=1_000, output=2_000), message_id=f"msg_{number}")
    talk.write(server.claude)


def test_a_line_that_is_stamped_fifty_years_ahead_holds_nothing_up(server: Server) -> None:
    talk = Transcript(identity(1))
    talk.prompt()
    talk.answer(text(), message_id="msg_1", spent=usage(output=5))
    talk.at += 50 * 365 * DAY
    talk.answer(text(), message_id="msg_2", spent=usage(output=7))
    talk.write(server.claude)
    server.scan()
    shown = Terminal(server).shown("enter", size=(80, 48))
    assert "32 together" in shown
    assert "Tokens per 246d 14h  at most 17" in shown
    assert "2026-11-01 12:00" in shown
    assert "2076-10-19 12:00" in shown


def test_a_chart_over_time_is_never_longer_than_it_is_wide() -> None:
    length = 100 * 365 * 24 * 60
    per, columns = look.over_time([(0, (1.0, 2.0)), (1, (3.0, 4.0)), (length - 1, (5.0, 6.0))], length, 40, 2)
    assert per == length // 40
    assert columns == [[4.0, 6.0], *[[0.0, 0.0]] * 38, [5.0, 6.0]]


@pytest.mark.parametrize("length", [1, 7, 40, 41, 79, 80, 200])
def test_a_chart_over_time_adds_up_the_same_neighbours_as_one_of_every_minute(length: int) -> None:
    values = [[float(minute % 5), float(minute % 7)] for minute in range(length)]
    _, columns = look.over_time(enumerate(values), length, 40, 2)
    assert columns == look.joined(values, 40)


@pytest.mark.parametrize(
    ("begin", "length", "size", "edges"),
    [
        pytest.param(START, 2 * HOUR, (80, 48), ["12:00", "14:00"], id="one day"),
        pytest.param(START, 50 * HOUR, (80, 48), ["11-01 12:00", "11-03 14:00"], id="days later"),
        pytest.param(START + 11 * HOUR + 58 * MINUTE, 3 * MINUTE, (80, 48), ["11-01 23:58 to 11-02 00:01"], id="short"),
        pytest.param(START, 50 * HOUR, (26, 48), ["11-01 12:00"], id="narrow"),
        pytest.param(START, 61 * DAY, (80, 48), ["2026-11-01 12:00", "2027-01-01 12:00"], id="another year"),
    ],
)
def test_below_the_chart_of_a_session_stands_the_day_where_it_goes_over_several(
    server: Server, begin: int, length: int, size: tuple[int, int], edges: list[str]
) -> None:
    talk = Transcript(identity(1), at=begin)
    talk.answer(text(), message_id="msg_1")
    talk.at = begin + length
    talk.answer(text(), message_id="msg_2")
    talk.write(server.claude)
    server.scan()
    lines = Terminal(server).shown("enter", size=size).split("\n")
    below = next(at for at, line in enumerate(lines) if "Tokens per" in line) + 6
    assert [part.strip() for part in lines[below].split("   ") if part.strip()] == edges


def test_a_session_without_usage_on_record_has_no_numbers_and_no_cost(server: Server) -> None:
    write_unknown(server)
    server.scan()
    shown = words_of(Terminal(server).shown("enter", size=(80, 48)))
    assert "Cost N/A source: transcript" in shown
    assert "Tokens N/A together" in shown
    assert "■ input N/A ■ output N/A ■ cache read N/A ■ cache write N/A" in shown
    assert "cost N/A" in shown
    assert "$0.00" not in " ".join(shown)


def test_a_session_whose_subagent_left_no_usage_on_record_used_at_least_its_own(server: Server) -> None:
    talk = Rollout()
    talk.turn()
    talk.prompt("Look")
    talk.tokens()
    talk.write(server.codex)
    below = Rollout("019f0000-0000-7000-8000-000000000002", parent_thread_id=talk.thread)
    below.turn()
    below.prompt("Look below")
    below.answer()
    below.write(server.codex)
    server.scan()
    # GPT-5.5 costs 5, 30 and, read from the cache, 0.50 dollars a million tokens: 0.001 + 0.003 + 0.0004 dollars.
    shown = words_of(Terminal(server).shown("G", "enter", size=(80, 48)))
    assert "Tokens ≥ 1,100 together" in shown
    assert "■ input ≥ 200 ■ output ≥ 100 ■ cache read ≥ 800 ■ cache write N/A" in shown
    assert "cost ≥ $0.0044" in shown
    assert "↳ Look below N/A tokens N/A" in shown
    assert "1 call ≥ 1,100 tokens ≥ $0.0044" in words_of(Terminal(server).shown("G", "enter", "c"))


def test_a_session_that_used_nothing_says_so(server: Server) -> None:
    talk = Transcript(identity(1))
    talk.prompt()
    talk.write(server.claude)
    server.scan()
    shown = words_of(Terminal(server).shown("enter", size=(80, 48)))
    assert "Tokens 0 together" in shown
    assert "cost $0.00" in shown


def test_a_receipt_in_another_currency_says_that_rates_are_in_dollars(tmp_path: Path) -> None:
    half = CurrencySetting(code="EUR", per_dollar="0.5", symbol="€")
    euros = Settings(time_zone="UTC", scan_processes=1, currency="EUR", currencies=(half,))
    server = Server(tmp_path, f"sqlite:///{tmp_path / 'dashcam.db'}", euros)
    talk = Transcript(identity(1))
    talk.model = "claude-sonnet-4-5"
    talk.answer(text(), spent=usage(given=1_000, output=0))
    talk.write(server.claude)
    server.scan()
    shown = Terminal(server).shown("enter", size=(80, 48))
    assert "$3.00 per million  €0.0015" in shown


def test_an_overview_of_models_without_a_price_says_that_none_is_known(server: Server) -> None:
    write_used(server, 1, UNPRICED)
    server.scan()
    shown = Terminal(server).shown("1")
    assert "No price is known of what was used in the last 30 days." in shown
    assert "Nothing was used" not in shown


def test_the_dearest_day_of_an_overview_is_at_least_what_has_a_price(server: Server) -> None:
    write_used(server, 1, UNPRICED)
    write_used(server, 2, PRICED)
    server.scan()
    # Opus 4.5 costs 5 and 25 dollars a million tokens: 0.005 + 0.05 dollars.
    assert "last 30 days, at most ≥ $0.0550" in Terminal(server).shown("1")


def test_an_overview_of_nothing_says_so(server: Server) -> None:
    assert "Nothing was used in the last 30 days." in Terminal(server).shown("1")


def test_usage_without_any_price_has_no_cost_and_is_shared_out_by_tokens(server: Server) -> None:
    write_used(server, 1, UNPRICED)
    write_used(server, 2, f"{UNPRICED}-2")
    server.scan()
    shown = words_of(Terminal(server).shown("4", "b", "b", size=WIDE))
    assert shown[1].startswith("last 30 days 6,000 tokens N/A 2 models")
    assert shown[2].endswith("Cost % of tokens")
    assert " N/A 50% " in shown[3]
    assert " N/A 50% " in shown[4]


def test_what_has_no_price_has_no_share_and_the_others_have_at_most_theirs(server: Server) -> None:
    write_used(server, 1, UNPRICED)
    write_used(server, 2, PRICED)
    server.scan()
    shown = words_of(Terminal(server).shown("4", "b", "b", size=WIDE))
    assert "≥ $0.0550 2 models" in shown[1]
    assert " $0.0550 ≤ 100% " in shown[3]
    assert shown[4].endswith(" N/A N/A")


def test_a_share_that_is_known_in_part_is_at_least_so_much(server: Server) -> None:
    write_used(server, 1, UNPRICED)
    write_used(server, 2, PRICED)
    write_used(server, 3, PRICED, days_ago=2)
    server.scan()
    shown = words_of(Terminal(server).shown("4", size=WIDE))
    assert " ≥ $0.0550 ≥ 50% " in shown[3]
    assert " $0.0550 ≤ 50% " in shown[4]


def test_the_only_row_of_usage_is_all_of_it_however_much_that_is(server: Server) -> None:
    write_used(server, 1, UNPRICED)
    write_used(server, 2, PRICED)
    server.scan()
    assert " ≥ $0.0550 100% " in words_of(Terminal(server).shown("4", "b", size=WIDE))[3]


def test_the_totals_below_the_table_say_what_they_do_not_know(server: Server) -> None:
    write_unknown(server)
    server.scan()
    assert "1 session N/A tokens N/A source: transcript" in words_of(Terminal(server).shown())
    write_used(server, 1, PRICED)
    server.scan()
    # Opus 4.5 costs 5 and 25 dollars a million tokens: 0.005 + 0.05 dollars.
    assert "2 sessions ≥ 3,000 tokens ≥ $0.0550 source: transcript" in words_of(Terminal(server).shown())


def test_calls_that_come_later_are_sorted_in_once(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Transcript(identity(1))
    for number in range(60):
        talk.answer(text(), spent=usage(given=1 + number * 7 % 60, output=0), message_id=f"msg_{number}")
    talk.write(server.claude)
    server.scan()
    show, shown = Listing.show, []

    def watched(listing: Listing[Any], rows: list[Any], **more: Any) -> None:
        shown.append([row.call.input_tokens for row in rows] if listing.id == "calls" else [])
        show(listing, rows, **more)

    async def play(screen: Screen) -> list[list[int]]:
        await screen.press("enter", "c", "s", "s")
        shown.clear()
        monkeypatch.setattr(call_list, "MORE", 10)
        monkeypatch.setattr(call_list, "LEAST", 10)
        screen.app.screen._list = call_list.CallList(identity(1))  # type: ignore[attr-defined]
        screen.app.screen.changed()  # type: ignore[attr-defined]
        await screen.settled()
        return shown

    monkeypatch.setattr(call_list, "FIRST", 10)
    monkeypatch.setattr(Listing, "show", watched)
    assert Terminal(server).play(play) == [list(range(60, 0, -1))]


@pytest.mark.parametrize("presses", [(), ("f",)])
def test_the_last_days_begin_at_midnight(
    server: Server, presses: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    days = 29 if not presses else 6
    monkeypatch.setattr(moment, "at_present", lambda *_: moment.Moment(now=START + days * DAY))
    for number, at in enumerate((START - 12 * HOUR - SECOND, START - 12 * HOUR), start=1):
        talk = Transcript(identity(number), at=at)
        talk.answer(text(), spent=usage(given=1_000, output=0), message_id=f"msg_{number}")
        talk.write(server.claude)
    server.scan()
    shown = words_of(Terminal(server).shown("4", *presses))
    assert shown[1].startswith(f"last {days + 1} days 1,000 tokens")
    assert shown[3].startswith("2026-11-01 1 1,000")
