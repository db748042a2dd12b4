"""Reading which models were called, at which rates."""

import msgspec

from dashcam.records.rows import Sums
from dashcam.store.database import Database
from dashcam.store.ranges import SUMS
from dashcam.store.sessions import sums_of
from dashcam.store.totals import SUM_CALLS


class ModelUsed(msgspec.Struct, frozen=True, kw_only=True):
    """The calls of one model that were priced at one rate."""

    provider: str
    model: str
    rate: str
    """Empty for calls that are not priced."""
    first_at: int
    last_at: int
    sums: Sums


def used(database: Database) -> list[ModelUsed]:
    """List the models that calls were made of, by provider, name and rate."""
    rows = database.rows(
        f"SELECT provider, model, rate, min(first_at), max(last_at), {SUMS} FROM ("
        f"SELECT provider, model, rate, min(at) AS first_at, max(at) AS last_at, {SUM_CALLS} FROM call "
        "WHERE counted = 1 GROUP BY provider, model, rate) AS used GROUP BY provider, model, rate ORDER BY 1, 2, 3"
    )
    return [
        ModelUsed(provider=row[0], model=row[1], rate=row[2], first_at=row[3], last_at=row[4], sums=sums_of(row[5:]))
        for row in rows
    ]
