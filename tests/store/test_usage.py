"""Usage by each of its dimensions; whatever it is cut by, the parts add up to the whole."""

from collections.abc import Iterator
from typing import Any

import pytest

from dashcam.records.clock import Range
from dashcam.records.filters import Filter
from dashcam.store import usage
from dashcam.store.store import Store
from dashcam.store.totals import QUARTER
from tests.support import build
from tests.support.build import DAY, HOUR, START
from tests.support.saving import news, save

FIRST = START // QUARTER
CODEX = build.source(path="/codex.jsonl", agent="codex", agent_name="codex-default")


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store.open(store_url) as opened:
        one = news(
            "one",
            calls=(
                build.model_call(key="a", output=1, tools="Bash, Edit"),
                build.model_call(key="b", output=2, at=START + HOUR, model="claude-opus-5"),
            ),
        )
        two = news(
            "two",
            calls=(build.model_call(key="c", output=4, tools="Bash"),),
            facts=build.session_facts(session="two", project="/srv", branch="fix"),
        )
        two.source = CODEX
        save(opened, one, two)
        yield opened


def outputs(store: Store, *groups: str, **asked: Any) -> dict[tuple[int | str, ...], int]:
    rows = usage.grouped(store.database, Filter(**asked), groups, quiet_since=0)
    return {keys: sums.output for keys, sums in rows}


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("bucket", {(FIRST,): 5, (FIRST + 4,): 2}),
        ("day", {(START // DAY,): 7}),
        ("model", {("claude-opus-5",): 2, ("claude-sonnet-5",): 5}),
        ("project", {(build.PROJECT,): 3, ("/srv",): 4}),
        ("agent", {("claude-code",): 3, ("codex",): 4}),
        ("branch", {("main",): 3, ("fix",): 4}),
        ("session", {("one",): 3, ("two",): 4}),
        ("source", {("transcript",): 7}),
        ("tool", {("",): 2, ("Bash",): 4, ("Bash, Edit",): 1}),
    ],
)
def test_usage_is_cut_by_a_dimension(store: Store, group: str, expected: dict[tuple[int | str, ...], int]) -> None:
    assert outputs(store, group) == expected


def test_every_dimension_has_a_test() -> None:
    assert set(usage.GROUPS) == {"bucket", "model", "project", "agent", "branch", "source", "session", "tool", "day"}


def test_usage_is_cut_by_two_dimensions_at_once(store: Store) -> None:
    assert outputs(store, "bucket", "model") == {
        (FIRST, "claude-sonnet-5"): 5,
        (FIRST + 4, "claude-opus-5"): 2,
    }
    assert outputs(store, "tool", "session") == {("", "one"): 2, ("Bash", "two"): 4, ("Bash, Edit", "one"): 1}


def test_all_usage_is_one_row(store: Store) -> None:
    ((keys, sums),) = usage.grouped(store.database, Filter(), (), quiet_since=0)
    assert keys == ()
    assert (sums.calls, sums.output, sums.input, sums.cost_nano) == (3, 7, 300, 10_657_000)


def test_no_usage_is_no_row(store: Store) -> None:
    assert outputs(store, "model", agents=("nobody",)) == {}
    assert outputs(store, agents=("nobody",)) == {}


@pytest.mark.parametrize("groups", [("model",), ("tool",), ("bucket",)])
def test_a_range_within_a_quarter_selects_single_calls(store: Store, groups: tuple[str, ...]) -> None:
    inside = Range(since=START + HOUR, until=START + HOUR + 1)
    assert list(outputs(store, *groups, range=inside).values()) == [2]
    assert outputs(store, *groups, range=Range(since=START + 1, until=START + HOUR)) == {}


def test_a_filter_by_model_selects_calls_and_not_whole_sessions(store: Store) -> None:
    assert outputs(store, "session", models=("opus",)) == {("one",): 2}
    assert outputs(store, "tool", models=("OPUS",)) == {("",): 2}


def test_a_filter_by_project_selects_its_sessions(store: Store) -> None:
    assert outputs(store, "session", projects=("srv",)) == {("two",): 4}
