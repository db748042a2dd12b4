"""Changes of files and of the list of tasks, as calls mean them and as results tell them.

What a stranger would get wrong: only a result knows what was changed, and where in the file. A call says what it
means, which is all there is of one that waits for a permission, was refused or failed.
"""

from collections.abc import Iterator

from dashcam.agents.claude_code.blocks import bare
from dashcam.agents.claude_code.lines import loose
from dashcam.agents.claude_code.shown import Hunk, Result, Task
from dashcam.agents.patches import bounded, change, header, joined, replaced, written
from dashcam.records.event import FileChange, Todo, TodoState

CHANGING = frozenset({"NotebookEdit"})
"""Tools whose results change a file and tell no patch."""
MOST_TODOS = 1_000
_STATES: dict[str, TodoState] = {
    "pending": "pending",
    "in_progress": "active",
    "completed": "done",
    "deleted": "dropped",
    "cancelled": "dropped",
}


def made(result: Result) -> tuple[FileChange, ...]:
    """Tell the change that a result tells."""
    path = bare(result.file_path)
    if result.type == "create":
        text = loose(result.content)
        return bounded([change(path, "created", written(bare(text)))]) if isinstance(text, str) else ()
    if result.structured_patch is None:
        return ()
    lines = [line for hunk in result.structured_patch for line in _hunk(hunk)]
    return bounded([change(path, "modified", joined(lines))])


def _hunk(hunk: Hunk) -> Iterator[str]:
    yield header(hunk.old_start, hunk.old_lines, hunk.new_start, hunk.new_lines)
    yield from map(bare, hunk.lines or ())


def meant(tool: str, given: object) -> tuple[FileChange, ...]:
    """Tell the change that a call means to make."""
    if not isinstance(given, dict):
        return ()
    path = _text(given, "file_path") or _text(given, "notebook_path")
    match tool:
        case "Edit":
            edits: object = [given]
        case "MultiEdit":
            edits = given.get("edits")
        case "Write":
            return bounded([change(path, "", written(_text(given, "content")), counted=False)])
        case "NotebookEdit":
            return bounded([change(path, "modified", _cell(given), counted=False)])
        case _:
            return ()
    each = [edit for edit in edits if isinstance(edit, dict)] if isinstance(edits, list) else []
    patch = "\n".join(replaced(_text(edit, "old_string"), _text(edit, "new_string")) for edit in each)
    everywhere = any(edit.get("replace_all") is True for edit in each)
    return bounded([change(path, "modified", patch, counted=not everywhere)]) if each else ()


def _cell(given: dict[object, object]) -> str:
    return "" if given.get("edit_mode") == "delete" else replaced("", _text(given, "new_source"))


def _text(given: dict[object, object], name: str) -> str:
    value = given.get(name)
    return bare(value) if isinstance(value, str) else ""


def listed(tool: str, given: object) -> tuple[Todo, ...]:
    """Tell the whole list that a call of `TodoWrite` writes."""
    todos = given.get("todos") if tool == "TodoWrite" and isinstance(given, dict) else None
    each = [todo for todo in todos if isinstance(todo, dict)] if isinstance(todos, list) else []
    return tuple(
        Todo(text=_text(todo, "content"), state=_STATES.get(_text(todo, "status"), "")) for todo in each[:MOST_TODOS]
    )


def tasks(result: Result) -> tuple[Todo, ...]:
    """Tell the tasks that a result names: those of a list, a new one, or one whose state changed."""
    if result.tasks is not None:
        return tuple(map(_task, result.tasks[:MOST_TODOS]))
    if result.task is not None:
        return (_task(result.task),)
    if result.task_id and result.status_change is not None:
        return (Todo(id=bare(result.task_id), state=_STATES.get(result.status_change.to or "", "")),)
    return ()


def _task(task: Task) -> Todo:
    state: TodoState = "pending" if task.status is None else _STATES.get(task.status, "")
    return Todo(id=bare(task.id), text=bare(task.subject), state=state)
