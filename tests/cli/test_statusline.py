"""`dashcam statusline install` and `uninstall`: what was there is wrapped, and comes back as it was."""

import json
import shlex
import subprocess
from pathlib import Path

from tests.support.program import Program
from tests.support.sources import REPOSITORY

MINE = '{"statusLine": {"type": "command", "command": "cat >/dev/null; echo mine", "padding": 0}}\n'


def test_an_installed_line_prints_what_was_there_and_ours(tmp_path: Path) -> None:
    program = Program(tmp_path)
    path = program.claude / "settings.json"
    path.parent.mkdir()
    path.write_text(MINE)
    assert "--wrap" in program.says("statusline", "install", "--yes")
    command = json.loads(path.read_text())["statusLine"]["command"]
    assert shlex.split(command)[-2:] == ["--wrap", "cat >/dev/null; echo mine"]
    ran = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=REPOSITORY,
        env={"HOME": str(tmp_path), "DASHCAM_HOME": str(program.data), "NO_COLOR": "1", "PATH": "/usr/bin:/bin"},
        input='{"session_id": "s1", "cost": {"total_cost_usd": 1.5}}',
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "mine\n$1.50 session\n"
    program.says("statusline", "uninstall", "--yes")
    assert path.read_text() == MINE


def test_a_status_line_that_is_no_command_is_left_alone(tmp_path: Path) -> None:
    program = Program(tmp_path)
    path = program.claude / "settings.json"
    path.parent.mkdir()
    path.write_text('{"statusLine": "odd"}')
    result = program.run("statusline", "install", "--yes")
    assert (result.exit_code, path.read_text()) == (1, '{"statusLine": "odd"}')
    assert "`statusLine` is no command" in result.stderr
