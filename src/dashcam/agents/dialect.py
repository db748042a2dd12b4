"""OpenTelemetry of any sender, read from the inbox by a table of the words that it uses.

What a stranger would get wrong: nearly everybody counts cached tokens inside the input, and reasoning inside or beside
the output, which only a total tells. And a request may be told twice, by a log record and by a span: both get one key,
and where records are to be had, a span is a copy, which counts where no record came.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import msgspec

from dashcam.agents.lenient import micros
from dashcam.agents.pushed import (
    LONGEST_WAIT_MS,
    MOST_COUNTED,
    MOST_DOLLARS,
    Object,
    Pushed,
    Reading,
    Told,
    attributes_of,
    first_number,
    first_words,
    is_said,
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
from dashcam.records.session import Sample
from dashcam.records.source import Record

Read = Callable[[Reading, Object], Iterable[Record]]
RECORDED, TRACED = 0, 1
"""How near to the truth an account is: a log record's, or a span's where there are records too."""
ERROR = ("error.message", "error_message", "exception.message")
STATUS = ("http.response.status_code", "http.status_code", "status_code")
FIRST_FAILURE = 400
REFUSED = frozenset({"reject", "rejected", "deny", "denied", "abort", "cancel", "cancelled"})
TOOL = ("tool_name", "function_name", "gen_ai.tool.name")
ABOUT = (*TOOL, "error_type", "error.type")
"""What is said of an event beside its name, the first that is there."""
CALL_ID = ("call_id", "gen_ai.tool.call.id", "tool.call_id")
ARGUMENTS = ("arguments", "function_args", "gen_ai.tool.call.arguments")
OPERATION = ("gen_ai.operation.name", "llm.request.type")
TOKEN_TYPE = ("type", "gen_ai.token.type")
MODEL = ("gen_ai.response.model", "gen_ai.request.model", "model")
PLAIN = frozenset({"user", "agent", "main"})
"""Words for what a request is for that say nothing."""
LONGEST_NAME = 200
LONGEST_TEXT = 100_000
UNDESCRIBED = ("", "<REDACTED>", "[REDACTED]")


class UsageWords(msgspec.Struct, frozen=True, kw_only=True):
    """Which attributes hold the counts of a request; of several names the first that holds a number."""

    input: tuple[str, ...]
    """With the cached ones in it."""
    output: tuple[str, ...]
    cache_read: tuple[str, ...] = ()
    cache_write: tuple[str, ...] = ()
    reasoning: tuple[str, ...] = ()
    tool: tuple[str, ...] = ()
    """Prompts of tools, which stand beside the input."""
    total: tuple[str, ...] = ()
    reasoning_apart: bool = False
    """Whether reasoning is counted beside the output, where no total tells."""


GEN_AI = UsageWords(
    input=("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"),
    output=("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"),
    cache_read=("gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens"),
    cache_write=(
        "gen_ai.usage.cache_creation.input_tokens",
        "gen_ai.usage.cache_write.input_tokens",
        "gen_ai.usage.cache_creation_input_tokens",
    ),
    reasoning=("gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.reasoning_tokens"),
)
"""OpenTelemetry's own words: https://opentelemetry.io/docs/specs/semconv/gen-ai/."""
REQUESTS = {"chat": GEN_AI, "generate_content": GEN_AI, "text_completion": GEN_AI, "embeddings": GEN_AI}
"""Operations of spans that are one request each; `invoke_agent` and the like are the sums of such."""


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """How a sender tells what a request cost. Zero is no price: subscriptions say it."""

    name: str
    nano: float
    """Nano-dollars that one of its units is worth."""
    since: int = 0
    """From when on it is worth that, in microseconds UTC."""


