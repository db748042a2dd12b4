"""Putting a payload into the inbox, with an end to the waiting.

What a stranger would get wrong: the file has a lock, and whoever holds it too long must not hold the agent. Writing is
another matter: a large payload on a busy disk takes its time, and is not to be lost for that.
"""

import signal
from pathlib import Path
from types import FrameType

from dashcam.ingest.inbox import append, lock, payload_line

PATIENCE_SECONDS = 0.3
WRITE_SECONDS = 10.0
"""Behind that a disk hangs; what was written of the line is taken back."""


def keep(home: Path, agent: str, kind: str, payload: bytes) -> None:
    """Append one payload. Raises OSError, of which TimeoutError is one: then it is not kept."""
    line = payload_line(payload)
    if not hasattr(signal, "setitimer"):
        append(home, agent, kind, [line])
        return
    before = signal.signal(signal.SIGALRM, _too_long)
    try:
        append(home, agent, kind, [line], lock=_lock_soon)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _lock_soon(file: int) -> None:
    signal.setitimer(signal.ITIMER_REAL, PATIENCE_SECONDS)
    lock(file)
    signal.setitimer(signal.ITIMER_REAL, WRITE_SECONDS)


def _too_long(_number: int, _frame: FrameType | None) -> None:
    raise TimeoutError("the inbox was locked or not writable for too long")
