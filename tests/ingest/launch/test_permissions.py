"""Permissions: an agent waits for a person, who says yes, yes for this session, or no and why."""

from pathlib import Path
from typing import Any

import pytest

from dashcam.agents.registry import AGENTS
from dashcam.queries.moment import at_present
from dashcam.queries.now import NowAnswer, now
from dashcam.records.filters import Filter
from dashcam.store.store import Store
from tests.support.launching import Launches, Running


def asked(launches: Launches, prompt: str = "permission", **options: Any) -> Running:
    running = launches.launch(prompt, **options)
    running.until_it("asked")
    return running


def now_of(launches: Launches) -> NowAnswer:
    """What the one session there is does now."""
    with Store.open(f"sqlite:///{launches.data / 'dashcam.db'}") as store:
        (row,) = now(store.database, AGENTS, Filter(), at_present("UTC")).rows
    return row


@pytest.mark.slow
def test_a_request_says_which_tool_wants_what_and_the_launch_waits(tmp_path: Path) -> None:
    running = asked(Launches(tmp_path))
    standing = running.standing
    assert standing.state == "waiting"
    ask = standing.asked["toolu_1"]
    assert (ask.tool, ask.tool_input) == ("Bash", '{"command":"rm -r nothing"}')
    assert (ask.call_id, ask.title) == ("toolu_1", "Claude wants to run rm -r nothing")
    running.say(do="stop")
    assert running.over().state == "stopped"


@pytest.mark.slow
def test_a_waiting_launch_is_a_waiting_session(tmp_path: Path) -> None:
    launches = Launches(tmp_path)
    running = asked(launches)
    assert launches.session(running.standing.session_id)["status"] == "waiting"
    wait = now_of(launches).waiting_for
    assert wait is not None
    assert (wait.kind, wait.tool, wait.words) == ("permission", "Bash", "rm -r nothing")
    running.say(do="answer", request="toolu_1", behavior="allow")
    assert running.over().state == "completed"
    assert launches.session(running.standing.session_id)["status"] == "completed"
    assert now_of(launches).waiting_for is None


def test_a_tool_that_is_allowed_runs(tmp_path: Path) -> None:
    launches = Launches(tmp_path)
    running = asked(launches)
    running.say(do="answer", request="toolu_1", behavior="allow")
    standing = running.over()
    assert (standing.state, standing.asked) == ("completed", {})
    assert running.texts("tool_result") == ["ran rm -r nothing"]
    told = launches.told(standing.session_id)
    assert ("system", "permission_asked", 'asks to use Bash: {"command":"rm -r nothing"}') in told
    assert ("system", "permission_answered", "allowed") in told


@pytest.mark.slow
def test_a_tool_that_is_allowed_once_is_asked_for_again(tmp_path: Path) -> None:
    running = asked(Launches(tmp_path), "permission twice")
    running.say(do="answer", request="toolu_1", behavior="allow")
    running.until(lambda: "toolu_2" in running.standing.asked)
    running.say(do="answer", request="toolu_2", behavior="allow")
    assert running.over().state == "completed"
    assert running.texts("tool_result") == ["ran rm -r nothing", "ran rm -r more"]


def test_a_tool_that_is_allowed_for_the_session_is_not_asked_for_again(tmp_path: Path) -> None:
    running = asked(Launches(tmp_path), "permission twice")
    running.say(do="answer", request="toolu_1", behavior="allow_session")
    assert running.over().state == "completed"
    assert sum(one.kind == "asked" for one in running.happened) == 1
    assert running.texts("tool_result") == ["ran rm -r nothing", "ran rm -r more"]


def test_a_tool_that_is_denied_does_not_run_and_the_agent_hears_why(tmp_path: Path) -> None:
    launches = Launches(tmp_path)
    running = asked(launches)
    running.say(do="answer", request="toolu_1", behavior="deny", message="not on this machine")
    standing = running.over()
    assert standing.state == "completed"
    result = next(one for one in running.happened if one.kind == "tool_result")
    assert (result.ok, result.text) == (False, "not on this machine")
    told = launches.told(standing.session_id)
    assert ("system", "permission_answered", "denied: not on this machine") in told
    assert launches.session(standing.session_id)["tool_failures"] == 1


@pytest.mark.slow
def test_an_answer_to_what_was_not_asked_changes_nothing(tmp_path: Path) -> None:
    running = asked(Launches(tmp_path))
    running.say(do="answer", request="toolu_9", behavior="allow")
    running.say(do="answer", request="toolu_1", behavior="deny")
    assert running.over().state == "completed"
    assert running.texts("tool_result") == ["The person said no."]


@pytest.mark.slow
def test_an_interrupt_takes_the_request_back(tmp_path: Path) -> None:
    running = asked(Launches(tmp_path))
    running.say(do="interrupt")
    standing = running.over()
    assert (standing.state, standing.asked) == ("stopped", {})
    answered = next(one for one in running.happened if one.kind == "answered")
    assert (answered.ok, answered.text) == (False, "it was no longer asked")
