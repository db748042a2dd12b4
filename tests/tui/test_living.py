"""What goes on while one looks: new lines, filters, many rows, and a database that is gone for a while."""

import re
import sqlite3
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dashcam.tui.data import Data
from dashcam.tui.footer import Footer
from dashcam.tui.listing import Column, Listing
from dashcam.tui.tabs import Tabs
from tests.support import postgres
from tests.support.build import SECOND
from tests.support.claude_lines import Transcript, text, usage
from tests.support.serving import Server, append
from tests.tui.conftest import NARROW, SIZES, WIDE, Screen, Terminal, identity, write_sessions


@pytest.fixture
def living(tmp_path: Path) -> Terminal:
    """A machine of its own, whose files may change."""
    server = Server(tmp_path, f"sqlite:///{tmp_path / 'dashcam.db'}")
    write_sessions(server)
    return Terminal(server)


def begun(words: str) -> Transcript:
    """A session whose first line is of this very second."""
    talk = Transcript(identity(50), at=int(time.time()) * SECOND, cwd="/home/ada/stars")
    talk.prompt(words)
    return talk


def test_a_session_that_begins_and_goes_on_is_shown_without_a_server(living: Terminal) -> None:
    talk = begun("Count the stars")

    async def play(screen: Screen) -> None:
        talk.write(living.server.claude)
        await screen.until("Count the stars")
        await screen.press("g", "enter", "t", "f")
        await screen.until("follows")
        before = len(talk.lines)
        talk.answer(text("There are nine of them."), spent=usage(output=9))
        append(talk.path(living.server.claude), talk, since=before)
        await screen.until("There are nine of them.")

    living.play(play, watch=True)


def test_a_filter_narrows_the_table_and_the_line_above_says_so(terminal: Terminal) -> None:
    async def play(screen: Screen) -> str:
        await screen.press("f")
        screen.app.screen.query_one("#project").value = "parser"  # type: ignore[attr-defined]  # an input's
        await screen.press("ctrl+s")
        return screen.text

    shown = terminal.play(play)
    assert "all time · project parser" in shown
    assert "1 session " in shown
    assert "日本語" not in shown


def test_a_locked_database_is_said_and_waited_for(living: Terminal) -> None:
    other = sqlite3.connect(living.server.home / "dashcam.db", isolation_level=None)
    talk = begun("After the lock")

    async def play(screen: Screen) -> None:
        other.execute("BEGIN EXCLUSIVE")
        talk.write(living.server.claude)
        await screen.press("j", "k", "G", "g")
        assert "Tests for the parser" in screen.text
        other.execute("COMMIT")
        await screen.until("After the lock")

    living.play(play, watch=True)
    other.close()


def test_a_postgresql_that_goes_away_and_comes_back_is_waited_for(
    tmp_path: Path, postgres_server: str, postgres_url: str
) -> None:
    server = Server(tmp_path, postgres_url)
    write_sessions(server)
    talk = begun("After the restart")
    name = postgres_url.partition("?")[0].rpartition("/")[2]

    async def play(screen: Screen) -> None:
        with psycopg.connect(postgres.url_of(postgres_server, "postgres"), autocommit=True) as other:
            other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
            other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
            await screen.until("cannot reach the database")
            await screen.press("j", "k")
            assert "Tests for the parser" in screen.text
            talk.write(server.claude)
            other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
        await screen.until("After the restart")
        await screen.press("g", "enter")
        await screen.until("Tokens per minute")
        assert "cannot reach" not in screen.text

    Terminal(server).play(play, watch=True)


def test_a_file_that_vanishes_takes_nothing_from_the_screen(living: Terminal) -> None:
    async def play(screen: Screen) -> str:
        for path in (living.server.claude / "projects").rglob("*.jsonl"):
            path.unlink()
        await screen.press("G", "enter", "t")
        return screen.text

    assert "Add a test for the parser" in living.play(play, watch=True)


