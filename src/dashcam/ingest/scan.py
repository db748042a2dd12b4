"""Reading what the agents left on this machine: incrementally, and in several processes where there is much to read.

Processes that scan together are no special case: each reads files of its own and saves them, as two scanners that know
nothing of each other would.
"""

import os
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Any

import msgspec

from dashcam.agents.agent import Agent, Candidate, Environment
from dashcam.ingest import files
from dashcam.ingest.arrivals import arrivals, spent, sweep
from dashcam.ingest.launch.standing import close_dead
from dashcam.ingest.plan import Plan, Task, discover, plan
from dashcam.ingest.recorder import BATCH_BYTES, Outcome, Recorder, Tick, reread_all
from dashcam.pricing.prices import Prices
from dashcam.records.errors import DashcamError
from dashcam.records.settings import Settings
from dashcam.records.source import PUSHED
from dashcam.store import rates, sources
from dashcam.store.batch import KnownSource
from dashcam.store.store import Store

PARALLEL_FROM_BYTES = 24 << 20
POLL_SECONDS = 0.1


class Scanned(msgspec.Struct, kw_only=True):
    """What a scan saw and did."""

    files: int = 0
    read: Outcome
    missing: int = 0
    """Sources whose files have newly vanished; what was read of them stays."""
    moved: int = 0
    reread: int = 0
    """Sources that were read again from the journal by a newer reader."""


class Scanner:
    """Scans for one person on one machine."""

    def __init__(  # noqa: PLR0913  one word for each thing that a scan depends on
        self,
        database_url: str,
        agents: Mapping[str, Agent],
        environment: Environment,
        settings: Settings,
        *,
        machine: str,
        make_prices: Callable[[rates.Pins], Prices],
        inbox: Path | None = None,
    ) -> None:
        """`inbox` is where whatever is pushed to us stands; None for nowhere."""
        self.database_url = database_url
        self.agents = agents
        self.environment = environment
        self.settings = settings
        self.machine = machine
        self.make_prices = make_prices
        self.inbox = inbox

    def plan(self, store: Store, *, full: bool = False) -> Plan:
        """Say what a scan would do, without reading a line. What died without a word is given its end before."""
        if self.inbox is not None:
            close_dead(self.inbox.parent, self.agents)
        found, troubles = discover(self.agents.values(), self.environment, self.settings.roots, self.machine)
        arrived = list(arrivals(self.inbox, self.agents, self.machine)) if self.inbox is not None else []
        known = sources.known(store.database, machine=self.machine)
        made = plan([*found, *arrived], troubles, known, self.agents, full=full)
        made.spent = spent(arrived, known, time())
        return made

    def scan(self, store: Store, made: Plan, *, tick: Tick = lambda _bytes, _files: None) -> Scanned:
        """Do what a plan says. Raises DatabaseError; what was kept until then stays kept."""
        done = Scanned(
            files=made.files,
            read=Outcome(troubles=[(trouble.path, trouble.why) for trouble in made.troubles]),
        )
        done.moved = self._follow_moved(store, made)
        done.reread = self._reread(store, made.unread, tick, done.read)
        tasks = self._refreshed(store, made.tasks) if made.unread else made.tasks
        processes = self.settings.scan_processes or os.cpu_count() or 1
        if processes > 1 and sum(task.bytes_to_read for task in tasks) >= PARALLEL_FROM_BYTES:
            done.read.add(self._scan_in_processes(store, tasks, processes, tick))
        else:
            done.read.add(Recorder(store, self.agents, self._prices(store)).record(tasks, tick))
        if made.missing:
            with store.database.writing():
                sources.set_missing(store.database, [source.id for source in made.missing])
            done.missing = sum(source.source.kind not in PUSHED for source in made.missing)
        sweep(made.spent)
        return done

    def _prices(self, store: Store) -> Prices:
        return self.make_prices(rates.pinned(store.database))

    def _follow_moved(self, store: Store, made: Plan) -> int:
        """Find vanished sources again under new names: archived, packed, or moved with their directory."""
        gone = [source for source in made.missing if source.source.shape == "lines" and source.bookmark.offset]
        new = [task for task in made.tasks if task.known is None and task.source.shape == "lines"]
        if not gone or not new:
            return 0
        moved: dict[str, KnownSource] = {}
        for task in new:
            source = _same_beginning(task.candidate, gone)
            if source is not None:
                moved[task.candidate.path] = source
                gone.remove(source)
        if moved:
            with store.database.writing():
                for path, source in moved.items():
                    sources.move(store.database, source.id, path)
        made.tasks = [
            msgspec.structs.replace(task, known=moved.get(task.candidate.path, task.known)) for task in made.tasks
        ]
        found_again = {source.id for source in moved.values()}
        made.missing = [source for source in made.missing if source.id not in found_again]
        return len(moved)

    def _reread(self, store: Store, unread: Iterable[KnownSource], tick: Tick, done: Outcome) -> int:
        recorder = Recorder(store, self.agents, self._prices(store))
        return reread_all(recorder, unread, tick, done.troubles)

    def _refreshed(self, store: Store, tasks: Iterable[Task]) -> list[Task]:
        known = {
            source.source.path: source
            for source in sources.known(store.database, machine=self.machine)
            if source.current
        }
        return [msgspec.structs.replace(task, known=known.get(task.source.path)) for task in tasks]

    def _scan_in_processes(self, store: Store, tasks: Iterable[Task], processes: int, tick: Tick) -> Outcome:
        """Deal the tasks out to processes. The connection is closed meanwhile: a fork must not share it."""
        import multiprocessing
        from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
        from concurrent.futures.process import BrokenProcessPool

        prices = self._prices(store)
        prices.warm_up()
        store.close()
        context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        turn = context.Lock()
        progress = context.Array("q", 2)
        done = Outcome(troubles=[])
        deal = _Deal(scanner=self, turn=turn, progress=progress)
        with ProcessPoolExecutor(processes, context, initializer=_begin, initargs=(deal,)) as pool:
            waiting = {pool.submit(_record, group) for group in _grouped(tasks)}
            told = [0, 0]
            try:
                while waiting:
                    finished, waiting = wait(waiting, POLL_SECONDS, FIRST_COMPLETED)
                    told = _tell(progress, told, tick)
                    for result in finished:
                        done.add(result.result())
            except BrokenProcessPool:
                raise DashcamError("a process that was reading was killed", "Scan again: nothing is lost.") from None
            finally:
                pool.shutdown(cancel_futures=True)
            _tell(progress, told, tick)
        store.reopen()
        return done


