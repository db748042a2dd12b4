"""What a line tells beyond its words: the changes, tasks and images in it, for those who show it.

What a stranger would get wrong: these Structs are read for one line at a time, when a person looks at it. Reading a
whole history must not build them: a diff, an image and a file's whole content may stand in one line.
"""

from collections.abc import Sequence

import msgspec

from dashcam.agents.claude_code.mending import objects


class Hunk(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """One hunk of a change to a file."""

    old_start: int | None = None
    old_lines: int | None = None
    new_start: int | None = None
    new_lines: int | None = None
    lines: list[str] | None = None


class Task(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A task of the list that came after `TodoWrite`."""

    id: str | None = None
    subject: str | None = None
    status: str | None = None


class StatusChange(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How a task stands now."""

    to: str | None = None


class Result(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """The structured output of a tool."""

    type: str | None = None
    file_path: str | None = None
    content: msgspec.Raw = msgspec.Raw()
    structured_patch: list[Hunk] | None = None
    agent_id: str | None = None
    task: Task | None = None
    tasks: list[Task] | None = None
    task_id: str | None = None
    status_change: StatusChange | None = None


class Source(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where an image's data is: in the line itself, or behind an address that nobody shall fetch."""

    type: str | None = None
    data: str | None = None


class Shown(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A content block; a tool's result has blocks of its own."""

    type: str | None = None
    source: Source | None = None
    content: "str | list[Shown | str] | Shown | None" = None


Blocks = str | list[Shown | str] | Shown | None


class ShownMessage(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A message as far as it may hold images."""

    content: Blocks = None


class ShownAttachment(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A prompt that waited for its turn may hold images too."""

    prompt: Blocks = None


class Compacted(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """What stands at a compaction's boundary."""

    trigger: str | None = None
    pre_tokens: int | None = None
    post_tokens: int | None = None


class ShownLine(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """One line, as far as it tells more than words."""

    message: ShownMessage | str | None = None
    attachment: ShownAttachment | None = None
    tool_use_result: Result | str | list[msgspec.Raw] | None = None
    compact_metadata: Compacted | None = None


_decoder = msgspec.json.Decoder(ShownLine)


def shown(raw: bytes) -> Sequence[ShownLine]:
    """Read one line of a file; its objects are those of `lines.decode`, in the same order."""
    try:
        return (_decoder.decode(raw),)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return objects(raw, ShownLine, lambda _code, _why: None)


def encoded_images(content: Blocks) -> list[str]:
    """List the images of some blocks as base64, in their order; one that is not in the line is empty."""
    if isinstance(content, Shown):
        content = [content]
    if not isinstance(content, list):
        return []
    sources = [block.source for block in content if isinstance(block, Shown) and block.type == "image"]
    return [(source.data if source else None) or "" for source in sources]
