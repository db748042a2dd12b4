"""What a search found, as every interface gives it."""

from datetime import tzinfo
from itertools import islice

import msgspec

from dashcam.queries.answers import Listing
from dashcam.queries.search import Hit, Search
from dashcam.records.clock import iso


class HitAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An event that holds what was searched for."""

    session_id: str
    agent: str
    agent_name: str
    project: str
    title: str
    at: str | None
    kind: str
    name: str
    """The tool of a call or result, the type of a notice."""
    snippet: str
    marks: tuple[tuple[int, int], ...]
    """Where in the snippet the words stand, as half-open ranges of characters."""
    event_id: str
    """Where in its session it stands; a link to it ends with this."""


class FoundTotals(msgspec.Struct, frozen=True, kw_only=True):
    """How much of what was found is shown."""

    hits: int
    sessions: int
    more: bool
    """Whether there are more hits than these."""


class FoundListing(Listing[HitAnswer], frozen=True, kw_only=True):
    """The first hits of a search, the newest stretch of lines first."""

    rows: list[HitAnswer]
    totals: FoundTotals


def found_listing(search: Search, zone: tzinfo, *, limit: int | None) -> FoundListing:
    """Go through a search up to a number of hits."""
    rows = [hit_answer(hit, zone) for hit in islice(search, None if limit is None else limit + 1)]
    more = limit is not None and len(rows) > limit
    rows = rows[:limit] if more else rows
    notes = [f"There is more: these are the first {limit:,} hits, the newest first."] if more else []
    if search.unread:
        lines = "1 line" if len(search.unread) == 1 else f"{len(search.unread):,} lines"
        notes.append(f"{lines} that may hold it cannot be read: the journal is damaged there (`dashcam db verify`).")
    totals = FoundTotals(hits=len(rows), sessions=len({row.session_id for row in rows}), more=more)
    return FoundListing(rows=rows, totals=totals, notes=notes)


def hit_answer(hit: Hit, zone: tzinfo) -> HitAnswer:
    """Give a hit its outside names."""
    return HitAnswer(
        session_id=hit.session.session_id,
        agent=hit.session.agent,
        agent_name=hit.session.agent_name,
        project=hit.session.project,
        title=hit.session.title,
        at=iso(hit.event.at or None, zone),
        kind=hit.event.kind,
        name=hit.event.name,
        snippet=hit.snippet,
        marks=hit.marks,
        event_id=f"{hit.event.source}.{hit.event.line}.{hit.event.part}",
    )
