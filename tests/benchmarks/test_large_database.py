"""The large database holds what it is asked to hold, and every question of the speed test has an answer."""

from pathlib import Path
from random import Random

import pytest

from benchmarks.large_database import large_database, sizes
from benchmarks.query_speed import questions
from dashcam.store.store import Store

SESSIONS, CALLS = 20, 400


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return large_database(tmp_path_factory.mktemp("large"), sessions=SESSIONS, calls=CALLS, seed=3)


@pytest.mark.parametrize(("sessions", "calls"), [(20, 400), (10_000, 1_000_000)])
def test_calls_are_shared_out_to_the_last_one(sessions: int, calls: int) -> None:
    found = sizes(Random(1), sessions, calls)
    assert (len(found), sum(found)) == (sessions, calls)
    assert min(found) >= 1


def test_a_small_one_holds_every_session_and_call_with_its_price(url: str) -> None:
    with Store.open(url) as store:
        row = store.database.one("SELECT count(*), sum(calls), sum(unpriced_calls), max(source_kind) FROM session")
    assert row == (SESSIONS, CALLS, 0, "transcript")


def test_it_is_not_made_twice(url: str) -> None:
    path = Path(url.removeprefix("sqlite:///"))
    before = path.stat().st_mtime_ns
    assert large_database(path.parent, sessions=SESSIONS, calls=CALLS, seed=3) == url
    assert path.stat().st_mtime_ns == before


def test_every_question_of_the_speed_test_has_an_answer(url: str) -> None:
    with Store.open(url) as store:
        for question in questions(store.database):
            assert question.ask() is not None, question.name
