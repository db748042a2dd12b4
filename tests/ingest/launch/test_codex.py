"""Codex, launched: each thing that it may say, each way in which it may end, and what people say to it meanwhile."""

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from dashcam.ingest.launch import start
from dashcam.ingest.launch.start import CannotLaunch
from dashcam.records.errors import BadInput
from tests.support.codex_launching import CodexLaunches
from tests.support.launching import Ended, Running

PROMPTS = ("Add a test", "think first", "command", "fail", "crash", "mute", "garbage", "large")
PATIENCE_SECONDS = 20


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Ended[CodexLaunches]:
    launches = CodexLaunches(tmp_path_factory.mktemp("launches"))
    return Ended(launches, {prompt: launches.launch(prompt) for prompt in PROMPTS})


@pytest.fixture
def launches(tmp_path: Path) -> CodexLaunches:
    return CodexLaunches(tmp_path)


def flags(running: Running) -> tuple[list[str], str]:
    """Give what the program was called with, and where."""
    given, directory = json.loads(running.texts()[-1])
    return given, directory


def test_what_codex_says_is_told_and_the_launch_completes(ended: Ended[CodexLaunches]) -> None:
    running = ended.running["Add a test"]
    assert [(one.kind, one.text) for one in running.happened] == [
        ("prompt", "Add a test"),
        ("text", "You said: Add a test"),
        ("turn", ""),
        ("ended", ""),
    ]
    assert ended.ending("Add a test") == ("completed", "")
    assert (ended.standing["Add a test"].turns, ended.standing["Add a test"].cost_nano) == (1, None)


def test_the_session_is_the_thread_and_nothing_in_it_stands_twice(ended: Ended[CodexLaunches]) -> None:
    session = ended.session("Add a test")
    assert (session["status"], session["error"], session["title"]) == ("completed", "", "Add a test")
    assert (session["prompts"], session["answers"]) == (1, 1)
    assert session["project"] == str(ended.launches.project)
    words = [text for kind, _, text in ended.told("Add a test") if kind in {"user", "assistant"}]
    assert words == ["Add a test", "You said: Add a test"]
    assert ended.launches.calls(ended.standing["Add a test"].session_id) == [(100, 20)]


def test_a_thought_is_told_before_the_answer(ended: Ended[CodexLaunches]) -> None:
    running = ended.running["think first"]
    assert (running.texts("thinking"), running.texts()) == (["Let me see."], ["You said: think first"])


def test_a_command_is_told_with_its_output_and_how_it_went(ended: Ended[CodexLaunches]) -> None:
    happened = [one for one in ended.running["command"].happened if one.kind.startswith("tool")]
    assert [(one.kind, one.tool, one.call_id, one.ok, one.text) for one in happened] == [
        ("tool_call", "exec_command", "1:item_0", None, ""),
        ("tool_result", "", "1:item_0", True, "1 passed\n"),
        ("tool_call", "exec_command", "1:item_1", None, ""),
        ("tool_result", "", "1:item_1", False, "ended with status 1"),
    ]
    assert json.loads(happened[0].tool_input) == {"command": "/bin/bash -lc pytest"}
    session = ended.session("command")
    assert (session["tool_calls"], session["tool_failures"]) == (2, 1)


def test_a_turn_that_fails_is_a_failed_session_that_says_so_once(ended: Ended[CodexLaunches]) -> None:
    assert ended.ending("fail") == ("failed", "The model is overloaded.")
    session = ended.session("fail")
    assert (session["status"], session["error"]) == ("failed", "The model is overloaded.")
    assert [text for kind, _, text in ended.told("fail") if kind == "error"] == ["The model is overloaded."]


def test_a_crash_is_a_failed_session_with_its_last_words(ended: Ended[CodexLaunches]) -> None:
    why = "codex was ended by SIGKILL\nthread 'main' panicked at src/main.rs"
    assert ended.ending("crash") == ("failed", why)
    assert ended.session("crash")["error"] == why
    assert ended.told("crash")[-2:] == [("assistant", "", "Here it"), ("error", "launch", why)]


def test_an_end_in_the_middle_of_a_turn_is_a_failure(ended: Ended[CodexLaunches]) -> None:
    assert ended.ending("mute") == ("failed", "codex ended in the middle of a turn")


