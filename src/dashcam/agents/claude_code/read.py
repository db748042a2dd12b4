"""The fold over a transcript's lines: events, model calls, titles and facts.

What a stranger would get wrong: one Reading lives for one call of `read`, so anything that must outlast it belongs
into the memory. What the lines told of a response is yielded at the end, whole and again with every later reading
that touches it: the last account of a key and variant replaces the earlier ones.
"""

from collections.abc import Iterable, Iterator

from dashcam.agents.agent import Line as RawLine
from dashcam.agents.claude_code import accounts, facts
from dashcam.agents.claude_code.blocks import SYNTHETIC, Piece, bare, kind_of, pieces, plain, words
from dashcam.agents.claude_code.lines import (
    PASSED_OVER,
    Line,
    Message,
    NestedLine,
    ToolUseResult,
    decode,
    loose,
    moment_of,
)
from dashcam.agents.claude_code.memory import MAX_OPEN_CALLS, MAX_RESPONSES, Memory, OpenCall, Response
from dashcam.records.event import Event
from dashcam.records.identity import key64
from dashcam.records.session import (
    TITLE_GENERATED,
    TITLE_LAST_PROMPT,
    TITLE_NAMED,
    ReportedTotal,
    TitleHint,
)
from dashcam.records.source import Diagnostic, Record

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
_STARTS_AGENT = ("Task", "Agent")


class Reading:
    """One call of `read` on a transcript: its findings, and what it must still say at its end."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.found: list[Record] = []
        self.number = 0
        self.touched: dict[str, None] = {}
        self.subagents: dict[str, None] = {}
        self.notes: dict[tuple[str, str], tuple[int, int]] = {}

    def note(self, code: str, why: str) -> None:
        """Count a thing that could not be read; it is told at the end."""
        first, times = self.notes.get((code, why), (self.number, 0))
        self.notes[code, why] = (first, times + 1)

    def closing(self) -> Iterator[Record]:
        """Yield what the lines added up to."""
        for slot in self.touched:
            yield from accounts.calls(self.memory.responses[slot])
        if self.memory.seen:
            yield facts.session_facts(self.memory)
        yield from facts.subagent_facts(self.memory, list(self.subagents))
        yield from diagnostics(self.notes)


def diagnostics(notes: dict[tuple[str, str], tuple[int, int]]) -> Iterator[Diagnostic]:
    """Turn counted notes into records."""
    for (code, why), (line, times) in notes.items():
        yield Diagnostic(line=line, code=code, why=why, count=times)


def transcript(lines: Iterable[RawLine], memory: Memory) -> Iterator[Record]:
    """Read lines of a transcript."""
    reading = Reading(memory)
    found = reading.found
    any_line = False
    for number, raw in lines:
        any_line = True
        reading.number = number
        part = 0
        for line in decode(raw, reading.note):
            part += _take(reading, line, part)
        if found:
            yield from found
            found.clear()
    if any_line:
        yield from reading.closing()


def _take(reading: Reading, line: Line, part: int) -> int:
    """Read one line; say how many pieces it has, for the line that may stand behind it."""
    memory = reading.memory
    kind = kind_of(line)
    if kind in PASSED_OVER:
        return 0
    conversation = kind in _CONVERSATION
    facts.settle(memory, line, conversation=conversation)
    at = _time(reading, line, expected=conversation)
    if not conversation:
        _take_other(reading, line, kind)
        return 0
    facts.describe(memory, line)
    copied = _is_copied(memory, line, at, kind)
    if kind == "progress":
        _take_progress(reading, line, at, copied=copied)
        return 0
    split = pieces(line)
    response = ""
    if kind == "assistant":
        response = _take_response(reading, line, at, copied=copied)
    result = line.tool_use_result
    for index, piece in enumerate(split):
        event = _event(reading, line, piece, at, part + index, index)
        if piece.kind == "tool_call":
            _open_call(memory, piece, at, response)
        elif piece.kind == "tool_result":
            event = _close_call(reading, piece, event, result, copied=copied)
            result = None
        reading.found.append(event)
    _follow(memory, line, kind, split)
    return len(split)


def _time(reading: Reading, line: Line, *, expected: bool) -> int:
    """Give a line's time; the latest one known of the source stands in for one that is missing."""
    memory = reading.memory
    at = moment_of(line.timestamp)
    if at is None:
        if line.timestamp is not None:
            reading.note("bad-time", "a timestamp cannot be read or cannot be true")
        elif expected:
            reading.note("bad-time", "a line of the conversation has no timestamp")
        return memory.latest
    if memory.born is None:
        memory.born = at
    memory.latest = max(memory.latest, at)
    return at


