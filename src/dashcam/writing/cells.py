"""Single values for CSV and Markdown: text of a transcript that a spreadsheet would calculate, or Markdown obey."""

import re

import msgspec

from dashcam.writing.safe import safe_text

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~])")


def csv_cell(value: object) -> object:
    """Write one value for CSV: a list by semicolons, and no text that a spreadsheet would calculate."""
    if isinstance(value, str):
        return _csv_text(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return _csv_text(";".join(str(csv_cell(one)) for one in value))
    if isinstance(value, dict):
        return _csv_text(msgspec.json.encode(value).decode())
    return value


def _csv_text(text: str) -> str:
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    return "'" + text if text.startswith(_FORMULA) else text


def keys_of(answer: type[msgspec.Struct], *chosen: str) -> tuple[str, ...]:
    """List the keys that every row of an answer has, and the chosen ones of those it may have."""
    fields = msgspec.structs.fields(answer)
    return tuple(one.encode_name for one in fields if one.required or one.name in chosen)


def markdown_text(text: str) -> str:
    """Write a text so that Markdown shows it as it is."""
    return _MARKDOWN.sub(r"\\\1", safe_text(text))
