"""A session from end to end: the outline's columns, and pages that go both ways from anywhere."""

from pathlib import Path

import pytest

from dashcam.agents.registry import AGENTS
from dashcam.queries.moment import Moment
from dashcam.queries.outline import EntriesPage, Outline, Span, entries_page, one_entry, outline
from dashcam.queries.sessions import one_session
from dashcam.records.errors import BadInput, NotFound
from dashcam.records.event import EVENT_KINDS
from dashcam.store.store import Store
from tests.support import build
from tests.support.build import HOUR, SESSION, START
from tests.support.claude_lines import Transcript, text, thinking, tool_use, usage
from tests.support.codex_lines import Rollout
from tests.support.machine import Machine
from tests.support.saving import news, save

AT = Moment(now=START + HOUR)
FIRST = START // 1_000


@pytest.fixture
def machine(tmp_path: Path, store_url: str) -> Machine:
    """A scanned machine: two prompts, an answer that calls a tool, its result, and a last answer."""
    made = Machine(tmp_path, store_url)
    talk = Transcript()
    talk.model = "claude-sonnet-4-5"
    talk.prompt("Add a test")
    talk.answer(thinking("Hm"), tool_use(), message_id="msg_1", spent=usage(given=1_000, output=100, cache_read=50))
    talk.tool_result(output="x" * 50, failed=True)
    talk.answer(text("Done."), message_id="msg_2", spent=usage(given=2_000, output=200))
    talk.prompt("Thanks")
    talk.write(made.claude)
    rollout = Rollout()
    rollout.turn()
    rollout.prompt()
    rollout.answer()
    rollout.tokens()
    rollout.write(made.codex)
    made.scan()
    return made


def drawn(machine: Machine, agent: str = "claude-code", kinds: tuple[str, ...] | None = None) -> Outline:
    with Store.open(machine.url) as store:
        [(native,)] = store.database.rows("SELECT native_id FROM session WHERE agent = ?", (agent,))
        session = one_session(store.database, native, AT)
        return outline(store.database, session, **({"kinds": kinds} if kinds else {}))


def page(machine: Machine, **span: object) -> EntriesPage:
    with Store.open(machine.url) as store:
        session = one_session(store.database, SESSION, AT)
        return entries_page(store.database, AGENTS, session, Span(**span), AT)  # type: ignore[arg-type]


def kinds_of(found: Outline) -> list[str]:
    return [found.kinds[place] for place in found.kind]


def test_an_outline_lists_all_events_in_columns(machine: Machine) -> None:
    found = drawn(machine)
    assert kinds_of(found) == ["user", "thinking", "tool_call", "tool_result", "assistant", "user"]
    assert [found.names[place] for place in found.name] == ["", "", "Bash", "Bash", "", ""]
    assert (found.start, found.at) == (FIRST, [1_000 * second for second in range(6)])
    assert (found.failed, found.inherited) == ([3], [])
    assert (len(found.id), len(set(found.id))) == (6, 6)


def test_what_few_events_have_stands_with_their_positions(store_url: str) -> None:
    events = (
        build.event(line=0, at=START),
        build.event(line=1, at=START - 1_000, order=START, duration_us=1_500, kind="tool_call"),
        build.event(line=2, at=START, lines_added=3, kind="tool_result", ok=True),
        build.event(line=3, at=START, lines_added=0, lines_removed=4, duration_us=0, kind="tool_result", ok=False),
    )
    with Store.open(store_url) as store:
        save(store, news(events=events))
        found = outline(store.database, one_session(store.database, SESSION, AT))
    assert (found.durations.position, found.durations.duration_ms) == ([1, 3], [1, 0])
    assert (found.changes.position, found.changes.added, found.changes.removed) == ([2, 3], [3, 0], [0, 4])
    assert (found.failed, found.at) == ([3], [0, -1, 0, 0])


def test_each_call_stands_with_the_event_of_its_line(machine: Machine) -> None:
    calls = drawn(machine).calls
    assert (calls.call_id, calls.position) == (["msg_1", "msg_2"], [2, 4])
    assert calls.cost_usd == [0.004515, 0.009]
    assert (calls.output_tokens, calls.context_tokens) == ([100, 200], [1_050, 2_000])
    assert (calls.at, calls.model, calls.models) == ([2_000, 4_000], [0, 0], ["claude-sonnet-4-5"])


