"""Changing one value inside a JSON file that belongs to somebody else, and nothing around it.

What a stranger would get wrong: the text is not decoded and written anew. Only the value's own stretch of text is
replaced, so indentation, spaces, order, number formats and line ends stay as the owner, or his program, wrote them.
"""

import json
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from dashcam.records.errors import DashcamError

BYTE_ORDER_MARK = "\ufeff"
_SPACE = re.compile(r"[ \t\r\n]*")
_INDENT = re.compile(r"\{[ \t]*\r?\n([ \t]+)\"")
_READ = json.JSONDecoder().raw_decode


class BrokenFile(DashcamError):
    """A file that another program owns makes no sense, so it is left alone."""


class _Member(NamedTuple):
    name: str
    start: int
    value: int
    end: int


class Twice(ValueError):
    """A name stands twice in one object; which of them counts is not for us to say."""


def parse(text: str) -> dict[str, Any]:
    """Read a whole file; a blank one is an empty object. Raises BrokenFile, which says where it breaks."""
    body = text.removeprefix(BYTE_ORDER_MARK)
    if not body.strip():
        return {}
    try:
        found = json.loads(body, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise BrokenFile(f"it breaks at line {error.lineno}, column {error.colno}: {error.msg}") from error
    except Twice as error:
        raise BrokenFile(f"the name {error} stands twice in one object") from error
    except RecursionError as error:
        raise BrokenFile("it is nested too deeply") from error
    if not isinstance(found, dict):
        raise BrokenFile("it holds no object")
    return found


def put(text: str, path: Sequence[str], value: object) -> str:
    """Set the value at a path of names, making the objects on the way. `text` has passed `parse`.

    Raises BrokenFile where something on the way is no object.
    """
    if not text.removeprefix(BYTE_ORDER_MARK).strip():
        text = "{}\n"
    indent, end = _indent_of(text), "\r\n" if "\r\n" in text else "\n"
    at = _behind_space(text, len(BYTE_ORDER_MARK) if text.startswith(BYTE_ORDER_MARK) else 0)
    for depth, name in enumerate(path, 1):
        if text[at] != "{":
            raise BrokenFile(f"'{path[depth - 2]}' holds no object")
        members, closing = _members(text, at)
        found = next((member for member in members if member.name == name), None)
        if found is None:
            for missing in reversed(path[depth:]):
                value = {missing: value}
            return _inserted(text, at, members, closing, (name, value, depth, indent, end))
        if depth == len(path):
            return text[: found.value] + _written(value, depth, indent, end) + text[found.end :]
        at = found.value
    return text


def remove(text: str, path: Sequence[str]) -> str:
    """Take the value at a path out, with its name; where there is none, nothing changes. `text` has passed `parse`."""
    if not text.removeprefix(BYTE_ORDER_MARK).strip():
        return text
    at = _behind_space(text, len(BYTE_ORDER_MARK) if text.startswith(BYTE_ORDER_MARK) else 0)
    for name in path[:-1]:
        members, _ = _members(text, at) if text[at] == "{" else ([], 0)
        found = next((member for member in members if member.name == name), None)
        if found is None:
            return text
        at = found.value
    members, closing = _members(text, at) if text[at] == "{" else ([], 0)
    place = next((place for place, member in enumerate(members) if member.name == path[-1]), None)
    if place is None:
        return text
    if len(members) == 1:
        return text[: at + 1] + text[closing:]
    if place:
        return text[: members[place - 1].end] + text[members[place].end :]
    return text[: members[0].start] + text[members[1].start :]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        raise Twice(repr(next(name for name in names if names.count(name) > 1)))
    return made


def _behind_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _members(text: str, at: int) -> tuple[list[_Member], int]:
    """Find where the members of the object at `at` stand, and where its closing bracket does."""
    members: list[_Member] = []
    here = _behind_space(text, at + 1)
    while text[here] != "}":
        name, behind = _READ(text, here)
        value = _behind_space(text, _behind_space(text, behind) + 1)
        _, end = _READ(text, value)
        members.append(_Member(name, here, value, end))
        here = _behind_space(text, end)
        if text[here] == ",":
            here = _behind_space(text, here + 1)
    return members, here


def _indent_of(text: str) -> str | None:
    """Say how one level is indented; None where all stands on one line."""
    found = _INDENT.search(text)
    if found:
        return found[1]
    empty = "".join(text.removeprefix(BYTE_ORDER_MARK).split()) == "{}"
    return "  " if empty else None


def _inserted(
    text: str, at: int, members: list[_Member], closing: int, entry: tuple[str, object, int, str | None, str]
) -> str:
    name, value, depth, indent, end = entry
    words = f"{json.dumps(name, ensure_ascii=False)}: {_written(value, depth, indent, end)}"
    if members:
        between = ", " if indent is None else f",{end}{indent * depth}"
        return text[: members[-1].end] + between + words + text[members[-1].end :]
    if indent is None:
        return text[: at + 1] + words + text[closing:]
    return f"{text[: at + 1]}{end}{indent * depth}{words}{end}{indent * (depth - 1)}{text[closing:]}"


def _written(value: object, depth: int, indent: str | None, end: str) -> str:
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    if not text.isprintable() and any("\ud800" <= sign <= "\udfff" for sign in text):
        text = json.dumps(value, indent=indent)
    return text if indent is None else text.replace("\n", end + indent * depth)
