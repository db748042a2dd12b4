"""Local days inside a statement: which day of a zone a quarter of an hour lies in, changes of clocks included.

What a stranger would get wrong: adding up by day in the database is what keeps a year of usage a few hundred rows.
"""

from datetime import tzinfo
from itertools import pairwise

from dashcam.records.clock import HOUR, Range, offsets
from dashcam.store.database import Database
from dashcam.store.totals import QUARTER

QUARTERS_A_DAY = 24 * HOUR // QUARTER
UNKNOWN_DAY = -1
"""The day of calls that no line tells a time of."""
_YEAR_2100 = 4_102_444_800_000_000 // QUARTER
"""A clock that was wrong may write any year; beyond this one the rule of its time goes on."""


def day_of(database: Database, column: str, zone: tzinfo, asked: Range) -> str:
    """Write the local day, counted from 1970, of a column that holds quarters of an hour in UTC."""
    first, last = _span(database, asked)
    changes = [(at // QUARTER, ahead // QUARTER) for at, ahead in offsets(zone, first * QUARTER, last * QUARTER)]
    text = f"CASE WHEN {column} = 0 THEN {UNKNOWN_DAY}"
    for (_, ahead), (until, _) in pairwise(changes):
        text += f" WHEN {column} < {until} THEN ({column} + {ahead}) / {QUARTERS_A_DAY}"
    return f"{text} ELSE ({column} + {changes[-1][1]}) / {QUARTERS_A_DAY} END"


def _span(database: Database, asked: Range) -> tuple[int, int]:
    """The quarters from the first to the last that a range can hold."""
    first = database.one("SELECT min(bucket) FROM usage_bucket WHERE bucket > 0")[0] or 1
    last = database.one("SELECT max(bucket) FROM usage_bucket")[0] or 1
    if asked.since is not None:
        first = max(first, asked.since // QUARTER)
    if asked.until is not None:
        last = min(last, asked.until // QUARTER)
    return first, max(min(last, _YEAR_2100), first)
