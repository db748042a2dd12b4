"""Looking after it: the agents that were found, the doctor's report, reading everything anew, choices."""

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from dashcam.queries.agents import AgentListing, agent_listing
from dashcam.queries.health import Asked as Examined
from dashcam.queries.health import Health, health
from dashcam.queries.moment import Moment
from dashcam.records.settings import CurrencySetting
from dashcam.server.desk import Choice, Desk


class Rescan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to read."""

    full: bool = False
    """Look into every file, also those that have not changed."""


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """Whether work was begun; how it goes, the events `work` of /api/live tell."""

    begun: bool
    """False where it is going on already."""


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """The choices of the settings file."""

    currency: str
    """Code of the currency that money is shown in."""
    currencies: tuple[CurrencySetting, ...]
    """Those that the settings give a rate for, beside the dollar."""
    time_zone: str
    """Empty for the machine's own."""
    settings_file: str
    """Where these are kept; other currencies and places of agents are written there by hand."""


class Change(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One choice to be kept in the settings file."""

    name: Choice
    value: str
    """Empty to take it back."""


@get("/api/agents", summary="Agents and what was found of them", sync_to_thread=True)
def agents(desk: NamedDependency[Desk], at: NamedDependency[Moment]) -> AgentListing:
    """List every known agent, where its files were looked for, what was found and what they can tell."""
    machine = desk.machine
    with desk.readers.lend() as database:
        return agent_listing(
            database, machine.agents, machine.environment, machine.settings, machine=machine.machine, zone=at.zone
        )


@get("/api/doctor", summary="Why a number may be zero or too small", sync_to_thread=True)
def doctor(desk: NamedDependency[Desk]) -> Health:
    """Look at the database, the files, the lines and the prices; the worst comes first."""
    machine = desk.machine
    examined = Examined(
        agents=machine.agents,
        environment=machine.environment,
        settings=machine.settings,
        machine=machine.machine,
        troubles=desk.work.troubles,
    )
    with desk.readers.lend() as database:
        return health(database, examined)


@post("/api/scan", summary="Read what agents left on this machine", status_code=202, sync_to_thread=True)
def scan(desk: NamedDependency[Desk], data: JSONBody[Rescan]) -> Begun:
    """Begin to read in the background."""
    return Begun(begun=desk.work.scan_in_background(full=data.full))


@get("/api/settings", summary="The choices that are kept", sync_to_thread=False)
def settings(desk: NamedDependency[Desk]) -> Chosen:
    """Give the choices of the settings file."""
    return _chosen(desk)


@post("/api/settings", summary="Keep a choice", status_code=200, sync_to_thread=True)
def choose(desk: NamedDependency[Desk], data: JSONBody[Change]) -> Chosen:
    """Keep the currency or the time zone in the settings file."""
    desk.adopt(desk.machine.with_choice(data.name, data.value))
    return _chosen(desk)


def _chosen(desk: Desk) -> Chosen:
    said = desk.machine.settings
    return Chosen(
        currency=desk.machine.currency.code,
        currencies=said.currencies,
        time_zone=said.time_zone,
        settings_file=str(desk.machine.settings_path),
    )