class Dialect(msgspec.Struct, frozen=True, kw_only=True):
    """The words of one sender."""

    prefix: str = ""
    """What all names of its records begin with; it is left out."""
    session: tuple[str, ...] = ("session.id", "gen_ai.conversation.id")
    or_service: bool = False
    """Whether the sender itself stands for the session where none is named."""
    version: tuple[str, ...] = ("service.version",)
    branch: tuple[str, ...] = ()
    provider: tuple[str, ...] = ()
    """Attributes that name whose price list applies."""
    provider_else: str = ""
    records: Mapping[str, UsageWords] = {}
    """Log records that tell of a finished request, by name."""
    spans: Mapping[str, UsageWords] = {}
    """The same of spans, by operation."""
    ident: tuple[str, ...] = ("gen_ai.response.id",)
    purpose: tuple[str, ...] = ()
    cost: Cost | None = None
    told_spans: frozenset[str] = frozenset()
    """Operations of spans that are told as events; of others only those of requests that failed."""
    all_spans: bool = False
    turns: frozenset[str] = frozenset()
    """Operations of spans that end with a turn."""
    quiet: frozenset[str] = frozenset()
    """Records that say nothing a person would look for, unless they tell of a failure: they stay in the journal."""
    failed: frozenset[str] = frozenset()
    prompts: frozenset[str] = frozenset({"user_prompt"})
    ends: frozenset[str] = frozenset()
    """Records of a session that is over."""
    tokens: str = ""
    """The metric that counts tokens."""
    parts: Mapping[str, str] = {}
    """Its word for a kind of tokens -> ours, as the store adds them up."""
    nameless_metrics: bool = False
    """Whether its metrics name no session: then records or spans tell all that they count."""


def pushed_by(dialect: Dialect) -> Pushed:
    """Say how the lines of a sender are read."""
    readers: dict[str, Read] = {"otlp_log": partial(_read_log, dialect), "counter": partial(_read_counter, dialect)}
    return Pushed(readers=readers, bodies={"otlp_log": body})


def body(found: Object) -> Body:
    """Say all that a record says."""
    attributes = attributes_of(found)
    error = first_words(attributes, *ERROR, most=LONGEST_TEXT) or words(found.get("status"), LONGEST_TEXT)
    said = "\n".join(f"{name}: {value}" for name, value in attributes.items())
    return Body(
        text=f"{error}\n\n{said}" if error else said,
        tool=first_words(attributes, *TOOL, most=LONGEST_NAME),
        tool_input=first_words(attributes, *ARGUMENTS, most=LONGEST_TEXT),
        call_id=first_words(attributes, *CALL_ID, most=LONGEST_NAME),
    )


class _Line(msgspec.Struct, kw_only=True):
    """What is known of one line before it is read."""

    found: Object
    attributes: Object
    session: str
    at: int
    name: str = ""
    is_span: bool = False


def _session(dialect: Dialect, attributes: Object) -> str:
    named = first_words(attributes, *dialect.session, most=LONGEST_NAME)
    if named or not dialect.or_service:
        return named
    return words(attributes.get("service.name"), LONGEST_NAME) or "unnamed"


def _read_log(dialect: Dialect, reading: Reading, found: Object) -> Iterable[Record]:
    attributes = attributes_of(found)
    session = _session(dialect, attributes)
    written = micros(attributes.get("event.timestamp"))
    at = when(found.get("at"), written, found.get("observed"), found.get("received"))
    if not session or at is None:
        reading.tally.add(reading.line, "no-session", "telemetry that names no session or no time")
        return
    line = _Line(found=found, attributes=attributes, session=session, at=at, is_span=found.get("signal") == "span")
    told = reading.session(session, at)
    set_last(told, "version", first_words(attributes, *dialect.version, most=100), at)
    set_first(told, "branch", first_words(attributes, *dialect.branch, most=LONGEST_NAME), at)
    if line.is_span:
        line.name = first_words(attributes, *OPERATION, most=LONGEST_NAME) or words(found.get("name"), LONGEST_NAME)
        yield from _span(dialect, reading, told, line)
    else:
        name = words(attributes.get("event.name"), LONGEST_NAME) or words(found.get("name"), LONGEST_NAME)
        line.name = name.removeprefix(dialect.prefix)
        yield from _record(dialect, reading, told, line)


