"""A database that is full, locked, newer, damaged or none at all: one clear line, and nothing is lost."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.corpus import generate
from dashcam.records.errors import DatabaseDamaged, DatabaseFull, DatabaseLocked, DatabaseNewer
from dashcam.store.store import Store, connect
from dashcam.store.verify import verify
from tests.support.claude_lines import Transcript, usage
from tests.support.machine import Machine, contents
from tests.support.own_process import run
from tests.support.sources import REPOSITORY

SIZE = 3 << 20

IN_A_SMALL_ROOM = """
mount -t tmpfs -o size="$SMALL" none "$ROOM" || exit 77
"$@"
echo "code $?"
mount -o remount,size=200m "$ROOM" || exit 77
"$@"
echo "code $?"
cp "$ROOM"/dashcam.db* "$KEPT"
"""
"""Scan into a small file system of this process's own, then make room and scan again."""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'dashcam.db'}"


@pytest.fixture
def talk(home: Path) -> Transcript:
    made = Transcript()
    made.prompt()
    made.answer(spent=usage(given=10, output=100))
    made.write(home / ".claude")
    return made


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with some megabytes of sessions."""
    place = tmp_path_factory.mktemp("corpus") / "home"
    generate(place, size=SIZE, seed=3, processes=1)
    return place


@pytest.fixture(scope="module")
def clean(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[object, ...]]]:
    """What a clean scan of the corpus ends in."""
    machine = Machine(corpus, f"sqlite:///{tmp_path_factory.mktemp('clean') / 'dashcam.db'}")
    machine.scan()
    return machine.contents()


@pytest.mark.parametrize("room", ["64k", "400k", "1m"])
def test_a_disk_that_fills_up_is_one_clear_line_and_a_rescan_ends_as_a_clean_one(
    room: str, corpus: Path, clean: dict[str, list[tuple[object, ...]]], tmp_path: Path
) -> None:
    small, kept = tmp_path / "small", tmp_path / "kept"
    small.mkdir()
    kept.mkdir()
    place = {
        "HOME": str(corpus),
        "SMALL": room,
        "ROOM": str(small),
        "KEPT": str(kept),
        "DASHCAM_HOME": str(tmp_path / "settings"),
        "DASHCAM_DATABASE_URL": f"sqlite:///{small / 'dashcam.db'}",
    }
    program = (sys.executable, "-m", "dashcam.cli.main", "scan")
    ran = subprocess.run(
        ["unshare", "--mount", "--map-root-user", "sh", "-c", IN_A_SMALL_ROOM, "sh", *program],
        cwd=REPOSITORY,
        env=os.environ | place,
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode == 77 or "unshare" in ran.stderr:
        pytest.skip(f"no file system of one's own here: {ran.stderr.strip()}")
    first, *hint = ran.stderr.splitlines()
    assert first.startswith("dashcam: "), ran.stderr
    assert "no room left" in first or "the disk failed" in first or "cannot" in first
    assert len(hint) == 1, ran.stderr
    codes = [line for line in ran.stdout.splitlines() if line.startswith("code")]
    assert codes == ["code 1", "code 0"]
    with Store.open(f"sqlite:///{kept / 'dashcam.db'}") as store:
        assert list(verify(store.database)) == []
    # The scan in the small room calls this machine by another name than the clean one.
    machine = {"session": "machine"}
    again = Machine(corpus, f"sqlite:///{kept / 'dashcam.db'}").contents()
    assert {table: len(rows) for table, rows in again.items()} == {table: len(rows) for table, rows in clean.items()}
    assert {table: rows for table, rows in again.items() if table not in machine} == {
        table: rows for table, rows in clean.items() if table not in machine
    }


def test_a_full_database_keeps_what_it_had_and_goes_on_once_there_is_room(
    corpus: Path, clean: dict[str, list[tuple[object, ...]]], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashcam.ingest.recorder.BATCH_BYTES", 200_000)
    machine = Machine(corpus, url)
    with Store.open(url) as store:
        store.database.rows("PRAGMA max_page_count = 300")
        with pytest.raises(DatabaseFull, match="no room left"):
            machine.scanner.scan(store, machine.scanner.plan(store))
        assert list(verify(store.database)) == []
        assert contents(store.database)["call"] != []
    machine.scan()
    assert machine.contents() == clean


def test_a_locked_database_is_told_and_a_later_scan_reads_all(home: Path, talk: Transcript, url: str) -> None:
    machine = Machine(home, url)
    with Store.open(url) as holder, Store.open(url, wait_seconds=0.05) as store:
        made = machine.scanner.plan(store)
        with holder.database.writing(), pytest.raises(DatabaseLocked, match="locked by another process"):
            machine.scanner.scan(store, made)
    assert machine.scan().read.lines == len(talk.lines)


def test_a_locked_database_can_still_be_asked(home: Path, talk: Transcript, url: str) -> None:
    assert talk.lines
    Machine(home, url).scan()
    with Store.open(url) as holder, holder.database.writing():
        ran = run(home, url, "sessions", "--no-scan", "--format", "json")
    assert ran.code == 0
    assert talk.session in ran.output


def test_a_database_of_a_newer_version_is_refused_and_not_touched(home: Path, talk: Transcript, url: str) -> None:
    assert talk.lines
    with Store.open(url) as store:
        store.database.run("UPDATE meta SET value = '999' WHERE key = 'schema'")
    ran = run(home, url, "scan")
    assert ran.code == 1
    assert "written by a newer dashcam" in ran.complaint
    with pytest.raises(DatabaseNewer):
        Machine(home, url).scan()
    database = connect(url)
    assert database.one("SELECT count(*) FROM source") == (0,)
    database.close()


@pytest.mark.parametrize(
    "content", [b"not a database at all\n" * 500, b"SQLite format 3\0" + b"\xa5" * 8_000, b"\0" * 4_096]
)
def test_a_file_that_is_no_database_is_left_as_it_is(home: Path, talk: Transcript, url: str, content: bytes) -> None:
    assert talk.lines
    path = Path(url.removeprefix("sqlite:///"))
    path.write_bytes(content)
    ran = run(home, url, "scan")
    assert ran.code == 1
    assert "damaged" in ran.complaint
    assert path.read_bytes() == content


def test_a_directory_in_the_place_of_the_database_is_one_clear_line(home: Path, tmp_path: Path) -> None:
    ran = run(home, f"sqlite:///{tmp_path}", "scan")
    assert ran.code == 1
    assert "cannot" in ran.complaint


def test_pages_overwritten_in_the_middle_are_found(home: Path, corpus: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'dashcam.db'}"
    Machine(corpus, url).scan()
    with Store.open(url) as store:
        store.database.compact()
    path = tmp_path / "dashcam.db"
    whole = bytearray(path.read_bytes())
    third = len(whole) // 3
    whole[third : 2 * third] = os.urandom(third)
    path.write_bytes(bytes(whole))
    ran = run(home, url, "db", "verify")
    assert ran.code == 1
    with pytest.raises(DatabaseDamaged):
        look_at_all(url)


def look_at_all(url: str) -> None:
    with Store.open(url) as store:
        contents(store.database)
        for fault in verify(store.database):
            raise DatabaseDamaged(fault.why)


def test_a_damaged_database_is_replaced_by_its_copy_and_nothing_is_lost(
    home: Path, talk: Transcript, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'dashcam.db'}"
    machine = Machine(home, url)
    machine.scan()
    with Store.open(url) as store:
        store.database.backup(tmp_path / "copy.db")
    talk.answer(spent=usage(given=1, output=1))
    talk.write(home / ".claude")
    machine.scan()
    before = machine.contents()
    path = tmp_path / "dashcam.db"
    path.write_bytes(b"\xa5" * path.stat().st_size)
    assert run(home, url, "sessions").code == 1
    for left in tmp_path.glob("dashcam.db*"):
        left.unlink()
    shutil.copy(tmp_path / "copy.db", path)
    machine.scan()
    assert machine.contents() == before


def hurt_frames(url: str) -> None:
    with Store.open(url) as store:
        store.database.run("UPDATE frame SET data = ?", (b"\xa5" * 50,))


def test_a_damaged_frame_does_not_keep_new_lines_out(home: Path, talk: Transcript, store_url: str) -> None:
    machine = Machine(home, store_url)
    machine.scan()
    hurt_frames(store_url)
    for _ in range(3):
        talk.answer(spent=usage(given=1, output=1))
        talk.write(home / ".claude")
        assert machine.scan().read.troubles == []
    with Store.open(store_url) as store:
        assert store.database.one("SELECT calls, output FROM session") == (4, 103)
        assert [fault.in_journal for fault in verify(store.database)] == [True, True]


def test_a_rebuild_from_a_damaged_journal_forgets_nothing(home: Path, talk: Transcript, url: str) -> None:
    machine = Machine(home, url)
    machine.scan()
    talk.path(home / ".claude").unlink()
    before = machine.contents()
    hurt_frames(url)
    ran = run(home, url, "rebuild")
    assert ran.code == 1
    assert "a frame of the journal is damaged" in ran.complaint
    assert machine.contents() == before


@pytest.mark.parametrize("words", [("sessions", "transcript"), ("restore", "--to", "out")])
def test_a_session_whose_lines_are_damaged_is_one_clear_line(
    home: Path, talk: Transcript, url: str, words: tuple[str, ...]
) -> None:
    Machine(home, url).scan()
    talk.path(home / ".claude").unlink()
    hurt_frames(url)
    ran = run(home, url, *(str(home / word) if word == "out" else word for word in words), talk.session)
    assert ran.code == 1, ran.errors
    assert "damaged" in ran.complaint
    assert list(home.rglob("*.jsonl*")) == []


def test_words_that_are_no_unicode_are_one_clear_line_or_find_nothing(home: Path, url: str) -> None:
    for words in (("sessions", "--project"), ("search",), ("sessions", "show")):
        ran = run(home, url, *words, os.fsdecode(b"\xff\xfe"))
        assert ran.code in {0, 1, 2}
