"""Writing a session's original files back from the journal, byte for byte.

What a stranger would get wrong: all files are looked at before the first is written. A file that differs from the
journal is never touched, since it may have grown since it was last read.
"""

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from dashcam.records.errors import BadInput, DashcamError
from dashcam.records.paths import in_full
from dashcam.store import sources
from dashcam.store.batch import KnownSource
from dashcam.store.database import Database

DIRECTORY_MODE, FILE_MODE = 0o700, 0o600


class FileDiffers(DashcamError):
    """A file stands where one was to be restored, and holds something else."""


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a session, as it stands now."""

    source: KnownSource
    target: Path
    bytes: int
    written: bool
    """False where the very same file was there already."""


def targets(found: Sequence[KnownSource], roots: Iterable[Path], to: Path | None) -> list[tuple[KnownSource, Path]]:
    """Say where each source is to stand: at its place, or below a directory with the tail of its path."""
    if to is None:
        return [(source, Path(source.source.path)) for source in found]
    folder = in_full(to)
    tails = _tails([Path(source.source.path) for source in found], list(roots))
    placed = [(source, folder / tail) for source, tail in zip(found, tails, strict=True)]
    for source, target in placed:
        if ".." in target.relative_to(folder).parts:
            raise BadInput(f"'{source.source.path}' leads out of {folder}", "It is not restored.")
    return placed


def _tails(paths: list[Path], roots: list[Path]) -> list[Path]:
    """Cut off the agent's root where it is known, else what all paths have in common but its last folder."""
    common = Path(os.path.commonpath([path.parent for path in paths])).parent
    tails = []
    for path in paths:
        root = next((root for root in roots if path.is_relative_to(root)), common)
        tails.append(path.relative_to(root))
    return tails


def restore(database: Database, placed: Sequence[tuple[KnownSource, Path]]) -> list[Restored]:
    """Write files that are not there. Raises FileDiffers before anything is written, and DashcamError."""
    states = [(source, target, _state(database, source, target)) for source, target in placed]
    wrong = [target for _, target, state in states if state == "differs"]
    if wrong:
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        raise FileDiffers(
            f"{wrong[0]} is there and differs from the journal{more}; nothing was written",
            "Move it away, or write elsewhere with --to DIR.",
        )
    return [
        Restored(
            source=source,
            target=target,
            bytes=source.bookmark.offset if state == "same" else _write(database, source, target),
            written=state != "same",
        )
        for source, target, state in states
    ]


def _state(database: Database, source: KnownSource, target: Path) -> str:
    """Compare a file with the journal: `missing`, `same` or `differs`."""
    if not target.is_symlink() and not target.exists():
        return "missing"
    try:
        with target.open("rb") as file:
            for raw in sources.contents(database, source):
                if file.read(len(raw)) != raw:
                    return "differs"
            return "differs" if file.read(1) else "same"
    except OSError:
        return "differs"


def _write(database: Database, source: KnownSource, target: Path) -> int:
    """Write beside and link, so that no half file is ever seen and none that came meanwhile is replaced."""
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=DIRECTORY_MODE)
        try:
            size = _fill(beside, sources.contents(database, source))
            _put_in_place(beside, target)
        finally:
            with suppress(FileNotFoundError):
                beside.unlink()
    except FileExistsError as error:
        raise FileDiffers(f"{target} has appeared meanwhile; it was left alone", "Run the command again.") from error
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise DashcamError(
            f"cannot write {target}: {error.strerror or error}",
            "Check the directory, or write elsewhere with --to DIR.",
        ) from error
    return size


def _fill(path: Path, contents: Iterable[bytes]) -> int:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, FILE_MODE)
    size = 0
    with os.fdopen(descriptor, "wb") as file:
        for raw in contents:
            size += file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    return size


def _put_in_place(beside: Path, target: Path) -> None:
    """Link refuses to replace a file, which rename would do; where a disk knows no links, rename has to do."""
    try:
        os.link(beside, target, follow_symlinks=False)
    except FileExistsError:
        raise
    except OSError:
        if target.exists():
            raise FileExistsError(str(target)) from None
        beside.rename(target)
