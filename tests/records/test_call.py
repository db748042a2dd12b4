"""A call's token counts are disjoint: their sum is the total, and nothing stands in two of them."""

from hypothesis import given
from hypothesis import strategies as st

from dashcam.records.call import TOKEN_FIELDS, ModelCall, Priced, Tokens
from tests.support import build

counts = st.integers(0, 10**9)


def test_the_prompt_is_what_was_sent_and_the_total_what_was_billed() -> None:
    spent = Tokens(input=100, output=200, cache_read=3_000, cache_write_5m=400, cache_write_1h=50)
    assert (spent.prompt, spent.total) == (3_550, 3_750)


def test_reasoning_is_inside_the_output() -> None:
    assert Tokens(output=200, reasoning=150).total == 200
    assert "reasoning" not in TOKEN_FIELDS


def test_a_call_without_tokens_is_nothing() -> None:
    assert (Tokens().prompt, Tokens().total) == (0, 0)


def test_a_call_has_the_totals_of_its_tokens() -> None:
    call = build.model_call()
    assert isinstance(call, Tokens)
    assert (call.prompt, call.total) == (3_550, 3_750)


@given(st.fixed_dictionaries(dict.fromkeys((*TOKEN_FIELDS, "reasoning"), counts)))
def test_the_total_is_the_sum_of_the_disjoint_counts(spent: dict[str, int]) -> None:
    tokens = Tokens(**spent)
    assert tokens.total == sum(spent[name] for name in TOKEN_FIELDS) == tokens.prompt + tokens.output


def test_a_call_is_exact_standard_and_unreported_unless_its_source_says_otherwise() -> None:
    call = ModelCall(key="msg_1", session="s", at=0, line=0, model="claude-sonnet-5")
    assert (call.exact, call.rank, call.sidechain, call.model_inferred) == (True, 0, False, False)
    assert (call.variant, call.speed, call.geo, call.tier, call.tools) == ("", "", "", "", "")
    assert (call.estimated_output, call.reported_nano, call.duration_us) == (None, None, None)


def test_an_unpriced_call_has_no_rate_and_no_estimate() -> None:
    assert Priced(cost_nano=None) == Priced(cost_nano=None, estimate_nano=None, rate="")
