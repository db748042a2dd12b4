"""The rates that calls were priced with. One used for a model and a day is kept, also over a rebuild."""

from collections.abc import Mapping

import msgspec

from dashcam.records.rate import Rate, rate_id
from dashcam.store.database import Database

Pins = dict[tuple[str, str, str], Rate | None]


def pin(database: Database, pins: Mapping[tuple[str, str, str], Rate | None]) -> None:
    """Keep which rate a model has on a day. A rate that is already pinned stays; an unknown one may become known."""
    if not pins:
        return
    contents = {rate_id(rate): msgspec.json.encode(rate).decode() for rate in pins.values() if rate is not None}
    database.run_many(
        "INSERT INTO rate (id, content) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", sorted(contents.items())
    )
    database.run_many(
        "INSERT INTO rate_pin (provider, model, day, rate) VALUES (?, ?, ?, ?) ON CONFLICT (provider, model, day) "
        "DO UPDATE SET rate = coalesce(rate_pin.rate, excluded.rate)",
        [
            (*key, None if rate is None else rate_id(rate))
            for key, rate in sorted(pins.items(), key=lambda item: item[0])
        ],
    )


def known(database: Database) -> dict[str, Rate]:
    """Read all rates that calls were ever priced with, by their ids."""
    return {
        ident: msgspec.json.decode(content, type=Rate)
        for ident, content in database.rows("SELECT id, content FROM rate")
    }


def pinned(database: Database) -> Pins:
    """Read all pinned rates, by provider, model and UTC day."""
    rates = known(database)
    return {
        (provider, model, day): rates.get(ident)
        for provider, model, day, ident in database.rows("SELECT provider, model, day, rate FROM rate_pin")
    }


def by_id(database: Database, ident: str) -> Rate | None:
    """Find a rate that a call was priced with."""
    found = database.rows("SELECT content FROM rate WHERE id = ?", (ident,))
    return msgspec.json.decode(found[0][0], type=Rate) if found else None


def unpin(database: Database, models: set[str] | None) -> None:
    """Forget the pins of some models, or of all, so that the next look-up asks the price list anew."""
    if models is None:
        database.run("DELETE FROM rate_pin")
    else:
        database.run_in("DELETE FROM rate_pin WHERE model IN (??)", sorted(models))
