"""Usage: by one or two dimensions, of everything, of a project; models side by side; what the caches saved."""

from typing import Annotated

from litestar import get
from litestar.params import Parameter

from dashcam.queries.answers import Listing
from dashcam.queries.projects import (
    GlobalUsage,
    ProjectAnswer,
    ProjectUsage,
    global_usage,
    project_listing,
    project_usage,
)
from dashcam.queries.usage import UsageListing, parse_dimensions, usage_listing
from dashcam.records.filters import DIMENSIONS
from dashcam.server.asked import Asked
from dashcam.server.desk import Desk


@get("/api/usage", summary="Usage by one or two dimensions", sync_to_thread=True)
def usage(
    desk: Desk,
    asked: Asked,
    by: Annotated[
        str, Parameter(description=f"One or two of {', '.join(DIMENSIONS)}, joined by a comma.", max_length=100)
    ] = "day",
) -> UsageListing:
    """Add up what happened in the range. Rows of time come in its order, all others by cost, the largest first."""
    dimensions = parse_dimensions(by)
    with desk.readers.lend() as database:
        return usage_listing(database, asked.asked, dimensions, asked.at, asked.basis)


@get("/api/usage/global", summary="Usage of everything", sync_to_thread=True)
def usage_of_everything(desk: Desk, asked: Asked) -> GlobalUsage:
    """Add up all that fits: sessions, cost and tokens by type, by model, agent, project and day."""
    with desk.readers.lend() as database:
        return global_usage(database, asked.asked, asked.at, asked.basis)


@get("/api/projects", summary="Projects", sync_to_thread=True)
def projects(desk: Desk, asked: Asked) -> Listing[ProjectAnswer]:
    """List the projects of the sessions that fit, the dearest first."""
    with desk.readers.lend() as database:
        return project_listing(database, asked.asked, asked.at, asked.basis)


@get("/api/projects/{project_id:str}/usage", summary="Usage of a project", sync_to_thread=True)
def usage_of_project(
    desk: Desk,
    asked: Asked,
    project_id: Annotated[str, Parameter(description="As /api/projects gives it.", max_length=100)],
) -> ProjectUsage:
    """Add up a project's sessions, cost and tokens by type, by model, agent and day."""
    with desk.readers.lend() as database:
        return project_usage(database, project_id, asked.asked, asked.at, asked.basis)
