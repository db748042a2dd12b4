"""Usage taken apart, with the sessions that each part occurs in."""

from collections.abc import Iterator

import pytest

from dashcam.queries.breakdown import PARTS, breakdown
from dashcam.queries.moment import Moment
from dashcam.records.errors import BadInput
from dashcam.records.filters import Filter
from dashcam.store.store import Store
from tests.support import build
from tests.support.build import HOUR, START
from tests.support.saving import news, save

AT = Moment(now=START + HOUR)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """One session that edits and runs, with a subagent that runs; another one that uses no tool at all."""
    with Store.open(store_url) as opened:
        for name, tools, more in (
            ("one", ("Edit", "Bash"), {"branch": "fix"}),
            ("one:helper", ("Bash",), {"relation": "subagent", "parent": "one", "branch": "fix"}),
            ("two", ("",), {"branch": ""}),
        ):
            calls = tuple(build.model_call(key=f"{name}-{tool}", tools=tool) for tool in tools)
            save(opened, news(name, calls=calls, facts=build.session_facts(session=name, **more)))
        yield opened


def sessions(store: Store, part: str) -> dict[str, tuple[int, int]]:
    rows = breakdown(store.database, Filter(), part, AT).rows
    return {str(getattr(row, part)): (row.sessions, row.calls) for row in rows}


def test_a_subagent_adds_calls_but_no_session(store: Store) -> None:
    assert sessions(store, "tool") == {"Bash": (1, 2), "Edit": (1, 1), "(no tool)": (1, 1)}
    assert sessions(store, "branch") == {"fix": (1, 3), "": (1, 1)}
    assert sessions(store, "agent") == {"claude-code": (2, 4)}


def test_every_part_adds_up_to_the_whole(store: Store) -> None:
    for part in PARTS:
        found = breakdown(store.database, Filter(), part, AT)
        assert sum(row.calls for row in found.rows) == found.totals.calls == 4
        assert sum(row.cost_usd or 0 for row in found.rows) == pytest.approx(found.totals.cost_usd)


def test_time_is_no_part(store: Store) -> None:
    with pytest.raises(BadInput, match="cannot be taken apart by 'day'"):
        breakdown(store.database, Filter(), "day", AT)
