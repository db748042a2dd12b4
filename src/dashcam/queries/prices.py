"""What is paid for which model, what has no price, and why one call costs what it costs."""

from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING

import msgspec

from dashcam.pricing.price import MILLION
from dashcam.pricing.prices import Prices
from dashcam.pricing.receipt import Receipt, ReceiptLine, explain
from dashcam.queries.answers import UNKNOWN_MODEL, Listing, model_name
from dashcam.records.clock import iso
from dashcam.records.errors import BadInput, NotFound
from dashcam.records.money import dollars
from dashcam.records.rate import Factor, Rate, TokenRates, rate_id
from dashcam.records.rows import Sums
from dashcam.store import events, models, rates, sources
from dashcam.store.batch import KnownSource
from dashcam.store.database import Database
from dashcam.store.events import StoredCall

if TYPE_CHECKING:
    from dashcam.pricing.catalog import ListedModel

MakePrices = Callable[[rates.Pins], Prices]
SHORTEST_CALL = 6


class TierAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The rates of a whole request whose prompt is larger than `above` tokens, in dollars per million."""

    above: int
    input: float
    output: float
    cache_read: float | None
    cache_write_5m: float | None
    cache_write_1h: float | None


class RateAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A dated rate, in dollars per million tokens."""

    model: str
    provider: str
    title: str
    since: str
    input: float
    output: float
    cache_read: float | None
    cache_write_5m: float | None
    cache_write_1h: float | None
    web_search_usd: float
    tiers: list[TierAnswer]
    multipliers: dict[str, float]
    source: str
    rate: str


class ModelAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A model that was called, with the rate of its latest priced call."""

    model: str
    provider: str
    status: str
    """`priced`, `unpriced`, or `partly` where some calls have no price."""
    input: float | None
    output: float | None
    cache_read: float | None
    cache_write_5m: float | None
    cache_write_1h: float | None
    since: str
    source: str
    rate: str
    rates_used: int
    calls: int
    unpriced_calls: int
    total_tokens: int
    cost_usd: float | None
    first_used: str | None
    last_used: str | None


class ReceiptLineAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was billed; `rate_usd` is for `per` of them."""

    label: str
    count: int | None
    rate_usd: float | None
    per: int
    amount_usd: float
    note: str


class AccountAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One place where the call stands; only one of them counts."""

    path: str
    line: int
    session_id: str
    counted: bool


class CallReceiptAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Why a call costs what it costs."""

    call_id: str
    request_id: str
    session_id: str
    at: str | None
    model: str
    rate_model: str
    provider: str
    rate: str
    rate_source: str
    rate_since: str
    lines: list[ReceiptLineAnswer]
    cost_usd: float | None
    estimated_cost_usd: float | None
    reported_cost_usd: float | None
    accounts: list[AccountAnswer]
    notes: list[str]


class ModelListing(Listing[ModelAnswer], frozen=True, kw_only=True):
    """The models that were called."""

    rows: list[ModelAnswer]
    totals: dict[str, float | None]


def used_models(database: Database, zone: tzinfo) -> ModelListing:
    """List the models that were called, what cost most first, and those without a price at the end."""
    found = models.used(database)
    by_model: dict[tuple[str, str], list[models.ModelUsed]] = {}
    for one in found:
        by_model.setdefault((one.provider, one.model), []).append(one)
    rows = [_model_answer(database, group, zone) for group in by_model.values()]
    rows.sort(key=lambda row: (row.cost_usd is None, -(row.cost_usd or 0), -row.calls, row.model))
    unpriced = [row for row in rows if row.unpriced_calls]
    total = sum((one.sums for one in found), Sums())
    totals = {
        "models": len(rows),
        "unpriced_models": len(unpriced),
        "calls": total.calls,
        "unpriced_calls": total.unpriced_calls,
        "total_tokens": total.total,
        "cost_usd": dollars(total.cost_nano),
    }
    return ModelListing(rows=rows, totals=totals, notes=_unpriced_notes(unpriced))


def _unpriced_notes(unpriced: Sequence[ModelAnswer]) -> list[str]:
    if not unpriced:
        return []
    calls = sum(row.unpriced_calls for row in unpriced)
    said = f"{calls:,} {'call has' if calls == 1 else 'calls have'} no price: a total that holds them is a least sum."
    named = [row.model for row in unpriced if row.model != UNKNOWN_MODEL]
    if not named:
        return [said, "No line says which model they were of."]
    model = named[0]
    return [
        said,
        f"Set one: dashcam prices set {model} --input 3 --output 15   (dollars per million tokens)",
        f"Or say which known model it is: dashcam prices alias {model} MODEL",
    ]


