"""Changes of files as unified diffs, of bounded length.

What a stranger would get wrong: the counts are of the whole patch, also where its end is left out. And a text that
an agent wrote may hold anything: a newline inside of a diff's line must not begin another.
"""

from collections.abc import Iterable, Sequence

from dashcam.records.event import ChangeKind, FileChange

LONGEST_PATCH = 200_000
"""Characters of all the patches of one event."""
MOST_FILES = 1_000
"""How many files of one event are told."""
MARK = "@@"
"""Begins a hunk whose place in the file nobody told."""
_LARGEST = 10**9


def change(path: str, kind: ChangeKind, patch: str, *, old_path: str = "", counted: bool = True) -> FileChange:
    """Make a change of its diff; `counted` is False where that does not tell what was there before."""
    return FileChange(
        path=path,
        old_path=old_path,
        kind=kind,
        patch=patch,
        lines_added=patch.count("\n+") + patch.startswith("+") if counted else None,
        lines_removed=patch.count("\n-") + patch.startswith("-") if counted else None,
    )


def joined(lines: Sequence[str]) -> str:
    """Make a diff of its lines."""
    text = "\n".join(lines)
    if text.count("\n") < max(len(lines), 1):
        return text
    return "\n".join(line.replace("\n", " ") for line in lines)


def header(old_start: object, old_lines: object, new_start: object, new_lines: object) -> str:
    """Write the line that begins a hunk; a bare mark where its numbers make no sense."""
    for number in (old_start, old_lines, new_start, new_lines):
        if type(number) is not int or not 0 <= number < _LARGEST:
            return MARK
    return f"@@ -{old_start},{old_lines} +{new_start},{new_lines} @@"


def written(text: str) -> str:
    """Show a text that is new from its first line to its last."""
    lines = text.splitlines()
    return "\n+".join([header(0, 0, 1, len(lines)), *lines]) if lines else ""


def removed(text: str) -> str:
    """Show a text that is gone."""
    lines = text.splitlines()
    return "\n-".join([header(1, len(lines), 0, 0), *lines]) if lines else ""


def replaced(old: str, new: str) -> str:
    """Show a text in the place of another: what both begin and end with is context."""
    before, after = old.splitlines(), new.splitlines()
    shortest = min(len(before), len(after))
    first = next((at for at in range(shortest) if before[at] != after[at]), shortest)
    rest = shortest - first
    last = next((at for at in range(rest) if before[-1 - at] != after[-1 - at]), rest)
    parts = (
        ("\n ", before[:first]),
        ("\n-", before[first : len(before) - last]),
        ("\n+", after[first : len(after) - last]),
        ("\n ", before[len(before) - last :]),
    )
    return MARK + "".join(sign + sign.join(lines) for sign, lines in parts if lines)


def bounded(changes: Iterable[FileChange]) -> tuple[FileChange, ...]:
    """Leave out what is too long for one event, and say in each change how much of it."""
    kept: list[FileChange] = []
    room = LONGEST_PATCH
    for one in changes:
        if len(kept) == MOST_FILES:
            break
        kept.append(cut(one, room))
        room -= len(kept[-1].patch)
    return tuple(kept)


def cut(one: FileChange, longest: int) -> FileChange:
    """Leave out the end of a change's patch, by whole lines, where it is longer than so many characters."""
    if len(one.patch) <= longest:
        return one
    end = max(one.patch.rfind("\n", 0, longest + 1), 0)
    left_out = one.patch.count("\n", end) + (end == 0)
    return FileChange(
        path=one.path,
        old_path=one.old_path,
        kind=one.kind,
        patch=one.patch[:end],
        lines_left_out=one.lines_left_out + left_out,
        lines_added=one.lines_added,
        lines_removed=one.lines_removed,
    )
