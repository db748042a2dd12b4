"""The genuine `codex`, launched against a stand-in for its API: what was streamed is what its rollout holds."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.codex_launching import CodexLaunches
from tests.support.responses_api import INPUT, OUTPUT, REFUSAL
from tests.support.sources import REPOSITORY

CLOSED_NETWORKS = (["unshare", "--net"], ["unshare", "--net", "--map-root-user"])
PATIENCE_SECONDS = 180

pytestmark = pytest.mark.slow


def closed_network() -> list[str]:
    """Find what closes the network around a program; skips where nothing may."""
    for words in CLOSED_NETWORKS:
        if shutil.which(words[0]) and not subprocess.run([*words, "true"], capture_output=True, check=False).returncode:
            return words
    pytest.skip("a network of its own needs `unshare --net`, as root or with user namespaces")


class Genuine:
    """What the launches of a genuine Codex told, and the machine on which they ran."""

    def __init__(self, home: Path, program: Path) -> None:
        words = [*closed_network(), sys.executable, "-m", "tests.support.genuine_codex", str(home), str(program)]
        place = os.environ | {"PYTHONPATH": str(REPOSITORY)}
        ran = subprocess.run(
            words, cwd=REPOSITORY, env=place, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
        )
        assert ran.returncode == 0, ran.stderr
        self.said: dict[str, Any] = json.loads(ran.stdout)
        self.launches = CodexLaunches(home, program)

    def streamed(self, *names: str) -> list[str]:
        return [text for name in names for kind, _, text, _ in self.said[name]["happened"] if kind == "text"]


@pytest.fixture(scope="module")
def genuine(tmp_path_factory: pytest.TempPathFactory) -> Genuine:
    program = shutil.which("codex")
    if program is None:
        pytest.skip("no codex on the PATH: `npm install @openai/codex` gives one")
    return Genuine(tmp_path_factory.mktemp("genuine") / "home", Path(program))


def test_a_prompt_a_follow_up_and_a_resumption_are_one_session_and_equal_its_rollout(genuine: Genuine) -> None:
    said = genuine.said
    assert [said[name]["state"] for name in ("hello", "command")] == ["stopped", "completed"]
    session = said["hello"]["session"]
    assert said["command"]["session"] == session
    told = genuine.launches.told(session)
    assert [text for kind, _, text in told if kind == "user"] == ["hello there", "hello again", "command please"]
    answers = ["You said: hello there", "You said: hello again", "You said: command please"]
    assert [text for kind, _, text in told if kind == "assistant"] == answers == genuine.streamed("hello", "command")
    assert genuine.launches.calls(session) == [(INPUT, OUTPUT)] * 4
    assert genuine.launches.session(session)["status"] == "completed"


def test_a_command_is_streamed_with_what_it_gave(genuine: Genuine) -> None:
    happened = [one for one in genuine.said["command"]["happened"] if one[0].startswith("tool")]
    assert [(kind, tool, ok) for kind, tool, _, ok in happened] == [
        ("tool_call", "exec_command", None),
        ("tool_result", "", True),
    ]
    assert happened[1][2] == "counted-42\n"
    assert genuine.launches.session(genuine.said["command"]["session"])["tool_calls"] == 1


def test_a_refusal_is_a_failed_session_that_says_so(genuine: Genuine) -> None:
    said = genuine.said["fail"]
    assert said["state"] == "failed"
    assert REFUSAL in said["error"]
    session = genuine.launches.session(said["session"])
    assert (session["status"], session["error"]) == ("failed", said["error"])
    assert len([kind for kind, _, _ in genuine.launches.told(said["session"]) if kind == "error"]) == 1


def test_an_interruption_is_noted_by_both(genuine: Genuine) -> None:
    said = genuine.said["slow"]
    assert said["state"] == "stopped"
    told = [name for _, name, _ in genuine.launches.told(said["session"])]
    assert {"person_interrupt", "turn_aborted"} <= set(told)
    assert genuine.launches.session(said["session"])["status"] == "stopped"
