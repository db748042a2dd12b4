"""Reading what an agent writes to our standard input, without waiting for an agent that never ends it.

What a stranger would get wrong: a silence alone is no end. A busy machine's agent may pause amid a large payload or
before the first byte, and to give up then would lose it. It waits for nobody but itself meanwhile.
"""

import json
import os
import select

LARGEST = 16 << 20
SILENCE_SECONDS = 0.3
PATIENCE_SILENCES = 7
"""How many silences on end are too many, even if what was read is not whole: 2.1 s."""
PIECE = 1 << 20


def read_input(descriptor: int = 0) -> bytes:
    """Read to the end, or to a silence of 300 ms behind whole JSON; beyond 16 MiB it is dropped. Raises OSError."""
    if os.isatty(descriptor):
        return b""
    pieces: list[bytes] = []
    size = silences = 0
    while True:
        if _is_silent(descriptor):
            silences += 1
            if silences >= PATIENCE_SILENCES or _is_whole(b"".join(pieces)):
                break
            continue
        piece = os.read(descriptor, PIECE)
        if not piece:
            break
        silences = 0
        if size < LARGEST:
            pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)[:LARGEST]


def _is_silent(descriptor: int) -> bool:
    if os.name == "nt":
        return False
    ready, _, _ = select.select([descriptor], [], [], SILENCE_SECONDS)
    return not ready


def _is_whole(text: bytes) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
