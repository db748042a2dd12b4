"""Reading in several processes: what goes wrong in one of them ends the scan with a word, and nothing is lost."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec
import pytest

from dashcam.agents.agent import Line
from dashcam.agents.registry import AGENTS
from dashcam.ingest.scan import Scanned
from dashcam.records.errors import DashcamError, DatabaseError
from dashcam.records.source import Record
from dashcam.store.store import Store
from tests.support.claude_lines import Transcript, usage
from tests.support.machine import Machine, totals
from tests.support.serving import wait_until

FILES = 6
Reader = Callable[[Iterable[Line], object], Iterator[Record]]


@pytest.fixture
def machine(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine that reads in two processes however little there is."""
    monkeypatch.setattr("dashcam.ingest.scan.PARALLEL_FROM_BYTES", 1)
    monkeypatch.setattr("dashcam.ingest.scan.BATCH_BYTES", 1)
    for number in range(FILES):
        talk = Transcript(f"{number:08x}-0000-4000-8000-000000000001")
        talk.prompt()
        talk.answer(spent=usage(given=10, output=100))
        talk.write(home / ".claude")
    return Machine(home, f"sqlite:///{tmp_path / 'dashcam.db'}", scan_processes=2)


def with_reader(machine: Machine, read: Reader) -> None:
    machine.scanner.agents = {"claude-code": msgspec.structs.replace(AGENTS["claude-code"], read=read)}


def spent(machine: Machine) -> tuple[int, ...]:
    with Store.open(machine.url) as store:
        return totals(store.database)[:3]


def test_progress_of_all_processes_adds_up(machine: Machine) -> None:
    told: list[tuple[int, int]] = []
    with Store.open(machine.url) as store:
        made = machine.scanner.plan(store)
        done: Scanned = machine.scanner.scan(store, made, tick=lambda size, files: told.append((size, files)))
    assert (sum(size for size, _ in told), sum(files for _, files in told)) == (done.read.bytes, FILES)
    assert spent(machine) == (FILES, 10 * FILES, 100 * FILES)


def test_a_process_that_is_killed_ends_the_scan_with_a_word_and_the_next_one_reads_the_rest(machine: Machine) -> None:
    parent = os.getpid()

    def killed(lines: Iterable[Line], memory: object) -> Iterator[Record]:
        listed = list(lines)
        if os.getpid() != parent and b"00000003-" in listed[0][1]:
            os.kill(os.getpid(), signal.SIGKILL)
        return AGENTS["claude-code"].read(listed, memory)

    with_reader(machine, killed)
    with pytest.raises(DashcamError, match="a process that was reading was killed"):
        machine.scan()
    machine.scanner.agents = AGENTS
    machine.scan()
    assert spent(machine) == (FILES, 10 * FILES, 100 * FILES)


def test_an_error_of_the_database_in_one_process_is_that_of_the_scan(machine: Machine) -> None:
    with Store.open(machine.url) as store:
        made = machine.scanner.plan(store)
        store.database.run("DROP TABLE sample")
        store.database.run("DROP TABLE event")
        with pytest.raises(DatabaseError, match="no such table: event") as caught:
            machine.scanner.scan(store, made)
    assert "Traceback" not in str(caught.value)


def test_a_reader_that_stumbles_in_one_process_is_told_of(machine: Machine) -> None:
    def stumbling(lines: Iterable[Line], memory: object) -> Iterator[Record]:
        listed = list(lines)
        if b"00000003-" in listed[0][1]:
            raise KeyError("stumbled")
        return AGENTS["claude-code"].read(listed, memory)

    with_reader(machine, stumbling)
    done = machine.scan()
    assert [Path(path).name[:8] for path, _ in done.read.troubles] == ["00000003"]
    assert spent(machine)[0] == FILES - 1


ORPHANS = """
import os, signal, time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from dashcam.ingest.scan import _begin

with ProcessPoolExecutor(2, get_context("fork"), initializer=_begin, initargs=(None,)) as pool:
    waiting = [pool.submit(time.sleep, 600) for _ in range(2)]
    while not all(one.running() for one in waiting):
        time.sleep(0.01)
    print(*pool._processes, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere processes are not forked")
def test_processes_that_scan_together_end_with_the_one_that_was_killed() -> None:
    ran = subprocess.run([sys.executable, "-c", ORPHANS], capture_output=True, text=True, check=False, timeout=60)
    pids = [int(pid) for pid in ran.stdout.split()]
    assert len(pids) == 2, ran.stderr
    wait_until(lambda: not any(is_alive(pid) for pid in pids), 10)


def is_alive(pid: int) -> bool:
    try:
        return "(zombie)" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
