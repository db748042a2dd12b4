"""The generations of Claude Code that the corpus holds, as rows: what each writes and how."""

from typing import Literal

import msgspec


class Dialect(msgspec.Struct, frozen=True, kw_only=True):
    """What one generation of the CLI writes and how."""

    name: str
    versions: tuple[str, ...]
    models: tuple[str, ...]
    small_model: str
    counts: Literal["growing", "placeholder", "final"]
    """What `output_tokens` is on the lines of a response."""
    flat_agents: bool = False
    """Subagents' files stand beside the session's, not under it."""
    progress: bool = False
    """Lines tell of hooks, commands and subagents while they run."""
    attachments: bool = False
    request_log: bool = False
    """Each request is logged with its messages, and the session's cost at the end."""


OLD_MODELS = ("claude-opus-4-5-20251101", "claude-opus-4-5-20251101", "claude-sonnet-4-5-20250929")
NEW_MODELS = ("claude-opus-5-5", "claude-opus-5-5", "claude-opus-4-8", "claude-sonnet-5-5")

DIALECTS = (
    Dialect(
        name="2.0",
        versions=("2.0.28", "2.0.77"),
        models=OLD_MODELS,
        small_model="claude-haiku-4-5-20251001",
        counts="growing",
        flat_agents=True,
    ),
    Dialect(
        name="2.1.12",
        versions=("2.1.12", "2.1.17", "2.1.25"),
        models=OLD_MODELS,
        small_model="claude-haiku-4-5-20251001",
        counts="placeholder",
        progress=True,
    ),
    Dialect(
        name="2.1.231",
        versions=("2.1.231", "2.1.237"),
        models=NEW_MODELS,
        small_model="claude-haiku-5-5",
        counts="final",
        attachments=True,
    ),
    Dialect(
        name="2.1.329",
        versions=("2.1.329",),
        models=NEW_MODELS,
        small_model="claude-haiku-5-5",
        counts="final",
        attachments=True,
        request_log=True,
    ),
)
SHARES = (22, 30, 18, 30)
