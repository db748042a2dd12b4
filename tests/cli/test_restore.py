"""Restoring and rebuilding by the program, with the agent's files gone."""

import shutil
from pathlib import Path
from typing import NoReturn

import msgspec
import pytest

from dashcam.agents.registry import AGENTS
from tests.support.build import SESSION
from tests.support.claude_lines import Transcript
from tests.support.program import Program


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """A machine with one session and its subagent."""
    made = Program(tmp_path)
    talk = Transcript()
    talk.prompt()
    talk.answer()
    talk.write(made.claude)
    below = talk.subagent()
    below.prompt("Look around")
    below.answer()
    below.write(made.claude)
    return made


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_session_comes_back_byte_for_byte_with_its_subagent(program: Program) -> None:
    before = files_of(program.claude)
    program.says("scan")
    shutil.rmtree(program.claude / "projects")
    said = program.says("restore", SESSION[:8])
    assert files_of(program.claude) == before
    assert f"resume it: cd /home/ada/app && claude --resume {SESSION}" in said


def test_what_was_restored_is_not_counted_again(program: Program) -> None:
    before = program.answers("usage")["totals"]
    shutil.rmtree(program.claude / "projects")
    program.says("restore", "--all-vanished")
    assert program.answers("usage")["totals"] == before
    assert program.run("restore", "--all-vanished").exit_code == 1


def test_another_directory_keeps_the_tail_of_the_path(program: Program, tmp_path: Path) -> None:
    program.says("restore", SESSION, "--to", str(tmp_path / "back"))
    assert files_of(tmp_path / "back") == files_of(program.claude)


def test_a_session_or_all_must_be_named(program: Program) -> None:
    assert program.run("restore").exit_code == 2
    assert program.run("restore", SESSION, "--all-vanished").exit_code == 2


def test_a_rebuild_needs_no_files(program: Program) -> None:
    before = program.answers("sessions")["rows"]
    shutil.rmtree(program.claude)
    assert "read 2 sources" in program.says("rebuild")
    assert program.answers("sessions")["rows"] == before


def test_a_rebuild_names_some_of_the_sources_that_could_not_be_read(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(_lines: object, _memory: object) -> NoReturn:
        raise RuntimeError("too odd")

    for number in range(4):
        talk = Transcript(f"5e551011-0000-4000-8000-00000000001{number}")
        talk.prompt()
        talk.write(program.claude)
    program.says("scan")
    monkeypatch.setitem(AGENTS, "claude-code", msgspec.structs.replace(AGENTS["claude-code"], read=stumble))
    result = program.run("rebuild")
    assert result.exit_code == 0
    told = result.stderr.splitlines()
    assert len([line for line in told if line.startswith("could not read ") and "too odd" in line]) == 3
    assert told[-1].startswith("and ")
