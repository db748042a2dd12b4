"""One thing that happened in a session: a prompt, an answer, a tool call, an error."""

from typing import Literal, get_args

import msgspec

EventKind = Literal[
    "user",
    "assistant",
    "thinking",
    "tool_call",
    "tool_result",
    "system",
    "context",
    "error",
    "hook",
]
EVENT_KINDS: tuple[str, ...] = get_args(EventKind)


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What one source says happened. Its body stays in the journal, at `line` and `part` of the source.

    `kind` says who speaks: `user` is a person's prompt (injected text is `context`), `system` the agent's own
    notices, `hook` a hook's report.
    """

    session: str
    line: int
    part: int = 0
    """Which piece of the line, counted from 0: one line may hold several blocks."""
    at: int
    """When it happened, microseconds UTC."""
    order: int
    """The greatest `at` seen so far in this source, so that sorting by it keeps the source's own order."""
    kind: EventKind
    name: str = ""
    """The tool of a call or result, the subtype of a system notice, the type of a context block."""
    ok: bool | None = None
    """For a tool result: whether it succeeded, None where the agent does not say."""
    duration_us: int | None = None
    lines_added: int | None = None
    lines_removed: int | None = None
    key: int | None = None
    """64-bit identity that a copied line keeps (see `identity`); None for lines that are never copied."""
    text: str = ""
    """What a search finds it by. It goes into the search index, not into the event's row."""


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """What an event says, read back from its line in the journal."""

    text: str = ""
    """The words: a prompt, an answer, a tool's output. Markdown for `user` and `assistant`."""
    tool: str = ""
    tool_input: str = ""
    """The input of a tool call as JSON."""
    call_id: str = ""
    """Joins a tool call and its result."""
