"""Law 3: news may come late, twice or out of order; every order of the same batches ends in the same state."""

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from dashcam.pricing.price import price
from dashcam.records.call import ModelCall, Priced
from dashcam.records.source import Bookmark
from dashcam.store.batch import Advance, Batch
from dashcam.store.store import Store
from tests.support import build
from tests.support.machine import contents, make_prices

PARENT, FORK, THIRD = (
    build.SESSION,
    "f0f0f0f0-0000-4000-8000-000000000002",
    "0a0a0a0a-0000-4000-8000-000000000003",
)


def account(session: str, *calls: ModelCall, born: int = build.START, shared_events: int = 0) -> Advance:
    """What one file says: some calls of a session and, if asked for, events that other files hold too."""
    return Advance(
        source=build.source(path=f"/home/ada/{session}.jsonl"),
        expected=Bookmark(),
        bookmark=build.bookmark(lines=20),
        first_line=0,
        lines_read=20,
        calls=[(call, priced(call)) for call in calls],
        events=[
            build.event(session=session, line=number, at=build.START + number, key=1000 + number)
            for number in range(shared_events)
        ],
        facts={session: build.session_facts(session=session, born=born)},
    )


def priced(call: ModelCall) -> Priced:
    prices = make_prices({})
    return price(call, prices.rate(call.provider, call.model, call.at))


def call(session: str, **changes: Any) -> ModelCall:
    return build.model_call(session=session, **changes)


CONFLICTS = {
    "a fork copies its parent": [
        account(PARENT, call(PARENT), call(PARENT, key="msg_2"), shared_events=3),
        account(FORK, call(FORK), call(FORK, key="msg_3"), born=build.START + build.HOUR, shared_events=3),
        account(THIRD, call(THIRD), born=build.START + build.DAY, shared_events=2),
    ],
    "two accounts know different parts of one call": [
        account(PARENT, call(PARENT, output=900, input=1)),
        account(FORK, call(FORK, output=1, input=70), born=build.START + 1),
        account(THIRD, call(THIRD, output=5, input=3, cache_read=9_000), born=build.START + 2),
    ],
    "a replay in a sidechain has another request id": [
        account(PARENT, call(PARENT)),
        account(FORK, call(FORK, variant="req_9", sidechain=True, output=9_999), born=build.START - build.DAY),
        account(THIRD, call(THIRD, variant="", rank=2, output=50_000), born=build.START - 2 * build.DAY),
    ],
    "a gateway gives every request the same message id": [
        account(PARENT, call(PARENT, variant="req_1", input=10)),
        account(FORK, call(FORK, variant="req_2", input=20), born=build.START + 5),
        account(THIRD, call(THIRD, variant="req_1", input=10), born=build.START + 6),
    ],
    "two sessions begin at the same time": [
        account(PARENT, call(PARENT), shared_events=1),
        account(FORK, call(FORK), shared_events=1),
        account(THIRD, call(THIRD, key="msg_other")),
    ],
    "a session turns out to be older than was known": [
        account(FORK, call(FORK), born=build.START + build.DAY, shared_events=2),
        account(PARENT, call(PARENT), born=build.START + build.HOUR, shared_events=2),
        Advance(
            source=build.source(path="/home/ada/elsewhere.jsonl"),
            expected=Bookmark(),
            bookmark=build.bookmark(lines=1),
            first_line=0,
            lines_read=1,
            facts={FORK: build.session_facts(session=FORK, born=build.START)},
        ),
    ],
}


@pytest.mark.parametrize("conflict", CONFLICTS)
def test_every_order_of_conflicting_batches_ends_in_the_same_state(conflict: str, store_url: str) -> None:
    states = []
    for order in permutations(CONFLICTS[conflict]):
        with Store.open(store_url) as store:
            for news in order:
                assert not store.save(Batch(advances=[news]), price).stale
            states.append(contents(store.database))
            empty(store)
    for state in states[1:]:
        for table, rows in state.items():
            assert rows == states[0][table], table


def empty(store: Store) -> None:
    for table in (*contents(store.database), "source", "frame", "chunk"):
        store.database.run(f"DELETE FROM {table}")


def test_all_at_once_is_as_one_after_the_other(store_url: str) -> None:
    for advances in CONFLICTS.values():
        with Store.open(store_url) as store:
            store.save(Batch(advances=list(advances)), price)
            together = contents(store.database)
            empty(store)
            for news in reversed(advances):
                store.save(Batch(advances=[news]), price)
            assert contents(store.database) == together
            empty(store)


def test_news_that_come_twice_are_kept_once(tmp_path: Path) -> None:
    news = account(PARENT, call(PARENT), shared_events=2)
    with Store.open(f"sqlite:///{tmp_path / 'x.db'}") as store:
        store.save(Batch(advances=[news]), price)
        once = contents(store.database)
        assert store.save(Batch(advances=[news]), price).stale == (news,)
        assert contents(store.database) == once


def test_the_parent_owns_what_its_fork_copied(store_url: str) -> None:
    with Store.open(store_url) as store:
        store.save(Batch(advances=CONFLICTS["a fork copies its parent"]), price)
        rows = store.database.rows("SELECT native_id, calls, inherited_calls, parent, relation, events FROM session")
    assert sorted(rows) == sorted(
        [(PARENT, 2, 0, "", "", 3), (FORK, 1, 1, PARENT, "fork", 0), (THIRD, 0, 1, PARENT, "fork", 0)]
    )


def test_two_accounts_of_one_call_meet_by_the_greater_count(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'x.db'}") as store:
        store.save(Batch(advances=CONFLICTS["two accounts know different parts of one call"]), price)
        rows = store.database.rows(
            "SELECT calls, input, output, cache_read FROM session WHERE native_id = ?", (PARENT,)
        )
    assert rows == [(1, 70, 900, 9_000)]
