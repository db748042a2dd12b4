"""Putting a payload into the inbox, with an end to the waiting.

What a stranger would get wrong: the file has a lock, and whoever holds it too long must not hold the agent.
"""

import signal
from pathlib import Path
from types import FrameType

from dashcam.ingest.inbox import append, payload_line

PATIENCE_SECONDS = 0.3


def keep(home: Path, agent: str, kind: str, payload: bytes) -> None:
    """Append one payload. Raises OSError, of which TimeoutError is one: then it is not kept."""
    line = payload_line(payload)
    if not hasattr(signal, "setitimer"):
        append(home, agent, kind, [line])
        return
    before = signal.signal(signal.SIGALRM, _too_long)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE_SECONDS)
    try:
        append(home, agent, kind, [line])
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _too_long(_number: int, _frame: FrameType | None) -> None:
    raise TimeoutError("the inbox was locked for too long")
