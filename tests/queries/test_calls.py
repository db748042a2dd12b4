"""A session's calls, page by page: each once, in the order of time, with the event that it stands with."""

from collections.abc import Iterator

import pytest

from dashcam.queries.calls import SessionCall, calls_page
from dashcam.queries.moment import Moment
from dashcam.queries.sessions import one_session
from dashcam.records.errors import BadInput
from dashcam.store.store import Store
from tests.support import build
from tests.support.build import HOUR, SECOND, SESSION, START
from tests.support.saving import news, save

AT = Moment(now=START + HOUR)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """Four calls: two of the same time, one on a line that says nothing, one before all events."""
    with Store.open(store_url) as opened:
        save(
            opened,
            news(
                calls=(
                    build.model_call(key="first", at=START, line=0),
                    build.model_call(key="same", variant="b", at=START + SECOND, line=3, input=101),
                    build.model_call(key="same", variant="a", at=START + SECOND, line=3, tools="Bash, Edit"),
                    build.model_call(
                        key="last", at=START + 2 * SECOND, line=5, exact=False, output=1, estimated_output=201,
                        duration_us=1_500_000, reported_nano=7,
                    ),
                ),
                events=(
                    build.event(line=3, part=1, at=START),
                    build.event(line=3, part=0, at=START),
                    build.event(line=4, part=2, at=START),
                    build.event(line=6, part=0, at=START),
                ),
            ),
        )  # fmt: skip
        yield opened


def listed(store: Store, limit: int) -> list[SessionCall]:
    session = one_session(store.database, SESSION, AT)
    rows: list[SessionCall] = []
    cursor = ""
    while True:
        page = calls_page(store.database, session, AT, cursor=cursor, limit=limit)
        rows += page.rows
        if page.next is None:
            return rows
        cursor = page.next


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 9])
def test_pages_of_any_size_show_every_call_once_in_the_order_of_time(store: Store, limit: int) -> None:
    assert [(row.call_id, row.request_id) for row in listed(store, limit)] == [
        ("first", "req_1"), ("same", "a"), ("same", "b"), ("last", "req_1")
    ]  # fmt: skip


def test_a_call_stands_with_the_first_event_of_its_line_or_of_the_line_before(store: Store) -> None:
    assert [row.event_id for row in listed(store, 9)] == [None, "1.3.0", "1.3.0", "1.4.2"]


def test_a_call_tells_what_it_used_and_cost(store: Store) -> None:
    first, _, _, last = listed(store, 9)
    assert (first.input_tokens, first.output_tokens, first.cache_read_tokens) == (100, 200, 3_000)
    assert (first.cache_write_5m_tokens, first.cache_write_1h_tokens) == (400, 50)
    assert (first.total_tokens, first.context_tokens, first.cost_usd) == (3_750, 3_550, 0.00375)
    assert (first.at, first.exact, first.estimated_cost_usd) == ("2026-11-01T12:00:00.000+00:00", True, None)
    assert (last.exact, last.cost_usd, last.estimated_cost_usd) == (False, 0.003551, 0.003751)
    assert (last.duration_seconds, last.reported_cost_usd) == (1.5, 7e-9)


@pytest.mark.parametrize("cursor", ["nonsense", "W10", "WzFd"])
def test_a_bad_cursor_is_refused(store: Store, cursor: str) -> None:
    with pytest.raises(BadInput, match="cursor"):
        calls_page(store.database, one_session(store.database, SESSION, AT), AT, cursor=cursor)


def test_a_page_without_rows_is_refused(store: Store) -> None:
    with pytest.raises(BadInput, match="at least one row"):
        calls_page(store.database, one_session(store.database, SESSION, AT), AT, limit=0)
