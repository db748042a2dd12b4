"""Where things are wired together: settings, database, prices and the scanner, made of the process's environment.

This is the only module that reads the environment and the settings file; all else is handed what it needs.
"""

import os
import platform
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import msgspec

from dashcam.pricing.currency import DOLLAR, Currency
from dashcam.pricing.currency import checked as checked_currency
from dashcam.records.clock import MINUTE
from dashcam.records.errors import BadInput, BadSettings
from dashcam.records.paths import in_full
from dashcam.records.settings import CurrencySetting, PriceOverride, PrometheusSetting, Settings
from dashcam.store.store import CACHE_KIB

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

    from dashcam.agents.agent import Agent, Environment
    from dashcam.ingest.scan import Scanner
    from dashcam.pricing.overrides import Override
    from dashcam.pricing.prices import Prices
    from dashcam.queries.moment import Moment
    from dashcam.store.rates import Pins
    from dashcam.store.store import Store

Told = TypeVar("Told")
Choice = Literal["currency", "time_zone"]

SETTINGS_FILE = "settings.toml"
DATABASE_FILE = "dashcam.db"
WHOLE_UNITS = frozenset({"CLP", "HUF", "IDR", "ISK", "JPY", "KRW", "VND"})
"""Currencies that are written without decimals."""


class PriceMaker(msgspec.Struct, frozen=True, kw_only=True):
    """Makes the prices of one run; a Struct rather than a closure, because other processes are handed it too."""

    overrides: tuple[PriceOverride, ...]
    aliases: dict[str, str]
    directory: Path

    def __call__(self, pins: "Pins") -> "Prices":
        """Make the prices. Raises BadSettings."""
        from dashcam.pricing.prices import Prices

        return Prices(pins, tuple(map(_override, self.overrides)), self.aliases, self.directory)


class Setup:
    """What one command works with. Nothing is opened or imported before it is asked for."""

    def __init__(self, home: Path, settings: Settings, variables: dict[str, str]) -> None:
        self.home = home
        self.settings = settings
        self.variables = variables
        self.machine = platform.node()

    @property
    def settings_path(self) -> Path:
        """The settings file, whether it is there or not."""
        return self.home / SETTINGS_FILE

    @cached_property
    def database_url(self) -> str:
        """Where the data are: DASHCAM_DATABASE_URL, else the settings' `database_url`, else a file in our home."""
        named = self.variables.get("DASHCAM_DATABASE_URL") or self.settings.database_url
        return named or f"sqlite:///{self.home / DATABASE_FILE}"

    @cached_property
    def agents(self) -> "dict[str, Agent]":
        """Every agent that dashcam knows, by its name."""
        from dashcam.agents.registry import AGENTS

        return dict(AGENTS)

    @cached_property
    def environment(self) -> "Environment":
        """The machine as the agents' modules see it."""
        from dashcam.agents.agent import Environment

        home = Path(self.variables.get("HOME") or Path.home())
        return Environment(home=home, variables=self.variables, platform=sys.platform)

    @cached_property
    def currency(self) -> Currency:
        """The currency to show money in. Raises BadSettings."""
        return _currency(self.settings)

    @property
    def make_prices(self) -> PriceMaker:
        """What makes the prices of a run, of the rates that are pinned."""
        return PriceMaker(overrides=self.settings.prices, aliases=self.settings.aliases, directory=self.home)

    def moment(self, zone: str = "") -> "Moment":
        """Make the moment of now, in a named zone, else the settings', else the machine's. Raises BadInput."""
        from dashcam.queries.moment import at_present

        return at_present(zone or self.settings.time_zone, self.settings.running_minutes)

    def edit(self, change: Callable[["TOMLDocument"], Told], *, secret: bool = False) -> "tuple[Setup, Told]":
        """Change the settings file and give the setup that it now says. Raises BadSettings: then nothing changed.

        What holds a `secret` is for its owner's eyes alone.
        """
        from dashcam.cli import settings_file

        def check(text: str) -> None:
            settings = parse_settings(text, self.settings_path)
            made = Setup(self.home, settings, self.variables)
            _ = made.make_prices({}), made.currency, made.moment()

        with settings_file.edited(self.settings_path, check, secret=secret) as document:
            told = change(document)
        return Setup(self.home, read_settings(self.settings_path), self.variables), told

    def with_price(self, price: PriceOverride) -> "Setup":
        """Set a price of the user's own. Raises BadSettings."""
        from dashcam.cli.settings_file import set_price

        return self.edit(lambda document: set_price(document, price))[0]

    def with_alias(self, name: str, model: str) -> "Setup":
        """Say which known model a name stands for. Raises BadSettings, and BadInput where no such model is known."""
        from dashcam.cli.settings_file import set_alias

        if not name.strip() or not name.isprintable():
            raise BadInput("an alias needs a name", "Write it as `dashcam prices list` shows it.")
        provider, _, known = model.rpartition("/")
        if not self.make_prices({}).known(provider, known):
            raise BadInput(f"the price list has no model '{model}'", "`dashcam prices list --all` lists every model.")
        return self.edit(lambda document: set_alias(document, name, model))[0]

    def without_price(self, model: str) -> "tuple[Setup, int]":
        """Take back every price and alias of a model, and say how many there were. Raises BadSettings."""
        from dashcam.cli.settings_file import unset_alias, unset_price

        return self.edit(lambda document: unset_price(document, model) + unset_alias(document, model))

    def with_choice(self, name: Choice, value: str) -> "Setup":
        """Choose the currency or the time zone. Raises BadSettings and BadInput."""
        from dashcam.cli.settings_file import set_choice

        return self.edit(lambda document: set_choice(document, name, value))[0]

    def with_prometheus(self, said: PrometheusSetting) -> "Setup":
        """Set the Prometheus server that is asked; one without a url takes it back. Raises BadSettings."""
        from dashcam.cli.settings_file import set_table
        from dashcam.ingest.prometheus.place import place_of

        if said.url:
            place_of(said)
        values = {name: getattr(said, name) for name in said.__struct_fields__} if said.url else {}
        usual = PrometheusSetting()
        told = {name: value for name, value in values.items() if value != getattr(usual, name)}
        return self.edit(lambda document: set_table(document, "prometheus", told), secret=True)[0]

    def scanner(self) -> "Scanner":
        """Make the scanner of this machine."""
        from dashcam.ingest.inbox import FOLDER
        from dashcam.ingest.scan import Scanner

        return Scanner(
            self.database_url,
            self.agents,
            self.environment,
            self.settings,
            machine=self.machine,
            make_prices=self.make_prices,
            inbox=self.home / FOLDER,
        )

    @contextmanager
    def store(self) -> "Iterator[Store]":
        """Open the store, its tables and its totals up to date. Raises BadSettings and DatabaseError."""
        from dashcam.store.totals import keep_active_gap

        with self.connect() as store:
            keep_active_gap(store.database, self._active_gap())
            yield store

    def connect(self, *, cache_kib: int = CACHE_KIB) -> "Store":
        """Open the store; who asks closes it. Raises BadSettings and DatabaseError."""
        from dashcam.store.store import Store

        if self.database_url.startswith("sqlite:"):
            self._make_home()
        return Store.open(self.database_url, cache_kib=cache_kib)

    def _active_gap(self) -> int:
        """The longest silence that counts as activity. Raises BadSettings."""
        gap = int(self.settings.active_gap_minutes * MINUTE)
        if gap <= 0:
            raise BadSettings(
                f"active_gap_minutes is not above zero: {self.settings.active_gap_minutes}",
                f"Change it in {self.settings_path}.",
            )
        return gap

    def _make_home(self) -> None:
        """Make our own directory, for our eyes only: it will hold all that was ever said to an agent."""
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise BadSettings(
                f"cannot make the directory {self.home}: {error.strerror}",
                "Set DASHCAM_HOME to a directory that you may write to.",
            ) from error


