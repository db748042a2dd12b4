"""The recorder: what another process kept first is not kept twice, and one bad file never stops the others."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dashcam.agents.agent import Agent, Line
from dashcam.agents.registry import AGENTS
from dashcam.ingest import files
from dashcam.ingest import recorder as ingest
from dashcam.ingest.plan import Plan
from dashcam.ingest.recorder import Recorder
from dashcam.ingest.scan import Scanned
from dashcam.records.call import ModelCall
from dashcam.records.source import Record
from dashcam.store import sources
from dashcam.store.batch import Batch, Saved
from dashcam.store.save import Reprice
from dashcam.store.store import Store
from dashcam.store.verify import verify
from tests.support.claude_lines import Transcript, usage
from tests.support.machine import Machine, contents, make_prices, totals

STUMBLE = b"stumble here"
Reader = Callable[[Iterable[Line], Any], Iterator[Record]]


@pytest.fixture
def machine(home: Path, store_url: str) -> Machine:
    return Machine(home, store_url)


def conversation(number: int = 1, answers: int = 3) -> Transcript:
    talk = Transcript(f"{number:08x}-0000-4000-8000-000000000001")
    talk.prompt("Why does the parser fail?")
    for _ in range(answers):
        talk.answer(spent=usage(given=10, output=100))
    return talk


def planned(machine: Machine, store: Store) -> Plan:
    return machine.scanner.plan(store)


def spent(machine: Machine) -> tuple[int, ...]:
    with Store.open(machine.url) as store:
        assert list(verify(store.database)) == []
        return totals(store.database)[:3]


def with_reader(machine: Machine, read: Reader, **changes: Any) -> None:
    """Give Claude Code another reader."""
    agent = msgspec.structs.replace(AGENTS["claude-code"], read=read, **changes)
    machine.scanner.agents = {"claude-code": agent}


def stumbling(lines: Iterable[Line], memory: object) -> Iterator[Record]:
    """Read as Claude Code's reader does, but stumble over one word."""
    listed = list(lines)
    if any(STUMBLE in raw for _, raw in listed):
        raise KeyError("stumbled")
    yield from AGENTS["claude-code"].read(listed, memory)


def test_a_plan_that_is_out_of_date_counts_nothing_twice(machine: Machine) -> None:
    talk = conversation()
    talk.write(machine.claude)
    with Store.open(machine.url) as store:
        early = planned(machine, store)
        machine.scan()
        once = contents(store.database)
        talk.answer(spent=usage(given=1, output=1))
        talk.write(machine.claude)
        done = machine.scanner.scan(store, early)
        assert (done.read.lines, done.read.files) == (1, 1)
        assert totals(store.database)[:3] == (4, 31, 301)
        assert len(once["event"]) == 4
        assert store.database.one("SELECT count(*) FROM source") == (1,)


def test_a_file_that_another_process_read_further_is_not_taken_for_a_new_one(machine: Machine) -> None:
    talk = conversation()
    talk.write(machine.claude)
    with Store.open(machine.url) as store:
        early = planned(machine, store)
        for _ in range(3):
            talk.answer(spent=usage(given=1, output=1))
        talk.write(machine.claude)
        machine.scan()
        machine.scanner.scan(store, early)
        assert [known.generation for known in sources.known(store.database)] == [0]
        assert totals(store.database)[:3] == (6, 33, 303)


def test_two_recorders_that_leapfrog_end_as_one(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "BATCH_BYTES", 1)
    pieces = files.pieces
    monkeypatch.setattr(files, "pieces", lambda candidate, mark: pieces(candidate, mark, piece_bytes=600))
    conversation(answers=12).write(machine.claude)
    with Store.open(machine.url) as store, Store.open(machine.url) as other:
        made = planned(machine, store)
        rival = Recorder(other, AGENTS, make_prices({}))
        save = store.save
        saves = []

        def raced(batch: Batch, reprice: Reprice) -> Saved:
            saves.append(batch)
            if len(saves) == 3:
                rival.record(planned(machine, other).tasks)
            return save(batch, reprice)

        monkeypatch.setattr(store, "save", raced)
        Recorder(store, AGENTS, make_prices({})).record(made.tasks)
    assert spent(machine) == (12, 120, 1_200)


def test_progress_is_told_in_bytes_and_files(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "BATCH_BYTES", 1_000)
    paths = [conversation(number).write(machine.claude) for number in range(4)]
    told: list[tuple[int, int]] = []
    with Store.open(machine.url) as store:
        done = machine.scanner.scan(store, planned(machine, store), tick=lambda size, files: told.append((size, files)))
    size = sum(path.stat().st_size for path in paths)
    assert len(told) > 1
    assert (sum(each for each, _ in told), sum(files for _, files in told)) == (size, 4)
    assert (done.read.bytes, done.read.files, done.read.lines) == (size, 4, 16)