def _is_copied(memory: Memory, line: Line, at: int, kind: str) -> bool:
    """Say whether a line was copied from another session: by its own word, or because it is older than its file."""
    if line.forked_from is not None or (line.session_id or memory.home) != memory.home:
        return True
    return memory.role == "main" and kind in {"assistant", "progress"} and at < (memory.born or 0)


def _event(reading: Reading, line: Line, piece: Piece, at: int, part: int, index: int) -> Event:
    memory = reading.memory
    uuid = line.forked_from.message_uuid if line.forked_from else line.uuid
    inner = line.is_sidechain and memory.role == "main" and piece.kind == "user"
    spent = line.duration_ms if piece.kind == "system" else None
    if piece.kind == "hook" and line.attachment:
        spent = line.attachment.duration_ms
    return Event(
        session=memory.session,
        line=reading.number,
        part=part,
        at=at,
        order=memory.latest,
        kind="context" if inner else piece.kind,
        name="subagent_prompt" if inner else piece.name,
        ok=piece.ok,
        duration_us=_micros(spent),
        key=key64(uuid, str(index)) if uuid else None,
        text=words(piece),
    )


def _micros(milliseconds: float | None) -> int | None:
    if milliseconds is None or not 0 <= milliseconds <= accounts.ABSURD:
        return None
    return round(milliseconds * 1000)


def _open_call(memory: Memory, piece: Piece, at: int, response: str) -> None:
    """Remember a call until its result comes."""
    if not piece.call_id:
        return
    given = piece.input if piece.name in _STARTS_AGENT and isinstance(piece.input, dict) else {}
    memory.calls.pop(piece.call_id, None)
    memory.calls[piece.call_id] = OpenCall(
        name=piece.name,
        at=at,
        response=response,
        agent_type=facts.shorten(plain(given.get("subagent_type"))),
        description=facts.shorten(plain(given.get("description"))),
    )
    if len(memory.calls) > MAX_OPEN_CALLS:
        del memory.calls[next(iter(memory.calls))]


def _close_call(
    reading: Reading,
    piece: Piece,
    event: Event,
    result: ToolUseResult | object,
    *,
    copied: bool,
) -> Event:
    """Join a result to its call, and read what only the structured result tells."""
    memory = reading.memory
    call = memory.calls.pop(piece.call_id, None)
    added = removed = None
    if isinstance(result, ToolUseResult):
        added, removed = _changed_lines(result)
        if call and result.search_count:
            _link_searches(reading, call, piece.call_id, result.search_count)
        if result.agent_id and not copied:
            _link_subagent(reading, call, piece, result)
    took = event.at - call.at if call and call.at else None
    return Event(
        session=event.session,
        line=event.line,
        part=event.part,
        at=event.at,
        order=event.order,
        kind=event.kind,
        name=call.name if call else "",
        ok=event.ok,
        duration_us=took if took is not None and took >= 0 else None,
        lines_added=added,
        lines_removed=removed,
        key=event.key,
        text=event.text,
    )


def _changed_lines(result: ToolUseResult) -> tuple[int | None, int | None]:
    """Count the lines that a tool added and removed; None and None where it changed no file."""
    if result.type == "create":
        text = loose(result.content)
        return (len(text.splitlines()), 0) if isinstance(text, str) else (None, None)
    if result.structured_patch is None:
        return None, None
    marks = [line[:1] for patch in result.structured_patch for line in patch.lines or ()]
    return marks.count("+"), marks.count("-")


def _link_searches(reading: Reading, call: OpenCall, call_id: str, searches: int) -> None:
    response = reading.memory.responses.get(call.response)
    if response is not None:
        response.linked_searches[call_id] = accounts.count(searches, "searchCount", reading.note)
        reading.touched[call.response] = None


