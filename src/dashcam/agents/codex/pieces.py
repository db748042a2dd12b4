"""What one record says of the conversation, looked at alone: messages, thoughts, tool calls, results.

What a stranger would get wrong: much of what has the role `user` was put there by Codex. And the same words
come twice or three times, as the item itself and as its echoes; `read` decides which of them to tell.
"""

from typing import Any

import msgspec

from dashcam.agents.codex.lines import Entry
from dashcam.agents.codex.memory import Outcome
from dashcam.agents.codex.outcomes import outcome_of_execution, read_output
from dashcam.records.event import COMPACTION, EventKind

_INJECTED = (
    "# AGENTS.md",
    "<INSTRUCTIONS>",
    "<environment_context>",
    "<user_instructions>",
    "<user_action>",
    "<user_shell_command>",
    "<permissions",
    "<skill>",
    "<turn_aborted>",
    "<subagent_notification>",
    "<recommended_plugins>",
    "<goal_context>",
    "<codex_internal_context",
    "<external_",
    "<hook_prompt",
)
_TYPED_BY_A_PERSON = "user."
_CALLS = {
    "function_call": "",
    "custom_tool_call": "",
    "tool_call": "",
    "local_shell_call": "local_shell",
    "tool_search_call": "tool_search",
    "web_search_call": "web_search",
    "image_generation_call": "image_generation",
}
_INPUTS = ("arguments", "input", "action")
_RESULTS = frozenset(
    {
        "function_call_output",
        "custom_tool_call_output",
        "local_shell_call_output",
        "mcp_tool_call_output",
        "tool_search_output",
        "tool_result",
        "function_result",
    }
)
_ECHOES: dict[str, EventKind] = {
    "user_message": "user",
    "agent_message": "assistant",
    "agent_reasoning": "thinking",
    "agent_reasoning_raw_content": "thinking",
}
_NOTICES: dict[str, tuple[EventKind, tuple[str, ...]]] = {
    "error": ("error", ("message", "error")),
    "stream_error": ("system", ("message",)),
    "warning": ("system", ("message",)),
    "turn_aborted": ("error", ("reason",)),
    "thread_rolled_back": ("system", ("num_turns",)),
    "undo_completed": ("system", ("message",)),
    "entered_review_mode": ("system", ("user_facing_hint", "prompt")),
    "exited_review_mode": ("system", ("review_output",)),
    "collab_agent_spawn_end": ("system", ("new_thread_id", "new_agent_nickname", "prompt")),
    "collab_agent_interaction_end": ("system", ("receiver_thread_id", "prompt")),
    "collab_close_end": ("system", ("receiver_thread_id",)),
    "sub_agent_activity": ("system", ("agent_thread_id", "kind")),
    "thread_goal_updated": ("system", ("goal",)),
    "guardian_assessment": ("system", ("status", "risk_level", "rationale")),
    "hook_completed": ("hook", ("message", "output")),
}
_THREADS = ("new_thread_id", "agent_thread_id", "receiver_thread_id")
_EXECUTIONS = {
    "exec_command_end": "exec_command",
    "patch_apply_end": "apply_patch",
    "mcp_tool_call_end": "",
    "dynamic_tool_call_response": "",
    "CommandExecution": "exec_command",
    "FileChange": "apply_patch",
    "McpToolCall": "",
    "DynamicToolCall": "",
}
RAW = "raw"
"""The name of a thought as the model had it, before any summary."""
_EXECUTION_INPUTS = ("command", "changes", "arguments")
_WORDS_OF_BLOCK = ("text", "message", "Ok", "Err", "content", "overall_explanation", "objective", "stdout")
_DEEPEST = 12
_EXECUTION_OUTPUTS = ("aggregated_output", "stdout", "content_items", "result", "error")


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a record says; it becomes one event, unless it only repeats another."""

    kind: EventKind
    name: str = ""
    text: str = ""
    tool_input: str = ""
    call_id: str = ""
    outcome: Outcome = Outcome()
    echo: bool = False
    """The same words also stand in an item of their own, in most versions."""
    report: bool = False
    """Codex's report of an execution; the model's own call of the same id, if any, comes before it."""
    content: object = None
    """What it was read from, where that may hold images or changes of files."""
    session: str = ""
    """The thread of a subagent that it tells of."""


def pieces_of(entry: Entry) -> list[Piece]:
    """Tell what a record says; nothing for records that are no part of the conversation."""
    own = entry.text("type")
    match entry.type:
        case "response_item" | "item":
            return _of_item(own, entry)
        case "event_msg":
            return _of_event(own, entry)
        case "compacted":
            return [Piece(kind="system", name=COMPACTION, text=_words(entry.payload.get("message")))]
    return []


def _of_item(own: str, entry: Entry) -> list[Piece]:
    payload = entry.payload
    if own in _CALLS:
        return [_call(own, entry)]
    if own in _RESULTS:
        return [_result(own, entry)]
    if own == "message" or (not own and "role" in payload):
        return _message(entry)
    if own == "reasoning":
        return [Piece(kind="thinking", text=_words(payload.get("summary")) or _words(payload.get("content")))]
    if own == "agent_message":
        name = f"message from {entry.text('author')}"
        return [Piece(kind="context", name=name, text=_words(payload.get("content")))]
    return []


def _message(entry: Entry) -> list[Piece]:
    """Part the words of a message by who wrote them."""
    payload = entry.payload
    role = entry.text("role")
    content = payload.get("content", payload.get("message"))
    if role == "assistant":
        return [Piece(kind="assistant", name=entry.text("phase"), text=_words(content), content=content)]
    if not role:
        return []
    if role != "user":
        return [Piece(kind="context", name=role, text=_words(content))]
    blocks = content if type(content) is list else [content]
    kinds = _kinds_of(entry, len(blocks))
    injected: list[Any] = []
    typed: list[Any] = []
    for block, kind in zip(blocks, kinds, strict=True):
        (typed if _is_typed(block, kind) else injected).append(block)
    pieces: list[Piece] = []
    if injected:
        words = _words(injected)
        pieces.append(Piece(kind="context", name=_name_of_injected(words), text=words, content=injected))
    if typed or not injected:
        pieces.append(Piece(kind="user", text=_words(typed), content=typed))
    return pieces


def _is_typed(block: object, kind: str) -> bool:
    if kind:
        return kind.startswith(_TYPED_BY_A_PERSON)
    return not _words(block).lstrip().startswith(_INJECTED)


def _kinds_of(entry: Entry, blocks: int) -> list[str]:
    """Read who wrote each block; empty texts where this version does not say."""
    passed = entry.mapping("internal_chat_message_metadata_passthrough") or {}
    kinds = entry.items("content_item_kinds", passed)
    if len(kinds) != blocks or not all(type(kind) is str for kind in kinds):
        return [""] * blocks
    return ["" if kind == "unknown" else kind for kind in kinds]


def _name_of_injected(words: str) -> str:
    words = words.lstrip()
    if words.startswith("# AGENTS.md"):
        return "AGENTS.md"
    tag = words.removeprefix("<").split(">", 1)[0].split(maxsplit=1)
    return tag[0][:60] if words.startswith("<") and tag else "injected"


def _call(own: str, entry: Entry) -> Piece:
    payload = entry.payload
    name = _CALLS[own] or entry.text("name")
    function = entry.mapping("function")
    if function is not None:
        name = name or entry.text("name", function)
    namespace = entry.text("namespace")
    given = next((payload[key] for key in _INPUTS if payload.get(key) is not None), "")
    return Piece(
        kind="tool_call",
        name=f"{namespace}.{name}" if namespace and name else name,
        tool_input=given if type(given) is str else _json(given),
        call_id=_call_id(entry),
        content={"type": "image", "data": payload.get("result")} if own == "image_generation_call" else None,
    )


def _result(own: str, entry: Entry) -> Piece:
    payload = entry.payload
    output = payload.get("output", payload.get("result", payload.get("tools")))
    words = _words(output) if own != "tool_search_output" else _json(output)
    words, outcome = read_output(words)
    if type(output) is dict and type(output.get("success")) is bool:
        outcome = msgspec.structs.replace(outcome, ok=output["success"])
    name = "" if "call_id" in payload else entry.text("name")
    call_id = _call_id(entry)
    return Piece(kind="tool_result", name=name, text=words, call_id=call_id, outcome=outcome, content=output)


def _call_id(entry: Entry) -> str:
    return entry.text("call_id") or entry.text("id")


def _of_event(own: str, entry: Entry) -> list[Piece]:
    payload = entry.payload
    if own in _ECHOES:
        return [_echo(own, payload)]
    if own in _NOTICES:
        kind, fields = _NOTICES[own]
        words = "\n".join(told for field in fields if (told := _words(payload.get(field))))
        thread = next((told for field in _THREADS if (told := entry.text(field))), "")
        return [Piece(kind=kind, name=own, text=words, outcome=outcome_of_execution(payload), session=thread)]
    if own == "context_compacted":
        return [Piece(kind="system", name=COMPACTION, echo=True)]
    if own in _EXECUTIONS:
        return _execution(own, payload, entry)
    if own in {"task_complete", "turn_complete"}:
        return [_end_of_turn(entry)]
    return _of_completed_item(entry) if own == "item_completed" else []


def _of_completed_item(entry: Entry) -> list[Piece]:
    item = entry.mapping("item") or {}
    own = entry.text("type", item)
    if own in _EXECUTIONS:
        return _execution(own, item, entry)
    return [Piece(kind="system", name="plan", text=_words(item.get("text")))] if own == "Plan" else []


def _echo(own: str, payload: dict[str, Any]) -> Piece:
    words = _words(payload.get("message", payload.get("text")))
    if own == "user_message" and words.lstrip().startswith(_INJECTED):
        return Piece(kind="context", name=_name_of_injected(words), text=words, echo=True)
    name = RAW if own.endswith("raw_content") else ""
    images = payload.get("images")
    shown = [{"type": "input_image", "image_url": each} for each in images] if type(images) is list else None
    return Piece(kind=_ECHOES[own], name=name, text=words, echo=True, content=shown)


def _end_of_turn(entry: Entry) -> Piece:
    error = entry.mapping("error")
    if error is not None:
        return Piece(kind="error", name="task_complete", text=_words(error))
    duration = entry.payload.get("duration_ms")
    known = type(duration) is int and 0 <= duration <= 10**9
    outcome = Outcome(duration_us=duration * 1000 if known and type(duration) is int else None)
    return Piece(kind="system", name="task_complete", outcome=outcome)


def _execution(own: str, report: dict[str, Any], entry: Entry) -> list[Piece]:
    """Read a report of an execution as the call and the result that it is, where it is the only account."""
    inner = entry.mapping("invocation", report) or report
    server = entry.text("server", inner) or entry.text("namespace", inner)
    tool = _EXECUTIONS[own] or entry.text("tool", inner)
    given = next((inner[key] for key in _EXECUTION_INPUTS if inner.get(key) is not None), "")
    call_id = entry.text("call_id", report) or entry.text("id", report)
    told = next((words for key in _EXECUTION_OUTPUTS if (words := _words(report.get(key)))), "")
    name = f"{server}.{tool}" if server and tool else tool
    outcome = outcome_of_execution(report)
    return [
        Piece(kind="tool_call", name=name, tool_input=_json(given), call_id=call_id, report=True),
        Piece(kind="tool_result", name=name, text=told, call_id=call_id, outcome=outcome, report=True, content=report),
    ]


def _words(value: object, depth: int = 0) -> str:
    """Gather the readable words of a text, a block, or a list of blocks; images have none."""
    if type(value) is str:
        return value
    if depth > _DEEPEST:
        return ""
    if type(value) is list:
        return "\n".join(words for item in value if (words := _words(item, depth + 1)))
    if type(value) is dict:
        return next((words for key in _WORDS_OF_BLOCK if (words := _words(value.get(key), depth + 1))), "")
    return str(value) if type(value) is int else ""


def _json(value: object) -> str:
    try:
        return value if type(value) is str else msgspec.json.encode(value).decode()
    except (RecursionError, ValueError, OverflowError):
        return ""
