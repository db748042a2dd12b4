"""A scan in a process of its own, for a program that has other things to do: its memory goes with it when it ends."""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from time import monotonic

import msgspec

from dashcam.ingest.recorder import Tick
from dashcam.ingest.scan import Scanned, Scanner
from dashcam.records.errors import DashcamError
from dashcam.store.store import Store

WAIT_SECONDS = 0.2
TELL_SECONDS = 0.2
NICE = 10
"""Whoever asks, and whoever sends, goes before what is only read."""
KILL_SECONDS = 3
"""How long a scan may take to stop: one that waits for the database hears of nothing meanwhile."""


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """How much a scan has to read."""

    bytes: int
    files: int


TellBegun = Callable[[Begun], None]


class _Step(msgspec.Struct, frozen=True, kw_only=True):
    bytes: int
    files: int


class _Failed(msgspec.Struct, frozen=True, kw_only=True):
    message: str
    hint: str


def scan_apart(scanner: Scanner, stop: threading.Event, *, full: bool, begun: TellBegun, tick: Tick) -> Scanned | None:
    """Scan this machine; None if `stop` was set meanwhile, and then what was read until then is kept.

    Raises DashcamError.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_scan, args=(scanner, full, theirs), name="dashcam scan")
    process.start()
    theirs.close()
    try:
        return _followed(process, ours, stop, begun, tick)
    finally:
        if process.is_alive():
            process.terminate()
        process.join(KILL_SECONDS)
        if process.is_alive():
            process.kill()
            process.join()
        ours.close()


def _followed(
    process: BaseProcess, ours: Connection, stop: threading.Event, begun: TellBegun, tick: Tick
) -> Scanned | None:
    while not stop.is_set():
        # Its own children hold the other end too: that it is gone does not end the pipe.
        is_alive = process.is_alive()
        if not ours.poll(WAIT_SECONDS):
            if not is_alive:
                raise _killed()
            continue
        try:
            said = ours.recv()
        except EOFError:
            raise _killed() from None
        match said:
            case Begun():
                begun(said)
            case _Step():
                tick(said.bytes, said.files)
            case _Failed():
                raise DashcamError(said.message, said.hint)
            case Scanned():
                return said
    return None


def _killed() -> DashcamError:
    return DashcamError("the scan was killed", "Scan again: nothing is lost.")


def _scan(scanner: Scanner, full: bool, tell: Connection) -> None:  # noqa: FBT001  positional across processes
    """Scan and tell how it goes. An interrupt of the terminal is for the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICE)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    told = [0, 0]
    last = monotonic()

    def tick(count: int, files: int) -> None:
        nonlocal last
        told[0] += count
        told[1] += files
        if monotonic() - last >= TELL_SECONDS:
            last = monotonic()
            tell.send(_Step(bytes=told[0], files=told[1]))
            told[:] = [0, 0]

    try:
        with Store.open(scanner.database_url) as store:
            made = scanner.plan(store, full=full)
            size = sum(task.bytes_to_read for task in made.tasks) + sum(one.bookmark.offset for one in made.unread)
            tell.send(Begun(bytes=size, files=len(made.tasks)))
            done = scanner.scan(store, made, tick=tick)
        tell.send(_Step(bytes=told[0], files=told[1]))
        tell.send(done)
    except DashcamError as error:
        tell.send(_Failed(message=error.message, hint=error.hint))
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
