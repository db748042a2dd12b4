"""How a launch stands, by its lines: what a screen shows meanwhile, for any agent."""

from typing import Any

import pytest

from dashcam.agents.launching import Following, Happening, LaunchState, Standing, shown
from dashcam.agents.registry import AGENTS
from tests.support.build import PROJECT, SECOND, SESSION, START
from tests.support.claude_lines import text, thinking, tool_use
from tests.support.stream_lines import Stream


def followed(stream: Stream) -> tuple[Standing, list[Happening]]:
    launching = AGENTS["claude-code"].launching
    assert launching is not None
    following = Following(launching)
    happened = [one for line in stream.lines for one in following.take(line)]
    assert following.standing is not None
    return following.standing, happened


def begun() -> Stream:
    stream = Stream()
    stream.launched()
    stream.sent()
    return stream


def test_before_its_first_line_a_launch_does_not_stand_at_all() -> None:
    launching = AGENTS["claude-code"].launching
    assert launching is not None
    following = Following(launching)
    assert following.take({"received": START, "sent": {"text": "too soon"}}) == []
    assert following.standing is None


def test_a_launch_is_queued_until_it_is_started() -> None:
    stream = Stream()
    stream.launched()
    del stream.lines[1:]
    standing, _ = followed(stream)
    assert (standing.state, standing.started, standing.session_id) == ("queued", None, SESSION)
    assert (standing.order.prompt, standing.order.directory) == ("Add a test", PROJECT)


def test_once_started_it_is_running_in_a_process() -> None:
    standing, happened = followed(begun())
    assert (standing.state, standing.started, standing.pid) == ("running", START + SECOND, 4711)
    assert [(one.kind, one.text) for one in happened] == [("prompt", "Add a test")]


def test_what_is_being_written_grows_until_it_comes_whole() -> None:
    stream = begun()
    stream.begun()
    stream.piece("I th", kind="thinking")
    stream.piece("ink", kind="thinking")
    standing, _ = followed(stream)
    assert {block: (one.kind, one.text) for block, one in standing.partial.items()} == {
        "msg_1:0": ("thinking", "I think")
    }
    stream.said(thinking("I think"))
    stream.piece("Half", index=1)
    standing, happened = followed(stream)
    assert {block: one.text for block, one in standing.partial.items()} == {"msg_1:1": "Half"}
    assert next(one.block for one in happened if one.kind == "thinking" and one.whole) == "msg_1:0"


def test_two_texts_of_one_message_come_whole_under_their_own_names() -> None:
    stream = begun()
    stream.begun()
    stream.piece("One", index=0)
    stream.said(text("One"))
    stream.piece("Two", index=2)
    stream.said(text("Two"))
    standing, happened = followed(stream)
    assert [(one.block, one.text) for one in happened if one.kind == "text" and one.whole] == [
        ("msg_1:0", "One"),
        ("msg_1:2", "Two"),
    ]
    assert standing.partial == {}


def test_tools_are_told_with_what_they_were_asked_and_what_came_of_it() -> None:
    stream = begun()
    stream.said(tool_use(call="toolu_1", command="ls"))
    stream.tool_result(words="no such file", failed=True)
    _, (_, call, result) = followed(stream)
    assert (call.kind, call.tool, call.tool_input, call.call_id) == ("tool_call", "Bash", '{"command":"ls"}', "toolu_1")
    assert (result.kind, result.ok, result.text, result.call_id) == ("tool_result", False, "no such file", "toolu_1")


def test_it_waits_as_long_as_any_permission_is_open() -> None:
    stream = begun()
    stream.asked("toolu_1")
    stream.asked("toolu_2")
    stream.answered("toolu_1")
    standing, _ = followed(stream)
    assert (standing.state, list(standing.asked)) == ("waiting", ["toolu_2"])
    stream.answered("toolu_2", "deny", "no")
    standing, happened = followed(stream)
    assert (standing.state, standing.asked) == ("running", {})
    assert [(one.ok, one.text) for one in happened if one.kind == "answered"] == [(True, ""), (False, "no")]


def test_a_turn_tells_cost_and_tokens_so_far_and_adds_its_own_time() -> None:
    stream = begun()
    stream.result()
    stream.sent("And more")
    stream.result()
    standing, _ = followed(stream)
    assert (standing.state, standing.tokens, standing.cost_nano) == ("waiting", 110, 250_000_000)
    assert (standing.duration_us, standing.turns) == (3 * SECOND, 4)


@pytest.mark.parametrize(
    ("said", "state", "error"),
    [
        ({"state": "completed"}, "completed", ""),
        ({"state": "stopped"}, "stopped", ""),
        ({"state": "failed", "error": "killed"}, "failed", "killed"),
        ({"state": "running"}, "failed", ""),
        ({"state": None, "error": None}, "failed", ""),
    ],
)
def test_an_end_is_one_of_three(said: dict[str, Any], state: LaunchState, error: str) -> None:
    stream = begun()
    stream.asked()
    stream.line(ended=said)
    standing, _ = followed(stream)
    assert (standing.state, standing.error, standing.asked) == (state, error, {})
    assert standing.ended == standing.last_at == START + 4 * SECOND


def test_a_failure_without_words_is_explained_by_the_turn_that_failed() -> None:
    stream = begun()
    stream.result(failed=True, result="overloaded")
    stream.ended("failed")
    standing, _ = followed(stream)
    assert standing.error == "overloaded"


def test_what_subagents_say_is_not_shown() -> None:
    stream = begun()
    stream.said(text("I am a subagent"), parent_tool_use_id="toolu_1")
    _, happened = followed(stream)
    assert [one.kind for one in happened] == ["prompt"]


def test_the_session_is_the_one_that_the_agent_names() -> None:
    stream = begun()
    stream.session = "5e551011-0000-4000-8000-000000000002"
    stream.payload("system", subtype="init")
    standing, _ = followed(stream)
    assert standing.session_id == "5e551011-0000-4000-8000-000000000002"


def test_what_cannot_be_spelled_out_as_json_is_left_out() -> None:
    assert shown({"command": "ls"}) == '{"command":"ls"}'
    assert shown(object()) == ""
