"""A program that is open for long: the database is slow, goes and comes, years end; and q ends it every time."""

import asyncio
import socket
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path
from threading import Event, Thread

import pytest

import dashcam.tui.data as data_module
from dashcam.records.errors import DatabaseError
from dashcam.store.postgres import PATIENCE, PostgresDatabase
from dashcam.store.totals import revision_of
from dashcam.tui import app as app_module
from dashcam.tui import sessions as sessions_module
from dashcam.tui.data import CLOSE_SECONDS, Data
from dashcam.tui.plain import OneLine
from dashcam.tui.sessions import Sessions
from dashcam.tui.watching import STOP_SECONDS, Watching
from tests.support.build import SECOND
from tests.support.claude_lines import Transcript, text, usage
from tests.support.serving import Server
from tests.tui.conftest import Screen, Terminal, identity, write_sessions


@pytest.fixture
def living(tmp_path: Path) -> Terminal:
    """A machine of its own, whose files may change."""
    server = Server(tmp_path, f"sqlite:///{tmp_path / 'dashcam.db'}")
    write_sessions(server)
    return Terminal(server)


def begin(terminal: Terminal, words: str, *, at: int | None = None) -> None:
    """Save a session that begins now."""
    talk = Transcript(identity(50), at=(at or int(time.time())) * SECOND, cwd="/home/ada/stars")
    talk.prompt(words)
    talk.answer(text("Nine."), spent=usage(output=9))
    talk.write(terminal.server.claude)
    terminal.server.scan()


