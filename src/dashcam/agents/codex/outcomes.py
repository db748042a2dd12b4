"""How a tool call ended: exit code, duration, lines changed.

What a stranger would get wrong: each generation says it elsewhere. 0.44 writes JSON into the output, 0.80 a
header of text, 0.169 an `item_completed` of its own that stands before the output.
"""

import re
from typing import Any

import msgspec

from dashcam.agents.codex.memory import Outcome
from dashcam.records.event import Event

_EXIT = re.compile(r"(?:Exit code: |Process exited with code )(-?\d{1,9})\b")
_WALL = re.compile(r"Wall time: (\d{1,9}(?:\.\d{1,9})?) seconds")
_HEADERS = ("Exit code: ", "Wall time: ", "Chunk ID: ", "Process exited ")
_HEAD = 400
_DEEPEST = 12
_STATUS = {"completed": True, "failed": False, "declined": False}
_PATCH = "*** Begin Patch"
_ENVELOPE = len(("output", "metadata"))


def read_output(output: str) -> tuple[str, Outcome]:
    """Read what was sent to the model: the words that the tool gave, and how the call ended."""
    if output.startswith("{"):
        return _from_json(output)
    if not output.startswith(_HEADERS):
        return output, Outcome()
    head = output[:_HEAD].partition("\nOutput:")[0]
    exit_code = _EXIT.search(head)
    wall = _WALL.search(head)
    return output, Outcome(
        ok=int(exit_code[1]) == 0 if exit_code else None,
        duration_us=round(float(wall[1]) * 1_000_000) if wall else None,
    )


def _from_json(output: str) -> tuple[str, Outcome]:
    """Take the words out of the envelope of old versions; any other JSON is what the tool itself gave."""
    try:
        value = msgspec.json.decode(output)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return output, Outcome()
    metadata = value.get("metadata") if type(value) is dict else None
    if type(metadata) is not dict:
        return output, Outcome()
    code, seconds = metadata.get("exit_code"), metadata.get("duration_seconds")
    outcome = Outcome(ok=code == 0 if type(code) is int else None, duration_us=_microseconds(seconds))
    inner = value.get("output")
    is_envelope = type(inner) is str and len(value) == _ENVELOPE
    return inner.replace("\0", "") if is_envelope else output, outcome


def outcome_of_execution(payload: dict[str, Any]) -> Outcome:
    """Read the end of a call from Codex's own report of it: an `*_end` event or a completed item."""
    added, removed = _lines_of_changes(payload.get("changes"))
    duration = _duration(payload.get("duration"))
    return Outcome(ok=_success(payload), duration_us=duration, added=added, removed=removed)


def _success(payload: dict[str, Any]) -> bool | None:
    code, success, status = payload.get("exit_code"), payload.get("success"), payload.get("status")
    if type(code) is int:
        return code == 0
    if type(success) is bool:
        return success
    result = payload.get("result")
    if type(result) is dict:
        if "Err" in result:
            return False
        inner = result.get("Ok", result)
        if type(inner) is dict and ("isError" in inner or "content" in inner):
            return not inner.get("isError")
    if payload.get("error"):
        return False
    return _STATUS.get(status) if type(status) is str else None


def _duration(value: object) -> int | None:
    if type(value) is not dict:
        return None
    seconds, nanos = value.get("secs"), value.get("nanos")
    if type(seconds) is not int or type(nanos) is not int or not 0 <= seconds < 10**9:
        return None
    return seconds * 1_000_000 + nanos // 1000


def _microseconds(seconds: object) -> int | None:
    if (type(seconds) is not float and type(seconds) is not int) or not 0 <= seconds < 10**9:
        return None
    return round(seconds * 1_000_000)


def _lines_of_changes(changes: object) -> tuple[int | None, int | None]:
    if type(changes) is not dict or not changes:
        return None, None
    added = removed = 0
    for change in changes.values():
        if type(change) is not dict:
            continue
        content, diff = change.get("content"), change.get("unified_diff")
        if type(content) is str:
            lines = len(content.splitlines())
            added += lines if change.get("type") == "add" else 0
            removed += lines if change.get("type") == "delete" else 0
        if type(diff) is str:
            hunks = diff.find("@@")
            plus, minus = _signs(diff[max(hunks, 0) :])
            added += plus
            removed += minus
    return added, removed


def patch_of(tool_input: str) -> Outcome:
    """Count the lines that a call means to change, if it is a patch; a deleted file's lines are not in it."""
    patch = patch_in(tool_input)
    if not patch:
        return Outcome()
    added, removed = _signs(patch)
    return Outcome(added=added, removed=None if "*** Delete File:" in patch else removed)


def patch_in(tool_input: str) -> str:
    """Find the patch in a call's input: the input itself, or a text in its JSON, such as a shell's command."""
    if _PATCH not in tool_input:
        return ""
    patch = tool_input
    if tool_input.startswith("{"):
        try:
            patch = _first_patch(msgspec.json.decode(tool_input))
        except (msgspec.DecodeError, RecursionError, ValueError):
            return ""
    return patch.partition(_PATCH)[2].partition("*** End Patch")[0]


def _first_patch(value: object, depth: int = 0) -> str:
    if type(value) is str:
        return value if _PATCH in value else ""
    if depth > _DEEPEST:
        return ""
    inner = value.values() if type(value) is dict else value if type(value) is list else ()
    return next((patch for item in inner if (patch := _first_patch(item, depth + 1))), "")


def _signs(diff: str) -> tuple[int, int]:
    added = removed = 0
    for line in diff.splitlines():
        added += line.startswith("+")
        removed += line.startswith("-")
    return added, removed


def meet(first: Outcome, second: Outcome) -> Outcome:
    """Join two accounts of one end; what the first says stands."""
    return Outcome(
        ok=second.ok if first.ok is None else first.ok,
        duration_us=second.duration_us if first.duration_us is None else first.duration_us,
        added=second.added if first.added is None else first.added,
        removed=second.removed if first.removed is None else first.removed,
    )


def put(event: Event, outcome: Outcome) -> Event:
    """Write an outcome into the event of a result; a call that failed changed no lines."""
    changed = outcome.ok is not False
    return msgspec.structs.replace(
        event,
        ok=outcome.ok,
        duration_us=outcome.duration_us,
        lines_added=outcome.added if changed else None,
        lines_removed=outcome.removed if changed else None,
    )
