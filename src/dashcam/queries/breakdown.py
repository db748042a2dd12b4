"""Usage taken apart by one thing that is no time, with the sessions that each part occurs in.

What a stranger would get wrong: the sessions of the rows do not add up to those of the whole, since one session may
use several models and tools.
"""

from dashcam.queries import notes
from dashcam.queries.answers import Listing, UsageAnswer, usage_answer, usage_fields
from dashcam.queries.cards import cache_hit_rate
from dashcam.queries.moment import Moment
from dashcam.queries.usage import NAMELESS, total_of, usage
from dashcam.records.errors import BadInput
from dashcam.records.filters import DIMENSIONS, TIME_DIMENSIONS, CostBasis, Filter
from dashcam.store import usage as stored
from dashcam.store.database import Database

PARTS = tuple(name for name in DIMENSIONS if name not in {*TIME_DIMENSIONS, "session"})
"""The dimensions that usage can be taken apart by."""


class BreakdownRow(UsageAnswer, frozen=True, kw_only=True, omit_defaults=True):
    """One part."""

    sessions: int
    """Sessions that it occurs in; a subagent counts as the session that started it."""
    cache_hit_rate: float | None
    """Cache reads as a part of all that models were sent, from 0 to 1; null where they were sent nothing."""


class Breakdown(Listing[BreakdownRow], frozen=True, kw_only=True):
    """All parts, what cost most first, and what they add up to."""

    rows: list[BreakdownRow]
    totals: UsageAnswer


def breakdown(database: Database, asked: Filter, part: str, at: Moment, basis: CostBasis = "calculated") -> Breakdown:
    """Take what a filter selects apart by one of PARTS. Raises BadInput."""
    if part not in PARTS:
        raise BadInput(f"usage cannot be taken apart by '{part[:40]}'", f"Choose one of {', '.join(PARTS)}.")
    with database.reading():
        rows = usage(database, asked, (part,), at)
        counted = stored.sessions_by(database, asked, part, quiet_since=at.quiet_since)
    sessions = {key or NAMELESS.get(part, ""): count for key, count in counted.items()}
    total = total_of(rows)
    found = [
        BreakdownRow(
            **usage_fields({part: row.keys[0]}, row.sums, basis),
            sessions=sessions.get(row.keys[0], 0),
            cache_hit_rate=cache_hit_rate(row.sums),
        )
        for row in rows
    ]
    return Breakdown(rows=found, totals=usage_answer({}, total, basis), notes=notes.of_sums(total))
