"""The latest hook events of all sessions, as observers of hooks show them: in an envelope, the oldest first."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from dashcam.agents.agent import Agent
from dashcam.agents.lenient import Tally, decode_leniently
from dashcam.agents.pushed import envelope_of
from dashcam.queries.bodies import Bodies
from dashcam.store import hooks
from dashcam.store.database import Database
from dashcam.store.hooks import HookRow, Place

MOST = 1000
CHOICES = 300


class HookEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One hook event. Further fields of an envelope stand in it as they came."""

    id: int
    """When it was received, in microseconds since 1970."""
    source_app: str
    """What an envelope says of its sender, else the last part of the project."""
    session_id: str
    hook_event_type: str
    payload: dict[str, Any]
    timestamp: int
    """When it happened, in milliseconds since 1970."""
    model_name: str = ""
    chat: list[Any] = []
    summary: str = ""


class FilterOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What hook events can be chosen by."""

    source_apps: list[str]
    session_ids: list[str]
    hook_event_types: list[str]


def recent(database: Database, agents: Mapping[str, Agent], limit: int) -> list[HookEvent]:
    """Give the latest events, in the order of their arrival."""
    with database.reading():
        return _events(database, agents, hooks.latest(database, min(limit, MOST)))


def behind(
    database: Database, agents: Mapping[str, Agent], place: Place, limit: int = CHOICES
) -> tuple[list[HookEvent], Place]:
    """Give the events that were kept behind a place, and the place of the last one."""
    with database.reading():
        rows = hooks.behind(database, place, limit)
        return _events(database, agents, rows), (rows[-1].source, rows[-1].line) if rows else place


def newest(database: Database) -> Place:
    """Say where the events that are kept end."""
    rows = hooks.latest(database, 1)
    return (rows[-1].source, rows[-1].line) if rows else (0, -1)


def options(database: Database, agents: Mapping[str, Agent]) -> FilterOptions:
    """Say what the latest events can be chosen by."""
    found = recent(database, agents, MOST)
    return FilterOptions(
        source_apps=_each(one.source_app for one in found),
        session_ids=_each(one.session_id for one in reversed(found))[:CHOICES],
        hook_event_types=sorted(_each(one.hook_event_type for one in found)),
    )


def _each(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _events(database: Database, agents: Mapping[str, Agent], rows: Sequence[HookRow]) -> list[HookEvent]:
    bodies = Bodies(database, agents)
    made = []
    for row in rows:
        raw = bodies.line(row.source, row.line)
        found = decode_leniently(raw, Tally(), row.line) if raw is not None else None
        if found is not None:
            made.append(_event(row, found))
    return made


def _event(row: HookRow, found: dict[str, Any]) -> HookEvent:
    envelope, payload = envelope_of(found)
    received = found.get("received")
    chat = envelope.get("chat")
    return HookEvent(
        id=received if isinstance(received, int) else row.at,
        source_app=_text(envelope, "source_app") or row.project.rpartition("/")[2] or row.agent,
        session_id=row.session,
        hook_event_type=row.name.partition(":")[0],
        payload=payload or {},
        timestamp=row.at // 1000,
        model_name=_text(envelope, "model_name"),
        chat=chat if isinstance(chat, list) else [],
        summary=_text(envelope, "summary"),
    )


def _text(envelope: dict[str, Any], name: str) -> str:
    value = envelope.get(name)
    return value if isinstance(value, str) else ""
