"""What agents write is read while the server runs, and everything anew when somebody asks."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from dashcam.cli.setup import Setup
from dashcam.ingest import watch
from dashcam.records.settings import ExtraRoot
from dashcam.server import work as works
from dashcam.server.hub import WorkNews
from dashcam.server.work import IDLE, Work
from dashcam.store.store import Store
from tests.support.build import SESSION
from tests.support.claude_lines import Transcript
from tests.support.serving import Server, append, wait_until

OTHER = "5e551011-0000-4000-8000-000000000002"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "TICK_MS", 50)
    monkeypatch.setattr(works, "AGAIN_SECONDS", 0.05)


@pytest.fixture
def work(server: Server) -> Iterator[Work]:
    """The server's work, which watches until the test is over."""
    server.desk.work.start()
    yield server.desk.work
    server.desk.work.stop()
    assert not server.desk.work._threads or not any(thread.is_alive() for thread in server.desk.work._threads)


def written(server: Server, name: str = SESSION) -> tuple[Transcript, Path]:
    talk = Transcript(name)
    talk.prompt()
    return talk, talk.write(server.claude)


def count(server: Server, table: str, where: str = "1 = 1") -> int:
    with server.setup.connect() as store:
        return int(store.database.one(f"SELECT count(*) FROM {table} WHERE {where}")[0])


def kept(server: Server, sessions: int = 1) -> bool:
    return bool(wait_until(lambda: count(server, "session") == sessions))


def test_what_was_written_before_is_read_first(server: Server) -> None:
    written(server)
    server.desk.work.start()
    assert kept(server)
    server.desk.work.stop()


def test_an_appended_line_is_read(server: Server, work: Work) -> None:
    talk, path = written(server)
    assert kept(server)
    talk.answer()
    append(path, talk, since=1)
    assert wait_until(lambda: count(server, "call") == 1)
    assert work.now == IDLE


@pytest.mark.usefixtures("work")
def test_a_new_file_is_read(server: Server) -> None:
    written(server)
    assert kept(server)
    written(server, OTHER)
    assert kept(server, 2)


@pytest.mark.usefixtures("work")
def test_the_files_of_an_agent_that_is_installed_later_are_read(server: Server) -> None:
    assert not server.claude.exists()
    written(server)
    assert kept(server)


@pytest.mark.usefixtures("work")
def test_a_file_that_vanished_is_noted_and_its_session_stays(server: Server) -> None:
    _, path = written(server)
    assert kept(server)
    path.unlink()
    assert wait_until(lambda: count(server, "source", "missing = 1") == 1)
    assert count(server, "session") == 1


@pytest.mark.usefixtures("work")
def test_new_settings_count_at_once(server: Server, tmp_path: Path) -> None:
    written(server)
    assert kept(server)
    elsewhere = tmp_path / "elsewhere"
    talk = Transcript(OTHER)
    talk.prompt()
    talk.write(elsewhere)
    settings = msgspec.structs.replace(
        server.setup.settings, roots=(ExtraRoot(agent="claude-code", path=str(elsewhere)),)
    )
    server.desk.adopt(Setup(server.setup.home, settings, server.setup.variables))
    assert kept(server, 2)


