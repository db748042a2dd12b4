"""Where a launch stands on the disk, and who holds it.

What a stranger would get wrong: a process id says little about who is alive, since ids are used again. A launch is
alive as long as its lock is held, and the system lets go of it however the process ends.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from dashcam.agents.launching import STREAM, Order
from dashcam.ingest.inbox import FOLDER

LAUNCHES = "launches"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """The files of one launch."""

    home: Path
    agent: str
    id: str

    @property
    def lines(self) -> Path:
        """What is recorded: a file of the inbox."""
        return self.home / FOLDER / self.agent / STREAM / f"{self.id}.jsonl"

    @property
    def order(self) -> Path:
        """What was asked; there until the launch is over."""
        return self.home / LAUNCHES / f"{self.agent}.{self.id}.json"

    @property
    def said(self) -> Path:
        """What a person says to it, a line each."""
        return self.order.with_suffix(".said")

    @property
    def lock(self) -> Path:
        """Held by its process."""
        return self.order.with_suffix(".lock")

    @property
    def started(self) -> Path:
        """There once it no longer waits for its turn."""
        return self.order.with_suffix(".started")

    @property
    def log(self) -> Path:
        """What its process complains of."""
        return self.order.with_suffix(".log")

    def sweep(self) -> None:
        """Take away all but what is recorded."""
        for path in (self.said, self.started, self.log, self.lock, self.order):
            path.unlink(missing_ok=True)


def unfinished(home: Path) -> Iterator[Place]:
    """Find the launches that nobody has written the end of."""
    for path in sorted((home / LAUNCHES).glob("*.json")):
        agent, _, ident = path.stem.rpartition(".")
        if agent and ident:
            yield Place(home=home, agent=agent, id=ident)


def order_of(place: Place) -> Order | None:
    """Read what was asked; None where it is gone, or makes no sense."""
    try:
        return msgspec.json.decode(place.order.read_bytes(), type=Order)
    except (OSError, msgspec.DecodeError, msgspec.ValidationError):
        return None


def hold(path: Path) -> int | None:
    """Take a lock, and give what holds it until it is closed; None where somebody else does."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        # Only where something is launched: Windows has no such locks, and launches nothing.
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(file)
        return None
    return file


def is_alive(place: Place) -> bool:
    """Whether the process of a launch lives."""
    if not place.lock.exists():
        return False
    file = hold(place.lock)
    if file is None:
        return True
    os.close(file)
    return False
