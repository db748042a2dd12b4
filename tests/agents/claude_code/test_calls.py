"""Model calls: what one response costs in tokens, however its lines are cut, copied or nested."""

from typing import Any

import msgspec
import pytest

from dashcam.agents.claude_code import AGENT
from dashcam.records.call import ModelCall
from dashcam.records.source import Source
from tests.support.build import SECOND, SESSION, START
from tests.support.claude_lines import Transcript, stamp, text, thinking, tool_use, usage
from tests.support.claude_reading import PROJECTS, told

OTHER = "5e551011-0000-4000-8000-000000000002"


def test_one_response_on_three_lines_is_one_call() -> None:
    session = Transcript()
    session.answer(thinking(), text(), tool_use(), spent=usage(given=12, output=345, cache_read=1_000))
    call = told(session.encoded()).call
    assert (call.input, call.output, call.cache_read, call.total) == (12, 345, 1_000, 1_357)
    assert (call.session, call.line, call.at) == (SESSION, 2, START + 2 * SECOND)
    assert (call.model, call.provider, call.rank, call.exact) == ("claude-sonnet-5", "anthropic", 0, True)
    assert call.tools == "Bash"


def test_a_count_that_grew_from_line_to_line_is_taken_at_its_greatest() -> None:
    session = Transcript(version="1.0.17")
    for output in (1, 2, 250):
        session.answer(text(), message_id="msg_1", request="req_1", spent=usage(output=output))
    assert told(session.encoded()).call.output == 250


def test_the_model_is_the_one_of_the_last_line() -> None:
    session = Transcript()
    for model in ("claude-opus-5", "claude-sonnet-5"):
        session.answer(text(), message_id="msg_1", request="req_1", model=model)
    assert told(session.encoded()).call.model == "claude-sonnet-5"


def test_words_that_no_model_wrote_are_no_call() -> None:
    session = Transcript()
    session.answer(text("No response requested."), model="<synthetic>", spent=usage(given=0, output=0))
    session.answer(text("API Error: 529"), isApiErrorMessage=True, error="server_error")
    assert told(session.encoded()).calls == {}


def test_a_response_of_cache_writes_alone_is_a_call() -> None:
    session = Transcript()
    session.answer(spent=usage(given=0, output=0, write_1h=5_000))
    assert told(session.encoded()).call.total == 5_000


@pytest.mark.parametrize(
    ("message_id", "request_id", "key", "variant"),
    [("msg_9", "req_9", "msg_9", "req_9"), ("msg_9", None, "msg_9", ""), ("", "req_9", "req_9", "req_9")],
)
def test_a_call_is_known_by_its_message_else_its_request(
    message_id: str, request_id: str | None, key: str, variant: str
) -> None:
    session = Transcript()
    (line,) = session.answer(message_id=message_id or "x", request=request_id)
    line["message"]["id"] = message_id
    call = told(session.encoded()).call
    assert (call.key, call.variant) == (key, variant)


def test_without_any_id_each_line_is_a_call_of_its_own() -> None:
    session = Transcript()
    for _ in range(2):
        (line,) = session.answer(request=None)
        line["message"]["id"] = None
    uuids = {(line["uuid"], "") for line in session.lines}
    assert set(told(session.encoded()).calls) == uuids
    for line in session.lines:
        del line["uuid"]
    assert set(told(session.encoded()).calls) == {(f"{SESSION}:0", ""), (f"{SESSION}:1", "")}


@pytest.mark.parametrize(
    ("total", "short", "long", "expected"),
    [
        (10_000, 4_000, 6_000, (4_000, 6_000)),
        (10_000, 0, 6_000, (4_000, 6_000)),
        (0, 4_000, 6_000, (4_000, 6_000)),
        (10_000, None, None, (10_000, 0)),
    ],
)
def test_cache_writes_are_split_by_how_long_they_live(
    total: int, short: int | None, long: int | None, expected: tuple[int, int]
) -> None:
    spent = usage() | {"cache_creation_input_tokens": total}
    spent["cache_creation"] = {"ephemeral_5m_input_tokens": short, "ephemeral_1h_input_tokens": long}
    session = Transcript()
    session.answer(spent=spent)
    call = told(session.encoded()).call
    assert (call.cache_write_5m, call.cache_write_1h) == expected


