"""The file of a launch: what is on it is recorded, and only then shown."""

import os
from pathlib import Path
from time import time_ns
from typing import Any

import msgspec

from dashcam.agents.launching import MOST_LINE_BYTES
from dashcam.agents.pushed import Object


class Tape:
    """Appends lines to the file of a launch. Each is on disk when the call returns."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        _mend(self._file)

    def say(self, **said: Any) -> None:
        """Append one line of ours. Raises OSError."""
        self._write(msgspec.json.encode({"received": time_ns() // 1000, **said}))

    def take(self, line: bytes) -> bool:
        """Append what the agent wrote, as it wrote it; says whether it was a JSON object. Raises OSError."""
        line = line.strip()
        if not line:
            return False
        try:
            is_object = isinstance(msgspec.json.decode(line), dict)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            is_object = False
        if is_object:
            self._write(b'{"received":%d,"payload":%s}' % (time_ns() // 1000, line))
        else:
            self.say(text=line.decode("utf-8", "replace"))
        return is_object

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def _write(self, line: bytes) -> None:
        rest = memoryview(line + b"\n")
        while rest:
            rest = rest[os.write(self._file, rest) :]


def _mend(file: int) -> None:
    """End a line that a death cut short."""
    size = os.fstat(file).st_size
    if size:
        os.lseek(file, -1, os.SEEK_END)
        if os.read(file, 1) != b"\n":
            os.write(file, b"\n")


class Reel:
    """Reads such a file on and on: whole lines only, as they come."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._offset = 0

    def fresh(self, most: int = MOST_LINE_BYTES) -> list[Object]:
        """Read the lines that came since the last time; what is no object is left out."""
        try:
            if self.path.stat().st_size <= self._offset:
                return []
            with self.path.open("rb") as file:
                file.seek(self._offset)
                raw = file.read(most)
        except OSError:
            return []
        whole = raw[: raw.rfind(b"\n") + 1]
        self._offset += len(whole)
        return [found for line in whole.splitlines() if (found := _decoded(line)) is not None]


def _decoded(line: bytes) -> Object | None:
    try:
        found = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
