"""A running server's note of where it can be reached: `server.json` in our home, for commands that want its address.

What a stranger would get wrong: a server that was killed leaves its note behind, so the process that it names is looked
for. The token is not in it: who needs it has it in the environment, and a secret less lies about.
"""

import contextlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

NAME = "server.json"


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where a server is."""

    address: str
    host: str
    port: int
    pid: int
    token: bool = False
    """Whether it asks for one."""


@contextmanager
def announced(home: Path, standing: Standing) -> Iterator[None]:
    """Leave a note while the server runs. Where none can be written, the server runs without."""
    path = home / NAME
    beside = path.with_name(f".{NAME}.{standing.pid}.part")
    with contextlib.suppress(OSError):
        beside.unlink(missing_ok=True)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(standing))
        beside.replace(path)
    try:
        yield
    finally:
        # The note of a server that began later is not ours to take away.
        if _read(path) == standing:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)


def standing(home: Path) -> Standing | None:
    """Find the server that runs on this home's data; None if there is none."""
    found = _read(home / NAME)
    return found if found and _lives(found.pid) else None


def _read(path: Path) -> Standing | None:
    try:
        return msgspec.convert(json.loads(path.read_bytes()), Standing)
    except (OSError, ValueError, msgspec.ValidationError):
        return None


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True
