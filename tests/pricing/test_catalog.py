"""Whose list a model is looked up in: the provider's own, by its own name, or nobody's."""

from decimal import Decimal

import pytest
from genai_prices.types import (
    ClauseContains,
    ClauseEquals,
    ClauseOr,
    ClauseStartsWith,
    MatchLogic,
    ModelInfo,
    ModelPrice,
    Provider,
)

from dashcam.pricing.catalog import Catalog

TODAY = "2026-11-01"


def model(name: str, dollars: int, match: MatchLogic | None = None) -> ModelInfo:
    prices = ModelPrice(input_mtok=Decimal(dollars), output_mtok=Decimal(dollars))
    return ModelInfo(id=name, match=match or ClauseEquals(equals=name), prices=prices)


def provider(name: str, *models: ModelInfo, claims: MatchLogic | None = None, falls_back_on: str = "") -> Provider:
    return Provider(
        id=name,
        name=name,
        api_pattern=name,
        model_match=claims,
        fallback_model_providers=[falls_back_on] if falls_back_on else None,
        models=list(models),
    )


CATALOG = Catalog(
    [
        provider(
            "anthropic",
            model("claude-opus-4", 1, ClauseStartsWith(starts_with="claude-opus-4")),
            model("claude-opus-4-6", 2, ClauseStartsWith(starts_with="claude-opus-4-6")),
            model("claude-fable-5", 3),
            claims=ClauseContains(contains="claude"),
        ),
        provider("openai", model("gpt-5.4", 4), model("gpt-5.6-luna", 5)),
        provider("aws", model("us.anthropic.claude-opus-4-6", 6)),
        provider("openrouter", model("anthropic/claude-opus-4.6", 7), model("gpt-5.4", 8)),
        provider("azure", falls_back_on="openai"),
        provider("deepseek", model("deepseek-chat", 9), claims=ClauseStartsWith(starts_with="deepseek")),
        provider("twin-one", model("twin", 10), claims=ClauseEquals(equals="twin")),
        provider("twin-two", model("twin", 11), claims=ClauseOr(or_=[ClauseEquals(equals="twin")])),
        provider("shop", model("only-here", 12)),
    ],
    "a list",
)


def dollars(named: str, wanted: str, day: str = TODAY) -> int | None:
    rate = CATALOG.rate(named, wanted, day)
    return None if rate is None else rate.base.input // 10**9


@pytest.mark.parametrize(
    ("named", "wanted", "expected"),
    [
        ("anthropic", "claude-opus-4-6", 2),
        ("anthropic", "claude-opus-4-6-20260205", 2),
        ("anthropic", "Claude-Opus-4.6[1m]", 2),
        ("anthropic", "claude-opus-4-20250514", 1),
        ("anthropic", "claude-mythos-5", 3),
        ("", "claude-opus-4-6", 2),
        ("", "openai/gpt-5.4", 4),
        ("anthropic", "deepseek-chat", 9),
        ("openai", "deepseek-chat", 9),
        ("anthropic", "us.anthropic.claude-opus-4-6", 6),
        ("anthropic", "eu.anthropic.claude-opus-4-6-v1:0", 2),
        ("bedrock", "us.anthropic.claude-opus-4-6", 6),
        ("", "openrouter/anthropic/claude-opus-4.6", 7),
        ("openrouter", "anthropic/claude-opus-4.6", 7),
        ("openrouter", "openai/gpt-5.4", 8),
        ("azure", "gpt-5.4", 4),
        ("shop", "only-here", 12),
    ],
)
def test_a_model_is_found_in_its_own_list(named: str, wanted: str, expected: int) -> None:
    assert dollars(named, wanted) == expected


@pytest.mark.parametrize(
    ("named", "wanted"),
    [
        ("anthropic", "claude-opus-4-6-turbo"),
        ("anthropic", "<synthetic>"),
        ("anthropic", "some-unknown-model"),
        ("anthropic", "opus"),
        ("", "ollama/claude-opus-4-6"),
        ("ollama", "claude-opus-4-6"),
        ("", "my-router/claude-opus-4-6"),
        ("bedrock", "eu.anthropic.claude-opus-4-6"),
        ("somebody-else", "gpt-5.4"),
        ("deepseek", "claude-opus-4-6"),
        ("azure", "claude-opus-4-6"),
        ("", "openai/gpt-0"),
        ("", "twin"),
        ("", "only-here"),
    ],
)
def test_a_model_that_no_list_can_answer_for_has_no_price(named: str, wanted: str) -> None:
    assert dollars(named, wanted) is None


def test_a_placeholder_has_the_price_of_the_model_of_its_day() -> None:
    days = ("2026-01-01", "2026-04-01", "2026-08-01")
    assert [dollars("openai", "codex-auto-review", day) for day in days] == [None, 4, 5]


def test_a_listed_model_without_a_usable_price_has_none() -> None:
    empty = ModelInfo(id="an-image-model", match=ClauseEquals(equals="an-image-model"), prices=ModelPrice())
    assert Catalog([provider("openai", empty)], "a list").rate("openai", "an-image-model", TODAY) is None


def test_the_listing_holds_every_model_with_a_price() -> None:
    empty = ModelInfo(id="no-price", match=ClauseEquals(equals="no-price"), prices=ModelPrice())
    named = ModelInfo(id="B", name="The B", match=ClauseEquals(equals="b"), prices=model("b", 2).prices)
    rows = Catalog([provider("z", named, empty, model("a", 1)), provider("y", model("c", 3))], "a list")
    assert [(row.provider, row.model, row.title) for row in rows.listing(TODAY)] == [
        ("y", "c", "c"),
        ("z", "B", "The B"),
        ("z", "a", "a"),
    ]
    assert [row.rate.base.input // 10**9 for row in rows.listing(TODAY)] == [3, 2, 1]
