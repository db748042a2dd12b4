"""Law 2: a session is billed by its best kind of source alone, whatever came first."""

from collections.abc import Iterator
from datetime import UTC
from itertools import permutations
from typing import Any

import pytest

from dashcam.queries.answers import session_answer
from dashcam.queries.moment import Moment
from dashcam.queries.sessions import one_session
from dashcam.records.counter import CounterPoint
from dashcam.records.source import SourceKind
from dashcam.store.batch import Advance
from dashcam.store.save import forget_derived
from dashcam.store.store import Store
from tests.support import build
from tests.support.build import HOUR, MINUTE, START
from tests.support.saving import news, priced, save, session_row

AT = Moment(now=START + HOUR)
NOTHING_ELSE = {"input": 0, "cache_read": 0, "cache_write_5m": 0, "cache_write_1h": 0}


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store.open(store_url) as opened:
        yield opened


def told(kind: SourceKind, key: str, *outputs: int, **more: Any) -> Advance:
    """What one source of a kind tells of the one session: a call of so many output tokens each, a minute apart."""
    calls = tuple(
        build.model_call(key=f"{key}-{at}", at=START + at * MINUTE, output=output, **NOTHING_ELSE)
        for at, output in enumerate(outputs)
    )
    return news(path=f"/{kind}/{key}", kind=kind, calls=calls, **more)


def point(value: float, *, at: int = 1, since: int = 0, series: int = 1, **more: Any) -> CounterPoint:
    """A data point of a counter; times in minutes behind START."""
    said: dict[str, Any] = {
        "cumulative": False,
        "name": "claude_code.token.usage",
        "model": "sonnet",
        "part": "output",
    } | more
    return CounterPoint(
        session=build.SESSION,
        line=0,
        at=START + at * MINUTE,
        since=START + since * MINUTE,
        series=series,
        value=value,
        **said,
    )


def state(store: Store) -> tuple[Any, ...]:
    row = session_row(store.database, "calls", "output", "inherited_calls", "source_kind", "cost_nano")
    used = store.database.rows("SELECT sum(output) FROM usage_bucket")
    return (*row, int(used[0][0] or 0))


MANY = {
    "transcript": told("transcript", "msg", 100, 200),
    "otlp": told("otlp_log", "req", 100, 200, 7),
    "otlp again": told(
        "otlp_log",
        "req",
        100,
        200,
        7,
    ),
    "hook": told("hook", "hook", 1000),
    "counter": news(path="/counter", kind="counter", points=[point(5000)]),
}
MANY["otlp again"].source = build.source(path="/otlp_log/tomorrow", kind="otlp_log")


@pytest.mark.parametrize("order", list(permutations(["transcript", "otlp", "hook", "counter"])), ids=", ".join)
def test_every_order_of_arrival_ends_in_the_bill_of_the_transcript(store: Store, order: tuple[str, ...]) -> None:
    for name in order:
        save(store, MANY[name])
    assert state(store) == (2, 300, 0, "transcript", 300_000, 300)


@pytest.mark.parametrize(
    ("kinds", "bill"),
    [
        (("counter",), (0, 5000, 0, "counter", 0, 5000)),
        (("counter", "hook"), (1, 1000, 0, "hook", 1_000_000, 1000)),
        (("hook", "otlp", "counter"), (3, 307, 0, "otlp_log", 307_000, 307)),
        (("otlp", "otlp again", "hook"), (3, 307, 0, "otlp_log", 307_000, 307)),
    ],
    ids=str,
)
def test_without_a_transcript_the_next_best_kind_bills(
    store: Store, kinds: tuple[str, ...], bill: tuple[Any, ...]
) -> None:
    for name in kinds:
        save(store, MANY[name])
    assert state(store) == bill
    for name in reversed(kinds):
        save(store, told_again(MANY[name]))
    assert state(store)[:4] == bill[:4]


def told_again(advance: Advance) -> Advance:
    """The same told once more, in a file of its own, as by a sender that repeats itself."""
    again = news(path=f"{advance.source.path}/again", kind=advance.source.kind, points=advance.points)
    again.calls = advance.calls
    return again


def test_a_transcript_without_calls_bills_nothing(store: Store) -> None:
    save(store, told("transcript", "msg"), told("otlp_log", "req", 10))
    assert state(store) == (1, 10, 0, "otlp_log", 10_000, 10)


