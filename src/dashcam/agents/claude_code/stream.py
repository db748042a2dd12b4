"""What `claude` writes with `--output-format stream-json`, as the lines of a launch hold it.

What a stranger would get wrong: its messages are those of the transcript, with the same ids, in other envelopes. So
they are put into the transcript's envelope and read by its reader; where both tell of one thing, one account counts.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from dashcam.agents import launched
from dashcam.agents.agent import Line as RawLine
from dashcam.agents.claude_code import accounts
from dashcam.agents.claude_code import body as of_transcript
from dashcam.agents.claude_code.blocks import bare
from dashcam.agents.claude_code.facts import prompted
from dashcam.agents.claude_code.memory import MAX_PROMPT, Memory
from dashcam.agents.claude_code.read import transcript
from dashcam.agents.launching import Ending, Happening, Launching, Mailbox, Order, Tape, shown
from dashcam.agents.lenient import Tally, decode_leniently
from dashcam.agents.pictures import Picture
from dashcam.agents.pushed import Object, part_of, when, words
from dashcam.records.event import Body, Event
from dashcam.records.session import ReportedTotal
from dashcam.records.source import Record

MILLISECOND = 1_000
_SAID = frozenset({"assistant", "user"})


def read(lines: Iterable[RawLine], memory: Memory) -> Iterator[Record]:
    """Read lines of a launch: the conversation by the transcript's reader, and what only a launch tells."""
    tally = Tally()
    for number, raw in lines:
        found = decode_leniently(raw, tally, number)
        if found is None:
            continue
        at = when(found.get("received")) or memory.latest
        if "text" in found and "payload" not in found:
            tally.add(number, "bad-json", "what the agent wrote is not JSON")
        _note(found, memory, at)
        if not memory.session:
            tally.add(number, "wrong-type", "a line of a launch that names no session")
            continue
        if said := conversation(found, memory):
            yield from transcript([(number, said)], memory)
        yield from _own(found, memory, number, at)
    if memory.seen:
        # The transcript's reader tells the session's facts last, as they then are.
        yield from transcript([], memory)
    yield from tally.diagnostics()


def conversation(found: Object, memory: Memory | None = None) -> bytes:
    """Put a line into the envelope of a transcript; empty for one that is no part of the conversation."""
    sent, payload = part_of(found, "sent"), part_of(found, "payload")
    at = _iso(when(found.get("received")))
    home = {"sessionId": memory.session, "cwd": memory.project} if memory else {}
    if sent:
        message = {"role": "user", "content": sent.get("text")}
        return msgspec.json.encode(
            {"type": "user", "uuid": sent.get("uuid"), "timestamp": at, "message": message, **home}
        )
    if payload.get("type") == "stream_event" and memory is not None:
        return _final_usage(payload, memory, at, home)
    if payload.get("type") not in _SAID or payload.get("parent_tool_use_id") or payload.get("isReplay"):
        return b""
    line: dict[str, Any] = {
        "type": payload["type"],
        "uuid": payload.get("uuid"),
        "timestamp": payload.get("timestamp") or at,
        "message": payload.get("message"),
        "requestId": payload.get("request_id"),
        "toolUseResult": payload.get("tool_use_result"),
        "isMeta": payload.get("isSynthetic"),
        **home,
    }
    return msgspec.json.encode(line)


def _final_usage(payload: Object, memory: Memory, at: str, home: Object) -> bytes:
    """The counts at the end of a response: its messages bear those of its beginning."""
    event = part_of(payload, "event")
    if payload.get("parent_tool_use_id"):
        return b""
    if event.get("type") == "message_start":
        message = part_of(event, "message")
        memory.streaming = words(message.get("id"), 200), words(message.get("model"), 200), ""
    usage = event.get("usage")
    if event.get("type") != "message_delta" or not usage or not memory.streaming[0]:
        return b""
    ident, model, request = memory.streaming
    reason = part_of(event, "delta").get("stop_reason")
    message = {"id": ident, "model": model, "content": [], "usage": usage, "stop_reason": reason}
    line = {"type": "assistant", "timestamp": at, "message": message, "requestId": request or None, **home}
    return msgspec.json.encode(line)


