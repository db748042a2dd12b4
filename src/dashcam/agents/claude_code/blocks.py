"""Split a line into the pieces that a person would see: the same split for reading and for showing.

What a stranger would get wrong: a piece's place in the list is its identity, so every block gives exactly one
piece, also one that says nothing; and most `user` lines were not written by a person.
"""

import re
from collections.abc import Iterable

import msgspec

from dashcam.agents.claude_code.lines import Attachment, Block, Content, Line, Message, loose
from dashcam.records.event import EventKind
from dashcam.records.plain import values_in

SYNTHETIC = "<synthetic>"
"""Claude Code's name for words that no model wrote."""

_INTERRUPTED = "[Request interrupted by user"
_COMMAND = re.compile(r"<command-name>(.*?)</command-name>", re.DOTALL)
_ARGUMENTS = re.compile(r"<command-args>(.*?)</command-args>", re.DOTALL)
_TAG = re.compile(r"\s*<([a-z][a-z_-]*)>")
_INJECTED: dict[str, tuple[EventKind, str]] = {
    "local-command-stdout": ("system", "local_command"),
    "local-command-stderr": ("system", "local_command"),
    "bash-stdout": ("system", "bash_output"),
    "bash-stderr": ("system", "bash_output"),
    "local-command-caveat": ("context", "local-command-caveat"),
    "session-start-hook": ("context", "session-start-hook"),
    "user-prompt-submit-hook": ("context", "user-prompt-submit-hook"),
    "system-reminder": ("context", "system-reminder"),
    "task-notification": ("context", "task-notification"),
    "ide_opened_file": ("context", "ide_opened_file"),
    "ide_selection": ("context", "ide_selection"),
    "tick": ("context", "tick"),
    "goal": ("context", "goal"),
}
_CALLS = frozenset({"tool_use", "server_tool_use", "mcp_tool_use"})
_ANSWERS: dict[str, tuple[EventKind, str]] = {
    "text": ("assistant", ""),
    "thinking": ("thinking", ""),
    "redacted_thinking": ("thinking", "redacted"),
}
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
_ENCODER = msgspec.json.Encoder()


