"""Listing sessions: filters, sort keys, pages, and ranges that select what happened in them."""

from collections.abc import Iterator
from functools import partial
from typing import Any, get_args

import pytest

from dashcam.pricing.price import price
from dashcam.records.clock import Range
from dashcam.records.filters import SORT_KEYS, Filter, SortKey
from dashcam.records.source import SourceKind
from dashcam.store import sessions, usage
from dashcam.store.batch import Advance
from dashcam.store.sessions import Page
from dashcam.store.store import Store
from dashcam.store.totals import revision_of
from tests.support import build
from tests.support.build import DAY, HOUR, MINUTE, START
from tests.support.saving import news, save

ANT, BEE, CAT = "aaaa-ant", "bbbb-bee", "cccc-cat"
HELPER = f"{ANT}:helper"
QUIET_SINCE = START + 2 * DAY - HOUR


def session(native: str, *, day: int = 0, calls: int = 1, output: int = 200, **facts: Any) -> Advance:
    at = START + day * DAY
    model = facts.pop("model", "claude-sonnet-5")
    told = build.session_facts(
        session=native,
        **({"born": at, "first_at": at, "last_at": at + (day + 1) * MINUTE, "title": native} | facts),
    )
    made = tuple(
        build.model_call(key=f"{native}-{nth}", at=at + nth, output=output, model=model) for nth in range(calls)
    )
    events = (build.event(session=native, at=at), build.event(session=native, line=1, at=at + (day + 1) * MINUTE))
    return news(native, calls=made, events=events, facts=told)


def fill(store: Store) -> None:
    bee = session(BEE, day=1, calls=3, project="/home/ada/Wing_Span", branch="fix", model="claude-opus-5")
    bee.source = build.source(path="/home/ada/bee.jsonl", agent="codex", agent_name="codex-work")
    save(
        store,
        session(ANT, calls=2, output=9_000, state="failed", first_prompt="Mend the 100% case"),
        bee,
        session(CAT, day=2, project="/srv/cat", state="waiting", title="ÄRGER"),
        session(HELPER, day=0, relation="subagent", parent=ANT, project="/srv/helper"),
    )


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store.open(store_url) as opened:
        fill(opened)
        yield opened


def listed(store: Store, page: Page | None = None, **asked: Any) -> list[str]:
    rows, _ = sessions.listing(
        store.database, Filter(**asked), page or Page(sort="started", descending=False), quiet_since=QUIET_SINCE
    )
    return [row.session_id for row in rows]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, [ANT, HELPER, BEE, CAT]),
        ({"top_level": True}, [ANT, BEE, CAT]),
        ({"agents": ("codex",)}, [BEE]),
        ({"agents": ("codex", "claude-code")}, [ANT, HELPER, BEE, CAT]),
        ({"agent_names": ("codex-work",)}, [BEE]),
        ({"projects": ("wing_s",)}, [BEE]),
        ({"projects": ("wing-s",)}, []),
        ({"projects": ("/SRV/",)}, [HELPER, CAT]),
        ({"projects": ("wing", "cat")}, [BEE, CAT]),
        ({"models": ("OPUS",)}, [BEE]),
        ({"models": ("opus", "sonnet")}, [ANT, HELPER, BEE, CAT]),
        ({"branches": ("fix",)}, [BEE]),
        ({"sessions": (ANT,)}, [ANT, HELPER]),
        ({"statuses": ("failed",)}, [ANT]),
        ({"statuses": ("waiting",)}, [CAT]),
        ({"statuses": ("completed", "failed")}, [ANT, HELPER, BEE]),
        ({"statuses": ("running",)}, []),
        ({"text": "100%"}, [ANT]),
        ({"text": "BBBB"}, [BEE]),
        ({"text": "%"}, [ANT]),
        ({"text": "ÄRGER"}, [CAT]),
        ({"minimum_cost_nano": 12_550_000}, [ANT]),
        ({"minimum_cost_nano": 11_250_000}, [ANT, BEE]),
        ({"agents": ("claude-code",), "projects": ("cat",), "branches": ("main",)}, [CAT]),
        ({"text": "no such thing"}, []),
    ],
    ids=str,
)
def test_a_filter_selects(store: Store, asked: dict[str, Any], expected: list[str]) -> None:
    assert sorted(listed(store, **asked)) == sorted(expected)
    assert sessions.totals(store.database, Filter(**asked), quiet_since=QUIET_SINCE).sessions == len(expected)