def _link_subagent(reading: Reading, call: OpenCall | None, piece: Piece, result: ToolUseResult) -> None:
    agent_id = bare(result.agent_id)
    subagent = facts.subagent_named(reading.memory, agent_id)
    reading.subagents[agent_id] = None
    subagent.parent_call = piece.call_id
    subagent.agent_type = bare(result.agent_type) or (call.agent_type if call else "") or subagent.agent_type
    subagent.title = (call.description if call else "") or subagent.title
    subagent.completed = result.status == "completed"


def _take_response(reading: Reading, line: Line, at: int, *, copied: bool) -> str:
    """Add an assistant line to its response's account; give the response's name within the memory."""
    memory = reading.memory
    message = line.message
    if not isinstance(message, Message) or line.is_api_error_message:
        return ""
    response = _response(
        reading,
        message,
        line,
        session=memory.session,
        rank=3 if copied else 1 if memory.role == "subagent" else 0,
        version=line.version,
    )
    if response is None:
        return ""
    response.at = at
    response.sidechain = memory.aside or (memory.role == "main" and bool(line.is_sidechain))
    reported = accounts.nano(line.cost_usd)
    response.reported_nano = response.reported_nano if reported is None else reported
    response.duration_us = _micros(line.duration_ms) or response.duration_us
    return _slot(response)


def _take_progress(reading: Reading, line: Line, at: int, *, copied: bool) -> None:
    """Read a subagent's line that its parent's progress repeats: it may be the only copy left."""
    memory = reading.memory
    nested = line.data.message if line.data and line.data.type == "agent_progress" else None
    if not isinstance(nested, NestedLine) or line.data is None:
        return
    agent_id = bare(line.data.agent_id)
    then = moment_of(nested.timestamp) or at
    session = memory.session
    if agent_id and not copied:
        session = f"{memory.home or memory.session}:{agent_id}"
        subagent = facts.subagent_named(memory, agent_id)
        reading.subagents[agent_id] = None
        subagent.born = then if subagent.born is None else subagent.born
        subagent.last_at = max(then, subagent.last_at or 0)
        subagent.parent_call = bare(line.parent_tool_use_id) or subagent.parent_call
    if nested.type == "assistant" and isinstance(nested.message, Message):
        response = _response(
            reading,
            nested.message,
            nested,
            session=session,
            rank=3 if copied else 2,
            version=line.version,
        )
        if response is not None:
            response.at = then


def _response(
    reading: Reading,
    message: Message,
    line: Line | NestedLine,
    *,
    session: str,
    rank: int,
    version: str | None,
) -> Response | None:
    """Find or begin the account of a response and add a message to it; None for words that no model wrote."""
    if message.model == SYNTHETIC or (message.usage is None and not message.id):
        return None
    memory = reading.memory
    variant = bare(line.request_id)
    key = bare(message.id) or variant or bare(line.uuid) or f"{memory.session}:{reading.number}"
    slot = f"{key} {variant}"
    response = memory.responses.pop(slot, None)
    if response is None:
        response = Response(key=key, variant=variant, session=session, rank=rank)
    elif rank < response.rank:
        response.session, response.rank = session, rank
    memory.responses[slot] = response
    reading.touched[slot] = None
    _forget_oldest(reading)
    response.model = bare(message.model) or response.model
    response.line = reading.number
    accounts.gather(response, message, version, reading.note)
    return response


def _slot(response: Response) -> str:
    return f"{response.key} {response.variant}"


def _forget_oldest(reading: Reading) -> None:
    """Keep the memory small: a response that was not touched for long is told and forgotten."""
    responses = reading.memory.responses
    if len(responses) > MAX_RESPONSES:
        slot = next(iter(responses))
        response = responses.pop(slot)
        if slot in reading.touched:
            del reading.touched[slot]
            reading.found.extend(accounts.calls(response))


def _follow(memory: Memory, line: Line, kind: str, split: list[Piece]) -> None:
    if line.is_sidechain and memory.role == "main":
        return
    if kind == "user":
        facts.follow_user(memory, split)
    elif kind == "assistant":
        facts.follow_assistant(memory, line, split)
    elif kind == "system":
        facts.follow_notice(memory, line.subtype or "")
    elif kind == "attachment" and split and split[0].kind == "user":
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
