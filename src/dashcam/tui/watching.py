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
        self._is_troubled = False
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
            except Exception as error:  # noqa: BLE001  whatever it was is said, and read once more
                known = isinstance(error, DashcamError | OSError)
                self._is_troubled = True
                self._tell(_in_line(error) if known else f"{type(error).__name__}: {_in_line(error)}")
                self._stop.wait(AGAIN_SECONDS)

    def _follow(self) -> None:
        follower = Follower(self._machine.scanner())
        with self._machine.connect() as store:
            for changed in watch.changes(follower.places, self._stop):
                made = follower.plan(store, changed)
                is_news = bool(made.tasks or made.missing or made.unread or made.spent)
                if is_news:
                    follower.scan(store, made)
                if is_news or self._is_troubled:
                    self._is_troubled = False
                    self._tell("")


def _in_line(error: Exception) -> str:
    return error.in_line if isinstance(error, DashcamError) else " ".join(str(error).split())
