"""The vocabulary of filters: what a filter selects unless told, and words that mean one thing everywhere."""

import msgspec
import pytest

from dashcam.records.clock import ALL_TIME, Range
from dashcam.records.filters import COST_BASES, DIMENSIONS, SORT_KEYS, TIME_DIMENSIONS, Filter


def test_a_filter_selects_everything_unless_told() -> None:
    assert Filter() == Filter(range=ALL_TIME, minimum_cost_nano=None, text="", top_level=False)
    lists = ("agents", "agent_names", "projects", "models", "branches", "statuses", "sessions")
    assert [getattr(Filter(), name) for name in lists] == [()] * 7


def test_a_filter_is_a_value_that_can_be_a_key() -> None:
    asked = Filter(models=("sonnet",), range=Range(since=1))
    assert {asked: 1}[msgspec.structs.replace(asked)] == 1
    with pytest.raises(AttributeError):
        asked.text = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            SORT_KEYS,
            "started ended duration active tokens cost calls project title model agent status source branch",
        ),
        (DIMENSIONS, "day hour week month model project agent branch tool source session"),
        (COST_BASES, "calculated reported both"),
    ],
)
def test_the_words_are_those_that_the_docs_name(words: tuple[str, ...], expected: str) -> None:
    assert words == tuple(expected.split())


def test_the_dimensions_of_time_are_dimensions() -> None:
    assert set(TIME_DIMENSIONS) < set(DIMENSIONS)