def test_of_two_splits_the_larger_record_is_taken() -> None:
    session = Transcript()
    session.answer(message_id="msg_1", request="req_1", spent=usage(write_5m=300))
    session.answer(message_id="msg_1", request="req_1", spent=usage(write_1h=500))
    call = told(session.encoded()).call
    assert (call.cache_write_5m, call.cache_write_1h) == (0, 500)


def test_the_words_that_change_a_price_are_kept() -> None:
    session = Transcript()
    session.answer(spent=usage(speed="fast", inference_geo="us", service_tier="priority", reasoning=40))
    call = told(session.encoded()).call
    assert (call.speed, call.geo, call.tier, call.reasoning) == ("fast", "us", "priority", 40)


def test_the_standard_words_are_left_out() -> None:
    session = Transcript()
    session.answer(spent=usage(speed=None, inference_geo="not_available", service_tier="standard"))
    call = told(session.encoded()).call
    assert (call.speed, call.geo, call.tier) == ("", "", "")


def test_a_placeholder_is_flagged_and_an_estimate_stands_beside() -> None:
    session = Transcript(version="2.1.12")
    session.answer(text("x" * 60), stop=None, spent=usage(output=1), message_id="msg_1", request="req_1")
    session.answer(
        tool_use(command="ls"),  # {"command":"ls"} is 16 characters long
        stop=None,
        spent=usage(output=2),
        message_id="msg_1",
        request="req_1",
    )
    call = told(session.encoded()).call
    assert (call.output, call.exact, call.estimated_output) == (2, False, 25)  # ceil(76 / 3.1)


def test_an_estimate_is_never_below_the_reported_number() -> None:
    session = Transcript(version="2.0.77")
    session.answer(text("short"), stop=None, spent=usage(output=900))
    assert told(session.encoded()).call.estimated_output == 900


@pytest.mark.parametrize(
    ("version", "stop", "exact"),
    [
        ("2.1.96", None, False),
        ("2.1.97", None, True),
        ("2.2.0", None, True),
        ("10.0.1", None, True),
        ("1.0.17", "end_turn", True),
        ("a fork's own", None, False),
    ],
)
def test_a_count_is_exact_since_2_1_97_or_where_the_stop_is_known(
    version: str, stop: str | None, *, exact: bool
) -> None:
    session = Transcript(version=version)
    session.answer(stop=stop)
    call = told(session.encoded()).call
    assert call.exact is exact
    assert (call.estimated_output is None) is exact


def test_the_agents_own_cost_is_kept() -> None:
    session = Transcript(version="1.0.3")
    session.answer(costUSD=0.025, durationMs=1_500)
    call = told(session.encoded()).call
    assert (call.reported_nano, call.duration_us) == (25_000_000, 1_500_000)


def step(kind: str, given: int, output: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "input_tokens": given, "output_tokens": output, **more}


def test_an_advisor_is_a_call_of_its_own_model() -> None:
    steps = [step("message", 10, 100), step("advisor_message", 7, 8, model="claude-opus-5")]
    session = Transcript()
    session.answer(message_id="msg_1", request="req_1", spent=usage(iterations=steps))
    calls = told(session.encoded()).calls
    assert {key: (call.model, call.input, call.output) for (key, _), call in calls.items()} == {
        "msg_1": ("claude-sonnet-5", 10, 100),
        "msg_1#advisor1": ("claude-opus-5", 7, 8),
    }


def test_several_steps_that_add_up_are_a_call_each() -> None:
    steps = [step("message", 60, 40), step("message", 30, 20), step("compaction", 5, 5)]
    session = Transcript()
    session.answer(tool_use(), message_id="msg_1", request="req_1", spent=usage(given=90, output=60, iterations=steps))
    calls = told(session.encoded()).calls
    assert {key: (call.input, call.output, call.tools) for (key, _), call in calls.items()} == {
        "msg_1": (60, 40, "Bash"),
        "msg_1#1": (30, 20, ""),
    }


def test_steps_that_do_not_add_up_leave_the_call_whole() -> None:
    steps = [step("message", 60, 40), step("message", 30, 20)]
    session = Transcript()
    session.answer(spent=usage(given=91, output=60, iterations=steps))
    assert told(session.encoded()).call.input == 91


