"""Usage: by one or two dimensions, of everything, of a project; models side by side; what the caches saved."""

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import Parameter

from dashcam.queries import comparison
from dashcam.queries.breakdown import PARTS, Breakdown, breakdown
from dashcam.queries.caching import CacheEfficiency, cache_efficiency
from dashcam.queries.comparison import AsModel, ModelComparison, model_comparison
from dashcam.queries.projects import (
    GlobalUsage,
    ProjectListing,
    ProjectUsage,
    global_usage,
    project_listing,
    project_usage,
)
from dashcam.queries.trend import Trend, trend
from dashcam.queries.usage import UsageListing, parse_dimensions, usage_listing
from dashcam.records.filters import DIMENSIONS
from dashcam.server.asked import Asked
from dashcam.server.desk import Desk
from dashcam.store import rates


@get("/api/usage", summary="Usage by one or two dimensions", sync_to_thread=True)
def usage(
    desk: NamedDependency[Desk],
    asked: NamedDependency[Asked],
    by: Annotated[
        str, Parameter(description=f"One or two of {', '.join(DIMENSIONS)}, joined by a comma.", max_length=100)
    ] = "day",
) -> UsageListing:
    """Add up what happened in the range. Rows of time come in its order, all others by cost, the largest first."""
    dimensions = parse_dimensions(by)
    with desk.readers.lend() as database:
        return usage_listing(database, asked.asked, dimensions, asked.at, asked.basis)


@get("/api/usage/global", summary="Usage of everything", sync_to_thread=True)
def usage_of_everything(desk: NamedDependency[Desk], asked: NamedDependency[Asked]) -> GlobalUsage:
    """Add up all that fits: sessions, cost and tokens by type, by model, agent, project and day."""
    with desk.readers.lend() as database:
        return global_usage(database, asked.asked, asked.at, asked.basis)


@get("/api/projects", summary="Projects", sync_to_thread=True)
def projects(desk: NamedDependency[Desk], asked: NamedDependency[Asked]) -> ProjectListing:
    """List the projects of the sessions that fit, the dearest first."""
    with desk.readers.lend() as database:
        return project_listing(database, asked.asked, asked.at, asked.basis)


@get("/api/projects/{project_id:str}/usage", summary="Usage of a project", sync_to_thread=True)
def usage_of_project(
    desk: NamedDependency[Desk],
    asked: NamedDependency[Asked],
    project_id: Annotated[str, Parameter(description="As /api/projects gives it.", max_length=100)],
) -> ProjectUsage:
    """Add up a project's sessions, cost and tokens by type, by model, agent and day."""
    with desk.readers.lend() as database:
        return project_usage(database, project_id, asked.asked, asked.at, asked.basis)


@get("/api/usage/breakdown", summary="Usage taken apart, with sessions", sync_to_thread=True)
def usage_taken_apart(
    desk: NamedDependency[Desk],
    asked: NamedDependency[Asked],
    by: Annotated[str, Parameter(description=f"One of {', '.join(PARTS)}.", max_length=100)] = "model",
) -> Breakdown:
    """Take usage apart by one thing and count the sessions of each part; what cost most comes first."""
    with desk.readers.lend() as database:
        return breakdown(database, asked.asked, by, asked.at, asked.basis)


@get("/api/trend", summary="How cost grew", sync_to_thread=True)
def trend_of_cost(desk: NamedDependency[Desk], asked: NamedDependency[Asked]) -> Trend:
    """Add cost up over the range, hour by hour or day by day, beside the period before."""
    with desk.readers.lend() as database:
        return trend(database, asked.asked, asked.at, asked.basis)


@get("/api/models", summary="Models side by side", sync_to_thread=True)
def models(desk: NamedDependency[Desk], asked: NamedDependency[Asked]) -> ModelComparison:
    """Compare the models that were called: cost per session and per 1,000 output tokens, cache hits."""
    with desk.readers.lend() as database:
        return model_comparison(database, asked.asked, asked.at, asked.basis)


@get("/api/models/as", summary="The same work on another model", sync_to_thread=True)
def work_on_another_model(
    desk: NamedDependency[Desk],
    asked: NamedDependency[Asked],
    as_model: Annotated[str, Parameter(description="MODEL or PROVIDER/MODEL.", min_length=1, max_length=500)],
) -> AsModel:
    """Price the same counts of tokens as those of another model, by its rates of their days."""
    with desk.readers.lend() as database:
        prices = desk.machine.make_prices(rates.pinned(database))
        return comparison.as_model(database, prices, asked.asked, as_model, asked.at)


@get("/api/cache", summary="What caches saved", sync_to_thread=True)
def caches(desk: NamedDependency[Desk], asked: NamedDependency[Asked]) -> CacheEfficiency:
    """Say how well caches served, what they saved, and what expired ones cost again."""
    with desk.readers.lend() as database:
        return cache_efficiency(database, asked.asked, asked.at)
