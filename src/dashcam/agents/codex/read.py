"""The fold: lines of one Codex file in, records out.

What a stranger would get wrong: the same words come as an item and as its echoes, and Codex reports an
execution beside the model's own call and output. Each is told once, and a copy in a fork gets the same key.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from dashcam.agents.agent import Line
from dashcam.agents.codex import stream
from dashcam.agents.codex.lines import Entry, matters_to_usage, named_type, time_of, unfold
from dashcam.agents.codex.memory import CALLS, EVENTS, LIMITS, Memory, OpenTool, Outcome, keep
from dashcam.agents.codex.outcomes import meet, patch_of, put
from dashcam.agents.codex.pieces import RAW, Piece, pieces_of
from dashcam.agents.codex.sidecars import read_history, read_index
from dashcam.agents.codex.thread import (
    begin_turn,
    note_piece,
    read_header,
    read_name,
    read_settings,
    read_turn,
    settle_inheritance,
)
from dashcam.agents.codex.usage import note_tool, read_compacted, read_count, read_record
from dashcam.agents.lenient import Tally, decode_leniently
from dashcam.records.call import ModelCall
from dashcam.records.event import COMPACTION, Event
from dashcam.records.identity import key64
from dashcam.records.plain import values_of
from dashcam.records.session import Sample, SessionFacts
from dashcam.records.source import Diagnostic, Record

_WORDS_FOUND, _TOOL_FOUND = 32_768, 8_192
"""How many characters of an event a search can find it by."""
_SAYS_NOTHING = frozenset(
    {
        "session_meta",
        "turn_context",
        "world_state",
        "retained_context",
        "inter_agent_communication",
        "inter_agent_communication_metadata",
        "realtime_item",
        "security_risk_score",
        "ghost_snapshot",
        "token_usage_record",
        "response_item/ghost_snapshot",
        "response_item/compaction",
        "event_msg/token_count",
        "event_msg/thread_settings_applied",
        "event_msg/thread_name_updated",
        "event_msg/task_started",
        "event_msg/turn_started",
        "event_msg/item_started",
        "event_msg/item_completed",
        "event_msg/web_search_begin",
        "event_msg/web_search_end",
        "event_msg/image_generation_begin",
        "event_msg/image_generation_end",
        "event_msg/view_image_tool_call",
        "event_msg/dynamic_tool_call_request",
        "event_msg/exec_command_begin",
        "event_msg/patch_apply_begin",
        "event_msg/mcp_tool_call_begin",
        "event_msg/collab_agent_spawn_begin",
        "event_msg/collab_agent_interaction_begin",
        "event_msg/collab_waiting_begin",
        "event_msg/collab_waiting_end",
        "event_msg/collab_close_begin",
        "event_msg/background_event",
        "event_msg/turn_diff",
        "event_msg/plan_update",
        "event_msg/deprecation_notice",
        "event_msg/session_configured",
        "event_msg/shutdown_complete",
    }
)
_USAGE: dict[str, Callable[[Entry, Memory], Iterator[Record]]] = {
    "token_usage_record": read_record,
    "event_msg/token_count": read_count,
    "compacted": read_compacted,
}
_THREAD: dict[str, Callable[[Entry, Memory], None]] = {
    "session_meta": read_header,
    "turn_context": read_turn,
    "event_msg/thread_settings_applied": read_settings,
    "event_msg/thread_name_updated": read_name,
    "event_msg/task_started": lambda entry, memory: begin_turn(memory, entry.turn),
    "event_msg/turn_started": lambda entry, memory: begin_turn(memory, entry.turn),
}


def read(lines: Iterable[Line], memory: Memory) -> Iterator[Record]:
    """Tell what lines hold, then how the session stands, then what could not be read."""
    if memory.launch is not None:
        yield from stream.read(lines, memory, memory.launch)
        return
    tally = Tally()
    last = -1
    for number, line in lines:
        last = number
        record = decode_leniently(line, tally, number)
        if record is None:
            continue
        if memory.sidecar:
            listed = read_index if memory.sidecar == "index" else read_history
            yield from listed(record, number, memory, tally)
        else:
            yield from _read_line(record, number, memory, tally)
    if last < 0:
        return
    if memory.recognised and not memory.sidecar:
        born = memory.first_at if memory.facts.born is None else memory.facts.born
        yield msgspec.structs.replace(memory.facts, born=born, first_at=memory.first_at, last_at=memory.last_at)
    yield from tally.diagnostics()
    if not memory.recognised:
        why = "the file has lines, but none that Codex writes"
        yield Diagnostic(line=last, code="nothing-recognised", why=why)


def first_look(raw: bytes, memory: Memory) -> Iterator[ModelCall | SessionFacts]:
    """Yield the calls and the facts in the content of a whole file, from the lines that matter to usage."""
    some = ((number, line) for number, line in enumerate(raw.split(b"\n")) if matters_to_usage(line))
    for record in read(some, memory):
        if isinstance(record, ModelCall | SessionFacts):
            yield record


def _read_line(record: dict[str, Any], line: int, memory: Memory, tally: Tally) -> Iterator[Record]:
    at = time_of(record, line, memory, tally)
    part = 0
    for entry in unfold(record, line, tally):
        entry.at = at
        pieces = pieces_of(entry)
        name = named_type(entry)
        if not pieces and name not in _SAYS_NOTHING and entry.type not in _SAYS_NOTHING:
            tally.add(line, "unknown-type", f"{name} is no record that this reader knows"[:200])
            continue
        memory.recognised += 1
        settle_inheritance(entry, memory)
        if thread := _THREAD.get(name) or _THREAD.get(entry.type):
            thread(entry, memory)
        if name == "event_msg/token_count":
            yield from _samples(entry, memory)
        if usage := _USAGE.get(name) or _USAGE.get(entry.type):
            yield from usage(entry, memory)
        for index, piece in _own(pieces, memory):
            yield from _read_piece(piece, part + index, entry, memory)
        part += len(pieces)


def _read_piece(piece: Piece, part: int, entry: Entry, memory: Memory) -> Iterator[Record]:
    """Tell one piece, unless it only repeats what was or will be told."""
    if piece.echo and not _is_first_account(piece, memory):
        return
    if not piece.echo and piece.kind in {"user", "assistant", "context"}:
        memory.items = True
        if memory.echoed == key64(piece.kind, piece.text):
            memory.echoed = None
            return
    if piece.name == COMPACTION:
        memory.compacted = not piece.echo
    if piece.kind == "user":
        memory.chain = f"{key64(memory.chain, piece.text):x}"
        memory.open_call = None
    if piece.kind == "thinking" and not piece.echo:
        memory.silent = not piece.text
    note_piece(piece, memory)
    outcome = piece.outcome
    if piece.kind == "tool_call" and not piece.report:
        yield from _note_call(piece, entry, memory)
    elif piece.kind == "tool_result" and not piece.report:
        piece, outcome = _finish_call(piece, memory)
    if not entry.at:
        entry.complain("bad-time", "an event without any known time is left out")
        return
    event = Event(
        session=memory.facts.session,
        line=entry.line,
        part=part,
        at=entry.at,
        order=memory.order,
        kind=piece.kind,
        name=piece.name,
        key=_event_key(piece, entry, memory),
        text=_found_by(piece),
    )
    yield event if outcome == Outcome() else put(event, outcome)


def _is_first_account(piece: Piece, memory: Memory) -> bool:
    """Say whether an echo is the only account: the file holds no items, or the item had no words."""
    if piece.name == RAW:
        silent, memory.silent = memory.silent, False
        return silent
    if piece.name == COMPACTION:
        told, memory.compacted = memory.compacted, False
        return not told
    if memory.items:
        return False
    memory.echoed = key64(piece.kind, piece.text)
    return True


def _own(pieces: list[Piece], memory: Memory) -> list[tuple[int, Piece]]:
    """Take Codex's report of an execution into the model's call of the same id, or let it stand alone."""
    if not pieces or not pieces[0].report:
        return list(enumerate(pieces))
    identifier, outcome = pieces[-1].call_id, pieces[-1].outcome
    call = memory.calls.get(identifier)
    if call is None:
        if identifier:
            keep(memory.calls, identifier, OpenTool(name=pieces[0].name, done=True), CALLS)
        return list(enumerate(pieces))
    if not call.done:
        memory.calls[identifier] = msgspec.structs.replace(call, outcome=meet(outcome, call.outcome))
    return []


def _note_call(piece: Piece, entry: Entry, memory: Memory) -> Iterator[Record]:
    if piece.call_id:
        meant = patch_of(piece.tool_input)
        keep(memory.calls, piece.call_id, OpenTool(name=piece.name, outcome=meant), CALLS)
    yield from note_tool(piece, entry, memory)


def _finish_call(piece: Piece, memory: Memory) -> tuple[Piece, Outcome]:
    """Join a result with its call: the call's name, and what Codex reported of its end."""
    if not memory.late_tools:
        memory.open_call = None
    call = memory.calls.get(piece.call_id)
    if call is None:
        return piece, piece.outcome
    memory.calls[piece.call_id] = OpenTool(name=call.name, done=True)
    return msgspec.structs.replace(piece, name=call.name or piece.name), meet(call.outcome, piece.outcome)