def _record(dialect: Dialect, reading: Reading, told: Told, line: _Line) -> Iterable[Record]:
    if line.name in dialect.prompts:
        set_state(told, "open", line.at)
        prompt = words(line.attributes.get("prompt"))
        if prompt not in UNDESCRIBED:
            set_first(told, "first_prompt", prompt, line.at)
    if line.name in dialect.ends:
        set_state(told, "completed", line.at)
    usage = dialect.records.get(line.name)
    if usage is not None and _is_usage(usage, line.attributes):
        yield _call(dialect, reading, usage, line)
    elif line.name not in dialect.quiet or _has_failed(dialect, line):
        yield _event(dialect, reading, line)


def _span(dialect: Dialect, reading: Reading, told: Told, line: _Line) -> Iterable[Record]:
    has_failed = _has_failed(dialect, line)
    if line.name in dialect.turns and not words(line.found.get("parent")):
        set_state(told, "failed" if has_failed else "waiting", line.at, _error(line) if has_failed else "")
    usage = dialect.spans.get(line.name)
    if usage is not None and _is_usage(usage, line.attributes):
        yield _call(dialect, reading, usage, line)
        return
    is_failed_request = has_failed and usage is not None and not dialect.records
    if dialect.all_spans or line.name in dialect.told_spans or is_failed_request:
        yield _event(dialect, reading, line)


def _is_usage(usage: UsageWords, attributes: Object) -> bool:
    return first_number(attributes, *usage.input, *usage.output) is not None


def _error(line: _Line) -> str:
    return first_words(line.attributes, *ERROR) or words(line.found.get("status"))


def _has_failed(dialect: Dialect, line: _Line) -> bool:
    attributes = line.attributes
    return (
        line.name in dialect.failed
        or line.found.get("failed") is True
        or is_said(attributes, "success", truth=False)
        or words(attributes.get("decision")).lower() in REFUSED
        or bool(first_words(attributes, *ERROR))
        or (first_number(attributes, *STATUS) or 0) >= FIRST_FAILURE
    )


def _event(dialect: Dialect, reading: Reading, line: _Line) -> Event:
    about = first_words(line.attributes, *ABOUT, most=LONGEST_NAME)
    has_failed = _has_failed(dialect, line)
    is_done = is_said(line.attributes, "success", truth=True) or (line.is_span and bool(about))
    return reading.event(
        line.session,
        line.at,
        kind="telemetry",
        name=f"{line.name}:{about}" if about else line.name,
        ok=False if has_failed else True if is_done else None,
        duration_us=_duration(line),
        key=key64("otlp", line.session, line.name, *_place(line), *spelled(line.attributes)),
        text=_error(line) if has_failed else "",
    )


def _duration(line: _Line) -> int | None:
    took = first_number(line.attributes, "duration_ms", most=LONGEST_WAIT_MS)
    if took is not None:
        return round(took * 1000)
    start = when(line.found.get("start")) if line.is_span else None
    return None if start is None else max(line.at - start, 0)


def _place(line: _Line) -> tuple[str, ...]:
    return (str(line.at), words(line.found.get("trace"), 64), words(line.found.get("span"), 64))


def _call(dialect: Dialect, reading: Reading, usage: UsageWords, line: _Line) -> ModelCall:
    attributes = line.attributes
    is_copy = line.is_span and bool(dialect.records)
    purpose = first_words(attributes, *dialect.purpose, most=100)
    return ModelCall(
        key=_key(dialect, usage, line),
        variant="span" if is_copy else "",
        session=line.session,
        at=line.at,
        line=reading.line,
        model=first_words(attributes, *MODEL, most=LONGEST_NAME),
        provider=first_words(attributes, *dialect.provider, most=LONGEST_NAME) or dialect.provider_else,
        rank=TRACED if is_copy else RECORDED,
        sidechain=is_copy,
        duration_us=_duration(line),
        purpose="" if purpose in PLAIN else purpose,
        reported_nano=_reported(dialect.cost, line),
        **_tokens(reading, usage, attributes),
    )


