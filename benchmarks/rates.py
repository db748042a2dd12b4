"""Prices typed by hand and the sums that a right reader finds in the corpus.

Nothing here may import dashcam: this is the other witness. Rates are whole nano-dollars per token, so that
every price is exact without rounding.
"""

from typing import Any, Self

import msgspec

WEB_SEARCH_NANO = 10_000_000
UNPRICED_MODEL = "acme-coder-7b"


class Rates(msgspec.Struct, frozen=True, kw_only=True):
    """Nano-dollars for one token of each kind: $3 per million tokens is 3,000."""

    input: int
    output: int
    read: int
    write_5m: int
    write_1h: int
    fast: int = 1


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """One model's rates, and those of a whole request whose prompt is strictly larger than `above`."""

    base: Rates
    above: int | None = None
    long: Rates | None = None


CARDS: dict[str, Card] = {
    "claude-opus-4-5-20251101": Card(base=Rates(input=5_000, output=25_000, read=500, write_5m=6_250, write_1h=10_000)),
    "claude-sonnet-4-5-20250929": Card(
        base=Rates(input=3_000, output=15_000, read=300, write_5m=3_750, write_1h=6_000)
    ),
    "claude-haiku-4-5-20251001": Card(base=Rates(input=1_000, output=5_000, read=100, write_5m=1_250, write_1h=2_000)),
    "claude-opus-4-8": Card(base=Rates(input=5_000, output=25_000, read=500, write_5m=6_250, write_1h=10_000, fast=2)),
    "claude-opus-5-5": Card(base=Rates(input=4_000, output=20_000, read=200, write_5m=5_000, write_1h=8_000, fast=2)),
    "claude-sonnet-5-5": Card(base=Rates(input=2_000, output=10_000, read=100, write_5m=2_500, write_1h=4_000)),
    "claude-haiku-5-5": Card(
        base=Rates(input=100, output=500, read=10, write_5m=125, write_1h=200),
        above=100_000,
        long=Rates(input=500, output=2_500, read=50, write_5m=625, write_1h=1_000),
    ),
}


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """What one request used, in disjoint counts; `reasoning` is a memo inside `output`."""

    input: int
    output: int
    cache_read: int
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    reasoning: int = 0
    web_searches: int = 0
    fast: bool = False
    geo_us: bool = False

    @property
    def prompt(self) -> int:
        """Everything that the model was sent; the tier goes by it."""
        return self.input + self.cache_read + self.cache_write_5m + self.cache_write_1h


def price(model: str, usage: Usage) -> int | None:
    """Price one request in nano-dollars; None for a model without a card."""
    card = CARDS.get(model)
    if card is None:
        return None
    is_long = card.long is not None and card.above is not None and usage.prompt > card.above
    rates = card.long if is_long and card.long else card.base
    nano = (
        usage.input * rates.input
        + usage.output * rates.output
        + usage.cache_read * rates.read
        + usage.cache_write_5m * rates.write_5m
        + usage.cache_write_1h * rates.write_1h
    )
    if usage.fast:
        nano *= rates.fast
    if usage.geo_us:
        nano, rest = divmod(nano * 11, 10)
        if rest:
            raise ValueError(f"the corpus may not hold a price that needs rounding: {model}")
    return nano + usage.web_searches * WEB_SEARCH_NANO


class Sums(msgspec.Struct, kw_only=True):
    """Totals of many requests."""

    calls: int = 0
    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    reasoning: int = 0
    web_searches: int = 0
    cost_nano: int = 0
    unpriced_calls: int = 0

    def count(self, model: str, usage: Usage) -> None:
        """Add one request."""
        nano = price(model, usage)
        self.calls += 1
        self.input += usage.input
        self.output += usage.output
        self.cache_read += usage.cache_read
        self.cache_write_5m += usage.cache_write_5m
        self.cache_write_1h += usage.cache_write_1h
        self.reasoning += usage.reasoning
        self.web_searches += usage.web_searches
        self.cost_nano += nano or 0
        self.unpriced_calls += nano is None

    def add(self, other: Self) -> None:
        """Add another's totals to these."""
        for field in self.__struct_fields__:
            setattr(self, field, getattr(self, field) + getattr(other, field))


class Tally(msgspec.Struct, kw_only=True):
    """What one part of the corpus holds; parts are added in any order."""

    groups: dict[tuple[str, str], Sums] = {}
    """By UTC day and model."""
    counts: dict[str, int] = {}
    """Files, lines, bytes, sessions and their kinds."""

    def call(self, day: str, model: str, usage: Usage) -> None:
        """Count one request on the day of its last line."""
        self.groups.setdefault((day, model), Sums()).count(model, usage)

    def note(self, what: str, by: int = 1) -> None:
        """Count something that is no request."""
        self.counts[what] = self.counts.get(what, 0) + by

    def add(self, other: Self) -> None:
        """Add another part."""
        for key, sums in other.groups.items():
            self.groups.setdefault(key, Sums()).add(sums)
        for what, by in other.counts.items():
            self.note(what, by)

    def by(self, place: int) -> dict[str, Sums]:
        """Group by day (0) or model (1), sorted."""
        found: dict[str, Sums] = {}
        for key in sorted(self.groups, key=lambda key: key[place]):
            found.setdefault(key[place], Sums()).add(self.groups[key])
        return found

    def total(self) -> Sums:
        """Sum over everything."""
        total = Sums()
        for sums in self.groups.values():
            total.add(sums)
        return total

    def expected(self) -> dict[str, Any]:
        """Lay the totals out as `expected.json` has them."""
        return {
            **dict(sorted(self.counts.items())),
            "totals": self.total(),
            "by_model": self.by(1),
            "by_day": self.by(0),
        }
