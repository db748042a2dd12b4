"""The telemetry of agents other than Claude Code: each request once, with disjoint tokens; errors, tools, counters."""

from typing import Any

import pytest

from dashcam.records.session import TITLE_FIRST_PROMPT
from tests.support.build import MINUTE, SECOND, SESSION, START
from tests.support.claude_lines import stamp
from tests.support.pushed_reading import Json, body, point, record, span, told
from tests.support.told import Told


def codex(name: str, **attributes: Any) -> Json:
    line = record(f"codex.{name}", **{"session.id": None, "conversation.id": SESSION, **attributes})
    return {**line, "at": 0, "name": "event otel/src/events.rs:1"}


def gemini(name: str, **attributes: Any) -> Json:
    return {**record(f"gemini_cli.{name}", **attributes), "name": "API response from gemini-2.5-pro."}


def qwen(name: str, **attributes: Any) -> Json:
    return record(f"qwen-code.{name}", **attributes)


def chat(**attributes: Any) -> Json:
    """Build the span of a request in the GenAI words."""
    given = {"gen_ai.operation.name": "chat", "gen_ai.response.model": "gpt-5.4", **attributes}
    return span("chat gpt-5.4", took=17_000, attributes=given)


def telemetry(agent: str, *lines: Json) -> Told:
    return told("otlp_log", *lines, agent=agent)


GIVEN = {"gen_ai.usage.input_tokens": 1000, "gen_ai.usage.output_tokens": 50}
GEMINI = {"input_token_count": 1000, "output_token_count": 50, "cached_content_token_count": 800}


@pytest.mark.parametrize(
    ("agent", "line", "tokens"),
    [
        (
            "codex",
            codex(
                "sse_event",
                **{"event.kind": "response.completed", "reasoning_token_count": 5, "tool_token_count": "1050"},
                input_token_count="1000",
                output_token_count="50",
                cached_token_count=700,
                cache_write_token_count=100,
            ),
            (200, 700, 100, 0, 50, 5),
        ),
        ("gemini-cli", gemini("api_response", **GEMINI, thoughts_token_count=7), (200, 800, 0, 0, 57, 7)),
        (
            "gemini-cli",
            gemini("api_response", **GEMINI, thoughts_token_count=7, total_token_count=1057),
            (200, 800, 0, 0, 57, 7),
        ),
        (
            "gemini-cli",
            gemini("api_response", **GEMINI, thoughts_token_count=7, total_token_count=1050),
            (200, 800, 0, 0, 50, 7),
        ),
        (
            "gemini-cli",
            gemini("api_response", **GEMINI, thoughts_token_count=7, tool_token_count=30, total_token_count=1087),
            (230, 800, 0, 0, 57, 7),
        ),
        (
            "gemini-cli",
            gemini("api_response", **GEMINI, thoughts_token_count=7, tool_token_count=30, total_token_count=1057),
            (200, 800, 0, 0, 57, 7),
        ),
        ("qwen-code", qwen("api_response", **GEMINI, thoughts_token_count=7), (200, 800, 0, 0, 50, 7)),
        (
            "qwen-code",
            qwen("api_response", **GEMINI, thoughts_token_count=7, total_token_count=1057),
            (200, 800, 0, 0, 57, 7),
        ),
        (
            "copilot-cli",
            chat(
                **GIVEN,
                **{
                    "gen_ai.usage.cache_read.input_tokens": 600,
                    "gen_ai.usage.cache_creation.input_tokens": 100,
                    "gen_ai.usage.reasoning.output_tokens": 9,
                },
            ),
            (300, 600, 100, 0, 50, 9),
        ),
        ("opentelemetry", chat(**GIVEN), (1000, 0, 0, 0, 50, 0)),
        (
            "opentelemetry",
            record("gen_ai.client.inference.operation.details", **GIVEN, **{"gen_ai.usage.reasoning_tokens": 500}),
            (1000, 0, 0, 0, 50, 50),
        ),
        (
            "opentelemetry",
            chat(**{"gen_ai.usage.prompt_tokens": "12", "gen_ai.usage.completion_tokens": "3"}),
            (12, 0, 0, 0, 3, 0),
        ),
    ],
)
def test_no_token_stands_in_two_fields(agent: str, line: Json, tokens: tuple[int, ...]) -> None:
    read = telemetry(agent, line)
    assert read.tokens == tokens
    assert (read.call.session, read.codes) == (SESSION, set())


