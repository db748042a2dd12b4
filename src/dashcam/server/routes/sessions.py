"""Sessions: the listing with its small charts, their totals, and their tokens of the last hours."""

from typing import Annotated

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import Parameter

from dashcam.queries.asking import order_of
from dashcam.queries.moment import Moment
from dashcam.queries.series import LONGEST_HOURS, TokenSessions, sparks, token_sessions
from dashcam.queries.sessions import SessionPage, session_page
from dashcam.records.errors import BadInput
from dashcam.records.filters import SORT_KEYS
from dashcam.server.asked import Asked
from dashcam.server.desk import Desk
from dashcam.store.sessions import Page

MOST_ROWS = 1_000
MOST_SPARKS, SPARK_POINTS = 200, 24


@get("/api/sessions", summary="List sessions", sync_to_thread=True)
def list_sessions(
    desk: NamedDependency[Desk],
    asked: NamedDependency[Asked],
    sort: Annotated[
        str, Parameter(description=f"One of {', '.join(SORT_KEYS)}; -KEY turns the order.", max_length=20)
    ] = "started",
    limit: Annotated[int, Parameter(ge=1, le=MOST_ROWS, description="Rows at most.")] = 100,
    after: Annotated[str, Parameter(description="`next` of the page before.", max_length=16_384)] = "",
) -> SessionPage:
    """List the sessions that fit, a page at a time; with a range, what happened in it."""
    key, descending = order_of(sort, SORT_KEYS)
    page = Page(sort=key, descending=descending, limit=limit)  # type: ignore[arg-type]
    with desk.readers.lend() as database:
        return session_page(database, asked.asked, page, asked.at, cursor=after, basis=asked.basis)


class Sparks(msgspec.Struct, frozen=True, kw_only=True):
    """The small charts of some sessions."""

    points: int
    """How many equal slices each session's own duration is cut into."""
    sessions: dict[str, list[int]]
    """Tokens of each slice, by session id; a session without calls is left out."""


@get("/api/sparks", summary="Small charts of sessions", sync_to_thread=True)
def session_sparks(
    desk: NamedDependency[Desk],
    session_id: Annotated[
        list[str], Parameter(description="Full ids of sessions; repeated.", min_items=1, max_items=MOST_SPARKS)
    ],
) -> Sparks:
    """Cut each session's duration into slices, and add up the tokens of each."""
    with desk.readers.lend() as database:
        return Sparks(points=SPARK_POINTS, sessions=sparks(database, session_id, SPARK_POINTS))


@get("/api/tokens/sessions", summary="Tokens by session and minute", sync_to_thread=True)
def tokens_of_sessions(
    desk: NamedDependency[Desk],
    at: NamedDependency[Moment],
    hours: Annotated[float, Parameter(gt=0, le=LONGEST_HOURS, description="How far back.")] = 1,
    session_id: Annotated[str | None, Parameter(description="Only this session.", max_length=500)] = None,
) -> TokenSessions:
    """List the sessions that used tokens in the last hours, the largest total first, each by the minute."""
    if hours != hours:  # noqa: PLR0124  not a number
        raise BadInput("hours must be a number", "Write for example hours=1.")
    with desk.readers.lend() as database:
        return token_sessions(database, hours, session_id, at)
