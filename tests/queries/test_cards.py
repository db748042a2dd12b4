"""The figures at the head of a page and what they were before; and the menus to filter by."""

from collections.abc import Iterator

import pytest

from dashcam.queries.cards import cards
from dashcam.queries.moment import Moment
from dashcam.queries.names import choices
from dashcam.records.clock import parse_range
from dashcam.records.filters import Filter
from dashcam.store.store import Store
from tests.support import build
from tests.support.build import DAY, HOUR, MINUTE, START
from tests.support.saving import news, save

AT = Moment(now=START + HOUR)
"""13:00 of the first day."""


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """Today a session of two projects' worth with its subagent, yesterday one before 13:00 and one after."""
    with Store.open(store_url) as opened:
        for name, at, project, more in (
            ("today", START, "/home/ada/app", {"branch": "fix"}),
            ("today:helper", START, "/home/ada/app", {"relation": "subagent", "parent": "today"}),
            ("now", START + 55 * MINUTE, "/home/ada/web", {"state": "waiting"}),
            ("early", START - DAY, "/home/ada/app", {}),
            ("late", START - DAY + 2 * HOUR, "/home/ada/app", {"project": ""}),
        ):
            facts = {"project": project, "born": at, "first_at": at, "last_at": at} | more
            model = "claude-opus-5" if name == "now" else "claude-sonnet-5"
            save(
                opened,
                news(
                    name,
                    calls=(build.model_call(key=name, at=at, model=model),),
                    facts=build.session_facts(session=name, **facts),
                ),
            )
        yield opened


def asked(words: str, **more: object) -> Filter:
    return Filter(range=parse_range(words, now=AT.now, zone=AT.zone), **more)  # type: ignore[arg-type]


def test_today_is_compared_with_yesterday_up_to_this_time(store: Store) -> None:
    found = cards(store.database, asked("today"), AT)
    assert found.previous
    now, then = found.current, found.previous
    assert (now.sessions, now.subagents, now.projects, now.calls) == (2, 1, 2, 3)
    assert (then.sessions, then.subagents, then.projects, then.calls) == (1, 0, 1, 1)
    assert (now.cost_usd, then.cost_usd) == (0.01125, 0.00375)
    assert (then.since, then.until) == ("2026-10-31T00:00:00.000+00:00", "2026-10-31T13:00:00.000+00:00")
    assert now.cache_hit_rate == 3_000 / 3_550
    assert found.active_sessions == 1


def test_all_time_is_compared_with_nothing(store: Store) -> None:
    found = cards(store.database, Filter(), AT)
    assert (found.current.sessions, found.current.calls, found.previous) == (4, 5, None)
    assert (found.current.since, found.current.until) == (None, None)


def test_an_empty_period_has_no_hit_rate(store: Store) -> None:
    found = cards(store.database, asked("2026-01-01..2026-01-02"), AT)
    assert (found.current.sessions, found.current.cache_hit_rate, found.current.cost_usd) == (0, None, 0)


def test_filters_hold_for_both_periods_and_for_what_is_active(store: Store) -> None:
    found = cards(store.database, asked("today", projects=("app",)), AT)
    assert found.previous
    assert (found.current.sessions, found.previous.sessions, found.active_sessions) == (1, 1, 0)
    assert cards(store.database, asked("today", statuses=("failed",)), AT).active_sessions == 0


def test_a_model_counts_its_own_calls_alone(store: Store) -> None:
    found = cards(store.database, asked("today", models=("opus",)), AT)
    assert (found.current.calls, found.current.sessions) == (1, 1)


def test_the_menus_name_what_was_used_latest_first(store: Store) -> None:
    found = choices(store.database, AT)
    assert [(one.value, one.sessions) for one in found.agents] == [("claude-code", 5)]
    assert [(one.value, one.sessions) for one in found.projects] == [("/home/ada/web", 1), ("/home/ada/app", 3)]
    assert [(one.value, one.sessions) for one in found.models] == [("claude-opus-5", 1), ("claude-sonnet-5", 4)]
    assert [(one.value, one.sessions) for one in found.branches] == [("main", 4), ("fix", 1)]
    assert found.agent_names[0].last_at == "2026-11-01T12:55:00.000+00:00"


def test_menus_are_cut_to_a_limit(store: Store) -> None:
    found = choices(store.database, AT, limit=1)
    assert [len(one) for one in (found.projects, found.models, found.branches)] == [1, 1, 1]
