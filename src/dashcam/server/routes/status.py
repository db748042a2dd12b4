"""How the server is."""

import msgspec
from litestar import get
from litestar.di import NamedDependency

from dashcam import __version__
from dashcam.agents.faces import FACES
from dashcam.pricing.currency import Currency
from dashcam.queries.moment import Moment
from dashcam.queries.sessions import ACTIVE
from dashcam.records.filters import Filter
from dashcam.server.desk import Desk
from dashcam.server.hub import WorkNews
from dashcam.store import sessions


class AgentName(msgspec.Struct, frozen=True, kw_only=True):
    """A coding agent, and how it is shown."""

    agent: str
    title: str
    sign: str
    color: str


class StatusAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a page needs to know before it shows anything."""

    version: str
    revision: int
    """How many saves the database has seen; the id of events of /api/live."""
    now: str
    time_zone: str
    """The zone that days and ranges are told in."""
    currency: Currency
    agents: list[AgentName]
    sessions: int
    active_sessions: int
    """Running or waiting."""
    database: str
    """`sqlite` or `postgresql`."""
    work: WorkNews
    troubles: list[tuple[str, str]]
    """Files that the last scan could not read, and why."""


@get("/api/status", summary="How the server is", sync_to_thread=True)
def status(desk: NamedDependency[Desk], at: NamedDependency[Moment]) -> StatusAnswer:
    """Tell what is known and what goes on."""
    with desk.readers.lend() as database:
        count = sessions.totals(database, Filter(), quiet_since=at.quiet_since).sessions
        active = sessions.totals(database, Filter(statuses=ACTIVE), quiet_since=at.quiet_since).sessions
    return StatusAnswer(
        version=__version__,
        revision=desk.hub.revision,
        now=at.iso_now,
        time_zone=str(at.zone),
        currency=desk.machine.currency,
        agents=[AgentName(agent=one.name, title=one.title, sign=one.sign, color=one.color) for one in FACES.values()],
        sessions=count,
        active_sessions=active,
        database="sqlite" if desk.machine.database_url.startswith("sqlite:") else "postgresql",
        work=desk.work.now,
        troubles=desk.work.troubles[:20],
    )
