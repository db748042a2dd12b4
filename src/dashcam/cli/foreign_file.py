"""Changing a file that belongs to another program: shown first, asked about, with a copy beside it, at one stroke.

What a stranger would get wrong: between reading and writing stands a person's answer, so the file is looked at again
before it is written; a link is followed, or it would be replaced by a file.
"""

import contextlib
import difflib
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from dashcam.agents.json_text import BrokenFile
from dashcam.records.errors import DashcamError
from dashcam.writing.safe import safe_block, safe_text

Told = TypeVar("Told")
NEW_MODE = 0o600
COLORS = {"+": "green", "-": "red", "@": "cyan"}


class NotWritten(DashcamError):
    """The file could not be read or written, or changed meanwhile; it is as it was."""


def read_text(path: Path) -> str:
    """Read a file as it stands, line ends and all; empty where there is none. Raises BrokenFile and NotWritten."""
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise BrokenFile(f"{path} was left alone: it is no UTF-8", "Mend it, then run the command again.") from error
    except OSError as error:
        raise NotWritten(f"cannot read {path}: {error.strerror}") from error


def understood(path: Path, read: Callable[[str], Told]) -> Told:
    """Make something of the text of a file. Raises BrokenFile, which names it, and NotWritten."""
    try:
        return read(read_text(path))
    except BrokenFile as error:
        if error.hint:
            raise
        raise BrokenFile(f"{path} was left alone: {error.message}", "Mend it, then run the command again.") from error


def change(path: Path, make: Callable[[str], str], *, dry_run: bool, yes: bool) -> bool:
    """Show what would change, ask, and write it. Says whether the file is now as wanted.

    Raises BrokenFile and NotWritten, and then nothing is written.
    """
    before = read_text(path)
    after = understood(path, make)
    if after == before:
        click.echo(f"nothing to do: {safe_text(str(path))} is as it should be")
        return True
    click.echo(difference(path, before, after))
    if dry_run:
        click.echo("nothing was written")
        return False
    if not yes and not click.confirm(f"Write {safe_text(str(path))}?", default=True):
        click.echo("nothing was written")
        return False
    backup = _write(path, before, after)
    click.echo(f"wrote {safe_text(str(path))}" + (f"; as it was: {safe_text(str(backup))}" if backup else ""))
    return True


def difference(path: Path, before: str, after: str) -> str:
    """Write the difference of two texts, in colours."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), str(path), str(path), lineterm="")
    return "\n".join(click.style(safe_block(line), fg=COLORS.get(line[:1])) for line in lines)


def _write(path: Path, before: str, after: str) -> Path | None:
    """Write the file beside and rename it; give the copy of what it was."""
    place = path.resolve()
    beside = place.with_name(f".{place.name}.{os.getpid()}.part")
    try:
        there = place.exists()
        if read_text(place) != before:
            raise NotWritten(f"{path} was changed meanwhile", "Run the command again.")
        mode = place.stat().st_mode & 0o777 if there else NEW_MODE
        place.parent.mkdir(parents=True, exist_ok=True)
        backup = _backed_up(place, before, mode) if there else None
        _create(beside, after, mode)
        beside.replace(place)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise NotWritten(
            f"cannot write {path}: {error.strerror}", "It is as it was. Check room and rights, then run it again."
        ) from error
    return backup


def _backed_up(place: Path, before: str, mode: int) -> Path:
    """Copy what is there beside it; a second copy in one second gets a number. Raises OSError."""
    stamp = time.strftime("%Y-%m-%dT%H%M%S")
    for number in range(100):
        backup = place.with_name(f"{place.name}.{stamp}{f'-{number}' if number else ''}.bak")
        with contextlib.suppress(FileExistsError):
            _create(backup, before, mode)
            return backup
    raise FileExistsError(17, "too many copies of this second", str(place))


def _create(path: Path, text: str, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise
