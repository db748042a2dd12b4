"""What the inputs work with, handed in by whoever starts them, so that nothing below reads the environment."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from dashcam.agents.agent import Agent, Environment
from dashcam.ingest.scan import Scanner
from dashcam.pricing.currency import Currency
from dashcam.pricing.prices import Prices
from dashcam.records.settings import Settings
from dashcam.store.rates import Pins
from dashcam.store.store import Store


class Machine(Protocol):
    """The machine and its settings, as the command line reads them."""

    @property
    def agents(self) -> Mapping[str, Agent]:
        """Every agent that is known, by its name."""
        ...

    @property
    def environment(self) -> Environment:
        """The machine as the agents' modules see it."""
        ...

    @property
    def settings(self) -> Settings:
        """What the person has set."""
        ...

    @property
    def settings_path(self) -> Path:
        """The settings file, whether it is there or not."""
        ...

    @property
    def machine(self) -> str:
        """The name of this machine."""
        ...

    @property
    def currency(self) -> Currency:
        """The currency to show money in. Raises BadSettings."""
        ...

    @property
    def database_url(self) -> str:
        """Where the data are."""
        ...

    @property
    def make_prices(self) -> Callable[[Pins], Prices]:
        """What makes prices of the rates that are pinned."""
        ...

    def connect(self, *, cache_kib: int = ...) -> Store:
        """Open the store; who asks closes it. Raises DatabaseError."""
        ...

    def scanner(self) -> Scanner:
        """Make the scanner of this machine."""
        ...
