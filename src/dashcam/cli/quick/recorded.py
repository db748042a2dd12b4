"""What the status line kept lately, read from the ends of the newest files of the inbox.

What a stranger would get wrong: this is the memory of the status line, and there is no other: the last line of a
session says whether anything changed since, and the lines of the last hour say what was spent in it.
"""

import json
import os
from pathlib import Path

from dashcam.agents.quick import Status, read_status
from dashcam.ingest.inbox import FOLDER

TAIL = 256 << 10
FILES = 4
HOUR = 3_600_000_000
SHORTEST = 300_000_000
"""Less than five minutes say nothing of an hour."""


class Burn:
    """What a session spends: dollars an hour, measured over so many microseconds until now."""

    def __init__(self, dollars_an_hour: float, measured: int) -> None:
        self.dollars_an_hour = dollars_an_hour
        self.measured = measured


def recorded(home: Path, agent: str, kind: str, session: str) -> list[tuple[int, Status]]:
    """Give what was kept of a session, oldest first, with when it was received; as far back as 256 KiB reach."""
    name = session.encode("utf-8", "replace")
    lines = _ends(home / FOLDER / agent / kind).split(b"\n")
    return [found for line in lines if name in line and (found := _read(line)) and found[1].session == session]


def _ends(folder: Path) -> bytes:
    """Read the newest files, whose names are in the order of time, back from their ends; the oldest comes first."""
    text = b""
    try:
        for name in sorted(os.listdir(folder))[: -FILES - 1 : -1]:  # noqa: PTH208  names alone are needed
            if len(text) < TAIL:
                with (folder / name).open("rb") as file:
                    file.seek(max(0, file.seek(0, 2) + len(text) - TAIL))
                    text = file.read() + b"\n" + text
    except OSError:
        return text
    return text


def _read(line: bytes) -> tuple[int, Status] | None:
    try:
        kept = json.loads(line)
        received, status = kept["received"], read_status(kept["payload"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return (received, status) if isinstance(received, int) and status else None


def burn(kept: list[tuple[int, Status]], status: Status, now: int) -> Burn | None:
    """Say what the session spent in the last hour, or as far back as is known; None where that is too little.

    A cost that is smaller than the one before was reset by the agent: what was before does not count.
    """
    if status.cost is None:
        return None
    first, spent = now, status.cost
    for received, before in reversed(kept):
        if before.cost is None:
            continue
        if before.cost > spent:
            break
        first, spent = received, before.cost
        if received <= now - HOUR:
            # Nothing is kept while nothing changes, so this was the cost an hour ago, too.
            first = now - HOUR
            break
    measured = now - first
    if measured < SHORTEST or status.cost == spent:
        return None
    return Burn((status.cost - spent) * HOUR / measured, measured)
