"""Editing the settings file: one price or alias at a time, comments and order kept.

What a stranger would get wrong: the file is the user's own. It is written whole beside and renamed, and only if what
it says then can be read.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from dashcam.records.errors import BadSettings
from dashcam.records.settings import PriceOverride

FILE_MODE = 0o600
Check = Callable[[str], object]
"""Reads the new text as settings; raises BadSettings where it makes no sense."""


@contextmanager
def edited(path: Path, check: Check, *, secret: bool = False) -> Iterator[TOMLDocument]:
    """Lend the settings to be changed, then check and keep them. Raises BadSettings, and then nothing is changed."""
    try:
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        document = tomlkit.parse(before)
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        raise BadSettings(f"{path} cannot be read: {error}", "Mend it by hand, then run the command again.") from error
    yield document
    text = tomlkit.dumps(document)
    if text != before:
        check(text)
        _write(path, text, secret=secret)


def _write(path: Path, text: str, *, secret: bool) -> None:
    place = path.resolve()
    beside = place.with_name(f".{place.name}.{os.getpid()}.part")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        mode = place.stat().st_mode & 0o777 if place.exists() and not secret else FILE_MODE
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        beside.replace(place)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise BadSettings(
            f"{path} cannot be written: {error.strerror}", "Check that the directory is yours."
        ) from error


def set_choice(document: TOMLDocument, name: str, value: str) -> None:
    """Set one of the plain settings; an empty value takes it back."""
    if value:
        document[name] = value
    else:
        document.pop(name, None)


def set_table(document: TOMLDocument, name: str, values: Mapping[str, object]) -> None:
    """Make a table hold just these values, its comments kept; without any it is taken back."""
    table = document.get(name)
    if not values:
        document.pop(name, None)
        return
    if not isinstance(table, dict):
        table = tomlkit.table()
        document[name] = table
    for old in set(table) - set(values):
        del table[old]
    for key, value in values.items():
        table[key] = value


def set_price(document: TOMLDocument, price: PriceOverride) -> bool:
    """Set a price, in place of one for the same model, provider and day. Says whether there was one."""
    table = tomlkit.table()
    for name in price.__struct_fields__:
        if value := getattr(price, name):
            table[name] = value
    prices = document.get("prices")
    if not isinstance(prices, AoT):
        if prices is not None and len(prices):
            raise BadSettings("the prices in the settings are no [[prices]] tables", "Write them as [[prices]] tables.")
        prices = tomlkit.aot()
        document["prices"] = prices
    for old in prices:
        if _same(old, price):
            for name in set(old) - set(table):
                del old[name]
            old.update(table)
            return True
    prices.append(table)
    return False


def unset_price(document: TOMLDocument, model: str) -> int:
    """Remove every price of a model. Returns how many there were."""
    prices = document.get("prices")
    if not isinstance(prices, AoT):
        return 0
    kept = [table for table in prices if str(table.get("model", "")).lower() != model.lower()]
    removed = len(prices) - len(kept)
    if removed:
        for at in reversed(range(len(prices))):
            if prices[at] not in kept:
                del prices[at]
        if not kept:
            del document["prices"]
    return removed


def set_alias(document: TOMLDocument, name: str, model: str) -> None:
    """Say which known model a name stands for."""
    aliases = document.get("aliases")
    if not isinstance(aliases, dict):
        aliases = tomlkit.table()
        document["aliases"] = aliases
    aliases[_spelled(aliases, name)] = model


def unset_alias(document: TOMLDocument, name: str) -> int:
    """Remove an alias. Returns how many there were."""
    aliases = document.get("aliases")
    if not isinstance(aliases, dict) or _spelled(aliases, name) not in aliases:
        return 0
    del aliases[_spelled(aliases, name)]
    if not aliases:
        del document["aliases"]
    return 1


def _spelled(aliases: dict[str, object], name: str) -> str:
    return next((known for known in aliases if known.lower() == name.lower()), name)


def _same(table: Table, price: PriceOverride) -> bool:
    said = tuple(str(table.get(name, "")).lower() for name in ("model", "provider", "since"))
    return said == (price.model.lower(), price.provider.lower(), price.since.lower())
