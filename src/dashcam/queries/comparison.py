"""Models side by side: what each one's work cost, and what the same work would have cost on another.

What a stranger would get wrong: "the same work" means the same counts of tokens. Another model would have cut the same
words into other tokens, and would have said other things; nobody can know that, so the answer says so.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec

from dashcam.pricing.prices import Prices
from dashcam.pricing.worth import Like, cost_of_sums
from dashcam.queries import notes
from dashcam.queries.answers import Listing, UsageAnswer, cost_of, model_name, usage_answer, usage_fields
from dashcam.queries.cards import cache_hit_rate
from dashcam.queries.moment import Moment
from dashcam.queries.usage import total_of, usage
from dashcam.records.call import Tokens
from dashcam.records.clock import HOUR
from dashcam.records.errors import NotFound
from dashcam.records.filters import CostBasis, Filter
from dashcam.records.money import dollars
from dashcam.records.rate import Rate
from dashcam.records.rows import Sums
from dashcam.store import rates, work
from dashcam.store import usage as store_usage
from dashcam.store.database import Database
from dashcam.store.work import ModelDay

DAY = 24 * HOUR
_OTHER_WORDS = (
    "The same counts of tokens are priced: another model would cut the same words into other tokens, and answer at "
    "another length."
)


class ModelFigures(UsageAnswer, frozen=True, kw_only=True, omit_defaults=True):
    """What one model's calls used and cost. The costs per something are null where the cost is unknown."""

    sessions: int
    """Sessions that it was called in; a subagent counts as the session that started it."""
    cost_per_session_usd: float | None
    cost_per_1000_output_tokens_usd: float | None
    """All cost, that of the prompts too, for every 1,000 tokens that came out."""
    output_tokens_per_call: float | None
    cache_hit_rate: float | None
    """Cache reads as a part of all that it was sent, from 0 to 1; null where it was sent nothing."""


class AsModelRow(msgspec.Struct, frozen=True, kw_only=True):
    """What one model's work cost, and what it would have cost on the other."""

    model: str
    calls: int
    total_tokens: int
    cost_usd: float | None
    """What it cost; null where that is unknown."""
    as_model_cost_usd: float | None
    """What it would have cost; null where the other model has no price for a part of it."""


class AsModelTotals(msgspec.Struct, frozen=True, kw_only=True):
    """The sums over the rows whose two costs are both known."""

    calls: int
    cost_usd: float | None
    as_model_cost_usd: float | None
    difference_usd: float | None
    """What the other model would have cost more; below 0 where it would have been cheaper."""


class AsModel(msgspec.Struct, frozen=True, kw_only=True):
    """The same work on another model."""

    model: str
    """As the price list has it."""
    provider: str
    rows: list[AsModelRow]
    """What cost most first."""
    totals: AsModelTotals
    notes: list[str]
    """What this cannot know."""


class ModelComparison(Listing[ModelFigures], frozen=True, kw_only=True):
    """Models side by side, the dearest first."""

    rows: list[ModelFigures]
    totals: UsageAnswer


def model_comparison(database: Database, asked: Filter, at: Moment, basis: CostBasis = "calculated") -> ModelComparison:
    """Compare the models that were called, what cost most first."""
    with database.reading():
        rows = usage(database, asked, ("model",), at)
        sessions = store_usage.sessions_by(database, asked, "model", quiet_since=at.quiet_since)
    named = {model_name(model): count for model, count in sessions.items()}
    total = total_of(rows)
    return ModelComparison(
        rows=[_figures(row.keys[0], row.sums, named.get(row.keys[0], 0), basis) for row in rows],
        totals=usage_answer({}, total, basis),
        notes=notes.of_sums(total),
    )


def _figures(model: str, sums: Sums, sessions: int, basis: CostBasis) -> ModelFigures:
    cost = dollars(cost_of(sums, basis))
    return ModelFigures(
        **usage_fields({"model": model}, sums, basis),
        sessions=sessions,
        cost_per_session_usd=_per(cost, sessions),
        cost_per_1000_output_tokens_usd=_per(cost, sums.output / 1_000),
        output_tokens_per_call=_per(sums.output, sums.calls),
        cache_hit_rate=cache_hit_rate(sums),
    )


def _per(amount: float | None, count: float) -> float | None:
    return None if amount is None or not count else amount / count


