"""What the first page shows, and what its filters can be set to."""

from litestar import get
from litestar.di import NamedDependency

from dashcam.queries.cards import Cards, cards
from dashcam.queries.confirmed import Confirmed, confirmed
from dashcam.queries.moment import Moment
from dashcam.queries.names import Choices, choices
from dashcam.server.asked import Asked
from dashcam.server.desk import Desk


@get("/api/overview", summary="Figures with the period before", sync_to_thread=True)
def overview(desk: NamedDependency[Desk], asked: NamedDependency[Asked]) -> Cards:
    """Add up the range and, for comparison, the period of the same length before it."""
    with desk.readers.lend() as database:
        return cards(database, asked.asked, asked.at, asked.basis)


@get("/api/confirmed", summary="How much of the cost two sources tell", sync_to_thread=True)
def cost_confirmed(desk: NamedDependency[Desk], asked: NamedDependency[Asked]) -> Confirmed:
    """Say which part of the range's cost is told by a second source: telemetry, counters, the agent's own totals."""
    with desk.readers.lend() as database:
        return confirmed(database, asked.asked, asked.at)


@get("/api/choices", summary="What can be filtered by", sync_to_thread=True)
def filter_choices(desk: NamedDependency[Desk], at: NamedDependency[Moment]) -> Choices:
    """List the agents, projects, models and branches that sessions have, the latest first."""
    with desk.readers.lend() as database:
        return choices(database, at)