def test_more_cached_tokens_than_input_were_counted_beside_it() -> None:
    read = telemetry("opentelemetry", chat(**GIVEN, **{"gen_ai.usage.cache_read.input_tokens": 9000}))
    assert (read.tokens, read.codes) == ((1000, 9000, 0, 0, 50, 0), {"bad-count"})


def test_a_span_and_a_record_of_one_request_are_one_call() -> None:
    log = qwen("api_response", response_id="r1", **GEMINI)
    same = chat(**GIVEN, **{"gen_ai.response.id": "r1"})
    for lines in ((log, same), (same, log)):
        read = telemetry("qwen-code", *lines)
        assert sorted((call.variant, call.rank, call.sidechain) for call in read.calls.values()) == [
            ("", 0, False),
            ("span", 1, True),
        ]
        assert len({call.key for call in read.calls.values()}) == 1
    assert telemetry("copilot-cli", same).call.sidechain is False


def test_a_record_that_names_no_response_is_the_spans_it_stands_in() -> None:
    log = {**record("gen_ai.client.inference.operation.details", **GIVEN), "trace": "7e", "span": "5e"}
    assert len({key for key, _ in telemetry("opentelemetry", log, chat(**GIVEN)).calls}) == 1


def test_a_gateway_that_uses_an_id_again_makes_no_two_requests_one() -> None:
    one = qwen("api_response", response_id="chatcmpl-7", **GEMINI)
    other = qwen("api_response", response_id="chatcmpl-7", **{**GEMINI, "input_token_count": 1001})
    elsewhere = qwen("api_response", response_id="chatcmpl-7", **{**GEMINI, "session.id": "other"})
    assert len(telemetry("qwen-code", one, other, elsewhere, one).calls) == 3


def test_requests_that_nothing_names_are_told_apart_by_all_that_is_said() -> None:
    first = {**gemini("api_response", **GEMINI), "at": START}
    later = {**first, "at": START + SECOND}
    assert len(telemetry("gemini-cli", first, later, first).calls) == 2


def test_the_sum_of_an_agent_is_no_request() -> None:
    read = telemetry("copilot-cli", span("invoke_agent", attributes={"gen_ai.operation.name": "invoke_agent", **GIVEN}))
    assert (read.calls, read.events, read.session.state) == ({}, [], "waiting")


def test_only_the_second_completion_of_a_response_tells_what_it_used() -> None:
    bare = codex("sse_event", **{"event.kind": "response.completed"}, duration_ms="0")
    delta = codex("sse_event", **{"event.kind": "response.output_text.delta"})
    read = telemetry("codex", bare, delta)
    assert (read.calls, read.events) == ({}, [])


def test_the_time_is_the_records_own() -> None:
    line = {**codex("tool_result", **{"event.timestamp": stamp(START)}), "received": START + MINUTE}
    assert telemetry("codex", line).event.at == START
    line = {**codex("tool_result"), "observed": START, "received": START + MINUTE}
    assert telemetry("codex", line).event.at == START


