"""`dashcam statusline`: one line whatever happens, and what it is told is kept when something changed."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from dashcam.agents.quick import Status, read_status
from dashcam.cli.quick.data import database_file, home_of
from dashcam.cli.quick.recorded import HOUR, burn
from dashcam.cli.quick.status_line import NEUTRAL, line_for, today, wrapped_in
from dashcam.cli.setup import Setup, read_settings, read_setup
from dashcam.records.clock import MINUTE
from dashcam.store.glance import QUARTER
from tests.support.claude_lines import Transcript, usage
from tests.support.program import Program
from tests.support.quick import Quick
from tests.support.serving import wait_until

NOON = 1_795_262_400_000_000
"""2026-11-21 12:00 UTC."""


def payload(cost: float = 1.24, session: str = "s1", **more: Any) -> bytes:
    window = {"context_window_size": 200_000, "used_percentage": 42}
    return json.dumps(
        {"session_id": session, "cost": {"total_cost_usd": cost}, "context_window": window} | more
    ).encode()


@pytest.fixture
def quick(tmp_path: Path) -> Quick:
    return Quick(tmp_path / "dashcam")


def test_it_prints_one_line_and_keeps_what_it_was_told(quick: Quick) -> None:
    ended = quick.run("statusline", given=payload(), NO_COLOR="1")
    assert (ended.code, ended.errors) == (0, "")
    assert ended.output.decode() == "$1.24 session · context 42%\n"
    (line,) = quick.kept("statusline")
    assert line["payload"] == json.loads(payload())


def test_the_same_again_is_not_kept_again_but_a_change_is(quick: Quick) -> None:
    for given in (payload(), payload(version="newer"), payload(session="s2"), payload(), payload(cost=1.25)):
        quick.run("statusline", given=given)
    kept = [
        (line["payload"]["session_id"], line["payload"]["cost"]["total_cost_usd"]) for line in quick.kept("statusline")
    ]
    assert kept == [("s1", 1.24), ("s2", 1.24), ("s1", 1.25)]


@pytest.mark.parametrize("given", [b"", b"no json", b"\xff\x00", b"[]", b'{"session_id": 3}', b"[" * 100_000])
def test_bad_input_gets_a_short_neutral_line(quick: Quick, given: bytes) -> None:
    ended = quick.run("statusline", given=given)
    assert (ended.code, ended.output.decode()) == (0, NEUTRAL + "\n")
    assert not quick.home.exists()


def test_a_home_that_cannot_be_written_still_gets_its_line(quick: Quick) -> None:
    quick.home.write_text("")
    ended = quick.run("statusline", given=payload(), NO_COLOR="1")
    assert (ended.code, ended.output.decode()) == (0, "$1.24 session · context 42%\n")


@pytest.mark.parametrize("content", [b"time_zone = 'Nowhere/At_All'", b"not toml", b"\xff", b"time_zone = 3"])
def test_settings_that_make_no_sense_are_passed_over(quick: Quick, content: bytes) -> None:
    quick.home.mkdir()
    (quick.home / "settings.toml").write_bytes(content)
    assert quick.run("statusline", given=payload(), NO_COLOR="1").output.decode().startswith("$1.24 session")


def test_it_wants_utf8_whatever_the_locale_says(quick: Quick) -> None:
    ended = quick.run("statusline", given=payload(), NO_COLOR="1", LC_ALL="C", PYTHONIOENCODING="ascii")
    assert ended.output.decode() == "$1.24 session · context 42%\n"


def test_words_that_it_does_not_know_do_not_take_the_line_away(quick: Quick) -> None:
    assert quick.run("statusline", "--bogus", given=payload()).output != b""


# --- the person's own command


@pytest.mark.parametrize("words", [["--wrap", "mine -x"], ["--wrap=mine -x"], ["--other", "--wrap", "mine -x"]])
def test_the_command_to_wrap_is_found(words: list[str]) -> None:
    assert wrapped_in(words) == "mine -x"


def test_a_wrapped_command_gets_the_same_input_and_its_lines_come_first(quick: Quick) -> None:
    mine = "printf '\\033[1mmine\\033[0m\\n'; wc -c"
    ended = quick.run("statusline", "--wrap", mine, given=payload(), NO_COLOR="1")
    first, second, third = ended.output.decode().splitlines()
    assert first == "\x1b[1mmine\x1b[0m"
    assert int(second) == len(payload())
    assert third == "$1.24 session · context 42%"


@pytest.mark.parametrize("mine", ["exit 3", "no-such-command", "echo oops >&2; false", "kill -9 $$", "'"])
def test_the_failure_of_a_wrapped_command_does_not_take_ours_away(quick: Quick, mine: str) -> None:
    ended = quick.run("statusline", "--wrap", mine, given=payload(), NO_COLOR="1")
    assert (ended.code, ended.output.decode()) == (0, "$1.24 session · context 42%\n")


def test_a_wrapped_command_that_hangs_is_ended_with_all_that_it_began(quick: Quick, tmp_path: Path) -> None:
    mine = f"echo early; (sleep 60; touch {tmp_path}/alive) & wait"
    begun = time.monotonic()
    ended = quick.run("statusline", "--wrap", mine, given=payload(), NO_COLOR="1")
    assert time.monotonic() - begun < 30
    assert ended.output.decode() == "early\n$1.24 session · context 42%\n"


def test_an_agent_that_ends_us_ends_the_wrapped_command_too(quick: Quick, tmp_path: Path) -> None:
    noted = tmp_path / "pid"
    running = subprocess.Popen(
        [sys.executable, "-m", "dashcam", "statusline", "--wrap", f"echo $$ > {noted}; sleep 60"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env=os.environ | {"DASHCAM_HOME": str(quick.home)},
    )
    wait_until(lambda: noted.exists() and noted.read_text().strip())
    running.terminate()
    assert running.wait(timeout=30) == 0
    wait_until(lambda: not Path(f"/proc/{noted.read_text().strip()}/cmdline").exists() or _is_gone(noted))


def _is_gone(noted: Path) -> bool:
    """Whether a process ended, though nobody may have asked for its exit code yet."""
    return Path(f"/proc/{noted.read_text().strip()}/cmdline").read_bytes() == b""


def test_a_wrapped_command_that_reads_nothing_of_a_large_input_is_no_trouble(quick: Quick) -> None:
    ended = quick.run("statusline", "--wrap", "echo mine", given=payload(large="x" * 1_000_000), NO_COLOR="1")
    assert ended.output.decode() == "mine\n$1.24 session · context 42%\n"


# --- what was spent


def test_todays_cost_is_what_the_program_says_elsewhere(tmp_path: Path) -> None:
    program = Program(tmp_path)
    talk = Transcript(at=int(time.time()) * 1_000_000)
    talk.model = "claude-sonnet-4-5"
    talk.prompt()
    talk.answer(spent=usage(given=1_000_000, output=0))
    talk.write(program.claude)
    (total,) = {row["cost_usd"] for row in program.answers("usage", "--range", "today")["rows"]}
    assert total == 3
    said = Quick(program.data).run("statusline", given=payload(), NO_COLOR="1").output.decode()
    assert said == "$1.24 session · $3.00 today · context 42%\n"


@pytest.mark.parametrize(
    ("zone", "expected"),
    [("", (6_000_000_000, 1)), ("Asia/Tokyo", (8_000_000_000, 1)), ("America/Los_Angeles", (7_000_000_000, 1))],
)
def test_today_is_the_day_of_the_settings_zone(
    tmp_path: Path, zone: str, expected: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At noon UTC it is 21 o'clock in Tokyo and 4 in Los Angeles, whose days began at 15:00 and 8:00 UTC."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    hours = {-22: 1, -20: 1, -13: 1, -3: 2, 1: 4, 13: 1, 20: 1}
    with sqlite3.connect(tmp_path / "dashcam.db") as database:
        database.execute("CREATE TABLE usage_bucket (bucket bigint, cost_nano bigint, unpriced_calls bigint)")
        for hour, cost in hours.items():
            row = ((NOON + hour * 60 * MINUTE) // QUARTER, cost * 1_000_000_000, int(hour == -3))
            database.execute("INSERT INTO usage_bucket VALUES (?, ?, ?)", row)
    (tmp_path / "settings.toml").write_text(f'time_zone = "{zone}"')
    assert today(tmp_path, {}, NOON) == expected


@pytest.mark.parametrize("content", [None, b"", b"no database", b"SQLite format 3\x00" + bytes(100)])
def test_without_a_sound_database_today_is_left_out(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "dashcam.db").write_bytes(content)
    assert today(tmp_path, {}, NOON) is None
    assert today(tmp_path, {"DASHCAM_DATABASE_URL": "postgresql://somewhere/else"}, NOON) is None


def test_a_locked_database_is_not_waited_for(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "dashcam.db") as database:
        database.execute("CREATE TABLE usage_bucket (bucket bigint, cost_nano bigint, unpriced_calls bigint)")
        database.commit()
        database.execute("BEGIN EXCLUSIVE")
        begun = time.monotonic()
        assert today(tmp_path, {}, NOON) is None
        assert time.monotonic() - begun < 4  # SQLite itself would wait five seconds.


def at(minutes: int, cost: float) -> tuple[int, Status]:
    status = read_status(json.loads(payload(cost)))
    assert status
    return NOON + minutes * MINUTE, status


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        ([], None),
        ([at(-2, 1.0)], None),
        ([at(-30, 1.0)], (2.0, 30)),
        ([at(-90, 0.5), at(-70, 1.0), at(-30, 1.5)], (1.0, 60)),
        ([at(-30, 2.0)], None),
        ([at(-40, 9.0), at(-20, 0.0), at(-10, 1.0)], (6.0, 20)),
    ],
    ids=["nothing kept", "too short", "half an hour", "an hour", "nothing spent", "reset by /clear"],
)
def test_what_is_burnt_is_measured_over_the_last_hour(
    kept: list[tuple[int, Status]], expected: tuple[float, int] | None
) -> None:
    found = burn(kept, at(0, 2.0)[1], NOON)
    assert (None if found is None else (found.dollars_an_hour, found.measured // MINUTE)) == expected
    assert HOUR == 60 * MINUTE


def test_the_line_says_what_was_burnt_since_when(tmp_path: Path) -> None:
    now = time.time_ns() // 1000
    day = time.strftime("%Y-%m-%d", time.gmtime())
    path = tmp_path / "inbox/claude-code/statusline" / f"{day}.jsonl"
    path.parent.mkdir(parents=True)
    lines = [b"torn", b'{"received":%d,"payload":%s}' % (now - 30 * MINUTE, payload(0.24))]
    path.write_bytes(b"\n".join(lines) + b"\n")
    line = line_for(payload(), {"DASHCAM_HOME": str(tmp_path), "NO_COLOR": "1"}, now)
    assert line == "$1.24 session · context 42% · $2.00/h last 30m"


# --- the same answers as the rest of the program


@pytest.mark.parametrize(
    "variables", [{}, {"XDG_DATA_HOME": "/srv/data"}, {"XDG_DATA_HOME": "relative"}, {"DASHCAM_HOME": "~/cam"}]
)
def test_it_looks_for_our_data_where_every_command_does(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], tmp_path: Path
) -> None:
    monkeypatch.delenv("DASHCAM_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert home_of(variables) == read_setup().home


@pytest.mark.parametrize("variables", [{}, {"DASHCAM_DATABASE_URL": "sqlite:////srv/cam.db"}])
@pytest.mark.parametrize("text", ["", 'database_url = "sqlite:////srv/other.db"'])
def test_it_finds_the_database_that_every_command_finds(tmp_path: Path, variables: dict[str, str], text: str) -> None:
    (tmp_path / "settings.toml").write_text(text)
    setup = Setup(tmp_path, read_settings(tmp_path / "settings.toml"), variables)
    found = database_file(tmp_path, {"database_url": setup.settings.database_url}, variables)
    assert f"sqlite:///{found}" == setup.database_url


def test_a_captured_session_gets_a_line_each_time(quick: Quick, fixtures_dir: Path) -> None:
    captured = fixtures_dir / "generated/claude-code/2.1.329-interactive/capture/statusline.jsonl"
    payloads = [json.loads(line)["payload"] for line in captured.read_bytes().splitlines()]
    lines = [
        quick.run("statusline", given=json.dumps(one).encode(), NO_COLOR="1").output.decode().rstrip()
        for one in payloads
    ]
    assert lines[-1] == "$0.12 session · context 12%"
    assert all(line.startswith("$0.") for line in lines)
