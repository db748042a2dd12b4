"""The lines of a transcript as typed Structs, and how one is decoded.

What a stranger would get wrong: the format is internal to Claude Code and changes with its versions, so every
field may be missing, null or of another type. Only what is needed is named here; msgspec passes over the rest
without building it, which is what makes reading fast.
"""

import re
from collections.abc import Sequence

import msgspec

from dashcam.agents.claude_code.mending import Note, objects, value_of


class CacheCreation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Cache writes by how long they live."""

    ephemeral_5m_input_tokens: int | None = None
    ephemeral_1h_input_tokens: int | None = None


class OutputDetails(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What `output_tokens` holds in particular."""

    thinking_tokens: int | None = None


class ServerToolUse(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Tools that the provider ran itself."""

    web_search_requests: int | None = None


class Usage(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Token counts of a response, or of one of its `iterations`, which then names its `type` and `model`."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation: CacheCreation | None = None
    output_tokens_details: OutputDetails | None = None
    server_tool_use: ServerToolUse | None = None
    service_tier: str | None = None
    inference_geo: str | None = None
    speed: str | None = None
    iterations: "list[Usage] | None" = None
    type: str | None = None
    model: str | None = None


class NamedModel(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One end of a switch from one model to another."""

    model: str | None = None


class Block(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One content block of a message, of whatever type. Images' data is passed over."""

    type: str | None = None
    text: str | None = None
    thinking: str | None = None
    id: str | None = None
    name: str | None = None
    input: object = None
    tool_use_id: str | None = None
    content: "str | list[Block | str] | Block | None" = None
    is_error: bool | None = None
    title: str | None = None
    url: str | None = None
    error_code: str | None = None
    source_model: NamedModel | None = msgspec.field(name="from", default=None)
    target_model: NamedModel | None = msgspec.field(name="to", default=None)


Content = str | list[Block | str] | None


class Message(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A message of the Messages API, as sent or received."""

    id: str | None = None
    role: str | None = None
    model: str | None = None
    content: Content = None
    stop_reason: str | None = None
    usage: Usage | None = None


class Patch(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One hunk of a change to a file."""

    lines: list[str] | None = None


class ToolUseResult(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """The structured output of a tool, beside the text that the model was given."""

    type: str | None = None
    content: msgspec.Raw = msgspec.Raw()
    structured_patch: list[Patch] | None = None
    search_count: int | None = None
    agent_id: str | None = None
    agent_type: str | None = None
    status: str | None = None


class ForkedFrom(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """Written by the SDK's `fork_session()` on each copied line."""

    session_id: str | None = None
    message_uuid: str | None = None


class Origin(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Who spoke: `human`, or the part of the program that put words in."""

    kind: str | None = None


class Attachment(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """Context put in around a turn; an open set of types."""

    type: str | None = None
    prompt: Content = None
    command_mode: str | None = None
    origin: Origin | None = None
    hook_name: str | None = None
    content: msgspec.Raw = msgspec.Raw()
    stdout: str | None = None
    stderr: str | None = None
    blocking_error: msgspec.Raw = msgspec.Raw()
    filename: str | None = None
    display_path: str | None = None
    snippet: str | None = None
    duration_ms: int | float | None = None


class NestedLine(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """A subagent's line as its parent's progress line repeats it."""

    type: str | None = None
    message: Message | str | None = None
    request_id: str | None = None
    uuid: str | None = None
    timestamp: str | None = None


class Progress(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """What a progress line reports (2.1.1x to 2.1.4x)."""

    type: str | None = None
    agent_id: str | None = None
    message: NestedLine | str | None = None


class ModelUsage(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """The program's own cumulative total for one model."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_creation_5m: int | None = msgspec.field(name="cacheCreationEphemeral5mInputTokens", default=None)
    cache_creation_1h: int | None = msgspec.field(name="cacheCreationEphemeral1hInputTokens", default=None)
    web_search_requests: int | None = None
    cost_usd: int | float | None = msgspec.field(name="costUSD", default=None)


class Line(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """One line of a transcript, whatever its type: each uses a few of the fields."""

    parent_uuid: str | None = None
    is_sidechain: bool | None = None
    cwd: str | None = None
    session_id: str | None = None
    version: str | None = None
    git_branch: str | None = None
    type: str | None = None
    message: Message | str | None = None
    data: Progress | None = None
    request_id: str | None = None
    uuid: str | None = None
    timestamp: str | None = None
    tool_use_result: ToolUseResult | str | list[msgspec.Raw] | None = None
    entrypoint: str | None = None
    attachment: Attachment | None = None
    is_meta: bool | None = None
    is_compact_summary: bool | None = None
    is_api_error_message: bool | None = None
    error: msgspec.Raw = msgspec.Raw()
    origin: Origin | None = None
    forked_from: ForkedFrom | None = None
    subtype: str | None = None
    content: msgspec.Raw = msgspec.Raw()
    parent_tool_use_id: str | None = msgspec.field(name="parentToolUseID", default=None)
    duration_ms: int | float | None = None
    cost_usd: int | float | None = msgspec.field(name="costUSD", default=None)
    summary: str | None = None
    leaf_uuid: str | None = None
    ai_title: str | None = None
    custom_title: str | None = None
    last_prompt: str | None = None
    pr_url: str | None = None
    model_usage: dict[str, ModelUsage] | None = None


PASSED_OVER = frozenset(
    {
        "api-request",
        "api-request-blob",
        "api-request-shape",
        "atis-latch",
        "content-replacement",
        "file-history-delta",
        "file-history-snapshot",
        "mode",
        "permission-mode",
        "tools-used",
    }
)
"""Types that tell nothing of a conversation, not even its time; some are very long."""

_PASSED_OVER = re.compile(rb'\{"type":"(?:' + "|".join(sorted(PASSED_OVER)).encode() + rb')"')
_decoder = msgspec.json.Decoder(Line)


def decode(raw: bytes, note: Note) -> Sequence[Line]:
    """Read one line of a file: mostly one Line; none for a blank one; two where a newline is missing."""
    if _PASSED_OVER.match(raw) and raw.endswith(b"}"):
        return ()
    try:
        return (_decoder.decode(raw),)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        if not raw.strip():
            return ()
        return objects(raw, Line, note)


def loose(raw: msgspec.Raw) -> object:
    """Decode a field that was left raw because its type is anyone's guess; None if it is not there."""
    text = bytes(raw)
    if not text:
        return None
    try:
        return msgspec.json.decode(text)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return value_of(text)
