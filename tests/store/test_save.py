"""A save: all of it or nothing, totals by session and by quarter of an hour, prices that follow the counts."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from dashcam.records.errors import DatabaseError
from dashcam.records.session import ReportedTotal, Sample, TitleHint
from dashcam.records.source import Diagnostic
from dashcam.store.save import forget_derived
from dashcam.store.store import Store
from dashcam.store.totals import QUARTER
from dashcam.store.verify import verify
from tests.support import build
from tests.support.build import HOUR, MINUTE, SECOND, START
from tests.support.machine import contents
from tests.support.saving import DOLLAR_A_MILLION, news, priced, save, session_row

FORK = "f0f0f0f0-0000-4000-8000-000000000002"
TOKENS = ("calls", "input", "output", "cache_read", "cache_write_5m", "cache_write_1h")


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store.open(store_url) as opened:
        yield opened
        assert [fault for fault in verify(opened.database) if "journal holds" not in fault.why] == []


def buckets(store: Store) -> list[tuple[Any, ...]]:
    first = START // QUARTER
    rows = store.database.rows("SELECT bucket, calls, output, cost_nano FROM usage_bucket ORDER BY bucket, model")
    return [(row[0] - first, *row[1:]) for row in rows]


def reported(nano: int, **changes: Any) -> ReportedTotal:
    return build.reported_total(cost_nano=nano, **changes)


def test_a_session_adds_up_its_calls(store: Store) -> None:
    save(store, news(calls=(build.model_call(), build.model_call(key="msg_2"))))
    assert session_row(store.database, *TOKENS) == (2, 200, 400, 6_000, 800, 100)
    assert session_row(store.database, "total", "cost_nano") == (7_500, 7_500_000)


def test_a_session_counts_what_happened_in_it(store: Store) -> None:
    save(
        store,
        news(
            events=(
                build.event(line=0, kind="user"),
                build.event(line=1, at=START + MINUTE, kind="assistant"),
                build.event(line=2, at=START + 2 * MINUTE, kind="tool_call", name="Edit"),
                build.event(line=3, at=START + 20 * MINUTE, kind="tool_result", ok=False, lines_added=3),
                build.event(line=4, at=START + 20 * MINUTE + SECOND, kind="error"),
            )
        ),
    )
    columns = ("events", "prompts", "answers", "tool_calls", "tool_failures", "errors", "lines_added")
    assert session_row(store.database, *columns) == (5, 1, 1, 1, 1, 1, 3)
    assert session_row(store.database, "active_us") == (2 * MINUTE + 5 * MINUTE + SECOND,)


def test_usage_is_kept_by_quarters_of_an_hour_and_model(store: Store) -> None:
    at = START + 14 * MINUTE
    save(
        store,
        news(
            calls=(
                build.model_call(key="a", at=at),
                build.model_call(key="b", at=at + MINUTE),
                build.model_call(key="c", at=at + MINUTE, model="claude-opus-5"),
            )
        ),
    )
    assert buckets(store) == [(0, 1, 200, 3_750_000), (1, 1, 200, 3_750_000), (1, 1, 200, 3_750_000)]


def test_a_response_that_ends_in_the_next_quarter_leaves_the_first(store: Store) -> None:
    first = news(calls=(build.model_call(at=START + 14 * MINUTE, output=3),))
    save(store, first)
    assert buckets(store) == [(0, 1, 3, 3_553_000)]
    save(store, news(after=first, calls=(build.model_call(at=START + 16 * MINUTE, output=345),)))
    assert buckets(store) == [(1, 1, 345, 3_895_000)]


def test_a_response_that_moves_leaves_earlier_quarters_as_they_were(store: Store) -> None:
    first = news(calls=(build.model_call(key="old"), build.model_call(at=START + HOUR)))
    save(store, first)
    save(store, news(after=first, calls=(build.model_call(at=START + 2 * HOUR),)))
    assert buckets(store) == [(0, 1, 200, 3_750_000), (8, 1, 200, 3_750_000)]


def test_the_gap_across_two_saves_counts_as_activity(store: Store) -> None:
    first = news(events=(build.event(line=0, at=START + 14 * MINUTE),))
    save(store, first)
    save(store, news(after=first, events=(build.event(line=11, at=START + 16 * MINUTE),)))
    assert session_row(store.database, "active_us", "events") == (2 * MINUTE, 2)


def test_counts_that_grow_by_another_account_are_priced_anew(store: Store) -> None:
    pins = {("anthropic", "claude-sonnet-5", "2026-11-01"): DOLLAR_A_MILLION}
    save(store, news(calls=(build.model_call(output=1),)), pins=pins)
    later = build.session_facts(session=FORK, born=START + HOUR)
    save(store, news(FORK, calls=(build.model_call(output=500),), facts=later))
    assert session_row(store.database, "output", "cost_nano") == (500, 4_050_000)
    assert session_row(store.database, "calls", "inherited_calls", session=FORK) == (0, 1)


def test_an_unpriced_call_is_counted_as_such(store: Store) -> None:
    unknown = build.model_call(model="mystery")
    advance = news(calls=(unknown,))
    advance.calls = [(unknown, msgspec.structs.replace(priced(unknown), cost_nano=None, rate=""))]
    save(store, advance)
    assert session_row(store.database, "cost_nano", "unpriced_calls") == (0, 1)


def test_the_agents_own_total_replaces_the_sum_of_its_calls(store: Store) -> None:
    first = news(calls=(build.model_call(reported_nano=5),))
    save(store, first)
    assert session_row(store.database, "reported_nano") == (5,)
    save(store, news(after=first, totals=[reported(70), reported(30, model="claude-haiku-5")]))
    assert session_row(store.database, "reported_nano") == (100,)


@pytest.mark.parametrize("fork_first", [True, False])
def test_a_fork_does_not_report_what_its_parent_had_cost(store: Store, *, fork_first: bool) -> None:
    begun = START + HOUR
    fork = news(
        FORK,
        calls=(build.model_call(), build.model_call(key="own", at=begun + 1)),
        facts=build.session_facts(session=FORK, born=begun),
        totals=[reported(500, session=FORK, at=begun + MINUTE)],
    )
    parent = news(calls=(build.model_call(),))
    total = news(after=parent, totals=[reported(300, at=START + MINUTE)])
    for each in (fork, parent, total) if fork_first else (parent, total, fork):
        assert save(store, each).stale == ()
    assert session_row(store.database, "reported_nano", session=FORK) == (200,)


def test_diagnostics_of_one_kind_add_up(store: Store) -> None:
    first = news(diagnostics=[Diagnostic(line=3, code="bad-json", why="no JSON", count=2)])
    save(store, first)
    save(store, news(after=first, diagnostics=[Diagnostic(line=12, code="bad-json", why="no JSON")]))
    assert store.database.rows("SELECT line, count FROM diagnostic") == [(3, 3)]


@pytest.mark.parametrize("title_first", [True, False])
def test_a_title_from_another_file_reaches_the_session_that_holds_its_event(store: Store, *, title_first: bool) -> None:
    untitled = news(events=(build.event(key=42),), facts=build.session_facts(title="", title_rank=0))
    hint = TitleHint(key=42, title="From elsewhere", line=0)
    other = news("other", facts=build.session_facts(session="other", born=START + 1), hints=[hint])
    for each in (other, untitled) if title_first else (untitled, other):
        save(store, each)
    assert session_row(store.database, "title") == ("From elsewhere",)


def test_samples_are_kept_beside_the_usage(store: Store) -> None:
    sample = Sample(session=build.SESSION, line=1, at=START, name="rate_limit_percent", value=12.5, label="primary")
    save(store, news(samples=[sample]))
    assert store.database.rows("SELECT name, label, value FROM sample") == [("rate_limit_percent", "primary", 12.5)]


def test_a_save_that_fails_leaves_nothing_behind(store: Store) -> None:
    save(store, news())
    before = contents(store.database)
    twice = news("other", calls=(build.model_call(key="new"),), events=(build.event(), build.event()))
    with pytest.raises(DatabaseError):
        save(store, twice)
    assert contents(store.database) == before
    assert store.database.one("SELECT count(*) FROM source") == (1,)


def test_each_save_has_a_revision_of_its_own(store: Store) -> None:
    first = news()
    assert [save(store, first).revision, save(store, news(after=first)).revision] == [1, 2]
    assert session_row(store.database, "revision") == (2,)


def test_what_one_source_told_can_be_forgotten_and_told_again(store: Store) -> None:
    parent = news(calls=(build.model_call(),), events=(build.event(key=1),))
    fork = news(
        FORK,
        calls=(build.model_call(),),
        events=(build.event(key=1),),
        facts=build.session_facts(session=FORK, born=START + HOUR),
    )
    save(store, parent, fork)
    before = contents(store.database)
    (ident,) = store.database.one("SELECT id FROM source WHERE path LIKE ?", (f"%{build.SESSION}%",))
    forget_derived(store.database, ident, lambda call, _rate: priced(call))
    assert session_row(store.database, "calls", session=FORK) == (1,)
    again = msgspec.structs.replace(parent, row=ident, expected=parent.bookmark)
    assert save(store, again).stale == ()
    assert contents(store.database) == before
