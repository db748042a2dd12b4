"""Looking after the database: state, proof, copies."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.claude_lines import Transcript
from tests.support.program import Program


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """A scanned machine with one session of one call."""
    made = Program(tmp_path)
    talk = Transcript()
    talk.prompt()
    talk.answer()
    talk.write(made.claude)
    made.says("scan")
    return made


def change(program: Program, statement: str) -> None:
    with closing(sqlite3.connect(program.data / "dashcam.db")) as connection, connection:
        connection.execute(statement)


def test_the_state_counts_rows(program: Program) -> None:
    listing = program.answers("db")
    assert {row["table"]: row["rows"] for row in listing["rows"]}["call"] == 1
    assert listing["totals"]["version"] == listing["totals"]["newest_version"]


def test_where_there_is_no_database_it_says_so_and_makes_none(tmp_path: Path) -> None:
    program = Program(tmp_path)
    assert program.run("db", "status").exit_code == 1
    assert not program.data.exists()


def test_a_sound_database_is_proved(program: Program) -> None:
    assert program.says("db", "verify").startswith("Sound")


def test_a_wrong_total_is_found_and_a_rebuild_mends_it(program: Program) -> None:
    change(program, "UPDATE session SET output = output + 1")
    result = program.run("db", "verify")
    assert result.exit_code == 1
    assert "output 101 instead of 100" in result.stdout
    program.says("rebuild")
    program.says("db", "verify")


def test_a_call_that_counts_nowhere_is_found(program: Program) -> None:
    change(program, "UPDATE call SET counted = 0")
    assert "no account of it counts" in program.run("db", "verify").stdout


def test_damage_to_the_journal_is_told_apart(program: Program) -> None:
    change(program, "UPDATE frame SET data = x'00'")
    result = program.run("db", "verify", "--format", "json")
    assert (result.exit_code, '"in_journal":true' in result.stdout) == (1, True)


def test_a_copy_is_whole_and_replaces_nothing(program: Program, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    program.says("db", "backup", str(copy))
    assert copy.stat().st_mode & 0o777 == 0o600
    assert program.says("db", "verify", env={"DASHCAM_DATABASE_URL": f"sqlite:///{copy}"}).startswith("Sound")
    assert program.run("db", "backup", str(copy)).exit_code == 1


def test_compacting_and_upgrading_are_quiet_where_nothing_is_to_do(program: Program) -> None:
    assert "now" in program.says("db", "compact")
    assert program.says("db", "upgrade").startswith("up to date")


def test_a_postgres_copy_is_left_to_its_own_tool(program: Program, postgres_url: str) -> None:
    result = program.run("db", "backup", "x", env={"DASHCAM_DATABASE_URL": postgres_url})
    assert (result.exit_code, "pg_dump" in result.stderr) == (1, True)
