"""What the handlers work with: handed in by whoever starts the server, so that nothing here reads the environment."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Protocol

from dashcam.agents.agent import Agent
from dashcam.ingest import machine as ingest
from dashcam.ingest.scan import Scanner
from dashcam.queries.moment import Moment
from dashcam.records.settings import PriceOverride, PrometheusSetting
from dashcam.server.exposition import Kept
from dashcam.server.hub import Hub
from dashcam.server.launches import Launches
from dashcam.server.readers import Readers
from dashcam.server.receiving import Intake
from dashcam.server.work import Work
from dashcam.store.store import Store

Choice = Literal["currency", "time_zone"]
"""What may be chosen in the web app, beside prices."""


class Machine(ingest.Machine, Protocol):
    """The machine and its settings, which may be changed here."""

    def moment(self, zone: str = "") -> Moment:
        """Make the moment of now. Raises BadInput."""
        ...

    def with_price(self, price: PriceOverride) -> "Machine":
        """Set a price of the user's own. Raises BadSettings."""
        ...

    def with_alias(self, name: str, model: str) -> "Machine":
        """Say which known model a name stands for. Raises BadSettings and BadInput."""
        ...

    def without_price(self, model: str) -> "tuple[Machine, int]":
        """Take back every price and alias of a model, and say how many there were. Raises BadSettings."""
        ...

    def with_choice(self, name: Choice, value: str) -> "Machine":
        """Choose the currency or the time zone; an empty value takes it back. Raises BadSettings and BadInput."""
        ...

    def with_prometheus(self, said: PrometheusSetting) -> "Machine":
        """Set the Prometheus server that is asked; one without a url takes it back. Raises BadSettings."""
        ...

    def store(self) -> AbstractContextManager[Store]:
        """Open the store, its tables and its totals up to date. Raises BadSettings and DatabaseError."""
        ...


class Held:
    """The machine as it is set now: settings may change while the server runs."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    def moment(self, zone: str = "") -> Moment:
        """Make the moment of now. Raises BadInput."""
        return self.machine.moment(zone)

    def scanner(self) -> Scanner:
        """Make the scanner of this machine."""
        return self.machine.scanner()


class Desk:
    """One server's machine, its connections, its news and its work in the background."""

    def __init__(self, held: Held, readers: Readers, hub: Hub, work: Work, downloads: Readers) -> None:
        self._held = held
        self.readers = readers
        self.downloads = downloads
        """Connections of their own for answers that are read while they are sent."""
        self.hub = hub
        self.work = work
        self.started = int(datetime.now(UTC).timestamp())
        self.settings_version = 0
        self.kept_metrics = Kept()
        self.launches = Launches(lambda: self.home, lambda: self.agents, hub)
        self.hooks = Intake(lambda: self.home, "hooks")
        self.telemetry = Intake(lambda: self.home, "telemetry")
        """Apart from hooks, whose senders wait, since a request can hold thousands of records."""

    @property
    def machine(self) -> Machine:
        """The machine as it is set now."""
        return self._held.machine

    @property
    def home(self) -> Path:
        """Our own directory: settings, database, inbox."""
        return self.machine.settings_path.parent

    @property
    def agents(self) -> Mapping[str, Agent]:
        """Every agent that is known, by its name."""
        return self.machine.agents

    def moment(self, zone: str = "") -> Moment:
        """Make the moment of now. Raises BadInput."""
        return self.machine.moment(zone)

    def adopt(self, machine: Machine) -> None:
        """Go on with other settings: answers that were given by the old ones are no longer fresh."""
        self._held.machine = machine
        self.settings_version += 1
