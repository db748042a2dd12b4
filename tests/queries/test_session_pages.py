"""Pages of sessions: each one once, whatever the order; and what changed since, for whoever follows."""

from collections.abc import Iterator

import pytest

from dashcam.queries.cursor import write_cursor
from dashcam.queries.detail import session_detail
from dashcam.queries.moment import Moment
from dashcam.queries.sessions import changed_since, one_session, quieted, session_page
from dashcam.records.clock import Range
from dashcam.records.errors import Ambiguous, BadInput, NotFound
from dashcam.records.filters import SORT_KEYS, Filter, SortKey
from dashcam.store.sessions import Page
from dashcam.store.store import Store
from tests.support import build
from tests.support.build import HOUR, MINUTE, START
from tests.support.saving import news, save

AT = Moment(now=START + HOUR)
NAMES = ["ant", "bee", "cat", "dog", "eel"]


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """Five sessions, a minute apart, of 3,750 tokens each; the last one's are not known."""
    with Store.open(store_url) as opened:
        for number, name in enumerate(NAMES[:4]):
            at = START + number * MINUTE
            save(
                opened,
                news(
                    name,
                    calls=(build.model_call(key=name, at=at),),
                    facts=build.session_facts(session=name, born=at, first_at=at, last_at=at, title=name),
                ),
            )
        silent = build.session_facts(session="eel", first_at=START + HOUR, last_at=START + HOUR, title="")
        save(opened, news("eel", events=(build.event(kind="assistant"),), facts=silent))
        yield opened


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("key", SORT_KEYS)
def test_following_next_shows_every_session_once(store: Store, key: SortKey, *, descending: bool) -> None:
    page = Page(sort=key, descending=descending, limit=2)
    seen: list[str] = []
    cursor, pages = "", 0
    while True:
        answer = session_page(store.database, Filter(), page, AT, cursor=cursor)
        seen += [row.session_id for row in answer.rows]
        pages += 1
        if answer.next is None:
            break
        cursor = answer.next
    assert (sorted(seen), pages) == (NAMES, 3)


def test_the_first_page_has_the_totals_of_all(store: Store) -> None:
    first = session_page(store.database, Filter(), Page(limit=1), AT)
    assert first.totals is not None
    assert (first.totals.sessions, first.totals.calls, first.totals.total_tokens) == (5, 4, 15_000)
    assert first.totals.cost_usd == 0.015
    assert first.totals.unknown_sessions == 1
    assert first.notes == ["1 session left no usage on record: its tokens and cost are unknown."]
    assert first.next is not None
    second = session_page(store.database, Filter(), Page(limit=1), AT, cursor=first.next)
    assert (second.totals, second.notes, [row.session_id for row in second.rows]) == (None, [], ["dog"])


def test_a_page_that_ends_with_the_last_row_has_no_next(store: Store) -> None:
    assert session_page(store.database, Filter(), Page(limit=5), AT).next is None
    assert session_page(store.database, Filter(), Page(), AT).next is None


def test_a_page_of_a_range_goes_on_too(store: Store) -> None:
    asked, page = Filter(range=Range(until=START + 2 * MINUTE)), Page(sort="cost", limit=1)
    first = session_page(store.database, asked, page, AT)
    assert first.next is not None
    second = session_page(store.database, asked, page, AT, cursor=first.next)
    assert [row.session_id for row in (*first.rows, *second.rows)] == ["bee", "ant"]
    assert second.next is None


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        write_cursor("-cost", 1, 1),
        write_cursor("started", 1, 1),
        write_cursor("-started", "one", 1),
        write_cursor("-started", 1),
    ],
)
def test_a_cursor_of_another_listing_is_refused(store: Store, cursor: str) -> None:
    with pytest.raises(BadInput, match="cursor") as refused:
        session_page(store.database, Filter(), Page(limit=2), AT, cursor=cursor)
    assert refused.value.hint


def test_a_page_without_rows_is_refused(store: Store) -> None:
    with pytest.raises(BadInput, match="at least one row"):
        session_page(store.database, Filter(), Page(limit=0), AT)


def test_just_the_sessions_that_are_named_are_listed_and_added_up(store: Store) -> None:
    save(store, news("ant-helper", facts=build.session_facts(session="ant-helper", parent="ant", relation="subagent")))
    named = session_page(store.database, Filter(exact_sessions=("ant", "cat")), Page(sort="title"), AT)
    assert {row.session_id for row in named.rows} == {"ant", "cat"}
    assert named.totals is not None
    assert (named.totals.sessions, named.totals.total_tokens) == (2, 7_500)
    later = Filter(exact_sessions=("ant", "cat"), range=Range(since=START + MINUTE))
    assert [row.session_id for row in session_page(store.database, later, Page(), AT).rows] == ["cat"]


def test_what_changed_comes_with_the_revision_to_ask_from(store: Store) -> None:
    revision = session_page(store.database, Filter(), Page(limit=1), AT).revision
    assert changed_since(store.database, revision, AT).rows == []
    save(store, news("fox"), news("gnu"))
    changed = changed_since(store.database, revision, AT)
    assert ([row.session_id for row in changed.rows], changed.revision) == (["fox", "gnu"], revision + 1)
    assert changed_since(store.database, changed.revision, AT).rows == []


def test_too_many_changes_are_not_told_in_part(store: Store) -> None:
    changed = changed_since(store.database, 0, AT, limit=4)
    assert (changed.rows, changed.complete) == ([], False)


def test_a_session_that_nobody_hears_of_any_more_is_told_once(store: Store) -> None:
    before = Moment(now=START + 11 * MINUTE)
    after = Moment(now=START + 12 * MINUTE)
    gone = quieted(store.database, before.quiet_since, after.quiet_since, after)
    assert [(row.session_id, row.status) for row in gone] == [("bee", "completed")]


@pytest.fixture
def twins(store: Store) -> Store:
    """Two agents' sessions of the same id; the first one has a subagent."""
    for agent in ("claude-code", "codex"):
        one = news("twin", calls=(build.model_call(key=agent, at=START),))
        one.source = build.source(path=f"/home/ada/{agent}.jsonl", agent=agent)
        save(store, one)
    helper = build.session_facts(session="twin:helper", parent="twin", relation="subagent")
    save(store, news("twin:helper", events=(build.event(),), facts=helper))
    return store


def test_an_id_that_two_agents_gave_is_asked_for_with_its_agent(twins: Store) -> None:
    with pytest.raises(Ambiguous) as caught:
        one_session(twins.database, "twin", AT)
    assert caught.value.choices == ("claude-code:twin", "codex:twin")
    for agent, subagents in (("claude-code", ["twin:helper"]), ("codex", [])):
        found = one_session(twins.database, f"{agent}:twin", AT)
        detail = session_detail(twins.database, found, AT)
        assert (found.agent, detail.address) == (agent, f"{agent}:twin")
        assert (detail.together.calls, [one.sums.calls for one in detail.models]) == (1, [1])
        assert [row.session_id for row in detail.subagents] == subagents


def test_an_agent_may_stand_before_any_id(twins: Store) -> None:
    helper = one_session(twins.database, "claude-code:twin:help", AT)
    assert (helper.session_id, session_detail(twins.database, helper, AT).address) == ("twin:helper", "twin:helper")
    for nobodys in ("codex:twin:help", "nobody:twin", "codex:x"):
        with pytest.raises(NotFound):
            one_session(twins.database, nobodys, AT)
