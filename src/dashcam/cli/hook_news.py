"""When an agent's hooks were last heard of, by what stands in the inbox."""

import re
from pathlib import Path

from dashcam.cli.quick.hook import KIND
from dashcam.ingest.inbox import FOLDER

LARGEST = 8 << 20
_RECEIVED = re.compile(rb'\{"received": ?(\d{1,17})\b')
_EVENT = re.compile(rb'"hook_event_(?:name|type)" ?: ?"(\w{1,60})"')


def last_heard(home: Path, agent: str) -> dict[str, int]:
    """Give when each event was last received, in microseconds UTC, as far back as the last 8 MiB of the inbox reach."""
    heard: dict[str, int] = {}
    left = LARGEST
    # Their names are in the order of time.
    for path in sorted((home / FOLDER / agent / KIND).glob("*.jsonl"), reverse=True):
        content = _end_of(path, left)
        left -= len(content)
        for line in content.split(b"\n"):
            received, event = _RECEIVED.match(line), _EVENT.search(line)
            if received and event:
                name = event[1].decode()
                heard[name] = max(heard.get(name, 0), int(received[1]))
        if left <= 0:
            break
    return heard


def _end_of(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - most))
            return file.read()
    except OSError:
        return b""
