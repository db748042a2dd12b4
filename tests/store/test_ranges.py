"""Sums over a range equal a straightforward sum over its calls, wherever the range's edges fall."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashcam.records.clock import Range
from dashcam.records.filters import Filter
from dashcam.store import sessions, usage
from dashcam.store.ranges import usage_in
from dashcam.store.store import Store
from dashcam.store.totals import QUARTER
from tests.support import build
from tests.support.build import START
from tests.support.saving import news, save

TIMES = [START - QUARTER, START - 1, START, START + 1, START + QUARTER - 1, START + QUARTER, START + 5 * QUARTER + 7]
"""When one call each was made: on and beside the edges of quarters, one token more each time."""
EDGES = sorted({at + by for at in TIMES for by in (-1, 0, 1)})


def fill(store: Store) -> None:
    calls = tuple(build.model_call(key=f"msg_{at}", at=at, output=1 << nth) for nth, at in enumerate(TIMES))
    save(store, news(calls=calls, facts=build.session_facts(first_at=TIMES[0], last_at=TIMES[-1])))


def straight(asked: Range) -> int:
    """Add up the output of the calls in a range, each of a bit of its own."""
    return sum(
        1 << nth
        for nth, at in enumerate(TIMES)
        if (asked.since is None or at >= asked.since) and (asked.until is None or at < asked.until)
    )


def told(store: Store, asked: Range) -> int:
    rows = usage.grouped(store.database, Filter(range=asked), (), quiet_since=0)
    return rows[0][1].output if rows else 0


@pytest.fixture
def filled(store_url: str) -> Iterator[Store]:
    with Store.open(store_url) as store:
        fill(store)
        yield store


@pytest.fixture(scope="module")
def one_filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    place: Path = tmp_path_factory.mktemp("ranges") / "dashcam.db"
    with Store.open(f"sqlite:///{place}") as store:
        fill(store)
        yield store


@pytest.mark.parametrize(
    "asked",
    [
        Range(),
        Range(since=START),
        Range(until=START),
        Range(since=START, until=START + QUARTER),
        Range(since=START + 1, until=START + 2),
        Range(since=START + 1, until=START + QUARTER + 1),
        Range(since=START - 1, until=START + 5 * QUARTER + 8),
        Range(since=START + 10 * QUARTER),
        Range(since=START + 2, until=START + QUARTER - 1),
    ],
    ids=str,
)
def test_a_range_adds_up_exactly_its_calls(filled: Store, asked: Range) -> None:
    assert told(filled, asked) == straight(asked)


def test_whole_quarters_are_read_from_their_sums_alone() -> None:
    text, values = usage_in(Range(since=START, until=START + 4 * QUARTER))
    assert "FROM call" not in text
    assert values == [START // QUARTER, START // QUARTER + 4]


@given(st.sampled_from([None, *EDGES]), st.sampled_from([None, *EDGES]))
def test_any_edges_add_up_exactly(one_filled: Store, since: int | None, until: int | None) -> None:
    asked = Range(since=since, until=until)
    if since is not None and until is not None and since >= until:
        assert told(one_filled, asked) == 0
        return
    assert told(one_filled, asked) == straight(asked)
    found = sessions.totals(one_filled.database, Filter(range=asked), quiet_since=0)
    assert (found.sums.output, found.sessions > 0) == (straight(asked), straight(asked) > 0)