class Outage:
    """A database that is gone while it is said to be."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_gone = False
        answer = Data._answer

        def perhaps(data: Data, question: object) -> object:
            if self.is_gone:
                raise DatabaseError("cannot reach the database: no", "Wait.")
            return answer(data, question)  # type: ignore[arg-type]  # whatever it asks

        monkeypatch.setattr(Data, "_answer", perhaps)


@pytest.fixture
def outage(monkeypatch: pytest.MonkeyPatch) -> Outage:
    return Outage(monkeypatch)


def test_a_database_that_answers_slowly_is_followed_all_the_same(
    living: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(database: object) -> int:
        time.sleep(3 * app_module.POLL_SECONDS)
        return revision_of(database)  # type: ignore[arg-type]  # what it was given

    monkeypatch.setattr(data_module, "revision_of", slow)

    async def play(screen: Screen) -> None:
        await asyncio.to_thread(begin, living, "Count the stars")
        await screen.until("Count the stars")

    living.play(play)


def test_what_was_saved_before_the_first_look_is_shown(living: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_module, "POLL_SECONDS", 0.5)

    async def play(screen: Screen) -> None:
        await asyncio.to_thread(begin, living, "Count the stars")
        await screen.until("Count the stars")

    living.play(play)


def test_when_the_database_is_back_what_was_asked_meanwhile_is_asked_again(living: Terminal, outage: Outage) -> None:
    async def play(screen: Screen) -> None:
        await screen.pilot.pause(2 * app_module.POLL_SECONDS)
        outage.is_gone = True
        await screen.press("s")
        assert "Started ↓" in screen.text
        assert "Duration ↓" not in screen.text
        await screen.press("enter")
        await screen.until("cannot reach the database")
        outage.is_gone = False
        await screen.until("Tokens per minute")
        await screen.press("escape")
        await screen.until("Duration ↓")
        assert "cannot reach" not in screen.text

    living.play(play)


def test_a_resume_line_that_cannot_be_asked_for_ends_nothing(living: Terminal, outage: Outage) -> None:
    async def play(screen: Screen) -> None:
        outage.is_gone = True
        await screen.press("Y")
        assert ["cannot reach the database" in one.message for one in screen.app._notifications] == [True]

    living.play(play)


def test_a_trouble_of_who_watches_stays_until_it_is_over(living: Terminal) -> None:
    async def play(screen: Screen) -> None:
        heard = screen.app._heard
        await asyncio.to_thread(heard, "no room left on the disk")
        await screen.pilot.pause(5 * app_module.POLL_SECONDS)
        assert "no room left on the disk" in screen.text
        await asyncio.to_thread(heard, "")
        assert "no room left on the disk" not in screen.text

    living.play(play)


def test_who_watches_says_what_went_wrong_whatever_it_was_and_that_it_is_over(
    living: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashcam.tui.watching.AGAIN_SECONDS", 0.01)
    follow, failures = Watching._follow, [OSError(28, "no room"), RuntimeError("odd\nlines")]
    said: list[str] = []
    told = Event()

    def failing(watching: Watching) -> None:
        if failures:
            raise failures.pop(0)
        follow(watching)

    def hear(words: str) -> None:
        said.append(words)
        if not words:
            told.set()

    monkeypatch.setattr(Watching, "_follow", failing)
    watching = Watching(living.server.setup, hear)
    watching.start()
    assert told.wait(30)
    watching.stop()
    assert said == ["[Errno 28] no room", "RuntimeError: odd lines", ""]


def test_the_program_ends_at_once_while_news_arrive(living: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []
    stop = Watching.stop

    def until_stopped(watching: Watching) -> None:
        watching._stop.wait()
        watching._tell("")

    def timed(watching: Watching) -> None:
        began = time.monotonic()
        stop(watching)
        taken.append(time.monotonic() - began)

    monkeypatch.setattr(Watching, "_follow", until_stopped)
    monkeypatch.setattr(Watching, "stop", timed)

    async def play(screen: Screen) -> None:
        while screen.app._watching is None:
            await screen.pilot.pause(0.02)

    living.play(play, watch=True)
    assert [one < STOP_SECONDS for one in taken] == [True]


def test_a_question_without_end_keeps_nobody(living: Terminal) -> None:
    release = Event()
    data = Data(living.server.setup)
    closed = Thread(target=data.close)

    async def ask() -> None:
        asked = asyncio.create_task(data.ask(lambda *_: release.wait()))
        await asyncio.sleep(0)
        await asyncio.to_thread(closed.start)
        await asyncio.to_thread(closed.join, CLOSE_SECONDS + 30)
        assert not closed.is_alive()
        assert not asked.done()
        release.set()
        assert await asked

    asyncio.run(ask())


def test_questions_answer_in_their_order_and_hand_on_what_is_raised(living: Terminal) -> None:
    async def ask(data: Data) -> None:
        first = data.ask(lambda *_: 1)
        with pytest.raises(ZeroDivisionError):
            await data.ask(lambda *_: 1 // 0)
        assert await first == 1
        assert await data.ask(lambda *_: 2) == 2

    with closing(Data(living.server.setup)) as data:
        asyncio.run(ask(data))


def test_a_postgresql_that_never_answers_counts_as_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PATIENCE, "connect_timeout", 2)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        with pytest.raises(DatabaseError, match="cannot reach the database"):
            PostgresDatabase(f"postgresql://ada:secret@127.0.0.1:{port}/dashcam")


def test_when_a_year_ends_the_new_one_has_times_and_the_old_one_dates(
    living: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(screen: Screen) -> None:
        assert "11-01 14:00" in screen.text
        monkeypatch.setattr(sessions_module, "moment", lambda *_: datetime(2027, 1, 1).astimezone())
        begin(living, "Count the stars")
        await screen.until("2026-11-01")
        assert "11-01 14:00" not in screen.text

    living.play(play)


def test_an_answer_that_comes_while_the_program_ends_finds_nobody(
    living: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lingers(_: OneLine) -> None:
        await asyncio.sleep(0.4)  # By now the table above is taken down.

    monkeypatch.setattr(OneLine, "on_unmount", lingers, raising=False)
    answer = Data._answer

    def slowly(data: Data, question: object) -> object:
        time.sleep(0.2)
        return answer(data, question)  # type: ignore[arg-type]  # whatever it asks

    async def play(screen: Screen) -> None:
        monkeypatch.setattr(Data, "_answer", slowly)
        screen.app.query_one(Sessions).follow()

    living.play(play)
