"""Tokens by the minute, by the time of the calls, the same on SQLite and on PostgreSQL."""

from collections.abc import Iterator

import msgspec
import pytest

from dashcam.queries.moment import Moment
from dashcam.queries.series import LONGEST_HOURS, session_minutes, sparks, token_sessions
from dashcam.queries.sessions import one_session
from dashcam.records.call import ModelCall
from dashcam.records.errors import BadInput
from dashcam.store.store import Store
from tests.support import build
from tests.support.build import HOUR, MINUTE, SECOND, START
from tests.support.saving import news, save

AT = Moment(now=START + HOUR)
FIRST = START // 1_000
"""The first minute in milliseconds."""
CALL = build.model_call(input=10, output=5, cache_read=100, cache_write_5m=20, cache_write_1h=3, reasoning=2)
MAIN, HELPER, OTHER = "main-0001", "main-0001:helper", "other-0001"


def calls(session: str, *ats: int, **changes: int) -> tuple[ModelCall, ...]:
    return tuple(
        msgspec.structs.replace(CALL, key=f"{session}-{nth}", at=START + at, **changes) for nth, at in enumerate(ats)
    )


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """A session of three calls in two minutes, its subagent with one call of a larger prompt, and another session."""
    with Store.open(store_url) as opened:
        save(
            opened,
            news(
                MAIN,
                calls=calls(MAIN, 0, 59 * SECOND, 2 * MINUTE),
                facts=build.session_facts(session=MAIN, first_at=START, last_at=START + 4 * MINUTE),
            ),
            news(
                HELPER,
                calls=calls(HELPER, 2 * MINUTE, input=5_000),
                facts=build.session_facts(session=HELPER, relation="subagent", parent=MAIN),
            ),
            news(
                OTHER,
                calls=calls(OTHER, 30 * MINUTE, output=40),
                facts=build.session_facts(session=OTHER, first_at=None, last_at=None),
            ),
        )
        yield opened


def test_a_session_by_the_minute(store: Store) -> None:
    found = session_minutes(store.database, one_session(store.database, MAIN, AT), AT)
    assert found.session_id == MAIN
    assert [(one.minute, one.calls) for one in found.minutes] == [(FIRST, 2), (FIRST + 120_000, 1)]
    first = found.minutes[0]
    assert (first.input_tokens, first.output_tokens, first.reasoning_tokens) == (20, 10, 4)
    assert (first.cache_read_tokens, first.cache_write_tokens) == (200, 46)
    assert (first.context_tokens, first.cost_usd) == (133, 0.000276)


def test_subagents_add_to_the_sums_but_not_to_the_context(store: Store) -> None:
    found = session_minutes(store.database, one_session(store.database, MAIN, AT), AT, subagents=True)
    last = found.minutes[-1]
    assert (last.calls, last.input_tokens, last.context_tokens) == (2, 5_010, 133)


def test_a_minute_of_the_subagents_alone_has_no_context(store: Store) -> None:
    late = calls(HELPER, 2 * MINUTE, 3 * MINUTE)[1:]
    save(store, news(HELPER, path="/home/ada/more.jsonl", calls=late, facts=build.session_facts(session=HELPER)))
    found = session_minutes(store.database, one_session(store.database, MAIN, AT), AT, subagents=True)
    assert [one.context_tokens for one in found.minutes] == [133, 133, None]


def test_a_call_of_unknown_time_has_no_minute(store: Store) -> None:
    timeless = (msgspec.structs.replace(CALL, key="timeless", at=0),)
    save(store, news("timeless", calls=timeless, facts=build.session_facts(session="timeless", last_at=None)))
    assert session_minutes(store.database, one_session(store.database, "timeless", AT), AT).minutes == []


def test_the_sessions_of_the_last_hour_the_largest_first(store: Store) -> None:
    found = token_sessions(store.database, 1, None, AT).sessions
    assert [(one.session_id, one.total_input, one.total_output) for one in found] == [
        (HELPER, 5_000, 5),
        (OTHER, 10, 40),
        (MAIN, 30, 15),
    ]
    assert [(one.minute, one.input_tokens, one.output_tokens, one.cache_read_tokens) for one in found[2].series] == [
        (FIRST, 20, 10, 200),
        (FIRST + 120_000, 10, 5, 100),
    ]


def test_only_what_happened_in_the_hours_counts(store: Store) -> None:
    at = Moment(now=START + HOUR + 2 * MINUTE)
    found = {one.session_id: len(one.series) for one in token_sessions(store.database, 1, None, at).sessions}
    assert found == {MAIN: 1, HELPER: 1, OTHER: 1}
    found = {one.session_id: len(one.series) for one in token_sessions(store.database, 0.5, None, AT).sessions}
    assert found == {OTHER: 1}


def test_one_session_alone(store: Store) -> None:
    assert [one.session_id for one in token_sessions(store.database, 1, MAIN, AT).sessions] == [MAIN]
    assert token_sessions(store.database, 1, "nobody", AT).sessions == []


@pytest.mark.parametrize("hours", [0, -1, float("nan"), float("inf"), LONGEST_HOURS + 1])
def test_hours_that_are_no_span_are_refused(store: Store, hours: float) -> None:
    with pytest.raises(BadInput, match="no span"):
        token_sessions(store.database, hours, None, AT)


def test_sparks_cut_each_session_into_parts_of_its_own_time(store: Store) -> None:
    found = sparks(store.database, [MAIN, HELPER, OTHER, "nobody"], points=4)
    assert found == {MAIN: [276, 138, 0, 0], HELPER: [0, 0, 0, 5_128]}


def test_sparks_of_no_session_are_none(store: Store) -> None:
    assert sparks(store.database, []) == {}
