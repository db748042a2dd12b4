"""The sources of a session side by side: parts that add up to each difference, and nothing that is only likely."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from dashcam.queries.beside import SideBySide, SourceDifference, side_by_side
from dashcam.queries.confirmed import confirmed
from dashcam.queries.detail import session_detail
from dashcam.queries.moment import Moment
from dashcam.queries.sessions import one_session
from dashcam.records.call import Priced
from dashcam.records.counter import CounterPoint
from dashcam.records.filters import Filter
from dashcam.records.session import Sample
from dashcam.records.source import SourceKind
from dashcam.store.batch import Advance
from dashcam.store.store import Store
from tests.support import build
from tests.support.build import HOUR, MINUTE, SESSION, START
from tests.support.saving import news, save

AT = Moment(now=START + HOUR)
NOTHING_ELSE = {"input": 0, "cache_read": 0, "cache_write_5m": 0, "cache_write_1h": 0}


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store.open(store_url) as opened:
        yield opened


def lines(*calls: tuple[str, int, int], **more: Any) -> Advance:
    """A transcript: requests by id, minute and tokens. Every token costs 1,000 nano-dollars."""
    made = tuple(
        build.model_call(
            key=f"msg_{name}", variant=name, at=START + at * MINUTE, output=tokens, **(NOTHING_ELSE | more)
        )
        for name, at, tokens in calls
    )
    facts = build.session_facts(last_at=START + max((at for _, at, _ in calls), default=0) * MINUTE)
    return news(path="/transcript", calls=made, facts=facts)


def telemetry(*calls: tuple[str, int, int], purpose: str = "", kind: SourceKind = "otlp_log", **more: Any) -> Advance:
    """What a collector was sent: requests by id, minute and tokens."""
    made = tuple(
        build.model_call(
            key=f"otlp:{name}",
            variant="",
            at=START + at * MINUTE,
            output=tokens,
            purpose=purpose,
            **(NOTHING_ELSE | more),
        )
        for name, at, tokens in calls
    )
    return news(path=f"/{kind}/{purpose}", kind=kind, calls=made)


def counted(tokens: int, dollars: float) -> Advance:
    def point(name: str, part: str, value: float) -> CounterPoint:
        return CounterPoint(
            session=SESSION, line=0, at=START + HOUR, since=START, cumulative=False, series=len(part), name=name,
            model="claude-sonnet-5", part=part, value=value,
        )  # fmt: skip

    points = [point("token.usage", "output", tokens), point("cost.usage", "", dollars)]
    return news(path="/counter", kind="counter", points=points)


def compared(store: Store, *advances: Advance) -> SideBySide:
    save(store, *advances)
    side = side_by_side(
        store.database, session_detail(store.database, one_session(store.database, SESSION, AT), AT), AT
    )
    for one in side.differences:
        assert sum(part.tokens for part in one.parts) == (one.tokens or 0)
        assert sum(part.cost_usd for part in one.parts) == pytest.approx(one.cost_usd, abs=1e-12)
    return side


def reasons(one: SourceDifference) -> list[tuple[str, int, int]]:
    return [(part.code, part.calls, part.tokens) for part in one.parts]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (telemetry(("a", 0, 100), ("b", 1, 200)), []),
        (telemetry(("a", 0, 100), ("b", 1, 200), ("t", 1, 7)), [("left_no_line", 1, 7)]),
        (telemetry(("a", 0, 100)), [("export_ended", 1, -200)]),
        (telemetry(("b", 1, 200)), [("export_began", 1, -100)]),
        (telemetry(("a", 0, 101), ("b", 1, 200)), [("counts_differ", 1, 1)]),
        (telemetry(("x", 0, 100), ("y", 1, 200)), [("cannot_be_matched", 4, 0)]),
        (telemetry(("a", 0, 100), ("b", 1, 200), input=3), [("counts_differ", 2, 6)]),
    ],
    ids=["the same", "a call without a line", "ended early", "began late", "other counts", "other ids", "more input"],
)
def test_each_way_in_which_telemetry_differs(store: Store, sent: Advance, expected: list[tuple[str, int, int]]) -> None:
    side = compared(store, lines(("a", 0, 100), ("b", 1, 200)), sent)
    (difference,) = side.differences
    assert (side.billed, difference.source, reasons(difference)) == ("transcript", "otlp_log", expected)
    assert side.explained == (expected[:1] != [("cannot_be_matched", 4, 0)])


def test_a_request_in_the_middle_that_was_not_exported(store: Store) -> None:
    side = compared(store, lines(("a", 0, 1), ("b", 1, 2), ("c", 2, 4)), telemetry(("a", 0, 1), ("c", 2, 4)))
    assert reasons(side.differences[0]) == [("not_exported", 1, -2)]


def test_what_calls_were_for_is_told_apart(store: Store) -> None:
    side = compared(
        store,
        lines(("a", 0, 1)),
        telemetry(("a", 0, 1), purpose="main"),
        telemetry(("t", 0, 5), ("u", 1, 5), purpose="title"),
        telemetry(("c", 1, 9), purpose="compact"),
    )
    assert [(part.words, part.calls) for part in side.differences[0].parts] == [
        ("Requests that left no line: compact.", 1),
        ("Requests that left no line: title.", 2),
    ]


def test_a_placeholder_is_named_as_one(store: Store) -> None:
    side = compared(store, lines(("a", 0, 1), exact=False), telemetry(("a", 0, 500)))
    assert reasons(side.differences[0]) == [("placeholder", 1, 499)]


def test_counters_are_explained_by_what_telemetry_tells(store: Store) -> None:
    side = compared(store, lines(("a", 0, 100)), telemetry(("a", 0, 100), ("t", 0, 7)), counted(107, 0.000107))
    assert [(one.source, reasons(one)) for one in side.differences] == [
        ("otlp_log", [("left_no_line", 1, 7)]),
        ("counter", [("left_no_line", 1, 7)]),
    ]
    assert side.explained


@pytest.mark.parametrize(
    ("tokens", "dollars", "expected"),
    [
        (100, 0.0001, []),
        (100, 0.0002, [("prices_differ", 0, 0)]),
        (130, 0.00013, [("unattributed", 0, 30)]),
        (40, 0.00004, [("older", 0, -60)]),
    ],
)
def test_counters_alone_explain_nothing_that_they_do_not_say(
    store: Store, tokens: int, dollars: float, expected: list[tuple[str, int, int]]
) -> None:
    side = compared(store, lines(("a", 0, 100)), counted(tokens, dollars))
    assert reasons(side.differences[0]) == expected
    assert side.explained == (not expected or expected[0][0] != "unattributed")


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [(100, []), (107, [("left_no_line", 1, 7)]), (150, [("left_no_line", 1, 7), ("unattributed", 0, 43)])],
)
def test_counters_without_dollars_are_compared_by_their_tokens(
    store: Store, tokens: int, expected: list[tuple[str, int, int]]
) -> None:
    side = compared(store, lines(("a", 0, 100)), telemetry(("a", 0, 100), ("t", 0, 7)), counted(tokens, 0))
    difference = next(one for one in side.differences if one.source == "counter")
    assert (difference.cost_usd, reasons(difference)) == (0, expected)
    row = next(row for row in side.rows if row.source == "counter")
    assert (row.output_tokens, row.cost_usd, row.reported_cost_usd) == (tokens, None, None)


def test_a_status_line_tells_dollars_and_no_tokens(store: Store) -> None:
    samples = [
        Sample(session=SESSION, line=at, at=START + at, name="cost_usd", value=value)
        for at, value in enumerate((0.00005, 0.0001))
    ]
    side = compared(store, lines(("a", 0, 100)), news(path="/line", kind="statusline", samples=samples))
    (difference,) = side.differences
    assert (difference.source, difference.tokens, reasons(difference)) == ("statusline", None, [])
    row = next(row for row in side.rows if row.source == "statusline")
    assert (row.cost_usd, row.calls, row.output_tokens) == (0.0001, None, None)


def test_the_one_that_bills_is_marked_and_models_stand_below_all(store: Store) -> None:
    side = compared(store, lines(("a", 0, 100)), telemetry(("a", 0, 100)))
    assert [(row.source, row.model, row.billed, row.calls) for row in side.rows] == [
        ("transcript", "", True, 1),
        ("otlp_log", "", False, 1),
        ("transcript", "claude-sonnet-5", True, 1),
        ("otlp_log", "claude-sonnet-5", False, 1),
    ]


def test_a_session_that_only_one_source_tells_of_says_so(store: Store) -> None:
    side = compared(store, lines(("a", 0, 100)))
    assert (side.differences, side.notes) == (
        [], ["Nothing else tells what this session used: there is nothing to compare with."]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("prices", "cost", "is_partial"),
    [((None, None), None, True), ((None, 5), 5e-9, True), ((0, 5), 5e-9, False)],
    ids=["none has a price", "one has no price", "one is free"],
)
def test_calls_without_a_price_cost_what_nobody_knows(
    store: Store, prices: tuple[int | None, ...], cost: float | None, *, is_partial: bool
) -> None:
    calls = [
        (build.model_call(key=f"msg_{number}", variant=f"req_{number}"), Priced(cost_nano=nano))
        for number, nano in enumerate(prices)
    ]
    side = compared(store, msgspec.structs.replace(lines(), calls=calls))
    assert [(row.model, row.cost_usd, row.cost_is_partial) for row in side.rows] == [
        ("", cost, is_partial),
        ("claude-sonnet-5", cost, is_partial),
    ]


def test_where_only_the_agents_own_total_tells_something_it_is_not_said_that_nothing_does(store: Store) -> None:
    side = compared(store, news(path="/transcript", totals=[build.reported_total(cost_nano=5)]))
    assert ([(row.source, row.cost_usd) for row in side.rows if not row.model], side.notes) == (
        [("own_total", 5e-9)], []
    )  # fmt: skip


@pytest.mark.parametrize(
    ("others", "confirmed_usd", "sessions"),
    [
        ([], 0.0, 0),
        ([telemetry(("a", 0, 100))], 0.0001, 1),
        ([telemetry(("a", 0, 50))], 0.00005, 0),
        ([telemetry(("a", 0, 100), ("t", 0, 50))], 0.0001, 1),
        ([counted(100, 0.0001)], 0.0001, 1),
    ],
    ids=["alone", "the same", "half", "more", "counters"],
)
def test_how_much_of_the_cost_a_second_source_tells(
    store: Store, others: list[Advance], confirmed_usd: float, sessions: int
) -> None:
    save(store, lines(("a", 0, 100)), *others)
    told = confirmed(store.database, Filter(), AT)
    assert (told.cost_usd, told.confirmed_usd, told.sessions, told.confirmed_sessions) == (
        0.0001, confirmed_usd, 1, sessions
    )  # fmt: skip