@pytest.mark.parametrize("size", [(20, 5), (12, 3), (40, 8)])
def test_a_tiny_terminal_is_survived(terminal: Terminal, size: tuple[int, int]) -> None:
    for keys in (
        (),
        ("1",),
        ("4",),
        ("5",),
        ("6",),
        ("G", "enter"),
        ("G", "enter", "t", "n"),
        ("f",),
        ("question_mark",),
    ):
        shown = terminal.shown(*keys, size=size)
        assert len(shown.split("\n")) == size[1]


@pytest.mark.parametrize("size", SIZES)
def test_a_resized_window_is_drawn_anew(terminal: Terminal, size: tuple[int, int]) -> None:
    async def play(screen: Screen) -> tuple[str, str]:
        await screen.press("G", "enter", "t")
        before = screen.text
        await screen.pilot.resize_terminal(60, 20)
        await screen.settled()
        await screen.pilot.resize_terminal(*size)
        await screen.settled()
        return before, screen.text

    before, after = terminal.play(play, size=size)
    assert before == after


@pytest.mark.parametrize("keys", [("enter",), ("enter", "t"), ("enter", "c")])
def test_a_screen_that_is_left_before_its_answer_comes_ends_nothing(
    terminal: Terminal, keys: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = Data._answer

    def late(data: Data, question: Any) -> Any:  # noqa: ANN401  any answer
        time.sleep(0.1)
        return answer(data, question)

    async def play(screen: Screen) -> None:
        await screen.press(*keys[:-1])
        monkeypatch.setattr(Data, "_answer", late)
        for _ in range(3):
            await screen.pilot.press(keys[-1], "escape")
        await screen.settled()
        await screen.until("3 sessions" if len(keys) == 1 else "Tokens per minute")

    terminal.play(play)


def test_nothing_on_record_is_said_in_words(empty: Terminal) -> None:
    assert "No session is on record yet" in empty.shown()
    assert "Nothing runs now" in empty.shown("1")
    assert "Nothing runs now" in empty.shown("2")


def test_a_click_chooses_a_row_and_a_second_one_opens_it(terminal: Terminal) -> None:
    async def play(screen: Screen) -> str:
        listing = screen.app.screen.query_one(Listing)
        await screen.pilot.click(listing, offset=(5, 3))
        await screen.settled()
        assert listing.cursor == 2
        await screen.pilot.click(listing, offset=(5, 3))
        await screen.settled()
        return screen.text

    assert "Tokens per minute" in terminal.play(play)


def test_brackets_in_words_are_no_orders(terminal: Terminal) -> None:
    assert "“[/x][red]”" in terminal.shown("slash", *"[/x][red]")
    assert "[/x]" in terminal.shown("5", *"[/x]")

    async def play(screen: Screen) -> None:
        await screen.press("G", "enter", "t", "slash", *"[/x]", "enter")
        await screen.until("“[/x]” is not in")

    terminal.play(play, notifications=True)


def test_a_key_of_the_last_line_can_be_clicked(terminal: Terminal) -> None:
    async def play(screen: Screen) -> None:
        footer = screen.app.screen.query_one(Footer)
        await screen.pilot.click(footer, offset=(screen.text.split("\n")[-1].index("Sort"), 0))
        await screen.until("Duration ↓")

    terminal.play(play, size=WIDE)


def test_a_title_of_a_column_sorts_by_it_and_turns_the_order(terminal: Terminal) -> None:
    async def play(screen: Screen) -> None:
        listing = screen.app.screen.query_one(Listing)
        for words in ("Cost ↓", "Cost ↑"):
            at = screen.text.split("\n")[2].index("Cost")
            await screen.pilot.click(listing, offset=(at, 0))
            await screen.until(words)
        assert [row.cost_usd for row in listing.rows] == sorted(row.cost_usd for row in listing.rows)

    terminal.play(play)


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
def test_a_screen_is_opened_by_a_click_on_its_name(terminal: Terminal, size: tuple[int, int]) -> None:
    async def play(screen: Screen) -> None:
        at = screen.text.split("\n")[0].index("4")
        await screen.pilot.click(Tabs, offset=(at, 0))
        await screen.until("2026-11-01  ")

    terminal.play(play, size=size)


def test_news_of_a_session_move_nothing_for_who_reads_it(living: Terminal) -> None:
    talk = begun("Read me")
    for number in range(40):
        talk.answer(text(f"Paragraph {number}."), message_id=f"msg_{number}")
    path = talk.write(living.server.claude)
    living.server.scan()

    async def play(screen: Screen) -> None:
        await screen.press("g", "enter", "t", *["pagedown"] * 2, "j")
        before = [line[:-1] for line in screen.text.split("\n")[1:20]]  # All but the line of where, and the bar.
        held = len(talk.lines)
        talk.answer(text("The last word."), message_id="msg_last")
        append(path, talk, since=held)
        await screen.until("of 42")
        assert [line[:-1] for line in screen.text.split("\n")[1:20]] == before

    living.play(play, watch=True)


def test_of_fifty_thousand_rows_only_those_in_sight_are_drawn(terminal: Terminal) -> None:
    rows = [f"row {number}" for number in range(50_000)]
    drawn: list[str] = []

    def show(row: str) -> str:
        drawn.append(row)
        return row

    async def play(screen: Screen) -> str | None:
        listing: Listing[str] = Listing([Column(title="Row", show=show, width=10)])
        await screen.app.screen.mount(listing)
        listing.show(rows, keep=str)
        listing.focus()
        await screen.press("G")
        return listing.current

    assert terminal.play(play, size=NARROW) == "row 49999"
    assert len(set(drawn)) < 100


def test_rows_that_come_behind_can_be_reached_and_move_nothing(terminal: Terminal) -> None:
    async def play(screen: Screen) -> None:
        listing: Listing[str] = Listing([Column(title="Row", show=str, width=10)])
        await screen.app.screen.mount(listing)
        listing.show(["first"])
        listing.focus()
        await screen.settled()
        listing.add([f"row {number}" for number in range(1, 100)])  # More than have room: a scrollbar comes.
        await screen.settled()
        assert "row 20" in screen.text
        listing.add([f"row {number}" for number in range(100, 1_000)])
        assert not screen.app.screen._layout_required
        await screen.press("G")
        assert listing.current == "row 999"
        assert "row 999" in screen.text

    terminal.play(play, size=(80, 60))


def test_a_conversation_of_thousands_is_held_by_the_stretch(tmp_path: Path) -> None:
    server = Server(tmp_path, f"sqlite:///{tmp_path / 'dashcam.db'}")
    talk = Transcript(cwd="/home/ada/long")
    for number in range(1_500):
        talk.prompt(f"Prompt {number}")
        talk.answer(text(f"Answer {number}"), message_id=f"msg_{number}")
    talk.write(server.claude)
    server.scan()

    async def play(screen: Screen) -> list[str]:
        seen = []
        for keys in (("enter", "t"), ("G",), ("N",), ("g",), ("n",), *[("pagedown",)] * 12):
            await screen.press(*keys)
            seen.append(screen.text)
        return seen

    first, last, before, again, second, *pages = Terminal(server).play(play)
    assert "Prompt 0" in first
    assert "Answer 1499" in last
    assert "Prompt 1499" in before
    assert "Prompt 0" in again
    assert "2 of 3,000" in second or "3 of 3,000" in second
    below = [page.partition("\n")[2] for page in pages]  # The first line says the title.
    turned = [[int(number) for number in re.findall(r"Prompt (\d+)", page)] for page in below]
    assert sorted({number for page in turned for number in page}) == list(range(turned[0][0], turned[-1][-1] + 1))
    assert turned[-1][0] >= turned[0][0] + 11 * 17 // 6 - 1  # A page passes 17 lines, a prompt with its answer has 6.
