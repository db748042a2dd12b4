"""A scan in a process of its own tells how it goes, and however it ends the one who asked is told."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from dashcam.ingest.apart import Begun, scan_apart
from dashcam.ingest.scan import Scanned
from dashcam.records.errors import DashcamError
from dashcam.store.store import Store
from tests.support.claude_lines import Transcript
from tests.support.machine import Machine
from tests.support.serving import wait_until


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine with one session, whose database has its tables."""
    made = Machine(tmp_path, f"sqlite:///{tmp_path / 'dashcam.db'}")
    Store.open(made.url).close()
    talk = Transcript()
    talk.prompt()
    talk.write(made.claude)
    return made


class Asked:
    """A scan that goes on while the test does something else."""

    def __init__(self, machine: Machine) -> None:
        self.stop = threading.Event()
        self.begun: list[Begun] = []
        self.ticks: list[tuple[int, int]] = []
        self.done: Scanned | DashcamError | None = None
        self._thread = threading.Thread(target=self._scan, args=(machine,), daemon=True)
        self._thread.start()

    def _scan(self, machine: Machine) -> None:
        try:
            self.done = scan_apart(
                machine.scanner,
                self.stop,
                full=False,
                begun=self.begun.append,
                tick=lambda count, files: self.ticks.append((count, files)),
            )
        except DashcamError as error:
            self.done = error

    def ends(self) -> Scanned | DashcamError | None:
        self._thread.join(60)
        assert not self._thread.is_alive()
        return self.done


@pytest.fixture
def locked(machine: Machine) -> Iterator[None]:
    """The database is written by somebody else, so that a scan has to wait."""
    with Store.open(machine.url) as store:
        store.database.write_lock()
        yield
        store.database.rollback()


def child() -> int:
    """The process that scans, once it is there."""
    pid = wait_until(lambda: [one.pid for one in multiprocessing.active_children()])[0]
    assert isinstance(pid, int)
    return pid


def test_what_there_is_to_read_and_how_it_goes_is_told(machine: Machine) -> None:
    asked = Asked(machine)
    done = asked.ends()
    assert isinstance(done, Scanned)
    assert (done.files, done.read.lines) == (1, 1)
    assert [one.files for one in asked.begun] == [1]
    assert sum(count for count, _ in asked.ticks) == asked.begun[0].bytes == done.read.bytes
    assert sum(files for _, files in asked.ticks) == 1
    assert multiprocessing.active_children() == []


def test_a_failure_is_told_with_its_hint(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "dashcam.db").write_bytes(b"no database at all, but long enough to be taken for one" * 100)
    failed = Asked(machine).ends()
    assert isinstance(failed, DashcamError)
    assert "damaged" in failed.message
    assert failed.hint


@pytest.mark.usefixtures("locked")
def test_the_stop_ends_a_scan_that_goes_on(machine: Machine) -> None:
    asked = Asked(machine)
    wait_until(lambda: asked.begun)
    started = time.monotonic()
    asked.stop.set()
    assert asked.ends() is None
    assert time.monotonic() - started < 10
    assert multiprocessing.active_children() == []


@pytest.mark.usefixtures("locked")
def test_a_scan_that_was_killed_is_told(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    # The scan's own children hold its end of the pipe too, so that its end alone does not close it.
    monkeypatch.setattr(Connection, "close", lambda _: None)
    asked = Asked(machine)
    pid = child()
    wait_until(lambda: asked.begun)
    os.kill(pid, signal.SIGKILL)
    failed = asked.ends()
    assert isinstance(failed, DashcamError)
    assert "killed" in failed.message


@pytest.mark.usefixtures("locked")
def test_an_interrupt_at_the_terminal_is_for_the_one_who_asked(machine: Machine) -> None:
    asked = Asked(machine)
    pid = child()
    wait_until(lambda: asked.begun)
    os.kill(pid, signal.SIGINT)
    assert [one.pid for one in multiprocessing.active_children()] == [pid]
    asked.stop.set()
    assert asked.ends() is None
