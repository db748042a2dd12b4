"""The fold over a transcript's lines: events, model calls, titles and facts.

What a stranger would get wrong: a line may have been copied from another session. Its events are shown in
the fork too, but its calls say so in their rank, and it tells nothing of subagents: they stayed behind.
"""

from collections.abc import Iterable, Iterator

import msgspec

from dashcam.agents.agent import Line as RawLine
from dashcam.agents.claude_code import accounts, facts
from dashcam.agents.claude_code.blocks import Piece, bare, kind_of, pieces, words
from dashcam.agents.claude_code.lines import PASSED_OVER, Line, decode
from dashcam.agents.claude_code.memory import MAIN_ROLES, Memory, OpenCall
from dashcam.agents.claude_code.reading import Reading, microseconds
from dashcam.agents.claude_code.responses import take_answer, take_progress
from dashcam.agents.claude_code.tools import changed_lines, close_call, open_call
from dashcam.records.event import Event
from dashcam.records.identity import key64
from dashcam.records.session import (
    TITLE_GENERATED,
    TITLE_LAST_PROMPT,
    TITLE_NAMED,
    ReportedTotal,
    TitleHint,
)
from dashcam.records.source import Record

_CONVERSATION = frozenset({"user", "assistant", "system", "attachment", "progress"})
_SILENT = frozenset(
    {
        "agent-color",
        "agent-name",
        "agent-setting",
        "api-request-resumed",
        "bridge-session",
        "continued-in",
        "derived-from",
        "fork-context-ref",
        "frame-link",
        "history-suppression",
        "isolation-latch",
        "memory-mode",
        "observer-ref",
        "queue-operation",
        "relocated",
        "result",
        "session-owner",
        "started",
        "tag",
        "worktree-state",
    }
)
"""Known types that tell no more than their time."""


def transcript(lines: Iterable[RawLine], memory: Memory) -> Iterator[Record]:
    """Read lines of a transcript."""
    reading = Reading(memory)
    found = reading.found
    for number, raw in lines:
        reading.number = number
        part = 0
        for line in decode(raw, reading.note):
            part += _take(reading, line, part)
        if found:
            yield from found
            found.clear()
    yield from reading.closing()


def _take(reading: Reading, line: Line, part: int) -> int:
    """Read one line; say how many pieces it has, for the object that may stand behind it."""
    memory = reading.memory
    kind = kind_of(line)
    if kind in PASSED_OVER:
        return 0
    conversation = kind in _CONVERSATION
    facts.settle(memory, line, conversation=conversation)
    at = reading.time(line, expected=conversation)
    if not conversation:
        _take_other(reading, line, kind)
        return 0
    facts.describe(memory, line)
    copied = is_copied(memory, line, at, kind)
    if kind == "progress":
        take_progress(reading, line, at, copied=copied)
        memory.asked = memory.asked or bool(line.data and line.data.type == "agent_progress")
        return 0
    response = take_answer(reading, line, at, copied=copied) if kind == "assistant" else ""
    split = pieces(line)
    result: object = line.tool_use_result
    for index, piece in enumerate(split):
        call = None
        if piece.kind == "tool_call":
            open_call(memory, piece, at, response)
        elif piece.kind == "tool_result":
            call = close_call(reading, piece, result, copied=copied)
        spot = _Spot(at=at, part=part + index, index=index, call=call, result=result)
        reading.found.append(_event(reading, line, piece, spot))
        result = None if piece.kind == "tool_result" else result
    facts.follow_asking(memory, kind, split)
    _follow(memory, line, kind, split)
    return len(split)


def is_copied(memory: Memory, line: Line, at: int, kind: str) -> bool:
    """Say whether a line was copied from another session: it says so, or is older than its file."""
    home = memory.home
    if line.forked_from is not None:
        return True
    if home and line.session_id != home and bare(line.session_id) not in {"", home}:
        return True
    return memory.role in MAIN_ROLES and kind in {"assistant", "progress"} and at < (memory.born or 0)