def _note(found: Object, memory: Memory, at: int) -> None:
    """Learn what only a launch tells of its session."""
    if order := part_of(found, "launch"):
        memory.session = memory.home = memory.session or words(order.get("session_id"), 200)
        memory.project = memory.project or words(order.get("directory"))
        memory.entrypoint = memory.entrypoint or "dashcam"
        memory.born = memory.born or at
        memory.latest = max(memory.latest, at)
        memory.seen = bool(memory.session)
        if not order.get("resume"):
            prompted(memory, words(order.get("prompt"), MAX_PROMPT))
    payload = part_of(found, "payload")
    message = part_of(payload, "message")
    if payload.get("type") == "assistant" and message.get("id") == memory.streaming[0] != "":
        memory.streaming = (*memory.streaming[:2], words(payload.get("request_id"), 200))
    if payload.get("type") == "system" and payload.get("subtype") == "init":
        memory.session = memory.home = words(payload.get("session_id"), 200) or memory.session
        memory.version = words(payload.get("claude_code_version"), 100) or memory.version
    if payload.get("type") == "result":
        memory.asked = True
        if payload.get("is_error"):
            memory.state, memory.error = "failed", failure(payload)[:MAX_PROMPT]
        else:
            memory.state = "waiting"
    memory.state = launched.state_after(found) or memory.state
    if ended := part_of(found, "ended"):
        memory.asked = True
        memory.latest = max(memory.latest, at)
        memory.error = words(ended.get("error"), MAX_PROMPT) or memory.error


def _own(found: Object, memory: Memory, number: int, at: int) -> Iterator[Record]:
    """Events and totals that no transcript holds."""
    payload = part_of(found, "payload")
    if payload.get("type") == "result":
        for model, usage in part_of(payload, "modelUsage").items():
            if isinstance(usage, dict):
                yield _total(memory, number, at, model, usage)
    yield from launched.events(found, memory.session, number, at, memory.latest)


def body(raw: bytes, event: Event) -> Body:
    """Say what an event says, from a line of a transcript or of a launch."""
    if not raw.startswith(launched.PREFIX):
        return of_transcript.body(raw, event)
    found = decode_leniently(raw, Tally(), event.line) or {}
    if said := conversation(found):
        return of_transcript.body(said, event)
    told = launched.events_of(found)
    return Body(text=told[event.part][2]) if event.part < len(told) else Body()


def image(raw: bytes, event: Event, number: int) -> Picture | None:
    """Decode one of an event's images, counted from 0; None for one that is not there or not given out."""
    if raw.startswith(launched.PREFIX):
        raw = conversation(decode_leniently(raw, Tally(), event.line) or {})
    return of_transcript.image(raw, event, number)


def _total(memory: Memory, number: int, at: int, model: str, usage: Object) -> ReportedTotal:
    def count(name: str) -> int:
        value = usage.get(name)
        return value if type(value) is int and 0 <= value < 1 << 50 else 0

    long = count("cacheCreationEphemeral1hInputTokens")
    return ReportedTotal(
        session=memory.session,
        line=number,
        at=at,
        model=bare(model),
        input=count("inputTokens"),
        output=count("outputTokens"),
        cache_read=count("cacheReadInputTokens"),
        cache_write_5m=max(count("cacheCreationInputTokens") - long, count("cacheCreationEphemeral5mInputTokens")),
        cache_write_1h=long,
        web_searches=count("webSearchRequests"),
        cost_nano=accounts.nano(usage.get("costUSD") if isinstance(usage.get("costUSD"), int | float) else None),
    )


