"""Read made-up Claude Code lines, whole or in pieces, and keep what is left at the end.

The last account of a call or a session wins, as it does in the store.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import msgspec

from dashcam.agents.claude_code import AGENT
from tests.support.build import SESSION, source
from tests.support.told import Told, keep

PROJECTS = "/home/ada/.claude/projects/-home-ada-app"
MAIN = f"{PROJECTS}/{SESSION}.jsonl"


def told(
    lines: Iterable[bytes | dict[str, Any]],
    *,
    path: str = MAIN,
    cuts: Sequence[int] = (),
    **of_source: Any,
) -> Told:
    """Read lines, cut before the given numbers; the memory is saved and loaded at each cut."""
    raw = [line if isinstance(line, bytes) else msgspec.json.encode(line) for line in lines]
    numbered = list(enumerate(raw))
    result = Told()
    memory = AGENT.remember(source(path=path, **of_source))
    edges = [0, *sorted(min(cut, len(raw)) for cut in cuts), len(raw)]
    for start, end in pairwise(edges):
        keep(result, AGENT.read(numbered[start:end], memory))
        memory = msgspec.msgpack.decode(msgspec.msgpack.encode(memory), type=AGENT.memory)
    return result