def test_garbage_is_kept_and_counted_and_does_no_harm(ended: Ended[CodexLaunches]) -> None:
    assert ended.ending("garbage") == ("completed", "")
    assert ended.running["garbage"].texts() == ["You said: garbage"]
    assert [one.tool for one in ended.running["garbage"].happened if one.kind == "tool_call"][-1] == "a_new_tool"
    lines = ended.running["garbage"].place.lines.read_text()
    assert '"text":"no JSON at all"' in lines
    assert [text for kind, _, text in ended.told("garbage") if kind == "assistant"] == ["You said: garbage"]


def test_a_line_longer_than_any_pipe_comes_whole(ended: Ended[CodexLaunches]) -> None:
    assert ended.ending("large") == ("completed", "")
    assert b"word " * 200_000 in ended.running["large"].place.lines.read_bytes()


def test_an_interrupt_ends_the_turn_and_codex_notes_it(launches: CodexLaunches) -> None:
    running = launches.launch("wait")
    running.until_it("text")
    running.say(do="interrupt")
    standing = running.over()
    assert (standing.state, standing.error) == ("stopped", "")
    assert launches.session(standing.session_id)["status"] == "stopped"
    told = launches.told(standing.session_id)
    assert ("system", "person_interrupt", "a person said interrupt") in told
    assert "turn_aborted" in [name for _, name, _ in told]


def test_a_stop_ends_a_launch(launches: CodexLaunches) -> None:
    running = launches.launch("wait", linger=60)
    running.until_it("text")
    running.say(do="stop")
    assert running.over().state == "stopped"
    assert launches.session(running.standing.session_id)["status"] == "stopped"


@pytest.mark.slow
def test_a_program_that_hears_no_signal_is_killed(launches: CodexLaunches) -> None:
    running = launches.launch("deaf")
    running.until_it("text")
    running.say(do="stop")
    assert running.over().state == "stopped"


def test_the_program_goes_with_the_process_of_its_launch(launches: CodexLaunches) -> None:
    running = launches.launch("wait")
    running.until_it("text")
    os.kill(running.standing.pid, signal.SIGTERM)
    assert running.over().state == "stopped"


def test_a_follow_up_goes_on_with_the_same_thread_and_is_counted_once(launches: CodexLaunches) -> None:
    running = launches.launch("Add a test", linger=60)
    running.until(lambda: running.standing.state == "waiting")
    first = running.standing.session_id
    running.say(do="message", text="command")
    running.until(lambda: len(running.texts()) == 2)
    running.until(lambda: running.standing.state == "waiting")
    running.say(do="stop")
    standing = running.over()
    assert (standing.state, standing.session_id, standing.turns) == ("stopped", first, 2)
    assert [one.call_id for one in running.happened if one.kind == "tool_call"] == ["2:item_0", "2:item_1"]
    session = launches.session(first)
    assert (session["prompts"], session["answers"], session["title"]) == (2, 2, "Add a test")
    assert launches.calls(first) == [(100, 20), (100, 20)]


def test_a_message_that_comes_while_codex_works_is_heard_after_it(launches: CodexLaunches) -> None:
    running = launches.launch("wait", linger=60)
    running.until_it("text")
    running.say(do="message", text="And then another")
    running.say(do="interrupt")
    running.until(lambda: running.texts() == ["This takes long.", "You said: And then another"])
    running.say(do="stop")
    assert running.over().state == "stopped"


def test_after_a_failure_a_person_may_try_again(launches: CodexLaunches) -> None:
    running = launches.launch("fail", linger=60)
    running.until(lambda: running.standing.state == "waiting")
    assert launches.session(running.standing.session_id)["status"] == "failed"
    running.say(do="message", text="Again")
    running.until(lambda: running.texts() == ["You said: Again"])
    running.until(lambda: running.standing.state == "waiting")
    assert launches.session(running.standing.session_id)["status"] == "waiting"
    running.say(do="stop")
    assert running.over().error == ""


