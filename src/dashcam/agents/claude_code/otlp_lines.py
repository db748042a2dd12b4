"""Claude Code's OpenTelemetry, read from the inbox: every request with its tokens, errors, retries, tools, counters.

What a stranger would get wrong: a span and a log record tell of the same request, and a span lumps both kinds of cache
writes together. So a span's account never meets a record's by the greater counts: it is a copy, which counts where no
record came. And numbers come as numbers or as text.
"""

from collections.abc import Iterable

from dashcam.agents.lenient import MOST
from dashcam.agents.pushed import LONGEST_WAIT_MS, Object, Reading, Told, number, set_state, when, words
from dashcam.records.call import ModelCall
from dashcam.records.counter import CounterPoint
from dashcam.records.event import Body, Event
from dashcam.records.identity import key64
from dashcam.records.money import NANO
from dashcam.records.session import TITLE_FIRST_PROMPT
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
PARTS = {
    "input": "input",
    "output": "output",
    "cacheRead": "cache_read",
    "cache_read": "cache_read",
    "cacheCreation": "cache_write",
    "cache_creation": "cache_write",
    "cacheWrite": "cache_write",
    "cache_write": "cache_write",
}
MOST_VALUE = 1e18
LOGGED, TRACED = 0, 1
"""How near to the truth an account is: a log record's, or a span's."""


def read_log(reading: Reading, found: Object) -> Iterable[Record]:
    """Read one log record or span."""
    attributes = _attributes(found)
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
        if name == REQUEST_SPAN and attributes.get("success") is not False:
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
    attributes = _attributes(found)
    session = words(attributes.get("session.id"), 200)
    at = when(found.get("at"), found.get("received"))
    value = number(found.get("value"), MOST_VALUE)
    if not session or at is None or value is None:
        reading.tally.add(reading.line, "no-session", "a metric that names no session, no time or no number")
        return
    _gather(reading.session(session, at), found, attributes, at)
    name = words(found.get("metric"), 200)
    series = (f"{key}={attributes[key]}" for key in sorted(attributes))
    yield CounterPoint(
        session=session,
        line=reading.line,
        at=at,
        since=when(found.get("start")) or 0,
        cumulative=found.get("temporality") == "cumulative",
        series=key64("counter", name, *series),
        name=name,
        model=words(attributes.get("model"), 200),
        part=PARTS.get(words(attributes.get("type")), words(attributes.get("type"), 100)),
        value=value,
    )


def body(found: Object) -> Body:
    """Say all that a record says."""
    attributes = _attributes(found)
    error = words(attributes.get("error"), 100_000)
    said = "\n".join(f"{name}: {value}" for name, value in attributes.items())
    return Body(
        text=f"{error}\n\n{said}" if error else said,
        tool=words(attributes.get("tool_name"), 200),
        tool_input=words(attributes.get("tool_input"), 100_000),
        call_id=words(attributes.get("tool_use_id"), 200),
    )


def _attributes(found: Object) -> Object:
    """All attributes; those of the resource below those of the record."""
    resource, own = found.get("resource"), found.get("attributes")
    return {**(resource if isinstance(resource, dict) else {}), **(own if isinstance(own, dict) else {})}


def _gather(told: Told, found: Object, attributes: Object, at: int) -> None:
    told.version = words(attributes.get("service.version"), 100) or told.version
    told.entrypoint = told.entrypoint or words(attributes.get("app.entrypoint"), 100)
    prompt = words(attributes.get("prompt"))
    is_said = prompt and prompt != "<REDACTED>" and found.get("signal") == "log"
    if is_said and (not told.first_prompt or at < told.prompted_at):
        told.first_prompt, told.prompted_at = prompt, at
        told.title, told.title_rank = prompt.strip().partition("\n")[0][:200], TITLE_FIRST_PROMPT


def _follow(told: Told, name: str, attributes: Object, at: int) -> None:
    if name in {"api_retries_exhausted", "api_refusal"}:
        set_state(told, "failed", at, words(attributes.get("error")))
    elif name == "user_prompt":
        set_state(told, "open", at)


def _event(reading: Reading, session: str, name: str, attributes: Object, at: int) -> Event:
    about = next((said for one in NAMED_BY if (said := words(attributes.get(one), 200))), "")
    success = str(attributes.get("success", "")).lower()
    took = _first(attributes, "duration_ms", "total_retry_duration_ms", most=LONGEST_WAIT_MS)
    refused = name == "tool_decision" and attributes.get("decision") == "reject"
    return reading.event(
        session,
        at,
        kind="telemetry",
        name=f"{name}:{about}" if about else name,
        ok=False if name in FAILED or refused or success == "false" else True if success == "true" else None,
        duration_us=None if took is None else round(took * 1000),
        key=key64("otlp", session, name, str(at), *(str(attributes.get(one, "")) for one in IDENTITY)),
        text=words(attributes.get("error")) if name in FAILED else "",
    )


def _call(reading: Reading, session: str, attributes: Object, at: int, *, is_span: bool) -> Iterable[ModelCall]:
    def counted(*names: str) -> int:
        return int(_first(attributes, *names) or 0)

    written = counted("cache_creation_tokens", "cache_creation_input_tokens")
    write_1h = counted("cache_creation_1h_tokens")
    write_5m = _first(attributes, "cache_creation_5m_tokens")
    ident = words(attributes.get("request_id"), 200)
    if not ident:
        ident = str(key64(session, str(at), str(attributes.get("event.sequence", ""))))
    cost = _first(attributes, "cost_usd")
    took = _first(attributes, "duration_ms", most=LONGEST_WAIT_MS)
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
        cache_write_5m=max(written - write_1h, 0) if write_5m is None else int(write_5m),
        cache_write_1h=write_1h,
        speed="fast" if speed == "fast" else "",
        duration_us=None if took is None else round(took * 1000),
        reported_nano=None if cost is None else round(cost * NANO),
        purpose=words(attributes.get("query_source"), 100),
    )


def _first(attributes: Object, *names: str, most: float = MOST) -> float | None:
    """Take the first of some attributes that is a number."""
    return next((found for name in names if (found := number(attributes.get(name), most)) is not None), None)