def test_when_the_best_source_is_forgotten_the_next_one_bills(store: Store) -> None:
    save(store, MANY["transcript"], MANY["otlp"])
    ((row,),) = store.database.rows("SELECT id FROM source WHERE kind = 'transcript'")
    forget_derived(store.database, row, lambda call, _: priced(call))
    assert state(store) == (3, 307, 0, "otlp_log", 307_000, 307)


def test_what_others_saw_is_no_further_activity(store: Store) -> None:
    seen = tuple(build.event(line=line, at=START + line * MINUTE, kind="user") for line in range(3))
    save(store, told("hook", "hook", events=seen))
    assert session_row(store.database, "prompts", "active_us") == (3, 2 * MINUTE)
    save(store, told("transcript", "msg", 1, events=seen[:2]))
    assert session_row(store.database, "prompts", "active_us") == (2, MINUTE)


@pytest.mark.parametrize(
    ("points", "output"),
    [
        ([point(5), point(5)], 5),
        ([point(5), point(6, at=2, since=1), point(5)], 11),
        ([point(5, cumulative=True), point(9, at=2, cumulative=True), point(9, at=3, cumulative=True)], 9),
        ([point(9, at=3, cumulative=True), point(5, cumulative=True)], 9),
        ([point(9, cumulative=True), point(4, at=3, since=2, cumulative=True)], 13),
        ([point(9, cumulative=True), point(4, at=2, cumulative=True)], 13),
        ([point(9, cumulative=True), point(4, series=2, cumulative=True)], 13),
        ([point(9), point(100, part="cacheless", series=3)], 9),
    ],
    ids=[
        "told twice",
        "deltas add up",
        "the last of a cumulative series counts",
        "late points change nothing",
        "a process that begins anew",
        "a fall without a new start",
        "two processes of one session",
        "an unknown part",
    ],
)
def test_counters_add_up_by_their_own_rule(store: Store, points: list[CounterPoint], output: int) -> None:
    save(store, news(path="/counter", kind="counter", points=points))
    assert state(store) == (0, output, 0, "counter", 0, output)


def test_a_counter_of_dollars_is_the_agents_own_cost(store: Store) -> None:
    spent = point(0.0325, name="claude_code.cost.usage", part="", series=9)
    save(store, news(path="/counter", kind="counter", points=[point(5), spent]))
    assert session_row(store.database, "cost_nano", "reported_nano", "unpriced_calls") == (32_500_000, 32_500_000, 0)


def test_counters_of_tokens_alone_tell_no_cost(store: Store) -> None:
    save(store, news(path="/counter", kind="counter", points=[point(5), point(7, at=20)]))
    assert session_row(store.database, "output", "cost_nano", "reported_nano", "unpriced_calls") == (12, 0, None, 2)
    session = one_session(store.database, build.SESSION, AT)
    assert session_answer(session, UTC).cost_usd is None


def test_counters_that_tell_the_cost_of_one_model_are_a_part_of_the_cost(store: Store) -> None:
    spent = point(0.0325, name="claude_code.cost.usage", part="", series=9)
    save(store, news(path="/counter", kind="counter", points=[point(5), spent, point(9, model="other", series=2)]))
    answer = session_answer(one_session(store.database, build.SESSION, AT), UTC)
    assert (answer.cost_usd, answer.cost_is_partial) == (0.0325, True)


@pytest.mark.parametrize("pushed", ["telemetry", "metered"])
@pytest.mark.parametrize("first", [True, False], ids=["before them", "after them"])
def test_what_is_pushed_of_a_session_bills_nothing_that_its_subagents_transcripts_tell(
    store: Store, pushed: str, *, first: bool
) -> None:
    helper = f"{build.SESSION}:helper"
    call = build.model_call(key="msg-0", session=helper, at=START, output=100, **NOTHING_ELSE)
    facts = build.session_facts(session=helper, parent=build.SESSION, relation="subagent")
    below = news(helper, calls=(call,), facts=facts)
    above = {
        "telemetry": told("otlp_log", "req", 100),
        "metered": news(path="/counter", kind="counter", points=[point(100)]),
    }[pushed]
    for one in (above, below) if first else (below, above):
        save(store, one)
    assert store.database.rows("SELECT sum(output) FROM usage_bucket") == [(100,)]
    assert session_row(store.database, "calls", "total") == (0, 0)
