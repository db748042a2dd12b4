"""An agent does not outlive the process of its launch, even where that one is killed and can end nobody."""

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dashcam.agents.guarding import GUARDIAN
from dashcam.agents.registry import AGENTS
from dashcam.ingest.launch.places import is_alive
from dashcam.ingest.launch.standing import DIED, close_dead
from tests.support.codex_launching import CodexLaunches
from tests.support.launching import Launches, Running
from tests.support.serving import wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="nothing is launched on Windows")


def telling_its_id(program: Path) -> Path:
    """Have a program write its process id to a file, and give the file."""
    told = program.with_suffix(".pid")
    first, rest = program.read_text().split("\n", 1)
    program.write_text(f"{first}\necho $$ > {shlex.quote(str(told))}\n{rest}")
    return told


def is_there(pid: int) -> bool:
    """Whether a process runs; one that has ended and that nobody has heard of yet does not."""
    said = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return said.stdout.strip()[:1] not in {"", "Z"}


def agent_of_killed(running: Running, told: Path) -> int:
    """Kill the process of a launch, and give the id of its agent's."""
    pid = int(told.read_text())
    assert is_there(pid)
    os.kill(running.standing.pid, signal.SIGKILL)
    return pid


def test_a_hanging_claude_is_ended_when_its_launch_is_killed_and_only_then_is_the_launch_over(tmp_path: Path) -> None:
    launches = Launches(tmp_path)
    told = telling_its_id(launches.program)
    running = launches.launch("hang")
    running.until_it("prompt")
    pid = agent_of_killed(running, told)
    assert wait_until(lambda: close_dead(launches.data, AGENTS)) == [running.place]
    assert not is_there(pid)
    assert (running.over().state, running.standing.error) == ("failed", DIED)


def test_a_busy_codex_is_interrupted_when_its_launch_is_killed(tmp_path: Path) -> None:
    launches = CodexLaunches(tmp_path)
    told = telling_its_id(launches.program)
    running = launches.launch("wait")
    running.until_it("text")
    pid = agent_of_killed(running, told)
    wait_until(lambda: not is_alive(running.place))
    assert not is_there(pid)
    close_dead(launches.data, AGENTS)
    assert "turn_aborted" in [name for _, name, _ in launches.told(running.over().session_id)]


@pytest.mark.slow
def test_an_agent_that_hears_no_signal_is_killed_with_whom_it_runs_for(tmp_path: Path) -> None:
    """The program on the PATH may be one that runs another and waits for it."""
    launches = CodexLaunches(tmp_path)
    launches.program.write_text(launches.program.read_text().replace("exec ", "") + "exit $?\n")
    told = telling_its_id(launches.program)
    running = launches.launch("deaf")
    running.until_it("text")
    pid = agent_of_killed(running, told)
    wait_until(lambda: not is_alive(running.place))
    assert not is_there(pid)
    with pytest.raises(ProcessLookupError):
        os.killpg(pid, 0)


@pytest.mark.parametrize(("word", "lives"), [(b".", True), (b"", False)])
def test_whoever_gave_the_word_has_its_agent_left_alone(word: bytes, *, lives: bool) -> None:
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as agent:
        listening, telling = os.pipe()
        words = [sys.executable, "-I", "-S", str(GUARDIAN), str(listening), str(agent.pid), "0:0.1", "15:5"]
        with subprocess.Popen(words, pass_fds=(listening,)) as guardian:
            os.close(listening)
            os.write(telling, word)
            os.close(telling)
            if not lives:
                assert agent.wait(10) == -signal.SIGTERM
            assert guardian.wait(10) == 0
        assert (agent.poll() is None) is lives
        agent.kill()