ORDERS: dict[SortKey, list[str]] = {
    "started": [ANT, HELPER, BEE, CAT],
    "ended": [ANT, HELPER, BEE, CAT],
    "duration": [ANT, HELPER, BEE, CAT],
    "active": [ANT, HELPER, BEE, CAT],
    "tokens": [CAT, HELPER, BEE, ANT],
    "cost": [CAT, HELPER, BEE, ANT],
    "calls": [CAT, HELPER, ANT, BEE],
    "project": [BEE, ANT, CAT, HELPER],
    "title": [ANT, HELPER, BEE, CAT],
    "model": [BEE, ANT, CAT, HELPER],
    "agent": [ANT, CAT, HELPER, BEE],
    "status": [CAT, ANT, HELPER, BEE],
    "source": [ANT, HELPER, BEE, CAT],
    "branch": [BEE, ANT, CAT, HELPER],
}


def values(store: Store, page: Page) -> list[int | str]:
    return sessions.listing(store.database, Filter(), page, quiet_since=QUIET_SINCE)[1]


def test_every_sort_key_has_a_test() -> None:
    assert set(ORDERS) == set(SORT_KEYS) == set(get_args(SortKey))


@pytest.mark.parametrize("key", SORT_KEYS)
def test_a_listing_is_sorted_both_ways(store: Store, key: SortKey) -> None:
    up, down = Page(sort=key, descending=False), Page(sort=key, descending=True)
    assert listed(store, down) == listed(store, up)[::-1]
    sort_values = values(store, up)
    assert sort_values == sorted(sort_values)
    named = dict(zip(listed(store, up), sort_values, strict=True))
    assert [named[each] for each in ORDERS[key]] == sort_values


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("key", SORT_KEYS)
def test_pages_show_every_row_once_while_rows_are_added(store: Store, key: SortKey, *, descending: bool) -> None:
    expected = listed(store)
    seen: list[str] = []
    after = None
    for number in range(10):
        page = Page(sort=key, descending=descending, limit=1, after=after)
        rows, sort_values = sessions.listing(store.database, Filter(), page, quiet_since=QUIET_SINCE)
        if not rows:
            break
        seen += [row.session_id for row in rows]
        after = (sort_values[-1], rows[-1].row)
        if number < 3:
            save(store, session(f"new-{number}", day=number * 2 - 2, output=number * 3_000, project=f"/{number}"))
    assert len(seen) == len(set(seen))
    assert [each for each in seen if each in expected] == [
        each for each in listed(store, Page(sort=key, descending=descending)) if each in expected
    ]


def test_a_row_tells_a_session(store: Store) -> None:
    (row,) = sessions.by_prefix(store.database, "bbbb", quiet_since=QUIET_SINCE)
    assert (row.session_id, row.agent, row.agent_name, row.project) == (
        BEE,
        "codex",
        "codex-work",
        "/home/ada/Wing_Span",
    )
    assert (row.model, row.models, row.status, row.source) == (
        "claude-opus-5", ("claude-opus-5",), "completed", "transcript"
    )  # fmt: skip
    assert (row.sums.calls, row.sums.total, row.sums.cost_nano) == (3, 11_250, 11_250_000)
    assert (row.duration_us, row.active_us, row.prompts) == (2 * MINUTE, 2 * MINUTE, 2)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Range(until=START), {}),
        (Range(since=START, until=START + 1), {ANT: 1, HELPER: 1}),
        (Range(since=START, until=START + DAY), {ANT: 2, HELPER: 1}),
        (Range(since=START + 2 * MINUTE, until=START + DAY), {}),
        (Range(since=START + 30_000_000, until=START + DAY), {ANT: 0, HELPER: 0}),
        (Range(since=START + DAY), {BEE: 3, CAT: 1}),
        (Range(since=START + DAY + 1, until=START + DAY + 2), {BEE: 1}),
    ],
    ids=str,
)
def test_a_range_selects_what_happened_in_it(store: Store, asked: Range, expected: dict[str, int]) -> None:
    rows, _ = sessions.listing(store.database, Filter(range=asked), Page(), quiet_since=QUIET_SINCE)
    assert {row.session_id: row.sums.calls for row in rows} == expected
    found = sessions.totals(store.database, Filter(range=asked), quiet_since=QUIET_SINCE)
    assert (found.sessions, found.sums.calls) == (len(expected), sum(expected.values()))