def test_a_call_on_a_line_that_says_nothing_stands_with_the_line_before(machine: Machine) -> None:
    found = drawn(machine, "codex")
    assert [kinds_of(found)[place] for place in found.calls.position if place is not None] == ["assistant"]
    assert drawn(machine, "codex", kinds=("error",)).calls.position == [None]


def test_a_call_that_counts_by_a_copy_of_the_file_stands_by_its_time(store_url: str) -> None:
    events = tuple(build.event(line=second, at=START + second * 1_000_000) for second in range(3))
    with Store.open(store_url) as store:
        save(store, news(events=events))
        save(store, news(path="/copy.jsonl", calls=(build.model_call(at=START + 1_500_000),)))
        found = outline(store.database, one_session(store.database, SESSION, AT))
    assert (found.at, found.calls.at, found.calls.position) == ([0, 1_000, 2_000], [1_500], [1])


def test_an_outline_of_some_kinds_counts_positions_among_them(machine: Machine) -> None:
    found = drawn(machine, kinds=("user", "assistant"))
    assert (kinds_of(found), found.calls.position) == (["user", "assistant", "user"], [0, 1])


def test_the_pages_are_those_of_the_outline(machine: Machine) -> None:
    found = drawn(machine, kinds=EVENT_KINDS)
    for position in range(len(found.id)):
        rows = page(machine, position=position, limit=2, kinds=EVENT_KINDS).rows
        assert [(row.id, row.position) for row in rows] == list(
            zip(found.id[position : position + 2], range(position, position + 2), strict=False)
        )


def test_pages_go_both_ways(machine: Machine) -> None:
    ids = drawn(machine).id
    first = page(machine, limit=4)
    assert ([row.id for row in first.rows], first.has_before, first.has_after, first.total) == (
        ids[:4], False, True, 6
    )  # fmt: skip
    last = page(machine, after=ids[3])
    assert ([row.id for row in last.rows], last.has_before, last.has_after) == (ids[4:], True, False)
    back = page(machine, before=ids[4], limit=2)
    assert ([row.position for row in back.rows], back.has_before, back.has_after) == ([2, 3], True, True)


@pytest.mark.parametrize("span", [{"after": 5}, {"position": 6}, {"position": 1 << 70}])
def test_behind_the_end_there_is_nothing_yet(machine: Machine, span: dict[str, int]) -> None:
    given = {name: drawn(machine).id[value] if name == "after" else value for name, value in span.items()}
    found = page(machine, **given)
    assert (found.rows, found.total, found.has_before, found.has_after) == ([], 6, True, False)


def test_before_the_beginning_there_is_nothing(machine: Machine) -> None:
    found = page(machine, before=drawn(machine).id[0])
    assert (found.rows, found.has_before, found.has_after) == ([], False, True)


def test_a_long_text_is_cut_and_says_how_much_was(machine: Machine) -> None:
    result = page(machine, position=3, limit=1, longest=20).rows[0]
    assert (result.text, result.left_out) == ("x" * 20, 30)
    with Store.open(machine.url) as store:
        session = one_session(store.database, SESSION, AT)
        assert one_entry(store.database, AGENTS, session, result.id, AT).text == "x" * 50


@pytest.mark.parametrize(
    "span",
    [
        {"after": "nonsense"},
        {"after": "1.2"},
        {"before": "1.2.-3"},
        {"after": "999999.0.0"},
        {"after": "9" * 40 + ".0.0"},
        {"limit": 0},
        {"position": -1},
        {"longest": -1},
        {"after": "1.0.0", "position": 3},
    ],
    ids=str,
)
def test_a_span_that_makes_no_sense_is_refused(machine: Machine, span: dict[str, object]) -> None:
    with pytest.raises(BadInput) as refused:
        page(machine, **span)
    assert refused.value.hint


def test_an_entry_of_another_session_is_not_found(machine: Machine) -> None:
    with Store.open(machine.url) as store:
        session = one_session(store.database, SESSION, AT)
        with pytest.raises(NotFound):
            one_entry(store.database, AGENTS, session, drawn(machine, "codex").id[0], AT)


def test_a_session_without_events_has_an_empty_outline(machine: Machine) -> None:
    found = drawn(machine, kinds=("hook",))
    assert (found.id, found.kind, found.calls.position) == ([], [], [None, None])
