"""Codex's token counters: what one request used, told once however often it was written.

What a stranger would get wrong: cached and written tokens stand inside `input_tokens`, reasoning inside
`output_tokens`; a count is written again without a request; and a fork writes its parent's counts anew, with
new times.
"""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import msgspec

from dashcam.agents.codex.lines import Entry
from dashcam.agents.codex.memory import KEYS, TOOLS, Memory, Vector
from dashcam.agents.codex.pieces import Piece
from dashcam.agents.lenient import MOST, count
from dashcam.records.call import ModelCall

_COUNTS = (
    "input_tokens",
    "cached_input_tokens",
    "cache_write_input_tokens",
    "output_tokens",
    "reasoning_output_tokens",
)
_RUNNING = ("total_token_usage", "thread_token_usage")
_MOST_IN_A_THREAD = 1_000_000_000_000
_ZERO: Vector = (0, 0, 0, 0, 0)
_MODEL_BEFORE_IT_WAS_WRITTEN = "gpt-5"
_WRITTEN_SINCE = 1_759_276_800_000_000
"""2025-10-01: builds of early September 2025 named no model, and then there was one model."""


def read_record(entry: Entry, memory: Memory) -> Iterator[ModelCall]:
    """Read a `token_usage_record`: one request, with the thread that made it."""
    usage = _vector(entry.payload, "usage", entry)
    if usage is None:
        entry.complain("no-usage", "a token_usage_record holds no usage")
        return
    total = _vector(entry.payload, "thread_token_usage", entry)
    thread = entry.text("thread_id")
    memory.twin = usage
    if total is not None:
        memory.previous = total
    if not _is_spent(usage):
        return
    _check(entry.payload, "usage", usage, entry)
    yield from _tell(entry, memory, usage, total, thread=thread)


def read_count(entry: Entry, memory: Memory) -> Iterator[ModelCall]:
    """Read a `token_count`: a request only if it moves the running total and no record told it before."""
    info = entry.mapping("info")
    if info is None:
        return
    total = _vector(info, "total_token_usage", entry)
    last = _vector(info, "last_token_usage", entry)
    if total is None and last is None:
        entry.complain("no-usage", "a token_count holds neither a last nor a total usage")
        return
    if memory.twin is not None and last == memory.twin:
        memory.twin = None
        memory.previous = total or memory.previous
        return
    if total is not None and total == memory.previous:
        return
    own = last if last is not None else _since(total or _ZERO, memory.previous, entry)
    if not _is_spent(own):
        return
    memory.previous = total or memory.previous
    memory.twin = None
    _check(info, "total_token_usage" if last is None else "last_token_usage", last or total or _ZERO, entry)
    memory.model = entry.text("model", info) or memory.model
    for call in _tell(entry, memory, own, total, thread=""):
        memory.open_call = call
        yield call


def read_compacted(entry: Entry, memory: Memory) -> Iterator[ModelCall]:
    """Read the copy of the last record that a compaction keeps; it counts if the record itself was lost."""
    copy = entry.mapping("latest_token_usage_record")
    if copy is None:
        return
    usage = _vector(copy, "usage", entry)
    if usage is None or not _is_spent(usage):
        return
    inner = msgspec.structs.replace(entry, payload=copy, turn=entry.text("turn_id", copy))
    total = _vector(copy, "thread_token_usage", inner)
    yield from _tell(inner, memory, usage, total, thread=entry.text("thread_id", copy))


def note_tool(piece: Piece, entry: Entry, memory: Memory) -> Iterator[ModelCall]:
    """Remember a tool call for the count that follows it, or add it to the call whose count went before."""
    searches = int(piece.name == "web_search" and _is_search(entry.payload))
    if memory.open_call is None:
        if piece.name and piece.name not in memory.tools and len(memory.tools) < TOOLS:
            memory.tools.append(piece.name)
        memory.searches += searches
        return
    memory.late_tools = True
    names = {name for name in (*memory.open_call.tools.split(", "), piece.name) if name}
    memory.open_call = msgspec.structs.replace(
        memory.open_call,
        tools=", ".join(sorted(names)),
        web_searches=memory.open_call.web_searches + searches,
    )
    yield memory.open_call


def _is_search(payload: dict[str, Any]) -> bool:
    action = payload.get("action")
    return type(action) is not dict or action.get("type", "search") == "search"


def _vector(record: dict[str, Any], name: str, entry: Entry) -> Vector | None:
    counts = entry.mapping(name, record)
    if counts is None:
        return None
    most = _MOST_IN_A_THREAD if name in _RUNNING else MOST
    read = [count(counts.get(field), field, entry.tally, entry.line, most) or 0 for field in _COUNTS]
    return (read[0], read[1], read[2], read[3], read[4])


def _is_spent(vector: Vector) -> bool:
    """Tell a request from the estimate after a compaction, which has no input and no output."""
    return bool(vector[0] or vector[3])


def _since(total: Vector, previous: Vector | None, entry: Entry) -> Vector:
    """Subtract running totals; one that went down has begun anew."""
    before = previous or _ZERO
    if any(now < then for now, then in zip(total, before, strict=True)):
        entry.complain("counter-reset", "a running total went down, and the request itself is not told")
        return total
    return (
        total[0] - before[0],
        total[1] - before[1],
        total[2] - before[2],
        total[3] - before[3],
        total[4] - before[4],
    )


def _check(record: dict[str, Any], name: str, vector: Vector, entry: Entry) -> None:
    """Compare the agent's own sum with its parts."""
    written = (entry.mapping(name, record) or {}).get("total_tokens")
    total = count(written, "total_tokens", entry.tally, entry.line)
    if total is not None and total != vector[0] + vector[3]:
        entry.complain("bad-total", "total_tokens is not input_tokens + output_tokens")
    if vector[1] + vector[2] > vector[0]:
        entry.complain("bad-count", "more input tokens are cached or written than there are")


def _tell(entry: Entry, memory: Memory, usage: Vector, total: Vector | None, *, thread: str) -> Iterator[ModelCall]:
    key = _key(entry, memory, usage, total)
    if key in memory.keys:
        return
    memory.keys = [*memory.keys[1 - KEYS :], key]
    memory.counted += 1
    tools, memory.tools = memory.tools, []
    searches, memory.searches = memory.searches, 0
    memory.open_call = None
    if not entry.at:
        entry.complain("bad-time", "a request without any known time is left out")
        return
    inferred = not memory.model and entry.at < _WRITTEN_SINCE
    foreign = bool(thread) and thread != memory.facts.session
    yield ModelCall(
        key=key,
        session=thread or memory.facts.session,
        at=entry.at,
        line=entry.line,
        model=_MODEL_BEFORE_IT_WAS_WRITTEN if inferred else memory.model,
        model_inferred=inferred,
        provider=memory.provider or "openai",
        rank=3 if foreign else 0,
        input=max(usage[0] - usage[1] - usage[2], 0),
        cache_read=usage[1],
        cache_write_5m=usage[2],
        output=usage[3],
        reasoning=min(usage[4], usage[3]),
        speed=memory.speed,
        tier=memory.tier,
        tools=", ".join(sorted(tools)),
        web_searches=searches,
    )


def _key(entry: Entry, memory: Memory, usage: Vector, total: Vector | None) -> str:
    """Name a request by what its copies keep: turn, running total, own counts; never file, line or time."""
    turn = entry.turn or memory.turn
    place: tuple[object, ...] = (turn,) if turn else (memory.ancestor, memory.counted)
    digest = blake2b(msgspec.json.encode((place, total, usage)), digest_size=16).hexdigest()
    return f"codex:{digest}"
