"""Law 2: nothing is lost, nothing is counted twice, whatever happens to the agents' files."""

import os
import shutil
from multiprocessing import get_context
from pathlib import Path

import pytest
import zstandard

from dashcam.store import journal
from dashcam.store.store import Store
from tests.support.claude_lines import Transcript, usage
from tests.support.codex_lines import Rollout, counts
from tests.support.machine import Machine, contents, totals

LINES = 6


@pytest.fixture
def machine(home: Path, store_url: str) -> Machine:
    return Machine(home, store_url)


def conversation(answers: int = 3) -> Transcript:
    talk = Transcript()
    talk.prompt("Why does the parser fail?")
    for _ in range(answers):
        talk.answer(spent=usage(given=10, output=100))
    return talk


def spent(machine: Machine) -> tuple[int, ...]:
    with Store.open(machine.url) as store:
        return totals(store.database)[:3]


def journaled(machine: Machine, path: Path) -> bytes:
    """The bytes that the journal holds of the newest generation of a file."""
    with Store.open(machine.url) as store:
        rows = store.database.rows(
            "SELECT id FROM source WHERE path = ? ORDER BY generation DESC LIMIT 1", (str(path),)
        )
        return b"".join(raw for _, raw in journal.pieces(store.database, rows[0][0]))


def test_a_second_scan_of_the_same_files_changes_nothing(machine: Machine) -> None:
    conversation().write(machine.claude)
    machine.scan()
    once = machine.contents()
    assert machine.scan().read.files == 0
    assert machine.contents() == once


def test_appended_lines_are_read_from_where_the_last_scan_ended(machine: Machine) -> None:
    talk = conversation()
    path = talk.write(machine.claude)
    machine.scan()
    talk.answer(spent=usage(given=7, output=50))
    talk.write(machine.claude)
    assert machine.scan().read.lines == 1
    assert spent(machine) == (4, 37, 350)
    assert journaled(machine, path) == path.read_bytes()


def test_a_response_that_goes_on_in_a_later_scan_is_counted_once(machine: Machine) -> None:
    talk = conversation(answers=0)
    talk.answer(message_id="msg_x", request="req_x", spent=usage(given=10, output=3))
    talk.write(machine.claude)
    machine.scan()
    talk.answer(message_id="msg_x", request="req_x", spent=usage(given=10, output=345))
    talk.write(machine.claude)
    machine.scan()
    assert spent(machine) == (1, 10, 345)


def test_a_torn_last_line_waits_until_it_is_whole(machine: Machine) -> None:
    path = conversation().write(machine.claude)
    whole = path.read_bytes()
    path.write_bytes(whole[:-40])
    machine.scan()
    assert spent(machine) == (2, 20, 200)
    path.write_bytes(whole)
    machine.scan()
    assert spent(machine) == (3, 30, 300)
    assert journaled(machine, path) == whole


def test_a_whole_last_line_without_newline_is_read_at_once_and_the_newline_is_kept_later(
    machine: Machine,
) -> None:
    talk = conversation()
    path = talk.write(machine.claude)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    machine.scan()
    assert spent(machine) == (3, 30, 300)
    path.write_bytes(whole)
    machine.scan()
    assert journaled(machine, path) == whole
    talk.answer(spent=usage(given=1, output=1))
    talk.write(machine.claude)
    machine.scan()
    assert spent(machine) == (4, 31, 301)
    assert journaled(machine, path) == path.read_bytes()


def test_a_truncated_file_keeps_what_was_paid_and_shows_what_is_there(machine: Machine) -> None:
    talk = conversation()
    path = talk.write(machine.claude)
    machine.scan()
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:2]))
    machine.scan()
    assert spent(machine) == (3, 30, 300)
    state = machine.contents()
    assert len(state["event"]) == 2
    assert journaled(machine, path) == path.read_bytes()


def test_a_file_replaced_by_another_session_of_the_same_size_is_read_anew(machine: Machine) -> None:
    path = conversation().write(machine.claude)
    machine.scan()
    before = path.stat()
    other = path.read_bytes().replace(b"parser", b"writer").replace(b"msg_", b"gsm_")
    path.write_bytes(other)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    machine.scan()
    assert spent(machine) == (6, 60, 600)
    assert journaled(machine, path) == other


