"""What was pushed to us is read by one law: in any pieces, in any order, however it is damaged."""

import random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashcam.agents import pushed
from dashcam.agents.pushed import MOST_SESSIONS, Told, first_number, number, set_first, set_last, set_state
from dashcam.agents.registry import AGENTS
from dashcam.records.source import PUSHED, SourceKind
from tests.support.build import MINUTE, SESSION, START
from tests.support.pushed_reading import Json, body, hook, record, told

SENDERS = [name for name, agent in AGENTS.items() if agent.pushed is not None]
OTHER = "5e551011-0000-4000-8000-000000000002"

sessions = st.sampled_from([SESSION, OTHER])
times = st.builds(lambda after: START + after * MINUTE, st.integers(0, 5))
counts = st.integers(0, 3_000) | st.integers(0, 3_000).map(str)
texts = st.sampled_from(["", "Done.", "<REDACTED>", "Add a test", "main", "input", "cache", "reject", "true"])

hook_names = st.sampled_from(
    ["SessionStart", "UserPromptSubmit", "PreToolUse", "Stop", "StopFailure", "SessionEnd", "Notification", "Unheard"]
)
payloads = st.fixed_dictionaries(
    {"session_id": sessions, "hook_event_name": hook_names},
    optional={
        "prompt": texts,
        "cwd": st.sampled_from(["/a", "/b"]),
        "session_title": texts,
        "tool_name": st.just("Bash"),
        "tool_use_id": st.sampled_from(["toolu_1", "toolu_2"]),
        "notification_type": st.sampled_from(["permission_prompt", "auth_success"]),
        "agent_id": st.just("a1"),
        "error": texts,
        "token_usage": st.fixed_dictionaries({"input_tokens": counts, "output_tokens": counts}),
    },
)
hooks = st.builds(lambda at, payload: {"received": at, "payload": payload}, times, payloads)
envelopes = st.builds(
    lambda at, payload, name: {
        "received": at,
        "envelope": {"source_app": "x", "session_id": SESSION, "hook_event_type": name, "payload": payload},
    },
    times,
    payloads,
    hook_names,
)
attributes = st.fixed_dictionaries(
    {},
    optional={
        "session.id": sessions,
        "conversation.id": sessions,
        "gen_ai.conversation.id": sessions,
        "event.name": st.sampled_from(
            [
                *("claude_code.api_request", "api_error", "user_prompt", "codex.sse_event", "codex.tool_result"),
                *("gemini_cli.api_response", "qwen-code.api_response", "qwen-code.session.end"),
                "gen_ai.client.inference.operation.details",
            ]
        ),
        "gen_ai.operation.name": st.sampled_from(["chat", "execute_tool", "invoke_agent"]),
        "request_id": st.sampled_from(["req_1", "req_2"]),
        "response_id": st.sampled_from(["r1", "r2"]),
        "prompt": texts,
        "model": st.just("gpt-6"),
        "input_tokens": counts,
        "input_token_count": counts,
        "output_token_count": counts,
        "cached_content_token_count": counts,
        "thoughts_token_count": counts,
        "total_token_count": counts,
        "gen_ai.usage.input_tokens": counts,
        "gen_ai.usage.cache_read.input_tokens": counts,
        "cost_usd": st.sampled_from([0.5, "0.25", "much"]),
        "success": st.sampled_from([True, False, "true", "false"]),
        "duration_ms": counts,
        "type": st.sampled_from(["input", "cacheRead", "cache", "thought"]),
        "service.version": st.sampled_from(["1.0", "2.0"]),
    },
)
telemetry = st.builds(
    lambda at, signal, name, told_of, failed: {
        "received": at,
        "signal": signal,
        "name": name,
        "at": at,
        "start": at - MINUTE,
        "attributes": told_of,
        "resource": {"service.name": "x"},
        "failed": failed,
        "trace": "7e",
        "span": "5e",
    },
    times,
    st.sampled_from(["log", "span"]),
    st.sampled_from(["claude_code.llm_request", "chat", "words of a body"]),
    attributes,
    st.booleans(),
)
metrics = st.builds(
    lambda at, name, value, told_of, temporality: {
        "received": at,
        "metric": name,
        "value": value,
        "at": at,
        "start": START,
        "temporality": temporality,
        "attributes": told_of,
        "resource": {},
    },
    times,
    st.sampled_from(
        ["claude_code.token.usage", "claude_code.cost.usage", "gemini_cli.token.usage", "qwen-code.token.usage", "x"]
    ),
    st.integers(-5, 1000) | st.floats(0, 10),
    attributes,
    st.sampled_from(["delta", "cumulative"]),
)
gauges = st.builds(
    lambda at, session, name, cost: {
        "received": at,
        "payload": {"session_id": session, "session_name": name, "cost": {"total_cost_usd": cost}},
    },
    times,
    sessions,
    texts,
    st.floats(0, 10),
)
noise: st.SearchStrategy[Any] = st.sampled_from([b"", b"{", b"[]", b"\xff", b'{"received":1,"text":"no"}', b"7", b"{}"])
LINES: dict[SourceKind, st.SearchStrategy[Any]] = {
    "hook": hooks | envelopes,
    "otlp_log": telemetry,
    "counter": metrics,
    "statusline": gauges,
}
cases = st.sampled_from(PUSHED).flatmap(
    lambda kind: st.tuples(st.just(kind), st.lists(LINES[kind] | LINES[kind] | noise, max_size=12))
)