def search(session: Transcript, *, by_usage: int, by_result: int) -> int:
    session.answer(tool_use("WebSearch", "toolu_w", query="x"), spent=usage(web_searches=by_usage))
    session.tool_result("toolu_w", toolUseResult={"query": "x", "results": [], "searchCount": by_result})
    return told(session.encoded()).call.web_searches


@pytest.mark.parametrize(("by_usage", "by_result", "expected"), [(0, 2, 2), (3, 0, 3), (3, 2, 3), (0, 0, 0)])
def test_web_searches_are_counted_by_the_usage_or_else_by_the_result(
    by_usage: int, by_result: int, expected: int
) -> None:
    assert search(Transcript(), by_usage=by_usage, by_result=by_result) == expected


def test_a_search_counts_for_the_call_that_made_it() -> None:
    session = Transcript()
    session.answer(tool_use("WebSearch", "toolu_w"), message_id="msg_1")
    session.answer(message_id="msg_2")
    session.tool_result("toolu_w", toolUseResult={"searchCount": 1})
    found = told(session.encoded()).calls.values()
    assert {call.key: call.web_searches for call in found} == {"msg_1": 1, "msg_2": 0}


def test_a_count_that_cannot_be_true_is_unknown() -> None:
    session = Transcript()
    session.answer(spent=usage(given=-5, output=10**12, cache_read=7))
    result = told(session.encoded())
    assert (result.call.input, result.call.output, result.call.cache_read) == (0, 0, 7)
    assert result.diagnostics == {
        ("bad-count", "input_tokens is negative or absurdly large"): 1,
        ("bad-count", "output_tokens is negative or absurdly large"): 1,
    }


def test_a_subagents_file_is_of_rank_1_and_bills_its_own_session() -> None:
    agent = Transcript().subagent("a1")
    agent.answer()
    call = told(agent.encoded(), path=f"{PROJECTS}/{SESSION}/subagents/agent-a1.jsonl").call
    assert (call.session, call.rank, call.sidechain) == (f"{SESSION}:a1", 1, False)


def test_a_question_on_the_side_is_a_sidechain() -> None:
    agent = Transcript().subagent("aside_question-1")
    agent.answer()
    path = f"{PROJECTS}/{SESSION}/subagents/agent-aside_question-1.jsonl"
    assert told(agent.encoded(), path=path).call.sidechain


def test_a_sidechain_inside_of_a_main_file_is_marked() -> None:
    session = Transcript(version="1.0.17")
    session.answer(isSidechain=True)
    call = told(session.encoded()).call
    assert (call.sidechain, call.rank) == (True, 0)


def nested(session: Transcript, message_id: str = "msg_n", **more: Any) -> None:
    message = {
        "id": message_id,
        "role": "assistant",
        "model": "claude-haiku-4-5",
        "content": [text("found")],
        "stop_reason": None,
        "usage": usage(given=3, output=1, write_1h=17_130),
    }
    inner = {
        "type": "assistant",
        "message": message,
        "requestId": "req_n",
        "timestamp": stamp(START + SECOND),
    }
    data = {"type": "agent_progress", "agentId": "a7", "prompt": "look", "message": inner}
    session.line("progress", data=data, parentToolUseID="toolu_t", **more)


def test_a_message_nested_in_progress_is_of_rank_2_and_tells_of_its_subagent() -> None:
    session = Transcript(version="2.1.31")
    nested(session)
    result = told(session.encoded())
    assert (result.call.session, result.call.rank, result.call.at) == (f"{SESSION}:a7", 2, START + SECOND)
    assert result.call.cache_write_1h == 17_130
    agent = result.facts[f"{SESSION}:a7"]
    assert (agent.parent, agent.relation, agent.parent_call) == (SESSION, "subagent", "toolu_t")
    assert (agent.born, agent.last_at) == (START + SECOND, START + SECOND)
    assert result.events == []


def test_a_response_that_stands_in_the_main_file_too_belongs_to_it() -> None:
    session = Transcript(version="2.1.31")
    nested(session)
    session.answer(message_id="msg_n", request="req_n")
    call = told(session.encoded()).call
    assert (call.session, call.rank) == (SESSION, 0)


def test_a_line_that_names_another_session_is_a_copy() -> None:
    session = Transcript()
    session.line("queue-operation", operation="enqueue", timestamp=stamp(START))
    session.answer(sessionId=OTHER)
    assert told(session.encoded()).call.rank == 3


