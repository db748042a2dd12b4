"""What a launch streams, read: the conversation as its transcript tells it, and what no transcript holds."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashcam.agents.claude_code import AGENT
from tests.support.build import PROJECT, SECOND, SESSION, START
from tests.support.claude_lines import Transcript, text, thinking, tool_use
from tests.support.claude_reading import told as told_at
from tests.support.stream_lines import PATH, Stream
from tests.support.told import Told


def told(lines: Sequence[bytes | dict[str, Any]], cuts: Sequence[int] = ()) -> Told:
    return told_at(lines, path=PATH, kind="stream", cuts=cuts)


def bodies(lines: Sequence[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [
        (event.kind, event.name, AGENT.body(msgspec.json.encode(lines[event.line]), event).text)
        for event in told(lines).events
    ]


def whole() -> Stream:
    """Build a launch in which all that there is happens."""
    stream = Stream()
    stream.launched()
    stream.payload("system", subtype="init", claude_code_version="2.1.329", cwd=PROJECT)
    stream.sent()
    stream.begun()
    stream.piece("I should look.", kind="thinking")
    stream.said(thinking("I should look."))
    stream.piece("Let me look.", index=1)
    stream.said(text("Let me look."), tool_use(call="toolu_1", command="ls"))
    stream.counted(40, "tool_use")
    stream.asked()
    stream.answered()
    stream.tool_result()
    stream.begun("msg_2")
    stream.said(text("Done."), message="msg_2")
    stream.counted(7)
    stream.result()
    stream.line(command={"do": "interrupt"})
    stream.line(stderr="a complaint")
    stream.line(text="no JSON at all")
    stream.ended()
    return stream


def test_the_counts_of_a_response_are_those_of_its_end() -> None:
    calls = told(whole().lines).calls
    assert {key[0]: (call.input, call.output) for key, call in calls.items()} == {"msg_1": (10, 40), "msg_2": (10, 7)}


def test_the_counts_do_not_depend_on_where_the_end_of_a_response_is_cut_off() -> None:
    stream = Stream()
    stream.launched()
    stream.sent()
    stream.begun()
    stream.said(text("Half"))
    call = told(stream.lines).call
    assert (call.key, call.variant, call.output) == ("msg_1", "req_msg_1", 1)
    stream.counted(40)
    call = told(stream.lines).call
    assert (call.key, call.variant, call.output) == ("msg_1", "req_msg_1", 40)


def test_a_launch_and_its_transcript_tell_of_the_same_calls_by_the_same_keys() -> None:
    stream = Stream()
    stream.launched()
    stream.sent()
    stream.begun()
    stream.said(text("Done."))
    stream.counted(100)
    talk = Transcript()
    talk.prompt()
    talk.answer(text("Done."), message_id="msg_1", request="req_msg_1")
    here, there = told(stream.lines).call, told_at(talk.encoded()).call
    assert (here.key, here.variant, here.output) == (there.key, there.variant, there.output)


def test_events_bear_the_key_of_the_line_that_the_transcript_will_hold() -> None:
    stream = Stream()
    stream.launched()
    stream.sent()
    stream.said(text("Done."))
    uuids = [stream.lines[2]["sent"]["uuid"], stream.lines[3]["payload"]["uuid"]]
    talk = Transcript()
    talk.prompt()
    talk.answer(text("Done."))
    lines = [msgspec.json.decode(line) for line in talk.encoded()]
    spoken = [line for line in lines if line["type"] in {"user", "assistant"}]
    for line, uuid in zip(spoken, uuids, strict=True):
        line["uuid"] = uuid
    assert [event.key for event in told(stream.lines).events] == [event.key for event in told_at(spoken).events]


def test_each_event_says_what_its_line_holds() -> None:
    assert bodies(whole().lines) == [
        ("user", "", "Add a test"),
        ("thinking", "", "I should look."),
        ("assistant", "", "Let me look."),
        ("tool_call", "Bash", ""),
        ("system", "permission_asked", 'asks to use Bash: {"command":"ls"}'),
        ("system", "permission_answered", "allowed"),
        ("tool_result", "Bash", "ok"),
        ("assistant", "", "Done."),
        ("system", "person_interrupt", "a person said interrupt"),
    ]


def test_an_end_tells_what_it_cut_off_and_why_it_came() -> None:
    stream = Stream()
    stream.launched()
    stream.sent()
    cut = ({"kind": "thinking", "text": "Per"}, {"kind": "text", "text": "Half a sen"})
    stream.ended("failed", "the agent was killed", cut)
    assert bodies(stream.lines) == [
        ("user", "", "Add a test"),
        ("thinking", "cut_off", "Per"),
        ("assistant", "cut_off", "Half a sen"),
        ("error", "launch", "the agent was killed"),
    ]
    facts = told(stream.lines).session
    assert (facts.state, facts.error) == ("failed", "the agent was killed")


def test_a_session_is_there_from_the_first_line() -> None:
    stream = Stream()
    stream.launched()
    facts = told(stream.lines[:1]).session
    assert (facts.session, facts.project, facts.entrypoint, facts.state) == (SESSION, PROJECT, "dashcam", "open")
    assert (facts.first_at, facts.first_prompt, facts.title) == (START, "Add a test", "Add a test")


def test_what_a_session_is_resumed_with_is_not_its_first_prompt() -> None:
    stream = Stream()
    stream.launched("And more", resume=SESSION)
    assert told(stream.lines[:1]).session.first_prompt == ""


@pytest.mark.parametrize(
    ("what", "state"),
    [
        (lambda stream: stream.asked(), "waiting"),
        (lambda stream: (stream.asked(), stream.answered()), "open"),
        (lambda stream: stream.result(), "waiting"),
        (lambda stream: (stream.result(), stream.ended()), "completed"),
        (lambda stream: stream.ended("stopped"), "stopped"),
        (lambda stream: stream.ended("failed", "no"), "failed"),
        (lambda stream: stream.ended("nonsense"), "failed"),
        (lambda stream: (stream.result(failed=True, result="overloaded"), stream.sent("Again"), stream.ended()),
         "completed"),
    ],
)  # fmt: skip
def test_a_sessions_state_is_that_of_its_launch(what: Any, state: str) -> None:  # noqa: ANN401  lambdas of any shape
    stream = Stream()
    stream.launched()
    stream.sent()
    what(stream)
    assert told(stream.lines).session.state == state


def test_a_turn_that_was_interrupted_leaves_no_error_behind() -> None:
    stream = Stream()
    stream.launched()
    stream.sent()
    stream.line(command={"do": "interrupt"})
    stream.result(failed=True, errors=["aborted"])
    stream.ended("stopped")
    facts = told(stream.lines).session
    assert (facts.state, facts.error) == ("stopped", "")


def test_what_the_agent_counted_is_kept_as_its_own_total() -> None:
    (total,) = told(whole().lines).totals
    assert (total.model, total.input, total.output, total.cost_nano) == ("claude-sonnet-5", 10, 100, 250_000_000)


def test_what_subagents_say_and_what_is_said_again_is_left_to_others() -> None:
    stream = Stream()
    stream.launched()
    stream.sent()
    stream.said(text("I am a subagent"), message="msg_9", parent_tool_use_id="toolu_1")
    stream.payload("user", message={"role": "user", "content": "said before"}, isReplay=True)
    result = told(stream.lines)
    assert (len(result.events), result.calls) == (1, {})


def test_the_counts_of_a_subagents_response_are_not_given_to_the_one_that_is_open() -> None:
    stream = Stream()
    stream.launched()
    stream.begun()
    stream.said(text("Half"))
    event = {"type": "message_start", "message": {"id": "msg_9", "model": "claude-sonnet-5"}}
    stream.payload("stream_event", event=event, parent_tool_use_id="toolu_1")
    event = {"type": "message_delta", "delta": {}, "usage": {"output_tokens": 999}}
    stream.payload("stream_event", event=event, parent_tool_use_id="toolu_1")
    stream.counted(40)
    assert told(stream.lines).call.output == 40


def test_what_is_no_json_is_a_diagnostic() -> None:
    stream = Stream()
    stream.launched()
    stream.line(text="[Debug] hello")
    lines = [*map(msgspec.json.encode, stream.lines), b'{"received":1', b"\xff"]
    assert told(lines).codes == {"bad-json"}


def test_a_fork_is_a_session_of_its_own() -> None:
    stream = Stream()
    stream.launched(resume="5e551011-0000-4000-8000-00000000000f", fork=True)
    stream.payload("system", subtype="init", session_id="5e551011-0000-4000-8000-000000000002")
    stream.sent()
    facts = told(stream.lines).facts
    assert "5e551011-0000-4000-8000-000000000002" in facts
    assert "5e551011-0000-4000-8000-00000000000f" not in facts


LINES = [msgspec.json.encode(line) for line in whole().lines]
odd = st.sampled_from(
    [
        b"",
        b"{",
        b"[]",
        b'{"received":"x"}',
        b'{"received":1,"payload":7}',
        b'{"received":1,"payload":{"type":"assistant","message":3}}',
        b'{"received":1,"payload":{"type":"stream_event","event":{"type":"message_start"}}}',
        b'{"received":1,"payload":{"type":"stream_event","event":{"type":"message_delta","usage":[1]}}}',
        b'{"received":1,"payload":{"type":"result","modelUsage":{"m":{"inputTokens":-1,"costUSD":"x"}}}}',
        b'{"received":1,"ended":{"state":[],"cut":[1,{}]}}',
        b'{"received":1,"launch":{"session_id":5}}',
        b'{"received":1,"sent":{"text":{}}}',
        b'{"received":1,"asked":[]}',
    ]
)
streams = st.lists(st.sampled_from(LINES) | odd, max_size=25)


@given(cuts=st.lists(st.integers(0, len(LINES)), max_size=5))
def test_a_launch_that_is_read_in_pieces_ends_where_it_ends_when_read_whole(cuts: list[int]) -> None:
    assert told(LINES, cuts) == told(LINES)


@given(lines=streams, cuts=st.lists(st.integers(0, 25), max_size=4))
def test_lines_in_any_order_with_any_damage_are_read_the_same_in_pieces(lines: list[bytes], cuts: list[int]) -> None:
    assert told(lines, cuts) == told(lines)


@given(lines=streams)
def test_an_event_of_whatever_order_shows_what_its_line_says(lines: list[bytes]) -> None:
    for event in told(lines).events:
        shown = AGENT.body(lines[event.line], event)
        if event.kind != "tool_call":
            assert shown.text == event.text


def test_times_are_those_at_which_lines_arrived() -> None:
    stream = Stream()
    stream.launched()
    stream.sent()
    stream.said(text("Done."), timestamp="2026-11-01T12:00:10.500Z")
    assert [event.at for event in told(stream.lines).events] == [START + 2 * SECOND, START + 10_500_000]