def read_setup() -> Setup:
    """Read the environment and the settings file. Raises BadSettings."""
    variables = dict(os.environ)
    home = _home(variables)
    return Setup(home, read_settings(home / SETTINGS_FILE), variables)


def _home(variables: dict[str, str]) -> Path:
    if named := variables.get("DASHCAM_HOME"):
        return in_full(named)
    from platformdirs import user_data_path

    return user_data_path("dashcam", appauthor=False)


def read_settings(path: Path) -> Settings:
    """Read the settings file; where there is none, everything is as it comes. Raises BadSettings."""
    try:
        raw = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return Settings()
    except OSError as error:
        raise BadSettings(f"cannot read {path}: {error.strerror}", "Mend it, or move it away.") from error
    try:
        return parse_settings(raw.decode(), path)
    except UnicodeDecodeError as error:
        raise BadSettings(f"{path} is not TOML: {error}", "Mend it, or move it away.") from error


def parse_settings(text: str, path: Path) -> Settings:
    """Read the words of a settings file; `path` is only named in an error. Raises BadSettings."""
    try:
        return msgspec.convert(tomllib.loads(text), Settings)
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(f"{path} is not TOML: {error}", "Mend it, or move it away.") from error
    except msgspec.ValidationError as error:
        raise BadSettings(
            f"{path}: {str(error)[0].lower()}{str(error)[1:]}", "docs/settings.md lists every setting."
        ) from error


def _override(said: PriceOverride) -> "Override":
    from dashcam.pricing.overrides import Override

    return Override(
        model=said.model,
        provider=said.provider,
        since=said.since,
        input=said.input,
        output=said.output,
        cache_read=said.cache_read or None,
        cache_write_5m=said.cache_write_5m or None,
        cache_write_1h=said.cache_write_1h or None,
    )


def _currency(settings: Settings) -> Currency:
    code = settings.currency.strip().upper()
    if code in {"", DOLLAR.code}:
        return DOLLAR
    named = {one.code.strip().upper(): one for one in settings.currencies}
    if code not in named:
        raise BadSettings(
            f"the settings choose {code}, but give no rate for it",
            f'Add to {SETTINGS_FILE}: [[currencies]] code = "{code}" per_dollar = "0.92"',
        )
    return _as_currency(code, named[code])


def _as_currency(code: str, said: CurrencySetting) -> Currency:
    digits = 0 if code in WHOLE_UNITS else 2
    return checked_currency(Currency(code=code, per_dollar=said.per_dollar, symbol=said.symbol, digits=digits))
