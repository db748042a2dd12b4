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
    "telemetry",
]
EVENT_KINDS: tuple[str, ...] = get_args(EventKind)

COMPACTION = "compaction"
"""The name of the `system` event at which an agent put a summary in the place of its history."""

ChangeKind = Literal["created", "modified", "deleted", "renamed", ""]
"""What became of a file; empty where a call says what it writes, but not what was there before."""

TodoState = Literal["pending", "active", "done", "dropped", ""]
"""How a task stands; empty where the agent does not say, or says it in a word that nobody knows."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What one source says happened. Its body stays in the journal, at `line` and `part` of the source.

    `kind` says who speaks: `user` is a person's prompt (injected text is `context`), `system` the agent's own
    notices, `hook` a hook's report, `telemetry` what the agent told a collector.
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


class FileChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A change of one file: of a call what it means to change, of a result what it changed."""

    path: str
    """As the agent wrote it, absolute or not; of a renamed file its new one."""
    old_path: str = ""
    kind: ChangeKind = ""
    patch: str = ""
    """Hunks of a unified diff, without the two lines that name the file. Where the agent told no line numbers a hunk
    begins with a bare `@@`."""
    lines_left_out: int = 0
    """How many lines of the patch are left out at its end, because it was too long."""
    lines_added: int | None = None
    """Of the whole patch; None where the agent does not say."""
    lines_removed: int | None = None


class Todo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A task on the agent's list. One without `id` is a line of the whole list, in its order."""

    id: str = ""
    """Which task of the list this one is news of; its `text` may then stand in earlier news alone."""
    text: str = ""
    state: TodoState = ""


class Image(msgspec.Struct, frozen=True, kw_only=True):
    """An image in an event, without its data, which stays in the journal."""

    media_type: str
    """By its first bytes, whatever the agent called it; empty for one that is not given out (see `agents/pictures`)."""
    size: int
    """Bytes."""


class Compaction(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is told of a compaction. Tokens are those of the context, not of any call."""

    trigger: str = ""
    """Such as `auto` or `manual`."""
    tokens_before: int | None = None
    tokens_after: int | None = None


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """What an event says, read back from its line in the journal."""

    text: str = ""
    """The words: a prompt, an answer, a tool's output. Markdown for `user` and `assistant`."""
    tool: str = ""
    tool_input: str = ""
    """The input of a tool call as JSON."""
    call_id: str = ""
    """Joins a tool call and its result."""
    changes: tuple[FileChange, ...] = ()
    """Of a call and its result the result's are the truth, where it has any."""
    todos: tuple[Todo, ...] = ()
    images: tuple[Image, ...] = ()
    session: str = ""
    """The native id of the subagent that this event started or heard of, as far as its line tells."""
    compaction: Compaction | None = None
    """Of a `system` event named COMPACTION, and of no other."""
