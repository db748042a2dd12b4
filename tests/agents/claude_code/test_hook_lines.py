"""Hooks: when they happened, what they are told as, and how they leave their session."""

from typing import Any

import pytest

from dashcam.records.session import TITLE_FIRST_PROMPT, TITLE_GENERATED
from tests.support.build import MINUTE, SECOND, SESSION, START
from tests.support.claude_lines import stamp
from tests.support.pushed_reading import Json, body, hook, told


def envelope(name: str = "PreToolUse", *, payload: Json | None = None, **more: Any) -> Json:
    """Build the line of another observer's envelope."""
    inner = {"session_id": SESSION, "hook_event_name": name} if payload is None else payload
    given = {"source_app": "demo", "session_id": SESSION, "hook_event_type": name, "payload": inner}
    return {"received": START, "envelope": given | more}


def test_a_hook_is_told_as_an_event_of_its_own_kind() -> None:
    event = told("hook", hook("PreToolUse", tool_name="Bash", tool_use_id="toolu_1")).event
    assert (event.kind, event.name, event.session, event.at, event.ok) == (
        "hook",
        "PreToolUse:Bash",
        SESSION,
        START,
        None,
    )


@pytest.mark.parametrize(
    ("name", "ok"),
    [
        ("PostToolUse", True),
        ("SubagentStop", True),
        ("TaskCompleted", True),
        ("PostToolUseFailure", False),
        ("StopFailure", False),
        ("PermissionDenied", False),
        ("Stop", None),
        ("SomethingNew", None),
    ],
)
def test_an_event_says_whether_it_went_well(name: str, ok: object) -> None:
    assert told("hook", hook(name)).event.ok is ok


@pytest.mark.parametrize(("said", "micros"), [(18, 18_000), ("18", 18_000), (0.5, 500), (-1, None), ("x", None)])
def test_a_duration_is_told_in_milliseconds(said: object, micros: int | None) -> None:
    assert told("hook", hook("PostToolUse", duration_ms=said)).event.duration_us == micros


