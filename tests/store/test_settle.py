"""Which account of a call counts: the owner, the greater counts, and the gateway that repeats an id."""

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from dashcam.store.settle import TOKENS, Account, EventAccount, owner_of, settle

PLAIN = Account(
    is_streamed=0,
    key="msg_1",
    variant="req_1",
    source=1,
    session=1,
    rank=0,
    sidechain=0,
    born=100,
    native_id="a",
    path="/a",
    generation=0,
    tokens=(0,) * len(TOKENS),
    counted=1,
)


def account(*, given: int = 10, output: int = 100, cache_read: int = 0, **changes: Any) -> Account:
    tokens = (given, output, cache_read, 0, 0, 0, 0)
    return msgspec.structs.replace(PLAIN, tokens=tokens, **changes)


def counted(accounts: Sequence[Account]) -> list[str]:
    return [verdict.account.native_id for verdict in settle(accounts) if verdict.counted]


def test_a_call_that_one_source_tells_counts() -> None:
    (verdict,) = settle([account()])
    assert verdict.counted == 1
    assert not verdict.changes


def test_the_session_that_began_first_owns_what_a_fork_copied() -> None:
    assert counted([account(native_id="fork", born=200), account(native_id="parent", born=100)]) == ["parent"]


def test_a_session_of_unknown_birth_owns_nothing_that_another_has() -> None:
    assert counted([account(native_id="a", born=None), account(native_id="b", born=900)]) == ["b"]


def test_a_main_file_goes_before_an_older_subagents_file() -> None:
    both = [account(native_id="subagent", rank=1, born=1), account(native_id="main", rank=0, born=2)]
    assert counted(both) == ["main"]


def test_the_main_thread_goes_before_an_older_sidechain() -> None:
    both = [account(native_id="aside", sidechain=1, born=1, variant="req_2"), account(native_id="main", born=2)]
    assert counted(both) == ["main"]


def test_accounts_of_one_request_meet_by_the_greater_counts() -> None:
    verdicts = settle([account(given=1, output=900), account(given=70, output=5, cache_read=9)])
    assert {verdict.tokens[:3] for verdict in verdicts} == {(70, 900, 9)}


def test_another_request_of_the_same_message_does_not_raise_the_owners_counts() -> None:
    both = [account(native_id="a"), account(native_id="b", variant="req_2", output=5_000, sidechain=1)]
    assert [verdict.tokens[1] for verdict in settle(both)] == [100, 5_000]


def test_a_gateway_that_gives_every_request_the_same_message_id_is_seen_by_their_prompts() -> None:
    both = [account(native_id="a", given=10), account(native_id="b", given=20, variant="req_2")]
    assert counted(both) == ["a", "b"]


def test_two_requests_with_the_same_prompt_are_one_call() -> None:
    both = [account(native_id="a", output=1), account(native_id="b", output=2, variant="req_2")]
    assert counted(both) == ["a"]


def test_a_copy_without_request_id_says_nothing_of_a_gateway() -> None:
    assert counted([account(native_id="a"), account(native_id="b", variant="", given=99)]) == ["a"]


def test_an_older_generation_of_a_file_owns_its_calls() -> None:
    both = [account(generation=1, native_id="same"), account(generation=0, native_id="same")]
    assert [verdict.counted for verdict in settle(both)] == [0, 1]


accounts = st.builds(
    account,
    given=st.integers(0, 2),
    output=st.integers(0, 2),
    cache_read=st.integers(0, 1),
    variant=st.sampled_from(["", "req_1", "req_2"]),
    rank=st.integers(0, 2),
    sidechain=st.integers(0, 1),
    born=st.sampled_from([None, 1, 2]),
    native_id=st.sampled_from("ab"),
)


def state_after(arriving: Sequence[Account]) -> list[tuple[str, int, tuple[int, ...]]]:
    """Settle after each arrival, as saves do, and give what is written in the rows at the end."""
    held: list[Account] = []
    for news in arriving:
        held.append(news)
        held = [
            msgspec.structs.replace(verdict.account, counted=verdict.counted, tokens=verdict.tokens)
            for verdict in settle(held)
        ]
    return sorted((each.path, each.counted, each.tokens) for each in held)


@given(st.lists(accounts, min_size=1, max_size=4))
def test_every_order_of_arrival_ends_in_the_same_rows(told: list[Account]) -> None:
    told = [msgspec.structs.replace(each, path=f"/{number}") for number, each in enumerate(told)]
    first, *others = [state_after(order) for order in permutations(told)]
    assert all(other == first for other in others)


@given(st.lists(accounts, min_size=1, max_size=6))
def test_one_account_of_each_call_counts_and_no_count_shrinks(told: list[Account]) -> None:
    verdicts = settle(told)
    requests = {each.variant for each in told}
    assert 1 <= sum(verdict.counted for verdict in verdicts) <= len(requests)
    for verdict in verdicts:
        assert all(now >= before for now, before in zip(verdict.tokens, verdict.account.tokens, strict=True))


def event(**changes: Any) -> EventAccount:
    plain = EventAccount(
        is_streamed=0, source=1, line=0, part=0, session=1, born=100, native_id="a", path="/a", generation=0, counted=1
    )
    return msgspec.structs.replace(plain, **changes)


def test_an_event_belongs_to_the_session_that_began_first() -> None:
    older = event(native_id="z", born=50)
    assert owner_of([event(), older]) is older


def test_of_two_generations_of_a_file_the_newer_one_shows_the_event() -> None:
    newer = event(generation=1)
    assert owner_of([event(), newer]) is newer


def test_of_two_copies_in_one_file_the_first_shows_the_event() -> None:
    first = event(line=3)
    assert owner_of([event(line=9), first]) is first
