"""The program in a real terminal, driven by keys as a person would, inside tmux."""

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.serving import Server
from tests.support.sources import REPOSITORY
from tests.tui.conftest import write_sessions

PATIENCE_SECONDS = 60.0
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="there is no tmux here to be a terminal"),
]


class Tmux:
    """One window of tmux, on a server of its own."""

    def __init__(self, folder: Path, command: str, *, width: int, height: int) -> None:
        self._socket = str(folder / "tmux")
        size = ("-x", str(width), "-y", str(height))
        self._tmux("-f", "/dev/null", "new-session", "-d", "-s", "seen", *size, command)

    def press(self, *keys: str) -> None:
        self._tmux("send-keys", "-t", "seen", *keys)

    def resize(self, width: int, height: int) -> None:
        self._tmux("resize-window", "-t", "seen", "-x", str(width), "-y", str(height))

    @property
    def text(self) -> str:
        return self._tmux("capture-pane", "-p", "-t", "seen")

    def until(self, words: str) -> str:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while words not in (shown := self.text):
            assert time.monotonic() < deadline, f"{words!r} did not appear:\n{shown}"
            time.sleep(0.05)
        return shown

    def close(self) -> None:
        self._tmux("kill-server")

    def _tmux(self, *words: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", self._socket, *words],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "TERM": "xterm-256color"},
        )
        return done.stdout


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    server = Server(tmp_path, f"sqlite:///{tmp_path / 'dashcam' / 'dashcam.db'}")
    write_sessions(server)
    # What a shell that exports its size says is true only until the window is resized.
    size = {"LINES": "24", "COLUMNS": "80"}
    variables = size | {
        "HOME": str(tmp_path),
        "DASHCAM_HOME": str(tmp_path / "dashcam"),
        "TZ": "UTC",
        "LANG": "C.UTF-8",
    }
    given = " ".join(f"{name}={shlex.quote(value)}" for name, value in variables.items())
    program = f"cd {shlex.quote(str(REPOSITORY))} && {given} {shlex.quote(sys.executable)} -m dashcam.cli.main tui"
    made = Tmux(tmp_path, f"{program}; echo it left with $?; sleep 60", width=80, height=24)
    yield made
    made.close()


def test_a_person_looks_through_a_session_and_leaves(tmux: Tmux) -> None:
    tmux.until("Tests for the parser")
    tmux.press("/", "p", "a", "r", "s", "e", "r", "Enter")
    tmux.until("1 session ")
    tmux.press("Enter")
    tmux.until("Tokens per minute")
    tmux.press("t")
    tmux.until("Add a test for the parser")
    tmux.press("x")
    tmux.until("Result failed Bash")
    tmux.press("n")
    tmux.until("Now the documents")
    tmux.resize(120, 40)
    tmux.until("The documents are written.")
    tmux.press("Escape")
    tmux.until("Tokens per minute")
    tmux.press("4")
    tmux.until("last 30 days")
    tmux.press("3", "q")
    tmux.until("it left with 0")


def test_a_terminal_of_twenty_by_five_is_served_and_grows_again(tmux: Tmux) -> None:
    tmux.until("Tests for the parser")
    tmux.resize(20, 5)
    tmux.until("3 Sessions")
    tmux.resize(80, 24)
    tmux.until("Tests for the parser")
