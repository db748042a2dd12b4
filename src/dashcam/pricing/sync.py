"""Newer prices by the user's own wish: the only place of this package that uses the network.

What arrives is not trusted: a price more than ten times off the price that came with the program is dropped
and the old one kept (accuracy.md, trap 26: lists have held wrong rows for days).
"""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
from genai_prices import data_snapshot, types
from genai_prices.types import ModelInfo, ModelPrice, Provider, TieredPrices

from dashcam.records.errors import DashcamError

FILE = "genai-prices.json"
OUTLIER = 10
NEEDED = frozenset({"anthropic", "openai"})
UNCHANGED = "the prices in use are unchanged; `dashcam prices set` can set one by hand"
DAMAGED = "delete it to go back to the prices that came with the program, or sync again"


class PriceList(msgspec.Struct, frozen=True, kw_only=True):
    """A list of providers and the words by which a receipt names it."""

    providers: list[Provider]
    source: str


class Synced(msgspec.Struct, frozen=True, kw_only=True):
    """What a sync brought."""

    path: str
    models: int
    dropped: tuple[str, ...] = ()
    """Models whose new price was more than ten times off; each keeps the price it had."""


def bundled() -> PriceList:
    """Read the list that came with the program. No network, no thread."""
    snapshot = data_snapshot.get_snapshot()
    return PriceList(providers=snapshot.providers, source=f"genai-prices {version('genai-prices')}")


def synced(directory: Path) -> PriceList | None:
    """Read the list that an earlier sync left here; None where there is none."""
    path = directory / FILE
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DashcamError(f"cannot read {path}: {error.strerror}") from error
    day = datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
    return PriceList(providers=_read(content, str(path), DAMAGED)[1], source=f"genai-prices, synced {day}")


def sync(directory: Path, fetch: Callable[[], bytes] | None = None) -> Synced:
    """Download the newest list into a directory, without its outliers. Raises DashcamError."""
    raw, providers = _read((fetch or download)(), "the downloaded price list", UNCHANGED)
    if not {provider.id for provider in providers} >= NEEDED:
        raise DashcamError("the downloaded price list lacks Anthropic or OpenAI", UNCHANGED)
    dropped = frozenset(outliers(providers, bundled().providers))
    for provider in raw:
        kept = [each for each in provider["models"] if f"{provider['id']}/{each['id']}" not in dropped]
        provider["models"] = kept
    path = directory / FILE
    _replace(path, json.dumps(raw).encode())
    count = sum(len(provider["models"]) for provider in raw)
    return Synced(path=str(path), models=count, dropped=tuple(sorted(dropped)))


def download() -> bytes:
    """Fetch the list from where genai-prices publishes it."""
    import httpx2
    from genai_prices.update_prices import DEFAULT_UPDATE_URL

    try:
        answer = httpx2.get(DEFAULT_UPDATE_URL, timeout=30, follow_redirects=True)
        answer.raise_for_status()
    except httpx2.HTTPError as error:
        raise DashcamError(f"cannot download prices from {DEFAULT_UPDATE_URL}: {error}", UNCHANGED) from error
    return answer.content


def outliers(new: list[Provider], old: list[Provider]) -> Iterator[str]:
    """Name the models whose newest price is more than ten times the old one, or below a tenth."""
    known = {(provider.id, model.id): model for provider in old for model in provider.models}
    for provider in new:
        for model in provider.models:
            before = known.get((provider.id, model.id))
            if before is not None and _is_far(_newest(model), _newest(before)):
                yield f"{provider.id}/{model.id}"


def merged(new: list[Provider], old: list[Provider]) -> list[Provider]:
    """Fill up a newer list with the models that only the older one has; the arguments stay as they are."""
    kept = {provider.id: provider for provider in old}
    held = {(provider.id, model.id) for provider in new for model in provider.models}
    filled = [
        replace(
            provider,
            models=provider.models
            + [
                model
                for model in (kept[provider.id].models if provider.id in kept else [])
                if (provider.id, model.id) not in held
            ],
        )
        for provider in new
    ]
    named = {provider.id for provider in new}
    return filled + [provider for provider in old if provider.id not in named]


def _newest(model: ModelInfo) -> ModelPrice | None:
    if isinstance(model.prices, ModelPrice):
        return model.prices
    return model.prices[-1].prices if model.prices else None


def _is_far(new: ModelPrice | None, old: ModelPrice | None) -> bool:
    for name in ("input_mtok", "output_mtok"):
        before, after = _dollars(old, name), _dollars(new, name)
        if before is None or (not before and not after):
            continue
        if after is None or not before or not OUTLIER * before >= after >= before / OUTLIER:
            return True
    return False


def _dollars(prices: ModelPrice | None, name: str) -> Decimal | None:
    value = None if prices is None else prices.__dict__.get(name)
    return value.base if isinstance(value, TieredPrices) else value


def _read(content: bytes, what: str, hint: str) -> tuple[list[Any], list[Provider]]:
    """Read a list in the publisher's form: as it stands, and as providers."""
    try:
        raw = json.loads(content)
    except ValueError as error:
        raise DashcamError(f"{what} is not JSON: {error}", hint) from error
    if not isinstance(raw, list):
        raise DashcamError(f"{what} is not a list of providers", hint)
    try:
        # The one parser of its format that genai-prices 0.2 has; its updater uses the same.
        return raw, types._providers_from_raw(raw)  # noqa: SLF001
    except ValueError as error:
        raise DashcamError(f"{what} is not in the form of genai-prices", hint) from error


def _replace(path: Path, content: bytes) -> None:
    """Write beside and rename, so that a reader never sees half a list."""
    beside = path.with_suffix(f".{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise DashcamError(f"cannot write {path}: {error.strerror}", UNCHANGED) from error
