"""The price list that is in use: whose list a model is looked up in, and its rate on a day.

Importing this module imports genai-prices, which takes 0.4 s; only `Prices` does so, when a price is not yet
known. The agents' words `anthropic` and `openai` are hints (they are what these agents speak, whatever stands
behind); any other provider is taken at its word, and only its own list may answer.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec
from genai_prices.types import ModelInfo, Provider

from dashcam.pricing import names, table
from dashcam.pricing.clauses import fit
from dashcam.pricing.listed import rate_on
from dashcam.pricing.sync import bundled, merged, synced
from dashcam.records.rate import Rate

HINTS = frozenset({"", "anthropic", "openai"})
Found = tuple[str, ModelInfo]
"""A model and the id of the list that holds it."""


class ListedModel(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `dashcam prices list`."""

    provider: str
    model: str
    title: str
    rate: Rate


class Catalog:
    """Models and their dated prices, as genai-prices tells them and our own table amends them."""

    def __init__(self, providers: list[Provider], source: str) -> None:
        self.providers = {provider.id: provider for provider in providers}
        self.source = source
        self._found: dict[tuple[str, str], Found | None] = {}

    def rate(self, provider: str, model: str, day: str) -> Rate | None:
        """Resolve a model to its rate on an ISO day; None where none is known."""
        if names.is_placeholder(model):
            meant = names.stands_for(model, day)
            return self.rate(*meant, day) if meant else None
        found = self.find(provider, model)
        if found is None:
            return None
        rate = rate_on(*found, day, self.source)
        return None if rate is None else table.amend(rate, day)

    def find(self, provider: str, model: str) -> Found | None:
        """Find the list and the model in it, remembering the answer."""
        key = (provider, model)
        if key not in self._found:
            local = names.is_local(provider, model)
            self._found[key] = None if local else self._look_up(names.provider_id(provider), model)
        return self._found[key]

    def listing(self, day: str) -> list[ListedModel]:
        """List every model that has a rate on a day, by provider and name."""
        rows = (
            (provider.id, model, rate_on(provider.id, model, day, self.source))
            for provider in self.providers.values()
            for model in provider.models
        )
        listed = [
            ListedModel(provider=provider, model=model.id, title=model.name or model.id, rate=table.amend(rate, day))
            for provider, model, rate in rows
            if rate is not None
        ]
        return sorted(listed, key=lambda row: (row.provider, row.model))

    def _look_up(self, provider: str, model: str) -> Found | None:
        for place, name in self._readings(provider, names.read_name(model, self.providers)):
            for spelled in names.spellings(name):
                if found := self._in_list(place, spelled):
                    return found
        return None

    def _readings(self, provider: str, name: names.Name) -> Iterator[tuple[str, str]]:
        if provider not in HINTS:
            yield provider, name.whole
            if name.namespace:
                yield provider, name.bare
            return
        if name.namespace:
            yield name.namespace, name.bare
            yield name.namespace, name.whole
            if name.namespace == "aws":
                yield "anthropic", names.without_platform(name.bare)
            return
        if provider:
            yield provider, name.bare
        claim = [
            each.id for each in self.providers.values() if each.model_match and each.model_match.is_match(name.bare)
        ]
        if len(claim) == 1:
            yield claim[0], name.bare

    def _in_list(self, place: str, name: str) -> Found | None:
        provider = self.providers.get(place)
        if provider is None:
            return None
        best = max(provider.models, key=lambda each: fit(each.match, name), default=None)
        if best is not None and fit(best.match, name):
            return place, best
        if other := table.like(place, name):
            return self._in_list(place, other)
        for fallback in provider.fallback_model_providers or ():
            if found := self._in_list(fallback, name):
                return found
        return None


def open_catalog(directory: Path | None = None) -> Catalog:
    """Open the synced list of this directory where there is one, else the list that came with the program."""
    newer = None if directory is None else synced(directory)
    own = bundled()
    if newer is None:
        return Catalog(own.providers, own.source)
    return Catalog(merged(newer.providers, own.providers), newer.source)
