"""A transcript as JSON: a listing whose rows are events, written piece by piece, since it may be long."""

from collections.abc import Iterable, Iterator

import msgspec

from dashcam.queries.entries import EntryAnswer
from dashcam.writing.safe import safe_json
from dashcam.writing.transcript.page import Page


def pieces(page: Page, entries: Iterable[EntryAnswer]) -> Iterator[str]:
    """Yield the JSON, a row a line."""
    yield '{"session":' + _json(page.session) + ',\n"rows":['
    count = 0
    for entry in entries:
        yield (",\n" if count else "\n") + _json(entry)
        count += 1
    yield f'],\n"totals":{{"events":{count}}},\n"notes":[]}}\n'


def _json(value: object) -> str:
    return safe_json(msgspec.json.encode(value).decode())
