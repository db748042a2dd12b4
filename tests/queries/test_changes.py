"""Files that a session changed, wherever its agents wrote the patch down, and images that stand in events."""

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashcam.agents.registry import AGENTS
from dashcam.queries import changes
from dashcam.queries.changes import ChangedFile, changed_files
from dashcam.queries.images import image
from dashcam.queries.moment import Moment
from dashcam.queries.outline import Span, entries_page
from dashcam.queries.sessions import one_session
from dashcam.records.errors import BadInput, NotFound
from dashcam.store.database import Database
from dashcam.store.store import Store
from tests.support.build import HOUR, PROJECT, SESSION, START
from tests.support.claude_lines import Transcript, text, tool_use
from tests.support.codex_lines import THREAD, Rollout
from tests.support.machine import Machine

AT = Moment(now=START + HOUR)
PNG = b"\x89PNG\r\n\x1a\n" + b"0123456789"


@pytest.fixture
def machine(tmp_path: Path, store_url: str) -> Machine:
    return Machine(tmp_path, store_url)


@pytest.fixture
def database(machine: Machine) -> Iterator[Database]:
    with Store.open(machine.url) as store:
        yield store.database


def edit(talk: Transcript, path: str, *lines: str, call: str = "toolu_1", **result: Any) -> None:
    """A file is edited: the lines are those of the diff."""
    talk.answer(tool_use("Edit", call, file_path=path))
    hunk = {"oldStart": 1, "oldLines": 1, "newStart": 1, "newLines": 1, "lines": list(lines)}
    talk.tool_result(call, toolUseResult={"filePath": path, "structuredPatch": [hunk]} | result)


def files(database: Database, session: str = SESSION) -> dict[str, ChangedFile]:
    listing = changed_files(database, AGENTS, one_session(database, session, AT), AT)
    assert listing.totals.files == len(listing.rows)
    return {row.path: row for row in listing.rows}


def test_changes_of_a_session_and_its_subagents_are_added_up_by_file(machine: Machine, database: Database) -> None:
    talk = Transcript()
    talk.prompt()
    edit(talk, f"{PROJECT}/a.py", "-x", "+y", "+z")
    created = {"type": "create", "filePath": f"{PROJECT}/new.py", "content": "1\n2\n", "structuredPatch": []}
    talk.tool_result("toolu_2", toolUseResult=created)
    edit(talk, f"{PROJECT}/new.py", "+3", call="toolu_3")
    talk.write(machine.claude)
    helper = talk.subagent()
    helper.prompt()
    edit(helper, f"{PROJECT}/a.py", "-q", call="toolu_4")
    edit(helper, "/elsewhere/b.py", "+b", call="toolu_5")
    helper.write(machine.claude)
    machine.scan()
    found = files(database)
    assert list(found) == ["/elsewhere/b.py", "a.py", "new.py"]
    assert [(row.kind, row.times, row.lines_added, row.lines_removed) for row in found.values()] == [
        ("modified", 1, 1, 0),
        ("modified", 2, 2, 2),
        ("created", 2, 3, 0),
    ]
    assert len(found["a.py"].session_ids) == 2


def test_a_patch_that_stands_in_the_call_is_found_by_the_calls_id(machine: Machine, database: Database) -> None:
    rollout = Rollout()
    rollout.turn()
    rollout.prompt()
    for number in range(3):
        rollout.tool_call("shell", f"c{number}", command=["ls"])
    patch = "*** Begin Patch\n*** Update File: a.py\n-x\n+y\n+z\n*** Delete File: b.py\n*** End Patch"
    rollout.tool_call("shell", "c9", command=["apply_patch", patch])
    rollout.tool_result("c0")
    rollout.tool_result("c9")
    renamed = "*** Begin Patch\n*** Update File: a.py\n*** Move to: c.py\n-y\n*** End Patch"
    rollout.tool_call("shell", "c10", command=["apply_patch", renamed])
    rollout.tool_result("c10")
    rollout.tool_call("shell", "c11", command=["apply_patch", patch])
    rollout.tool_result("c11", code=1)
    rollout.write(machine.codex)
    machine.scan()
    found = {
        path: (row.kind, row.times, row.lines_added, row.lines_removed) for path, row in files(database, THREAD).items()
    }
    assert found == {"c.py": ("renamed", 2, 2, 2), "b.py": ("deleted", 1, None, None)}


def test_a_changed_notebook_is_listed_though_no_lines_are_told(machine: Machine, database: Database) -> None:
    talk = Transcript()
    talk.prompt()
    talk.answer(tool_use("NotebookEdit", "toolu_1", notebook_path=f"{PROJECT}/a.ipynb", new_source="x"))
    talk.tool_result("toolu_1", toolUseResult={"new_source": "x", "cell_number": 1})
    talk.answer(tool_use("NotebookEdit", "toolu_2", notebook_path=f"{PROJECT}/b.ipynb", new_source="x"))
    talk.tool_result("toolu_2", failed=True)
    talk.write(machine.claude)
    machine.scan()
    assert [(row.path, row.lines_added) for row in files(database).values()] == [("a.ipynb", None)]


def test_a_fork_lists_no_changes_that_it_inherited(machine: Machine, database: Database) -> None:
    talk = Transcript()
    talk.prompt()
    edit(talk, f"{PROJECT}/a.py", "+y")
    talk.write(machine.claude)
    fork = talk.fork("f0f0f0f0-0000-4000-8000-000000000002")
    edit(fork, f"{PROJECT}/b.py", "+y", call="toolu_2")
    fork.write(machine.claude)
    machine.scan()
    assert list(files(database, fork.session)) == ["b.py"]


def test_too_many_changes_are_cut_and_said_to_be(
    machine: Machine, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "MOST_READ", 2)
    talk = Transcript()
    talk.prompt()
    for number in range(5):
        edit(talk, f"{PROJECT}/{number}.py", "+y", call=f"toolu_{number}")
    talk.write(machine.claude)
    machine.scan()
    listing = changed_files(database, AGENTS, one_session(database, SESSION, AT), AT)
    assert (listing.totals.files, listing.notes) == (2, ["The last 3 changes were not looked at: there are too many."])


def test_a_session_that_changed_nothing_has_no_files(machine: Machine, database: Database) -> None:
    talk = Transcript()
    talk.prompt()
    talk.answer()
    talk.write(machine.claude)
    machine.scan()
    listing = changed_files(database, AGENTS, one_session(database, SESSION, AT), AT)
    assert (listing.rows, listing.totals.times, listing.notes) == ([], 0, [])


def test_an_image_is_given_out_by_its_events_id_and_its_number(machine: Machine, database: Database) -> None:
    talk = Transcript()
    talk.prompt()
    block = {"type": "image", "source": {"type": "base64", "data": b64encode(PNG).decode()}}
    talk.line("user", message={"role": "user", "content": [text("See"), block]})
    talk.write(machine.claude)
    machine.scan()
    session = one_session(database, SESSION, AT)
    rows = entries_page(database, AGENTS, session, Span(), AT).rows
    shown = rows[-1]
    assert [(one.media_type, one.size) for one in shown.images] == [("image/png", len(PNG))]
    found = image(database, AGENTS, session, shown.id, 0)
    assert (found.media_type, found.data) == ("image/png", PNG)
    for event, number in ((shown.id, 1), (rows[0].id, 0), ("999.0.0", 0)):
        with pytest.raises(NotFound):
            image(database, AGENTS, session, event, number)
    for event, number in ((shown.id, -1), ("no id", 0)):
        with pytest.raises(BadInput):
            image(database, AGENTS, session, event, number)
