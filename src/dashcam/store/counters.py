"""Adding up metrics: what the data points of a session's counters come to, each by its own rule.

What a stranger would get wrong: the same point may have come twice, late, or from several processes of one session. So
nothing is added while points arrive: the sum is taken of the set of them, in which the order has no part.
"""

from collections.abc import Iterable, Mapping

import msgspec

from dashcam.records.money import NANO
from dashcam.store.database import Database

TOKENS, COST, ACTIVE = "token.usage", "cost.usage", "active_time.total"
"""What the names of metrics end with."""
PARTS: Mapping[str, Mapping[str, int]] = {
    "input": {"input": 1},
    "output": {"output": 1},
    "cache_read": {"cache_read": 1},
    "cache_write": {"cache_write_5m": 1},
    "cached_input": {"cache_read": 1, "input": -1},
}
"""Our words for the kinds of tokens, and the columns they go to: a metric does not say for how long a cache is kept.
`cached_input` was read from a cache and is counted within `input` too."""

_POINTS = (
    "SELECT DISTINCT series, since, at, cumulative, name, model, part, value FROM counter_point WHERE session = ? "
    "ORDER BY series, since, at, value"
)

_ANY = "SELECT 1 FROM counter_point WHERE session = ? AND value > 0 AND (name LIKE ? OR name LIKE ?) LIMIT 1"


class Increase(msgspec.Struct, frozen=True, kw_only=True):
    """By how much a counter rose, and when that was measured."""

    at: int
    name: str
    model: str
    part: str
    value: float


class CounterUse(msgspec.Struct, kw_only=True):
    """What metrics say of one model within a quarter of an hour, or a session."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cost_nano: int = 0

    @property
    def is_unpriced(self) -> bool:
        """Whether tokens are told and no dollars."""
        return not self.cost_nano and bool(self.input or self.output or self.cache_read or self.cache_write_5m)


def is_any(database: Database, session: int) -> bool:
    """Whether metrics say that a session used anything."""
    return bool(database.rows(_ANY, (session, f"%{TOKENS}", f"%{COST}")))


def increases(database: Database, session: int) -> list[Increase]:
    """Give the rises of all counters of a session, each once.

    A cumulative series counts from the start of its process; where it falls without a new start it began anew.
    """
    found: list[Increase] = []
    last: tuple[int, int, int] = (0, 0, 0)
    before = 0.0
    for series, since, at, cumulative, name, model, part, value in database.rows(_POINTS, (session,)):
        is_same = last[:2] == (series, since)
        if is_same and last[2] == at and not cumulative:
            continue
        rise = value
        if cumulative:
            rise = value - before if is_same and value >= before else value
            before = value
        last = (series, since, at)
        if rise > 0:
            found.append(Increase(at=at, name=name, model=model, part=part, value=rise))
    return found


def use_by(some: Iterable[Increase], step: int) -> dict[tuple[int, str], CounterUse]:
    """Add rises up by steps of time and models; a step of 0 puts all times together."""
    counts: dict[tuple[int, str, str], float] = {}
    for one in some:
        for field, factor in _fields(one).items():
            key = (one.at // step if step else 0, one.model, field)
            counts[key] = counts.get(key, 0.0) + one.value * factor
    uses: dict[tuple[int, str], CounterUse] = {}
    for (bucket, model, field), value in counts.items():
        setattr(uses.setdefault((bucket, model), CounterUse()), field, max(round(value), 0))
    return uses


def _fields(one: Increase) -> Mapping[str, int]:
    """Say which fields a rise goes to, and times what."""
    if one.name.endswith(TOKENS):
        return PARTS.get(one.part, {})
    return {"cost_nano": NANO} if one.name.endswith(COST) else {}
