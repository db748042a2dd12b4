"""`dashcam run` and `dashcam stop`: an agent is launched, shown, asked for, interrupted and stopped from a terminal."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from dashcam.agents.launching import Happening
from dashcam.cli import launch_screen
from dashcam.cli.launch_closing import Closing, closing_line
from dashcam.cli.setup import Setup
from dashcam.records.settings import Settings
from tests.support.launching import PATIENCE_SECONDS, Launches
from tests.support.sources import REPOSITORY

SESSION = re.compile(r"session ([0-9a-f-]{36})")


@pytest.fixture(scope="module")
def launches(tmp_path_factory: pytest.TempPathFactory) -> Launches:
    return Launches(tmp_path_factory.mktemp("launches"))


def run(launches: Launches, *words: str) -> Result:
    return launches.dashcam.run("run", *words, "-C", str(launches.project), env=launches.variables)


def lines(result: Result) -> list[Any]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@contextmanager
def started(launches: Launches, *words: str, **more: Any) -> Iterator["subprocess.Popen[str]"]:
    """`dashcam` in a process of its own."""
    place = {**launches.variables, "DASHCAM_HOME": str(launches.data), "TZ": "UTC", "COLUMNS": "200"}
    given = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
    with subprocess.Popen(
        [sys.executable, "-m", "dashcam.cli.main", *words], cwd=REPOSITORY, env=place, text=True, **given
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def read_until(process: "subprocess.Popen[str]", words: str) -> str:
    assert process.stdout is not None
    said = ""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while words not in said:
        assert time.monotonic() < deadline, said
        piece = os.read(process.stdout.fileno(), 4096).decode()
        assert piece, said
        said += piece
    return said


def test_a_text_is_shown_with_a_closing_line_of_our_own_figures(launches: Launches) -> None:
    result = run(launches, "Add a test")
    assert result.exit_code == 0
    said, closing = result.stdout.splitlines()
    assert said == "You said: Add a test"
    assert re.fullmatch(r"completed · \$0\.0003 · 30 tokens · [\d.]+m?s · 1 turn · session [0-9a-f-]{36}", closing)
    assert launches.session(closing.split()[-1])["cost_usd"] == 0.00033


def test_a_tools_call_and_its_result_are_a_line_each(launches: Launches) -> None:
    assert run(launches, "use a tool").stdout.splitlines()[:4] == [
        "Let me look.",
        "→ Bash: ls",
        "  ✓ ran ls",
        "All done.",
    ]


def test_as_json_everything_that_happens_is_a_line(launches: Launches) -> None:
    told = lines(run(launches, "use a tool", "--json"))
    assert [one["kind"] for one in told if one.get("whole", True)] == [
        "prompt", "text", "tool_call", "tool_result", "text", "turn", "ended", "closing",
    ]  # fmt: skip
    closing = told[-1]
    assert (closing["state"], closing["cost_usd"], closing["tokens"], closing["turns"]) == ("completed", 0.00066, 60, 1)
    assert not closing["cost_is_reported"]


def test_without_a_terminal_a_permission_is_denied_with_the_reason(launches: Launches) -> None:
    result = run(launches, "permission")
    assert result.exit_code == 0
    assert "? Bash: rm -r nothing (Claude wants to run rm -r nothing)" in result.stdout
    assert "denied: nobody is there to ask" in result.stdout
    assert "--allowed-tools" in result.stdout


def test_a_failure_is_said_on_standard_error_and_in_the_exit_code(launches: Launches) -> None:
    result = run(launches, "an error, please")
    assert result.exit_code == 1
    assert result.stderr == "dashcam: the model said no\n"
    assert result.stdout.splitlines()[-1].startswith("failed · $0.0003 · 30 tokens")


def test_a_crash_says_that_nothing_is_known_of_its_cost(launches: Launches) -> None:
    result = run(launches, "crash")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0] == "This was half a sen"
    assert result.stdout.splitlines()[1].startswith("failed · cost N/A · tokens N/A")


def test_a_prompt_of_a_hyphen_is_read_from_standard_input(launches: Launches) -> None:
    with started(launches, "run", "-", "-C", str(launches.project), stdin=subprocess.PIPE) as process:
        said, _ = process.communicate("--a prompt\nof two lines", timeout=PATIENCE_SECONDS)
    assert said.startswith("You said: --a prompt\nof two lines\n")
    assert process.returncode == 0


@pytest.mark.slow
def test_a_session_is_resumed_by_the_beginning_of_its_id_and_its_earlier_cost_is_not_told_again(
    launches: Launches,
) -> None:
    session = str(lines(run(launches, "Add a test", "--json"))[-1]["session_id"])
    result = launches.dashcam.run("run", "say the arguments", "--resume", session[:13], env=launches.variables)
    assert result.exit_code == 0, result.output
    assert f"--resume={session}" in result.stdout
    assert result.stdout.splitlines()[-1].startswith("completed · $0.0003 · 30 tokens")
    assert launches.session(session)["cost_usd"] == 0.00066
    forked = launches.dashcam.run("run", "say the arguments", "--fork", session[:13], env=launches.variables)
    assert "--fork-session" in forked.stdout
    assert SESSION.findall(forked.stdout)[-1] != session


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        ((), 2, "dashcam run PROMPT"),
        (("",), 2, "dashcam run PROMPT"),
        ((" ",), 2, "the prompt is empty"),
        (("Add a test", "-C", "/no/such/place"), 2, "is no directory"),
        (("Add a test", "--max-cost", "0"), 2, "a limit is more than nothing"),
        (("Add a test", "--permission-mode", "yolo"), 2, "is no permission mode"),
        (("Add a test", "--resume", "abcd1234", "--fork", "abcd1234"), 2, "not both"),
        (("Add a test", "--resume", "abc"), 2, "too short"),
        (("Add a test", "--resume", "abcd1234"), 1, "no session's id begins with"),
        (("Add a test", "--agent", "nobody"), 1, "cannot launch 'nobody'"),
        (("Add a test", "--claude", "/no/such/program"), 1, "there is no program"),
        (("Add a test", "--attach", "abcd1234"), 2, "--attach looks at what goes on"),
        (("--attach", "abcd1234"), 1, "nothing that goes on"),
    ],
)
def test_wrong_usage_is_told_in_a_line(tmp_path: Path, words: tuple[str, ...], code: int, error: str) -> None:
    launches = Launches(tmp_path)
    result = launches.dashcam.run("run", *words, env=launches.variables)
    assert result.exit_code == code
    assert error in result.stderr


@pytest.mark.slow
def test_a_detached_launch_is_attached_to_from_its_first_line_and_stopped(launches: Launches) -> None:
    result = run(launches, "talk long", "--detach")
    assert result.exit_code == 0
    session, launch = (line.split()[1] for line in result.stdout.splitlines())
    again = launches.dashcam.run("run", "And more", "--resume", session, env=launches.variables)
    assert "this session goes on already" in again.stderr
    with started(launches, "run", "--attach", session[:8]) as process:
        assert read_until(process, "word word").startswith("word")
        stopped = launches.dashcam.run("stop", launch[:6])
        assert stopped.stdout == f"stopped {launch}\n"
        assert process.wait(PATIENCE_SECONDS) == 130
    assert launches.session(session)["status"] == "stopped"


@pytest.mark.slow
def test_all_launches_are_stopped_at_once(tmp_path: Path) -> None:
    launches = Launches(tmp_path)
    assert launches.dashcam.says("stop", "--all") == "nothing goes on\n"
    running = [launches.launch("talk long") for _ in range(2)]
    said = launches.dashcam.says("stop", "--all")
    assert sorted(said.splitlines()) == sorted(f"stopped {one.place.id}" for one in running)
    assert launches.dashcam.run("stop").exit_code == 2


@pytest.mark.slow
def test_ctrl_c_interrupts_and_the_exit_code_says_so(launches: Launches) -> None:
    with started(launches, "run", "talk long", "-C", str(launches.project)) as process:
        read_until(process, "word")
        process.send_signal(signal.SIGINT)
        said, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 130
    assert "interrupting; Ctrl-C again stops it" in errors
    assert "stopped · " in said.splitlines()[-1]


@pytest.mark.slow
def test_a_second_ctrl_c_stops_an_agent_that_never_answers(launches: Launches) -> None:
    with started(launches, "run", "hang", "--json", "-C", str(launches.project)) as process:
        read_until(process, '"prompt"')
        process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        said, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 130
    assert "interrupting" in errors
    assert json.loads(said.splitlines()[-1])["state"] == "stopped"


@pytest.mark.slow
def test_a_run_that_is_killed_leaves_the_launch_going_on(launches: Launches) -> None:
    with started(launches, "run", "talk long", "--json", "-C", str(launches.project)) as process:
        read_until(process, "word")
        process.kill()
        process.wait()
    time.sleep(0.2)
    said = launches.dashcam.says("stop", "--all")
    assert said.startswith("stopped ")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "result"),
    [("y\n", "ran rm -r nothing"), ("s\n", "ran rm -r nothing"), ("what?\nn: not here\n", "not here")],
)
def test_at_a_terminal_the_person_is_asked(launches: Launches, typed: str, result: str) -> None:
    ours, theirs = pty.openpty()
    with started(launches, "run", "permission", "-C", str(launches.project), stdin=theirs) as process:
        os.write(ours, b"n: typed before anything was asked\n")
        read_until(process, "? Bash: rm -r nothing")
        assert process.stderr is not None
        assert os.read(process.stderr.fileno(), 4096).decode().startswith("Allow? [y]es once, [s]ession, [n]o: reason")
        os.write(ours, typed.encode())
        said, _ = process.communicate(timeout=PATIENCE_SECONDS)
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 0
    assert f" {result}\n" in said


def test_an_agents_words_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    talk = launch_screen.Talk()
    for piece in ("red \x1b", "[31mtext\x1b]0;title\x07", "\x9b2J\u202e"):
        talk.show(Happening(kind="text", at=1, block="a", whole=False, text=piece))
    talk.show(Happening(kind="tool_call", at=1, tool="Ba\x1b[2Jsh", tool_input='{"command":"a\\u001b[2J\\nb"}'))
    talk.show(Happening(kind="tool_result", at=1, ok=False, text="\n\x1b[2Jone\ntwo\nthree"))
    said = capsys.readouterr().out
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", said)
    assert said.splitlines()[1:] == ["→ Bash: a b", "  ✗ one (2 more lines)"]


def test_blocks_that_are_written_by_turns_stand_on_lines_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    talk = launch_screen.Talk()
    for block, words in (("a", "I think "), ("a", "so."), ("b", "It is "), ("b", "done.")):
        talk.show(Happening(kind="text", at=1, block=block, whole=False, text=words))
    talk.show(Happening(kind="text", at=1, block="b", text="It is done."))
    talk.show(Happening(kind="text", at=1, block="c", text="Whole at once."))
    assert capsys.readouterr().out.splitlines() == ["I think so.", "It is done.", "Whole at once."]


def test_a_cost_that_only_the_agent_knows_is_said_to_be_its_own() -> None:
    found = Closing(
        launch_id="a", session_id="b", agent="c", state="completed", error="", cost_usd=1.25, cost_is_partial=False,
        cost_is_reported=True, tokens=12_345, duration_seconds=185.0, turns=2,
    )  # fmt: skip
    line = closing_line(found, Setup(Path("/nowhere"), Settings(), {}))
    assert line == "completed · $1.25 (as the agent says) · 12,345 tokens · 3m 05s · 2 turns · session b"