def as_model(database: Database, prices: Prices, asked: Filter, model: str, at: Moment) -> AsModel:
    """Say what all calls that a filter selects would have cost on another model, by its rate of their day.

    `model` may be `provider/name`. Raises NotFound where no price of it is known.
    """
    with database.reading():
        provider, name = _named(database, model)
        days = {day: prices.rate(provider, name, day * DAY) for day in work.days_used(database)}
        today = prices.rate(provider, name, at.now)
        known = [rate for rate in (*days.values(), today) if rate is not None]
        if not known:
            raise NotFound(
                f"no price is known for '{model[:100]}'", "`dashcam prices list --all` lists the known ones."
            )
        thresholds = sorted({tier.above for rate in known for tier in rate.tiers})
        found = work.by_model_and_day(database, asked, thresholds, quiet_since=at.quiet_since)
    rows = _rows(found, days)
    both = [row for row in rows if row.cost_usd is not None and row.as_model_cost_usd is not None]
    shown = today or known[-1]
    return AsModel(
        model=shown.model,
        provider=shown.provider,
        rows=rows,
        totals=_totals(both),
        notes=_notes(found, days, shown, [row for row in rows if row not in both]),
    )


def _named(database: Database, model: str) -> tuple[str, str]:
    """The provider and name to look a price up by: as it was said, else as the model was called before."""
    place, _, name = model.strip().rpartition("/")
    if place:
        return place, name
    called = sorted(key[:2] for key in rates.pinned(database) if key[1].lower() == name.lower())
    return called[0] if called else ("", name)


def _rows(found: Sequence[ModelDay], days: Mapping[int, Rate | None]) -> list[AsModelRow]:
    real: dict[str, Sums] = {}
    other: dict[str, int | None] = {}
    for one in found:
        real[one.model] = real.get(one.model, Sums()) + one.sums
        cost, before = _cost(one, days.get(one.day)), other.get(one.model, 0)
        other[one.model] = None if cost is None or before is None else before + cost
    rows = [
        AsModelRow(
            model=model_name(model),
            calls=sums.calls,
            total_tokens=sums.total,
            cost_usd=None if sums.unpriced_calls else dollars(sums.cost_nano),
            as_model_cost_usd=dollars(other[model]),
        )
        for model, sums in real.items()
    ]
    return sorted(rows, key=lambda row: (-(row.cost_usd or 0), -row.total_tokens, row.model))


def _cost(one: ModelDay, rate: Rate | None) -> int | None:
    if rate is None:
        return None
    counts = {name: getattr(one.sums, name) for name in Tokens.__struct_fields__}
    cost = cost_of_sums(Tokens(**counts), rate, Like(above=one.above))
    return None if cost is None else cost + one.sums.web_searches * rate.web_search_nano


def _totals(rows: Sequence[AsModelRow]) -> AsModelTotals:
    real = sum(row.cost_usd or 0 for row in rows)
    other = sum(row.as_model_cost_usd or 0 for row in rows)
    return AsModelTotals(
        calls=sum(row.calls for row in rows),
        cost_usd=real if rows else None,
        as_model_cost_usd=other if rows else None,
        difference_usd=other - real if rows else None,
    )


def _notes(
    found: Sequence[ModelDay], days: Mapping[int, Rate | None], rate: Rate, left_out: Sequence[AsModelRow]
) -> list[str]:
    total = sum((one.sums for one in found), Sums())
    said = [_OTHER_WORDS, "Fast mode, batches and regions are left aside: its standard rates are applied."]
    if total.cache_read and rate.base.cache_read is None:
        said.append(f"{rate.model} has no price for cache reads: they are priced as plain input.")
    if total.cache_write_5m + total.cache_write_1h and rate.base.cache_write_5m is None:
        said.append(f"{rate.model} has no price for cache writes: they are priced as plain input.")
    if total.cache_read:
        said.append("What was read from a cache is priced as such, though another provider's cache might have missed.")
    if total.web_searches and not rate.web_search_nano:
        said.append(f"{rate.model} has no price for web searches: they are left out.")
    without = sorted({one.day for one in found if days.get(one.day) is None})
    if without:
        first = (date(1970, 1, 1) + timedelta(days=without[0])).isoformat()
        said.append(f"No price of {rate.model} is known for {len(without):,} of the days, the first of them {first}.")
    if left_out:
        calls = sum(row.calls for row in left_out)
        some = "1 call" if calls == 1 else f"{calls:,} calls"
        said.append(f"The totals leave out {some} of models of which one of the two costs is unknown.")
    return said
