"""Bars, charts and colours of the terminal: every part is seen, and nothing is drawn that cannot be read."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.style import Style

from dashcam.queries.answers import UsageAnswer
from dashcam.queries.outline import PageEntry
from dashcam.records.event import Todo
from dashcam.records.source import SourceKind
from dashcam.tui import look
from dashcam.tui.drawing import draw, folds
from dashcam.writing import words
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


@pytest.mark.parametrize("keys", [(), ("G", "enter"), ("G", "enter", "t"), ("6",)], ids=" ".join)
@pytest.mark.parametrize("theme", ["textual-light", "solarized-light"])
def test_on_a_light_theme_every_word_can_be_read_and_bars_keep_their_colours(
    terminal: Terminal, theme: str, keys: tuple[str, ...]
) -> None:
    async def play(screen: Screen) -> list[tuple[str, float]]:
        screen.app.theme = theme
        await screen.press(*keys)
        lines = screen.app.screen._compositor.render_strips()
        styled = [(one.text, one.style) for line in lines for one in line if one.style is not None]
        return [
            (words, look.contrast(style.color, style.bgcolor))
            for words, style in styled
            if style.color is not None and style.bgcolor is not None
        ]

    shown = terminal.play(play)
    assert [(words, far) for words, far in shown if not look.is_drawing(words) and far < look.LEAST_CONTRAST] == []
    if "t" in keys:
        assert any(far < look.LEAST_CONTRAST for words, far in shown if words.strip() and look.is_drawing(words))


def entry(**given: Any) -> PageEntry:
    """An entry of a conversation."""
    plain: dict[str, Any] = {
        "id": "1", "at": None, "kind": "tool_call", "name": "", "text": "", "tool": "", "tool_input": "", "call_id": "",
        "ok": None, "duration_seconds": None, "lines_added": None, "lines_removed": None, "inherited": False,
        "position": 0, "left_out": 0,
    }  # fmt: skip
    return PageEntry(**plain | given)


def drawn(one: PageEntry, *, is_open: bool = False) -> str:
    lines = draw(one, 78, is_open=is_open, console=Console())
    return "\n".join("".join(part.text for part in line) for line in lines)


def test_tasks_stand_at_their_call_with_their_state() -> None:
    todos = (
        Todo(text="Read", state="done"),
        Todo(text="Write", state="active"),
        Todo(text="Te\x1b[2Jst", state="pending"),
        Todo(text="Sing", state="dropped"),
        Todo(text="What?"),
    )
    told = drawn(entry(tool="TodoWrite", todos=todos))
    assert [line.strip() for line in told.splitlines()[1:] if line.strip()] == [
        "☑ Read", "▣ Write", "☐ Test", "☒ Sing", "☐ What?",
    ]  # fmt: skip
    assert "Read" not in drawn(entry(kind="tool_result", todos=todos))
    assert "☑ #3 Read" in drawn(entry(kind="tool_result", todos=(Todo(id="3", text="Read", state="done"),)))


@pytest.mark.parametrize(("is_open", "shown"), [(False, "asks to use Bash: rm -r nothing"), (True, '"command":')])
def test_what_was_asked_of_a_person_is_said_in_one_line_and_whole_when_opened(shown: str, *, is_open: bool) -> None:
    asked = entry(
        kind="system", name="permission_asked", text='asks to use Bash: {"command":"rm -r nothing","timeout":9}'
    )
    said = drawn(asked, is_open=is_open)
    assert shown in said
    assert ("timeout" in said) is is_open
    assert folds(asked)


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        ("2026-11-22T00:06:59+01:00", "11-22 00:06"),
        ("2025-12-31T23:59:00+00:00", "2025-12-31"),
        (None, "N/A"),
    ],
)
def test_a_time_of_another_year_is_a_date(at: str | None, shown: str) -> None:
    assert look.when(at, 2026) == shown


def test_a_model_is_called_whole_where_there_is_room(terminal: Terminal) -> None:
    assert "claude-sonnet-4-5" in terminal.shown(size=(160, 20))
    narrow = terminal.shown(size=(100, 20))
    assert " sonnet-4-5" in narrow
    assert "claude-" not in narrow


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        ([], ""),
        (["sidecar"], ""),
        (["transcript", "transcript"], "source: transcript"),
        (["hook", "transcript", "otlp_log", "sidecar"], "source: transcript, telemetry, hooks"),
    ],
)
def test_a_total_says_which_kinds_of_source_it_comes_from(kinds: list[str], said: str) -> None:
    assert look.sources(kinds) == said


def test_every_kind_of_source_that_has_numbers_has_a_name() -> None:
    assert {*get_args(SourceKind)} - {"sidecar"} <= set(words.SOURCES)
