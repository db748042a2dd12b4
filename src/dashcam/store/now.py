"""Reading what goes on: who was heard of lately, what happened to them last, what they use by the minute.

What a stranger would get wrong: what was pushed to us arrives late and out of order, so the last thing that happened is
found by its time. An event's place is its time, as far as its own file's order allows.
"""

from collections.abc import Iterable

import msgspec

from dashcam.records.call import TOKEN_FIELDS
from dashcam.records.clock import MINUTE
from dashcam.records.rows import EventRow
from dashcam.store.database import Database
from dashcam.store.events import EVENT_COLUMNS, event_row

_HEARD = "SELECT id, agent, native_id, parent, relation FROM session WHERE last_at >= ? AND last_at <= ? ORDER BY id"
_NAMED = "SELECT id, agent, native_id, parent, relation FROM session WHERE native_id IN (??)"
_LATEST = (
    f"SELECT {', '.join(EVENT_COLUMNS)} FROM event WHERE session = ? AND counted = 1 "
    "ORDER BY place DESC, source DESC, line DESC, part DESC LIMIT ?"
)


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """A session that was heard of, as far as it takes to know whose it is."""

    row: int
    agent: str
    session_id: str
    parent: str
    relation: str


def heard(database: Database, since: int, until: int) -> list[Heard]:
    """List the sessions whose last sign of life lies between two times."""
    return [_heard(row) for row in database.rows(_HEARD, (since, until))]


def named(database: Database, session_ids: Iterable[str]) -> list[Heard]:
    """Find sessions by their full ids."""
    return [_heard(row) for row in database.rows_in(_NAMED, session_ids)]


def _heard(row: tuple[int, str, str, str, str]) -> Heard:
    return Heard(**dict(zip(Heard.__struct_fields__, row, strict=True)))  # type: ignore[arg-type]


def latest_events(database: Database, session: int, *, limit: int) -> list[EventRow]:
    """List the last events that count for a session, in their order."""
    return [event_row(row) for row in reversed(database.rows(_LATEST, (session, limit)))]


def tokens_by_minute(database: Database, sessions: Iterable[int], since: int, until: int) -> dict[int, dict[int, int]]:
    """Add up all tokens of each session's calls from one time to another, by the minute since 1970."""
    total = " + ".join(TOKEN_FIELDS)
    rows = database.rows_in(
        f"SELECT session, at / {MINUTE}, CAST(sum({total}) AS bigint) FROM call WHERE session IN (??) "
        f"AND counted = 1 AND at >= {int(since)} AND at <= {int(until)} GROUP BY session, at / {MINUTE}",
        sessions,
    )
    found: dict[int, dict[int, int]] = {}
    for session, minute, tokens in rows:
        found.setdefault(session, {})[minute] = tokens
    return found