def _event_key(piece: Piece, entry: Entry, memory: Memory) -> int:
    """Name an event by what its copy in a fork keeps: its turn, its words, how often they came before."""
    turn = entry.turn or memory.turn or f"{memory.ancestor}/{memory.chain}"
    if turn != memory.seen_turn:
        memory.seen_turn = turn
        memory.seen = {}
    identity = key64(turn, piece.kind, piece.name, piece.call_id, piece.tool_input, piece.text)
    nth = memory.seen.pop(identity, 0)
    while len(memory.seen) >= EVENTS:
        del memory.seen[next(iter(memory.seen))]
    memory.seen[identity] = nth + 1
    return key64(f"{identity:x}", str(nth)) if nth else identity


def _found_by(piece: Piece) -> str:
    """Choose the words that a search finds an event by; what Codex puts before every session is left out."""
    if piece.kind == "context":
        return ""
    if piece.kind == "tool_call":
        return values_of(piece.tool_input)[:_TOOL_FOUND]
    return piece.text[: _TOOL_FOUND if piece.kind == "tool_result" else _WORDS_FOUND]


def _samples(entry: Entry, memory: Memory) -> Iterator[Sample]:
    """Tell the rate limits that changed since they were last told."""
    limits = entry.mapping("rate_limits")
    if limits is None or memory.inherited or not entry.at:
        return
    kind = limits.get("limit_id")
    prefix = f"{kind} " if type(kind) is str and kind != "codex" else ""
    for name in ("primary", "secondary"):
        window = entry.mapping(name, limits)
        used = window.get("used_percent") if window else None
        if window is None or (type(used) is not float and type(used) is not int) or not 0 <= used <= 10**6:
            continue
        minutes = window.get("window_minutes")
        label = f"{prefix}{name} {minutes}m" if type(minutes) is int else f"{prefix}{name}"
        if memory.limits.get(label) == float(used):
            continue
        keep(memory.limits, label, float(used), LIMITS)
        yield Sample(
            session=memory.facts.session,
            line=entry.line,
            at=entry.at,
            name="rate_limit_percent",
            value=float(used),
            label=label,
        )
