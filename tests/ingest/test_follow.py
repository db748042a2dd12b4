"""A known file that changed is read without a look at any other, and looks at all take a tenth of the time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashcam.ingest import follow
from dashcam.ingest.follow import Follower
from dashcam.ingest.plan import Plan
from dashcam.store.store import Store
from tests.support.build import SESSION
from tests.support.claude_lines import Transcript
from tests.support.machine import Machine
from tests.support.serving import append

OTHER = "5e551011-0000-4000-8000-000000000002"


@pytest.fixture
def machine(tmp_path: Path, store_url: str) -> Machine:
    return Machine(tmp_path, store_url)


@pytest.fixture
def store(machine: Machine) -> Iterator[Store]:
    with Store.open(machine.url) as opened:
        yield opened


def session(machine: Machine, name: str = SESSION) -> tuple[Transcript, Path]:
    talk = Transcript(name)
    talk.prompt()
    return talk, talk.write(machine.claude)


def test_everything_is_planned_where_it_is_not_known_what_changed(machine: Machine, store: Store) -> None:
    session(machine)
    made = Follower(machine.scanner).plan(store, None)
    assert (made.whole, len(made.tasks)) == (True, 1)


def test_a_line_appended_to_a_known_file_is_read_and_no_other_file_is_looked_at(machine: Machine, store: Store) -> None:
    talk, path = session(machine)
    machine.scan()
    talk.answer()
    append(path, talk, since=1)
    session(machine, OTHER)
    follower = Follower(machine.scanner)
    made = follower.plan(store, {str(path)})
    assert (made.whole, [task.source.path for task in made.tasks]) == (False, [str(path)])
    assert follower.scan(store, made).read.lines == 1
    assert store.database.one("SELECT count(*) FROM session") == (1,)


def test_a_known_file_that_was_only_touched_by_name_is_nothing_to_do(machine: Machine, store: Store) -> None:
    _, path = session(machine)
    machine.scan()
    made = Follower(machine.scanner).plan(store, {str(path)})
    assert (made.whole, made.tasks) == (False, [])


def test_a_tick_without_news_asks_nothing(machine: Machine, store: Store) -> None:
    session(machine)
    made = Follower(machine.scanner).plan(store, frozenset())
    assert (made.whole, made.tasks) == (False, [])


def test_an_unknown_path_takes_a_look_at_everything(machine: Machine, store: Store) -> None:
    _, path = session(machine)
    made = Follower(machine.scanner).plan(store, {str(path)})
    assert (made.whole, [task.source.path for task in made.tasks]) == (True, [str(path)])


def test_a_file_that_vanished_is_noted(machine: Machine, store: Store) -> None:
    _, path = session(machine)
    machine.scan()
    path.unlink()
    follower = Follower(machine.scanner)
    made = follower.plan(store, {str(path)})
    assert [source.source.path for source in made.missing] == [str(path)]
    assert follower.scan(store, made).missing == 1


def test_a_directory_in_place_of_a_known_file_is_not_read(machine: Machine, store: Store) -> None:
    _, path = session(machine)
    machine.scan()
    path.unlink()
    path.mkdir()
    assert Follower(machine.scanner).plan(store, {str(path)}).tasks == []


def test_looks_at_everything_rest_nine_tenths_of_the_time(
    machine: Machine, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    plan = machine.scanner.plan

    def slow(store: Store, *, full: bool = False) -> Plan:
        nonlocal now
        now += 2.0
        return plan(store, full=full)

    monkeypatch.setattr(follow, "monotonic", lambda: now)
    monkeypatch.setattr(machine.scanner, "plan", slow)
    follower = Follower(machine.scanner)
    assert follower.plan(store, {"/unknown"}).whole
    now += 19.0
    assert not follower.plan(store, {"/unknown"}).whole, "it took 2 s, so it rests for 20"
    assert not follower.plan(store, frozenset()).whole
    now += 1.0
    assert follower.plan(store, frozenset()).whole, "what waited is looked at without another notice"
    now += 30.0
    assert not follower.plan(store, frozenset()).whole, "and nothing waits any more"
