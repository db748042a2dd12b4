"""How much of a period's cost more than one source tells.

What a stranger would get wrong: a second source confirms a session's cost where it says as much or more, since
telemetry and an agent's own total also hold the requests that leave no line; where it says less, it confirms that much.
"""

import msgspec

from dashcam.queries.moment import Moment
from dashcam.records.filters import Filter
from dashcam.records.money import NANO
from dashcam.store import told
from dashcam.store.database import Database
from dashcam.store.usage import grouped


class Confirmed(msgspec.Struct, frozen=True, kw_only=True):
    """Cost that two sources or more tell of, of the cost of the same period."""

    cost_usd: float
    """All that is billed in the period."""
    confirmed_usd: float
    """What a second source tells too. Its cost is that of whole sessions, taken for a period as a part of them."""
    sessions: int
    """Sessions that cost anything in the period."""
    confirmed_sessions: int
    """Those of which a second source tells at least 99 % of the cost."""


WHOLE = 0.99


def confirmed(database: Database, asked: Filter, at: Moment) -> Confirmed:
    """Say how much of what a filter selects is told by more than the source that bills it."""
    with database.reading():
        costs = {
            str(keys[0]): sums.cost_nano
            for keys, sums in grouped(database, asked, ["session"], quiet_since=at.quiet_since)
            if sums.cost_nano
        }
        seconds = told.second_tellers(database)
    cost = sum(costs.values())
    shares = {session: min(seconds.get(session, 0.0), 1.0) for session in costs}
    return Confirmed(
        cost_usd=cost / NANO,
        confirmed_usd=round(sum(nano * shares[session] for session, nano in costs.items())) / NANO,
        sessions=len(costs),
        confirmed_sessions=sum(share >= WHOLE for share in shares.values()),
    )
