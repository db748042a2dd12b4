"""The query parameters that listings share, in the command line's words, read once for all of them."""

from typing import Annotated

import msgspec
from litestar.di import NamedDependency
from litestar.params import Parameter, QueryParameter

from dashcam.queries import asking
from dashcam.queries.moment import Moment
from dashcam.records.clock import RANGE_HINT
from dashcam.records.filters import CostBasis, Filter
from dashcam.records.session import Status
from dashcam.server.desk import Desk

MOST_VALUES = 100
MOST_SESSIONS = 500
Several = list[str] | None
_RANGE = RANGE_HINT.removeprefix("Use ")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A question: what is selected, when it is asked, and whose cost is wanted."""

    asked: Filter
    at: Moment
    basis: CostBasis


def moment_of(
    desk: NamedDependency[Desk],
    tz: Annotated[str, Parameter(description="Time zone, such as Europe/Berlin; the server's own unless told.")] = "",
) -> Moment:
    """Make the moment of a request. Raises BadInput."""
    return desk.moment(tz)


def asked_of(  # noqa: PLR0913, PLR0917  one parameter for each filter
    at: NamedDependency[Moment],
    agent_type: Annotated[
        Several, Parameter(description="Type of agent; may be repeated.", max_items=MOST_VALUES)
    ] = None,
    agent: Annotated[Several, Parameter(description="Instance of an agent.", max_items=MOST_VALUES)] = None,
    project: Annotated[Several, Parameter(description="Part of the project's path.", max_items=MOST_VALUES)] = None,
    model: Annotated[Several, Parameter(description="Part of a model's name.", max_items=MOST_VALUES)] = None,
    branch: Annotated[Several, Parameter(description="Branch of the project.", max_items=MOST_VALUES)] = None,
    status: Annotated[list[Status] | None, Parameter(description="Status of a session.", max_items=MOST_VALUES)] = None,
    active: Annotated[bool, Parameter(description="Only sessions that are running or waiting.")] = False,  # noqa: FBT002
    range_words: Annotated[str | None, QueryParameter(name="range", description=f"One of {_RANGE}")] = None,
    since: Annotated[str | None, Parameter(description="From a date or time on.")] = None,
    until: Annotated[str | None, Parameter(description="Up to a date (with all of it) or a time.")] = None,
    text: Annotated[str, Parameter(description="Part of the title, first prompt, project or id.")] = "",
    min_cost: Annotated[str | None, Parameter(description="Only sessions that cost at least so many dollars.")] = None,
    no_subagents: Annotated[bool, Parameter(description="Leave subagents out.")] = False,  # noqa: FBT002
    session_id: Annotated[
        Several,
        Parameter(description="Only these sessions, by full id; not their subagents.", max_items=MOST_SESSIONS),
    ] = None,
    whole_project: Annotated[
        Several,
        Parameter(description="Whole path of a project; empty for sessions that name none.", max_items=MOST_VALUES),
    ] = None,
    cost: Annotated[CostBasis, Parameter(description="Whose cost is shown.")] = "calculated",
) -> Asked:
    """Read the shared parameters. Raises BadInput."""
    words = asking.Words(
        agent_types=agent_type or (),
        agent_names=agent or (),
        projects=project or (),
        models=model or (),
        branches=branch or (),
        statuses=status or (),
        active=active,
        range_words=range_words,
        since=since,
        until=until,
        text=text,
        min_cost=min_cost,
        no_subagents=no_subagents,
    )
    asked = msgspec.structs.replace(
        asking.filter_of(words, at),
        exact_sessions=tuple(session_id or ()),
        whole_projects=tuple(whole_project or ()),
    )
    return Asked(asked=asked, at=at, basis=cost)
