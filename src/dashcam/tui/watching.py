"""Reads what agents write while the screens are open, as the server does."""

import threading
from collections.abc import Callable

from dashcam.ingest import watch
from dashcam.ingest.follow import Follower
from dashcam.records.errors import DashcamError
from dashcam.tui.machine import Machine

STOP_SECONDS = 3.0
AGAIN_SECONDS = 5.0


class Watching:
    """A thread that reads."""

    def __init__(self, machine: Machine, tell: Callable[[str], None]) -> None:
        self._machine = machine
        self._tell = tell
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Watch no longer; what was kept stays kept."""
        self._stop.set()
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._follow()
            except (DashcamError, OSError) as error:
                self._tell(error.message if isinstance(error, DashcamError) else str(error))
                self._stop.wait(AGAIN_SECONDS)

    def _follow(self) -> None:
        follower = Follower(self._machine.scanner())
        with self._machine.connect() as store:
            for changed in watch.changes(follower.places, self._stop):
                made = follower.plan(store, changed)
                if made.tasks or made.missing or made.unread or made.spent:
                    follower.scan(store, made)
                    self._tell("")
