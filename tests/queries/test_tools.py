"""Tool calls counted, the same on both databases: how often, how they went, how long they took."""

from collections.abc import Iterator

import pytest

from dashcam.queries.moment import Moment
from dashcam.queries.tools import percentile, tools
from dashcam.records.clock import Range
from dashcam.records.errors import BadInput
from dashcam.records.event import Event, EventKind
from dashcam.records.filters import Filter
from dashcam.store.store import Store
from tests.support import build
from tests.support.build import DAY, HOUR, MINUTE, SECOND, START
from tests.support.saving import news, save

AT = Moment(now=START + 2 * HOUR)
MAIN, CHILD, PUSHED, HOOKED = "main-0001", "main-0001:child", "pushed-0001", "hooked-0001"
MILLISECOND = 1_000


def told(kind: EventKind, name: str, at: int, line: int, ok: bool | None = None, took: int | None = None) -> Event:  # noqa: FBT001
    return build.event(kind=kind, name=name, at=START + at, line=line, ok=ok, duration_us=took)


def call(tool: str, at: int, line: int, *, ok: bool | None = True, took: int = SECOND) -> tuple[Event, Event]:
    return told("tool_call", tool, at, line), told("tool_result", tool, at + took, line + 1, ok, took)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """A session with a subagent and hooks that tell the same, one of telemetry alone, one of hooks alone."""
    with Store.open(store_url) as opened:
        own = (*call("Bash", 0, 0), *call("Bash", MINUTE, 2, ok=False, took=3 * SECOND), *call("Read", HOUR, 4))
        facts = build.session_facts(session=MAIN, first_at=START, last_at=START + HOUR, title="Parser")
        save(
            opened,
            news(MAIN, events=(*own, told("tool_call", "Bash", HOUR + MINUTE, 6)), facts=facts),
            news(
                MAIN,
                path="/inbox/hooks",
                kind="hook",
                events=(told("hook", "PostToolUse:Bash", SECOND, 0, ok=True, took=SECOND),),
                facts=build.session_facts(session=MAIN),
            ),
            news(
                CHILD,
                events=call("Grep", MINUTE, 0, took=20 * MILLISECOND),
                facts=build.session_facts(session=CHILD, relation="subagent", parent=MAIN, project="/home/ada/app"),
            ),
            news(
                PUSHED,
                path="/inbox/otlp",
                kind="otlp_log",
                events=(
                    told("telemetry", "tool_result:Bash", MINUTE, 0, ok=True, took=9 * SECOND),
                    told("telemetry", "tool_decision:Bash", MINUTE, 1),
                ),
                facts=build.session_facts(session=PUSHED, project="/elsewhere"),
            ),
            news(
                HOOKED,
                path="/inbox/hooks/2",
                kind="hook",
                events=(
                    told("hook", "PreToolUse:Edit", MINUTE, 0),
                    told("hook", "PostToolUseFailure:Edit", MINUTE + SECOND, 1, ok=False),
                ),
                facts=build.session_facts(session=HOOKED, project="/elsewhere"),
            ),
        )
        yield opened


def test_each_tool_with_its_calls_failures_and_times(store: Store) -> None:
    found = tools(store.database, Filter(), "tool", AT)
    assert [(row.tool, row.calls, row.failures, row.timed) for row in found.rows] == [
        ("Bash", 4, 1, 3),
        ("Edit", 1, 1, 0),
        ("Grep", 1, 0, 1),
        ("Read", 1, 0, 1),
    ]
    bash, edit, grep, _ = found.rows
    assert (bash.failure_rate, bash.p50_seconds, bash.p95_seconds) == (1 / 3, 3.0, 9.0)
    assert (edit.failure_rate, edit.p50_seconds) == (1.0, None)
    assert grep.p95_seconds == 0.02
    assert (found.totals.calls, found.totals.failures, found.left_out) == (7, 2, 0)
    assert found.notes == [
        "Of 2 of these calls it is not known how long it took: it still runs, or its agent does not say."
    ]


def test_a_subagents_calls_are_those_of_the_session_that_started_it(store: Store) -> None:
    found = tools(store.database, Filter(), "session", AT)
    assert [(row.session_id, row.title, row.calls) for row in found.rows] == [
        (MAIN, "Parser", 5),
        (HOOKED, "Add a test", 1),
        (PUSHED, "Add a test", 1),
    ]


def test_only_what_happened_in_the_range(store: Store) -> None:
    asked = Filter(range=Range(since=START + MINUTE, until=START + HOUR))
    found = tools(store.database, asked, "tool", AT)
    assert [(row.tool, row.calls) for row in found.rows] == [("Bash", 2), ("Edit", 1), ("Grep", 1)]
    assert tools(store.database, Filter(range=Range(since=START + DAY, until=None)), "tool", AT).rows == []


def test_a_filter_of_sessions_is_one_of_their_tools(store: Store) -> None:
    found = tools(store.database, Filter(projects=("elsewhere",)), "tool", AT)
    assert [(row.tool, row.calls) for row in found.rows] == [("Bash", 1), ("Edit", 1)]


def test_what_the_limit_leaves_out_is_counted_and_stays_in_the_totals(store: Store) -> None:
    found = tools(store.database, Filter(), "tool", AT, limit=1)
    assert ([row.tool for row in found.rows], found.left_out, found.totals.calls) == (["Bash"], 3, 7)


def test_tools_are_counted_by_tool_or_session_alone(store: Store) -> None:
    with pytest.raises(BadInput, match="cannot be counted by 'day'"):
        tools(store.database, Filter(), "day", AT)


@pytest.mark.parametrize(("took", "kept"), [(999, 999), (1_234, 1_230), (98_765_432, 98_700_000)])
def test_a_time_is_kept_to_three_digits(store: Store, took: int, kept: int) -> None:
    asked = news("long-0001", events=call("Wait", 0, 0, took=took), facts=build.session_facts(session="long-0001"))
    save(store, asked)
    found = {row.tool: row.p50_seconds for row in tools(store.database, Filter(), "tool", AT).rows}
    assert found["Wait"] == kept / SECOND


@pytest.mark.parametrize(
    ("took", "part", "seconds"),
    [
        ({}, 0.5, None),
        ({2 * SECOND: 1}, 0.95, 2.0),
        ({SECOND: 1, 2 * SECOND: 1}, 0.5, 1.0),
        ({SECOND: 95, 9 * SECOND: 5}, 0.95, 1.0),
        ({SECOND: 94, 9 * SECOND: 6}, 0.95, 9.0),
    ],
)
def test_a_percentile_is_the_shortest_time_that_a_part_did_not_exceed(
    took: dict[int, int], part: float, seconds: float | None
) -> None:
    assert percentile(took, part) == seconds
