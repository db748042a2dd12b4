"""The rate of a call: what was pinned for its day, else the user's price, else the list.

A rate is looked up once for a provider, a model and a UTC day, and is then pinned by the store, so that a
later list does not change old calls. Only a day that had no price is looked up again.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from dashcam.pricing.overrides import Override, checked, choose, override_rate
from dashcam.records.errors import BadSettings
from dashcam.records.rate import Rate

if TYPE_CHECKING:
    from dashcam.pricing.catalog import Catalog, ListedModel
    from dashcam.pricing.sync import Synced

Key = tuple[str, str, str]
"""Provider and model as the agent wrote them, and the UTC day as an ISO date."""

DAY = 86_400_000_000
LAST_DAY = "9999-12-31"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Prices:
    """All the rates that one run needs, each looked up once."""

    def __init__(
        self,
        pinned: Mapping[Key, Rate | None],
        overrides: tuple[Override, ...] = (),
        aliases: Mapping[str, str] | None = None,
        directory: Path | None = None,
    ) -> None:
        """Take `aliases` from a name to `model` or `provider/model`; `directory` may hold a synced list."""
        self._pinned = pinned
        self._overrides = tuple(checked(each) for each in overrides)
        self._aliases = _read_aliases(aliases or {})
        self._directory = directory
        self._catalog: Catalog | None = None
        self._rates: dict[tuple[str, str, int], Rate | None] = {}
        self._new: dict[Key, Rate | None] = {}

    def rate(self, provider: str, model: str, at_micros: int) -> Rate | None:
        """Find the rate of a model at a time; None where none is known."""
        known = (provider, model, at_micros // DAY)
        if known not in self._rates:
            self._rates[known] = self._resolve(provider, model, iso_day(at_micros))
        return self._rates[known]

    def warm_up(self) -> None:
        """Load the price list now, so that processes forked from this one share it."""
        self._list()

    def newly_pinned(self) -> dict[Key, Rate | None]:
        """Hand over what was looked up since the last time, to be kept with the calls, and forget it."""
        new, self._new = self._new, {}
        return new

    def known(self, provider: str, model: str) -> bool:
        """Tell whether a model has a price by now. It pins nothing."""
        return self._look_up(provider, model, LAST_DAY) is not None

    def listing(self, day: str = LAST_DAY) -> list["ListedModel"]:
        """List every model of the catalog with its rate on a day."""
        return self._list().listing(day)

    def _resolve(self, provider: str, model: str, day: str) -> Rate | None:
        key = (provider, model, day)
        pinned = self._pinned.get(key)
        stated = choose(self._overrides, provider, model, day)
        rate = pinned if pinned is not None and stated is None else self._look_up(provider, model, day)
        if key not in self._pinned or rate != pinned:
            self._new[key] = rate
        return rate

    def _look_up(self, provider: str, model: str, day: str) -> Rate | None:
        stated = choose(self._overrides, provider, model, day)
        place, name = self._aliases.get(model.strip().lower(), (provider, model))
        listed = self._list().rate(place or provider, name, day)
        return listed if stated is None else override_rate(stated, listed)

    def _list(self) -> "Catalog":
        if self._catalog is None:
            from dashcam.pricing.catalog import open_catalog

            self._catalog = open_catalog(self._directory)
        return self._catalog


def sync(directory: Path) -> "Synced":
    """Download the newest price list into a directory. Raises DashcamError where that fails."""
    from dashcam.pricing.sync import sync as fetch_and_keep

    return fetch_and_keep(directory)


def iso_day(at_micros: int) -> str:
    """Name the UTC day of a time."""
    return (EPOCH + timedelta(days=at_micros // DAY)).date().isoformat()


def _read_aliases(aliases: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    read = {}
    for name, target in aliases.items():
        place, _, model = target.strip().rpartition("/")
        if not name.strip() or not model:
            raise BadSettings(f"the alias {name!r} = {target!r} names no model")
        read[name.strip().lower()] = (place, model)
    return read
