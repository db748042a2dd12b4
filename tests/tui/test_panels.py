"""What the panels and the smaller screens do with words that make no sense, and with work that takes its time."""

import asyncio
import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import msgspec
import pytest
from textual.widgets import Input

from dashcam.agents.launching import Launching, Order
from dashcam.ingest.launch import start
from dashcam.queries.answers import SessionAnswer
from dashcam.queries.found import HitAnswer
from dashcam.records.errors import BadInput, DashcamError
from dashcam.tui.export import ExportPanel, write
from dashcam.tui.launching import LaunchPanel
from dashcam.tui.listing import Listing
from dashcam.tui.search import Search, _fitted_snippet, _snippet
from tests.support.claude_lines import Transcript, text
from tests.tui.conftest import Screen, Terminal


async def exported(screen: Screen, path: str) -> str:
    """Ask for an export to a file, and give what stands on the screen then."""
    await screen.press("e")
    screen.app.screen.query_one("#path", Input).value = path
    await screen.press("enter")
    return screen.text


def test_the_home_of_nobody_is_no_place_for_an_export_and_the_panel_says_so(terminal: Terminal) -> None:
    shown = terminal.play(lambda screen: exported(screen, "~nobody-of-this-name/x.csv"))
    assert "Nobody has the home of ~nobody-of-this-name/x.csv" in shown


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is launched on Windows")
def test_nothing_is_launched_in_the_home_of_nobody_and_the_panel_says_so(terminal: Terminal) -> None:
    async def play(screen: Screen) -> str:
        await screen.press("R", *"more")
        screen.app.screen.query_one("#directory", Input).value = "~nobody-of-this-name/x"
        await screen.press("enter")
        return screen.text

    shown = terminal.play(play)
    assert "'~nobody-of-this-name/x' is no directory of this machine" in shown
    assert not list(Path(terminal.server.setup.home).glob("launches/*"))


def hit(snippet: str, *words: str) -> HitAnswer:
    """A hit whose marks stand at some words of its snippet."""
    marks = sorted((snippet.index(one), snippet.index(one) + len(one)) for one in words)
    return HitAnswer(
        session_id="1", agent="claude-code", agent_name="", project="", title="", at=None, kind="prompt", name="",
        snippet=snippet, marks=tuple(marks), event_id="1.1.1",
    )  # fmt: skip


def marked(row: HitAnswer, room: int | None = None) -> list[str]:
    """What is marked in the snippet of a hit, as it is drawn in some room."""
    made = _snippet(row) if room is None else _fitted_snippet(row, room)
    if room is not None:
        made.truncate(room, overflow="ellipsis")
    return [made.plain[span.start : span.end] for span in made.spans]


@pytest.mark.parametrize(
    "snippet",
    ["The zebra    is here", "zebra", " \u200bzebra\u202e ", "\x1b[31m zebra\x1b[0m", "\u200f zebra"],
)
def test_what_a_search_found_is_marked_whatever_stands_beside_it(snippet: str) -> None:
    assert marked(hit(snippet, "zebra")) == ["zebra"]


def test_every_word_of_a_search_is_marked_where_it_stands() -> None:
    row = hit("A  giraffe   and a zebra", "giraffe", "zebra")
    assert _snippet(row).plain == "A giraffe and a zebra"
    assert marked(row) == ["giraffe", "zebra"]


def test_marks_that_overlap_mark_each_sign_once() -> None:
    row = hit("the zebras", "zebra", "ras")
    assert _snippet(row).plain == "the zebras"
    assert marked(row) == ["zebra", "s"]


@pytest.mark.parametrize("room", [7, 18, 28, 60])
@pytest.mark.parametrize("before", ["", "far away ", "日本語の" * 12, "e\u0301" * 40, "words " * 9])
@pytest.mark.parametrize("behind", ["", "!", " and so on, for a long while, as it does"])
def test_what_a_search_found_is_in_sight_in_any_room(before: str, behind: str, room: int) -> None:
    row = hit(before + "zebra" + behind, "zebra")
    assert marked(row, room) == ["zebra"]


def test_a_snippet_that_fits_is_shown_whole_and_one_that_does_not_fills_its_room() -> None:
    row = hit("far beyond all the mountains came a zebra", "zebra")
    assert _fitted_snippet(row, 41).plain == "far beyond all the mountains came a zebra"
    assert _fitted_snippet(row, 18).plain == "…ains came a zebra"


def test_what_was_found_is_in_sight_at_80_columns(empty: Terminal) -> None:
    talk = Transcript(cwd="/home/ada/x")
    talk.prompt("hello")
    talk.answer(text("It was long ago, in a country far away beyond all the mountains, that a giraffe came"))
    talk.write(empty.server.claude)
    empty.server.scan()
    assert empty.shown("5", *"giraffe").count("giraffe") == 2


def test_what_is_looked_for_in_vain_is_said_without_its_orders(terminal: Terminal) -> None:
    async def play(screen: Screen) -> str:
        await screen.press("5")
        screen.app.screen.query_one(Search).query_one(Input).value = "gira\x9b31mffe\u202e"
        await screen.settled()
        return screen.app.screen.query_one(Search).query_one(Listing)._empty

    assert terminal.play(play) == "Nothing holds “giraffe”."


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://db/x?user=ada&password=secret", "postgresql://db/x?user=ada&password=***"),
        ("postgresql://ada:secret@db/x", "postgresql://ada:***@db/x"),
        ("sqlite:////home/ada@work/x.db", "sqlite:////home/ada@work/x.db"),
    ],
)
def test_the_settings_show_where_the_database_is_without_its_password(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, url: str, shown: str
) -> None:
    async def play(screen: Screen) -> str:
        monkeypatch.setattr(terminal.server.setup, "database_url", url)
        await screen.press("6")
        return screen.text

    text = terminal.play(play)
    assert f"  {shown}\n" in text
    assert "secret" not in text


