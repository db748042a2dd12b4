"""Restoring: byte for byte, all files or none, and never over a file that differs."""

from pathlib import Path

import pytest

from dashcam.ingest import restore
from dashcam.records.errors import BadInput
from dashcam.store import sources
from dashcam.store.batch import KnownSource
from dashcam.store.store import Store
from tests.support.claude_lines import Transcript
from tests.support.machine import Machine

SECOND = "5e551011-0000-4000-8000-000000000002"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A scanned machine with two sessions; the first one's last line has no newline yet."""
    made = Machine(tmp_path, f"sqlite:///{tmp_path / 'dashcam.db'}")
    for session in ("", SECOND):
        talk = Transcript(session) if session else Transcript()
        talk.prompt("Überraschung \u2028")
        talk.answer()
        path = talk.write(made.claude)
        if not session:
            path.write_bytes(path.read_bytes().removesuffix(b"\n"))
    made.scan()
    return made


def paths(machine: Machine) -> list[Path]:
    return sorted((machine.claude / "projects").rglob("*.jsonl"))


def known(store: Store) -> list[KnownSource]:
    return sources.known(store.database)


def test_files_come_back_to_the_last_byte(machine: Machine) -> None:
    before = {path: path.read_bytes() for path in paths(machine)}
    for path in before:
        path.unlink()
    with Store.open(machine.url) as store:
        done = restore.restore(store.database, restore.targets(known(store), [], None))
    assert {one.target: one.target.read_bytes() for one in done} == before
    assert {path.stat().st_mode & 0o777 for path in before} == {0o600}


def test_the_same_file_is_left_alone(machine: Machine) -> None:
    before = [path.stat().st_ino for path in paths(machine)]
    with Store.open(machine.url) as store:
        done = restore.restore(store.database, restore.targets(known(store), [], None))
    assert [one.written for one in done] == [False, False]
    assert [path.stat().st_ino for path in paths(machine)] == before


@pytest.mark.parametrize("more", [b"{}\n", b""])
def test_one_file_that_differs_stops_all_of_it(machine: Machine, more: bytes) -> None:
    first, second = paths(machine)
    first.unlink()
    longer = second.read_bytes() + more if more else b"{}\n"
    second.write_bytes(longer)
    with Store.open(machine.url) as store, pytest.raises(restore.FileDiffers):
        restore.restore(store.database, restore.targets(known(store), [], None))
    assert not first.exists()
    assert second.read_bytes() == longer


def test_a_link_in_the_place_of_a_file_is_not_followed(machine: Machine, tmp_path: Path) -> None:
    first = paths(machine)[0]
    first.unlink()
    first.symlink_to(tmp_path / "elsewhere")
    with Store.open(machine.url) as store, pytest.raises(restore.FileDiffers):
        restore.restore(store.database, restore.targets(known(store), [], None))
    assert not (tmp_path / "elsewhere").exists()


def test_a_known_root_is_cut_off_the_path(machine: Machine, tmp_path: Path) -> None:
    with Store.open(machine.url) as store:
        placed = restore.targets(known(store), [machine.claude], tmp_path / "back")
    assert {target.parts[len((tmp_path / "back").parts)] for _, target in placed} == {"projects"}


def test_without_a_known_root_the_last_folder_is_kept(machine: Machine, tmp_path: Path) -> None:
    with Store.open(machine.url) as store:
        placed = restore.targets(known(store), [], tmp_path / "back")
    assert {target.parent for _, target in placed} == {tmp_path / "back" / "-home-ada-app"}


def test_a_path_that_leads_out_of_the_directory_is_refused(machine: Machine, tmp_path: Path) -> None:
    with Store.open(machine.url) as store:
        found = known(store)[0]
        sources.move(store.database, found.id, "/home/ada/.claude/../../../etc/passwd")
        moved = sources.by_ids(store.database, [found.id])[found.id]
        with pytest.raises(BadInput):
            restore.targets([moved], [Path("/home/ada/.claude")], tmp_path / "back")


def test_a_directory_that_cannot_be_made_leaves_nothing_behind(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "back").write_text("a file")
    with Store.open(machine.url) as store, pytest.raises(Exception, match="cannot write"):
        restore.restore(store.database, restore.targets(known(store), [], tmp_path / "back"))
