"""Searching from the terminal: what was found, where in it the words stand, and nothing more than fits."""

from pathlib import Path

import pytest
from rich.cells import cell_len

from dashcam.store.store import Store
from tests.support.build import DAY, START
from tests.support.claude_lines import Transcript, text, thinking, tool_use
from tests.support.program import Program

OLD = "5e551011-0000-4000-8000-000000000001"
NEW = "7a000000-0000-4000-8000-000000000002"


@pytest.fixture
def program(tmp_path: Path) -> Program:
    made = Program(tmp_path)
    talk = Transcript(OLD)
    talk.prompt("Why does the borrow checker complain?")
    talk.answer(thinking("A lifetime, surely."), tool_use(command="cargo check"))
    talk.tool_result(output="error[E0502]: cannot borrow `tree`")
    talk.write(made.claude)
    later = Transcript(NEW, at=START + DAY, cwd="/home/ada/zoo")
    later.prompt("Borrow the tree again")
    later.answer(text("Done with the \x1b[31mtree\x1b[0m.\u202e"))
    later.write(made.claude)
    return made


def found(program: Program, *args: str) -> list[tuple[str, str]]:
    return [(row["session_id"], row["kind"]) for row in program.answers("search", *args)["rows"]]


def test_the_newest_hits_come_first(program: Program) -> None:
    assert found(program, "borrow") == [(NEW, "user"), (OLD, "user"), (OLD, "tool_result")]


def test_all_words_must_stand_in_one_event(program: Program) -> None:
    assert found(program, "borrow", "tree") == [(NEW, "user"), (OLD, "tool_result")]
    assert found(program, "done", "tree") == [(NEW, "assistant")]


def test_words_in_quotes_stand_together(program: Program) -> None:
    assert found(program, "borrow checker") == found(program, '"borrow checker"') == [(OLD, "user")]
    assert found(program, "checker borrow") == []


@pytest.mark.parametrize(
    ("words", "kind"),
    [("lifetime", "thinking"), ("cargo", "tool_call"), ("E0502", "tool_result"), ("done", "assistant")],
)
def test_everything_that_was_said_is_searched(program: Program, words: str, kind: str) -> None:
    assert [kind_found for _, kind_found in found(program, words)] == [kind]


def test_filters_apply(program: Program) -> None:
    assert found(program, "borrow", "--project", "zoo") == [(NEW, "user")]
    assert found(program, "borrow", "--kind", "tool_result") == [(OLD, "tool_result")]
    assert found(program, "borrow", "--until", "2026-11-01", "--kind", "user") == [(OLD, "user")]


def test_a_hit_says_where_the_words_stand(program: Program) -> None:
    listing = program.answers("search", "checker")
    [row] = listing["rows"]
    start, end = row["marks"][0]
    assert row["snippet"][start:end] == "checker"
    assert (row["at"], row["project"], row["name"]) == ("2026-11-01T12:00:00.000+00:00", "/home/ada/app", "")
    assert listing["totals"] == {"hits": 1, "sessions": 1, "more": False}


def test_a_limit_says_that_there_is_more(program: Program) -> None:
    listing = program.answers("search", "borrow", "--limit", "2")
    assert (len(listing["rows"]), listing["totals"]["more"]) == (2, True)
    assert "first 2 hits" in listing["notes"][0]
    assert len(program.answers("search", "borrow", "--limit", "0")["rows"]) == 3


@pytest.mark.parametrize("columns", [60, 80, 160])
def test_the_table_fits_and_is_harmless(program: Program, columns: int) -> None:
    said = program.says("search", "tree", columns=columns)
    assert max(map(cell_len, said.splitlines())) <= columns
    assert not set("\x1b\u202e") & set(said)
    assert "Done with" in said


def test_nothing_found_is_said(program: Program) -> None:
    assert program.says("search", "zebra") == "Nothing holds zebra.\n"
    assert program.says("search", "zebra", "--format", "csv").startswith("session_id,agent,")


def test_lines_that_cannot_be_read_are_counted_and_the_rest_is_found(program: Program) -> None:
    program.says("scan")
    with Store.open(f"sqlite:///{program.data / 'dashcam.db'}") as store, store.database.writing():
        store.database.run(
            "UPDATE frame SET data = ? WHERE source = (SELECT id FROM source WHERE path LIKE ?)", (b"x", f"%{OLD}%")
        )
    listing = program.answers("search", "borrow")
    assert [row["session_id"] for row in listing["rows"]] == [NEW]
    assert listing["notes"] == [
        "4 lines that may hold it cannot be read: the journal is damaged there (`dashcam db verify`)."
    ]
