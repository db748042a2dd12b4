"""Changes of files and of the plan: the language of `apply_patch`, and Codex's reports of what it applied.

What a stranger would get wrong: a patch of this language names no line numbers, and of a deleted file it holds no
lines at all.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

import msgspec

from dashcam.agents.codex.outcomes import patch_in
from dashcam.agents.patches import MARK, bounded, change, header, joined, removed, written
from dashcam.records.event import FileChange, Todo, TodoState

MOST_TODOS = 1_000
_FILE = re.compile(r"\*\*\* (Add|Update|Delete) File: (.*)")
_MOVED = "*** Move to: "
_END_OF_FILE = "*** End of File"
PLAN = "update_plan"
_STATES: dict[object, TodoState] = {"pending": "pending", "in_progress": "active", "completed": "done"}


def patched(tool_input: str) -> tuple[FileChange, ...]:
    """Tell the changes that a call's patch means to make."""
    return bounded(_files(patch_in(tool_input).splitlines()))


def _files(lines: list[str]) -> Iterator[FileChange]:
    """Cut a patch into its files; what stands before the first of them is none."""
    starts = [at for at, line in enumerate(lines) if line.startswith("*** ") and _FILE.match(line)]
    for start, end in pairwise([*starts, len(lines)]):
        named = _FILE.match(lines[start])
        if named is not None:
            yield _file(named[1], named[2].strip(), lines[start + 1 : end])


def _file(action: str, path: str, lines: list[str]) -> FileChange:
    if action == "Add":
        added = [line for line in lines if line.startswith("+")]
        return change(path, "created", joined([header(0, 0, 1, len(added)), *added]) if added else "")
    if action == "Delete":
        return change(path, "deleted", "", counted=False)
    moved = next((line.removeprefix(_MOVED).strip() for line in lines[:1] if line.startswith(_MOVED)), "")
    hunks = [line for line in lines[1 if moved else 0 :] if line != _END_OF_FILE]
    if hunks and not hunks[0].startswith(MARK):
        hunks.insert(0, MARK)
    if moved:
        return change(moved, "renamed", joined(hunks), old_path=path)
    return change(path, "modified", joined(hunks))


def reported(report: object) -> tuple[FileChange, ...]:
    """Tell the changes that Codex reports of an execution."""
    changes = report.get("changes") if isinstance(report, dict) else None
    if not isinstance(changes, dict):
        return ()
    return bounded(_reported(str(path), told) for path, told in changes.items() if isinstance(told, dict))


def _reported(path: str, told: dict[str, object]) -> FileChange:
    content, diff, moved = told.get("content"), told.get("unified_diff"), told.get("move_path")
    kind = told.get("type")
    if kind == "add" and isinstance(content, str):
        return change(path, "created", written(content))
    if kind == "delete":
        gone = content if isinstance(content, str) else ""
        return change(path, "deleted", removed(gone), counted=isinstance(content, str))
    patch = joined(diff[max(diff.find(MARK), 0) :].splitlines()) if isinstance(diff, str) else ""
    if isinstance(moved, str) and moved:
        return change(moved, "renamed", patch, old_path=path, counted=isinstance(diff, str))
    return change(path, "modified", patch, counted=isinstance(diff, str))


def planned(tool: str, tool_input: str) -> tuple[Todo, ...]:
    """Tell the whole plan that a call writes."""
    if tool.rpartition(".")[2] != PLAN:
        return ()
    try:
        given = msgspec.json.decode(tool_input)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return ()
    plan = given.get("plan") if isinstance(given, dict) else None
    steps = [step for step in plan if isinstance(step, dict)] if isinstance(plan, list) else []
    return tuple(_todo(step) for step in steps[:MOST_TODOS])


def _todo(step: dict[str, object]) -> Todo:
    text, state = step.get("step"), step.get("status")
    return Todo(
        text=text if isinstance(text, str) else "", state=_STATES.get(state, "") if isinstance(state, str) else ""
    )
