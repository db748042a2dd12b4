"""Run one program and say what it took: time to its last word and to its end, CPU and memory of its tree.

A server that the program leaves behind is part of the bill: processes are found by a mark in their
environment, which children inherit however far they run from home. Linux only, for it reads /proc.
"""

import os
import statistics
import subprocess
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

MARK = "DASHCAM_BENCHMARK_RUN"
SAMPLE_SECONDS = 0.05
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
TIMES_AT = 11
"""Where user, system and the reaped children's times stand in /proc/PID/stat, after the name."""


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What one run took. Seconds and bytes."""

    code: int
    output_at: float
    """When the last byte of standard output came, which is when a person or a pipe has the whole answer."""
    wall: float
    cpu: float
    """User and system, of all processes that were waited for or still live."""
    memory: int
    """The greatest sum of resident sizes; pages that processes share count once for each."""
    output: bytes
    errors: bytes


class Watcher:
    """Samples the memory of all processes that carry a mark."""

    def __init__(self, mark: str) -> None:
        self.mark = f"{MARK}={mark}".encode()
        self.others = set(pids())
        self.peak = 0
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def marked(self) -> list[int]:
        """List the live processes that carry the mark."""
        return [pid for pid in pids() if pid not in self.others and self.mark in read(pid, "environ")]

    def _watch(self) -> None:
        while not self.stopped.wait(SAMPLE_SECONDS):
            self.peak = max(self.peak, sum(resident(pid) for pid in self.marked()))


def pids() -> list[int]:
    """List all processes."""
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def read(pid: int, name: str) -> bytes:
    """Read a file of a process; empty when it has gone or is another user's."""
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""


def resident(pid: int) -> int:
    """Say how many bytes of a process are in memory."""
    fields = read(pid, "statm").split()
    return int(fields[1]) * PAGE if fields else 0


def spent(pid: int) -> float:
    """Say the CPU seconds of a live process and the children that it has reaped."""
    fields = read(pid, "stat").rpartition(b")")[2].split()
    return sum(map(int, fields[TIMES_AT : TIMES_AT + 4])) / TICKS if fields else 0.0


def measure(command: Sequence[str | Path], variables: Mapping[str, str], folder: Path) -> Measured:
    """Run a command to its end with just these variables and the PATH."""
    mark = str(uuid.uuid4())
    environment = {"PATH": os.environ["PATH"], **variables, MARK: mark}
    watcher = Watcher(mark)
    chunks: list[bytes] = []
    errors = folder / f"stderr-{mark}"
    with errors.open("wb") as stderr:
        begun = output_at = time.monotonic()
        process = subprocess.Popen(
            list(map(str, command)), env=environment, cwd=folder, stdout=subprocess.PIPE, stderr=stderr
        )
        watcher.thread.start()
        if process.stdout is None:
            raise RuntimeError("a pipe was asked for and not given")
        while chunk := os.read(process.stdout.fileno(), 65_536):
            chunks.append(chunk)
            output_at = time.monotonic()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    watcher.stopped.set()
    watcher.thread.join()
    told = errors.read_bytes()
    errors.unlink()
    return Measured(
        code=process.returncode,
        output_at=output_at - begun,
        wall=wall,
        cpu=usage.ru_utime + usage.ru_stime + sum(spent(pid) for pid in watcher.marked()),
        memory=max(watcher.peak, usage.ru_maxrss * 1_024),
        output=b"".join(chunks),
        errors=told,
    )


def median(runs: Sequence[Measured]) -> Measured:
    """Give the run whose wall time is the median."""
    middle = statistics.median_low(run.wall for run in runs)
    return next(run for run in runs if run.wall == middle)


def size_of(folder: Path) -> int:
    """Add up the files below a folder, without following links out of it."""
    return sum((Path(root) / name).lstat().st_size for root, _, names in os.walk(folder) for name in names)
