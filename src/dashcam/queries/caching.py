"""What caches saved, what they cost, and what expired ones cost again.

What a stranger would get wrong: writing to a cache costs more than plain input, so what reads save has to be set
against what writes cost on top. And a cache that expires shows in no line: it is told by a call that, after a silence
longer than the cache lives, writes again what the call before it had read and written.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from dashcam.pricing.worth import Like, as_input, premium_of_writes, saved_by_reads
from dashcam.queries.answers import UNKNOWN_TIME
from dashcam.queries.moment import Moment
from dashcam.records.filters import Filter
from dashcam.records.money import dollars
from dashcam.records.rate import Rate
from dashcam.store import rates, work
from dashcam.store.database import Database
from dashcam.store.days import UNKNOWN_DAY
from dashcam.store.work import CacheUse, Rewrite

_FIRST_DAY = date(1970, 1, 1)


class CacheFigures(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How well caches served some calls. Amounts are of the calls whose rate is known."""

    calls: int
    input_tokens: int
    """Those that no cache held."""
    cache_read_tokens: int
    cache_write_5m_tokens: int
    cache_write_1h_tokens: int
    hit_rate: float | None
    """Cache reads as a part of all that models were sent, from 0 to 1; null where they were sent nothing."""
    saved_by_reads_usd: float
    """What the cache reads would have cost as plain input, less what they cost."""
    write_premium_usd: float
    """What the cache writes cost, less what they would have cost as plain input."""
    saved_usd: float
    """What reads saved less what writes cost on top; below 0 where caches cost more than they saved."""
    expired: int
    """Calls that wrote anew what a cache had held until it expired."""
    rewritten_tokens: int
    """Tokens that they wrote again."""
    rewritten_usd: float
    """What writing those cost."""
    expired_extra_usd: float
    """The part of that which reading them from a living cache would have saved."""
    unpriced_calls: int
    """Calls without a known rate; their tokens are counted, the amounts leave them out."""


class CacheDay(CacheFigures, frozen=True, kw_only=True, omit_defaults=True):
    """The same of one day."""

    day: str


class CacheProject(CacheFigures, frozen=True, kw_only=True, omit_defaults=True):
    """The same of one project."""

    project: str


class CacheEfficiency(msgspec.Struct, frozen=True, kw_only=True):
    """How well caches served all calls that a filter selects."""

    totals: CacheFigures
    by_day: list[CacheDay]
    """In the order of time; days of the asker's zone."""
    by_project: list[CacheProject]
    """What saved most first."""
    notes: list[str]


class _Sum(msgspec.Struct, kw_only=True):
    """Figures that are being added up; money in nano-dollars."""

    calls: int = 0
    input: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    saved: int = 0
    premium: int = 0
    expired: int = 0
    rewritten: int = 0
    rewritten_nano: int = 0
    extra_nano: int = 0
    unpriced: int = 0

    def add(self, other: "_Sum") -> None:
        """Add another one."""
        for name in _Sum.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


def cache_efficiency(database: Database, asked: Filter, at: Moment) -> CacheEfficiency:
    """Say what caches saved and cost, in all, by day and by project."""
    with database.reading():
        known = rates.known(database)
        thresholds = sorted({tier.above for rate in known.values() for tier in rate.tiers})
        uses = work.cache_uses(database, asked, thresholds, quiet_since=at.quiet_since, zone=at.zone)
        again = work.rewrites(database, asked, thresholds, quiet_since=at.quiet_since, zone=at.zone)
    parts = [(one, _of_use(one, known)) for one in uses]
    rewritten = [(one, _of_rewrite(one, known)) for one in again]
    every: list[tuple[CacheUse | Rewrite, _Sum]] = [*parts, *rewritten]
    total = _gathered(every, lambda _: "").get("", _Sum())
    days = _gathered(every, lambda one: one.day)
    projects = _gathered(every, lambda one: one.project)
    return CacheEfficiency(
        totals=CacheFigures(**_figures(total)),
        by_day=[CacheDay(day=_day(day), **_figures(days[day])) for day in sorted(days)],
        by_project=[
            CacheProject(project=project, **_figures(one))
            for project, one in sorted(projects.items(), key=lambda item: (item[1].premium - item[1].saved, item[0]))
        ],
        notes=_notes(total),
    )


def _of_use(one: CacheUse, known: Mapping[str, Rate]) -> _Sum:
    tokens, rate = one.tokens, known.get(one.rate)
    made = _Sum(
        calls=one.calls,
        input=tokens.input,
        cache_read=tokens.cache_read,
        cache_write_5m=tokens.cache_write_5m,
        cache_write_1h=tokens.cache_write_1h,
    )
    if rate is None:
        made.unpriced = one.calls
        return made
    like = Like(above=one.above, speed=one.speed, geo=one.geo, tier=one.tier)
    made.saved = saved_by_reads(tokens.cache_read, rate, like)
    made.premium = premium_of_writes(tokens.cache_write_5m, tokens.cache_write_1h, rate, like)
    return made


def _of_rewrite(one: Rewrite, known: Mapping[str, Rate]) -> _Sum:
    """Take what was written again for writes of the kind that the call has more of, as far as those reach."""
    made = _Sum(expired=1, rewritten=one.lost)
    rate = known.get(one.rate)
    if rate is None:
        return made
    like = Like(above=one.above, speed=one.speed, geo=one.geo, tier=one.tier)
    if one.write_1h > one.write_5m:
        write_1h = min(one.lost, one.write_1h)
        write_5m = one.lost - write_1h
    else:
        write_5m = min(one.lost, one.write_5m)
        write_1h = one.lost - write_5m
    premium = premium_of_writes(write_5m, write_1h, rate, like)
    made.rewritten_nano = as_input(one.lost, rate, like) + premium
    made.extra_nano = premium + saved_by_reads(one.lost, rate, like)
    return made


def _gathered(
    every: Sequence[tuple[CacheUse | Rewrite, _Sum]], key: Callable[[CacheUse | Rewrite], Any]
) -> dict[Any, _Sum]:
    found: dict[Any, _Sum] = {}
    for one, made in every:
        found.setdefault(key(one), _Sum()).add(made)
    return found


def _figures(one: _Sum) -> dict[str, Any]:
    sent = one.input + one.cache_read + one.cache_write_5m + one.cache_write_1h
    return {
        "calls": one.calls,
        "input_tokens": one.input,
        "cache_read_tokens": one.cache_read,
        "cache_write_5m_tokens": one.cache_write_5m,
        "cache_write_1h_tokens": one.cache_write_1h,
        "hit_rate": one.cache_read / sent if sent else None,
        "saved_by_reads_usd": dollars(one.saved),
        "write_premium_usd": dollars(one.premium),
        "saved_usd": dollars(one.saved - one.premium),
        "expired": one.expired,
        "rewritten_tokens": one.rewritten,
        "rewritten_usd": dollars(one.rewritten_nano),
        "expired_extra_usd": dollars(one.extra_nano),
        "unpriced_calls": one.unpriced,
    }


def _day(day: int) -> str:
    return UNKNOWN_TIME if day == UNKNOWN_DAY else (_FIRST_DAY + timedelta(days=day)).isoformat()


def _notes(total: _Sum) -> list[str]:
    said = []
    if total.unpriced:
        calls = "1 call has" if total.unpriced == 1 else f"{total.unpriced:,} calls have"
        said.append(f"{calls} no known rate: what caches saved or cost there is left out.")
    if total.cache_read and not (total.cache_write_5m or total.cache_write_1h):
        said.append("None of these calls says what it wrote to a cache, so no expired cache can be told.")
    return said
