"""Claude Code's OpenTelemetry, read from the inbox: every request with its tokens, errors, retries, tools, counters.

What a stranger would get wrong: a span and a log record tell of the same request, and a span lumps both kinds of cache
writes together. So a span's account never meets a record's by the greater counts: it is a copy, which counts where no
record came. Spans of 2.1.50 name no request, so that nobody can tell whose copies they are: they stay in the journal.
And numbers come as numbers or as text.
"""

from collections.abc import Iterable

from dashcam.agents.claude_code.meters import TOKEN_TYPES
from dashcam.agents.pushed import (
    LONGEST_WAIT_MS,
    MOST_COUNTED,
    MOST_DOLLARS,
    Object,
    Reading,
    Told,
    attributes_of,
    first_number,
    first_words,
    is_said,
    number,
    set_first,
    set_last,
    set_state,
    spelled,
    when,
    words,
)
from dashcam.records.call import ModelCall
from dashcam.records.event import Body, Event
from dashcam.records.identity import key64
from dashcam.records.money import NANO
from dashcam.records.source import Record

PREFIX = "claude_code."
REQUEST, REQUEST_SPAN = "api_request", "llm_request"
QUIET = frozenset(
    (
        *("hook_registered", "hook_execution_start", "hook_execution_complete", "hook_plugin_metrics"),
        *("plugin_loaded", "managed_settings_resolved", "assistant_response", "skill_activated"),
        *("api_request_body", "api_response_body"),
    )
)
"""Records that say nothing a person would look for: they stay in the journal."""
FAILED = frozenset({"api_error", "api_retries_exhausted", "api_refusal", "internal_error"})
NAMED_BY = ("tool_name", "error_type", "to_mode", "trigger", "agent_type", "server_name")
"""What is said of an event beside its name, the first that is there."""
IDENTITY = ("request_id", "tool_use_id", "prompt.id", "agent_id", "attempt", "event.sequence")
COST = "cost.usage"
"""What the name of the metric of dollars ends with."""
REDACTED = "<REDACTED>"
LOGGED, TRACED = 0, 1
"""How near to the truth an account is: a log record's, or a span's."""


def read_log(reading: Reading, found: Object) -> Iterable[Record]:
    """Read one log record or span."""
    attributes = attributes_of(found)
    session = words(attributes.get("session.id"), 200)
    at = when(found.get("at"), found.get("observed"), found.get("received"))
    if not session or at is None:
        reading.tally.add(reading.line, "no-session", "telemetry that names no session or no time")
        return
    told = reading.session(session, at)
    _gather(told, found, attributes, at)
    is_span = found.get("signal") == "span"
    name = words(found.get("name"), 200).removeprefix(PREFIX)
    if is_span:
        names_request = bool(words(attributes.get("request_id"), 200))
        if name == REQUEST_SPAN and names_request and not is_said(attributes, "success", truth=False):
            yield from _call(reading, session, attributes, at, is_span=True)
        return
    name = words(attributes.get("event.name"), 200).removeprefix(PREFIX) or name
    if name == REQUEST:
        yield from _call(reading, session, attributes, at, is_span=False)
    elif name not in QUIET:
        _follow(told, name, attributes, at)
        yield _event(reading, session, name, attributes, at)


def read_counter(reading: Reading, found: Object) -> Iterable[Record]:
    """Read one data point of a metric."""
    attributes = attributes_of(found)
    session = words(attributes.get("session.id"), 200)
    at = when(found.get("at"), found.get("received"))
    name = words(found.get("metric"), 200)
    value = number(found.get("value"), MOST_DOLLARS if name.endswith(COST) else MOST_COUNTED)
    if not session or at is None or value is None:
        reading.tally.add(reading.line, "no-session", "a metric that names no session, no time or no number")
        return
    _gather(reading.session(session, at), found, attributes, at)
    kind, model = words(attributes.get("type"), 100), words(attributes.get("model"), 200)
    part = TOKEN_TYPES.get(kind, kind)
    yield reading.point(session, at, found, model=model, part=part, value=value)


def body(found: Object) -> Body:
    """Say all that a record says."""
    attributes = attributes_of(found)
    error = words(attributes.get("error"), 100_000)
    said = "\n".join(f"{name}: {value}" for name, value in attributes.items())
    return Body(
        text=f"{error}\n\n{said}" if error else said,
        tool=words(attributes.get("tool_name"), 200),
        tool_input=words(attributes.get("tool_input"), 100_000),
        call_id=words(attributes.get("tool_use_id"), 200),
    )


def _gather(told: Told, found: Object, attributes: Object, at: int) -> None:
    set_last(told, "version", words(attributes.get("service.version"), 100), at)
    set_first(told, "entrypoint", words(attributes.get("app.entrypoint"), 100), at)
    prompt = words(attributes.get("prompt"))
    if prompt != REDACTED and found.get("signal") == "log":
        set_first(told, "first_prompt", prompt, at)


def _follow(told: Told, name: str, attributes: Object, at: int) -> None:
    if name in {"api_retries_exhausted", "api_refusal"}:
        set_state(told, "failed", at, words(attributes.get("error")))
    elif name == "user_prompt":
        set_state(told, "open", at)


def _event(reading: Reading, session: str, name: str, attributes: Object, at: int) -> Event:
    about = first_words(attributes, *NAMED_BY, most=200)
    took = first_number(attributes, "duration_ms", "total_retry_duration_ms", most=LONGEST_WAIT_MS)
    is_refused = name == "tool_decision" and attributes.get("decision") == "reject"
    has_failed = name in FAILED or is_refused or is_said(attributes, "success", truth=False)
    return reading.event(
        session,
        at,
        kind="telemetry",
        name=f"{name}:{about}" if about else name,
        ok=False if has_failed else True if is_said(attributes, "success", truth=True) else None,
        duration_us=None if took is None else round(took * 1000),
        key=key64("otlp", session, name, str(at), *(str(attributes.get(one, "")) for one in IDENTITY)),
        text=words(attributes.get("error")) if name in FAILED else "",
    )


def _call(reading: Reading, session: str, attributes: Object, at: int, *, is_span: bool) -> Iterable[ModelCall]:
    def counted(*names: str) -> int:
        return int(first_number(attributes, *names) or 0)

    write_1h = counted("cache_creation_1h_tokens")
    told_apart = write_1h + counted("cache_creation_5m_tokens")
    written = max(counted("cache_creation_tokens", "cache_creation_input_tokens"), told_apart)
    ident = words(attributes.get("request_id"), 200)
    if not ident:
        # Up to 2.1.50 nothing names it, and two requests may end in one millisecond.
        ident = str(key64(session, str(at), *spelled(attributes)))
    cost = first_number(attributes, "cost_usd", most=MOST_DOLLARS)
    took = first_number(attributes, "duration_ms", most=LONGEST_WAIT_MS)
    speed = words(attributes.get("speed"), 20)
    yield ModelCall(
        key=f"otlp:{ident}",
        variant="span" if is_span else "",
        session=session,
        at=at,
        line=reading.line,
        model=words(attributes.get("model"), 200),
        provider="anthropic",
        rank=TRACED if is_span else LOGGED,
        sidechain=is_span,
        input=counted("input_tokens"),
        output=counted("output_tokens"),
        cache_read=counted("cache_read_tokens"),
        cache_write_5m=written - write_1h,
        cache_write_1h=write_1h,
        speed="fast" if speed == "fast" else "",
        duration_us=None if took is None else round(took * 1000),
        reported_nano=None if cost is None else round(cost * NANO),
        purpose=words(attributes.get("query_source"), 100),
    )
