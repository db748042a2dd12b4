"""Launching sessions, and what is said to those that run.

What a stranger would get wrong: who may read everything may still not start a program on this machine. That is for
this machine's own person, and for whoever shows the token that was made for it.
"""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, Parameter

from dashcam.agents.agent import Agent
from dashcam.agents.launching import OVER
from dashcam.ingest.launch import start
from dashcam.ingest.launch.elsewhere import Elsewhere, elsewhere
from dashcam.ingest.launch.resuming import check_resumable
from dashcam.ingest.launch.standing import Watched
from dashcam.queries.resuming import recent_directories
from dashcam.queries.sessions import one_session
from dashcam.records.errors import BadInput, NotFound
from dashcam.server.desk import Desk
from dashcam.server.guard import MAY_LAUNCH
from dashcam.server.launches import LaunchAnswer, NotAllowed, answer

MOST_WORDS = 1_000_000
MOST_BODY_BYTES = 8 << 20

Ident = Annotated[str, Parameter(description="The launch, as it was named when it began.", max_length=40)]
Words = Annotated[str, msgspec.Meta(max_length=4_096)]


class LaunchableAgent(msgspec.Struct, frozen=True, kw_only=True):
    """An agent that can be launched here, or why it cannot."""

    agent: str
    title: str
    program: str
    """Its program; empty where there is none."""
    why_not: str
    permission_modes: tuple[str, ...]
    """The first one is what it does by itself."""
    can: list[str]


class LaunchListing(msgspec.Struct, frozen=True, kw_only=True):
    """What is launched, and what could be."""

    allowed: bool
    """Whether who asks may launch anything."""
    agents: list[LaunchableAgent]
    directories: list[str]
    """Of the latest sessions on this machine, as far as they are there; the latest first."""
    at_once: int
    """How many run at once; further ones wait."""
    launches: list[LaunchAnswer]
    """Those that go on, and the latest that are over; the newest first."""
    elsewhere: list[Elsewhere]
    """Sessions that others started on this machine, and that are alive."""


class NewLaunch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to launch."""

    prompt: Annotated[str, msgspec.Meta(min_length=1, max_length=MOST_WORDS)]
    directory: Words = ""
    """Where; empty for that of the session which is resumed."""
    agent: Words = ""
    """Empty for the one of the session that is resumed, else for the first that can be launched."""
    model: Words = ""
    permission_mode: Words = ""
    allowed_tools: Annotated[tuple[Words, ...], msgspec.Meta(max_length=100)] = ()
    max_turns: Annotated[int, msgspec.Meta(ge=1, le=10_000)] | None = None
    max_cost: Annotated[float, msgspec.Meta(gt=0, le=100_000)] | None = None
    """Dollars."""
    resume: Words = ""
    """The session to go on with, by its whole id."""
    fork: bool = False
    """Go on in a session of its own, beside the one that is resumed."""


class Message(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A further prompt."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=MOST_WORDS)]


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person says to a request for permission."""

    behavior: Annotated[str, msgspec.Meta(pattern="^(allow|allow_session|deny)$")]
    message: Words = ""
    """Why it is denied: the agent is told."""


