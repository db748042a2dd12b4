"""Claude Code's telemetry: requests with disjoint tokens, each once; errors and tools; counters."""

from typing import Any

import pytest

from tests.support.build import MINUTE, SECOND, SESSION, START
from tests.support.pushed_reading import Json, body, point, record, span, told

USED = {"input_tokens": 12, "output_tokens": 6, "cache_read_tokens": 15_220, "cache_creation_tokens": 3_804}
REQUEST = {"model": "claude-sonnet-5", "request_id": "req_1", "cost_usd": 0.031595, "duration_ms": 24, **USED}


def request(**more: Any) -> Json:
    return record("api_request", **{**REQUEST, **more})


def traced(**more: Any) -> Json:
    return span("claude_code.llm_request", attributes={**REQUEST, "success": True, **more})


def test_a_request_becomes_a_call() -> None:
    call = told("otlp_log", request(query_source="repl_main_thread", speed="fast")).call
    assert (call.key, call.session, call.at, call.model) == ("otlp:req_1", SESSION, START, "claude-sonnet-5")
    assert (call.input, call.output, call.cache_read, call.cache_write_5m) == (12, 6, 15_220, 3_804)
    assert (call.reported_nano, call.duration_us, call.purpose, call.speed) == (
        31_595_000, 24_000, "repl_main_thread", "fast"
    )  # fmt: skip


def test_numbers_may_come_as_texts() -> None:
    texts = {name: str(value) for name, value in REQUEST.items()}
    assert told("otlp_log", request(**texts)).call == told("otlp_log", request()).call


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"cache_creation_tokens": 100}, (100, 0)),
        ({"cache_creation_tokens": 100, "cache_creation_1h_tokens": 40}, (60, 40)),
        ({"cache_creation_tokens": 100, "cache_creation_5m_tokens": 60, "cache_creation_1h_tokens": 40}, (60, 40)),
        ({"cache_creation_tokens": 100, "cache_creation_5m_tokens": 50, "cache_creation_1h_tokens": 40}, (60, 40)),
        ({"cache_creation_tokens": 0, "cache_creation_5m_tokens": 60, "cache_creation_1h_tokens": 40}, (60, 40)),
        ({"cache_creation_tokens": 10, "cache_creation_1h_tokens": 40}, (0, 40)),
    ],
)
def test_what_the_split_does_not_name_is_kept_for_five_minutes(said: Json, kept: tuple[int, int]) -> None:
    call = told("otlp_log", request(**said)).call
    assert (call.cache_write_5m, call.cache_write_1h) == kept


def test_a_span_is_a_copy_of_the_record_of_its_request() -> None:
    read = told("otlp_log", traced(), request())
    assert sorted((call.key, call.variant, call.rank, call.sidechain) for call in read.calls.values()) == [
        ("otlp:req_1", "", 0, False),
        ("otlp:req_1", "span", 1, True),
    ]


def test_a_span_that_names_no_request_tells_of_none() -> None:
    assert told("otlp_log", traced(request_id=None)).calls == {}


@pytest.mark.parametrize("said", [False, "false", "False"])
def test_a_failed_span_tells_of_no_call(said: object) -> None:
    assert told("otlp_log", traced(success=said)).calls == {}


def test_requests_without_ids_are_told_apart_by_all_that_is_said() -> None:
    one, other = request(request_id=None), request(request_id=None, duration_ms=25)
    assert len(told("otlp_log", one, other).calls) == 2
    assert len(told("otlp_log", one, one).calls) == 1


@pytest.mark.parametrize("wrong", [-5, "many", True, 1e300, float("nan"), [1], {"a": 1}, None], ids=str)
def test_a_count_that_is_none_is_zero(wrong: object) -> None:
    call = told("otlp_log", request(input_tokens=wrong, cost_usd=wrong, duration_ms=wrong)).call
    assert (call.input, call.reported_nano, call.duration_us, call.output) == (0, None, None, 6)


def test_the_time_is_when_it_happened() -> None:
    def line(**times: int) -> Json:
        return {**request(), "at": 0, "observed": 0, "received": START + MINUTE, **times}

    assert told("otlp_log", line(at=START, observed=START + SECOND)).call.at == START
    assert told("otlp_log", line(observed=START)).call.at == START
    assert told("otlp_log", line()).call.at == START + MINUTE


