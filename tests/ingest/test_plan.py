"""What a scan has to do, decided by names and stats alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from dashcam.agents.agent import Agent, Candidate, Environment, Root, Trouble
from dashcam.agents.faces import Face
from dashcam.agents.registry import AGENTS
from dashcam.ingest.plan import Found, Plan, discover, plan
from dashcam.records.settings import ExtraRoot
from dashcam.store.batch import KnownSource
from tests.support import build

PATH = "/home/ada/.recorder/one.jsonl"


def candidate(path: str = PATH, **changes: Any) -> Candidate:
    plain = Candidate(path=path, file=path, kind="transcript", shape="lines", size=1_000, mtime_ns=5, inode=1, device=1)
    return msgspec.structs.replace(plain, **changes)


def agent(name: str = "recorder", *found: Candidate | Trouble, reader: int = 1) -> Agent:
    def discovered(root: Root) -> Iterator[Candidate | Trouble]:
        yield from found or (candidate(f"{root.path}/one.jsonl"),)

    return msgspec.structs.replace(
        next(iter(AGENTS.values())),
        face=Face(name=name, title=name, sign="?", color=""),
        reader=reader,
        roots=lambda environment: [Root(path=environment.home / f".{name}", why="default")],
        discover=discovered,
    )


def known(path: str = PATH, **changes: Any) -> KnownSource:
    mark = build.bookmark(size=1_000, mtime_ns=5, inode=1, device=1, offset=1_000, lines=10, reader=1)
    plain = KnownSource(
        id=1,
        source=build.source(agent="recorder", path=path),
        generation=0,
        current=True,
        missing=False,
        bookmark=mark,
        lines_read=10,
    )
    return msgspec.structs.replace(plain, **changes)


def planned(there: list[Candidate], before: list[KnownSource], *, full: bool = False, reader: int = 1) -> Plan:
    found = [Found(source=build.source(agent="recorder", path=each.path), candidate=each) for each in there]
    return plan(found, [], before, {"recorder": agent(reader=reader)}, full=full)


def test_a_new_file_is_read_whole() -> None:
    made = planned([candidate()], [])
    assert [(task.candidate.path, task.known, task.bytes_to_read) for task in made.tasks] == [(PATH, None, 1_000)]
    assert made.files == 1


def test_a_file_that_looks_the_same_is_left_alone_unless_all_are_wanted() -> None:
    assert planned([candidate()], [known()]).tasks == []
    assert len(planned([candidate()], [known()], full=True).tasks) == 1


def test_any_change_of_the_stat_is_looked_into() -> None:
    changes: tuple[dict[str, Any], ...] = ({"size": 1_200}, {"mtime_ns": 6}, {"inode": 2}, {"device": 2})
    for change in changes:
        (task,) = planned([candidate(**change)], [known()]).tasks
        assert task.known == known()


def test_what_is_left_to_read_is_what_was_added() -> None:
    (longer,) = planned([candidate(size=1_200)], [known()]).tasks
    (shorter,) = planned([candidate(size=300)], [known()]).tasks
    (packed,) = planned([candidate(size=300, compressed=True)], [known()]).tasks
    assert [task.bytes_to_read for task in (longer, shorter, packed)] == [200, 300, 300]


def test_a_file_that_is_gone_is_missed_once() -> None:
    assert planned([], [known()]).missing == [known()]
    assert planned([], [known(missing=True)]).missing == []


def test_a_file_that_was_missing_and_is_back_is_looked_into() -> None:
    made = planned([candidate()], [known(missing=True)])
    assert len(made.tasks) == 1
    assert made.missing == []


def test_an_older_generation_is_neither_missed_nor_compared() -> None:
    old = known(current=False)
    made = planned([candidate()], [old])
    assert (made.missing, [task.known for task in made.tasks]) == ([], [None])


def test_what_an_older_reader_read_waits_to_be_read_again() -> None:
    assert planned([candidate()], [known()]).unread == []
    assert planned([candidate()], [known()], reader=2).unread == [known()]
    half = known(lines_read=4)
    assert planned([candidate()], [half]).unread == [half]


def test_sources_of_an_unknown_agent_are_left_alone() -> None:
    foreign = known(source=build.source(agent="tomorrow", path="/x"), lines_read=0)
    assert planned([], [foreign]).unread == []


def test_files_are_found_once_in_the_order_of_their_paths(tmp_path: Path) -> None:
    extra = (ExtraRoot(agent="recorder", path=str(tmp_path / "other"), name="laptop"),)
    found, troubles = discover([agent()], Environment(home=tmp_path), extra, "desk")
    assert [(each.source.path, each.source.agent_name) for each in found] == [
        (f"{tmp_path}/.recorder/one.jsonl", "recorder-default"),
        (f"{tmp_path}/other/one.jsonl", "laptop"),
    ]
    assert troubles == []


def test_a_root_that_the_settings_name_goes_before_the_agents_own(tmp_path: Path) -> None:
    extra = (ExtraRoot(agent="recorder", path=str(tmp_path / ".recorder"), name="mine"),)
    found, _ = discover([agent()], Environment(home=tmp_path), extra, "desk")
    assert [each.source.agent_name for each in found] == ["mine"]


def test_troubles_are_passed_on(tmp_path: Path) -> None:
    trouble = Trouble(path="/x", why="Permission denied")
    found, troubles = discover([agent("recorder", trouble)], Environment(home=tmp_path), (), "desk")
    assert (found, troubles) == ([], [trouble])
