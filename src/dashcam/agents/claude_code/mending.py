"""The slow way to read a line that is not quite what it should be: save what can be saved, tell what cannot.

What a stranger would get wrong: a killed process leaves a line without its newline, and the next one writes
right behind it. Such a line holds two objects, or half a one and a whole, and each whole may be a paid call.
"""

import json
import math
import re
from collections.abc import Callable, Iterator
from typing import TypeVar

import msgspec
from msgspec import inspect

Note = Callable[[str, str], None]
"""Tells of something that could not be read: a code, and why."""
_T = TypeVar("_T")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_START = re.compile(r'\{"(?:parentUuid|type|sessionId|uuid)":')
_MARKS = ("sessionId", "leafUuid", "uuid")
_GONE = object()


def objects(raw: bytes, kind: type[_T], note: Note) -> list[_T]:
    """Find the objects in a line and make each fit the Struct, field by field."""
    text = _text(raw, note)
    found: list[_T] = []
    try:
        for value in _values(text, note):
            if isinstance(value, dict):
                found.append(_fit(value, kind, note))
            else:
                note("not-an-object", "the line is JSON, but no object")
    except RecursionError:
        note("bad-json", "nested too deeply")
    return found


def value_of(raw: bytes) -> object:
    """Decode one value that msgspec refused, with what is wrong in it replaced; None if nothing helps."""
    try:
        return _scrub(json.loads(raw.decode("utf-8", "replace"), strict=False), [])
    except (ValueError, RecursionError):
        return None


def _text(raw: bytes, note: Note) -> str:
    if b"\0" in raw:
        note("nul-bytes", "the line holds NUL bytes, as a crash leaves them")
        raw = raw.replace(b"\0", b"")
    try:
        return raw.decode("utf-8").strip()
    except UnicodeDecodeError:
        note("bad-utf8", "the line is not valid UTF-8")
        return raw.decode("utf-8", "replace").strip()


def _values(text: str, note: Note) -> Iterator[object]:
    """Yield the JSON values that stand one behind the other in a text."""
    decoder = json.JSONDecoder(strict=False)
    position = count = 0
    while position < len(text):
        try:
            value, end = decoder.raw_decode(text, position)
        except ValueError as error:
            note("bad-json", f"not valid JSON: {str(error).split(':')[0]}")
            yield from _after_tear(text, position, decoder)
            return
        count += 1
        if count == 2:  # noqa: PLR2004
            note("joined-lines", "two objects stand in one line: a newline is missing")
        yield value
        position = end
        while position < len(text) and text[position].isspace():
            position += 1


def _after_tear(text: str, position: int, decoder: json.JSONDecoder) -> Iterator[object]:
    """Find the whole object that was written right behind half of one.

    Inside of the half stand other objects: the one that counts reaches the end and bears a line's marks.
    """
    for match in _START.finditer(text, position + 1):
        try:
            value, end = decoder.raw_decode(text, match.start())
        except ValueError:
            continue
        if end == len(text) and isinstance(value, dict) and any(mark in value for mark in _MARKS):
            yield value
            return


def _fit(value: dict[str, object], kind: type[_T], note: Note) -> _T:
    marred: list[str] = []
    clean = _scrub(value, marred)
    if marred:
        note("bad-utf8", "half of a surrogate pair stands in a text")
    dropped: list[str] = []
    fitted = _keep(clean, inspect.type_info(kind), "", dropped)
    for path in sorted(set(dropped)):
        note("wrong-type", f"the field {path} is not of the type it should be")
    return msgspec.json.decode(json.dumps(fitted, ensure_ascii=False).encode(), type=kind)


def _scrub(value: object, marred: list[str]) -> object:
    """Replace what neither JSON nor a database holds: half characters, infinities."""
    if isinstance(value, str):
        if _LONE_SURROGATE.search(value):
            marred.append(value[:1])
            return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return value
    if isinstance(value, dict):
        return {str(_scrub(name, marred)): _scrub(inner, marred) for name, inner in value.items()}
    if isinstance(value, list):
        return [_scrub(inner, marred) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _keep(value: object, kind: inspect.Type, path: str, dropped: list[str]) -> object:
    """Give back what of a value fits a type; what does not is left out and its path told."""
    choices = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    for choice in choices:
        if (kept := _try(value, choice, path, dropped)) is not _GONE:
            return kept
    dropped.append(path)
    return _GONE


def _try(value: object, kind: inspect.Type, path: str, dropped: list[str]) -> object:
    match kind:
        case inspect.AnyType() | inspect.RawType():
            return value
        case inspect.StructType() if isinstance(value, dict):
            return _keep_fields(value, kind, path, dropped)
        case inspect.DictType(value_type=inner) if isinstance(value, dict):
            kept = {name: _keep(each, inner, f"{path}.{name}", dropped) for name, each in value.items()}
            return {name: each for name, each in kept.items() if each is not _GONE}
        case inspect.ListType(item_type=inner) if isinstance(value, list):
            items = [_keep(each, inner, f"{path}[]", dropped) for each in value]
            return [each for each in items if each is not _GONE]
        case inspect.IntType() if isinstance(value, float) and value.is_integer():
            return int(value)
    return value if _is_plain(value, kind) else _GONE


def _is_plain(value: object, kind: inspect.Type) -> bool:
    match kind:
        case inspect.NoneType():
            return value is None
        case inspect.BoolType():
            return isinstance(value, bool)
        case inspect.StrType():
            return isinstance(value, str)
        case inspect.IntType():
            return isinstance(value, int) and not isinstance(value, bool)
        case inspect.FloatType():
            return isinstance(value, float)
    return False


def _keep_fields(
    value: dict[str, object], kind: inspect.StructType, path: str, dropped: list[str]
) -> dict[str, object]:
    kept: dict[str, object] = {}
    for field in kind.fields:
        name = field.encode_name
        if name not in value:
            continue
        inner = _keep(value[name], field.type, f"{path}.{name}" if path else name, dropped)
        if inner is not _GONE:
            kept[name] = inner
    return kept
