"""Keys reach what is in sight: none is lost in a field that nobody sees."""

import pytest
from textual.widgets import Input

from tests.tui.conftest import Screen, Terminal


def test_tab_leads_to_no_field_that_is_out_of_sight(terminal: Terminal) -> None:
    async def play(screen: Screen) -> None:
        await screen.press("tab", "a", "b", "shift+tab", "c", "d")
        assert not isinstance(screen.app.focused, Input)
        assert "3 sessions" in screen.text

    terminal.play(play)


def test_a_search_that_is_left_takes_no_more_keys(terminal: Terminal) -> None:
    async def play(screen: Screen) -> None:
        await screen.press("slash", *"parser")
        assert "1 session " in screen.text
        await screen.press("escape", "tab", "x", "y")
        assert "3 sessions" in screen.text
        assert "“" not in screen.text

    terminal.play(play)


def test_keys_before_the_first_screen_is_drawn_are_the_tables(terminal: Terminal) -> None:
    """What a person types while the program begins comes before anything was mounted."""

    async def play(screen: Screen) -> None:
        names = [one.id for one in screen.app.screen.focus_chain]
        assert "search" not in names
        assert names[0] == "sessions"

    terminal.play(play)


def test_ctrl_c_says_how_to_leave(terminal: Terminal) -> None:
    async def play(screen: Screen) -> None:
        await screen.press("ctrl+c")
        assert [one.message for one in screen.app._notifications] == ["Press q to quit. Where you type, Escape first."]

    terminal.play(play)


def test_nothing_on_record_and_nothing_that_fits_are_told_apart(empty: Terminal, terminal: Terminal) -> None:
    assert "Press 6 to see where dashcam looks" in empty.shown()
    assert "No session fits" in terminal.shown("slash", *"nowhere")


@pytest.mark.parametrize("screen_key", ["1", "6"])
def test_text_that_is_longer_than_the_window_scrolls_by_the_usual_keys(terminal: Terminal, screen_key: str) -> None:
    async def play(screen: Screen) -> None:
        await screen.press(screen_key)
        top = screen.text
        await screen.press("G")
        end = screen.text
        assert end != top
        await screen.press("k")
        assert screen.text != end
        await screen.press("j")
        assert screen.text == end
        await screen.press("g")
        assert screen.text == top
        await screen.press("question_mark")
        assert "↑, k  Up" in screen.text

    terminal.play(play, size=(80, 14))


def test_the_numbers_of_a_session_scroll_by_the_usual_keys(terminal: Terminal) -> None:
    async def play(screen: Screen) -> None:
        await screen.press("G", "enter", "G")
        assert "Receipt" in screen.text
        assert "Session " not in screen.text
        await screen.press("g")
        assert "Session " in screen.text

    terminal.play(play)


@pytest.mark.parametrize("key", ["escape", "down", "enter"])
def test_a_search_is_left_for_its_results_where_digits_are_screens_again(terminal: Terminal, key: str) -> None:
    async def play(screen: Screen) -> None:
        await screen.press("5", *"parser")
        assert "To the results" in screen.text
        await screen.press(key)
        assert "To the results" not in screen.text
        await screen.press("3")
        assert "3 sessions" in screen.text

    terminal.play(play)
