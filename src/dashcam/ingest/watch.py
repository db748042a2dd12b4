"""Hearing of changes: the file system's own notices of what agents write, and a look around where it gives none.

A notice is only a reason to look. What was missed while nobody watched, or where a file system stays silent, is found
by looking at everything now and then.
"""

import logging
import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from time import monotonic

import msgspec
import watchfiles

log = logging.getLogger(__name__)

DEBOUNCE_MS, STEP_MS = 100, 20
"""How long a burst of changes is gathered at most, and the silence that ends it."""
TICK_MS = 2_000
"""How often it is looked whether a directory has appeared, or a file that stands alone has changed."""
RESYNC_SECONDS = 300.0
POLL_SECONDS = 10.0
SILENT = frozenset(
    ("9p", "afs", "ceph", "cifs", "drvfs", "fuse.sshfs", "nfs", "nfs4", "smb3", "smbfs", "vboxsf", "virtiofs")
)
"""File systems that give no notice of what another machine writes."""

_ESCAPED = re.compile(r"\\([0-7]{3})")
"""How a mount point's spaces are written."""

Changed = frozenset[str] | None
"""Paths that have changed: none on a tick without news. None asks to look at everything."""


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to watch now."""

    directories: tuple[str, ...] = ()
    """Watched with all below them."""
    files: tuple[str, ...] = ()
    """Files that stand beside other things: looked at once a tick."""
    silent: bool = False
    """Whether some of it stands on a file system that gives no notice."""


def places(wanted: Iterable[Path], mounts: str = "") -> Places:
    """Sort out which of the wanted paths are there, and as what. `mounts` is the text of /proc/mounts."""
    there = sorted({str(path) for path in wanted if path.exists()})
    directories = tuple(path for path in there if Path(path).is_dir())
    kinds = _kinds_of_file_systems(mounts)
    return Places(
        directories=directories,
        files=tuple(path for path in there if path not in directories),
        silent=any(_kind_at(path, kinds) in SILENT for path in there),
    )


def mounted() -> str:
    """Read which file systems are mounted, where the platform tells."""
    try:
        return Path("/proc/mounts").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""


def changes(look: Callable[[], Places], stop: threading.Event) -> Iterator[Changed]:
    """Yield what has changed, and every tick that nothing has, until `stop` is set.

    Everything is asked for first, and again whenever something may have been missed.
    """
    said = ""
    while not stop.is_set():
        here = look()
        known = _stamps(here.files)
        yield None
        try:
            yield from _changes(here, known, look, stop)
        except (OSError, RuntimeError) as error:
            # Most often the system's limit of watches; the places are then looked at as those that give no notice are.
            if str(error) != said:
                log.warning("cannot watch for changes, looking every %d s instead: %s", POLL_SECONDS, error)
                said = str(error)
            stop.wait(POLL_SECONDS)


def _changes(
    here: Places, known: dict[str, tuple[int, int]], look: Callable[[], Places], stop: threading.Event
) -> Iterator[Changed]:
    """Yield what has changed until everything has to be looked at again. Raises OSError and RuntimeError."""
    rest = _Rest(POLL_SECONDS if here.silent else RESYNC_SECONDS)
    # What was written while everything was looked at, before the watch began, gave no notice.
    is_sure = here.silent
    for heard in _notices(here, stop):
        stamps = _stamps(here.files)
        moved = {path for path in stamps if stamps[path] != known.get(path)}
        known = stamps
        yield frozenset(heard | moved) if is_sure else None
        is_sure = True
        # A directory that is itself named was removed or replaced, and its watch is gone with it.
        if rest.is_over() or not heard.isdisjoint(here.directories) or look() != here:
            break


def _notices(here: Places, stop: threading.Event) -> Iterator[set[str]]:
    """Yield the paths of each burst of notices, and an empty set each tick. Raises OSError and RuntimeError."""
    if here.directories:
        for burst in watchfiles.watch(
            *here.directories,
            watch_filter=None,
            debounce=DEBOUNCE_MS,
            step=STEP_MS,
            stop_event=stop,
            rust_timeout=TICK_MS,
            yield_on_timeout=True,
            raise_interrupt=False,
            ignore_permission_denied=True,
        ):
            yield {path for _, path in burst}
        return
    while not stop.wait(TICK_MS / 1000):
        yield set()


class _Rest:
    """A time after which everything is looked at again."""

    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds

    def is_over(self) -> bool:
        return monotonic() >= self._end


def _stamps(files: Iterable[str]) -> dict[str, tuple[int, int]]:
    found = {}
    for path in files:
        try:
            status = os.stat(path)  # noqa: PTH116  once a tick for every file
        except OSError:
            continue
        found[path] = (status.st_size, status.st_mtime_ns)
    return found


def _kinds_of_file_systems(mounts: str) -> dict[str, str]:
    """Tell the kind by the mount point; of several that are mounted at one place the last is what is seen."""
    rows = [line.split(" ") for line in mounts.splitlines()]
    return {_ESCAPED.sub(_unescaped, row[1]): row[2] for row in rows if len(row) > 2}  # noqa: PLR2004


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 8))


def _kind_at(path: str, kinds: Mapping[str, str]) -> str:
    """Tell the kind of the file system that a path stands on: that of the innermost mount point."""
    return next((kinds[str(place)] for place in (Path(path), *Path(path).parents) if str(place) in kinds), "")
