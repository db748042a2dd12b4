"""The law of the fold for Claude Code: reading in any pieces ends where reading whole ends, and nothing raises."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashcam.agents.claude_code import AGENT
from dashcam.agents.claude_code.memory import MAX_OPEN_CALLS, MAX_RESPONSES, MAX_SUBAGENTS, Memory
from dashcam.records.call import ModelCall
from dashcam.records.event import Event
from tests.support.build import MINUTE, SECOND, SESSION, START, source
from tests.support.claude_lines import Transcript, stamp, text, thinking, tool_use, usage
from tests.support.claude_reading import MAIN, PROJECTS, told

PATHS = (
    MAIN,
    f"{PROJECTS}/chat.jsonl",
    f"{PROJECTS}/agent-a1.jsonl",
    f"{PROJECTS}/{SESSION}/subagents/agent-a1.jsonl",
)
OTHER = "5e551011-0000-4000-8000-000000000002"

counts = st.integers(0, 3_000)
few = st.integers(1, 4)
ids = st.builds("msg_{}".format, few)
requests = st.none() | st.builds("req_{}".format, few)
calls = st.builds("toolu_{}".format, few)
agents = st.builds("a{}".format, few)
uuids = st.none() | st.builds("uuid-{}".format, st.integers(1, 30))
times = st.none() | st.just("never") | st.builds(lambda after: stamp(START + after * SECOND), st.integers(0, 60))
words = st.sampled_from(
    [
        "Add a test",
        "/home is a folder",
        "<command-name>/clear</command-name>",
        "<command-name>/exit</command-name>",
        "<local-command-stdout>x</local-command-stdout>",
        "[Request interrupted by user]",
        "null \0 inside",
        "",
    ]
)
usages = st.builds(
    usage,
    given=counts,
    output=counts,
    cache_read=counts,
    write_5m=counts,
    write_1h=counts,
    web_searches=st.integers(0, 2),
    speed=st.sampled_from(["standard", "fast", None]),
    iterations=st.lists(
        st.builds(
            lambda kind, given_, output: {"type": kind, "input_tokens": given_, "output_tokens": output, "model": "m"},
            st.sampled_from(["message", "advisor_message", "compaction"]),
            counts,
            counts,
        ),
        max_size=3,
    ),
)
blocks = st.one_of(
    st.builds(text, words),
    st.builds(thinking, words),
    st.builds(tool_use, st.sampled_from(["Bash", "WebSearch", "Agent"]), calls, description=words),
)
messages = st.fixed_dictionaries(
    {
        "id": ids | st.none(),
        "role": st.just("assistant"),
        "model": st.sampled_from(["claude-sonnet-5", "claude-opus-5", "<synthetic>"]),
        "content": st.lists(blocks, max_size=2),
        "stop_reason": st.sampled_from([None, "end_turn", "tool_use"]),
    },
    optional={"usage": usages},
)
answers = st.fixed_dictionaries(
    {"type": st.just("assistant"), "message": messages, "requestId": requests},
    optional={"isApiErrorMessage": st.booleans(), "error": st.just("x"), "costUSD": st.just(0.5)},
)
prompts = st.fixed_dictionaries(
    {"type": st.just("user"), "message": st.fixed_dictionaries({"content": words | st.lists(blocks, max_size=2)})},
    optional={"isMeta": st.booleans(), "isCompactSummary": st.booleans()},
)
results = st.builds(
    lambda call, words, failed, structured: {
        "type": "user",
        "message": {"content": [{"type": "tool_result", "tool_use_id": call, "content": words, "is_error": failed}]},
        "toolUseResult": structured,
    },
    calls,
    words,
    st.none() | st.booleans(),
    st.one_of(
        st.just("Error"),
        st.fixed_dictionaries({"searchCount": st.integers(0, 3)}),
        st.fixed_dictionaries({"agentId": agents, "status": st.sampled_from(["completed", "async_launched"])}),
        st.just({"structuredPatch": [{"lines": ["+a", "-b"]}]}),
    ),
)
nested = st.builds(
    lambda agent, message, request, when: {
        "type": "progress",
        "parentToolUseID": "toolu_1",
        "data": {
            "type": "agent_progress",
            "agentId": agent,
            "message": {"type": "assistant", "message": message, "requestId": request, "timestamp": when},
        },
    },
    agents,
    messages,
    requests,
    times,
)
notices = st.builds(
    lambda subtype: {"type": "system", "subtype": subtype, "content": "x", "durationMs": 5},
    st.sampled_from(["turn_duration", "api_error", "compact_boundary", None]),
)
notes = st.sampled_from(
    [
        {"type": "summary", "summary": "Title", "leafUuid": "uuid-1"},
        {"type": "ai-title", "aiTitle": "Generated"},
        {"type": "custom-title", "customTitle": "Mine"},
        {"type": "last-prompt", "lastPrompt": "Last"},
        {"type": "pr-link", "prUrl": "https://example.invalid/1"},
        {"type": "cost-state", "modelUsage": {"m": {"inputTokens": 5, "costUSD": 0.1}}},
        {"type": "queue-operation", "operation": "enqueue"},
        {"type": "attachment", "attachment": {"type": "queued_command", "prompt": "x", "commandMode": "prompt"}},
        {"type": "file-history-snapshot"},
        {"type": "mystery"},
        {},
    ]
)
envelopes = st.fixed_dictionaries(
    {"timestamp": times, "uuid": uuids},
    optional={
        "sessionId": st.sampled_from([SESSION, OTHER, 7]),
        "isSidechain": st.booleans(),
        "version": st.sampled_from(["1.0.17", "2.1.12", "2.1.329", None]),
        "gitBranch": st.sampled_from(["main", "topic"]),
        "cwd": st.just("/w"),
        "forkedFrom": st.just({"sessionId": OTHER, "messageUuid": "uuid-9"}),
    },
)
shaped = st.builds(
    lambda line, envelope: msgspec.json.encode(line | envelope),
    st.one_of(answers, answers, prompts, results, nested, notices, notes),
    envelopes,
)
noise = st.sampled_from([b"", b"{", b"[]", b"\xff", b'{"type":"user"}{"type":"user"}', b'{"type":7}', b"\0"])
made_up = st.lists(st.one_of(shaped, shaped, shaped, noise), max_size=25)


@given(lines=made_up, cuts=st.lists(st.integers(0, 25), max_size=4), path=st.sampled_from(PATHS))
def test_reading_in_any_pieces_ends_where_reading_whole_ends(lines: list[bytes], cuts: list[int], path: str) -> None:
    assert told(lines, path=path, cuts=cuts) == told(lines, path=path)


@given(lines=made_up, path=st.sampled_from(PATHS))
def test_an_event_shows_what_its_line_says(lines: list[bytes], path: str) -> None:
    for event in told(lines, path=path).events:
        if event.kind != "tool_call":
            assert AGENT.body(lines[event.line], event).text == event.text


@given(lines=made_up)
def test_events_stand_at_places_of_their_own(lines: list[bytes]) -> None:
    places = [(event.line, event.part) for event in told(lines).events]
    assert len(places) == len(set(places))


names = st.sampled_from(
    [
        "type",
        "message",
        "content",
        "usage",
        "input_tokens",
        "cache_creation",
        "iterations",
        "data",
        "attachment",
        "toolUseResult",
        "error",
        "timestamp",
        "uuid",
        "sessionId",
        "forkedFrom",
        "origin",
        "modelUsage",
        "subtype",
        "structuredPatch",
        "lines",
        "prompt",
        "text",
        "id",
    ]
)
anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names | st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
kinds = st.sampled_from(["user", "assistant", "system", "attachment", "progress", "cost-state", "summary"])


@given(
    lines=st.lists(
        st.dictionaries(names, anything).flatmap(lambda line: kinds.map(lambda kind: {"type": kind} | line)),
        max_size=5,
    ),
    path=st.sampled_from(PATHS),
)
def test_no_shape_of_a_line_raises(lines: list[dict[str, Any]], path: str) -> None:
    told([msgspec.json.encode(line, enc_hook=str) for line in lines if encodable(line)], path=path)


def encodable(value: object) -> bool:
    """Say whether msgspec can write it: no integer beyond 64 bits, no half of a surrogate pair."""
    try:
        msgspec.json.encode(value)
    except (OverflowError, UnicodeEncodeError):
        return False
    return True


@given(line=st.binary(max_size=200))
def test_no_bytes_raise(line: bytes) -> None:
    told([line])
    AGENT.body(line, Event(session="s", line=0, at=0, order=0, kind="user"))


def test_a_second_reading_repeats_all_that_is_known_of_a_response() -> None:
    session = Transcript()
    for output in (5, 3):
        session.answer(text("x"), message_id="msg_1", request="req_1", spent=usage(output=output))
    lines = list(enumerate(session.encoded()))
    kept = AGENT.remember(source(path=MAIN))
    list(AGENT.read(lines[:1], kept))
    (call,) = (record for record in AGENT.read(lines[1:], kept) if isinstance(record, ModelCall))
    assert (call.output, call.line) == (5, 1)


def test_the_memory_stays_small() -> None:
    session = Transcript()
    for number in range(700):
        session.answer(tool_use("Bash", f"toolu_{number}"), message_id=f"msg_{number}")
    for number in range(300):
        inner = {"type": "user", "message": {"content": "x"}, "timestamp": stamp(START + MINUTE)}
        session.line("progress", data={"type": "agent_progress", "agentId": f"a{number}", "message": inner})
    kept = AGENT.remember(source(path=MAIN))
    list(AGENT.read(enumerate(session.encoded()), kept))
    assert isinstance(kept, Memory)
    sizes = (len(kept.responses), len(kept.calls), len(kept.subagents))
    assert sizes == (MAX_RESPONSES, MAX_OPEN_CALLS, MAX_SUBAGENTS)
    assert len(msgspec.msgpack.encode(kept)) < 100_000


@pytest.mark.parametrize("path", PATHS)
def test_nothing_read_is_nothing_new(path: str) -> None:
    session = Transcript()
    session.prompt()
    assert told(session.encoded(), path=path, cuts=[0, 0, 1, 1]) == told(session.encoded(), path=path)
