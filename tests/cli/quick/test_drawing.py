"""The status line on a screen: its parts, their colours, and what is left out where it is narrow."""

import pytest

from dashcam.agents.quick import Limit, Status
from dashcam.cli.quick.drawing import dollars, line_of, parts_of, span
from dashcam.cli.quick.recorded import Burn

NOW = 1_000_000.0
WHOLE = (
    "$1.24 session · $18.40 today · context 42% · 5h 24% resets in 2h 10m · 7d 41% resets in 3d 4h · $4.20/h last 40m"
)


def status(context: float | None = 42, *limits: Limit) -> Status:
    told = limits or (Limit("5h", 23.5, NOW + 7_800), Limit("7d", 41.2, NOW + 273_600))
    return Status(session="s1", cost=1.24, context=context, limits=told, changing=())


def drawn(width: int | None = None, *, colored: bool = False) -> str:
    parts = parts_of(status(), (18_400_000_000, 0), Burn(4.2, 40 * 60 * 1_000_000), NOW)
    return line_of(parts, width, colored=colored)


def test_everything_that_is_known_stands_in_one_line() -> None:
    assert drawn() == WHOLE


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (len(WHOLE), WHOLE),
        (len(WHOLE) - 1, WHOLE.rpartition(" · ")[0]),
        (70, "$1.24 session · $18.40 today · context 42% · 5h 24% resets in 2h 10m"),
        (60, "$1.24 session · context 42% · 5h 24% resets in 2h 10m"),
        (30, "$1.24 session · context 42%"),
        (5, "$1.24 session"),
    ],
)
def test_a_narrow_terminal_loses_the_least_important_parts(width: int, line: str) -> None:
    assert drawn(width) == line


def test_colours_say_how_full_it_is_and_take_no_room() -> None:
    line = drawn(len(WHOLE), colored=True)
    assert "\x1b[32mcontext 42%\x1b[0m" in line
    assert line.endswith("\x1b[2mlast 40m\x1b[0m")


@pytest.mark.parametrize(("percent", "color"), [(0, 32), (59.9, 32), (60, 33), (84, 33), (85, 31), (120, 31)])
def test_a_fuller_context_is_more_alarming(percent: float, color: int) -> None:
    (part,) = [part for part in parts_of(status(percent), None, None, NOW) if "context" in part.text]
    assert part.color == str(color)


def test_a_limit_that_began_anew_is_not_shown_as_it_was() -> None:
    parts = parts_of(status(None, Limit("5h", 99, NOW - 1), Limit("7d", 50, None)), None, None, NOW)
    assert [part.text for part in parts] == ["$1.24 session", "7d 50%"]


def test_a_day_with_calls_of_unknown_price_cost_at_least_so_much() -> None:
    parts = parts_of(status(), (3_000_000_000, 2), None, NOW)
    assert parts[1].text == "≥ $3.00 today"


@pytest.mark.parametrize(
    ("amount", "said"), [(0, "$0.00"), (0.0123, "$0.0123"), (0.1, "$0.10"), (1_234.5, "$1,234.50")]
)
def test_less_than_ten_cents_has_more_digits(amount: float, said: str) -> None:
    assert dollars(amount) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-5, "0s"), (59, "59s"), (60, "1m"), (3_599, "59m"), (3_600, "1h"), (7_860, "2h 11m"), (86_400, "1d")],
)
def test_a_time_is_written_in_its_two_largest_units(seconds: float, said: str) -> None:
    assert span(seconds) == said
