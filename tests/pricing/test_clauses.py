"""A list's matching rule fits its own model and its dated spellings, and not a mere relative."""

import pytest
from genai_prices.types import (
    ClauseAnd,
    ClauseContains,
    ClauseEndsWith,
    ClauseEquals,
    ClauseOr,
    ClauseRegex,
    ClauseStartsWith,
    MatchLogic,
)

from dashcam.pricing.clauses import EXACT, fit

BEGINS = ClauseStartsWith(starts_with="claude-opus-4-8")
HOLDS = ClauseContains(contains="us.anthropic.claude-opus-4-8")
ENDS = ClauseEndsWith(ends_with="claude-opus-5")


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        (BEGINS, "claude-opus-4-8"),
        (BEGINS, "claude-opus-4-8-20260601"),
        (BEGINS, "claude-opus-4-8@20260601"),
        (BEGINS, "claude-opus-4-8-2026-06-01"),
        (BEGINS, "claude-opus-4-8-v1:0"),
        (BEGINS, "claude-opus-4-8-thinking-latest"),
        (HOLDS, "us.anthropic.claude-opus-4-8-v1:0"),
        (HOLDS, "bedrock/us.anthropic.claude-opus-4-8"),
        (ENDS, "publishers/x/claude-opus-5"),
        (ENDS, "claude-opus-5"),
        (ClauseStartsWith(starts_with="claude-sonnet-4-2025"), "claude-sonnet-4-20250514"),
        (ClauseStartsWith(starts_with="claude-sonnet-4@"), "claude-sonnet-4@20250514"),
        (ClauseStartsWith(starts_with="gpt-5-nano-"), "gpt-5-nano-2025-08-07"),
        (ClauseStartsWith(starts_with="gemini-2.5-flash"), "gemini-2.5-flash-preview-09-2025"),
        (ClauseOr(or_=[ENDS, BEGINS]), "claude-opus-4-8"),
        (ClauseAnd(and_=[BEGINS, BEGINS]), "claude-opus-4-8"),
    ],
)
def test_a_rule_fits_its_model(rule: MatchLogic, name: str) -> None:
    assert 0 < fit(rule, name) < EXACT


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        (BEGINS, "claude-opus-4-8-turbo"),
        (BEGINS, "claude-opus-4-8-fast"),
        (BEGINS, "claude-opus-4-80"),
        (BEGINS, "my-claude-opus-4-8"),
        (BEGINS, "claude-opus-5"),
        (HOLDS, "aus.anthropic.claude-opus-4-8"),
        (ENDS, "not-claude-opus-5"),
        (ENDS, "claude-opus-5-5"),
        (ClauseStartsWith(starts_with="deepseek-r1"), "deepseek-r1-distill-llama-70b"),
        (ClauseOr(or_=[ENDS, BEGINS]), "gpt-5"),
        (ClauseAnd(and_=[ENDS, BEGINS]), "claude-opus-5"),
    ],
)
def test_a_rule_does_not_fit_a_relative(rule: MatchLogic, name: str) -> None:
    assert fit(rule, name) == 0


@pytest.mark.parametrize("rule", [ClauseEquals(equals="GPT-5"), ClauseRegex(regex=r"^gpt-\d$")])
def test_an_exact_rule_fits_best(rule: MatchLogic) -> None:
    assert fit(rule, "gpt-5") == EXACT
    assert fit(rule, "gpt-55") == 0


def test_longer_words_fit_better() -> None:
    short = ClauseStartsWith(starts_with="claude-opus-4")
    assert fit(BEGINS, "claude-opus-4-8") > fit(short, "claude-opus-4-2025")
