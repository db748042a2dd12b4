"""What people say to a launch while it runs, and what becomes of one whose process dies."""

import os
import signal
import time
from pathlib import Path

import pytest

from dashcam.agents.registry import AGENTS
from dashcam.ingest.launch import start
from dashcam.ingest.launch.places import is_alive, unfinished
from dashcam.ingest.launch.standing import DIED, close_dead
from dashcam.records.errors import NotFound
from tests.support.launching import Launches


def test_an_interrupt_ends_the_turn_and_keeps_what_was_said(tmp_path: Path) -> None:
    launches = Launches(tmp_path)
    running = launches.launch("talk long")
    running.until_it("text", whole=False)
    running.say(do="interrupt")
    standing = running.over()
    assert (standing.state, standing.error) == ("stopped", "")
    session = launches.session(standing.session_id)
    assert (session["status"], session["error"]) == ("stopped", "")
    told = launches.told(standing.session_id)
    assert ("system", "person_interrupt", "a person said interrupt") in told
    (cut,) = [(kind, words) for kind, name, words in told if name == "cut_off"]
    assert (cut[0], cut[1][:5]) == ("assistant", "word "), "what was shown of the answer is kept, and once"


def test_a_stop_ends_a_launch_at_once_with_what_was_being_written(tmp_path: Path) -> None:
    launches = Launches(tmp_path)
    running = launches.launch("talk long")
    running.until_it("text", whole=False)
    running.say(do="stop")
    standing = running.over()
    assert standing.state == "stopped"
    told = launches.told(standing.session_id)
    assert ("system", "person_stop", "a person said stop") in told
    cut = next(words for _, name, words in told if name == "cut_off")
    assert cut.startswith("word")
    assert launches.session(standing.session_id)["status"] == "stopped"


@pytest.mark.slow
def test_an_agent_that_never_answers_can_be_stopped(tmp_path: Path) -> None:
    launches = Launches(tmp_path)
    running = launches.launch("hang")
    running.until_it("prompt")
    running.say(do="interrupt")
    running.say(do="stop")
    assert running.over().state == "stopped"
    assert launches.session(running.standing.session_id)["status"] == "stopped"


@pytest.mark.slow
def test_an_agent_that_does_not_even_shake_hands_can_be_stopped(tmp_path: Path) -> None:
    running = Launches(tmp_path).launch("Add a test", variables={"CLAUDE_STAND_IN": "deaf"})
    running.until(lambda: running.standing.state == "running")
    running.say(do="stop")
    assert running.over().state == "stopped"


@pytest.mark.slow
def test_the_process_of_a_launch_takes_a_signal_for_a_stop(tmp_path: Path) -> None:
    running = Launches(tmp_path).launch("talk long")
    running.until_it("text", whole=False)
    os.kill(running.standing.pid, signal.SIGTERM)
    assert running.over().state == "stopped"


def test_a_killed_process_leaves_a_launch_that_is_closed_as_failed_and_keeps_all(tmp_path: Path) -> None:
    launches = Launches(tmp_path)
    running = launches.launch("talk long")
    running.until(lambda: sum(one.kind == "text" for one in running.happened) >= 3)
    assert close_dead(launches.data, AGENTS) == []
    os.kill(running.standing.pid, signal.SIGKILL)
    running.until(lambda: not is_alive(running.place))
    before = running.place.lines.read_bytes()
    assert close_dead(launches.data, AGENTS) == [running.place]
    standing = running.over()
    assert (standing.state, standing.error) == ("failed", DIED)
    assert running.place.lines.read_bytes().startswith(before)
    told = launches.told(standing.session_id)
    assert [name for _, name, _ in told] == ["", "cut_off", "launch"]
    assert told[1][2].startswith("word word word")
    session = launches.session(standing.session_id)
    assert (session["status"], session["error"]) == ("failed", DIED)
    assert close_dead(launches.data, AGENTS) == []


@pytest.mark.slow
def test_a_line_that_a_death_cut_short_is_ended_before_the_next(tmp_path: Path) -> None:
    launches = Launches(tmp_path)
    running = launches.launch("talk long")
    running.until_it("prompt")
    os.kill(running.standing.pid, signal.SIGKILL)
    running.until(lambda: not is_alive(running.place))
    with running.place.lines.open("ab") as file:
        file.write(b'{"received":17952801')
    close_dead(launches.data, AGENTS)
    assert running.over().state == "failed"
    assert launches.session(running.standing.session_id)["status"] == "failed"


