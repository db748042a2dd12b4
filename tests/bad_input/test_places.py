"""Files and directories that are not what they should be: each is passed over with a word, none stops a scan."""

import os
import socket
from pathlib import Path

import pytest

from dashcam.store.store import Store
from tests.support.claude_lines import Transcript, usage
from tests.support.machine import Machine, totals
from tests.support.own_process import run


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'dashcam.db'}"


@pytest.fixture
def project(home: Path) -> Path:
    """The folder of a project that holds one good session."""
    talk = Transcript()
    talk.prompt()
    talk.answer(spent=usage(given=10, output=100))
    return talk.write(home / ".claude").parent


def troubles(home: Path, url: str) -> dict[str, str]:
    """Scan twice; gives what the second scan complains of, once the good session is seen to be counted once."""
    machine = Machine(home, url)
    machine.scan()
    done = machine.scan()
    assert done.read.files == 0
    with Store.open(url) as store:
        assert totals(store.database)[:3] == (1, 10, 100)
    return {Path(path).name: why for path, why in done.read.troubles}


def test_an_empty_file_is_no_session(home: Path, project: Path, url: str) -> None:
    (project / "empty.jsonl").touch()
    assert troubles(home, url) == {}
    with Store.open(url) as store:
        assert store.database.one("SELECT count(*) FROM session") == (1,)


def test_a_directory_with_a_transcripts_name_is_looked_through(home: Path, project: Path, url: str) -> None:
    (project / "x.jsonl").mkdir()
    assert troubles(home, url) == {}


def test_links_in_a_loop_end(home: Path, project: Path, url: str) -> None:
    (project / "loop").symlink_to(project)
    (project / "up").symlink_to(project.parent)
    (home / ".claude" / "projects" / "again").symlink_to(project)
    assert troubles(home, url) == {}


def test_a_link_to_itself_is_told_of(home: Path, project: Path, url: str) -> None:
    (project / "self.jsonl").symlink_to(project / "self.jsonl")
    assert troubles(home, url) == {"self.jsonl": "Too many levels of symbolic links"}


def test_a_link_to_a_session_is_that_session(home: Path, project: Path, url: str) -> None:
    (session,) = project.glob("*.jsonl")
    (project / "other-name.jsonl").symlink_to(session)
    assert troubles(home, url) == {}


def test_a_link_to_nothing_is_passed_over(home: Path, project: Path, url: str) -> None:
    (project / "gone.jsonl").symlink_to(home / "nowhere")
    assert troubles(home, url) == {}


@pytest.mark.parametrize("kind", ["fifo", "socket"])
def test_what_only_looks_like_a_file_never_blocks(home: Path, project: Path, url: str, kind: str) -> None:
    path = project / "p.jsonl"
    if kind == "fifo":
        os.mkfifo(path)
        assert troubles(home, url) == {"p.jsonl": "not a regular file"}
        return
    before = Path.cwd()
    with socket.socket(socket.AF_UNIX) as listening:
        os.chdir(project)  # a socket's whole path may have little more than 100 bytes
        try:
            listening.bind(path.name)
        finally:
            os.chdir(before)
        assert troubles(home, url) == {"p.jsonl": "not a regular file"}


def test_a_fifo_in_the_place_of_the_history_never_blocks(home: Path, project: Path, url: str) -> None:
    assert project.is_dir()
    os.mkfifo(home / ".claude" / "history.jsonl")
    assert troubles(home, url) == {"history.jsonl": "not a regular file"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read anything")
def test_a_file_that_may_not_be_read_is_told_of(home: Path, project: Path, url: str) -> None:
    secret = project / "secret.jsonl"
    secret.write_text("{}\n")
    secret.chmod(0)
    assert troubles(home, url) == {"secret.jsonl": "Permission denied"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read anything")
def test_a_directory_that_may_not_be_read_is_told_of(home: Path, project: Path, url: str) -> None:
    (project / "closed").mkdir(mode=0)
    assert troubles(home, url) == {"closed": "Permission denied"}


def test_a_damaged_packed_file_is_told_of(home: Path, project: Path, url: str) -> None:
    assert project.is_dir()
    packed = home / ".codex" / "sessions" / "rollout-2026-11-01T12-00-00-x.jsonl.zst"
    packed.parent.mkdir(parents=True)
    packed.write_bytes(b"no zstd")
    told = troubles(home, url)
    assert list(told) == [packed.name]
    assert told[packed.name].startswith("damaged compression")


def test_a_name_that_is_no_utf8_is_told_of(home: Path, project: Path, url: str) -> None:
    Path(os.fsdecode(os.fsencode(project) + b"/\xff.jsonl")).write_text("{}\n")
    assert list(troubles(home, url).values()) == ["the name is not valid UTF-8"]


def test_a_file_where_a_directory_should_be_holds_nothing(home: Path, url: str) -> None:
    (home / ".claude").mkdir()
    (home / ".claude" / "projects").write_text("no directory")
    done = Machine(home, url).scan()
    assert (done.files, done.read.troubles) == (0, [])


def test_a_home_without_any_agent_is_an_empty_scan(home: Path, url: str) -> None:
    assert Machine(home, url).scan().files == 0


def test_the_program_names_what_it_could_not_read_and_goes_on(home: Path, project: Path, url: str) -> None:
    os.mkfifo(project / "p\x1b[31m.jsonl")
    ran = run(home, url, "scan")
    assert ran.code == 0
    assert ran.errors.startswith("could not read ")
    assert ran.errors.rstrip().endswith("not a regular file")
    assert "\x1b" not in ran.errors
    assert "1 with news" in ran.output
