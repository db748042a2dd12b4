"""Listing sessions, adding them up, finding one."""

import msgspec

from dashcam.queries import notes
from dashcam.queries.answers import Listing, SessionAnswer, session_answer, usage_answer
from dashcam.queries.moment import Moment
from dashcam.records.errors import Ambiguous, BadInput, NotFound
from dashcam.records.filters import CostBasis, Filter
from dashcam.records.rows import SessionRow, Sums
from dashcam.store import sessions as stored
from dashcam.store.database import Database
from dashcam.store.sessions import Page

ACTIVE = ("running", "waiting")
OVER = ("completed", "failed", "stopped")
SHORTEST_PREFIX = 4


def sessions(database: Database, asked: Filter, page: Page, at: Moment) -> list[SessionRow]:
    """List the sessions that a filter selects, as the page says."""
    return stored.listing(database, asked, page, quiet_since=at.quiet_since)[0]


def session_listing(
    database: Database, asked: Filter, page: Page, at: Moment, basis: CostBasis = "calculated"
) -> Listing[SessionAnswer]:
    """Answer with rows, with the totals of all that the filter selects (not of the page alone), and with notes."""
    rows = sessions(database, asked, page, at)
    count, sums = stored.totals(database, asked, quiet_since=at.quiet_since)
    said = notes.of_sums(sums)
    unknown = sum(not row.has_usage for row in rows)
    if unknown:
        said.append(f"{unknown} of these sessions left no usage on record: their tokens and cost are unknown.")
    return Listing(
        rows=[session_answer(row, at.zone, basis) for row in rows],
        totals={"sessions": count, **msgspec.to_builtins(usage_answer({}, sums, basis))},
        notes=said,
    )


def one_session(database: Database, prefix: str, at: Moment) -> SessionRow:
    """Find the session whose id begins so. Raises NotFound, Ambiguous and BadInput."""
    if len(prefix) < SHORTEST_PREFIX:
        raise BadInput(
            f"'{prefix}' is too short for a session's id", f"Give its first {SHORTEST_PREFIX} signs or more."
        )
    found = stored.by_prefix(database, prefix, quiet_since=at.quiet_since)
    if not found:
        raise NotFound(f"no session's id begins with '{prefix}'", "`dashcam sessions` lists them.")
    tops = [row for row in found if row.relation != "subagent"]
    if len(found) > 1 and len(tops) == 1:
        return tops[0]
    if len(found) > 1:
        some = ", ".join(row.session_id for row in found[:5])
        raise Ambiguous(f"several sessions begin with '{prefix}': {some}", "Give more of the id.")
    return found[0]


class Statistics(msgspec.Struct, frozen=True, kw_only=True):
    """Totals and averages over sessions; averages are over those whose value is known, None where there are none."""

    sessions: int
    active: int
    completed: int
    subagents: int
    total_duration_us: int
    average_duration_us: int | None
    total_active_us: int
    average_active_us: int | None
    sums: Sums
    average_tokens: int | None
    average_cost_nano: int | None
    """Over the sessions whose usage is known; subagents' usage is in the totals, they are not counted as sessions."""


def statistics(database: Database, asked: Filter, at: Moment) -> Statistics:
    """Add up all sessions that a filter selects."""
    rows = sessions(database, asked, Page(), at)
    tops = [row for row in rows if row.relation != "subagent"]
    durations = [row.duration_us for row in tops if row.duration_us is not None]
    sums = Sums()
    for row in rows:
        sums = sums + row.sums
    known = sum(row.has_usage for row in tops)
    active = sum(row.status in ACTIVE for row in tops)
    return Statistics(
        sessions=len(tops),
        active=active,
        completed=len(tops) - active,
        subagents=len(rows) - len(tops),
        total_duration_us=sum(durations),
        average_duration_us=_average(sum(durations), len(durations)),
        total_active_us=sum(row.active_us for row in tops),
        average_active_us=_average(sum(row.active_us for row in tops), len(tops)),
        sums=sums,
        average_tokens=_average(sums.total, known),
        average_cost_nano=_average(sums.cost_nano, known),
    )


def _average(total: int, count: int) -> int | None:
    return round(total / count) if count else None
