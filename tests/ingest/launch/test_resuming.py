"""Whether a session can be gone on with: what everyone who resumes one is told."""

import json
import os
import signal
import sys
from pathlib import Path

import pytest

from dashcam.ingest.launch.places import is_alive
from dashcam.ingest.launch.resuming import check_resumable
from dashcam.queries.sessions import one_session
from dashcam.records.errors import BadInput
from tests.support.build import SESSION
from tests.support.claude_lines import Transcript
from tests.support.launching import Launches
from tests.support.serving import Server, wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="nothing is launched on Windows")


class Machine:
    """A machine with one session on record, and a subagent of it."""

    def __init__(self, home: Path) -> None:
        self.launches = Launches(home)
        self.server = Server(home, f"sqlite:///{home / 'dashcam' / 'dashcam.db'}")
        talk = Transcript(cwd=str(self.launches.project))
        talk.prompt("Add a test")
        talk.answer()
        talk.write(self.server.claude)
        child = talk.subagent()
        child.prompt("Look around")
        child.answer()
        child.write(self.server.claude)
        self.server.scan()

    def refusal(self, session: str = SESSION, *, is_fork: bool = False) -> tuple[str, str]:
        """What is said of resuming a session; empty where it can be."""
        with self.server.setup.store() as store:
            row = one_session(store.database, session, self.server.setup.moment())
        try:
            check_resumable(self.server.setup, row, is_fork=is_fork)
        except BadInput as error:
            return error.message, error.hint
        return "", ""

    def lives(self, session: str, pid: int) -> None:
        """A process says that it works on a session."""
        folder = self.server.claude / "sessions"
        folder.mkdir(exist_ok=True)
        (folder / f"{pid}.json").write_text(json.dumps({"pid": pid, "sessionId": session, "cwd": "/work"}))


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_session_that_is_over_can_be_gone_on_with(machine: Machine) -> None:
    assert machine.refusal() == ("", "")


@pytest.mark.parametrize("is_fork", [False, True])
def test_a_subagent_cannot_and_its_session_is_named(machine: Machine, *, is_fork: bool) -> None:
    said = machine.refusal(f"{SESSION}:a0123456789abcdef", is_fork=is_fork)
    assert said == ("a subagent cannot be gone on with by itself", f"Name its session: {SESSION}")


@pytest.mark.parametrize("is_fork", [False, True])
def test_a_session_of_another_machine_cannot(machine: Machine, *, is_fork: bool) -> None:
    there = machine.server.setup.machine
    machine.server.setup.machine = "laptop"
    said = machine.refusal(is_fork=is_fork)
    assert said == (f"this session stood on another machine, {there}", "Go on with it there.")


def test_a_session_that_a_launch_goes_on_with_can_be_forked_alone_until_that_launch_is_gone(machine: Machine) -> None:
    running = machine.launches.launch("talk long", resume=SESSION)
    told = ("this session goes on already", f"Look at it: dashcam run --attach {running.place.id}")
    assert machine.refusal() == told, "from the moment at which it was asked for"
    running.until_it("text", whole=False)
    assert (machine.refusal(), machine.refusal(is_fork=True)) == (told, ("", ""))
    os.kill(running.standing.pid, signal.SIGKILL)
    wait_until(lambda: not is_alive(running.place))
    assert machine.refusal() == ("", "")
    assert running.over().state == "failed"


def test_a_session_that_a_person_has_open_can_be_forked_alone(machine: Machine) -> None:
    machine.lives(SESSION, os.getpid())
    told = (f"this session goes on already, in process {os.getpid()}", "End it there, or make a fork of it.")
    assert (machine.refusal(), machine.refusal(is_fork=True)) == (told, ("", ""))


def test_what_goes_on_beside_it_is_no_hindrance(machine: Machine) -> None:
    machine.lives("5e551011-0000-4000-8000-00000000000f", os.getpid())
    machine.lives(SESSION, (1 << 22) - 1)
    running = machine.launches.launch("talk long")
    running.until_it("text", whole=False)
    assert machine.refusal() == ("", "")
    running.say(do="stop")
    running.over()
