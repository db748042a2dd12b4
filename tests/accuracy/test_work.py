"""The cases' own arithmetic holds, before any program is asked."""

from decimal import Decimal

import pytest

from tests.accuracy import arithmetic
from tests.accuracy.case import CASES, NAMES, expected_of, home_of


@pytest.mark.parametrize("name", NAMES)
def test_every_line_of_the_work_is_right_and_adds_up_to_what_is_expected(name: str) -> None:
    expected = expected_of(name)
    costs = [None if work.cost is None else Decimal(work.cost) for work in expected.work]
    assert [arithmetic.worked(work.lines) for work in expected.work] == costs
    assert sum((cost for cost in costs if cost is not None), Decimal(0)) == Decimal(expected.cost)
    assert (len(costs), costs.count(None)) == (expected.calls, expected.unpriced)
    tokens = [arithmetic.tokens_in(work.lines) for work in expected.work]
    assert expected.tokens == {kind.replace(" ", "_"): sum(each[kind] for each in tokens) for kind in arithmetic.KINDS}
    assert sum(session.calls for session in expected.sessions.values()) == expected.calls


@pytest.mark.parametrize("name", [name for name in NAMES if expected_of(name).days])
def test_the_days_add_up_to_the_whole(name: str) -> None:
    expected = expected_of(name)
    assert sum(arithmetic.added(text) for text in expected.days.values()) == Decimal(expected.cost)


@pytest.mark.parametrize("name", [name for name in NAMES if expected_of(name).unattributed])
def test_what_is_unattributed_is_the_difference_of_two_totals(name: str) -> None:
    for text in expected_of(name).unattributed.values():
        assert arithmetic.added(text) > 0


@pytest.mark.parametrize("name", [name for name in NAMES if expected_of(name).inexact])
def test_an_estimate_takes_the_place_of_the_output_and_of_nothing_else(name: str) -> None:
    estimated = [work for work in expected_of(name).work if work.estimate is not None]
    assert len(estimated) == expected_of(name).inexact
    for work in estimated:
        assert arithmetic.worked(work.estimate_lines) == Decimal(work.estimate or "")
        before, after = arithmetic.tokens_in(work.lines), arithmetic.tokens_in(work.estimate_lines)
        assert after["output"] > before["output"]
        assert before | {"output": after["output"]} == after


@pytest.mark.parametrize("name", NAMES)
def test_a_case_is_small_and_lies_where_its_agent_looks(name: str) -> None:
    files = [path for path in home_of(name).rglob("*") if path.is_file()]
    places = {path.relative_to(home_of(name)).parts[0] for path in files}
    assert places == {".codex" if name.startswith("codex-") else ".claude"}
    assert sum(path.stat().st_size for path in files) < 64_000


def test_the_readme_names_every_case_with_its_trap_and_its_price() -> None:
    lines = (CASES.parent / "README.md").read_text().splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| `")]
    told = {row[0]: Decimal(row[1].strip("$")) for row in rows}
    assert told == {f"`{name}`<br>{expected_of(name).trap}": Decimal(expected_of(name).cost) for name in NAMES}