def _model_answer(database: Database, group: Sequence[models.ModelUsed], zone: tzinfo) -> ModelAnswer:
    sums = sum((one.sums for one in group), Sums())
    priced = [one for one in group if one.rate]
    latest = max(priced, key=lambda one: one.last_at, default=None)
    rate = rates.by_id(database, latest.rate) if latest else None
    base = _token_rates(rate.base) if rate else dict.fromkeys(_TOKEN_RATES)
    status = "priced" if not sums.unpriced_calls else "partly" if priced else "unpriced"
    return ModelAnswer(
        model=model_name(group[0].model),
        provider=rate.provider if rate else group[0].provider,
        status=status,
        **base,
        since=rate.since if rate else "",
        source=rate.source if rate else "",
        rate=latest.rate if latest else "",
        rates_used=len(priced),
        calls=sums.calls,
        unpriced_calls=sums.unpriced_calls,
        total_tokens=sums.total,
        cost_usd=dollars(sums.cost_nano) if priced else None,
        first_used=iso(min(one.first_at for one in group), zone),
        last_used=iso(max(one.last_at for one in group), zone),
    )


_TOKEN_RATES = ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h")


def _token_rates(said: TokenRates) -> dict[str, float | None]:
    return {name: dollars(getattr(said, name)) for name in _TOKEN_RATES}


def rate_answer(rate: Rate, *, model: str = "", title: str = "") -> RateAnswer:
    """Give a rate its outside names and units."""
    return RateAnswer(
        model=model or rate.model,
        provider=rate.provider,
        title=title,
        since=rate.since,
        **_token_rates(rate.base),  # type: ignore[arg-type]
        web_search_usd=rate.web_search_nano / 1e9,
        tiers=[TierAnswer(above=tier.above, **_token_rates(tier.rates)) for tier in rate.tiers],  # type: ignore[arg-type]
        multipliers=_multipliers(rate),
        source=rate.source,
        rate=rate_id(rate),
    )


def _multipliers(rate: Rate) -> dict[str, float]:
    named = {
        "fast": rate.fast,
        "inference in the US": rate.geo_us,
        "batch": rate.batch,
        "flex": rate.flex,
        "priority": rate.priority,
    }
    return {name: factor.numerator / factor.denominator for name, factor in named.items() if factor != Factor()}


class RateListing(Listing[RateAnswer], frozen=True, kw_only=True):
    """Rates, and how much was priced by them."""

    rows: list[RateAnswer]
    totals: dict[str, float | None]


def price_list(listed: Iterable["ListedModel"], *, part: str, providers: Sequence[str]) -> RateListing:
    """List rates of today: of some providers (none named: all) and of models whose name holds a text."""
    wanted = part.lower()
    rows = [
        rate_answer(row.rate, model=row.model, title=row.title)
        for row in listed
        if (not providers or row.provider in providers) and wanted in f"{row.provider}/{row.model} {row.title}".lower()
    ]
    return RateListing(rows=rows, totals={"models": len(rows)}, notes=[])


def providers_used(database: Database) -> list[str]:
    """Name the providers whose prices were used."""
    found = {rate.provider for rate in rates.pinned(database).values() if rate is not None}
    return sorted(provider for provider in found if provider)


def rates_of(database: Database, make_prices: MakePrices, model: str, now: int) -> RateListing:
    """List the rate of a model by today's list, then those that its calls keep. Raises NotFound."""
    called = [one for one in models.used(database) if one.model.lower() == model.strip().lower()]
    prices = make_prices({})
    providers = sorted({one.provider for one in called}) or [""]
    today = [rate for provider in providers if (rate := prices.rate(provider, model, now))]
    kept = [rate for one in called if one.rate and (rate := rates.by_id(database, one.rate))]
    if not today and not kept:
        calls = sum(one.sums.calls for one in called)
        raise NotFound(
            f"no price is known for '{model}'" + (f", of which there are {calls:,} calls" if calls else ""),
            "`dashcam prices list --all` lists the known ones; "
            f"`dashcam prices set {model} --input 3 --output 15` sets one.",
        )
    rows: dict[str, RateAnswer] = {}
    for rate in (*today, *sorted(kept, key=lambda rate: rate.since, reverse=True)):
        rows.setdefault(rate_id(rate), rate_answer(rate))
    notes = (
        [f"'{model}' is '{today[0].model}' in the list of {today[0].provider}."]
        if today and today[0].model != model
        else []
    )
    if not today:
        notes.append("Today's list has no price for it; these rates are kept with its calls.")
    calls = sum(one.sums.calls for one in called)
    cost = sum(one.sums.cost_nano for one in called)
    return RateListing(rows=list(rows.values()), totals={"calls": calls, "cost_usd": dollars(cost)}, notes=notes)


