"""Sums add up in any order and grouping, and what no agent reported is not added as nothing."""

from functools import reduce
from operator import add

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashcam.records.call import TOKEN_FIELDS
from dashcam.records.rows import SUM_FIELDS, SessionRow, Sums

ONE = Sums(
    calls=1,
    input=10,
    output=20,
    cache_read=300,
    cache_write_5m=40,
    cache_write_1h=5,
    reasoning=15,
    web_searches=2,
    cost_nano=1_000,
    estimate_extra_nano=7,
    unpriced_calls=1,
    inexact_calls=1,
    reported_nano=900,
)

counts = st.integers(0, 10**12)
sums = st.builds(
    Sums,
    **{name: counts for name in SUM_FIELDS if name != "reported_nano"},
    reported_nano=st.none() | counts,
)

SESSION = SessionRow(
    row=1,
    session_id="s",
    agent="claude-code",
    agent_name="claude-code-default",
    machine="desk",
    project="/home/ada/app",
    branch="main",
    title="",
    first_prompt="",
    status="completed",
    model="",
    models=(),
    started_at=1_000,
    ended_at=61_000,
    active_us=5_000,
    has_usage=True,
    sums=Sums(),
    inherited_calls=0,
    source="transcript",
    parent="",
    relation="",
    agent_type="",
    parent_call="",
    version="",
    entrypoint="",
    error="",
    pull_requests=(),
    prompts=0,
    answers=0,
    events=0,
    tool_calls=0,
    tool_failures=0,
    errors=0,
    lines_added=0,
    lines_removed=0,
    revision=1,
)


def session(*, calls: int = 0, **changes: object) -> SessionRow:
    return msgspec.structs.replace(SESSION, sums=Sums(calls=calls), **changes)


def test_every_number_is_added() -> None:
    both = ONE + ONE
    assert msgspec.structs.asdict(both) == {name: 2 * value for name, value in msgspec.structs.asdict(ONE).items()}


def test_the_total_is_of_the_disjoint_counts_alone() -> None:
    assert ONE.total == 10 + 20 + 300 + 40 + 5 == sum(getattr(ONE, name) for name in TOKEN_FIELDS)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [(None, None, None), (900, None, 900), (None, 900, 900), (900, 100, 1_000), (0, None, 0)],
)
def test_a_cost_that_was_not_reported_is_unknown_and_not_nothing(
    one: int | None, other: int | None, expected: int | None
) -> None:
    assert (Sums(reported_nano=one) + Sums(reported_nano=other)).reported_nano == expected


@given(sums)
def test_nothing_added_changes_nothing(some: Sums) -> None:
    assert some + Sums() == Sums() + some == some


@given(sums, sums, sums)
def test_sums_add_up_in_any_order_and_grouping(one: Sums, other: Sums, third: Sums) -> None:
    assert one + other == other + one
    assert (one + other) + third == one + (other + third)
    assert (one + other).total == one.total + other.total


@given(st.lists(sums, max_size=5))
def test_many_sums_are_added_field_by_field(many: list[Sums]) -> None:
    whole = reduce(add, many, Sums())
    assert [getattr(whole, name) for name in SUM_FIELDS[:-1]] == [
        sum(getattr(one, name) for one in many) for name in SUM_FIELDS[:-1]
    ]


def test_the_reported_cost_stands_last() -> None:
    """It alone may be unknown, so addition treats the last field in a way of its own."""
    assert SUM_FIELDS[-1] == "reported_nano"
    assert [name for name in SUM_FIELDS if getattr(Sums(), name) is None] == ["reported_nano"]


@pytest.mark.parametrize(
    ("started", "ended", "expected"), [(1_000, 61_000, 60_000), (5, 5, 0), (None, 5, None), (5, None, None)]
)
def test_a_session_lasts_from_its_first_event_to_its_last(
    started: int | None, ended: int | None, expected: int | None
) -> None:
    assert session(started_at=started, ended_at=ended).duration_us == expected