def _same_beginning(candidate: Candidate, gone: Iterable[KnownSource]) -> KnownSource | None:
    """Find the vanished source that a new file goes on with."""
    try:
        with files.open_lines(candidate) as file:
            head = file.read(files.MARK_BYTES)
        for source in gone:
            mark = source.bookmark
            if files.digest(head[: min(mark.offset, files.MARK_BYTES)]) == mark.head and files.is_continued(
                candidate, mark
            ):
                return source
    except (OSError, ValueError):
        return None
    return None


def _grouped(tasks: Iterable[Task]) -> list[list[Task]]:
    """Make groups of about one save each, the largest files first, so that no process ends long after the others."""
    groups: list[list[Task]] = []
    size = BATCH_BYTES
    for task in sorted(tasks, key=lambda task: -task.bytes_to_read):
        if size + task.bytes_to_read > BATCH_BYTES:
            groups.append([])
            size = 0
        groups[-1].append(task)
        size += task.bytes_to_read
    return groups


if TYPE_CHECKING:
    from multiprocessing.sharedctypes import SynchronizedArray

    _Progress = SynchronizedArray[int]
    """Bytes and files kept so far by all processes."""


class _Deal(msgspec.Struct, frozen=True, kw_only=True):
    """What a process of the pool is given at its start."""

    scanner: Scanner
    turn: AbstractContextManager[object]
    progress: Any
    """A `_Progress`."""


_deals: list[_Deal] = []
_recorders: list[Recorder] = []
"""What this process was given, and its recorder; both empty in the process that deals out."""


def _begin(deal: _Deal) -> None:
    _deals.append(deal)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End where the process that deals out was killed: nobody would ever tell us to."""
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _record(tasks: list[Task]) -> Outcome:
    (deal,) = _deals
    if not _recorders:
        # Not in `_begin`: an error there would break the pool without a word of its own.
        store = Store.open(deal.scanner.database_url)
        prices = deal.scanner.make_prices(rates.pinned(store.database))
        _recorders.append(Recorder(store, deal.scanner.agents, prices, turn=deal.turn))

    def tick(count: int, finished: int) -> None:
        with deal.progress.get_lock():
            deal.progress[0] += count
            deal.progress[1] += finished

    return _recorders[0].record(tasks, tick)


def _tell(progress: "_Progress", told: list[int], tick: Tick) -> list[int]:
    now = [progress[0], progress[1]]
    if now != told:
        tick(now[0] - told[0], now[1] - told[1])
    return now
