"""The figures at the head of a page, each beside what it was in the period before."""

import msgspec

from dashcam.queries import notes
from dashcam.queries.answers import UsageAnswer, usage_fields, usage_row_answer
from dashcam.queries.moment import Moment
from dashcam.queries.periods import period_before
from dashcam.queries.sessions import ACTIVE
from dashcam.queries.usage import total_of, usage
from dashcam.records.clock import ALL_TIME, Range, iso
from dashcam.records.filters import CostBasis, Filter
from dashcam.records.rows import Sums
from dashcam.store import sessions as stored
from dashcam.store.database import Database
from dashcam.store.totals import revision_of


class Figures(UsageAnswer, frozen=True, kw_only=True, omit_defaults=True):
    """What happened in one period."""

    since: str | None
    """Its beginning; null where it has none."""
    until: str | None
    """Its end, which does not belong to it; null for up to now."""
    sessions: int
    """Sessions of which something happened in it. Subagents are no sessions here; what they used is in the sums."""
    subagents: int
    projects: int
    unknown_sessions: int
    """Sessions and subagents of these that left no usage on record: the sums leave out what they used."""
    cache_hit_rate: float | None
    """Cache reads as a part of all that models were sent, from 0 to 1; null where they were sent nothing."""
    sources: list[UsageAnswer]
    """The same sums by the kind of source that they come from, the dearest first."""


class Cards(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a range, and those of the period before it."""

    current: Figures
    previous: Figures | None
    """Null for a range without a beginning. A period that is not over is compared with as much of the one before."""
    active_sessions: int
    """Running or waiting now, whatever the range; subagents are not counted."""
    notes: list[str]
    revision: int


def cards(database: Database, asked: Filter, at: Moment, basis: CostBasis = "calculated") -> Cards:
    """Answer with the figures of all that a filter selects."""
    before = period_before(asked.range, at)
    now = msgspec.structs.replace(
        asked, range=ALL_TIME, statuses=tuple(set(asked.statuses or ACTIVE) & set(ACTIVE)), top_level=True
    )
    with database.reading():
        figures, sums = _figures(database, asked, at, basis)
        active = stored.counted(database, now, quiet_since=at.quiet_since).sessions if now.statuses else 0
        return Cards(
            current=figures,
            previous=None if before is None else _before(database, asked, before, at, basis),
            active_sessions=active,
            notes=notes.of_sums(sums),
            revision=revision_of(database),
        )


def cache_hit_rate(sums: Sums) -> float | None:
    """Say which part of all that models were sent came from a cache, from 0 to 1; None where they were sent nothing."""
    sent = sums.total - sums.output
    return sums.cache_read / sent if sent else None


def _before(database: Database, asked: Filter, before: Range, at: Moment, basis: CostBasis) -> Figures:
    return _figures(database, msgspec.structs.replace(asked, range=before), at, basis)[0]


def _figures(database: Database, asked: Filter, at: Moment, basis: CostBasis) -> tuple[Figures, Sums]:
    sources = usage(database, asked, ("source",), at)
    sums = total_of(sources)
    counted = stored.counted(database, asked, quiet_since=at.quiet_since)
    figures = Figures(
        **usage_fields({}, sums, basis),
        since=iso(asked.range.since, at.zone),
        until=iso(asked.range.until, at.zone),
        sessions=counted.sessions,
        subagents=counted.subagents,
        projects=counted.projects,
        unknown_sessions=counted.unknown,
        cache_hit_rate=cache_hit_rate(sums),
        sources=[usage_row_answer(("source",), row, basis) for row in sources],
    )
    return figures, sums