def _iso(at: int | None) -> str:
    return datetime.fromtimestamp((at or 0) / 1_000_000, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


# What a screen shows meanwhile


class _Told:
    """Says what the lines of one launch tell; remembers which blocks of which message are being written."""

    def __init__(self) -> None:
        self._message = ""
        self._open: dict[str, list[str]] = {}
        """By kind, the blocks of this message that have not come whole yet."""

    def __call__(self, payload: Object, at: int) -> Iterator[Happening]:
        if payload.get("parent_tool_use_id"):
            return
        match payload.get("type"):
            case "stream_event":
                yield from self._piece(part_of(payload, "event"), at)
            case "assistant":
                yield from self._said(payload, at)
            case "user" if not payload.get("isReplay"):
                yield from _results(payload, at)
            case "result":
                yield _turn(payload, at)
            case "system" if payload.get("subtype") == "api_retry":
                error = payload.get("error")
                yield Happening(kind="retry", at=at, text=words(error) or shown(error))

    def _piece(self, event: Object, at: int) -> Iterator[Happening]:
        if event.get("type") == "message_start":
            self._message = words(part_of(event, "message").get("id"), 200)
            self._open.clear()
        if event.get("type") != "content_block_delta":
            return
        delta = part_of(event, "delta")
        block = f"{self._message}:{event.get('index')}"
        if delta.get("type") == "text_delta":
            self._open_block("text", block)
            yield Happening(kind="text", at=at, block=block, whole=False, text=words(delta.get("text"), 100_000))
        elif delta.get("type") == "thinking_delta":
            self._open_block("thinking", block)
            yield Happening(
                kind="thinking", at=at, block=block, whole=False, text=words(delta.get("thinking"), 100_000)
            )

    def _open_block(self, kind: str, block: str) -> None:
        known = self._open.setdefault(kind, [])
        if block not in known:
            known.append(block)

    def _whole(self, kind: str, message: str) -> str:
        """Name a block that came whole: a message does not say which of its pieces it is, so it is the first one."""
        known = self._open.get(kind) if message == self._message else None
        return known.pop(0) if known else message

    def _said(self, payload: Object, at: int) -> Iterator[Happening]:
        message = part_of(payload, "message")
        content = message.get("content")
        ident = words(message.get("id"), 200)
        for block in content if isinstance(content, list) else ():
            if not isinstance(block, dict):
                continue
            match block.get("type"):
                case "text":
                    yield Happening(
                        kind="error" if payload.get("error") else "text",
                        at=at,
                        block=self._whole("text", ident),
                        text=words(block.get("text"), 100_000),
                    )
                case "thinking":
                    yield Happening(
                        kind="thinking",
                        at=at,
                        block=self._whole("thinking", ident),
                        text=words(block.get("thinking"), 100_000),
                    )
                case "tool_use" | "server_tool_use":
                    yield Happening(
                        kind="tool_call",
                        at=at,
                        tool=words(block.get("name")),
                        tool_input=shown(block.get("input")),
                        call_id=words(block.get("id")),
                    )


def _results(payload: Object, at: int) -> Iterator[Happening]:
    content = part_of(payload, "message").get("content")
    for block in content if isinstance(content, list) else ():
        if isinstance(block, dict) and block.get("type") == "tool_result":
            yield Happening(
                kind="tool_result",
                at=at,
                call_id=words(block.get("tool_use_id")),
                ok=not block.get("is_error"),
                text=_text(block.get("content")),
            )


def _text(content: object) -> str:
    if isinstance(content, list):
        return "\n".join(words(one.get("text"), 100_000) for one in content if isinstance(one, dict) and "text" in one)
    return words(content, 100_000)


def _turn(payload: Object, at: int) -> Happening:
    def count(value: object) -> int | None:
        return value if type(value) is int and 0 <= value < 1 << 50 else None

    usage = [one for one in part_of(payload, "modelUsage").values() if isinstance(one, dict)]
    names = ("inputTokens", "outputTokens", "cacheReadInputTokens", "cacheCreationInputTokens")
    took = count(payload.get("duration_ms"))
    cost = payload.get("total_cost_usd")
    return Happening(
        kind="turn",
        at=at,
        ok=not payload.get("is_error"),
        text=failure(payload) if payload.get("is_error") else "",
        cost_nano=accounts.nano(cost) if isinstance(cost, int | float) else None,
        tokens=sum(count(one.get(name)) or 0 for one in usage for name in names) if usage else None,
        duration_us=None if took is None else took * MILLISECOND,
        turns=count(payload.get("num_turns")),
    )


def failure(payload: Object) -> str:
    """Say why a turn failed."""
    errors = payload.get("errors")
    told = "; ".join(words(one) for one in errors if words(one)) if isinstance(errors, list) else ""
    subtype = words(payload.get("subtype")).replace("_", " ")
    return told or words(payload.get("result")) or subtype or "the agent says that it failed"


async def _drive(order: Order, tape: Tape, mailbox: Mailbox, others: Callable[[], bool]) -> Ending:
    from dashcam.agents.claude_code.drive import drive  # The SDK takes a second or two to import.

    return await drive(order, tape, mailbox, others)


LAUNCHING = Launching(
    drive=_drive,
    program="claude",
    variables=(
        "ANTHROPIC_",
        "AWS_",
        "CLAUDE_",
        "CLOUD_ML_",
        "DISABLE_",
        "GOOGLE_",
        "MAX_THINKING_",
        "OTEL_",
        "VERTEX_",
    ),
    hidden=frozenset({"CLAUDE_CODE_ENTRYPOINT", "CLAUDE_CODE_SSE_PORT", "CLAUDECODE"}),
    package="claude_agent_sdk",
    bundled="_bundled/claude",
    modes=("default", "acceptEdits", "plan", "dontAsk", "bypassPermissions"),
    can=frozenset({"allowed_tools", "fork", "interrupt", "max_cost", "max_turns", "message", "permissions", "resume"}),
    told=_Told,
    session_of=lambda payload: words(payload.get("session_id"), 200),
)