@pytest.mark.parametrize(
    "line",
    [
        hook(),
        {"received": START + MINUTE, **hook(timestamp=stamp(START))} | {"received": START + MINUTE},
        {**hook(token_usage={"timestamp": stamp(START)}, timestamp=stamp(START + MINUTE)), "received": START + MINUTE},
        {**hook(token_usage={"timestamp": "2026-11-01T14:00:00+02:00"}), "received": START + MINUTE},
        {**envelope(timestamp=START // 1000), "received": START + MINUTE},
        {**envelope(timestamp=str(START // 1000)), "received": START + MINUTE},
        {**envelope(timestamp=stamp(START)), "received": START + MINUTE},
        envelope(timestamp=0),
        envelope(timestamp="soon"),
        envelope(timestamp=1e300),
        envelope(timestamp=[1]),
    ],
)
def test_it_happened_when_it_says_so_else_when_it_came(line: Json) -> None:
    assert told("hook", line).events[0].at == START


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"received": START}, "wrong-type"),
        ({"received": START, "payload": 7}, "wrong-type"),
        ({"received": START, "payload": [hook()["payload"]]}, "wrong-type"),
        ({"received": START, "envelope": {"payload": "text"}}, "wrong-type"),
        ({"received": START, "envelope": {"payload": {}}}, "wrong-type"),
        ({"received": START, "payload": {"session_id": SESSION}}, "wrong-type"),
        ({"received": START, "payload": {"hook_event_name": "Stop"}}, "wrong-type"),
        ({"received": START, "payload": {"session_id": 7, "hook_event_name": "Stop"}}, "wrong-type"),
        ({**hook(), "received": "now"}, "bad-time"),
        ({**hook(), "received": None}, "bad-time"),
        ({**hook(), "received": 5}, "bad-time"),
    ],
)
def test_a_hook_without_what_it_needs_is_counted(line: Json, code: str) -> None:
    read = told("hook", line)
    assert (read.codes, read.events, read.facts) == ({code}, [], {})


@pytest.mark.parametrize(
    "wrong",
    [
        {"notification_type": ["permission_prompt"]},
        {"tool_name": {"a": 1}},
        {"agent_id": [1]},
        {"cwd": 7},
        {"prompt": None},
        {"session_title": 5},
        {"token_usage": []},
        {"token_usage": {"input_tokens": "many", "message_id": {"a": 1}}},
        {"token_usage": {"input_tokens": float("inf"), "cache_creation_input_tokens": -7}},
        {"error": {"code": 1}},
    ],
    ids=str,
)
def test_a_field_of_a_wrong_type_is_left_out(wrong: Json) -> None:
    for name in ("Notification", "UserPromptSubmit", "StopFailure"):
        read = told("hook", hook(name, **wrong))
        assert (len(read.events), read.session.session) == (1, SESSION)


@pytest.mark.parametrize(
    ("names", "state"),
    [
        (["SessionStart"], "open"),
        (["UserPromptSubmit", "Stop"], "waiting"),
        (["UserPromptSubmit", "PermissionRequest"], "waiting"),
        (["PermissionRequest", "PostToolUse"], "open"),
        (["PermissionRequest", "PermissionDenied"], "open"),
        (["Elicitation", "ElicitationResult"], "open"),
        (["Stop", "SessionEnd"], "completed"),
        (["UserPromptSubmit", "StopFailure"], "failed"),
        (["Stop", "PreCompact", "SomethingNew"], "waiting"),
    ],
    ids=lambda names: " ".join(names) if isinstance(names, list) else names,
)
def test_a_session_stands_as_its_last_hook_left_it(names: list[str], state: str) -> None:
    lines = [hook(name, at=START + after * SECOND) for after, name in enumerate(names)]
    assert told("hook", *lines).session.state == state
    assert told("hook", *reversed(lines)).session.state == state


def test_a_notification_says_whether_somebody_is_waited_for() -> None:
    asked = hook("Notification", notification_type="permission_prompt", message="May I?")
    assert told("hook", asked).session.state == "waiting"
    assert told("hook", hook("Notification", notification_type="auth_success")).session.state == "open"
    assert told("hook", asked).event.text == "May I?"


def test_a_failed_session_says_why() -> None:
    assert told("hook", hook("StopFailure", error="overloaded", error_details="Overloaded (529)")).session.error == (
        "Overloaded (529)"
    )


def test_what_a_subagent_does_is_not_how_its_session_stands() -> None:
    lines = [hook("UserPromptSubmit"), hook("Stop", at=START + SECOND, agent_id="a1")]
    assert told("hook", *lines).session.state == "open"
    prompt = hook("UserPromptSubmit", agent_id="a1", prompt="Look around")
    assert told("hook", prompt).session.first_prompt == ""


def test_the_first_prompt_is_the_title_until_there_is_a_better_one() -> None:
    first, second = hook("UserPromptSubmit", prompt="Add a test\nplease"), hook("UserPromptSubmit", prompt="Go on")
    second["received"] = START + MINUTE
    read = told("hook", second, first).session
    assert (read.first_prompt, read.title, read.title_rank) == ("Add a test\nplease", "Add a test", TITLE_FIRST_PROMPT)
    named = hook("SessionStart", at=START - MINUTE, session_title="Tests for the parser")
    read = told("hook", second, named, first).session
    assert (read.title, read.title_rank) == ("Tests for the parser", TITLE_GENERATED)


def test_the_project_is_where_the_session_began() -> None:
    later, first = hook("Stop", at=START + MINUTE, cwd="/home/ada/app/web"), hook("SessionStart", cwd="/home/ada/app")
    assert told("hook", later, first).session.project == "/home/ada/app"


def keys(*lines: Json) -> int:
    return len({event.key for event in told("hook", *lines).events})


def test_a_hook_that_is_told_twice_is_one() -> None:
    assert keys(hook(), hook()) == 1
    assert keys(hook(tool_use_id="toolu_1"), hook(tool_use_id="toolu_1", at=START + MINUTE)) == 1
    assert keys(hook("Stop"), envelope("Stop")) == 1


def test_two_hooks_of_the_same_words_are_two() -> None:
    assert keys(hook("Stop"), hook("Stop", at=START + MINUTE)) == 2
    assert (
        keys(hook("UserPromptSubmit", prompt="go on"), hook("UserPromptSubmit", prompt="go on", at=START + MINUTE)) == 2
    )
    assert keys(hook("Stop", session_id="a"), hook("Stop", session_id="b")) == 2
    assert keys(hook("PreToolUse", tool_use_id="a"), hook("PostToolUse", tool_use_id="a")) == 2


def test_an_observers_count_of_a_call_has_disjoint_tokens() -> None:
    usage = {
        "message_id": "msg_1",
        "input_tokens": 10,
        "output_tokens": 20,
        "cache_read_input_tokens": 300,
        "cache_creation_input_tokens": 50,
        "cache_creation_1h_tokens": 30,
    }
    read = told("hook", envelope("TokenUsage", payload={"token_usage": usage}, model_name="claude-sonnet-5"))
    assert (read.call.key, read.call.model, read.tokens) == ("hook:msg_1", "claude-sonnet-5", (10, 300, 20, 30, 20, 0))
    nameless = {"input_tokens": 1, "timestamp": stamp(START)}
    assert len(told("hook", hook("TokenUsage", token_usage=nameless), hook("Stop", token_usage=nameless)).calls) == 1


def test_a_body_shows_what_is_meant_for_a_person() -> None:
    line = hook("PermissionRequest", tool_name="Bash", tool_input={"command": "rm x"}, message="May I?")
    shown = body("hook", line)
    assert (shown.text, shown.tool, shown.tool_input) == ("May I?", "Bash", '{"command": "rm x"}')
    assert '"hook_event_name": "Stop"' in body("hook", envelope("Stop")).text
    assert body("hook", {"received": START}).text == ""
    assert body("hook", {"received": START, "envelope": {"payload": 7}}).text == ""
