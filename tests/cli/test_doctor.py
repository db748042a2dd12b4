"""The doctor: works where nothing else does, says what to do next, and fails only where something is broken."""

import shutil
from pathlib import Path
from typing import Any

from tests.support.claude_lines import Transcript
from tests.support.codex_lines import Rollout
from tests.support.program import Program


def talk(program: Program, **answer: Any) -> Path:
    made = Transcript()
    made.prompt()
    made.answer(**answer)
    return made.write(program.claude)


def findings(program: Program) -> dict[tuple[str, str], str]:
    rows = program.answers("doctor")["rows"]
    return {(row["level"], row["topic"]): row["what"] for row in rows}


def test_an_empty_machine_is_told_where_was_looked(tmp_path: Path) -> None:
    said = Program(tmp_path).says("doctor", columns=300)
    assert "no agent has left a session here, so every number is zero" in said
    assert f"{tmp_path}/.claude is not there" in said


def test_a_sound_machine_has_nothing_wrong(tmp_path: Path) -> None:
    program = Program(tmp_path)
    talk(program)
    (program.claude / "settings.json").write_text('{"cleanupPeriodDays": 365}')
    assert program.says("doctor").endswith("Nothing is wrong.\n")


def test_the_deletion_of_old_transcripts_is_a_note(tmp_path: Path) -> None:
    program = Program(tmp_path)
    talk(program)
    assert "after 30 days" in findings(program)["note", "Claude Code"]
    (program.claude / "settings.json").write_text('{"cleanupPeriodDays": 7}')
    assert "after 7 days" in findings(program)["note", "Claude Code"]


def test_a_model_without_a_price_is_a_warning(tmp_path: Path) -> None:
    program = Program(tmp_path)
    talk(program, model="acme-1")
    assert findings(program)["warning", "prices"].startswith("1 call of 1 model without a price")


def test_no_price_is_to_be_set_for_calls_of_no_model(tmp_path: Path) -> None:
    program = Program(tmp_path)
    rollout = Rollout()
    rollout.turn(model=None)
    rollout.prompt()
    rollout.tokens()
    rollout.write(program.codex)
    (row,) = [row for row in program.answers("doctor")["rows"] if row["topic"] == "prices"]
    assert (row["examples"], row["next"]) == (["(unknown model)"], "No line says which model they were of.")


def test_a_bad_line_is_told_with_its_place(tmp_path: Path) -> None:
    program = Program(tmp_path)
    path = talk(program)
    path.write_bytes(path.read_bytes() + b'{"type": "user", broken\n{}\n')
    rows = [row for row in program.answers("doctor")["rows"] if row["topic"] == "lines"]
    assert any(f"{path}:3: " in example for row in rows for example in row["examples"])


def test_sessions_whose_files_are_gone_are_kept(tmp_path: Path) -> None:
    program = Program(tmp_path)
    talk(program)
    program.says("scan")
    shutil.rmtree(program.claude / "projects")
    assert findings(program)["ok", "archive"] == "1 session whose files are gone is kept here"


def test_broken_settings_are_a_finding(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.data.mkdir()
    (program.data / "settings.toml").write_text("colour = 1\n")
    result = program.run("doctor")
    assert (result.exit_code, "unknown field `colour`" in result.stdout) == (1, True)


def test_a_damaged_database_is_a_finding(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.data.mkdir()
    (program.data / "dashcam.db").write_bytes(b"no database at all" * 100)
    result = program.run("doctor")
    assert (result.exit_code, "is damaged" in result.stdout) == (1, True)