def test_a_silence_between_two_events_is_no_part_of_a_range(store: Store) -> None:
    long = news(
        "long",
        events=(build.event(at=START), build.event(line=1, at=START + 9 * DAY)),
        facts=build.session_facts(session="long", last_at=START + 9 * DAY),
    )
    save(store, long)
    assert "long" not in listed(store, range=Range(since=START + 4 * DAY, until=START + 5 * DAY))
    assert "long" in listed(store, range=Range(since=START + 9 * DAY))


def test_a_session_is_found_by_any_prefix_of_its_id(store: Store) -> None:
    found = sessions.by_prefix(store.database, ANT[:4], quiet_since=0)
    assert [row.session_id for row in found] == [ANT, HELPER]
    assert [row.session_id for row in sessions.by_prefix(store.database, ANT, quiet_since=0)] == [ANT]
    assert sessions.by_prefix(store.database, "____", quiet_since=0) == []


def test_subagents_are_listed_below_their_parent(store: Store) -> None:
    assert [row.session_id for row in sessions.children(store.database, ANT, "claude-code", quiet_since=0)] == [HELPER]
    assert sessions.children(store.database, ANT, "codex", quiet_since=0) == [], "another agent's of that id"
    assert sessions.children(store.database, BEE, "codex", quiet_since=0) == []


def test_who_follows_gets_each_changed_session_once_in_the_order_of_its_latest_change(store: Store) -> None:
    before = revision_of(store.database)
    save(store, session("new-1"))
    save(store, session("new-2"))
    rows = sessions.changed_since(store.database, before, limit=2, quiet_since=0)
    assert ([row.session_id for row in rows.rows], rows.complete) == (["new-1", "new-2"], True)
    assert sessions.changed_since(store.database, before + 2, limit=2, quiet_since=0).rows == []
    save(store, session("new-3"))
    cut = sessions.changed_since(store.database, before, limit=2, quiet_since=0)
    assert ([row.session_id for row in cut.rows], cut.complete) == (["new-1", "new-2"], False)


def test_only_a_session_that_did_not_end_by_its_own_word_goes_quiet(store: Store) -> None:
    last_of_cat = START + 2 * DAY + 3 * MINUTE
    gone = sessions.quieted(store.database, START, last_of_cat + 1, quiet_since=last_of_cat + 1)
    assert [(row.session_id, row.status) for row in gone] == [
        (HELPER, "completed"), (BEE, "completed"), (CAT, "completed")
    ]  # fmt: skip
    assert sessions.quieted(store.database, last_of_cat + 1, last_of_cat + HOUR, quiet_since=0) == []
    earlier = sessions.quieted(store.database, START, last_of_cat, quiet_since=last_of_cat)
    assert [row.session_id for row in earlier] == [HELPER, BEE]


def test_sessions_of_commands_alone_are_left_out_unless_asked_for(store: Store) -> None:
    probe, spent = "dddd-probe", "eeee-spent"
    save(
        store,
        session(probe, day=1, calls=0, commands_only=True),
        session(spent, day=2, calls=1, commands_only=True),
    )
    count = partial(sessions.count_of_commands_only, store.database, quiet_since=QUIET_SINCE)
    assert listed(store) == [ANT, HELPER, BEE, CAT, spent]
    assert probe in listed(store, commands_only=True)
    assert listed(store, sessions=(probe,)) == [probe]
    assert sessions.totals(store.database, Filter(), quiet_since=QUIET_SINCE).sessions == 5
    assert count(Filter()) == count(Filter(range=Range(since=START + DAY, until=START + 2 * DAY))) == 1
    assert count(Filter(range=Range(until=START + DAY))) == count(Filter(sessions=(probe,))) == 0
    [row] = sessions.by_prefix(store.database, probe, quiet_since=QUIET_SINCE)
    assert row.session_id == probe
    changed = sessions.changed_since(store.database, 0, limit=100, quiet_since=QUIET_SINCE)
    assert probe not in {row.session_id for row in changed.rows}


EDGES = (None, START, START + 1, START + HOUR, START + DAY, START + DAY + 1, START + 2 * DAY, START + 3 * DAY)


