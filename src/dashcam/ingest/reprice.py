"""Pricing again what is already kept: calls that had no price, or calls of some models, or all of them.

What a stranger would get wrong: a call keeps the rate of its own day. `everything` only means that this day is looked
up in today's price list, where a mistake of the old list may have been mended.
"""

from collections.abc import Callable, Sequence

from dashcam.pricing.price import price
from dashcam.pricing.prices import Prices
from dashcam.records.call import ModelCall, Priced
from dashcam.store import rates, repricing
from dashcam.store.repricing import Repriced
from dashcam.store.store import Store


def reprice(
    store: Store,
    make_prices: Callable[[rates.Pins], Prices],
    *,
    models: Sequence[str] | None = None,
    everything: bool = False,
) -> Repriced:
    """Price calls again: those of `models` at today's list, or all, or only those without a price.

    Raises DatabaseError, and then nothing is changed.
    """
    anew = everything or models is not None
    pinned = rates.pinned(store.database)
    wanted = None if models is None else {model.strip().lower() for model in models}
    if anew:
        pinned = {key: rate for key, rate in pinned.items() if wanted is not None and key[1].lower() not in wanted}
    prices = make_prices(pinned)

    def decide(call: ModelCall) -> Priced:
        return price(call, prices.rate(call.provider, call.model, call.at))

    return repricing.reprice(store.database, decide, prices.newly_pinned, models=models, only_unpriced=not anew)