class Piece(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One piece of a line, with the words to search and to show."""

    kind: EventKind
    name: str = ""
    text: str = ""
    call_id: str = ""
    ok: bool | None = None
    input: object = None
    """The input of a tool call."""


def pieces(line: Line) -> list[Piece]:
    """Split a line; nothing for a line that is no part of the conversation."""
    match kind_of(line):
        case "assistant":
            return _answered(line)
        case "user":
            message = line.message
            content = message.content if isinstance(message, Message) else message
            return [_said(line, block) for block in _listed(content)]
        case "system":
            return [_notice(line)]
        case "attachment":
            return [_attached(line.attachment)] if line.attachment else []
    return []


def kind_of(line: Line) -> str:
    """Give a line's type; exporters of other tools leave it out, then the message's role stands for it."""
    if line.type is None and isinstance(line.message, Message):
        return line.message.role or ""
    return line.type or ""


def bare(text: str | None) -> str:
    """Take out NUL characters: PostgreSQL has no place for them."""
    if not text:
        return ""
    return text.replace("\0", "") if "\0" in text else text


def as_json(value: object) -> str:
    """Write a value back as compact JSON."""
    try:
        text = _ENCODER.encode(value).decode()
    except RecursionError:
        return ""
    return _NUL.sub(r"\1", text) if "\\u0000" in text else text


def words(piece: Piece) -> str:
    """Say what a search should find a piece by: for a tool call its name and the values of its input."""
    if piece.kind != "tool_call":
        return piece.text
    try:
        return bare("\n".join((piece.name, *values_in(piece.input))))
    except RecursionError:
        return piece.name


def plain(content: object) -> str:
    """Give the words of a text, of blocks, or of an object that some tool left; never an image's data."""
    if isinstance(content, str):
        return bare(content)
    if isinstance(content, Block):
        return bare(_block_words(content))
    if isinstance(content, dict):
        return next((bare(value) for name in _SPEAKING if isinstance(value := content.get(name), str)), "")
    if isinstance(content, list):
        return "\n".join(filter(None, map(plain, content)))
    return ""


_SPEAKING = ("formatted", "text", "content", "message", "blockingError")


def _block_words(block: Block) -> str:
    if block.text is not None:
        return block.text
    if block.content is not None:
        return plain(block.content)
    return "\n".join(filter(None, (block.title, block.url, block.error_code)))


def _listed(content: Content) -> Iterable[Block | str]:
    if content is None:
        return ()
    return (content,) if isinstance(content, str) else content


def _said(line: Line, block: Block | str) -> Piece:
    """Read one block of a user line: a prompt, a tool's result, or words that the program put in."""
    if isinstance(block, str):
        return _spoken(line, block)
    match block.type:
        case "text":
            return _spoken(line, block.text or "")
        case "tool_result":
            return _result(block)
        case "image" | "document":
            kind: EventKind = "context" if _is_injected(line) else "user"
            return Piece(kind=kind, name=block.type, text=bare(block.title))
    return Piece(kind="context", name=bare(block.type), text=plain(block))


def _is_injected(line: Line) -> bool:
    return bool(line.is_meta or line.is_compact_summary or _other_origin(line))


def _other_origin(line: Line) -> str:
    kind = line.origin.kind if line.origin else None
    return "" if kind is None or kind == "human" else bare(kind)


def _spoken(line: Line, text: str) -> Piece:
    text = bare(text)
    if line.is_compact_summary:
        return Piece(kind="context", name="compact_summary", text=text)
    if name := _other_origin(line):
        return Piece(kind="context", name=name, text=text)
    if line.is_meta:
        return Piece(kind="context", name="meta", text=text)
    if text.startswith(_INTERRUPTED):
        return Piece(kind="system", name="interrupted", text=text)
    if tag := _TAG.match(text):
        return _tagged(tag[1], text)
    return Piece(kind="user", text=text)


def _tagged(tag: str, text: str) -> Piece:
    if tag.startswith("command-") and (command := _COMMAND.search(text)):
        arguments = _ARGUMENTS.search(text)
        said = f"/{command[1].strip().removeprefix('/')} {arguments[1].strip() if arguments else ''}"
        return Piece(kind="user", name="command", text=said.rstrip())
    if tag == "bash-input":
        typed = text.strip().removeprefix("<bash-input>").removesuffix("</bash-input>")
        return Piece(kind="user", name="bash", text=f"! {typed.strip()}")
    kind, name = _INJECTED.get(tag, ("user", ""))
    return Piece(kind=kind, name=name, text=text)


def _result(block: Block) -> Piece:
    return Piece(
        kind="tool_result",
        text=plain(block.content),
        call_id=bare(block.tool_use_id),
        ok=not block.is_error,
    )


def _answered(line: Line) -> list[Piece]:
    message = line.message
    if not isinstance(message, Message):
        return [Piece(kind="assistant", text=bare(message))] if message else []
    if line.is_api_error_message:
        name = loose(line.error)
        name = bare(name) if isinstance(name, str) else "api_error"
        return [Piece(kind="error", name=name or "api_error", text=plain(message.content))]
    if message.model == SYNTHETIC:
        return [Piece(kind="system", name="synthetic", text=plain(message.content))]
    return [_block(block) for block in _listed(message.content)]


def _block(block: Block | str) -> Piece:
    """Read one block of the model's answer."""
    if isinstance(block, str):
        return Piece(kind="assistant", text=bare(block))
    kind = block.type or ""
    if kind in _CALLS:
        return Piece(kind="tool_call", name=bare(block.name), call_id=bare(block.id), input=block.input)
    if kind.endswith("_tool_result"):
        return _result(block)
    if kind == "fallback":
        models = (bare(end.model) for end in (block.source_model, block.target_model) if end)
        return Piece(kind="system", name=kind, text=" -> ".join(models))
    spoken, name = _ANSWERS.get(kind, ("context", bare(kind)))
    return Piece(kind=spoken, name=name, text=bare(block.thinking) if spoken == "thinking" else plain(block))


def _notice(line: Line) -> Piece:
    name = bare(line.subtype) or "system"
    if name in {"api_error", "error"}:
        return Piece(kind="error", name=name, text=plain(loose(line.error)) or plain(loose(line.content)))
    return Piece(kind="system", name=name, text=plain(loose(line.content)))


def _attached(attachment: Attachment | None) -> Piece:
    if attachment is None:
        return Piece(kind="context")
    name = bare(attachment.type)
    if name.startswith("hook_"):
        return _hooked(name, attachment)
    origin = attachment.origin.kind if attachment.origin else None
    match name:
        case "queued_command":
            typed = attachment.command_mode == "prompt" and origin in {None, "human"}
            return Piece(kind="user" if typed else "context", name=name, text=plain(attachment.prompt))
        case "file" | "edited_text_file" | "compact_file_reference" | "nested_memory":
            path = attachment.display_path or attachment.filename
            said = filter(None, (bare(path), bare(attachment.snippet), _file_words(attachment)))
            return Piece(kind="context", name=name, text="\n".join(said))
    return Piece(kind="context", name=name)


def _file_words(attachment: Attachment) -> str:
    content = loose(attachment.content)
    inner = content.get("file") if isinstance(content, dict) else None
    return plain(inner)


def _hooked(name: str, attachment: Attachment) -> Piece:
    said = (
        attachment.hook_name,
        plain(loose(attachment.content)),
        attachment.stdout,
        attachment.stderr,
        plain(loose(attachment.blocking_error)),
    )
    return Piece(
        kind="hook",
        name=name,
        text="\n".join(bare(each) for each in said if each),
        ok=False if name.endswith("_error") else True if name == "hook_success" else None,
    )
