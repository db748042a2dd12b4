"""All about one session: its numbers with their receipts, its subagents, tools, and what no line accounts for."""

import msgspec

from dashcam.queries.moment import Moment
from dashcam.queries.sessions import address_of
from dashcam.records.filters import Filter
from dashcam.records.rows import SessionRow, Sums, ToolRow
from dashcam.store import events, sessions
from dashcam.store import usage as store_usage
from dashcam.store.database import Database


class ModelUse(msgspec.Struct, frozen=True, kw_only=True):
    """What one model did in a session, its subagents included."""

    model: str
    sums: Sums


class SessionDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One session; `together` adds its subagents', which are sessions of their own."""

    session: SessionRow
    address: str
    subagents: tuple[SessionRow, ...]
    forks: tuple[SessionRow, ...]
    together: Sums
    models: tuple[ModelUse, ...]
    tools: tuple[ToolRow, ...]
    unattributed_nano: int | None
    """The agent's own total less all that its lines account for; None where the agent wrote no total.
    Titles, compaction and classifier calls leave no line."""


def session_detail(database: Database, session: SessionRow, at: Moment) -> SessionDetail:
    """Gather all about a session."""
    related = descendants(database, session, at)
    subagents = tuple(row for row in related if row.relation == "subagent")
    together = session.sums
    for row in subagents:
        together = together + row.sums
    asked = Filter(agents=(session.agent,), sessions=(session.session_id, *(row.session_id for row in subagents)))
    by_model = store_usage.grouped(database, asked, ["model"], quiet_since=at.quiet_since)
    models = [ModelUse(model=str(keys[0]), sums=sums) for keys, sums in by_model]
    return SessionDetail(
        session=session,
        address=address_of(database, session, at),
        subagents=subagents,
        forks=tuple(row for row in related if row.relation == "fork"),
        together=together,
        models=tuple(sorted(models, key=lambda use: (-use.sums.cost_nano, use.model))),
        tools=tuple(events.tools_of(database, session.row)),
        unattributed_nano=_unattributed(session, together),
    )


def descendants(database: Database, session: SessionRow, at: Moment) -> list[SessionRow]:
    """Subagents of all depths, and direct forks; a circle of parents ends the walk."""
    found: list[SessionRow] = []
    seen = {session.session_id}
    waiting = [session.session_id]
    while waiting:
        for row in sessions.children(database, waiting.pop(0), session.agent, quiet_since=at.quiet_since):
            if row.session_id in seen or (row.relation == "fork" and row.parent != session.session_id):
                continue
            seen.add(row.session_id)
            found.append(row)
            if row.relation == "subagent":
                waiting.append(row.session_id)
    return found


def _unattributed(session: SessionRow, together: Sums) -> int | None:
    """The reported total of a session covers its subagents; calls that no rate is known for leave it unknown."""
    reported = session.sums.reported_nano
    if reported is None or together.unpriced_calls or session.source != "transcript":
        return None
    return reported - together.cost_nano