@get("/api/launches", summary="Launched sessions, and what can be launched", sync_to_thread=True)
def launches(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> LaunchListing:
    """List launches, agents that can be launched, and sessions that run without dashcam."""
    path = desk.machine.environment.variables.get("PATH", "")
    with desk.readers.lend() as database:
        directories = recent_directories(database)
    return LaunchListing(
        allowed=_may(request),
        agents=[_launchable(agent, path) for agent in desk.agents.values() if agent.launching is not None],
        directories=directories,
        at_once=desk.machine.settings.launch_at_once,
        launches=desk.launches.listing(),
        elsewhere=elsewhere(desk.agents, desk.machine.environment, desk.home),
    )


@get("/api/launches/{launch_id:str}", summary="One launched session", sync_to_thread=True)
def launch(desk: NamedDependency[Desk], launch_id: Ident) -> LaunchAnswer:
    """Say how a launch stands, with what it is writing now."""
    return answer(_found(desk, launch_id))


@post("/api/launches", summary="Launch a session", sync_to_thread=True, request_max_body_size=MOST_BODY_BYTES)
def begin(request: Request[Any, Any, Any], desk: NamedDependency[Desk], data: JSONBody[NewLaunch]) -> LaunchAnswer:
    """Start an agent with a prompt. What was asked is on disk when this answers."""
    _only_who_may(request)
    machine = desk.machine
    said = msgspec.structs.asdict(data)
    if data.resume:
        with desk.readers.lend() as database:
            row = one_session(database, data.resume, desk.moment())
        check_resumable(machine, row, is_fork=data.fork)
        said |= {"resume": row.session_id, "agent": row.agent, "directory": data.directory or row.project}
    name = said["agent"] or start.first_of(desk.agents)
    launching = start.launchable(desk.agents, name)
    order = start.new_order(**{**said, "agent": name, "linger": start.LINGER_SECONDS})
    variables = machine.environment.variables
    order = start.checked(order, launching, variables.get("PATH", ""))
    start.start(desk.home, order, launching, variables, at_once=machine.settings.launch_at_once)
    desk.launches.look()
    return answer(_found(desk, order.id))


@post("/api/launches/{launch_id:str}/interrupt", summary="Interrupt a turn", status_code=202, sync_to_thread=True)
def interrupt(request: Request[Any, Any, Any], desk: NamedDependency[Desk], launch_id: Ident) -> LaunchAnswer:
    """Stop what the agent does now; the session stays open for a further prompt."""
    return _say(request, desk, launch_id, do="interrupt")


@post("/api/launches/{launch_id:str}/stop", summary="Stop a launched session", status_code=202, sync_to_thread=True)
def stop(request: Request[Any, Any, Any], desk: NamedDependency[Desk], launch_id: Ident) -> LaunchAnswer:
    """End the session; what it wrote is kept, and it can be resumed."""
    return _say(request, desk, launch_id, do="stop")


@post(
    "/api/launches/{launch_id:str}/message",
    summary="Say something to a launched session",
    status_code=202,
    sync_to_thread=True,
    request_max_body_size=MOST_BODY_BYTES,
)
def message(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], launch_id: Ident, data: JSONBody[Message]
) -> LaunchAnswer:
    """Send a further prompt."""
    if "message" not in _found(desk, launch_id).launching.can:
        raise BadInput("this agent takes no further prompts", "Wait for its end, and resume it.")
    return _say(request, desk, launch_id, do="message", text=data.text)


@post(
    "/api/launches/{launch_id:str}/permissions/{permission:str}",
    summary="Answer a request for permission",
    status_code=202,
    sync_to_thread=True,
)
def permit(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    launch_id: Ident,
    permission: Annotated[str, Parameter(description="The request, as the launch names it.", max_length=300)],
    data: JSONBody[Answer],
) -> LaunchAnswer:
    """Allow a tool once or for this session, or deny it with a reason."""
    standing = _found(desk, launch_id).following.standing
    if standing is None or permission not in standing.asked:
        raise NotFound("nothing is asked by that name", "It may have been answered meanwhile.")
    return _say(request, desk, launch_id, do="answer", request=permission, behavior=data.behavior, message=data.message)


def _say(asking: Request[Any, Any, Any], desk: Desk, launch_id: str, **said: str) -> LaunchAnswer:
    _only_who_may(asking)
    found = _found(desk, launch_id)
    standing = found.following.standing
    if standing is not None and standing.state in OVER:
        raise NotFound("this launch is over", "Resume its session instead.")
    start.say(found.place, **said)
    return answer(found)


def _found(desk: Desk, launch_id: str) -> Watched:
    found = desk.launches.find(launch_id)
    if found is None or found.following.standing is None:
        raise NotFound(f"there is no launch '{launch_id}'", "/api/launches lists those that go on.")
    return found


def _launchable(agent: Agent, path: str) -> LaunchableAgent:
    launching = agent.launching
    if launching is None:
        raise NotFound(f"{agent.name} cannot be launched")
    program = why_not = ""
    try:
        start.check_package(agent.name, launching)
        program = start.program_of(launching, "", path)
    except start.CannotLaunch as error:
        why_not = error.in_line
    return LaunchableAgent(
        agent=agent.name,
        title=agent.title,
        program=program,
        why_not=why_not,
        permission_modes=launching.modes,
        can=sorted(launching.can),
    )


def _may(request: Request[Any, Any, Any]) -> bool:
    return bool(request.scope["state"].get(MAY_LAUNCH))


def _only_who_may(request: Request[Any, Any, Any]) -> None:
    if not _may(request):
        raise NotAllowed(
            "launching is not allowed here",
            "Ask on the machine itself, or with the token that DASHCAM_LAUNCH_TOKEN names there.",
        )
