"""Every request of a rollout is counted once, with disjoint counts, by the thread that made it."""

from typing import Any

import pytest

from dashcam.agents.codex import AGENT
from dashcam.agents.codex.lines import matters_to_usage
from dashcam.records.call import ModelCall
from tests.support.build import SECOND, START
from tests.support.codex_lines import Rollout, counts
from tests.support.codex_reading import begin, billed, calls, only, records, troubles

OTHER = "019f0000-0000-7000-8000-000000000002"
THIRD = "019f0000-0000-7000-8000-000000000003"


def quadruples(told: list[ModelCall]) -> list[tuple[int, int, int, int]]:
    return [(call.input, call.cache_read, call.cache_write_5m, call.output) for call in told]


def whole(*rollouts: Rollout) -> list[ModelCall]:
    return billed(record for each in rollouts for record in records(each.encoded()))


def test_cached_and_written_tokens_are_taken_out_of_the_input() -> None:
    rollout = Rollout()
    rollout.turn("gpt-5.6")
    rollout.tokens(counts(given=1_000, cached=600, written=300, output=50, reasoning=10))
    (call,) = calls(rollout.encoded())
    assert (call.input, call.cache_read, call.cache_write_5m, call.output) == (100, 600, 300, 50)
    assert (call.reasoning, call.total) == (10, 1_050)
    assert (call.model, call.provider, call.at, call.line) == ("gpt-5.6", "openai", START + 2 * SECOND, 2)


def test_a_count_that_is_written_again_is_no_request() -> None:
    rollout = Rollout()
    rollout.turn()
    rollout.tokens()
    rollout.repeat_tokens()
    rollout.repeat_tokens()
    assert len(calls(rollout.encoded())) == 1


def test_two_equal_requests_are_two() -> None:
    rollout = Rollout()
    rollout.turn()
    rollout.tokens()
    rollout.tokens()
    assert quadruples(calls(rollout.encoded())) == [(200, 800, 0, 100)] * 2


def test_without_a_last_usage_the_running_totals_are_subtracted() -> None:
    rollout = Rollout()
    rollout.turn("o4-mini")
    rollout.token_count(None, {"input_tokens": 150, "cached_input_tokens": 25, "output_tokens": 75})
    rollout.turn("gpt-4.1")
    rollout.token_count(None, {"input_tokens": 500, "cached_input_tokens": 100, "output_tokens": 200})
    told = calls(rollout.encoded())
    assert [(call.model, call.input, call.cache_read, call.output) for call in told] == [
        ("o4-mini", 125, 25, 75),
        ("gpt-4.1", 275, 75, 125),
    ]


def test_a_running_total_that_goes_down_begins_anew() -> None:
    rollout = Rollout()
    rollout.turn()
    rollout.token_count(None, counts(given=900, cached=0, output=90))
    rollout.token_count(None, counts(given=100, cached=0, output=10))
    assert [call.input for call in calls(rollout.encoded())] == [900, 100]
    assert troubles(rollout.encoded()) == [("counter-reset", 1)]


def test_after_a_drop_the_last_usage_counts_and_the_estimate_between_does_not() -> None:
    rollout = Rollout()
    rollout.turn()
    rollout.tokens(counts(given=90_000, cached=0, output=1_000))
    nothing = dict(counts(given=0, cached=0, output=0, reasoning=0)) | {"total_tokens": 4_000}
    rollout.token_count(nothing, nothing)
    rollout.token_count(counts(given=5_000, cached=0, output=200), counts(given=95_000, cached=0, output=1_200))
    rollout.token_count(counts(given=6_000, cached=0, output=300), counts(given=11_000, cached=0, output=500))
    assert [call.input for call in calls(rollout.encoded())] == [90_000, 5_000, 6_000]


def test_a_record_and_its_twin_are_one_request() -> None:
    rollout = Rollout(version="0.154.0")
    rollout.turn()
    rollout.usage_record("resp_1")
    rollout.usage_record("resp_2")
    assert quadruples(calls(rollout.encoded())) == [(200, 800, 0, 100)] * 2


def test_a_record_has_the_key_of_its_twin() -> None:
    new, old = Rollout(), Rollout()
    for each in (new, old):
        each.turn()
    new.usage_record()
    old.tokens()
    assert [call.key for call in calls(new.encoded())] == [call.key for call in calls(old.encoded())]


def test_a_session_that_was_begun_before_an_upgrade_keeps_its_old_counts() -> None:
    rollout = Rollout()
    rollout.turn()
    rollout.tokens(counts(given=1_000))
    rollout.turn()
    rollout.usage_record(spent=counts(given=2_000))
    rollout.turn()
    rollout.tokens(counts(given=3_000))
    assert [call.prompt for call in calls(rollout.encoded())] == [1_000, 2_000, 3_000]


def test_a_compaction_repeats_the_last_record_and_adds_nothing() -> None:
    rollout = Rollout()
    rollout.turn()
    record = rollout.usage_record()
    rollout.line("compacted", message="So far.", latest_token_usage_record=record["payload"])
    assert len(calls(rollout.encoded())) == 1


