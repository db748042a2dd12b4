"""Bars, charts and colours of the terminal: every part is seen, and nothing is drawn that cannot be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from dashcam.queries.answers import UsageAnswer
from dashcam.tui import look
from tests.tui.conftest import Screen, Terminal

COUNTS = st.lists(st.integers(0, 10**9), min_size=4, max_size=4)


def used(counts: list[int]) -> UsageAnswer:
    return UsageAnswer(
        calls=1, input_tokens=counts[0], output_tokens=counts[1], cache_read_tokens=counts[2],
        cache_write_5m_tokens=counts[3], cache_write_1h_tokens=0, reasoning_tokens=0, total_tokens=sum(counts),
        cost_usd=None, unpriced_calls=0, estimated_cost_usd=None, inexact_calls=0,
    )  # fmt: skip


@given(COUNTS, st.integers(4, 200))
def test_a_bar_of_tokens_is_full_and_shows_every_type_that_there_is(counts: list[int], width: int) -> None:
    bar = look.token_bar(used(counts), width)
    assert bar.cell_len == (width if any(counts) else 0)
    assert len(bar.spans) == sum(count > 0 for count in counts)


def test_parts_of_a_column_meet_within_one_sign() -> None:
    upper, lower = look.stacked([(75.0, 25.0)], ("red", "blue"), 2, 1)
    assert (lower.plain, str(lower.spans[0].style)) == ("█", "red")
    assert (upper.plain, str(upper.spans[0].style)) == ("▄", "red on blue")


@pytest.mark.parametrize(
    ("words", "ground", "color"),
    [("✗", "white on #13274f", "#f87171"), ("✗", "black on #ffff00", "black"), ("██", "black on #ffff00", "#f87171")],
)
def test_a_colour_that_cannot_be_read_on_the_cursor_gives_way_and_a_bar_keeps_its_own(
    words: str, ground: str, color: str
) -> None:
    shown = look.readable(Style.parse("#f87171"), words, Style.parse(ground))
    assert shown.color == Style.parse(color).color


def test_what_the_table_is_sorted_by_is_shown_in_a_narrow_window_too(terminal: Terminal) -> None:
    assert "Duration ↓" in terminal.shown("s")
    assert "Tokens ↓" in terminal.shown("s", "s")


def test_what_is_searched_for_can_be_read_while_one_types(terminal: Terminal) -> None:
    assert terminal.shown("5", *"parser").split("\n")[1].strip() == "parser"


def test_the_theme_of_dashcam_is_there_from_the_first_drawing_on(terminal: Terminal) -> None:
    async def play(screen: Screen) -> str:
        return str(screen.app.screen.styles.background.hex)

    assert terminal.play(play).lower() == "#0b0d10"


def test_a_row_of_usage_is_not_said_to_open(terminal: Terminal) -> None:
    assert "Open" not in terminal.shown("4").split("\n")[-1]
