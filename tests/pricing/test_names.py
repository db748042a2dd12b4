"""The many spellings of one model's name, and the names that must not be looked up at all."""

import pytest

from dashcam.pricing.names import (
    Name,
    is_local,
    is_placeholder,
    provider_id,
    read_name,
    spellings,
    stands_for,
    without_platform,
)

KNOWN = {"anthropic", "aws", "google", "openai", "openrouter"}


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("Claude-Opus-5-5[1m]", ("", "claude-opus-5-5")),
        ("anthropic/claude-opus-4.6", ("anthropic", "claude-opus-4.6")),
        ("openrouter/anthropic/claude-opus-4.6", ("openrouter", "anthropic/claude-opus-4.6")),
        ("vertex_ai/claude-opus-4-1@20250805", ("google", "claude-opus-4-1@20250805")),
        ("models/gemini-2.5-pro", ("", "gemini-2.5-pro")),
        ("google/models/gemini-2.5-pro", ("google", "gemini-2.5-pro")),
        ("publishers/anthropic/models/claude-opus-5", ("", "claude-opus-5")),
        ("us.anthropic.claude-opus-4-8-v1:0", ("aws", "us.anthropic.claude-opus-4-8-v1:0")),
        ("arn:aws:bedrock:us-east-1:1:x/eu.anthropic.claude-opus-5", ("aws", "eu.anthropic.claude-opus-5")),
        ("my-router/claude-opus-5", ("", "my-router/claude-opus-5")),
    ],
)
def test_only_a_known_namespace_is_taken_off(model: str, expected: tuple[str, str]) -> None:
    name = read_name(model, KNOWN)
    assert (name.namespace, name.bare) == expected


def test_the_whole_name_is_kept_beside_the_bare_one() -> None:
    assert read_name("openai/GPT-5.4", KNOWN) == Name(namespace="openai", whole="openai/gpt-5.4", bare="gpt-5.4")


@pytest.mark.parametrize(
    ("name", "among"),
    [
        ("claude-sonnet-4.6", "claude-sonnet-4-6"),
        ("claude-4.6-sonnet", "claude-sonnet-4-6"),
        ("claude-sonnet-4-5@20250929", "claude-sonnet-4-5-20250929"),
        ("claude-sonnet-9-9-20290929", "claude-sonnet-9-9"),
        ("gpt-9.1-2029-01-31", "gpt-9.1"),
        ("gpt-5-4", "gpt-5.4"),
        ("claude-opus-4-8-v1:0", "claude-opus-4-8"),
    ],
)
def test_a_name_is_spelled_in_the_ways_that_lists_spell_it(name: str, among: str) -> None:
    assert spellings(name)[0] == name
    assert among in spellings(name)


@pytest.mark.parametrize("name", ["gpt-5-mini", "gpt-4-0613", "o3", "qwen-3-32b"])
def test_a_dash_before_anything_but_one_digit_is_no_dot(name: str) -> None:
    assert spellings(name) == (name,)


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        ("", "ollama/claude-opus-5"),
        ("Ollama", "claude-opus-5"),
        ("openai", "litellm/ollama_chat/gpt-5"),
        ("anthropic", "gpt-oss:20b"),
        ("", "deepseek-r1:8b-q4_K_M"),
        ("", "llama3:latest"),
        ("", "kimi-k2:1t-cloud"),
        ("", "mistral-7b.gguf"),
    ],
)
def test_a_model_on_the_users_own_machine_is_local(provider: str, model: str) -> None:
    assert is_local(provider, model)


@pytest.mark.parametrize(
    "model", ["claude-opus-5", "us.anthropic.claude-opus-4-8-v1:0", "qwen/qwen3-coder:free", "x:thinking"]
)
def test_a_clouds_model_is_not_local(model: str) -> None:
    assert not is_local("anthropic", model)


def test_a_provider_is_spelled_as_the_list_spells_it() -> None:
    assert [provider_id(each) for each in ("Bedrock", " gemini ", "openai", "mine")] == [
        "aws",
        "google",
        "openai",
        "mine",
    ]


def test_a_bedrock_id_holds_the_makers_own() -> None:
    assert without_platform("us-gov.anthropic.claude-opus-4-8-v1:0") == "claude-opus-4-8"
    assert without_platform("claude-opus-4-8") == "claude-opus-4-8"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-03-04", None),
        ("2026-03-05", ("openai", "gpt-5.4")),
        ("2026-07-29", ("openai", "gpt-5.4")),
        ("2026-07-30", ("openai", "gpt-5.6-luna")),
    ],
)
def test_a_placeholder_stands_for_the_model_of_its_day(day: str, expected: tuple[str, str] | None) -> None:
    assert stands_for("openai/codex-auto-review", day) == expected


def test_a_model_is_no_placeholder() -> None:
    assert [is_placeholder(each) for each in ("codex-auto-review", "<synthetic>", "gpt-5.4")] == [
        True,
        True,
        False,
    ]
