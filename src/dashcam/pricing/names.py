"""How a model may be spelled, and which of its spellings may be looked up where.

A name of a model that runs on the user's own machine must never reach a price list: `ollama/` names, `:8b`
tags and GGUF files are not a cloud's models, even where the words agree.
"""

import re
from collections.abc import Collection, Mapping

import msgspec

LOCAL = frozenset(
    (
        "docker-model-runner",
        "gpt4all",
        "hosted_vllm",
        "jan",
        "koboldcpp",
        "llama-cpp",
        "llama.cpp",
        "llama_cpp",
        "llamacpp",
        "llamafile",
        "lm-studio",
        "lm_studio",
        "lmstudio",
        "local",
        "localhost",
        "mlx",
        "mlx-lm",
        "ollama",
        "ollama-cloud",
        "ollama_chat",
        "sglang",
        "vllm",
    )
)
"""Providers and prefixes of models that no price list bills."""

PROVIDER_NAMES: Mapping[str, str] = {
    "amazon-bedrock": "aws",
    "bedrock": "aws",
    "bedrock_converse": "aws",
    "azure-openai": "azure",
    "azure_ai": "azure",
    "claude": "anthropic",
    "fireworks-ai": "fireworks",
    "fireworks_ai": "fireworks",
    "gemini": "google",
    "github_copilot": "github-copilot",
    "google-ai-studio": "google",
    "google-vertex": "google",
    "google-vertex-anthropic": "google",
    "grok": "x-ai",
    "mistralai": "mistral",
    "moonshot": "moonshotai",
    "openai-codex": "openai",
    "together-ai": "together",
    "together_ai": "together",
    "togetherai": "together",
    "vertex": "google",
    "vertex_ai": "google",
    "vertexai": "google",
    "xai": "x-ai",
    "z-ai": "zai",
    "z.ai": "zai",
    "zhipu": "zhipuai",
}
"""How agents and routers call a provider -> its id in the price list."""

PLACEHOLDERS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "codex-auto-review": (
        ("2026-03-05", "openai", "gpt-5.4"),
        ("2026-07-30", "openai", "gpt-5.6-luna"),
    ),
}
"""Names that stand for another model: (first day, provider, model), ascending. Before the first day nothing
is known. OpenAI said on 2026-07-30 that auto-review moved from GPT-5.4 to GPT-5.6 Luna (ccusage#1753)."""

_BRACKETS = re.compile(r"\[\d+[km]\]$")
_LOCAL_TAG = re.compile(r":(latest|\d+(\.\d+)?[bmt]([-_].*)?|cloud|.*-cloud|q\d.*)$|\.gguf$")
_FOLDERS = re.compile(r"^(?:projects/[^/]+/)?(?:locations/[^/]+/)?(?:publishers/[^/]+/)?models/")
_BEDROCK = re.compile(r"(?:[a-z][a-z-]*\.)?anthropic\.(claude-.*)")
_BEDROCK_VERSION = re.compile(r"-v\d+(?::\d+)?(?::\d+k)?$")
_DATE = re.compile(r"-(?:\d{8}|\d{4}-\d{2}-\d{2})$")
_SWAPPED = re.compile(r"claude-(\d+)-(\d+)-(opus|sonnet|haiku)")


class Name(msgspec.Struct, frozen=True, kw_only=True):
    """A model's name without its wrapping."""

    namespace: str = ""
    """The provider that the name itself begins with, as an id of the price list; empty if none."""
    whole: str
    """Lower case, without `[1m]`, its namespace still on."""
    bare: str
    """The same without its namespace."""


def provider_id(provider: str) -> str:
    """Spell a provider as the price list does."""
    spelled = provider.strip().lower()
    return PROVIDER_NAMES.get(spelled, spelled)


def is_local(provider: str, model: str) -> bool:
    """Tell whether this model runs where no list's price applies."""
    name = model.strip().lower()
    named = {provider.strip().lower(), *name.split("/")[:-1]}
    return bool(named & LOCAL) or _LOCAL_TAG.search(name) is not None


def read_name(model: str, known: Collection[str]) -> Name:
    """Take a name apart. Only a namespace that the catalog knows is taken off; any other stays on."""
    whole = _BRACKETS.sub("", model.strip().lower())
    whole = whole.rpartition("/")[2] if whole.startswith("arn:") else _FOLDERS.sub("", whole)
    if _BEDROCK.fullmatch(whole):
        return Name(namespace="aws", whole=whole, bare=whole)
    first, slash, rest = whole.partition("/")
    namespace = provider_id(first)
    if not slash or namespace not in known:
        return Name(whole=whole, bare=whole)
    return Name(namespace=namespace, whole=whole, bare=_FOLDERS.sub("", rest))


def spellings(name: str) -> tuple[str, ...]:
    """List the ways in which a list may spell this name, the nearest first."""
    plain = _BEDROCK_VERSION.sub("", name.replace("@", "-"))
    undated = _DATE.sub("", plain)
    found = [name]
    for each in (plain, undated):
        found.append(each)
        if "claude" in each:
            dashed = re.sub(r"(?<=\d)\.(?=\d)", "-", each)
            found += [dashed, _SWAPPED.sub(r"claude-\3-\1-\2", dashed)]
        else:
            found.append(re.sub(r"(?<=\d)-(?=\d(?!\d))", ".", each, count=1))
    return tuple(dict.fromkeys(found))


def without_platform(name: str) -> str:
    """Turn a Bedrock id into the maker's own: `us.anthropic.claude-x-v1:0` is `claude-x`; others stay."""
    matched = _BEDROCK.fullmatch(name)
    return _BEDROCK_VERSION.sub("", matched[1]) if matched else name


def stands_for(model: str, day: str) -> tuple[str, str] | None:
    """Resolve a placeholder on a day to (provider, model); a name that is none stands for itself."""
    return next(((to, name) for since, to, name in reversed(_turns(model)) if since <= day), None)


def is_placeholder(model: str) -> bool:
    """Tell whether a name stands for different models on different days, or for none."""
    return bool(_turns(model)) or model.strip().startswith("<")


def _turns(model: str) -> tuple[tuple[str, str, str], ...]:
    return PLACEHOLDERS.get(model.strip().lower().rpartition("/")[2], ())
