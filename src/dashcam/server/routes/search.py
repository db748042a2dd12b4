"""Full-text search in everything that was said."""

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import Parameter

from dashcam.queries.found import FoundListing, found_listing
from dashcam.queries.search import search as begin
from dashcam.records.event import EventKind
from dashcam.server.asked import Asked
from dashcam.server.desk import Desk

MOST_HITS = 500


@get("/api/search", summary="Search in what was said", sync_to_thread=True)
def search(
    desk: NamedDependency[Desk],
    asked: NamedDependency[Asked],
    q: Annotated[str, Parameter(description='Words, or "phrases in quotes"; all in one event.', max_length=1_000)],
    kind: Annotated[list[EventKind] | None, Parameter(description="Kind of event.", max_items=20)] = None,
    limit: Annotated[int, Parameter(ge=1, le=MOST_HITS, description="Hits at most.")] = 50,
) -> FoundListing:
    """Find words in prompts, answers, thinking, tool calls and their results, at the beginning of a word."""
    with desk.readers.lend() as database:
        found = begin(database, desk.agents, q, asked.asked, asked.at, kinds=kind or ())
        return found_listing(found, asked.at.zone, limit=limit)
