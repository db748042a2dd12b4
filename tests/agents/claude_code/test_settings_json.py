"""Our entries in Claude Code's settings: beside what is there, found again wherever they lead, gone without a trace."""

import json
from pathlib import Path
from typing import Any

import pytest

from dashcam.agents.agent import Environment
from dashcam.agents.claude_code.hook_events import EVENTS, events_for
from dashcam.agents.claude_code.settings_json import (
    handler,
    hindrances,
    installed,
    is_ours,
    place,
    version_in,
    with_hooks,
    with_status_line,
    without_hooks,
    without_status_line,
)
from dashcam.agents.json_text import BrokenFile

ADDRESS = "http://127.0.0.1:4747"
PROGRAM = ["/opt/cam/dashcam"]
OURS = {"type": "http", "url": f"{ADDRESS}/hooks/claude-code", "timeout": 2}
THEIRS = {"type": "command", "command": "lint"}
BY_NAME = {event.name: event for event in EVENTS}


def settings(**hooks: Any) -> str:
    return json.dumps({"model": "opus", "hooks": hooks, "permissions": {"allow": ["Bash"]}}, indent=2) + "\n"


def test_there_are_33_events_and_one_of_them_is_never_ours() -> None:
    assert len(BY_NAME) == len(EVENTS) == 33
    assert [event.name for event in EVENTS if not event.ways] == ["WorktreeCreate"]
    assert [event.name for event in EVENTS if event.ways == ("command",)] == ["SessionStart", "Setup"]


def test_a_version_that_skips_files_with_unknown_events_gets_the_oldest_by_command() -> None:
    assert events_for((2, 1, 101)) == events_for(None) == EVENTS
    old = events_for((2, 1, 100))
    assert len(old) == 9
    assert {event.ways for event in old} == {("command",)}


@pytest.mark.parametrize(("said", "version"), [("2.1.329 (Claude Code)\n", (2, 1, 329)), ("", None), ("two", None)])
def test_the_version_is_found_in_what_the_program_says(said: str, version: tuple[int, ...] | None) -> None:
    assert version_in(said) == version


def test_a_command_does_not_hold_the_agent_unless_the_agent_ends_there() -> None:
    begun = handler(BY_NAME["SessionStart"], "command", PROGRAM, ADDRESS, False)  # noqa: FBT003
    assert begun == {"type": "command", "command": "/opt/cam/dashcam hook", "async": True, "timeout": 5}
    assert "async" not in handler(BY_NAME["SessionEnd"], "command", PROGRAM, ADDRESS, False)  # noqa: FBT003


def test_a_token_is_named_and_not_written_down() -> None:
    assert handler(BY_NAME["Stop"], "http", PROGRAM, ADDRESS, True) == OURS | {  # noqa: FBT003
        "headers": {"Authorization": "Bearer $DASHCAM_TOKEN"},
        "allowedEnvVars": ["DASHCAM_TOKEN"],
    }


def test_a_program_in_a_folder_with_a_space_is_quoted_and_known_again() -> None:
    made = handler(BY_NAME["Setup"], "command", ["/my tools/dashcam"], ADDRESS, False)  # noqa: FBT003
    assert made["command"] == "'/my tools/dashcam' hook"
    assert is_ours(made)


@pytest.mark.parametrize(
    "hook",
    [
        OURS,
        OURS | {"url": "http://localhost:8080/hooks/claude-code"},
        {"type": "command", "command": "dashcam hook"},
        {"type": "command", "command": "/a/dashcam hook --agent claude-code", "async": True},
        {"type": "command", "command": "/a/python -m dashcam hook"},
    ],
)
def test_ours_is_known_wherever_it_leads(hook: object) -> None:
    assert is_ours(hook)


@pytest.mark.parametrize(
    "hook",
    [
        THEIRS,
        {"type": "command", "command": "echo dashcam hook"},
        {"type": "command", "command": "dashcam statusline"},
        {"type": "command", "command": "'unclosed"},
        {"type": "command", "command": 3},
        {"type": "http", "url": "http://127.0.0.1:4747/other"},
        {"type": "prompt", "prompt": "dashcam hook"},
        "dashcam hook",
        None,
    ],
)
def test_others_are_not_taken_for_ours(hook: object) -> None:
    assert not is_ours(hook)


def test_hooks_are_put_beside_others_and_taken_out_again_to_the_byte() -> None:
    before = settings(Stop=[{"matcher": "", "hooks": [THEIRS]}])
    after = with_hooks(before, {"Stop": OURS, "PreToolUse": OURS})
    assert json.loads(after)["hooks"] == {
        "Stop": [{"matcher": "", "hooks": [THEIRS]}, {"hooks": [OURS]}],
        "PreToolUse": [{"hooks": [OURS]}],
    }
    assert installed(after) == {"Stop": [OURS], "PreToolUse": [OURS]}
    assert without_hooks(after) == before


