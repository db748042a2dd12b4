"""Hooks: an agent's own payloads, and the envelope of other observers with the routes that their screens ask."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, WebSocket, get, post, websocket
from litestar.di import NamedDependency
from litestar.exceptions import WebSocketDisconnect
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter

from dashcam.agents.quick import HOOK_AGENT
from dashcam.queries import hook_events as queries
from dashcam.queries.hook_events import FilterOptions, HookEvent
from dashcam.records.errors import NotFound
from dashcam.server.desk import Desk
from dashcam.server.receiving import MOST_BODY_BYTES, read_envelope, read_hook
from dashcam.store.hooks import Place

FIRST = 300
KEPT = {200: ResponseSpec(None, media_type="text/plain", description="Nothing to say.", generate_examples=False)}
SAVED = {200: ResponseSpec(HookEvent, description="The event, with its id.", generate_examples=False)}


@post(
    "/hooks/{agent:str}",
    summary="Take a hook's payload",
    status_code=200,
    request_max_body_size=MOST_BODY_BYTES,
    responses=KEPT,
)
async def take_agents_hook(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    agent: Annotated[str, Parameter(description="The agent whose hook it is.", max_length=100)],
) -> Response[bytes]:
    """Keep what an agent hands to its hooks. It is on disk when this answers, and says nothing to the agent."""
    known = desk.agents.get(agent)
    if known is None or known.pushed is None:
        raise NotFound(f"'{agent}' is no agent that sends hooks", "Name one of those that `dashcam agents` lists.")
    path = await desk.hooks.take(partial(read_hook, agent, await request.body()))
    if path:
        desk.work.read_soon([path])
    return Response(b"", media_type="text/plain")


@post(
    "/events",
    summary="Take a hook event in an envelope",
    status_code=200,
    request_max_body_size=MOST_BODY_BYTES,
    responses=SAVED,
)
async def take_event(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[bytes]:
    """Keep an event as claude-code-hooks-multi-agent-observability sends it."""
    saved = await desk.hooks.take(partial(read_envelope, HOOK_AGENT, await request.body()))
    return Response(msgspec.json.encode(saved), media_type="application/json")


@get("/events/recent", summary="The latest hook events", sync_to_thread=True)
def recent_events(
    desk: NamedDependency[Desk],
    limit: Annotated[int, Parameter(ge=1, le=queries.MOST, description="Events at most.")] = FIRST,
) -> list[HookEvent]:
    """List the latest hook events of all sessions in the order of their arrival."""
    with desk.readers.lend() as database:
        return queries.recent(database, desk.agents, limit)


@get("/events/filter-options", summary="What hook events can be chosen by", sync_to_thread=True)
def event_choices(desk: NamedDependency[Desk]) -> FilterOptions:
    """List the senders, sessions and kinds of the latest hook events."""
    with desk.readers.lend() as database:
        return queries.options(database, desk.agents)


@websocket("/stream")
async def stream(socket: WebSocket[Any, Any, Any], desk: NamedDependency[Desk]) -> None:
    """Tell the latest hook events, and from then on every new one."""
    await socket.accept()
    place, first = await asyncio.to_thread(_first, desk)
    listening = asyncio.create_task(_until_gone(socket))
    try:
        await socket.send_data(msgspec.json.encode({"type": "initial", "data": first}).decode())
        async with aclosing(_new_events(desk, place, listening)) as events:
            async for event in events:
                await socket.send_data(msgspec.json.encode({"type": "event", "data": event}).decode())
    except WebSocketDisconnect:
        return
    finally:
        listening.cancel()


async def _until_gone(socket: WebSocket[Any, Any, Any]) -> None:
    """Wait until the other side hangs up; what it says meanwhile is nothing to us."""
    try:
        while True:
            await socket.receive_data(mode="text")
    except WebSocketDisconnect:
        return


async def _new_events(desk: Desk, place: Place, listening: asyncio.Task[None]) -> AsyncGenerator[HookEvent]:
    async with aclosing(desk.hub.follow(None)) as news:
        async for message in news:
            if listening.done():
                return
            if message is not None and message.event == "changed":
                fresh, place = await asyncio.to_thread(_behind, desk, place)
                for event in fresh:
                    yield event


def _first(desk: Desk) -> tuple[Place, list[HookEvent]]:
    with desk.readers.lend() as database:
        return queries.newest(database), queries.recent(database, desk.agents, FIRST)


def _behind(desk: Desk, place: Place) -> tuple[list[HookEvent], Place]:
    with desk.readers.lend() as database:
        return queries.behind(database, desk.agents, place)
