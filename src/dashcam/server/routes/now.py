"""What goes on now, and how tools are used."""

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import Parameter

from dashcam.queries.now import Now, now
from dashcam.queries.tools import ToolListing, tools
from dashcam.server.asked import Asked
from dashcam.server.desk import Desk
from dashcam.store.tools import GROUPS

MOST_ROWS = 500


@get("/api/now", summary="What every session does now", sync_to_thread=True)
def what_goes_on(desk: NamedDependency[Desk], asked: NamedDependency[Asked]) -> Now:
    """List the sessions that run or wait, and those that were over in the last 15 minutes; a range does not matter."""
    with desk.readers.lend() as database:
        return now(database, desk.agents, asked.asked, asked.at, asked.basis)


@get("/api/tools", summary="How tools were used", sync_to_thread=True)
def use_of_tools(
    desk: NamedDependency[Desk],
    asked: NamedDependency[Asked],
    by: Annotated[str, Parameter(description=f"One of {', '.join(GROUPS)}.", max_length=20)] = "tool",
    limit: Annotated[int, Parameter(ge=1, le=MOST_ROWS, description="Rows at most.")] = 50,
) -> ToolListing:
    """Count the tool calls of a range with their failures and how long they took; the most used come first."""
    with desk.readers.lend() as database:
        return tools(database, asked.asked, by, asked.at, limit=limit)
