"""What an agent's module says of its hooks and its status line: what can be put into its settings, and how."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from dashcam.agents.agent import Environment

Way = Literal["http", "command"]
Scope = Literal["user", "project"]
SCOPES: tuple[Scope, ...] = ("user", "project")
Version = tuple[int, ...]


class Event(msgspec.Struct, frozen=True):
    """One event that an agent's hooks may be called for."""

    name: str
    ways: tuple[Way, ...] = ("http", "command")
    """How it can reach us, best first; none where listening does harm."""
    wanted: bool = True
    """Whether `all` means it, too."""
    last: bool = False
    """Whether the agent may end right behind it: a command in the background would be ended with it."""
    old: bool = False
    """Whether every version that has hooks knows it."""


class Hookup(msgspec.Struct, frozen=True, kw_only=True):
    """One agent whose settings we know to change. A change takes the text of a file and gives another."""

    title: str
    events: tuple[Event, ...]
    program: str
    """The agent's own program, which says its version when asked for `--version`."""
    version_in: Callable[[str], Version | None]
    tolerant: Version
    """The first version that passes over events that it does not know."""
    events_for: Callable[[Version | None], tuple[Event, ...]]
    place: Callable[[Scope, Environment, Path], Path]
    handler: Callable[[Event, Way, Sequence[str], str, bool], dict[str, Any]]
    """Our handler of an event: the way, the words that call us, the server's address, whether it asks for a token."""
    with_hooks: Callable[[str, Mapping[str, dict[str, Any]]], str]
    without_hooks: Callable[[str], str]
    installed: Callable[[str], dict[str, list[dict[str, Any]]]]
    hindrances: Callable[[str], list[str]]
    with_status_line: Callable[[str, Sequence[str]], str]
    without_status_line: Callable[[str], str]
