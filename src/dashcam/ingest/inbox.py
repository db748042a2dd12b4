"""The inbox: whatever is pushed to us stands there as lines of files, and is read from them like every transcript.

What a stranger would get wrong: a line is safe as soon as `append` has returned, since what a process wrote outlives
its death. So whoever receives something answers then; reading, pricing and saving come later, and need no server.

Only fast modules of the standard library are imported here: an agent waits for the command that its hooks call.
"""

import json
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: two writers at once are told apart by the append mode alone.
    fcntl = None  # type: ignore[assignment]

FOLDER = "inbox"
MARK = b"\xef\xbb\xbf"
"""What some shells put before whatever they pipe."""


def lock(file: int) -> None:
    """Wait for a file's lock, which its closing gives back. Raises OSError."""
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_EX)


def append(home: Path, agent: str, kind: str, lines: Iterable[bytes], *, lock: Callable[[int], None] = lock) -> None:
    """Put lines, without newlines, into this hour's file of one agent and kind. Raises OSError: then none is kept.

    `lock` waits for the file's lock, and may give up by an OSError.
    """
    hour = time.strftime("%Y-%m-%dT%H", time.gmtime())
    path = home / FOLDER / agent / kind / f"{hour}.jsonl"
    text = b"".join(line + b"\n" for line in lines)
    try:
        file = _open(path)
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = _open(path)
    try:
        lock(file)
        _write(file, text)
    finally:
        os.close(file)


def payload_line(payload: bytes, *, received: int | None = None) -> bytes:
    """Make the line of what a program sent: JSON as it is, anything else as text. Times are microseconds UTC."""
    at = time.time_ns() // 1000 if received is None else received
    payload = payload.removeprefix(MARK)
    try:
        json.loads(payload.decode())  # Of bytes it would also take UTF-16, which cannot stand in a line.
    except (ValueError, RecursionError):
        text = json.dumps(payload.decode("utf-8", "replace"), ensure_ascii=False)
        return b'{"received":%d,"text":%s}' % (at, text.encode())
    # A line end may stand between the parts of JSON, never inside its strings.
    return b'{"received":%d,"payload":%s}' % (at, payload.strip().replace(b"\r", b" ").replace(b"\n", b" "))


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)


def _write(file: int, text: bytes) -> None:
    """Write all or nothing: a line cut short by a full disk would spoil the next one."""
    size = os.fstat(file).st_size
    if size and _last_byte(file) != b"\n":
        text = b"\n" + text
    try:
        rest = memoryview(text)
        while rest:
            rest = rest[os.write(file, rest) :]
    except OSError:
        os.ftruncate(file, size)
        raise


def _last_byte(file: int) -> bytes:
    os.lseek(file, -1, os.SEEK_END)
    return os.read(file, 1)