def test_a_rewrite_that_leaves_size_and_time_alone_is_found_by_a_full_scan(machine: Machine) -> None:
    path = conversation().write(machine.claude)
    machine.scan()
    before = path.stat()
    with path.open("r+b") as file:
        file.write(path.read_bytes().replace(b"parser", b"writer"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    machine.scan(full=True)
    assert b"writer" in journaled(machine, path)
    assert spent(machine) == (3, 30, 300)


def test_a_vanished_file_leaves_all_that_was_read_of_it(machine: Machine) -> None:
    path = conversation().write(machine.claude)
    machine.scan()
    before = machine.contents()
    content = path.read_bytes()
    path.unlink()
    assert machine.scan().missing == 1
    assert machine.contents() == before
    assert journaled(machine, path) == content
    assert machine.scan().missing == 0


def test_a_vanished_file_that_comes_back_is_not_counted_again(machine: Machine) -> None:
    path = conversation().write(machine.claude)
    machine.scan()
    before = machine.contents()
    content = path.read_bytes()
    path.unlink()
    machine.scan()
    path.write_bytes(content)
    machine.scan()
    assert machine.contents() == before


def test_a_renamed_directory_is_followed(machine: Machine) -> None:
    path = conversation().write(machine.claude)
    machine.scan()
    moved = path.parent.with_name("-home-ada-renamed")
    path.parent.rename(moved)
    assert machine.scan().moved == 1
    assert spent(machine) == (3, 30, 300)
    assert len(machine.contents()["event"]) == 4


def test_a_copy_of_a_session_in_another_root_is_counted_once(home: Path, store_url: str) -> None:
    conversation().write(home / ".claude")
    shutil.copytree(home / ".claude", home / ".config" / "claude")
    machine = Machine(home, store_url)
    machine.scan()
    assert spent(machine) == (3, 30, 300)
    with Store.open(store_url) as store:
        assert store.database.rows("SELECT events, prompts FROM session") == [(4, 1)]


def test_a_fork_counts_only_what_it_added(machine: Machine) -> None:
    talk = conversation()
    talk.write(machine.claude)
    fork = talk.fork("f0f0f0f0-0000-4000-8000-000000000002")
    fork.prompt("And now?")
    fork.answer(spent=usage(given=5, output=7))
    fork.write(machine.claude)
    machine.scan()
    assert spent(machine) == (4, 35, 307)
    with Store.open(machine.url) as store:
        rows = store.database.rows("SELECT calls, inherited_calls, prompts, relation FROM session ORDER BY calls")
    assert rows == [(1, 3, 1, "fork"), (3, 0, 1, "")]


def test_a_rollout_is_followed_into_the_archive_and_into_its_packed_form(machine: Machine) -> None:
    rollout = Rollout()
    rollout.turn()
    rollout.prompt()
    rollout.tokens(counts())
    path = rollout.write(machine.codex)
    machine.scan()
    before = spent(machine)
    archived = rollout.path(machine.codex, archived=True)
    archived.parent.mkdir(parents=True, exist_ok=True)
    path.rename(archived)
    assert machine.scan().moved == 1
    packed = archived.with_name(archived.name + ".zst")
    packed.write_bytes(zstandard.compress(archived.read_bytes()))
    archived.unlink()
    machine.scan()
    assert spent(machine) == before
    assert before[0] == 1
    with Store.open(machine.url) as store:
        assert store.database.rows("SELECT count(*) FROM source") == [(1,)]


def _scan(home: str, url: str) -> None:
    Machine(Path(home), url).scan()


def test_two_processes_that_scan_at_once_give_the_result_of_one(home: Path, store_url: str) -> None:
    for number in range(30):
        talk = conversation()
        talk.session = f"{number:08x}-0000-4000-8000-000000000001"
        for line in talk.lines:
            line["sessionId"] = talk.session
            if line["type"] == "assistant":
                line["message"]["id"] += str(number)
        talk.write(home / ".claude")
    context = get_context("spawn")
    both = [context.Process(target=_scan, args=(str(home), store_url)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(60)
        assert process.exitcode == 0
    together = Machine(home, store_url)
    assert spent(together) == (90, 900, 9_000)
    alone = Machine(home, f"sqlite:///{home.parent / 'alone.db'}")
    alone.scan()
    assert together.contents() == alone.contents()


def test_reading_in_several_processes_gives_the_result_of_one(
    home: Path, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = conversation()
    talk.write(home / ".claude")
    fork = talk.fork("f0f0f0f0-0000-4000-8000-000000000002")
    fork.answer(spent=usage(given=5, output=7))
    fork.write(home / ".claude")
    monkeypatch.setattr("dashcam.ingest.scan.PARALLEL_FROM_BYTES", 1)
    many = Machine(home, store_url, scan_processes=2)
    many.scan()
    one = Machine(home, f"sqlite:///{home.parent / 'one.db'}", scan_processes=1)
    one.scan()
    assert many.contents() == one.contents()


def test_a_journal_of_many_appends_is_merged_and_stays_byte_exact(machine: Machine) -> None:
    talk = conversation()
    path = talk.write(machine.claude)
    for number in range(60):
        talk.prompt(f"{number} " + "x" * 3_000)
        talk.write(machine.claude)
        machine.scan()
    assert journaled(machine, path) == path.read_bytes()
    with Store.open(machine.url) as store:
        frames = store.database.one("SELECT count(*) FROM frame")[0]
        state = contents(store.database)
    assert frames < 40
    assert len(state["event"]) == 64
