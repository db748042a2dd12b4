"""Claude Code's hooks, read from the inbox: what it does now, whom it waits for, and what failed.

What a stranger would get wrong: a payload has no time of its own, so it happened when it was received, unless it (or
the envelope around it) says otherwise. And hooks repeat what the transcript tells: they are kept as `hook` events,
never as further prompts or tool calls.
"""

import json
from collections.abc import Iterable
from typing import Any

import msgspec

from dashcam.agents.lenient import count, micros
from dashcam.agents.pushed import (
    LONGEST_TITLE,
    LONGEST_WAIT_MS,
    Object,
    Reading,
    Told,
    envelope_of,
    number,
    set_first,
    set_state,
    set_title,
    when,
    words,
)
from dashcam.records.call import ModelCall
from dashcam.records.event import Body, Event
from dashcam.records.identity import key64
from dashcam.records.session import TITLE_GENERATED, State
from dashcam.records.source import Record

MILLISECOND, SECOND = 1_000, 1_000_000
MOST_MILLISECONDS = 1e14
STATES: dict[str, State] = {
    "SessionStart": "open",
    "UserPromptSubmit": "open",
    "PreToolUse": "open",
    "PostToolUse": "open",
    "PostToolUseFailure": "open",
    "PermissionRequest": "waiting",
    "PermissionDenied": "open",
    "Elicitation": "waiting",
    "ElicitationResult": "open",
    "Stop": "waiting",
    "StopFailure": "failed",
    "SessionEnd": "completed",
}
"""How an event leaves its session; all others leave it as it was."""
WAITING = frozenset({"permission_prompt", "idle_prompt", "agent_needs_input", "elicitation_dialog"})
FAILED = frozenset({"PostToolUseFailure", "StopFailure", "PermissionDenied"})
NOTICE = "Notification"
DONE = frozenset({"PostToolUse", "SubagentStop", "TaskCompleted"})


def read(reading: Reading, found: Object) -> Iterable[Record]:
    """Read one line: the agent's own payload, or the envelope of another observer around it."""
    envelope, payload = envelope_of(found)
    if payload is None:
        reading.tally.add(reading.line, "wrong-type", "a hook without a payload")
        return
    session = words(payload.get("session_id"), 200) or words(envelope.get("session_id"), 200)
    name = words(envelope.get("hook_event_type"), 100) or words(payload.get("hook_event_name"), 100)
    if not session or not name:
        reading.tally.add(reading.line, "wrong-type", "a hook that names no session or no event")
        return
    at = _when(payload, envelope, found)
    if at is None:
        reading.tally.add(reading.line, "bad-time", "a hook without any time")
        return
    told = reading.session(session, at)
    _gather(told, name, payload, at)
    usage = payload.get("token_usage")
    if isinstance(usage, dict):
        yield from _call(reading, session, usage, words(envelope.get("model_name")), at)
    yield _event(reading, session, name, payload, at)


def body(found: Object) -> Body:
    """Say what a hook was told."""
    _, payload = envelope_of(found)
    if payload is None:
        return Body()
    tool_input = payload.get("tool_input")
    return Body(
        text=_said(payload) or _laid_out(payload),
        tool=words(payload.get("tool_name")),
        tool_input=json.dumps(tool_input, ensure_ascii=False) if isinstance(tool_input, dict) else "",
        call_id=words(payload.get("tool_use_id")),
    )


def _laid_out(payload: Object) -> str:
    text = json.dumps(payload, ensure_ascii=False)
    try:
        return msgspec.json.format(text, indent=2)  # In C, which `json` is not where it indents: ten times as fast.
    except msgspec.DecodeError:  # NaN and the like, which JSON does not know.
        return text


def _when(payload: Object, envelope: Object, found: Object) -> int | None:
    usage = payload.get("token_usage")
    own = usage.get("timestamp") if isinstance(usage, dict) else None
    stamp = envelope.get("timestamp")
    sent = number(stamp, MOST_MILLISECONDS)
    told = None if sent is None else int(sent) * MILLISECOND
    return when(micros(own), micros(payload.get("timestamp")), told, micros(stamp), found.get("received"))


def _gather(told: Told, name: str, payload: Object, at: int) -> None:
    set_first(told, "project", words(payload.get("cwd")), at)
    set_title(told, words(payload.get("session_title"), LONGEST_TITLE), TITLE_GENERATED, at)
    if payload.get("agent_id"):
        return
    if name == "UserPromptSubmit":
        set_first(told, "first_prompt", words(payload.get("prompt")), at)
    state = STATES.get(name)
    if name == NOTICE and words(payload.get("notification_type")) in WAITING:
        state = "waiting"
    if state is not None:
        error = words(payload.get("error_details")) or words(payload.get("error")) if state == "failed" else ""
        set_state(told, state, at, error)


def _event(reading: Reading, session: str, name: str, payload: Object, at: int) -> Event:
    tool = words(payload.get("tool_name"), 200)
    took = number(payload.get("duration_ms"), LONGEST_WAIT_MS)
    what = json.dumps(payload, sort_keys=True)
    # Only a call of a tool has an id: "Done." may be said again, but not twice within a second.
    again = "" if words(payload.get("tool_use_id")) else str(at // SECOND)
    return reading.event(
        session,
        at,
        kind="hook",
        name=f"{name}:{tool}" if tool else name,
        ok=False if name in FAILED else True if name in DONE else None,
        duration_us=None if took is None else round(took * MILLISECOND),
        key=key64("hook", session, name, what, again),
        text=_said(payload) if name == NOTICE or name in FAILED else "",
    )


def _said(payload: Object) -> str:
    """The words of an event that are meant for a person."""
    names = ("message", "error", "error_details", "reason", "prompt", "last_assistant_message", "compact_summary")
    return next((said for name in names if (said := words(payload.get(name), 100_000))), "")


def _call(reading: Reading, session: str, usage: Object, model: str, at: int) -> Iterable[ModelCall]:
    """Take the usage that an observer's hook adds up: of one call, named by an id or by all that is said of it."""
    tally, line = reading.tally, reading.line

    def counted(*names: str) -> int:
        return next((n for name in names if (n := count(usage.get(name), name, tally, line)) is not None), 0)

    write_1h = counted("cache_creation_1h_tokens", "ephemeral_1h_input_tokens")
    written = counted("cache_creation_input_tokens", "cache_creation_tokens", "cache_write_tokens")
    known: Any = usage.get("message_id") or usage.get("request_id")
    ident = words(known) or str(key64(session, json.dumps(usage, sort_keys=True)))
    yield ModelCall(
        key=f"hook:{ident}",
        session=session,
        at=at,
        line=line,
        model=words(usage.get("model"), 200) or model,
        provider="anthropic",
        input=counted("input_tokens", "input"),
        output=counted("output_tokens", "output"),
        cache_read=counted("cache_read_input_tokens", "cache_read_tokens", "cache_read"),
        cache_write_5m=max(written - write_1h, 0),
        cache_write_1h=write_1h,
    )
