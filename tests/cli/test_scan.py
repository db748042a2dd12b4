"""Scanning as a person sees it: what was read, what could not be, and silence where nothing is new."""

import os
from pathlib import Path

import pytest

from dashcam.cli import scanning
from dashcam.ingest.recorder import Outcome
from dashcam.ingest.scan import Scanned
from tests.support.claude_lines import Transcript
from tests.support.program import Program


def write_session(program: Program, session: str = "5e551011-0000-4000-8000-000000000001") -> Path:
    talk = Transcript(session)
    talk.prompt()
    talk.answer()
    return talk.write(program.claude)


def test_a_scan_says_what_it_read(tmp_path: Path) -> None:
    program = Program(tmp_path)
    write_session(program)
    assert program.says("scan").startswith("scanned 1 file in ")
    assert "news" not in program.says("scan")


def test_a_scan_as_json_tells_what_was_looked_at(tmp_path: Path) -> None:
    program = Program(tmp_path)
    path = write_session(program)
    listing = program.answers("scan")
    assert listing["totals"]["files_with_news"] == 1
    assert listing["totals"]["bytes_read"] == path.stat().st_size
    found = {row["path"]: row["exists"] for row in listing["rows"]}
    assert (found[str(program.claude)], found[str(program.codex)]) == (True, False)


def test_a_full_scan_finds_a_change_that_left_size_and_time_as_they_were(tmp_path: Path) -> None:
    program = Program(tmp_path)
    path = write_session(program)
    program.says("scan")
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"Add a test", b"Cut a test"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert program.answers("sessions")["rows"][0]["title"] == "Add a test"
    program.says("scan", "--full")
    assert program.answers("sessions")["rows"][0]["title"] == "Cut a test"


def test_an_unreadable_file_is_named_and_does_not_stop_the_rest(tmp_path: Path) -> None:
    program = Program(tmp_path)
    write_session(program)
    os.mkfifo(write_session(program).with_name("7a000000-0000-4000-8000-000000000002.jsonl"))
    result = program.run("sessions", "--format", "json")
    assert result.exit_code == 0
    assert result.stderr.startswith("could not read ")
    assert "not a regular file" in result.stderr


def test_many_troubles_are_told_in_a_few_lines(capsys: pytest.CaptureFixture[str]) -> None:
    scanning.tell_troubles([(f"/a/{number}\x1b[2J", "Permission denied") for number in range(10)])
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "could not read /a/0: Permission denied"
    assert said[-1] == "and 7 more: `dashcam doctor` lists them"


def test_a_read_command_is_silent_about_a_quick_scan(tmp_path: Path) -> None:
    program = Program(tmp_path)
    write_session(program)
    assert program.run("sessions").stderr == ""


def test_a_read_command_says_so_when_its_scan_took_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program(tmp_path)
    write_session(program)
    monkeypatch.setattr(scanning, "LONG_SECONDS", 0.0)
    result = program.run("sessions", "--format", "json")
    assert result.stderr.startswith("scanned 1 file in ")
    assert "--no-scan" in result.stderr
    assert "scanned" not in result.stdout


def test_the_summary_tells_all_that_happened() -> None:
    done = Scanned(files=2_590, read=Outcome(files=14, bytes=1_258_291, troubles=[]), missing=2, moved=1, reread=3)
    assert scanning.summary(done, 2.13) == (
        "scanned 2,590 files in 2.1 s, 14 with news (1.2 MiB), 3 read again, 1 moved, 2 gone, and kept"
    )


def test_no_bar_is_drawn_where_nobody_watches() -> None:
    with scanning.bar_of(1 << 30) as tick:
        tick(1, 1)
