"""The formats in which a transcript is written to a file."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from dashcam.queries.entries import EntryAnswer
from dashcam.writing.transcript import as_html, as_json, as_markdown
from dashcam.writing.transcript.page import Page

FILES: Mapping[str, Callable[[Page, Iterable[EntryAnswer]], Iterator[str]]] = {
    "md": as_markdown.pieces,
    "html": as_html.pieces,
    "json": as_json.pieces,
}
"""Each yields the pieces of one file."""