def test_a_long_file_is_one_file_however_many_saves_it_takes(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "BATCH_BYTES", 1)
    pieces = files.pieces
    monkeypatch.setattr(files, "pieces", lambda candidate, mark: pieces(candidate, mark, piece_bytes=600))
    conversation(answers=9).write(machine.claude)
    assert machine.scan().read.files == 1
    assert spent(machine) == (9, 90, 900)


def test_a_file_that_vanishes_while_it_is_read_stops_no_other(machine: Machine) -> None:
    first, second = (conversation(number).write(machine.claude) for number in (1, 2))
    with Store.open(machine.url) as store:
        made = planned(machine, store)
        first.unlink()
        done = machine.scanner.scan(store, made)
    assert [path for path, _ in done.read.troubles] == [str(first)]
    assert spent(machine) == (3, 30, 300)
    assert second.exists()


def scanned_with_stumble(machine: Machine) -> Scanned:
    conversation(1).write(machine.claude)
    talk = conversation(2)
    talk.prompt(STUMBLE.decode())
    talk.write(machine.claude)
    with_reader(machine, stumbling)
    return machine.scan()


def test_a_reader_that_stumbles_stops_no_other_file_and_loses_no_line(machine: Machine) -> None:
    done = scanned_with_stumble(machine)
    ((path, why),) = done.read.troubles
    assert path.endswith("00000002-0000-4000-8000-000000000001.jsonl")
    assert "KeyError" in why
    assert spent(machine) == (3, 30, 300)


def test_a_mended_reader_reads_what_the_old_one_stumbled_over(machine: Machine) -> None:
    scanned_with_stumble(machine)
    talk = conversation(2)
    talk.prompt(STUMBLE.decode())
    talk.answer(spent=usage(given=1, output=1))
    path = talk.write(machine.claude)
    assert machine.scan().read.troubles != []
    path.unlink()
    machine.scanner.agents = AGENTS
    done = machine.scan()
    assert (done.read.troubles, done.reread, done.missing) == ([], 1, 1)
    assert spent(machine) == (7, 61, 601)


def test_a_newer_reader_reads_everything_again_by_itself(machine: Machine) -> None:
    talk = conversation()
    path = talk.write(machine.claude)
    talk.fork("f0f0f0f0-0000-4000-8000-000000000002").write(machine.claude)
    machine.scan()
    before = machine.contents()
    path.unlink()
    with_reader(machine, AGENTS["claude-code"].read, reader=AGENTS["claude-code"].reader + 1)
    assert machine.scan().reread == 2
    after = machine.contents()
    assert after == before
    assert machine.scan().reread == 0


def doubled(lines: Iterable[Line], memory: object) -> Iterator[Record]:
    """Count twice as much output as there was, as a reader with a bug would."""
    for record in AGENTS["claude-code"].read(lines, memory):
        yield msgspec.structs.replace(record, output=2 * record.output) if isinstance(record, ModelCall) else record


def test_a_count_that_an_older_reader_took_too_high_does_not_live_on_in_a_fork(machine: Machine) -> None:
    talk = conversation()
    talk.write(machine.claude)
    talk.fork("f0f0f0f0-0000-4000-8000-000000000002").write(machine.claude)
    with_reader(machine, doubled)
    machine.scan()
    assert spent(machine) == (3, 30, 600)
    with_reader(machine, AGENTS["claude-code"].read, reader=AGENTS["claude-code"].reader + 1)
    machine.scan()
    assert spent(machine) == (3, 30, 300)


def agent_of(machine: Machine) -> Agent:
    return machine.scanner.agents["claude-code"]


def test_lines_behind_a_damaged_frame_are_kept_until_they_can_be_read(machine: Machine) -> None:
    talk = conversation()
    talk.write(machine.claude)
    machine.scan()
    with Store.open(machine.url) as store:
        store.database.run("UPDATE frame SET data = ?", (b"hurt",))
    before = machine.contents()
    talk.answer(spent=usage(given=1, output=1))
    talk.write(machine.claude)
    with_reader(machine, AGENTS["claude-code"].read, reader=agent_of(machine).reader + 1)
    done = machine.scan()
    ((_, why),) = done.read.troubles
    assert "damaged" in why
    assert machine.contents() == before
    with Store.open(machine.url) as store:
        (known,) = sources.known(store.database)
        assert (known.lines_read, known.bookmark.lines) == (4, 5)