@pytest.mark.parametrize(
    "line",
    [
        {**record("api_error"), "attributes": {}},
        {**record("api_error"), "attributes": [1], "resource": 7},
        {**record("api_error"), "at": 1, "received": "x"},
        {"received": START},
    ],
)
def test_telemetry_without_a_session_or_a_time_is_counted(line: Json) -> None:
    read = told("otlp_log", line)
    assert (read.codes, read.events, read.facts) == ({"no-session"}, [], {})


@pytest.mark.parametrize(
    ("name", "said", "expected"),
    [
        ("api_error", {"error": "Overloaded", "duration_ms": 5}, ("api_error", False, 5_000)),
        ("api_retries_exhausted", {"total_retry_duration_ms": "7"}, ("api_retries_exhausted", False, 7_000)),
        (
            "tool_result",
            {"tool_name": "Bash", "success": "true", "duration_ms": "3"},
            ("tool_result:Bash", True, 3_000),
        ),
        ("tool_result", {"tool_name": "Bash", "success": "false"}, ("tool_result:Bash", False, None)),
        ("tool_decision", {"tool_name": "Edit", "decision": "reject"}, ("tool_decision:Edit", False, None)),
        ("tool_decision", {"tool_name": "Edit", "decision": "accept"}, ("tool_decision:Edit", None, None)),
        ("compaction", {"trigger": "auto", "success": True}, ("compaction:auto", True, None)),
        ("something_new", {}, ("something_new", None, None)),
    ],
)
def test_what_a_person_would_look_for_is_told(name: str, said: Json, expected: tuple[object, ...]) -> None:
    event = told("otlp_log", record(name, **said)).event
    assert (event.name, event.ok, event.duration_us) == expected
    assert event.kind == "telemetry"


@pytest.mark.parametrize("name", ["hook_registered", "plugin_loaded", "assistant_response"])
def test_noise_stays_in_the_journal(name: str) -> None:
    assert told("otlp_log", record(name)).events == []
    assert told("otlp_log", span("claude_code.tool.execution")).events == []


def test_an_event_that_is_told_twice_is_one() -> None:
    one, other = record("tool_result", tool_use_id="a"), record("tool_result", tool_use_id="b")
    assert len({event.key for event in told("otlp_log", one, other, one).events}) == 2


def test_a_session_that_gave_up_has_failed_until_the_next_prompt() -> None:
    gave_up, prompt = record("api_retries_exhausted", error="Overloaded"), record("user_prompt", at=START + SECOND)
    read = told("otlp_log", gave_up).session
    assert (read.state, read.error) == ("failed", "Overloaded")
    assert told("otlp_log", prompt, gave_up).session.state == "open"


def test_a_prompt_that_is_kept_secret_is_none() -> None:
    assert told("otlp_log", record("user_prompt", prompt="<REDACTED>")).session.title == ""
    assert told("otlp_log", record("user_prompt", prompt="Add a test\nnow")).session.title == "Add a test"
    assert told("otlp_log", record("user_prompt", **{"service.version": "2.1.400"})).session.version == "2.1.400"


def test_a_counter_keeps_what_names_its_series() -> None:
    line = point("claude_code.token.usage", 7, at=START + MINUTE, type="cacheRead", model="claude-sonnet-5")
    counted = told("counter", line).point
    assert (counted.part, counted.model, counted.value) == ("cache_read", "claude-sonnet-5", 7)
    assert (counted.since, counted.at, counted.cumulative) == (START, START + MINUTE, False)
    other = told("counter", {**line, "attributes": {**line["attributes"], "type": "input"}}).point
    assert counted.series != other.series
    assert told("counter", {**line, "temporality": "cumulative"}).point.cumulative


@pytest.mark.parametrize("value", [None, "x", -1, float("nan"), 1e300, True, [], {}], ids=str)
def test_a_counter_without_a_number_is_counted(value: object) -> None:
    assert told("counter", point("claude_code.token.usage", value)).codes == {"no-session"}


def test_no_cost_is_beyond_what_a_database_holds() -> None:
    assert told("counter", point("claude_code.cost.usage", 1e7)).codes == {"no-session"}
    assert told("counter", point("claude_code.cost.usage", "0.0316")).point.value == 0.0316


def test_a_body_says_all() -> None:
    shown = body("otlp_log", record("api_error", error="Overloaded", tool_name="Bash", tool_use_id="toolu_1"))
    assert shown.text.startswith("Overloaded\n\n")
    assert (shown.tool, shown.call_id) == ("Bash", "toolu_1")
    assert body("otlp_log", {"attributes": 7}).text == ""