@pytest.mark.parametrize(
    ("agent", "line", "expected"),
    [
        ("codex", codex("tool_result", tool_name="shell", success="true", duration_ms="18"), ("shell", True, 18_000)),
        ("codex", codex("tool_result", tool_name="shell", success="false"), ("shell", False, None)),
        ("codex", codex("tool_decision", tool_name="shell", decision="approved"), ("shell", None, None)),
        ("codex", codex("tool_decision", tool_name="shell", decision="denied"), ("shell", False, None)),
        ("codex", codex("api_request", **{"http.response.status_code": 500}), ("", False, None)),
        ("codex", codex("sse_event", **{"event.kind": "response.failed", "error.message": "No"}), ("", False, None)),
        ("gemini-cli", gemini("tool_call", function_name="ls", success=True, duration_ms=66), ("ls", True, 66_000)),
        ("gemini-cli", gemini("tool_call", function_name="ls", success=False), ("ls", False, None)),
        ("gemini-cli", gemini("api_error", error_type="Quota", status_code=429), ("Quota", False, None)),
        ("qwen-code", qwen("api_error", error_message="400 too long", duration_ms=20), ("", False, 20_000)),
        (
            "copilot-cli",
            span("t", took=5_000, attributes={"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "bash"}),
            ("bash", True, 5_000),
        ),
        (
            "copilot-cli",
            {**chat(**{"error.type": "ModelCallError"}), "failed": True, "status": "Model call failed"},
            ("ModelCallError", False, 17_000),
        ),
    ],
)
def test_errors_tools_and_decisions_are_told(agent: str, line: Json, expected: tuple[str, object, object]) -> None:
    event = telemetry(agent, line).event
    _, _, about = event.name.partition(":")
    assert (about, event.ok, event.duration_us) == expected
    assert event.kind == "telemetry"


@pytest.mark.parametrize(
    ("agent", "line"),
    [
        ("codex", codex("api_request", **{"http.response.status_code": 200})),
        ("codex", codex("startup_phase")),
        ("gemini-cli", gemini("config")),
        ("gemini-cli", gemini("api_request")),
        ("gemini-cli", record("gen_ai.client.inference.operation.details", **GIVEN)),
        ("gemini-cli", span("llm_call", attributes={"gen_ai.operation.name": "llm_call"})),
        ("qwen-code", qwen("ripgrep_fallback", error="no such file")),
        ("qwen-code", span("qwen-code.hook", failed=True)),
        ("copilot-cli", span("something")),
    ],
)
def test_noise_stays_in_the_journal(agent: str, line: Json) -> None:
    read = telemetry(agent, line)
    assert (read.events, read.calls, read.codes) == ([], {}, set())


def test_an_unknown_record_is_told() -> None:
    for agent, line in (("codex", codex("news")), ("gemini-cli", gemini("news")), ("qwen-code", qwen("news"))):
        assert telemetry(agent, line).event.name == "news"


def test_a_session_has_its_first_prompt_for_a_title() -> None:
    read = telemetry("gemini-cli", gemini("user_prompt", prompt="Add a test\nnow")).session
    assert (read.title, read.title_rank, read.version) == ("Add a test", TITLE_FIRST_PROMPT, "")
    read = telemetry("codex", codex("user_prompt", prompt="[REDACTED]", **{"app.version": "0.169.0"})).session
    assert (read.title, read.version) == ("", "0.169.0")


def test_a_session_stands_as_its_records_say() -> None:
    ended = {**qwen("session.end"), "at": START + SECOND}
    assert telemetry("qwen-code", ended, qwen("user_prompt")).session.state == "completed"
    failed = {
        **span("invoke_agent", attributes={"gen_ai.operation.name": "invoke_agent"}),
        "failed": True,
        "status": "Session error: 400",
    }
    read = telemetry("copilot-cli", failed).session
    assert (read.state, read.error) == ("failed", "Session error: 400")


@pytest.mark.parametrize(
    ("units", "at", "nano"),
    [
        (750_000_000, START, 7_500_000),
        (0, START, None),
        ("100", START, 1),
        (1e30, START, None),
        (750_000_000, 1_775_000_000_000_000, None),
    ],
)
def test_an_ai_unit_is_a_cent_since_it_is_billed(units: object, at: int, nano: int | None) -> None:
    line = {**chat(**GIVEN, **{"github.copilot.nano_aiu": units, "github.copilot.cost": 3}), "at": at}
    assert telemetry("copilot-cli", line).call.reported_nano == nano


def test_what_says_nothing_is_no_purpose() -> None:
    assert telemetry("gemini-cli", gemini("api_response", role="main", **GEMINI)).call.purpose == ""
    said = qwen("api_response", subagent_name="managed-auto-memory-extractor", **GEMINI)
    assert telemetry("qwen-code", said).call.purpose == "managed-auto-memory-extractor"


def test_whoever_is_not_known_stands_for_its_session() -> None:
    line = {**record("started", **{"session.id": None}), "resource": {"service.name": "my-agent"}}
    read = telemetry("opentelemetry", line)
    assert (read.event.session, read.event.name) == ("my-agent", "started")
    assert telemetry("opentelemetry", {**line, "resource": {}}).event.session == "unnamed"
    named = chat(**GIVEN, **{"session.id": None, "thread.id": "t1", "gen_ai.provider.name": "anthropic"})
    assert (telemetry("opentelemetry", named).call.session, telemetry("opentelemetry", named).call.provider) == (
        "t1", "anthropic"
    )  # fmt: skip


@pytest.mark.parametrize("agent", ["codex", "gemini-cli", "qwen-code", "copilot-cli"])
def test_telemetry_without_a_session_is_counted(agent: str) -> None:
    line = {"received": START, "signal": "log", "name": "x", "at": START, "attributes": {}, "resource": {}}
    assert told("otlp_log", line, agent=agent).codes == {"no-session"}
    assert told("otlp_log", {"attributes": [], "resource": "x"}, agent=agent).codes == {"no-session"}


def test_metrics_that_name_no_session_repeat_what_records_tell() -> None:
    line = point("qwen-code.token.usage", 7, **{"session.id": None})
    assert told("counter", line, agent="qwen-code") == Told()
    assert told("counter", line, agent="gemini-cli").codes == {"no-session"}


@pytest.mark.parametrize(
    ("agent", "kind", "part"),
    [
        ("gemini-cli", "input", "input"),
        ("gemini-cli", "tool", "input"),
        ("gemini-cli", "cache", "cached_input"),
        ("gemini-cli", "output", "output"),
        ("gemini-cli", "thought", "output"),
        ("qwen-code", "thought", "reasoning"),
        ("qwen-code", "something", "something"),
    ],
)
def test_a_counter_of_tokens_says_what_of_them(agent: str, kind: str, part: str) -> None:
    name = {"gemini-cli": "gemini_cli.token.usage", "qwen-code": "qwen-code.token.usage"}[agent]
    counted = told("counter", point(name, 7, type=kind, model="m"), agent=agent).point
    assert (counted.part, counted.model, counted.value) == (part, "m", 7)


def test_any_other_metric_is_a_sample() -> None:
    read = told("counter", point("gemini_cli.startup.duration", 148.5, phase="load"), agent="gemini-cli")
    assert (read.points, read.gauges) == ([], {("gemini_cli.startup.duration", "load"): 148.5})
    repeated = point("gen_ai.client.token.usage", 7, **{"gen_ai.token.type": "input"})
    assert told("counter", repeated, agent="gemini-cli").points == []
    assert told("counter", repeated, agent="opentelemetry").point.part == "input"
    nobody = {**repeated, "attributes": {}, "resource": {"service.name": "x"}}
    assert told("counter", nobody, agent="opentelemetry").points == []
    assert told("counter", point("temperature", -5), agent="opentelemetry").gauges == {("temperature", ""): -5}


@pytest.mark.parametrize("value", [None, "7", True, 1e300, 10**30, [], {}], ids=str)
def test_a_metric_without_a_number_is_counted(value: object) -> None:
    line = point("x", value)
    raw = line if not isinstance(value, int) or isinstance(value, bool) else str(line).replace("'", '"').encode()
    assert told("counter", raw, agent="gemini-cli").codes == {"no-session"}


def test_a_body_says_all() -> None:
    shown = body(
        "otlp_log", codex("tool_result", tool_name="shell", call_id="c1", arguments="{}", output="ok"), "codex"
    )
    assert (shown.tool, shown.call_id, shown.tool_input) == ("shell", "c1", "{}")
    assert "output: ok" in shown.text
    assert body("otlp_log", {**chat(), "status": "No"}, "copilot-cli").text.startswith("No\n\n")
