"""Texts as a person saw them: no orders to a terminal, accents on their letters, tool input without JSON's own signs.

What a stranger would get wrong: what is put into the search index and what a search is matched against both go
through here. Were one of them left out, a word behind a colour or at the beginning of a line would not be found.
"""

import re
import unicodedata
from collections.abc import Iterator

import msgspec

ESCAPE = "\x1b"

_ORDER = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # colours and cursor movements
    r"|\x1b[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"  # titles, links and other strings
    r"|\x1b[ -/]*[0-~]"
)


def without_orders(text: str) -> str:
    """Leave out the escape sequences by which a program tells a terminal to colour, move or link."""
    return _ORDER.sub("", text) if ESCAPE in text else text


def composed(text: str) -> str:
    """Write letters and their accents as one sign each (NFC), as most do; files of macOS part them.

    Signs that only look alike stay different, so what is shown is what was said.
    """
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def values_of(tool_input: str) -> str:
    """Give the values of a tool's JSON input, one a line; what is no JSON object stays as it is."""
    if not tool_input.startswith("{"):
        return tool_input
    try:
        return "\n".join(values_in(msgspec.json.decode(tool_input)))
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return tool_input


def values_in(given: object) -> Iterator[str]:
    """Yield what stands in a JSON value at any depth, in its order; the names of fields are left out."""
    if isinstance(given, str):
        yield given
    elif isinstance(given, dict):
        for value in given.values():
            yield from values_in(value)
    elif isinstance(given, list):
        for value in given:
            yield from values_in(value)
    elif given is not None:
        yield str(given)