def test_a_second_time_there_is_nothing_to_do() -> None:
    once = with_hooks("", {"Stop": OURS})
    assert with_hooks(once, {"Stop": OURS}) == once


def test_an_old_one_of_ours_gives_way_to_the_new_one() -> None:
    moved = OURS | {"url": "http://127.0.0.1:9999/hooks/claude-code"}
    mixed = settings(Stop=[{"hooks": [THEIRS, moved]}, {"hooks": [moved]}])
    after = json.loads(with_hooks(mixed, {"Stop": OURS}))
    assert after["hooks"]["Stop"] == [{"hooks": [THEIRS]}, {"hooks": [OURS]}]


def test_an_empty_file_gets_hooks_and_loses_them() -> None:
    assert json.loads(without_hooks(with_hooks("", {"Stop": OURS}))) == {}


@pytest.mark.parametrize(
    "text",
    [
        '{"hooks": []}',
        '{"hooks": {"Stop": {}}}',
        '{"hooks": {"Stop": [3]}}',
        '{"hooks": {"Stop": [{"hooks": {}}]}}',
        '{"hooks": {"Stop": [{"matcher": ""}]}}',
    ],
)
def test_hooks_of_another_shape_are_left_alone(text: str) -> None:
    with pytest.raises(BrokenFile):
        with_hooks(text, {"Stop": OURS})
    with pytest.raises(BrokenFile):
        without_hooks(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [('{"disableAllHooks": true}', "disableAllHooks"), ('{"allowedHttpHookUrls": []}', "allowedHttpHookUrls")],
)
def test_what_keeps_hooks_from_working_is_said(text: str, words: str) -> None:
    (said,) = hindrances(text)
    assert words in said


# --- the status line


def status_line(text: str) -> Any:  # noqa: ANN401  what JSON holds
    return json.loads(text).get("statusLine")


def test_without_a_status_line_ours_is_the_one_and_leaves_nothing() -> None:
    before = settings()
    after = with_status_line(before, PROGRAM)
    assert status_line(after) == {"type": "command", "command": "/opt/cam/dashcam statusline"}
    assert without_status_line(after) == before


@pytest.mark.parametrize("mine", ["~/.claude/sl.sh", """sh -c 'echo "it'"'"'s $(date)"'""", "grüße | head -1", ""])
def test_a_status_line_is_wrapped_and_comes_back_to_the_byte(mine: str) -> None:
    there = {"type": "command", "command": mine, "padding": 0, "refreshInterval": 5}
    before = json.dumps({"statusLine": there, "model": "opus"}, indent=4, ensure_ascii=False)
    after = with_status_line(before, PROGRAM)
    assert status_line(after) == there | {"command": status_line(after)["command"]}
    assert status_line(after)["command"].startswith("/opt/cam/dashcam statusline --wrap ")
    assert with_status_line(after, PROGRAM) == after
    assert without_status_line(after) == before


def test_a_program_that_moved_keeps_what_it_wrapped() -> None:
    first = with_status_line('{"statusLine": {"type": "command", "command": "mine"}}', PROGRAM)
    moved = with_status_line(first, ["/new/python", "-m", "dashcam"])
    assert status_line(moved)["command"] == "/new/python -m dashcam statusline --wrap mine"
    assert status_line(without_status_line(moved))["command"] == "mine"


@pytest.mark.parametrize("there", ['"text"', "[]", '{"type": "static"}', '{"type": "command", "command": 3}'])
def test_a_status_line_of_another_shape_is_left_alone(there: str) -> None:
    with pytest.raises(BrokenFile):
        with_status_line(f'{{"statusLine": {there}}}', PROGRAM)


def test_a_status_line_of_somebody_else_is_not_taken_away() -> None:
    text = '{"statusLine": {"type": "command", "command": "mine"}}'
    assert without_status_line(text) == text
    assert without_status_line("{}") == "{}"


def test_the_settings_stand_where_the_variable_says(tmp_path: Path) -> None:
    plain = Environment(home=tmp_path)
    moved = Environment(home=tmp_path, variables={"CLAUDE_CONFIG_DIR": str(tmp_path / "cc")})
    project = tmp_path / "app"
    assert place("user", plain, project) == tmp_path / ".claude" / "settings.json"
    assert place("user", moved, project) == tmp_path / "cc" / "settings.json"
    assert place("project", moved, project) == project / ".claude" / "settings.json"