class Receipts(Listing[CallReceiptAnswer], frozen=True, kw_only=True):
    """The receipts of the calls of one id."""

    rows: list[CallReceiptAnswer]
    totals: dict[str, float | None]


def receipts(database: Database, make_prices: MakePrices, call: str, zone: tzinfo) -> Receipts:
    """Explain the calls whose message or request id begins so. Raises NotFound and BadInput."""
    if len(call) < SHORTEST_CALL:
        raise BadInput(f"'{call}' is too short for a call's id", f"Give its first {SHORTEST_CALL} signs or more.")
    found = events.calls_by_key(database, call)
    if not found:
        raise NotFound(f"no call's id begins with '{call}'", "`dashcam export calls` lists the ids of calls.")
    rows = _receipt_answers(database, make_prices, found, zone)
    costs = [one.priced.cost_nano for one in found if one.counted]
    totals = {"calls": len(rows), "cost_usd": dollars(sum(cost or 0 for cost in costs))}
    return Receipts(rows=rows, totals=totals, notes=[])


def one_receipt(
    database: Database, make_prices: MakePrices, call_id: str, request_id: str, zone: tzinfo
) -> CallReceiptAnswer | None:
    """Explain the call that has exactly these ids; None where it is not on record any more.

    It looks nowhere but under the call's own id, and so takes as long in a large database as in a small one.
    """
    found = _receipt_answers(database, make_prices, events.calls_of_key(database, call_id), zone)
    return next((row for row in found if row.request_id == request_id), None)


def _receipt_answers(
    database: Database, make_prices: MakePrices, found: Sequence[StoredCall], zone: tzinfo
) -> list[CallReceiptAnswer]:
    places = sources.by_ids(database, {one.source for one in found})
    rows = []
    for one in found:
        if one.counted:
            told = [other for other in found if other.call.key == one.call.key and (other is one or not other.counted)]
            rows.append(_receipt_answer(one, _rate(database, make_prices, one), told, places, zone))
    return rows


def _rate(database: Database, make_prices: MakePrices, one: StoredCall) -> Rate | None:
    """The rate that the call keeps; for an unpriced call the one that was pinned, which may lack a part."""
    if one.priced.rate:
        return rates.by_id(database, one.priced.rate)
    return make_prices(rates.pinned(database)).rate(one.call.provider, one.call.model, one.call.at)


def _receipt_answer(
    one: StoredCall,
    rate: Rate | None,
    told: Sequence[StoredCall],
    places: dict[int, KnownSource],
    zone: tzinfo,
) -> CallReceiptAnswer:
    receipt: Receipt = explain(one.call, rate)
    notes = list(receipt.notes)
    if len(told) > 1:
        notes.append(f"it stands in {len(told)} places and is counted once, for the session that made it")
    if receipt.cost_nano != one.priced.cost_nano:
        notes.append("the kept cost differs from this receipt: run `dashcam prices reprice`")
    return CallReceiptAnswer(
        call_id=one.call.key,
        request_id=one.call.variant,
        session_id=one.call.session,
        at=iso(one.call.at, zone),
        model=model_name(receipt.model),
        rate_model=receipt.rate_model,
        provider=receipt.provider,
        rate=receipt.rate,
        rate_source=receipt.source,
        rate_since=receipt.since,
        lines=[_line_answer(line) for line in receipt.lines],
        cost_usd=dollars(receipt.cost_nano),
        estimated_cost_usd=dollars(receipt.estimate_nano),
        reported_cost_usd=dollars(receipt.reported_nano),
        accounts=[
            AccountAnswer(
                path=places[other.source].source.path,
                line=other.call.line + 1,
                session_id=other.call.session,
                counted=other is one,
            )
            for other in told
        ],
        notes=notes,
    )


def _line_answer(line: ReceiptLine) -> ReceiptLineAnswer:
    return ReceiptLineAnswer(
        label=line.label,
        count=line.count,
        rate_usd=dollars(line.rate_nano),
        per=line.per if line.count is not None else MILLION,
        amount_usd=line.amount_nano / 1e9,
        note=line.note,
    )
