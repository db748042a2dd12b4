"""Listing sessions, adding them up, finding one, following what changes.

What a stranger would get wrong: a session may change without a line being written, since silence ends it.
"""

import msgspec

from dashcam.queries import notes
from dashcam.queries.answers import Listing, SessionAnswer, UsageAnswer, session_answer, usage_fields
from dashcam.queries.cursor import HINT, read_cursor, write_cursor
from dashcam.queries.moment import Moment
from dashcam.records.errors import Ambiguous, BadInput, NotFound
from dashcam.records.filters import WORD_SORT_KEYS, CostBasis, Filter
from dashcam.records.rows import SessionRow, Sums
from dashcam.store import sessions as stored
from dashcam.store.database import Database
from dashcam.store.sessions import Page
from dashcam.store.totals import revision_of

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
    totals, said = _totals(database, asked, at, basis)
    return Listing(rows=[session_answer(row, at.zone, basis) for row in rows], totals=totals, notes=said)


def _left_out(database: Database, asked: Filter, at: Moment) -> list[str]:
    count = stored.count_of_commands_only(database, asked, quiet_since=at.quiet_since)
    if not count:
        return []
    which = "1 session is" if count == 1 else f"{count:,} sessions are"
    return [f"{which} left out: only commands such as /usage ran there, and no model was asked anything."]


class SessionTotals(UsageAnswer, frozen=True, kw_only=True, omit_defaults=True):
    """What all sessions of a listing add up to."""

    sessions: int
    """Subagents among them, unless the filter leaves them out."""
    unknown_sessions: int
    """Those that left no usage on record: the sums leave out what they used."""


class SessionPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a listing of sessions."""

    rows: list[SessionAnswer]
    totals: SessionTotals | None
    """Of all that the filter selects, not of this page alone; null on the pages behind the first."""
    notes: list[str]
    next: str | None
    """Asks for the page behind this one; null on the last. It stays right while sessions are added."""
    revision: int
    """How many saves the database had seen."""


def session_page(
    database: Database,
    asked: Filter,
    page: Page,
    at: Moment,
    *,
    cursor: str = "",
    basis: CostBasis = "calculated",
) -> SessionPage:
    """Answer with one page: of `page` its sort key, order and limit, beginning behind `cursor`. Raises BadInput."""
    if page.limit is not None and page.limit < 1:
        raise BadInput("a page has at least one row", "Give a limit of 1 or more.")
    wanted = msgspec.structs.replace(
        page,
        limit=None if page.limit is None else page.limit + 1,
        after=_behind(cursor, page) if cursor else page.after,
    )
    with database.reading():
        revision = revision_of(database)
        rows, values = stored.listing(database, asked, wanted, quiet_since=at.quiet_since)
        totals, said = (None, []) if cursor else _totals(database, asked, at, basis)
    more = page.limit is not None and len(rows) > page.limit
    shown = rows[: page.limit] if more else rows
    return SessionPage(
        rows=[session_answer(row, at.zone, basis) for row in shown],
        totals=totals,
        notes=said,
        next=write_cursor(_order(page), values[len(shown) - 1], shown[-1].row) if more else None,
        revision=revision,
    )


def _order(page: Page) -> str:
    return f"-{page.sort}" if page.descending else page.sort


def _behind(cursor: str, page: Page) -> tuple[int | str, int]:
    """Where the page before ended; a cursor of another order is refused."""
    order, value, row = read_cursor(cursor, (str, str if page.sort in WORD_SORT_KEYS else int, int))
    if order != _order(page):
        raise BadInput(f"that cursor is of a listing sorted by {order}", HINT)
    return value, int(row)


def _totals(database: Database, asked: Filter, at: Moment, basis: CostBasis) -> tuple[SessionTotals, list[str]]:
    found = stored.totals(database, asked, quiet_since=at.quiet_since)
    fields = usage_fields({}, found.sums, basis)
    totals = SessionTotals(sessions=found.sessions, unknown_sessions=found.unknown, **fields)
    return totals, [*notes.of_sums(found.sums), *notes.of_unknown(found.unknown), *_left_out(database, asked, at)]


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """Sessions that have changed, for whoever follows a listing."""

    rows: list[SessionAnswer]
    revision: int
    """Up to which these are all: ask from it the next time."""
    complete: bool
    """False where too many changed: `rows` is then empty, and all that is shown has to be asked for anew."""


def changed_since(
    database: Database, revision: int, at: Moment, *, limit: int = 200, basis: CostBasis = "calculated"
) -> Changed:
    """Answer with the sessions that were saved after a revision, the latest change last."""
    with database.reading():
        now = revision_of(database)
        found = stored.changed_since(database, revision, limit=limit, quiet_since=at.quiet_since)
    rows = [session_answer(row, at.zone, basis) for row in found.rows] if found.complete else []
    return Changed(rows=rows, revision=now, complete=found.complete)


def quieted(
    database: Database, since: int, until: int, at: Moment, *, basis: CostBasis = "calculated"
) -> list[SessionAnswer]:
    """List the sessions whose status changed only because time went on from one question to the next.

    `since` and `until` are the `quiet_since` of the moments of both: who was last heard of between them is over now.
    """
    rows = stored.quieted(database, since, until, quiet_since=at.quiet_since)
    return [session_answer(row, at.zone, basis) for row in rows]


def one_session(database: Database, prefix: str, at: Moment) -> SessionRow:
    """Find the session whose id begins so, after its agent's type and a colon if need be.

    Raises NotFound, Ambiguous and BadInput.
    """
    if len(prefix) < SHORTEST_PREFIX:
        raise BadInput(
            f"'{prefix}' is too short for a session's id", f"Give its first {SHORTEST_PREFIX} signs or more."
        )
    found = stored.by_prefix(database, prefix, quiet_since=at.quiet_since)
    agent, _, rest = prefix.partition(":")
    if not found and len(rest) >= SHORTEST_PREFIX:
        found = stored.by_prefix(database, rest, quiet_since=at.quiet_since, agent=agent)
    if not found:
        raise NotFound(f"no session's id begins with '{prefix}'", "`dashcam sessions` lists them.")
    tops = [row for row in found if row.relation != "subagent"]
    if len(found) > 1 and len(tops) == 1:
        return tops[0]
    if len(found) > 1:
        choices = tuple(address_of(database, row, at) for row in found)
        hint = "Give more of the id, or its agent with a colon before it."
        raise Ambiguous(f"several sessions begin with '{prefix}': {', '.join(choices[:5])}", hint, choices)
    return found[0]


def address_of(database: Database, session: SessionRow, at: Moment) -> str:
    """Say what a session is asked by: its id, behind its agent where another agent has a session of that id."""
    same = stored.by_prefix(database, session.session_id, quiet_since=at.quiet_since, limit=2)
    return session.session_id if len(same) == 1 else f"{session.agent}:{session.session_id}"


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
    unknown: int
    """Sessions and subagents that left no usage on record: the sums leave out what they used."""
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
        unknown=sum(not row.has_usage for row in rows),
        average_tokens=_average(sums.total, known),
        average_cost_nano=_average(sums.cost_nano, known),
    )


def _average(total: int, count: int) -> int | None:
    return round(total / count) if count else None