def test_it_stays_for_a_further_prompt_only_as_long_as_was_asked(launches: CodexLaunches) -> None:
    began = time.monotonic()
    assert launches.launch("Add a test", linger=1).over().state == "completed"
    assert 1 <= time.monotonic() - began < PATIENCE_SECONDS


def test_a_session_can_be_gone_on_with(launches: CodexLaunches) -> None:
    first = launches.launch("Add a test").over()
    running = launches.launch("And another", resume=first.session_id)
    assert running.standing.session_id == first.session_id
    assert (running.over().state, running.standing.session_id) == ("completed", first.session_id)
    session = launches.session(first.session_id)
    assert (session["prompts"], session["title"], session["status"]) == (2, "Add a test", "completed")
    assert launches.calls(first.session_id) == [(100, 20), (100, 20)]


def test_a_session_that_codex_does_not_know_is_a_failure(launches: CodexLaunches) -> None:
    standing = launches.launch("Go on", resume="0199c0de-0000-7000-8000-000000000009").over()
    assert standing.state == "failed"
    assert "no rollout found for thread id 0199c0de-0000-7000-8000-000000000009" in standing.error


def test_what_was_asked_is_passed_on_as_arguments(launches: CodexLaunches) -> None:
    running = launches.launch("flags", model="gpt-5.5-mini", permission_mode="workspace-write")
    running.over()
    project = str(launches.project)
    given, directory = flags(running)
    options = ["-m", "gpt-5.5-mini", "--sandbox", "workspace-write", "-"]
    assert given == ["exec", "--json", "-C", project, "--skip-git-repo-check", *options]
    assert directory == project
    (launches.project / ".git").mkdir()
    again = launches.launch("flags", resume=running.standing.session_id)
    again.over()
    assert flags(again)[0] == ["exec", "--json", "-C", project, "resume", running.standing.session_id, "-"]


def test_a_prompt_that_looks_like_an_option_or_a_command_is_only_a_prompt(launches: CodexLaunches) -> None:
    prompt = "--version; $(touch /tmp/never)\n`id`"
    running = launches.launch(prompt)
    assert running.over().state == "completed"
    assert running.texts() == [f"You said: {prompt}"]


def test_only_stated_variables_reach_codex(launches: CodexLaunches) -> None:
    said = {"OPENAI_API_KEY": "k", "SECRET": "s", "CODEX_HOME": str(launches.home / ".codex"), "CODEX_SANDBOX": "x"}
    running = launches.launch("variables", variables=said)
    running.over()
    known = running.texts()[0].split()
    assert {"OPENAI_API_KEY", "CODEX_HOME", "HOME", "PATH"} <= set(known)
    assert not {"SECRET", "CODEX_SANDBOX"} & set(known)


def test_a_missing_program_is_said_before_anything_begins(launches: CodexLaunches) -> None:
    asked = start.new_order(agent="codex", prompt="Add a test", directory=str(launches.project))
    with pytest.raises(CannotLaunch, match="codex is not on the PATH"):
        start.checked(asked, launches.launching, str(launches.project))


def test_a_program_that_goes_missing_leaves_a_failed_session_with_its_prompt(launches: CodexLaunches) -> None:
    gone = launches.order("Add a test")
    launches.program.write_text("#!/nowhere/at/all\n")
    running = launches.launch("Add a test", program=gone.program)
    standing = running.over()
    assert standing.state == "failed"
    assert standing.error.startswith("codex could not be started: ")
    session = launches.session(running.place.id)
    assert (session["status"], session["title"], session["project"]) == (
        "failed",
        "Add a test",
        str(launches.project),
    )
    assert session["error"] == standing.error


@pytest.mark.parametrize(
    ("option", "why"),
    [
        ({"fork": True, "resume": "x"}, "codex has no fork"),
        ({"max_turns": 3}, "codex has no max turns"),
        ({"max_cost": 1.0}, "codex has no max cost"),
        ({"allowed_tools": ("shell",)}, "codex has no allowed tools"),
        ({"permission_mode": "plan"}, "'plan' is no permission mode"),
    ],
)
def test_what_codex_cannot_do_is_refused(launches: CodexLaunches, option: dict[str, Any], why: str) -> None:
    with pytest.raises(BadInput, match=why):
        launches.order("Add a test", **option)