def test_a_line_that_is_older_than_its_file_is_a_copy() -> None:
    session = Transcript()
    session.answer(message_id="msg_1")
    session.lines.insert(0, {"type": "queue-operation", "timestamp": stamp(session.at), "sessionId": SESSION})
    session.answer(message_id="msg_2")
    found = told(session.encoded()).calls.values()
    assert {call.key: call.rank for call in found} == {"msg_1": 3, "msg_2": 0}


def test_a_line_that_says_that_it_was_forked_is_a_copy() -> None:
    session = Transcript()
    session.answer(forkedFrom={"sessionId": OTHER, "messageUuid": "u-1"})
    assert told(session.encoded()).call.rank == 3


def test_a_response_that_is_no_longer_remembered_was_told() -> None:
    session = Transcript()
    for number in range(200):
        session.answer(message_id=f"msg_{number}", spent=usage(output=number + 1))
    result = told(session.encoded(), cuts=[70, 130])
    assert [call.output for call in result.calls.values()] == list(range(1, 201))


def looked(session: Transcript) -> dict[tuple[str, str], ModelCall]:
    path = f"{PROJECTS}/{SESSION}.jsonl"
    source = Source(agent="claude-code", agent_name="x", kind="transcript", shape="lines", path=path)
    found = AGENT.first_look(b"\n".join(session.encoded()), AGENT.remember(source))
    return {(call.key, call.variant): bare(call) for call in found if isinstance(call, ModelCall)}


def bare(call: ModelCall) -> ModelCall:
    """Leave out what a first look need not know."""
    return msgspec.structs.replace(call, line=0, tools="", duration_us=None)


def assert_a_first_look_finds_all(session: Transcript) -> None:
    assert looked(session) == {key: bare(call) for key, call in told(session.encoded()).calls.items()}


def test_a_first_look_finds_the_calls_that_a_whole_reading_finds() -> None:
    session = Transcript()
    session.prompt()
    search(session, by_usage=0, by_result=2)
    nested(session)
    session.cost_state()
    for _ in range(30):
        session.answer(text("Let me look."), tool_use(), spent=usage(output=7))
        session.tool_result()
    assert_a_first_look_finds_all(session)


@pytest.mark.parametrize(
    "odd",
    [
        {"timestamp": None},
        {"timestamp": "yesterday"},
        {"sessionId": OTHER},
        {"forkedFrom": {"sessionId": OTHER, "messageUuid": "u-1"}},
        {"timestamp": stamp(START - SECOND)},
        {"isApiErrorMessage": True},
        {"isSidechain": True},
        {"costUSD": 0.25, "durationMs": 1_500},
        {"requestId": None},
        {"requestId": "req_\0"},
        {"model": "<synthetic>"},
        {"message_id": "msg_\0"},
        {"stop": None, "version": "2.0.10"},
        {"stop": "tool_use", "version": "2.0.10"},
        {"spent": usage(output=-4)},
        {"spent": {"output_tokens": "many", "input_tokens": 5}},
        {"spent": usage(speed="fast", inference_geo="us", service_tier="batch", web_searches=2)},
        {"spent": usage(output=4, iterations=[{"type": "advisor_message", "model": "claude-opus-5", **usage()}])},
        {"version": None},
    ],
)
def test_a_first_look_finds_an_odd_answer_among_plain_ones(odd: dict[str, Any]) -> None:
    session = Transcript()
    session.prompt()
    for message_id in ("msg_1", "msg_2", "msg_1"):
        session.answer(text(), tool_use(), message_id=message_id, request="req_1", spent=usage(output=3))
        session.tool_result()
        session.answer(thinking(), text("x" * 900), tool_use(), **{"message_id": "msg_1", "request": "req_1", **odd})
        session.prompt()
    assert_a_first_look_finds_all(session)


def test_a_first_look_follows_a_response_that_comes_again_when_it_is_no_longer_remembered() -> None:
    session = Transcript()
    for number in [*range(100), 0]:
        session.answer(message_id=f"msg_{number}", request="req_1", spent=usage(output=200 - len(session.lines)))
    assert_a_first_look_finds_all(session)
    assert looked(session)["msg_0", "req_1"].output == 100
