"""One session from the inside: its events, calls, minutes and files."""

from typing import Annotated

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter

from dashcam.queries.beside import SideBySide, side_by_side
from dashcam.queries.calls import CallsPage, calls_page
from dashcam.queries.changes import ChangeListing, changed_files
from dashcam.queries.detail import session_detail
from dashcam.queries.details import DetailAnswer, detail_answer
from dashcam.queries.entries import EntryAnswer
from dashcam.queries.images import image
from dashcam.queries.moment import Moment
from dashcam.queries.outline import EntriesPage, Outline, Span, entries_page, one_entry, outline
from dashcam.queries.receipts import receipt_of
from dashcam.queries.series import SessionMinutes, session_minutes
from dashcam.queries.sessions import one_session
from dashcam.queries.transcript import CONVERSATION
from dashcam.records.event import EVENT_KINDS
from dashcam.records.filters import CostBasis
from dashcam.server.desk import Desk

MOST_EVENTS, MOST_CALLS = 500, 1_000
LONGEST_TEXT = 20_000
"""Characters of one text in a page of events; the whole one is asked for by its event."""

SessionId = Annotated[
    str,
    Parameter(
        description="A session's id, or the beginning of one; its agent and a colon may stand before it.",
        max_length=500,
    ),
]
EventId = Annotated[str, Parameter(description="An event's id.", max_length=500)]
Cost = Annotated[CostBasis, Parameter(description="Whose cost is shown.")]
Everything = Annotated[bool, Parameter(description="With injected context and hooks.")]


def _kinds(everything: bool) -> tuple[str, ...]:  # noqa: FBT001  a request's parameter
    return EVENT_KINDS if everything else CONVERSATION


@get("/api/sessions/{session_id:str}", summary="One session", sync_to_thread=True)
def session(
    desk: NamedDependency[Desk], at: NamedDependency[Moment], session_id: SessionId, cost: Cost = "calculated"
) -> DetailAnswer:
    """Tell all about one session, its subagents included."""
    with desk.readers.lend() as database:
        found = one_session(database, session_id, at)
        detail = session_detail(database, found, at)
        receipt = receipt_of(database, [found.row, *(row.row for row in detail.subagents)])
    return detail_answer(detail, receipt, at, cost)


@get("/api/sessions/{session_id:str}/audit", summary="A session's sources side by side", sync_to_thread=True)
def session_audit(desk: NamedDependency[Desk], at: NamedDependency[Moment], session_id: SessionId) -> SideBySide:
    """Compare what each kind of source tells of a session and its subagents, and say what explains how they differ."""
    with desk.readers.lend() as database:
        return side_by_side(database, session_detail(database, one_session(database, session_id, at), at), at)


@get("/api/sessions/{session_id:str}/outline", summary="All events of a session, without words", sync_to_thread=True)
def session_outline(
    desk: NamedDependency[Desk],
    at: NamedDependency[Moment],
    session_id: SessionId,
    everything: Everything = False,  # noqa: FBT002
) -> Outline:
    """List all events as columns: enough to scrub, jump and count in a conversation of any length."""
    with desk.readers.lend() as database:
        return outline(database, one_session(database, session_id, at), kinds=_kinds(everything))


@get("/api/sessions/{session_id:str}/events", summary="A page of a conversation", sync_to_thread=True)
def session_events(  # noqa: PLR0913, PLR0917  three ways to say where
    desk: NamedDependency[Desk],
    at: NamedDependency[Moment],
    session_id: SessionId,
    after: Annotated[str, Parameter(description="Events behind the one with this id.", max_length=100)] = "",
    before: Annotated[str, Parameter(description="The last events before the one with this id.", max_length=100)] = "",
    position: Annotated[int | None, Parameter(ge=0, le=1 << 62, description="Events from this position on.")] = None,
    limit: Annotated[int, Parameter(ge=1, le=MOST_EVENTS, description="Events at most.")] = 100,
    everything: Everything = False,  # noqa: FBT002
) -> EntriesPage:
    """List events with what they say, from a position or an event on, or up to one. Long texts are cut."""
    span = Span(
        after=after, before=before, position=position, limit=limit, kinds=_kinds(everything), longest=LONGEST_TEXT
    )
    with desk.readers.lend() as database:
        return entries_page(database, desk.agents, one_session(database, session_id, at), span, at)


@get("/api/sessions/{session_id:str}/events/{event_id:str}", summary="One event, whole", sync_to_thread=True)
def session_event(
    desk: NamedDependency[Desk], at: NamedDependency[Moment], session_id: SessionId, event_id: EventId
) -> EntryAnswer:
    """Give one event with all that it says."""
    with desk.readers.lend() as database:
        return one_entry(database, desk.agents, one_session(database, session_id, at), event_id, at)


@get("/api/sessions/{session_id:str}/calls", summary="A session's model calls", sync_to_thread=True)
def session_calls(
    desk: NamedDependency[Desk],
    at: NamedDependency[Moment],
    session_id: SessionId,
    after: Annotated[str, Parameter(description="`next` of the page before.", max_length=2_000)] = "",
    limit: Annotated[int, Parameter(ge=1, le=MOST_CALLS, description="Calls at most.")] = 100,
) -> CallsPage:
    """List the calls that count for a session, in the order of time."""
    with desk.readers.lend() as database:
        return calls_page(database, one_session(database, session_id, at), at, cursor=after, limit=limit)


@get("/api/sessions/{session_id:str}/tokens", summary="A session by the minute", sync_to_thread=True)
def session_tokens(
    desk: NamedDependency[Desk],
    at: NamedDependency[Moment],
    session_id: SessionId,
    subagents: Annotated[bool, Parameter(description="With those of its subagents.")] = False,  # noqa: FBT002
) -> SessionMinutes:
    """Add up a session's tokens, cost and context size by the minute of their time."""
    with desk.readers.lend() as database:
        return session_minutes(database, one_session(database, session_id, at), at, subagents=subagents)


@get("/api/sessions/{session_id:str}/files", summary="Files that a session changed", sync_to_thread=True)
def session_files(desk: NamedDependency[Desk], at: NamedDependency[Moment], session_id: SessionId) -> ChangeListing:
    """List the files that a session and its subagents changed, the latest change first."""
    with desk.readers.lend() as database:
        return changed_files(database, desk.agents, one_session(database, session_id, at), at)


@get(
    "/api/sessions/{session_id:str}/events/{event_id:str}/images/{number:int}",
    summary="An image of an event",
    sync_to_thread=True,
    responses={200: ResponseSpec(bytes, media_type="image/*", description="PNG, JPEG, GIF or WebP.")},
)
def session_image(
    desk: NamedDependency[Desk],
    at: NamedDependency[Moment],
    session_id: SessionId,
    event_id: EventId,
    number: Annotated[int, Parameter(ge=0, le=10_000, description="Counted from 0.")],
) -> Response[bytes]:
    """Give an image that stands in a conversation. What it is, its own bytes say, not the agent."""
    with desk.readers.lend() as database:
        found = image(database, desk.agents, one_session(database, session_id, at), event_id, number)
    return Response(found.data, media_type=found.media_type)
