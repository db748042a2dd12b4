"""Take what can be taken from lines that others wrote, and tally what could not be.

What a stranger would get wrong: nothing here raises. A bad field is dropped alone, the rest of its line is
read, and the journal keeps the line as it came.
"""

import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from dashcam.records.source import Diagnostic

MOST = 1_000_000_000
"""No agent counts more of anything in one record; a larger number is damage."""

LONGEST_REASON = 300

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST = 1_577_836_800_000_000
_LATEST = 4_133_980_800_000_000
_DATE_AND_TIME = len("2026-11-21T02:15:52")
_MARK = b"\xef\xbb\xbf"
_decode = msgspec.json.Decoder().decode


class Tally:
    """Counts diagnostics of one reading by code and reason, so that a million bad lines are one record."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], list[int]] = {}

    def add(self, line: int, code: str, why: str) -> None:
        """Count one; the first line it was seen in is kept. A reason may quote the line: it is made fit to be kept."""
        why = clean(why[:LONGEST_REASON])
        seen = self._seen.get((code, why))
        if seen is None:
            self._seen[code, why] = [line, 1]
        else:
            seen[1] += 1

    def diagnostics(self) -> Iterator[Diagnostic]:
        """Tell what was counted, in the order in which it was first seen."""
        for (code, why), (line, seen) in self._seen.items():
            yield Diagnostic(line=line, code=code, why=why, count=seen)


def micros(text: object) -> int | None:
    """Read an ISO 8601 time with `Z` or an offset as microseconds UTC.

    None for anything else, and for a time before 2020 or after 2100, which no agent can have written.
    """
    if type(text) is not str or len(text) < _DATE_AND_TIME:
        return None
    try:
        since = datetime.fromisoformat(text) - _EPOCH
    except (ValueError, OverflowError, TypeError):
        return None
    return plausible((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)


def plausible(at: int) -> int | None:
    """Pass a time between 2020 and 2100 in microseconds UTC, and nothing else."""
    return at if _EARLIEST <= at <= _LATEST else None


def decode_leniently(line: bytes, tally: Tally, line_no: int) -> dict[str, Any] | None:
    """Read one line as a JSON object, with U+0000 taken out of its texts, which PostgreSQL cannot hold.

    A blank line is no object and no trouble. What is not UTF-8 is replaced; what is not JSON gives None.
    """
    try:
        value = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
        value = _decode_damaged(line, tally, line_no)
        if value is None:
            return None
    if type(value) is not dict:
        tally.add(line_no, "wrong-type", "the line is JSON but no object")
        return None
    if b"\\u0000" not in line:
        return value
    try:
        mended: dict[str, Any] = _mend(value)
    except RecursionError:
        tally.add(line_no, "bad-json", "the line is nested too deeply")
        return None
    return mended


def _decode_damaged(line: bytes, tally: Tally, line_no: int) -> Any:  # noqa: ANN401 - JSON of any shape
    line = line.removeprefix(_MARK)
    if not line.strip():
        return None
    text = line.decode("utf-8", "replace")
    try:
        value = json.loads(text, strict=False)
        mended = _mend(value)
    except (ValueError, RecursionError):
        tally.add(line_no, "bad-json", "the line is not JSON")
        return None
    if mended != value or text.encode() != line:
        tally.add(line_no, "bad-utf8", "bytes or escapes that are no character were replaced")
    else:
        tally.add(line_no, "loose-json", "the line is not strict JSON; it could be read all the same")
    return mended


def _mend(value: Any) -> Any:  # noqa: ANN401 - JSON of any shape
    if type(value) is str:
        return clean(value)
    if type(value) is dict:
        return {clean(key): _mend(item) for key, item in value.items()}
    if type(value) is list:
        return [_mend(item) for item in value]
    return value


def clean(text: str) -> str:
    """Take out U+0000, and put a replacement character in the place of a lone surrogate."""
    text = text.replace("\0", "")
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def text(record: dict[str, Any], name: str, tally: Tally, line_no: int) -> str:
    """Take a text; empty where it is missing, null or something else, the last with a diagnostic."""
    value = record.get(name)
    if type(value) is str:
        return value
    if value is not None:
        tally.add(line_no, "wrong-type", f"{name} is no text")
    return ""


def mapping(record: dict[str, Any], name: str, tally: Tally, line_no: int) -> dict[str, Any] | None:
    """Take an object; None where it is missing, null or something else, the last with a diagnostic."""
    value = record.get(name)
    if value is None or type(value) is dict:
        return value
    tally.add(line_no, "wrong-type", f"{name} is no object")
    return None


def items(record: dict[str, Any], name: str, tally: Tally, line_no: int) -> list[Any]:
    """Take a list; empty where it is missing, null or something else, the last with a diagnostic."""
    value = record.get(name)
    if type(value) is list:
        return value
    if value is not None:
        tally.add(line_no, "wrong-type", f"{name} is no list")
    return []


def count(value: object, name: str, tally: Tally, line_no: int, most: int = MOST) -> int | None:
    """Take a whole number from 0 to `most`; None for a missing one, and for another with a diagnostic."""
    if type(value) is int:
        if 0 <= value <= most:
            return value
        tally.add(line_no, "bad-count", f"{name} is negative or absurdly large")
        return None
    if type(value) is float and math.isfinite(value) and value.is_integer():
        return count(int(value), name, tally, line_no, most)
    if value is not None:
        tally.add(line_no, "wrong-type", f"{name} is no whole number")
    return None