@pytest.mark.parametrize("since", EDGES)
@pytest.mark.parametrize("until", EDGES)
def test_the_sums_of_a_range_are_those_of_its_calls(store: Store, since: int | None, until: int | None) -> None:
    calls = (build.model_call(key="a", at=START), build.model_call(key="b", at=START + DAY + HOUR, output=7))
    told = build.session_facts(session="long", last_at=START + 2 * DAY)
    save(store, news("long", calls=calls, facts=told))
    asked = Filter(range=Range(since=since, until=until))
    rows, _ = sessions.listing(store.database, asked, Page(), quiet_since=0)
    used = usage.grouped(store.database, asked, ["session"], quiet_since=0)
    found = {row.session_id: row.sums.total for row in rows if row.sums.calls}
    assert found == {str(keys[0]): sums.total for keys, sums in used}
    whole = sessions.totals(store.database, asked, quiet_since=0)
    assert (whole.sessions, whole.sums.total) == (len(rows), sum(found.values()))


def mute(native: str, *, answers: int = 0, calls: int = 0, kind: SourceKind = "transcript", day: int = 0) -> Advance:
    """A session with so many answers and calls, from one kind of source."""
    at = START + day * DAY
    events = tuple(build.event(session=native, at=at, line=nth, kind="assistant") for nth in range(answers))
    made = tuple(build.model_call(session=native, key=f"{native}-{nth}", at=at) for nth in range(calls))
    told = build.session_facts(session=native, born=at, first_at=at, last_at=at + MINUTE)
    return news(native, path=f"/home/ada/{native}", kind=kind, events=events, calls=made, facts=told)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (mute("s", answers=1, calls=1), True),
        (mute("s", calls=1, kind="otlp_log"), True),
        (mute("s"), True),
        (mute("s", kind="stream"), True),
        (mute("s", answers=3), False),
        (mute("s", kind="sidecar"), False),
        (mute("s", kind="hook"), False),
    ],
)
def test_usage_is_known_where_it_was_counted_or_nothing_was_answered(
    store_url: str, told: Advance, *, expected: bool
) -> None:
    with Store.open(store_url) as opened:
        save(opened, told)
        rows, _ = sessions.listing(opened.database, Filter(), Page(), quiet_since=0)
        assert [row.has_usage for row in rows] == [expected]
        assert sessions.totals(opened.database, Filter(), quiet_since=0).unknown == (not expected)
        assert sessions.counted(opened.database, Filter(), quiet_since=0).unknown == (not expected)


def test_a_session_whose_usage_is_known_used_nothing_in_a_range_that_holds_none_of_it(store_url: str) -> None:
    late = build.event(session="long", at=START + 3 * DAY, line=9, kind="assistant")
    told = build.session_facts(session="long", born=START, first_at=START, last_at=START + 3 * DAY)
    with Store.open(store_url) as opened:
        save(opened, news("long", calls=(build.model_call(session="long", at=START),), events=(late,), facts=told))
        asked = Filter(range=Range(since=START + 2 * DAY))
        rows, _ = sessions.listing(opened.database, asked, Page(), quiet_since=0)
        assert [(row.has_usage, row.sums.total) for row in rows] == [(True, 0)]
        assert sessions.totals(opened.database, asked, quiet_since=0).unknown == 0


@pytest.mark.parametrize("key", ["tokens", "cost"])
def test_what_is_unknown_stands_behind_what_is_nothing(store_url: str, key: SortKey) -> None:
    with Store.open(store_url) as opened:
        save(opened, mute("unknown", answers=1), mute("nothing"), mute("some", calls=1))
        down, up = (listed(opened, Page(sort=key, descending=each)) for each in (True, False))
    assert down == ["some", "nothing", "unknown"]
    assert up == down[::-1]


def test_a_session_without_any_price_costs_what_nobody_knows(store_url: str) -> None:
    unpriced, call = mute("unpriced"), build.model_call(session="unpriced", model="no-such-model")
    unpriced.calls = [(call, price(call, None))]
    with Store.open(store_url) as opened:
        save(opened, unpriced, mute("nothing"))
        assert listed(opened, Page(sort="cost")) == ["nothing", "unpriced"]
        assert listed(opened, Page(sort="tokens")) == ["unpriced", "nothing"]
