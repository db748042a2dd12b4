"""The status line: gauges and official limits, and what it says of the session."""

import pytest

from dashcam.records.session import TITLE_NAMED
from tests.support.build import MINUTE, SESSION, START
from tests.support.pushed_reading import Json, told


def line(at: int = START, **payload: object) -> Json:
    return {"received": at, "payload": {"session_id": SESSION, **payload}}


def test_gauges_and_limits_become_samples() -> None:
    limits = {
        "five_hour": {"used_percentage": 23.5, "resets_at": 1_738_425_600},
        "seven_day": {"used_percentage": "41"},
    }
    read = told(
        "statusline",
        line(cost={"total_cost_usd": 0.0123}, context_window={"used_percentage": 8}, rate_limits=limits),
    )
    assert read.gauges == {
        ("cost_usd", ""): 0.0123,
        ("context_percent", ""): 8,
        ("rate_limit_percent", "five_hour"): 23.5,
        ("rate_limit_percent", "seven_day"): 41,
        ("rate_limit_resets_at", "five_hour"): 1_738_425_600,
    }
    assert (read.calls, read.events) == ({}, [])


def test_it_says_what_the_session_is() -> None:
    first = line(
        version="2.1.300", session_name="Old", cwd="/home/ada/app/web", workspace={"project_dir": "/home/ada/app"}
    )
    last = line(START + MINUTE, version="2.1.329", session_name="New", cwd="/srv")
    for lines in ((first, last), (last, first)):
        read = told("statusline", *lines).session
        assert (read.version, read.project, read.title, read.title_rank) == (
            "2.1.329", "/home/ada/app", "New", TITLE_NAMED
        )  # fmt: skip
        assert (read.first_at, read.last_at) == (START, START + MINUTE)


@pytest.mark.parametrize(
    "wrong",
    [
        {"received": START},
        {"received": START, "payload": []},
        {"received": START, "payload": {"session_id": 7}},
        {"received": "x", "payload": {"session_id": SESSION}},
        {"payload": {"session_id": SESSION}},
        {"received": -1, "payload": {"session_id": SESSION}},
    ],
)
def test_a_line_without_a_session_or_a_time_is_counted(wrong: Json) -> None:
    read = told("statusline", wrong)
    assert (read.codes, read.samples, read.facts) == ({"no-session"}, [], {})


@pytest.mark.parametrize("wrong", [None, True, "x", -1, 1e300, [1], {"a": 1}], ids=str)
def test_what_is_no_number_is_no_gauge(wrong: object) -> None:
    given = {"five_hour": {"used_percentage": wrong}, "odd": wrong}
    read = told("statusline", line(cost={"total_cost_usd": wrong}, context_window=wrong, rate_limits=given))
    assert read.samples == []
    assert told("statusline", line(rate_limits=wrong, workspace=wrong, version=wrong)).samples == []
