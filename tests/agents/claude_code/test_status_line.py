"""Reading what Claude Code writes to a status line: every field may be missing, null or of another kind."""

from typing import Any

import pytest

from dashcam.agents.claude_code.status_line import read

FULL: dict[str, Any] = {
    "session_id": "s1",
    "model": {"id": "claude-sonnet-5", "display_name": "Sonnet 5"},
    "cost": {"total_cost_usd": 1.24, "total_duration_ms": 45_000},
    "context_window": {"context_window_size": 200_000, "used_percentage": 42, "current_usage": None},
    "rate_limits": {
        "five_hour": {"used_percentage": 23.5, "resets_at": 1_738_425_600},
        "seven_day": {"used_percentage": 41.2, "resets_at": 1_738_857_600},
    },
}


def test_a_full_payload_is_read() -> None:
    status = read(FULL)
    assert status
    assert (status.session, status.cost, status.context) == ("s1", 1.24, 42)
    assert [(limit.name, limit.used, limit.resets_at) for limit in status.limits] == [
        ("5h", 23.5, 1_738_425_600),
        ("7d", 41.2, 1_738_857_600),
    ]


@pytest.mark.parametrize("payload", [None, [], "s1", 3, {}, {"session_id": None}, {"session_id": ""}])
def test_what_names_no_session_makes_no_sense(payload: object) -> None:
    assert read(payload) is None


@pytest.mark.parametrize("odd", [None, [], "1.24", True, {}, -1, float("nan"), float("inf")])
@pytest.mark.parametrize("inside", [False, True])
def test_a_field_of_another_kind_is_as_if_it_were_missing(odd: object, inside: bool) -> None:  # noqa: FBT001
    payload = {"session_id": "s1"} | {
        "cost": {"total_cost_usd": odd} if inside else odd,
        "context_window": {"used_percentage": odd} if inside else odd,
        "rate_limits": {"five_hour": odd, "seven_day": {"used_percentage": odd}} if inside else odd,
    }
    status = read(payload)
    assert status
    assert (status.cost, status.context, status.limits) == (None, None, ())


def test_an_old_version_told_the_counts_of_the_context_alone() -> None:
    window = {
        "context_window_size": 200_000,
        "current_usage": {"input_tokens": 8_000, "cache_creation_input_tokens": 2_000, "cache_read_input_tokens": 0},
    }
    status = read({"session_id": "s1", "context_window": window})
    assert status
    assert status.context == 5


def test_what_runs_on_by_itself_is_no_change() -> None:
    later = FULL | {"cost": FULL["cost"] | {"total_duration_ms": 99_000}}
    dearer = FULL | {"cost": {"total_cost_usd": 1.25}}
    first, second, third = read(FULL), read(later), read(dearer)
    assert first
    assert second
    assert third
    assert first.changing == second.changing
    assert first.changing != third.changing
