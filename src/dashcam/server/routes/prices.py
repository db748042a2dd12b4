"""What models cost, why a call cost what it did, and the user's own prices."""

from typing import Annotated

import msgspec
from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, Parameter

from dashcam.ingest.reprice import reprice
from dashcam.queries import prices as queries
from dashcam.queries.moment import Moment
from dashcam.queries.prices import ModelListing, RateListing, Receipts
from dashcam.records.clock import parse_moment
from dashcam.records.money import dollars
from dashcam.records.settings import PriceOverride
from dashcam.server.desk import Desk, Machine

MOST_LISTED = 5_000
CallId = Annotated[str, Parameter(description="The message or request id of a call.", max_length=500)]
ModelName = Annotated[str, Parameter(description="A model, as its calls name it.", max_length=500)]


class Alias(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which known model a name stands for."""

    name: str
    """As an agent writes it."""
    model: str
    """`MODEL` or `PROVIDER/MODEL` of the price list."""


class Repriced(msgspec.Struct, frozen=True, kw_only=True):
    """What a new price did to the calls that are kept."""

    calls: int
    """Looked at."""
    changed: int
    sessions: int
    before_usd: float | None
    after_usd: float | None


class OwnPrices(msgspec.Struct, frozen=True, kw_only=True):
    """The prices and aliases of the settings file."""

    prices: tuple[PriceOverride, ...]
    aliases: dict[str, str]


@get("/api/calls/{call_id:str}/receipt", summary="Why a call cost what it did", sync_to_thread=True)
def call_receipt(desk: NamedDependency[Desk], at: NamedDependency[Moment], call_id: CallId) -> Receipts:
    """Give the receipt of a call, line by line, with every place where the call stands."""
    with desk.readers.lend() as database:
        return queries.receipts(database, desk.machine.make_prices, call_id, at.zone)


@get("/api/prices", summary="Models and what they cost", sync_to_thread=True)
def used_models(desk: NamedDependency[Desk], at: NamedDependency[Moment]) -> ModelListing:
    """List the models that were called, with the rate of the latest call of each; those without a price come last."""
    with desk.readers.lend() as database:
        return queries.used_models(database, at.zone)


@get("/api/prices/own", summary="Your own prices", sync_to_thread=False)
def own_prices(desk: NamedDependency[Desk]) -> OwnPrices:
    """List the prices and aliases that the settings hold."""
    return OwnPrices(prices=desk.machine.settings.prices, aliases=desk.machine.settings.aliases)


@get("/api/prices/model", summary="The rates of a model", sync_to_thread=True)
def model_rates(desk: NamedDependency[Desk], at: NamedDependency[Moment], model: ModelName) -> RateListing:
    """List the dated rates that a model's calls are priced by."""
    with desk.readers.lend() as database:
        return queries.rates_of(database, desk.machine.make_prices, model, at.now)


@get("/api/prices/list", summary="The price list of today", sync_to_thread=True)
def price_list(
    desk: NamedDependency[Desk],
    part: Annotated[str, Parameter(description="Part of a model's name or title.", max_length=500)] = "",
    everything: Annotated[bool, Parameter(description="Every provider's, not only those that you use.")] = False,  # noqa: FBT002
    limit: Annotated[int, Parameter(ge=1, le=MOST_LISTED, description="Rows at most.")] = 200,
) -> RateListing:
    """List the known models and their rates of today; `totals` says how many there are."""
    with desk.readers.lend() as database:
        providers = [] if everything else queries.providers_used(database)
    listing = queries.price_list(desk.machine.make_prices({}).listing(), part=part, providers=providers)
    return RateListing(rows=listing.rows[:limit], totals=listing.totals, notes=listing.notes)


@post("/api/prices/own", summary="Set a price of your own", status_code=200, sync_to_thread=True)
def set_price(desk: NamedDependency[Desk], at: NamedDependency[Moment], data: JSONBody[PriceOverride]) -> Repriced:
    """Set a price in dollars per million tokens, keep it in the settings file, and price the model's calls again."""
    if data.since:
        parse_moment(data.since, at.zone)
    return _adopted(desk, desk.machine.with_price(data), data.model)


@post("/api/prices/aliases", summary="Say which known model a name is", status_code=200, sync_to_thread=True)
def set_alias(desk: NamedDependency[Desk], data: JSONBody[Alias]) -> Repriced:
    """Price the calls of a name as those of a known model from now on, and those that are kept again."""
    return _adopted(desk, desk.machine.with_alias(data.name, data.model), data.name)


@delete("/api/prices/own", summary="Take back a price of your own", status_code=200, sync_to_thread=True)
def unset_price(desk: NamedDependency[Desk], model: ModelName) -> Repriced:
    """Take back every price and alias of a model, and price its calls again by the price list."""
    machine, _ = desk.machine.without_price(model)
    return _adopted(desk, machine, model)


def _adopted(desk: Desk, machine: Machine, model: str) -> Repriced:
    with machine.connect() as store:
        done = reprice(store, machine.make_prices, models=[model])
    desk.adopt(machine)
    desk.hub.poke()
    return Repriced(
        calls=done.calls,
        changed=done.changed,
        sessions=done.sessions,
        before_usd=dollars(done.before_nano),
        after_usd=dollars(done.after_nano),
    )