def test_a_compaction_tells_a_record_that_was_lost() -> None:
    rollout = Rollout()
    rollout.turn()
    record = rollout.usage_record()
    rollout.lines = rollout.lines[:2]
    rollout.line("compacted", message="So far.", latest_token_usage_record=record["payload"])
    assert quadruples(calls(rollout.encoded())) == [(200, 800, 0, 100)]


def test_a_fork_owns_only_what_it_added() -> None:
    parent = Rollout()
    parent.turn()
    parent.tokens(counts(given=1_000))
    child = parent.fork(OTHER)
    child.turn()
    child.tokens(counts(given=2_000))
    parent.turn()
    parent.tokens(counts(given=4_000))
    for order in ((parent, child), (child, parent)):
        told = whole(*order)
        assert sorted((call.session, call.prompt) for call in told) == [
            (parent.thread, 1_000),
            (parent.thread, 4_000),
            (OTHER, 2_000),
        ]


def test_a_fork_without_turn_ids_is_found_by_its_ancestor() -> None:
    parent = Rollout()
    parent.line("turn_context", model="gpt-5")
    parent.tokens(counts(given=1_000))
    parent.tokens(counts(given=1_500))
    child = parent.fork(OTHER)
    child.tokens(counts(given=2_000))
    grandchild = child.fork(THIRD)
    grandchild.tokens(counts(given=3_000))
    assert sorted(call.prompt for call in whole(grandchild, child, parent)) == [1_000, 1_500, 2_000, 3_000]


def test_two_forks_of_a_lost_parent_share_its_calls() -> None:
    parent = Rollout()
    parent.line("turn_context", model="gpt-5")
    parent.tokens()
    first, second = parent.fork(OTHER), parent.fork(THIRD)
    first.tokens(counts(given=2_000))
    second.tokens(counts(given=3_000))
    assert sorted(call.prompt for call in whole(first, second)) == [1_000, 2_000, 3_000]


def test_a_subagent_that_copied_counts_but_no_records_shares_them() -> None:
    parent = Rollout()
    parent.turn()
    parent.usage_record()
    child = parent.fork(OTHER, forked_from_id=None, parent_thread_id=parent.thread)
    child.lines = [line for line in child.lines if line["type"] != "token_usage_record"]
    child.turn()
    child.tokens(counts(given=2_000))
    assert sorted((call.session, call.prompt) for call in whole(parent, child)) == [
        (parent.thread, 1_000),
        (OTHER, 2_000),
    ]


def test_subagents_with_equal_counts_stay_apart() -> None:
    siblings = [Rollout(thread, parent_thread_id=THIRD) for thread in (OTHER, THIRD)]
    for each in siblings:
        each.turn()
        each.tokens()
    assert len(whole(*siblings)) == 2


def test_a_record_that_names_another_thread_says_that_it_is_a_copy() -> None:
    parent = Rollout()
    parent.turn()
    parent.usage_record()
    (call,) = only(ModelCall, records(parent.fork(OTHER).encoded()))
    assert (call.session, call.rank) == (parent.thread, 3)


@pytest.mark.parametrize(
    ("at", "model", "inferred"),
    [(1_757_000_000 * SECOND, "gpt-5", True), (START, "", False)],
)
def test_only_builds_of_september_2025_are_known_to_have_had_one_model(
    at: int,
    model: str,
    inferred: bool,  # noqa: FBT001 - a column of the table
) -> None:
    rollout = Rollout(at=at)
    rollout.turn(None)
    rollout.tokens()
    (call,) = calls(rollout.encoded())
    assert (call.model, call.model_inferred) == (model, inferred)


def test_the_model_is_the_one_that_the_count_names_or_the_last_that_was_set() -> None:
    rollout = Rollout()
    rollout.turn("gpt-5.5")
    rollout.tokens()
    rollout.line("event_msg", type="thread_settings_applied", thread_settings={"model": "gpt-5.6"})
    rollout.tokens()
    rollout.turn("codex-auto-review", provenance={"model": "nested"})
    rollout.tokens()
    rollout.token_count(counts(), counts(given=9_000), info={"model": "gpt-4.1", "last_token_usage": counts()})
    assert [call.model for call in calls(rollout.encoded())] == [
        "gpt-5.5",
        "gpt-5.6",
        "codex-auto-review",
        "gpt-4.1",
    ]


@pytest.mark.parametrize(
    ("service", "speed", "tier"),
    [("fast", "fast", ""), ("priority", "", "priority"), ("flex", "", "flex"), ("default", "", "")],
)
def test_the_service_tier_is_recorded(service: str, speed: str, tier: str) -> None:
    rollout = Rollout()
    rollout.turn()
    settings: dict[str, Any] = {"model": "gpt-5.5", "service_tier": service}
    rollout.line("event_msg", type="thread_settings_applied", thread_settings=settings)
    rollout.tokens()
    rollout.line("event_msg", type="thread_settings_applied", thread_settings={"model": "gpt-5.5"})
    rollout.tokens()
    assert [(call.speed, call.tier) for call in calls(rollout.encoded())] == [(speed, tier), ("", "")]


