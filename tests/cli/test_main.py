"""The program as a whole: how it ends, what it says when it cannot go on, and what it does not import."""

import subprocess
import sys
from pathlib import Path

import pytest

from dashcam import __version__
from dashcam.cli.main import COMMANDS
from tests.support.claude_lines import Transcript
from tests.support.program import Program


@pytest.fixture
def program(tmp_path: Path) -> Program:
    made = Program(tmp_path)
    talk = Transcript()
    talk.prompt()
    talk.answer()
    talk.write(made.claude)
    return made


def test_it_says_its_version(program: Program) -> None:
    assert program.says("--version") == f"dashcam {__version__}\n"


def test_help_lists_every_command(program: Program) -> None:
    said = program.says("--help")
    assert all(name in said for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(program: Program, name: str) -> None:
    assert "Usage: dashcam" in program.says(name, "--help")


def test_a_misspelt_command_is_wrong_usage_and_the_nearest_is_named(program: Program) -> None:
    result = program.run("sesions")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Did you mean sessions?" in result.stderr


@pytest.mark.parametrize(
    ("args", "hint"),
    [
        (("sessions", "--agent-type", "nope"), "Choose one of claude-code, codex"),
        (("sessions", "--agent", "nope"), "Known are claude-code-default, codex-default"),
        (("sessions", "--agent", "codex"), "Write --agent-type codex."),
        (("sessions", "--status", "nope"), "running, waiting, completed, failed, stopped"),
        (("sessions", "--sort", "nope"), "started, ended"),
        (("sessions", "--range", "5 apples"), "today, yesterday"),
        (("sessions", "--since", "yesterdayish"), "2026-11-01T14:30"),
        (("sessions", "--range", "today", "--since", "2026-11-01"), "one or the other"),
        (("sessions", "--since", "2026-11-02T00:00", "--until", "2026-11-01T00:00"), "today, yesterday"),
        (("sessions", "--min-cost", "cheap"), "0.50"),
        (("sessions", "--tz", "Mars/Olympus"), "Europe/Berlin"),
        (("sessions", "--format", "xml"), "'table', 'json', 'csv', 'md'"),
        (("sessions", "history", "--active"), "dashcam sessions --active"),
        (("sessions", "show", "5e5"), "first 4 signs"),
        (("usage", "--by", "colour"), "day, hour, week"),
        (("usage", "--by", "day,week"), "--by day,model"),
        (("search", ""), "rate limit"),
    ],
)
def test_wrong_words_are_wrong_usage_and_the_right_ones_are_named(
    program: Program, args: tuple[str, ...], hint: str
) -> None:
    result = program.run(*args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert hint in result.stderr


def test_a_session_that_is_not_there_is_a_failure_in_one_line(program: Program) -> None:
    result = program.run("sessions", "show", "ffffffff")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        "dashcam: no session's id begins with 'ffffffff'",
        "  `dashcam sessions` lists them.",
    ]


def test_hostile_words_in_an_error_do_not_reach_the_terminal(program: Program) -> None:
    assert "\x1b" not in program.run("sessions", "show", "\x1b[2Jabcd").stderr


def test_an_interrupt_ends_with_130(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("dashcam.cli.scanning.scan_first", interrupted)
    assert program.run("sessions").exit_code == 130


def test_a_directory_that_cannot_be_made_is_named(program: Program) -> None:
    (program.home / "file").write_text("")
    result = program.run("sessions", env={"DASHCAM_HOME": str(program.home / "file" / "below")})
    assert result.exit_code == 1
    assert "cannot make the directory" in result.stderr


def test_a_reader_of_a_pipe_that_goes_away_is_no_trouble(program: Program) -> None:
    environment = {"HOME": str(program.home), "DASHCAM_HOME": str(program.data)}
    program.run("scan")
    command = [sys.executable, "-m", "dashcam.cli.main", "sessions", "--format", "json", "--no-scan"]
    running = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert running.stdout
    assert running.stderr
    running.stdout.close()
    said = running.stderr.read()
    running.stderr.close()
    assert running.wait() == 1
    assert said == ""


def test_a_terminal_without_unicode_gets_question_marks(program: Program) -> None:
    environment = {"HOME": str(program.home), "DASHCAM_HOME": str(program.data), "PYTHONIOENCODING": "ascii"}
    program.run("scan")
    command = [sys.executable, "-m", "dashcam.cli.main", "sessions", "--no-scan"]
    ran = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert b"Add a test" in ran.stdout


@pytest.mark.parametrize(
    ("command", "unwanted"),
    [
        ("sessions", {"genai_prices", "psycopg", "pyarrow", "tomlkit", "rich.progress", "rich.table"}),
        ("sessions --format json", {"rich", "genai_prices"}),
        ("sessions --no-scan", {"dashcam.agents.registry"}),
    ],
)
def test_a_warm_command_imports_only_what_it_needs(program: Program, command: str, unwanted: set[str]) -> None:
    program.says("scan")
    code = (
        "import sys, contextlib\nfrom dashcam.cli.main import commands\n"
        f"with contextlib.suppress(SystemExit): commands.main({command.split()!r})\n"
        f"print(sorted(set(sys.modules) & {unwanted!r}), file=sys.stderr)"
    )
    environment = {"HOME": str(program.home), "DASHCAM_HOME": str(program.data)}
    ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert ran.stderr == "[]\n"