@given(case=cases, cuts=st.lists(st.integers(0, 12), max_size=4), agent=st.sampled_from(SENDERS))
def test_reading_in_any_pieces_ends_where_reading_whole_ends(
    case: tuple[SourceKind, list[Any]], cuts: list[int], agent: str
) -> None:
    kind, lines = case
    assert told(kind, *lines, agent=agent, cuts=cuts) == told(kind, *lines, agent=agent)


@given(case=cases, agent=st.sampled_from(SENDERS), seed=st.integers(0, 1000))
def test_what_a_session_is_does_not_depend_on_the_order_of_its_lines(
    case: tuple[SourceKind, list[Any]], agent: str, seed: int
) -> None:
    kind, lines = case
    shuffled = random.Random(seed).sample(lines, len(lines))
    assert told(kind, *shuffled, agent=agent).facts == told(kind, *lines, agent=agent).facts


@given(case=cases, agent=st.sampled_from(SENDERS))
def test_lines_that_come_twice_tell_of_the_same_things(case: tuple[SourceKind, list[Any]], agent: str) -> None:
    kind, lines = case
    once, twice = told(kind, *lines, agent=agent), told(kind, *lines, *lines, agent=agent)
    assert once.calls.keys() == twice.calls.keys()
    assert {event.key for event in once.events} == {event.key for event in twice.events}
    assert {(point.series, point.since, point.at) for point in once.points} == {
        (point.series, point.since, point.at) for point in twice.points
    }


names = st.sampled_from(
    [
        *("received", "payload", "envelope", "session_id", "hook_event_name", "hook_event_type", "token_usage"),
        *("notification_type", "timestamp", "tool_name", "tool_use_id", "agent_id", "session_title", "duration_ms"),
        *("attributes", "resource", "session.id", "conversation.id", "event.name", "event.timestamp", "signal"),
        *("at", "start", "value", "metric", "temporality", "prompt", "cost_usd", "request_id", "model", "type"),
        *("input_tokens", "input_token_count", "gen_ai.usage.input_tokens", "gen_ai.operation.name", "success"),
        *("rate_limits", "cost", "context_window", "workspace", "version", "name", "trace", "span", "status"),
    ]
)
anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names | st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


def encoded(line: object) -> bytes:
    try:
        return msgspec.json.encode(line)
    except (OverflowError, UnicodeEncodeError):
        return b"{}"


@given(lines=st.lists(st.dictionaries(names, anything), max_size=4), agent=st.sampled_from(SENDERS))
def test_no_shape_of_a_line_raises(lines: list[Json], agent: str) -> None:
    for kind in PUSHED:
        raw = [encoded(line) for line in lines]
        told(kind, *raw, agent=agent)
        for line in raw:
            body(kind, line, agent)


@given(case=cases, name=names, value=anything, agent=st.sampled_from(SENDERS))
def test_no_field_of_a_wrong_type_raises(
    case: tuple[SourceKind, list[Any]], name: str, value: object, agent: str
) -> None:
    kind, lines = case
    for line in (line for line in lines if isinstance(line, dict)):
        told(kind, encoded({**line, name: value}), agent=agent)
        for part in ("payload", "attributes", "envelope"):
            told(kind, encoded({**line, part: {**line.get(part, {}), name: value}}), agent=agent)


@given(line=st.binary(max_size=200))
@settings(max_examples=50)
def test_no_bytes_raise(line: bytes) -> None:
    for agent in SENDERS:
        for kind in PUSHED:
            told(kind, line, agent=agent)
            body(kind, line, agent)


def deep(levels: int) -> bytes:
    return b'{"a":' * levels + b"1" + b"}" * levels