def _reported(cost: Cost | None, line: _Line) -> int | None:
    if cost is None or line.at < cost.since:
        return None
    units = first_number(line.attributes, cost.name, most=MOST_DOLLARS * NANO / cost.nano)
    return round(units * cost.nano) if units else None


def _key(dialect: Dialect, usage: UsageWords, line: _Line) -> str:
    """Name a request. Some gateways use an id again, so that it names one only within its session and its size."""
    size = str(int(first_number(line.attributes, *usage.input) or 0))
    ident = first_words(line.attributes, *dialect.ident, most=LONGEST_NAME)
    if not ident and dialect.spans:
        _, trace, span = _place(line)
        ident = f"{trace}:{span}" if span else ""
    if not ident:
        ident = str(key64(str(line.at), *spelled(line.attributes)))
    return f"otlp:{line.session}:{ident}:{size}"


def _tokens(reading: Reading, usage: UsageWords, attributes: Object) -> dict[str, Any]:
    """Take the counts apart, so that no token stands in two."""

    def counted(names: tuple[str, ...]) -> int:
        return int(first_number(attributes, *names) or 0)

    given, output, tool = counted(usage.input), counted(usage.output), counted(usage.tool)
    read, written, reasoning = counted(usage.cache_read), counted(usage.cache_write), counted(usage.reasoning)
    fresh = given - read - written
    if fresh < 0:
        reading.tally.add(reading.line, "bad-count", "more cached tokens than input: taken as counted beside it")
        fresh = given
    more = counted(usage.total) - given - output
    is_apart, is_tool_apart = usage.reasoning_apart, True
    if counted(usage.total):
        cases = ((True, True), (True, False), (False, True), (False, False))
        sums = {reasoning * apart + tool * beside: (apart, beside) for apart, beside in reversed(cases)}
        is_apart, is_tool_apart = sums.get(more, (is_apart, is_tool_apart))
    return {
        "input": fresh + tool * is_tool_apart,
        "output": output + reasoning * is_apart,
        "cache_read": read,
        "cache_write_5m": written,
        "reasoning": reasoning if is_apart else min(reasoning, output),
    }


def _read_counter(dialect: Dialect, reading: Reading, found: Object) -> Iterable[Record]:
    attributes = attributes_of(found)
    named = first_words(attributes, *dialect.session, most=LONGEST_NAME)
    session = named or _session(dialect, attributes)
    if not session and dialect.nameless_metrics:
        return
    at = when(found.get("at"), found.get("received"))
    value = _measured(found.get("value"))
    if not session or at is None or value is None:
        reading.tally.add(reading.line, "no-session", "a metric that names no session, no time or no number")
        return
    reading.session(session, at)
    name = words(found.get("metric"), LONGEST_NAME)
    if name != dialect.tokens or not named:
        label = first_words(attributes, *ABOUT, *TOKEN_TYPE, "phase", most=LONGEST_NAME)
        yield Sample(session=session, line=reading.line, at=at, name=name, value=value, label=label)
        return
    kind = first_words(attributes, *TOKEN_TYPE, most=100)
    model = first_words(attributes, *MODEL, most=LONGEST_NAME)
    part = dialect.parts.get(kind, kind)
    yield reading.point(session, at, found, model=model, part=part, value=max(value, 0.0))


def _measured(value: object) -> float | None:
    """Take a number, which a gauge may have below zero too."""
    if type(value) is not int and type(value) is not float:
        return None
    return float(value) if -MOST_COUNTED <= value <= MOST_COUNTED else None
