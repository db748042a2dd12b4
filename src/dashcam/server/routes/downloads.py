"""Files to keep: listings as CSV, JSON or JSON lines, conversations as Markdown, HTML, JSON or the original lines.

They are written while they are read, so any number of rows takes little memory. The connection, one of those for
downloads, is held until the last row is sent.
"""

from collections.abc import Callable, Generator, Iterator
from typing import Annotated, Literal

from litestar import get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter, QueryParameter
from litestar.response import Stream

from dashcam.agents.faces import face_of
from dashcam.queries.answers import session_answer
from dashcam.queries.asking import order_of
from dashcam.queries.entries import entry_answer
from dashcam.queries.moment import Moment
from dashcam.queries.originals import original_of
from dashcam.queries.sessions import one_session
from dashcam.queries.transcript import transcript
from dashcam.queries.usage import parse_dimensions
from dashcam.records.filters import DIMENSIONS, SORT_KEYS
from dashcam.server.asked import Asked
from dashcam.server.desk import Desk
from dashcam.server.streams import closing_stream, in_threads
from dashcam.store import sources
from dashcam.store.batch import KnownSource
from dashcam.store.database import Database
from dashcam.store.sessions import Page
from dashcam.writing.exports import SHEETS, Wanted
from dashcam.writing.sheets import TEXTS
from dashcam.writing.transcript.files import FILES
from dashcam.writing.transcript.page import Page as TranscriptPage

What = Literal["sessions", "usage", "calls", "events"]
SheetForm = Literal["csv", "json", "jsonl"]
TranscriptForm = Literal["md", "html", "json", "jsonl"]
MEDIA = {
    "csv": "text/csv",
    "json": "application/json",
    "jsonl": "application/x-ndjson",
    "md": "text/markdown",
    "html": "text/html",
}
PIECE_CHARACTERS = 1 << 16
FILE = ResponseSpec(bytes, media_type="*/*", description="The file.", generate_examples=False)
"""What it is depends on the format; the answer's own content-type says."""


@get("/api/export/{what:str}", summary="A listing as a file", sync_to_thread=True, responses={200: FILE})
def export(
    desk: NamedDependency[Desk],
    asked: NamedDependency[Asked],
    what: Annotated[What, Parameter(description="What to write.")],
    form: Annotated[SheetForm, QueryParameter(name="format", description="How to write it.")] = "csv",
    by: Annotated[
        str, Parameter(description=f"For usage: one or two of {', '.join(DIMENSIONS)}.", max_length=100)
    ] = "day",
    sort: Annotated[str, Parameter(description="For sessions: the order.", max_length=20)] = "started",
) -> Stream:
    """Write all rows that the filters select."""
    key, descending = order_of(sort, SORT_KEYS)
    dimensions = parse_dimensions(by) if what == "usage" else ()

    def pieces(database: Database) -> Iterator[str]:
        wanted = Wanted(
            database=database,
            agents=desk.agents,
            asked=asked.asked,
            page=Page(sort=key, descending=descending),  # type: ignore[arg-type]
            at=asked.at,
            basis=asked.basis,
            dimensions=dimensions,
        )
        return TEXTS[form](SHEETS[what](wanted))

    return _file(desk, pieces, f"dashcam-{what}.{form}", form)


Form = Annotated[
    TranscriptForm, QueryParameter(name="format", description="jsonl is the original, as the agent wrote it.")
]


@get(
    "/api/sessions/{session_id:str}/transcript",
    summary="A conversation as a file",
    sync_to_thread=True,
    responses={200: FILE},
)
def transcript_file(
    desk: NamedDependency[Desk],
    at: NamedDependency[Moment],
    session_id: Annotated[str, Parameter(description="A session's id.", max_length=500)],
    form: Form = "md",
) -> Stream:
    """Write a whole conversation."""
    with desk.readers.lend() as database:
        found = one_session(database, session_id, at)
        original = original_of(database, found) if form == "jsonl" else None
    page = TranscriptPage(
        session=session_answer(found, at.zone),
        agent=found.agent_name,
        sign=face_of(found.agent).sign,
        currency=desk.machine.currency,
    )

    def pieces(database: Database) -> Iterator[str]:
        entries = (entry_answer(entry, at.zone) for entry in transcript(database, desk.agents, found.row))
        return FILES[form](page, entries)

    name = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_") else "-" for sign in found.session_id)
    if original is not None:
        return _stream(_original(desk, original), f"{name[:100]}.jsonl", MEDIA[form])
    return _file(desk, pieces, f"{name[:100]}.{form}", form)


def _file(desk: Desk, pieces: Callable[[Database], Iterator[str]], name: str, form: str) -> Stream:
    return _stream((piece.encode("utf-8", "replace") for piece in _held(desk, pieces)), name, MEDIA[form])


def _held(desk: Desk, pieces: Callable[[Database], Iterator[str]]) -> Iterator[str]:
    """Yield pieces large enough to be worth sending, holding a connection until the last."""
    with desk.downloads.lend() as database:
        some: list[str] = []
        size = 0
        for piece in pieces(database):
            some.append(piece)
            size += len(piece)
            if size >= PIECE_CHARACTERS:
                yield "".join(some)
                some, size = [], 0
        yield "".join(some)


def _original(desk: Desk, source: KnownSource) -> Generator[bytes]:
    with desk.downloads.lend() as database:
        yield from sources.contents(database, source)


def _stream(pieces: Generator[bytes], name: str, media: str) -> Stream:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return closing_stream(in_threads(pieces), media, headers)