def test_a_large_history_is_read_by_a_process_of_its_own(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(works, "APART_FROM_BYTES", 1)
    told: list[WorkNews] = []
    monkeypatch.setattr(server.desk.hub, "tell", lambda _event, news: told.append(news))
    _, path = written(server)
    server.desk.work.start()
    assert kept(server)
    wait_until(lambda: told and told[-1] == IDLE)
    server.desk.work.stop()
    size = path.stat().st_size
    assert told[0].doing == "scan"
    assert max((news.bytes_done, news.bytes_total, news.files_done) for news in told) == (size, size, 1)


def test_what_is_written_while_much_is_read_does_not_wait_for_it(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, large = written(server)
    talk, path = written(server, OTHER)
    server.scan()
    with large.open("a") as file:
        file.write("x" * 1_000_000 + "\n")
    monkeypatch.setattr(works, "APART_FROM_BYTES", 1_000_000)
    server.desk.work.start()
    (child,) = wait_until(multiprocessing.active_children)
    os.kill(child.pid, signal.SIGSTOP)

    def said_more_and_it_was_read() -> bool:
        talk.answer()
        append(path, talk, since=len(talk.lines) - 1)
        return count(server, "call") > 0

    assert wait_until(said_more_and_it_was_read)
    assert server.desk.work.now.doing == "scan"
    os.kill(child.pid, signal.SIGCONT)
    server.desk.work.stop()


def test_everything_is_read_anew_when_somebody_asks(server: Server) -> None:
    written(server)
    work = server.desk.work
    assert work.scan_in_background(full=True)
    assert not work.scan_in_background(full=True), "it is going on already"
    assert kept(server)
    wait_until(lambda: work.now == IDLE)
    assert work.scan_in_background(full=False), "once it is over it can be asked for again"
    work.stop()
    assert not work.scan_in_background(full=False), "not while the server stops"


def test_only_one_of_many_who_ask_at_once_begins_it(server: Server) -> None:
    work = server.desk.work
    begun: list[bool] = []
    asking = [threading.Thread(target=lambda: begun.append(work.scan_in_background(full=False))) for _ in range(8)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert sorted(begun) == [False] * 7 + [True]
    work.stop()


def test_the_stop_does_not_wait_for_a_scan(server: Server) -> None:
    written(server)
    with Store.open(server.setup.database_url) as store:
        store.database.write_lock()
        assert server.desk.work.scan_in_background(full=False)
        wait_until(lambda: server.desk.work.now.bytes_total)
        server.desk.work.stop()
        assert server.desk.work.now == IDLE
        store.database.rollback()
    assert count(server, "session") == 0


def test_a_scan_that_fails_says_why_and_does_not_stand_in_the_way(server: Server, tmp_path: Path) -> None:
    database = tmp_path / "dashcam.db"
    whole = database.read_bytes()
    database.write_bytes(b"no database at all, but long enough to be taken for one" * 100)
    work = server.desk.work
    assert work.scan_in_background(full=False)
    error = wait_until(lambda: work.now.error)
    assert "damaged" in error
    assert work.now.doing == ""
    database.write_bytes(whole)
    assert work.scan_in_background(full=False)
    wait_until(lambda: work.now == IDLE)
    work.stop()


def test_a_fault_of_our_own_in_a_scan_is_no_scan_without_an_end(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise TypeError("a closure cannot travel")

    monkeypatch.setattr(works, "scan_apart", broken)
    assert server.desk.work.scan_in_background(full=False)
    assert wait_until(lambda: server.desk.work.now.error) == "a closure cannot travel"
    assert server.desk.work.now.doing == ""
    server.desk.work.stop()


def test_the_watching_survives_what_goes_wrong(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    places = watch.places
    failures = [PermissionError(13, "no entry"), OSError(5, "the disk failed")]

    def fail_at_first(*asked: object) -> object:
        if failures:
            raise failures.pop()
        return places(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(watch, "places", fail_at_first)
    written(server)
    server.desk.work.start()
    assert kept(server)
    assert wait_until(lambda: server.desk.work.now == IDLE), "what went wrong is over"
    server.desk.work.stop()


def test_a_file_that_cannot_be_read_stays_named_while_others_are_read(
    server: Server, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dashcam.ingest import files

    _, locked = written(server, OTHER)
    pieces = files.pieces

    def refuse(candidate: object, *rest: object) -> object:
        if getattr(candidate, "path", "") == str(locked):
            raise PermissionError(13, "Permission denied")
        return pieces(candidate, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(files, "pieces", refuse)
    locked.write_bytes(locked.read_bytes() * 2)
    assert wait_until(lambda: work.troubles == [(str(locked), "Permission denied")])
    talk, path = written(server)
    assert wait_until(lambda: count(server, "session", f"native_id = '{SESSION}'") == 1)
    talk.answer()
    append(path, talk, since=1)
    assert wait_until(lambda: count(server, "call") == 1)
    assert work.troubles == [(str(locked), "Permission denied")]
    monkeypatch.undo()
    with locked.open("ab") as file:
        file.write(locked.read_bytes())
    assert wait_until(lambda: work.troubles == [])
