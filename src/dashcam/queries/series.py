"""Tokens over time: a session by the minute, all sessions of the last hours, the small chart in a row of a table.

What a stranger would get wrong: minutes in which nothing was used are left out; who draws fills them with zeros.
"""

from collections.abc import Sequence
from math import isfinite

import msgspec

from dashcam.queries.answers import cost_of
from dashcam.queries.detail import descendants
from dashcam.queries.moment import Moment
from dashcam.records.clock import HOUR, MINUTE, SECOND
from dashcam.records.errors import BadInput
from dashcam.records.money import dollars
from dashcam.records.rows import SessionRow
from dashcam.store import series as stored
from dashcam.store.database import Database

MINUTE_MS = MINUTE * 1_000 // SECOND
LONGEST_HOURS = 31 * 24
SPARK_POINTS = 24


class MinuteAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a session used in one minute."""

    minute: int
    """Its beginning, in milliseconds since 1970 in UTC."""
    calls: int
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    """Of both lifetimes."""
    reasoning_tokens: int
    """Already inside `output_tokens`."""
    cost_usd: float | None
    """Of the priced calls; null where none of them has a price."""
    context_tokens: int | None
    """Of the largest prompt of the main thread: input, cache reads and cache writes; null where it made no call."""


class SessionMinutes(msgspec.Struct, frozen=True, kw_only=True):
    """A session by the minute, in the order of time. Minutes without a call are left out."""

    session_id: str
    minutes: list[MinuteAnswer]


class TokenMinute(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens of one minute."""

    minute: int
    """Its beginning, in milliseconds since 1970 in UTC."""
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int


class TokenSeries(msgspec.Struct, frozen=True, kw_only=True):
    """What one session used in the hours asked for. A subagent is a session of its own."""

    session_id: str
    total_input: int
    """Input tokens that no cache held."""
    total_output: int
    series: list[TokenMinute]
    """In the order of time; minutes without a call are left out."""


class TokenSessions(msgspec.Struct, frozen=True, kw_only=True):
    """All sessions that used tokens in the hours asked for, the largest total of input and output first."""

    sessions: list[TokenSeries]


def session_minutes(database: Database, session: SessionRow, at: Moment, *, subagents: bool = False) -> SessionMinutes:
    """Add up a session's calls by the minute, with those of its subagents of all depths if wanted."""
    below = [row for row in descendants(database, session, at) if subagents and row.relation == "subagent"]
    found = stored.minutes(database, session.row, [row.row for row in below])
    return SessionMinutes(session_id=session.session_id, minutes=[_minute_answer(one) for one in found])


def _minute_answer(one: stored.Minute) -> MinuteAnswer:
    sums = one.sums
    return MinuteAnswer(
        minute=one.minute * MINUTE_MS,
        calls=sums.calls,
        input_tokens=sums.input,
        output_tokens=sums.output,
        cache_read_tokens=sums.cache_read,
        cache_write_tokens=sums.cache_write_5m + sums.cache_write_1h,
        reasoning_tokens=sums.reasoning,
        cost_usd=dollars(cost_of(sums, "calculated")),
        context_tokens=one.context,
    )


def token_sessions(database: Database, hours: float, session_id: str | None, at: Moment) -> TokenSessions:
    """Add up what every session (or the one of this id) used in the last hours, by the minute. Raises BadInput."""
    if not (isfinite(hours) and 0 < hours <= LONGEST_HOURS):
        raise BadInput(f"'{hours:g}' hours is no span", f"Give more than 0 and at most {LONGEST_HOURS}.")
    found = stored.minutes_since(database, at.now - int(hours * HOUR), session_id)
    by_session: dict[int, list[stored.SessionMinute]] = {}
    for one in found:
        by_session.setdefault(one.session, []).append(one)
    names = stored.native_ids(database, by_session)
    series = [_token_series(names[row], some) for row, some in by_session.items()]
    return TokenSessions(sessions=sorted(series, key=lambda one: (-one.total_input - one.total_output, one.session_id)))


def _token_series(session_id: str, found: Sequence[stored.SessionMinute]) -> TokenSeries:
    return TokenSeries(
        session_id=session_id,
        total_input=sum(one.input for one in found),
        total_output=sum(one.output for one in found),
        series=[
            TokenMinute(
                minute=one.minute * MINUTE_MS,
                input_tokens=one.input,
                output_tokens=one.output,
                cache_read_tokens=one.cache_read,
            )
            for one in found
        ],
    )


def sparks(database: Database, session_ids: Sequence[str], points: int = SPARK_POINTS) -> dict[str, list[int]]:
    """Add up the tokens of each equal part of every session's own time.

    A session without calls of its own is left out.
    """
    made: dict[str, list[int]] = {}
    for session_id, part, tokens in stored.slices(database, session_ids, points):
        made.setdefault(session_id, [0] * points)[part] += tokens
    return made