class _Spot(msgspec.Struct, frozen=True, kw_only=True):
    """Where a piece stands: `part` counts over the whole line of the file, `index` within its object."""

    at: int
    part: int
    index: int
    call: OpenCall | None
    result: object


def _event(reading: Reading, line: Line, piece: Piece, spot: _Spot) -> Event:
    memory = reading.memory
    kind, name = piece.kind, piece.name
    took = added = removed = None
    if kind == "tool_result":
        added, removed = changed_lines(spot.result)
        if spot.call:
            name = spot.call.name
            took = spot.at - spot.call.at if 0 < spot.call.at <= spot.at else None
    elif kind == "user" and line.is_sidechain and memory.role in MAIN_ROLES:
        kind, name = "context", "subagent_prompt"
    elif kind == "system":
        took = microseconds(line.duration_ms)
    elif kind == "hook" and line.attachment:
        took = microseconds(line.attachment.duration_ms)
    uuid = line.forked_from.message_uuid if line.forked_from else line.uuid
    return Event(
        session=memory.session,
        line=reading.number,
        part=spot.part,
        at=spot.at,
        order=memory.latest,
        kind=kind,
        name=name,
        ok=piece.ok,
        duration_us=took,
        lines_added=added,
        lines_removed=removed,
        key=key64(uuid, str(spot.index)) if uuid else None,
        text=words(piece),
    )


def _follow(memory: Memory, line: Line, kind: str, split: list[Piece]) -> None:
    """Move the session's state on; the lines of a sidechain are not the session's own."""
    if line.is_sidechain and memory.role in MAIN_ROLES:
        return
    if kind == "user":
        facts.follow_user(memory, split)
    elif kind == "assistant":
        facts.follow_assistant(memory, line, split)
    elif kind == "system":
        facts.follow_notice(memory, line.subtype or "")
    elif split and split[0].kind == "user":
        facts.prompted(memory, split[0].text)


def _take_other(reading: Reading, line: Line, kind: str) -> None:
    """Read a line that is no part of the conversation."""
    memory = reading.memory
    match kind:
        case "summary":
            if line.leaf_uuid and (title := facts.shorten(line.summary)):
                hint = TitleHint(key=key64(line.leaf_uuid, "0"), title=title, line=reading.number)
                reading.found.append(hint)
        case "custom-title":
            facts.entitle(memory, line.custom_title, TITLE_NAMED)
        case "ai-title":
            facts.entitle(memory, line.ai_title, TITLE_GENERATED)
        case "last-prompt":
            facts.entitle(memory, line.last_prompt, TITLE_LAST_PROMPT)
        case "pr-link":
            facts.link_pull_request(memory, line.pr_url)
        case "cost-state":
            memory.state = "completed"
            memory.asked = memory.asked or bool(line.model_usage)
            reading.found.extend(_reported(reading, line))
        case _ if kind not in _SILENT:
            shown = repr(bare(kind)[:60]) if kind else "unnamed"
            reading.note("unknown-type", f"lines of type {shown} are not known")


def _reported(reading: Reading, line: Line) -> Iterator[ReportedTotal]:
    """Read the program's own total; for a fork it begins at its parent's, so it is only ever compared."""
    note = reading.note
    for model, usage in (line.model_usage or {}).items():
        long = accounts.count(usage.cache_creation_1h, "cacheCreationEphemeral1hInputTokens", note)
        short = accounts.count(usage.cache_creation_5m, "cacheCreationEphemeral5mInputTokens", note)
        total = accounts.count(usage.cache_creation_input_tokens, "cacheCreationInputTokens", note)
        yield ReportedTotal(
            session=reading.memory.session,
            line=reading.number,
            at=reading.memory.latest,
            model=bare(model),
            input=accounts.count(usage.input_tokens, "inputTokens", note),
            output=accounts.count(usage.output_tokens, "outputTokens", note),
            cache_read=accounts.count(usage.cache_read_input_tokens, "cacheReadInputTokens", note),
            cache_write_5m=max(total - long, short),
            cache_write_1h=long,
            web_searches=accounts.count(usage.web_search_requests, "webSearchRequests", note),
            cost_nano=accounts.nano(usage.cost_usd),
        )