def test_a_message_goes_on_with_the_same_session(tmp_path: Path) -> None:
    launches = Launches(tmp_path)
    running = launches.launch("Add a test", linger=60)
    running.until(lambda: running.standing.state == "waiting")
    assert launches.session(running.standing.session_id)["status"] == "waiting"
    running.say(do="message", text="And another one")
    running.until(lambda: len(running.texts()) == 2)
    running.until(lambda: running.standing.state == "waiting")
    running.say(do="stop")
    standing = running.over()
    assert running.texts() == ["You said: Add a test", "You said: And another one"]
    session = launches.session(standing.session_id)
    assert (session["prompts"], session["answers"], session["cost_usd"]) == (2, 2, 0.00066)


@pytest.mark.slow
def test_a_message_that_comes_while_the_agent_works_is_heard_after_it(tmp_path: Path) -> None:
    running = Launches(tmp_path).launch("permission")
    running.until_it("asked")
    running.say(do="message", text="And then another")
    running.until(lambda: len(running.texts("prompt")) == 2)
    running.say(do="answer", request="toolu_1", behavior="allow")
    assert running.over().state == "completed"
    assert running.texts()[-1] == "You said: And then another"


@pytest.mark.slow
def test_nobody_lingers_while_others_wait_for_their_turn(tmp_path: Path) -> None:
    launches = Launches(tmp_path)
    first = launches.launch("Add a test", at_once=1, linger=600)
    second = launches.launch("Add another", at_once=1)
    assert (first.over().state, second.over().state) == ("completed", "completed")
    assert first.standing.ended is not None
    assert second.standing.started is not None
    assert first.standing.ended <= second.standing.started


@pytest.mark.slow
def test_who_waits_for_a_turn_is_queued_and_can_be_stopped_there(tmp_path: Path) -> None:
    launches = Launches(tmp_path)
    first = launches.launch("talk long", at_once=1)
    first.until_it("prompt")
    second = launches.launch("Add a test", at_once=1)
    time.sleep(0.5)
    assert second.standing.state == "queued"
    second.say(do="stop")
    assert (second.over().state, second.standing.started) == ("stopped", None)
    assert launches.session(second.standing.session_id)["status"] == "stopped"
    first.say(do="stop")
    first.over()


@pytest.mark.slow
def test_a_session_is_resumed_under_its_own_id_and_forked_under_another(tmp_path: Path) -> None:
    launches = Launches(tmp_path)
    first = launches.launch("Add a test").over()
    resumed = launches.launch("say the arguments", resume=first.session_id)
    forked = launches.launch("say the arguments", resume=first.session_id, fork=True)
    assert resumed.over().session_id == first.session_id
    assert forked.over().session_id != first.session_id
    assert f"--resume={first.session_id}" in resumed.texts()[0]
    assert "--fork-session" not in resumed.texts()[0]
    assert f"--resume={first.session_id}" in forked.texts()[0]
    assert "--fork-session" in forked.texts()[0]
    assert f"--session-id={forked.standing.session_id}" in forked.texts()[0]
    whole = launches.session(first.session_id)
    assert (whole["prompts"], whole["calls"], whole["cost_usd"]) == (2, 2, 0.00066)
    assert launches.session(forked.standing.session_id)["calls"] == 1


@pytest.mark.slow
def test_nothing_can_be_said_to_a_launch_that_is_over(tmp_path: Path) -> None:
    launches = Launches(tmp_path)
    running = launches.launch("Add a test")
    running.over()
    assert list(unfinished(launches.data)) == []
    with pytest.raises(NotFound, match="this launch is over"):
        start.say(running.place, do="stop")


def test_any_scan_gives_a_launch_that_died_its_end(tmp_path: Path) -> None:
    launches = Launches(tmp_path)
    running = launches.launch("hang")
    running.until(lambda: running.standing.pid)
    os.kill(running.standing.pid, signal.SIGKILL)
    running.until(lambda: not is_alive(running.place))
    session = launches.session(running.standing.session_id)
    assert (session["status"], session["error"]) == ("failed", DIED)
