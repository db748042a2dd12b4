"""Searching what was said: words are found as a person saw them, on SQLite and on PostgreSQL alike."""

import unicodedata
from pathlib import Path

import pytest

from dashcam.agents.registry import AGENTS
from dashcam.queries.moment import Moment
from dashcam.queries.search import Hit, search
from dashcam.records.filters import Filter
from dashcam.store.store import Store
from tests.support.build import HOUR, START
from tests.support.claude_lines import Transcript, text, tool_use
from tests.support.codex_lines import Rollout
from tests.support.machine import Machine

AT = Moment(now=START + HOUR)


@pytest.fixture
def machine(tmp_path: Path, store_url: str) -> Machine:
    """A scanned machine: output with colours and links, and tool calls whose inputs have several lines."""
    made = Machine(tmp_path, store_url)
    talk = Transcript()
    talk.prompt()
    talk.answer(tool_use(command="cargo check\nlinter --all", options=[{"mode": "slow\nsure"}]))
    talk.tool_result(
        output="\x1b[1;31merror\x1b[0m: cannot borrow \x1b[32mtree\x1b[0m, "
        "see \x1b]8;;https://example.org/secretplace\x07the book\x1b]8;;\x07 about half\x1b[1mling\x1b[0m"
    )
    talk.write(made.claude)
    rollout = Rollout()
    rollout.turn()
    rollout.prompt()
    rollout.tool_call(command=["bash", "-lc", "cd zoo\nfeeder --now"])
    fed = "\x1b[33mgiraffe\x1b[0m fed"
    rollout.line("response_item", type="function_call_output", call_id="call_1", output=fed)
    rollout.tokens()
    rollout.write(made.codex)
    made.scan()
    return made


def hits(machine: Machine, words: str) -> list[Hit]:
    with Store.open(machine.url) as store:
        return list(search(store.database, AGENTS, words, Filter(), AT))


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("tree", "tool_result"),
        ("error", "tool_result"),
        ('"error: cannot borrow tree, see the book"', "tool_result"),
        ("halfling", "tool_result"),
        ("giraffe", "tool_result"),
        ("cargo", "tool_call"),
        ("linter", "tool_call"),
        ('"check linter"', "tool_call"),
        ("sure", "tool_call"),
        ("feeder", "tool_call"),
    ],
)
def test_a_word_is_found_behind_a_colour_and_at_the_beginning_of_a_line(
    machine: Machine, words: str, kind: str
) -> None:
    assert [hit.event.kind for hit in hits(machine, words)] == [kind]


@pytest.mark.parametrize("words", ["31merror", "32mtree", "1mling", "secretplace", "nlinter", "nfeeder", "ree"])
def test_what_nobody_saw_is_not_found(machine: Machine, words: str) -> None:
    assert hits(machine, words) == []


def test_the_words_around_a_hit_hold_no_orders_and_the_marks_stand_right(machine: Machine) -> None:
    [hit] = hits(machine, "tree borrow")
    assert hit.snippet == "Bash error: cannot borrow tree, see the book about halfling"
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["borrow", "tree"]


PARTED, JOINED = "Cafe\u0301 \u1112\u1161\u11ab\u1100\u116e\u11a8", "Caf\u00e9 \ud55c\uad6d"


@pytest.mark.parametrize("said", [PARTED, JOINED])
@pytest.mark.parametrize("asked", [*PARTED.split(), *JOINED.split(), "CAF\u00c9", f'"{PARTED}"', f'"{JOINED}"'])
def test_an_accent_is_found_however_it_is_written(said: str, asked: str, tmp_path: Path, store_url: str) -> None:
    machine = Machine(tmp_path, store_url)
    talk = Transcript()
    talk.prompt(f"Meet me in the {said} at noon")
    talk.write(machine.claude)
    machine.scan()
    [hit] = hits(machine, asked)
    [(start, end)] = hit.marks
    assert hit.snippet[start:end].lower() == unicodedata.normalize("NFC", asked.strip('"')).lower()


def test_a_damaged_frame_hides_only_its_own_lines(tmp_path: Path, store_url: str) -> None:
    machine = Machine(tmp_path, store_url)
    hurt, sound = Transcript(), Transcript("7a000000-0000-4000-8000-000000000002")
    for talk in (hurt, sound):
        talk.prompt("Plant a tree")
        talk.answer(text("The tree stands."))
        talk.write(machine.claude)
    machine.scan()
    with Store.open(machine.url) as store:
        [(source,)] = store.database.rows("SELECT id FROM source WHERE path LIKE ?", (f"%{hurt.session}%",))
        with store.database.writing():
            store.database.run("UPDATE frame SET data = ? WHERE source = ?", (b"no frame", source))
        everywhere = search(store.database, AGENTS, "tree", Filter(), AT)
        within = search(store.database, AGENTS, "tree", Filter(sessions=(sound.session,)), AT)
        found, narrow = list(everywhere), list(within)
    assert {hit.session.session_id for hit in found} == {sound.session}
    assert len(found) == len(narrow) == 2
    assert (everywhere.unread, within.unread) == ({(source, 0), (source, 1)}, set())