@pytest.mark.parametrize("levels", [50, 200, 330, 490, 700, 900, 950, 990, 5_000, 100_000])
def test_a_line_may_be_nested_as_deeply_as_it_likes(levels: int) -> None:
    inner = deep(levels)
    payload = b'{"session_id":"s","hook_event_name":"Stop","tool_input":%b}' % inner
    lines: dict[SourceKind, bytes] = {
        "hook": b'{"received":%d,"payload":%b}' % (START, payload),
        "otlp_log": b'{"at":%d,"signal":"log","attributes":{"session.id":"s","conversation.id":"s",'
        b'"gen_ai.conversation.id":"s","event.name":"x","deep":%b}}' % (START, inner),
        "counter": b'{"at":%d,"metric":"token.usage","value":1,"attributes":{"session.id":"s","deep":%b}}'
        % (START, inner),
        "statusline": b'{"received":%d,"payload":%b}' % (START, payload),
    }
    for agent in SENDERS:
        for kind, line in lines.items():
            read = told(kind, line, agent=agent)
            assert read.codes <= {"bad-json", "loose-json", "no-session"}
            body(kind, line, agent)


@pytest.mark.parametrize("levels", [5_000, 100_000])
def test_what_is_nested_too_deeply_is_counted(levels: int) -> None:
    assert told("hook", b'{"received":1,"payload":%b}' % deep(levels)).codes == {"bad-json"}


def test_what_is_no_json_is_kept_and_counted() -> None:
    read = told("hook", b'{"received":%d,"text":"not json"}' % START, hook("Stop"))
    assert read.diagnostics == {("bad-json", "what was sent is not JSON"): 1}
    assert len(read.events) == 1


def test_signs_that_no_database_holds_are_taken_out() -> None:
    line = b'{"received":%d,"payload":{"session_id":"s\\u0000","hook_event_name":"Stop","error":"a\\ud800b\\u0000"}}'
    read = told("hook", line % START)
    assert read.session.session == "s"
    assert "\0" not in body("hook", line % START).text


def test_a_kind_that_an_agent_does_not_send_tells_nothing() -> None:
    assert told("statusline", {"received": START, "payload": {"session_id": "s"}}, agent="codex") == told("hook")


def test_who_was_not_heard_of_for_longest_is_forgotten_first() -> None:
    lines = [hook("UserPromptSubmit", at=START + n, session_id=f"s{n}", prompt=f"p{n}") for n in range(MOST_SESSIONS)]
    again = hook("Stop", at=START + MINUTE, session_id="s0")
    more = hook("Stop", at=START + MINUTE, session_id="new")
    read = told("hook", *lines, again, more)
    assert read == told("hook", *lines, again, more, cuts=[7, 2040, MOST_SESSIONS, MOST_SESSIONS + 1])
    assert len(read.facts) == MOST_SESSIONS + 1
    assert (read.facts["s0"].first_prompt, read.facts["s0"].born) == ("p0", START)
    assert read.facts["s1"].first_prompt == "p1"


def test_a_session_is_born_when_it_is_first_heard_of() -> None:
    read = told("hook", hook("Stop", at=START + MINUTE), hook("SessionStart", at=START)).session
    assert (read.born, read.first_at, read.last_at) == (START, START, START + MINUTE)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (5, 5.0),
        (0.5, 0.5),
        ("12", 12.0),
        ("1e3", 1000.0),
        (True, None),
        (-1, None),
        ("nan", None),
        ("inf", None),
        (float("nan"), None),
        (10**400, None),
        ("9" * 400, None),
        (None, None),
        ([1], None),
        ("", None),
    ],
    ids=lambda said: repr(said)[:20],
)
def test_a_number_comes_as_a_number_or_in_a_text(said: object, meant: float | None) -> None:
    assert number(said) == meant


def test_the_first_number_counts_even_if_it_is_zero() -> None:
    assert first_number({"a": "x", "b": 0, "c": 7}, "a", "b", "c") == 0


def test_of_one_moment_the_firmer_state_counts() -> None:
    for order in (("failed", "open"), ("open", "failed")):
        known = Told(first_at=START, last_at=START)
        for state in order:
            set_state(known, state, START, "why" if state == "failed" else "")
        assert (known.state, known.error) == ("failed", "why")


def test_what_was_so_first_or_last_is_told_by_time() -> None:
    known = Told(first_at=START, last_at=START)
    for at, said in ((2, "b"), (1, "a"), (3, "c")):
        set_first(known, "project", said, START + at)
        set_last(known, "version", said, START + at)
    set_first(known, "project", "", START)
    assert (known.project, known.version) == ("a", "c")


def test_the_newest_of_the_best_titles_is_kept() -> None:
    known = Told(first_at=START, last_at=START)
    for rank, at, title in ((4, 2, "later"), (4, 1, "earlier"), (1, 9, "worse")):
        pushed.set_title(known, title, rank, START + at)
    assert (known.title, known.title_rank) == ("later", 4)


def test_a_long_text_is_cut() -> None:
    read = told("hook", hook("UserPromptSubmit", prompt="é" * 5_000_000)).session
    assert (len(read.first_prompt), len(read.title)) == (2000, 200)
    read = told("otlp_log", record("user_prompt", prompt="é" * 5_000_000)).session
    assert (len(read.first_prompt), len(read.title)) == (2000, 200)
