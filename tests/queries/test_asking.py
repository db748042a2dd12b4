"""A person's words become one question, and every mistake in them is named."""

from typing import Any

import pytest

from dashcam.queries import asking
from dashcam.queries.asking import Words, filter_of, nano_of, order_of, range_of
from dashcam.queries.moment import Moment
from dashcam.records.clock import ALL_TIME
from dashcam.records.errors import BadInput
from dashcam.records.filters import SORT_KEYS, Filter
from tests.support.build import DAY, HOUR, START

AT = Moment(now=START)
NOON_TO_MIDNIGHT = 12 * HOUR


def asked(**words: Any) -> Filter:
    return filter_of(Words(**words), AT)


def test_no_words_select_everything() -> None:
    assert asked() == Filter()


def test_active_is_short_for_running_and_waiting() -> None:
    assert asked(active=True, statuses=("failed",)).statuses == ("failed", "running", "waiting")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"statuses": ("asleep",)}, "'asleep' is no status"),
        ({"agent_types": ("nobody",)}, "'nobody' is no type of agent"),
        ({"min_cost": "much"}, "no amount of dollars"),
        ({"range_words": "7d", "since": "2026-11-01"}, "twice"),
    ],
)
def test_a_mistake_is_named_with_what_to_write(words: dict[str, Any], why: str) -> None:
    with pytest.raises(BadInput, match=why) as failed:
        asked(**words)
    assert failed.value.hint


@pytest.mark.parametrize(
    ("words", "order"),
    [("cost", ("cost", True)), ("-cost", ("cost", False)), ("title", ("title", False)), ("-title", ("title", True))],
)
def test_numbers_begin_with_the_largest_and_words_with_a(words: str, order: tuple[str, bool]) -> None:
    assert order_of(words, SORT_KEYS) == order


def test_an_unknown_order_is_named() -> None:
    with pytest.raises(BadInput, match="'-colour' is no sort key"):
        order_of("-colour", SORT_KEYS)


@pytest.mark.parametrize(
    ("words", "nano"), [("0.50", 500_000_000), ("$2", 2_000_000_000), (" 1 ", 1_000_000_000), (None, None)]
)
def test_dollars_become_nano_dollars(words: str | None, nano: int | None) -> None:
    assert nano_of(words) == nano


@pytest.mark.parametrize("words", ["", "NaN", "sNaN", "inf", "1e10", "1,5"])
def test_what_is_no_amount_is_refused(words: str) -> None:
    with pytest.raises(BadInput):
        nano_of(words)


def test_a_range_may_be_told_by_one_end() -> None:
    assert range_of(None, None, None, AT) == ALL_TIME
    assert range_of(None, "2026-11-01", None, AT).since == START - NOON_TO_MIDNIGHT
    assert range_of(None, None, "2026-11-01", AT).until == START + NOON_TO_MIDNIGHT, "with all of that day"
    both = range_of(None, "2026-11-01", "2026-11-02", AT)
    assert (both.since, both.until) == (START - NOON_TO_MIDNIGHT, START + NOON_TO_MIDNIGHT + DAY)
    exact = range_of(None, "2026-11-01T12:00:00Z", "2026-11-01T13:00:00Z", AT)
    assert (exact.since, exact.until) == (START, START + HOUR)


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(BadInput, match="ends before it begins"):
        range_of(None, "2026-11-01T12:00:00Z", "2026-11-01T11:00:00Z", AT)


def test_every_field_of_a_question_can_be_said() -> None:
    assert asking.Words.__struct_fields__
    said = asked(
        agent_names=("a",), projects=("p",), models=("m",), branches=("b",), text="t", min_cost="1", no_subagents=True
    )
    assert (said.agent_names, said.projects, said.models, said.branches) == (("a",), ("p",), ("m",), ("b",))
    assert (said.text, said.minimum_cost_nano, said.top_level) == ("t", 10**9, True)