def test_an_unknown_tier_is_standard_and_noted() -> None:
    rollout = Rollout()
    rollout.turn(service_tier="warp")
    rollout.tokens()
    assert calls(rollout.encoded())[0].tier == ""
    assert troubles(rollout.encoded()) == [("unknown-tier", 1)]


@pytest.mark.parametrize(
    ("named", "provider"),
    [("openai", "openai"), ("azure", "azure"), ("Ollama", "ollama"), ("my-proxy", "openai"), ("", "openai")],
)
def test_a_known_provider_is_named_and_another_stands_for_openai(named: str, provider: str) -> None:
    rollout = Rollout(model_provider=named)
    rollout.turn()
    rollout.tokens()
    assert calls(rollout.encoded())[0].provider == provider


def test_the_tools_of_a_call_are_those_since_the_one_before() -> None:
    rollout = Rollout()
    rollout.turn()
    rollout.prompt()
    for name, call in (("shell", "a"), ("apply_patch", "b"), ("shell", "c")):
        rollout.tool_call(name, call)
    rollout.tokens()
    for call in "abc":
        rollout.tool_result(call)
    rollout.answer()
    rollout.tokens()
    assert [call.tools for call in calls(rollout.encoded())] == ["apply_patch, shell", ""]


def test_tools_that_follow_their_count_belong_to_it() -> None:
    """As 0.44 writes it: the count, the calls and their outputs, the next turn_context, the count again."""
    rollout = Rollout(version="0.44.0")
    rollout.prompt()
    rollout.turn()
    rollout.tokens()
    for name, call in (("shell", "a"), ("view", "b")):
        rollout.tool_call(name, call)
        rollout.tool_result(call)
    rollout.turn()
    rollout.repeat_tokens()
    rollout.tokens()
    rollout.answer()
    assert [call.tools for call in calls(rollout.encoded())] == ["shell, view", ""]


def test_web_searches_are_counted_and_opened_pages_are_not() -> None:
    rollout = Rollout()
    rollout.turn()
    for kind in ("search", "open_page", "search"):
        rollout.line("response_item", type="web_search_call", action={"type": kind})
    rollout.tokens()
    (call,) = calls(rollout.encoded())
    assert (call.web_searches, call.tools) == (2, "web_search")


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        ({"total_tokens": 7}, "bad-total"),
        ({"cached_input_tokens": -5}, "bad-count"),
        ({"output_tokens": 10**12, "total_tokens": None}, "bad-count"),
        ({"reasoning_output_tokens": "many"}, "wrong-type"),
        ({"cached_input_tokens": 5_000}, "bad-count"),
    ],
)
def test_a_bad_count_is_noted_and_the_request_still_told(damage: dict[str, Any], code: str) -> None:
    rollout = Rollout()
    rollout.turn()
    rollout.tokens()
    rollout.lines[-1]["payload"]["info"]["last_token_usage"] |= damage
    assert len(calls(rollout.encoded())) == 1
    assert code in [told for told, _ in troubles(rollout.encoded())]


def test_a_thread_may_spend_more_than_any_request() -> None:
    rollout = Rollout()
    rollout.turn()
    for _ in range(3):
        rollout.tokens(counts(given=900_000_000, cached=0, output=1))
    assert len(calls(rollout.encoded())) == 3
    assert troubles(rollout.encoded()) == []


def test_a_count_without_usage_is_noted() -> None:
    rollout = Rollout()
    rollout.turn()
    rollout.line("event_msg", type="token_count", info={"prompt": 1_420, "completion": 910})
    rollout.line("token_usage_record", thread_id=rollout.thread)
    rollout.line("event_msg", type="token_count", info=None)
    assert calls(rollout.encoded()) == []
    assert troubles(rollout.encoded()) == [("no-usage", 1), ("no-usage", 1)]


def test_totals_need_only_the_lines_that_matter_to_usage() -> None:
    rollout = Rollout()
    rollout.turn()
    rollout.prompt("What is a model?")
    rollout.tool_call()
    rollout.usage_record()
    rollout.tool_result()
    rollout.answer()
    record = rollout.usage_record("resp_2")
    rollout.line("compacted", message="x", latest_token_usage_record=record["payload"])
    child = rollout.fork(OTHER)
    child.tokens()
    for each in (rollout, child):
        assert not all(matters_to_usage(line) for line in each.encoded())
        looked = AGENT.first_look(b"\n".join(each.encoded()), begin())
        told = {call.key: call for call in only(ModelCall, looked)}
        assert [(call.key, call.total, call.line) for call in told.values()] == [
            (call.key, call.total, call.line) for call in calls(each.encoded())
        ]
