"""Today at a glance: this day, week and month, who is at work now, and which models cost most."""

import msgspec

from dashcam.queries import notes
from dashcam.queries.answers import (
    SessionAnswer,
    UsageAnswer,
    session_answer,
    usage_answer,
    usage_fields,
    usage_row_answer,
)
from dashcam.queries.moment import Moment
from dashcam.queries.sessions import ACTIVE, sessions
from dashcam.queries.usage import usage
from dashcam.records.clock import parse_range
from dashcam.records.filters import CostBasis, Filter
from dashcam.store import sessions as stored
from dashcam.store.database import Database
from dashcam.store.sessions import Page

PERIODS = ("today", "yesterday", "thisweek", "thismonth", "lastmonth")
MODELS_SHOWN = 5
RUNNING_SHOWN = 10


class Period(UsageAnswer, frozen=True, kw_only=True, omit_defaults=True):
    """What happened in one period."""

    period: str
    """In the words of --range."""
    unknown_sessions: int
    """Sessions of it, subagents too, that left no usage on record: the sums leave out what they used."""


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """A listing of periods, with what is going on now beside it. `totals` are of all time."""

    rows: list[Period]
    totals: UsageAnswer
    notes: list[str]
    sessions: int
    active_sessions: list[SessionAnswer]
    models: list[UsageAnswer]
    """Of this month, the dearest first."""


def overview(database: Database, at: Moment, basis: CostBasis = "calculated") -> Overview:
    """Answer what is going on and what it costs."""
    whole = stored.totals(database, Filter(), quiet_since=at.quiet_since)
    periods = {name: _used_in(database, name, at) for name in PERIODS}
    month = Filter(range=parse_range("thismonth", now=at.now, zone=at.zone))
    running = sessions(database, Filter(statuses=ACTIVE), Page(sort="ended", limit=RUNNING_SHOWN), at)
    models = usage(database, month, ("model",), at)[:MODELS_SHOWN]
    return Overview(
        rows=[
            Period(period=name, unknown_sessions=used.unknown, **usage_fields({}, used.sums, basis))
            for name, used in periods.items()
        ],
        totals=usage_answer({}, whole.sums, basis),
        notes=[*notes.of_sums(periods["thismonth"].sums), *notes.of_unknown(periods["thismonth"].unknown)],
        sessions=whole.sessions,
        active_sessions=[session_answer(row, at.zone, basis) for row in running],
        models=[usage_row_answer(("model",), row, basis) for row in models],
    )


def _used_in(database: Database, period: str, at: Moment) -> stored.Totals:
    asked = Filter(range=parse_range(period, now=at.now, zone=at.zone))
    return stored.totals(database, asked, quiet_since=at.quiet_since)