class Waiting(list[SessionAnswer]):
    """Rows that come only when they are let."""

    def __init__(self, rows: list[SessionAnswer]) -> None:
        super().__init__(rows)
        self.begun, self.let = Event(), Event()
        self.times = 0

    def __iter__(self) -> Iterator[SessionAnswer]:
        self.times += 1
        self.begun.set()
        self.let.wait()
        return super().__iter__()


def answers(terminal: Terminal) -> list[SessionAnswer]:
    """The sessions that the table of a machine shows."""

    async def play(screen: Screen) -> list[SessionAnswer]:
        return list(screen.app.screen.query_one("#Sessions").query_one(Listing).rows)

    found: list[SessionAnswer] = terminal.play(play)
    return found


def test_while_an_export_is_written_the_panel_says_so_and_a_second_enter_writes_nothing(
    terminal: Terminal, tmp_path: Path
) -> None:
    rows = Waiting(answers(terminal))
    path = tmp_path / "x[" / "].csv"
    path.parent.mkdir()

    async def play(screen: Screen) -> None:
        screen.app.push_screen(ExportPanel(rows))
        await screen.settled()
        screen.app.screen.query_one("#path", Input).value = str(path)
        await screen.pilot.press("enter")
        assert await asyncio.to_thread(rows.begun.wait, 60)
        await screen.pilot.pause()
        assert "Writing 3 sessions... Escape breaks it off." in screen.text
        await screen.pilot.press("enter")
        rows.let.set()
        await screen.settled()
        assert not isinstance(screen.app.screen, ExportPanel)
        assert [one.message for one in screen.app._notifications] == [f"Wrote 3 sessions to {path}"]

    terminal.play(play, notifications=True)
    assert rows.times == 1
    assert list(path.parent.iterdir()) == [path]


def test_an_export_that_is_left_meanwhile_leaves_no_file(terminal: Terminal, tmp_path: Path) -> None:
    rows = Waiting(answers(terminal))

    async def play(screen: Screen) -> None:
        screen.app.push_screen(ExportPanel(rows))
        await screen.settled()
        screen.app.screen.query_one("#path", Input).value = str(tmp_path / "x.csv")
        await screen.pilot.press("enter")
        assert await asyncio.to_thread(rows.begun.wait, 60)
        await screen.pilot.press("escape")
        assert not isinstance(screen.app.screen, ExportPanel)
        rows.let.set()

    terminal.play(play)
    assert list(tmp_path.iterdir()) == []


def test_an_export_holds_every_row_once_in_order(terminal: Terminal, tmp_path: Path) -> None:
    rows = answers(terminal) * 150
    for name in ("x.csv", "x.json"):
        write(tmp_path / name, rows, Event())
    ids = [row.session_id for row in rows]
    with (tmp_path / "x.csv").open(newline="", encoding="utf-8") as file:
        assert [row["session_id"] for row in csv.DictReader(file)] == ids
    assert msgspec.json.decode((tmp_path / "x.json").read_bytes(), type=list[SessionAnswer]) == rows
    assert (tmp_path / "x.json").read_text().startswith('[\n  {\n    "session_id": ')


@pytest.mark.parametrize("name", ["x.csv", "x.json"])
def test_an_export_of_nothing_can_be_read(tmp_path: Path, name: str) -> None:
    write(tmp_path / name, [], Event())
    text = (tmp_path / name).read_text()
    assert text == "[]\n" if name == "x.json" else text.startswith("session_id,")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no file's size")
@pytest.mark.parametrize("name", ["x.csv", "x.json"])
def test_an_export_that_finds_no_more_room_leaves_nothing_behind(terminal: Terminal, tmp_path: Path, name: str) -> None:
    import resource

    rows = answers(terminal) * 100
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        with pytest.raises(DashcamError, match="cannot write"):
            write(tmp_path / name, rows, Event())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []
    write(tmp_path / name, rows, Event())


def test_an_export_touches_no_file_that_is_there_and_says_so(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("mine")
    shown = terminal.play(lambda screen: exported(screen, str(path)))
    assert "It is there already" in shown
    assert path.read_text() == "mine"


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is launched on Windows")
def test_while_a_launch_is_started_the_panel_says_so_and_a_second_enter_starts_nothing(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, let, times = Event(), Event(), []

    def checked(order: Order, launching: Launching, path: str) -> Order:
        times.append((order.prompt, launching, path))
        begun.set()
        let.wait(60)
        raise BadInput("no such luck", "Try again.")

    monkeypatch.setattr(start, "checked", checked)

    async def play(screen: Screen) -> str:
        await screen.press("R", *"more")
        await screen.pilot.press("enter")
        assert await asyncio.to_thread(begun.wait, 60)
        await screen.pilot.press("enter", "escape")
        assert isinstance(screen.app.screen, LaunchPanel)
        assert "Launching..." in screen.text
        let.set()
        await screen.settled()
        shown = screen.text
        await screen.press("escape")
        assert len(screen.app.screen_stack) == 1
        return shown

    assert "no such luck. Try again." in terminal.play(play)
    assert [prompt for prompt, _, _ in times] == ["more"]
