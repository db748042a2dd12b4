"""What goes on in the background: the files are watched and read, and whoever asks may have everything read anew.

Little is read in a thread of this process. Much, such as a history that was never read, by a process of its own; what
is written meanwhile is read beside it, since whoever keeps a line second keeps nothing.
"""

import logging
import threading
from collections.abc import Callable, Iterable

import msgspec

from dashcam.ingest import watch
from dashcam.ingest.apart import Begun, scan_apart
from dashcam.ingest.follow import Follower
from dashcam.ingest.plan import Plan
from dashcam.ingest.scan import Scanner
from dashcam.records.errors import DashcamError
from dashcam.server.hub import Hub, WorkNews
from dashcam.store.store import Store

log = logging.getLogger(__name__)

STOP_SECONDS = 15.0
APART_FROM_BYTES = 2 << 20
"""More is read by a process of its own, since whoever asks would wait for it here."""
AGAIN_SECONDS = 10.0
IDLE = WorkNews(doing="", bytes_done=0, bytes_total=0, files_done=0, error="")
STARTED = WorkNews(doing="scan", bytes_done=0, bytes_total=0, files_done=0, error="")


class Work:
    """The watching thread and the scans. `make_scanner` is asked before each, so that new settings count."""

    def __init__(self, make_scanner: Callable[[], Scanner], connect: Callable[[], Store], hub: Hub) -> None:
        self._make_scanner = make_scanner
        self._connect = connect
        self._hub = hub
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._asking = threading.Lock()
        self._asked: frozenset[str] = frozenset()
        self.troubles: list[tuple[str, str]] = []
        """Files that the last scan could not read, and why."""
        self.now = IDLE

    def start(self) -> None:
        """Begin to watch."""
        self._begin("watch", self._watch)

    def stop(self) -> None:
        """Stop watching and whatever is being read; what was kept stays kept."""
        self._stop.set()
        for thread in self._threads:
            thread.join(STOP_SECONDS)

    def read_soon(self, paths: Iterable[str]) -> None:
        """Look at these files with the next news, whether the system gives notice of them or not."""
        self._asked |= frozenset(paths)

    def scan_in_background(self, *, full: bool) -> bool:
        """Begin to read everything anew; False if that is going on already."""
        with self._asking:
            if self.now.doing or self._stop.is_set():
                return False
            self._say(STARTED)
        self._begin("scan", lambda: self._scan_all(full=full))
        return True

    def _begin(self, name: str, do: Callable[[], None]) -> None:
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        self._threads.append(threading.Thread(target=do, name=name, daemon=True))
        self._threads[-1].start()

    def _watch(self) -> None:
        while not self._stop.is_set():
            try:
                self._follow()
            except (DashcamError, OSError) as error:
                self._say_failed("watching stopped and begins again", error)
                self._stop.wait(AGAIN_SECONDS)

    def _follow(self) -> None:
        scanner = self._make_scanner()
        follower = Follower(scanner)
        with self._connect() as store:
            for changed in watch.changes(follower.places, self._stop):
                asked, self._asked = self._asked, frozenset()
                made = follower.plan(store, None if changed is None else changed | asked)
                self._do(follower, store, made)
                current = self._make_scanner()
                if current.settings != scanner.settings:
                    return

    def _do(self, follower: Follower, store: Store, made: Plan) -> None:
        if not (made.tasks or made.missing or made.unread or made.spent):
            if made.whole:
                self.troubles = [(trouble.path, trouble.why) for trouble in made.troubles]
            return
        size = sum(task.bytes_to_read for task in made.tasks) + sum(one.bookmark.offset for one in made.unread)
        if size >= APART_FROM_BYTES:
            if not self.scan_in_background(full=False):
                follower.look_again()
            return
        done = follower.scan(store, made)
        again = {task.candidate.file for task in made.tasks}
        kept = [] if made.whole else [trouble for trouble in self.troubles if trouble[0] not in again]
        self.troubles = kept + done.read.troubles
        if self.now.error:
            self._say(IDLE)
        self._hub.poke()

    def _scan_all(self, *, full: bool) -> None:
        try:
            done = scan_apart(self._make_scanner(), self._stop, full=full, begun=self._begun, tick=self._tick)
        except Exception as error:
            if not isinstance(error, (DashcamError, OSError)):
                # A fault of our own: it is to be seen, and must not look like a scan that never ends.
                log.exception("the scan failed")
            self._say_failed("the scan failed", error)
            return
        if done is not None:
            self.troubles = done.read.troubles
        self._say(IDLE)
        self._hub.poke()

    def _begun(self, said: Begun) -> None:
        self._say(msgspec.structs.replace(STARTED, bytes_total=said.bytes))

    def _tick(self, count: int, files: int) -> None:
        now = self.now
        self._say(msgspec.structs.replace(now, bytes_done=now.bytes_done + count, files_done=now.files_done + files))
        self._hub.poke()

    def _say(self, news: WorkNews) -> None:
        self.now = news
        self._hub.tell("work", news)

    def _say_failed(self, what: str, error: Exception) -> None:
        why = error.message if isinstance(error, DashcamError) else str(error)
        log.warning("%s: %s", what, why)
        self._say(msgspec.structs.replace(IDLE, error=why))
