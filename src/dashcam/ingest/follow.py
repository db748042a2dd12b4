"""From changed paths to a scan of just these: a line appended to a known file is read without a look at any other.

What is not known by its path (a new file, a packed one, one that vanished) takes a look at everything. That look is
bounded to a tenth of the time, however many files there are and however often they change.
"""

import os
from collections.abc import Collection
from pathlib import Path
from time import monotonic

from dashcam.agents.agent import Candidate
from dashcam.ingest import watch
from dashcam.ingest.arrivals import arrived
from dashcam.ingest.plan import Found, Plan, Task, is_unchanged, roots_of
from dashcam.ingest.scan import Scanned, Scanner
from dashcam.store import sources
from dashcam.store.batch import KnownSource
from dashcam.store.store import Store

SHARE = 10


class Follower:
    """Follows the files of one machine, a change at a time. Not for two threads at once."""

    def __init__(self, scanner: Scanner) -> None:
        self.scanner = scanner
        self._rests_until = 0.0
        self._waiting = False

    def plan(self, store: Store, changed: Collection[str] | None) -> Plan:
        """Say what there is to do about changed paths; None means everything."""
        if changed is None:
            return self._everything(store)
        made = Plan(tasks=[], missing=[], troubles=[], files=len(changed), unread=[], spent=[], whole=False)
        for path in changed:
            known = sources.find(store.database, self.scanner.machine, path)
            candidate = _candidate(path, known) if known else None
            arrival = self._arrival(path) if known is None else None
            if arrival is not None:
                made.tasks.append(Task(source=arrival.source, candidate=arrival.candidate, known=None))
            elif known is None or candidate is None:
                self._waiting = True
            elif not is_unchanged(candidate, known):
                made.tasks.append(Task(source=known.source, candidate=candidate, known=known))
        if self._waiting and monotonic() >= self._rests_until:
            return self._everything(store)
        return made

    def places(self) -> watch.Places:
        """Say what is to be watched: where each agent leaves its files, and the inbox."""
        scanner = self.scanner
        wanted = [
            root.path / below
            for agent in scanner.agents.values()
            for root, _ in roots_of(agent, scanner.environment, scanner.settings.roots)
            for below in agent.watched
        ]
        if scanner.inbox is not None:
            wanted.append(scanner.inbox)
        return watch.places(wanted, watch.mounted())

    def look_again(self) -> None:
        """Look at everything as soon as that may be: what was planned could not be done."""
        self._waiting = True

    def scan(self, store: Store, made: Plan) -> Scanned:
        """Do what a plan says. Raises DatabaseError."""
        return self.scanner.scan(store, made)

    def _arrival(self, path: str) -> Found | None:
        """Describe a new file of the inbox, for which nothing else has to be looked at."""
        scanner = self.scanner
        if scanner.inbox is None or not path.startswith(f"{scanner.inbox}{os.sep}"):
            return None
        return arrived(Path(path), scanner.agents, scanner.machine)

    def _everything(self, store: Store) -> Plan:
        started = monotonic()
        self._waiting = False
        made = self.scanner.plan(store)
        self._rests_until = monotonic() + SHARE * (monotonic() - started)
        return made


def _candidate(path: str, known: KnownSource) -> Candidate | None:
    """Describe a known file as it is now; None where it is no longer there as it was."""
    try:
        status = Path(path).stat()
    except OSError:
        return None
    if not Path(path).is_file():
        return None
    return Candidate(
        path=path,
        file=path,
        kind=known.source.kind,
        shape=known.source.shape,
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        inode=status.st_ino,
        device=status.st_dev,
    )
