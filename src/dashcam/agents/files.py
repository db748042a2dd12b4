"""Walk a directory for files that an agent may have left, by name and stat alone.

What a stranger would get wrong: links are followed, but only after everything that really stands there was
seen, so that a file reached by two ways keeps the name of its true place and a loop ends.
"""

import os
import stat
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from dashcam.agents.agent import Trouble


class FileFound(msgspec.Struct, frozen=True, kw_only=True):
    """A regular file, as the file system describes it."""

    path: str
    size: int
    mtime_ns: int
    inode: int
    device: int


class _Place(msgspec.Struct, frozen=True, kw_only=True):
    path: str
    relative: str
    linked: bool
    accepted: bool = False
    """A file whose name was asked about already: real files are, links not before it is known what they are."""


def walk(root: Path, accept: Callable[[str], bool]) -> Iterator[FileFound | Trouble]:
    """Find the files below `root` whose path relative to it (with `/` between its parts) is accepted.

    A root that is not there holds nothing; that is no trouble. What vanishes during the walk is passed over.
    """
    waiting = deque([_Place(path=str(root), relative="", linked=False)])
    seen: set[tuple[int, int]] = set()
    while waiting:
        place = waiting.popleft()
        try:
            status = os.stat(place.path)  # noqa: PTH116 - the hot path of every warm command
            identity = (status.st_dev, status.st_ino)
            if identity in seen:
                continue
            seen.add(identity)
            if stat.S_ISDIR(status.st_mode):
                yield from _list(place, accept, waiting)
            elif place.accepted or (place.relative and accept(place.relative)):
                yield _describe(place.path, status)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            yield Trouble(path=_shown(place.path), why=error.strerror or str(error))


def look(path: Path) -> FileFound | Trouble | None:
    """Describe one file; None when nothing is there."""
    try:
        return _describe(str(path), path.stat())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return Trouble(path=_shown(str(path)), why=error.strerror or str(error))


def _list(place: _Place, accept: Callable[[str], bool], waiting: deque[_Place]) -> Iterator[Trouble]:
    """Put what a directory holds in the queue: real things next, in order; links after all that waits."""
    with os.scandir(place.path) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    here: list[_Place] = []
    for entry in found:
        if not entry.name.isprintable() and _shown(entry.name) != entry.name:
            yield Trouble(path=_shown(entry.path), why="the name is not valid UTF-8")
            continue
        below = f"{place.relative}/{entry.name}" if place.relative else entry.name
        linked = place.linked or entry.is_symlink()
        is_file = not linked and entry.is_file(follow_symlinks=False)
        if is_file and not accept(below):
            continue
        target = _Place(path=entry.path, relative=below, linked=linked, accepted=is_file)
        (waiting if linked else here).append(target)
    waiting.extendleft(reversed(here))


def _describe(path: str, status: os.stat_result) -> FileFound | Trouble:
    if not stat.S_ISREG(status.st_mode):
        return Trouble(path=path, why="not a regular file")
    return FileFound(
        path=path,
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        inode=status.st_ino,
        device=status.st_dev,
    )


def _shown(path: str) -> str:
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
