"""Calls and events as the exports write them: one flat row each.

Each row names its file and line, so that any number can be traced back to what the agent wrote.
"""

from collections.abc import Iterator, Mapping
from datetime import tzinfo

import msgspec
from msgspec import UNSET, UnsetType

from dashcam.agents.agent import Agent
from dashcam.queries.answers import SessionAnswer, UsageAnswer, model_name, session_answer, usage_answer
from dashcam.queries.bodies import Bodies
from dashcam.queries.moment import Moment
from dashcam.records.call import ModelCall
from dashcam.records.clock import SECOND, iso
from dashcam.records.filters import CostBasis, Filter
from dashcam.records.money import dollars
from dashcam.records.rows import Sums
from dashcam.store import export as stored
from dashcam.store import sessions as stored_sessions
from dashcam.store import usage as stored_usage
from dashcam.store.database import Database
from dashcam.store.export import CallRow, SessionEvent
from dashcam.store.sessions import Page

PAGE = 1_000


class CallAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One model call. `cost_usd` is null for a model that no rate is known for."""

    call_id: str
    request_id: str
    session_id: str
    agent: str
    agent_name: str
    project: str
    branch: str
    at: str
    model: str
    provider: str
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_5m_tokens: int
    cache_write_1h_tokens: int
    reasoning_tokens: int
    total_tokens: int
    web_searches: int
    cost_usd: float | None
    estimated_cost_usd: float | None
    """With the estimate in place of a placeholder count; null where the count is exact."""
    reported_cost_usd: float | UnsetType | None = UNSET
    rate: str
    exact: bool
    estimated_output_tokens: int | None
    speed: str
    geo: str
    tier: str
    duration_seconds: float | None
    tools: str
    subagent: bool
    path: str
    line: int


class EventAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event. Its words are there only where they were asked for."""

    session_id: str
    agent: str
    project: str
    at: str
    kind: str
    name: str
    ok: bool | None
    duration_seconds: float | None
    lines_added: int | None
    lines_removed: int | None
    path: str
    line: int
    part: int
    text: str | UnsetType = UNSET
    tool_input: str | UnsetType = UNSET
    tool_call_id: str | UnsetType = UNSET


def calls(database: Database, asked: Filter, at: Moment, basis: CostBasis) -> Iterator[CallAnswer]:
    """Yield the calls that a filter selects, in the order of their times."""
    for row in stored.calls(database, asked, quiet_since=at.quiet_since):
        yield call_answer(row, at.zone, basis)


def call_answer(row: CallRow, zone: tzinfo, basis: CostBasis) -> CallAnswer:
    """Give a call its outside names and units."""
    call, priced = row.call, row.priced
    reported = dollars(call.reported_nano)
    return CallAnswer(
        call_id=call.key,
        request_id=call.variant,
        session_id=row.session_id,
        agent=row.agent,
        agent_name=row.agent_name,
        project=row.project,
        branch=row.branch,
        at=iso(call.at or None, zone) or "",
        model=model_name(call.model),
        provider=call.provider,
        **_tokens(call),
        web_searches=call.web_searches,
        cost_usd=reported if basis == "reported" else dollars(priced.cost_nano),
        estimated_cost_usd=dollars(priced.estimate_nano),
        reported_cost_usd=reported if basis == "both" else UNSET,
        rate=priced.rate,
        exact=call.exact,
        estimated_output_tokens=call.estimated_output,
        speed=call.speed,
        geo=call.geo,
        tier=call.tier,
        duration_seconds=_seconds(call.duration_us),
        tools=call.tools,
        subagent=call.sidechain,
        path=row.path,
        line=call.line + 1,
    )


def _tokens(call: ModelCall) -> dict[str, int]:
    return {
        "input_tokens": call.input,
        "output_tokens": call.output,
        "cache_read_tokens": call.cache_read,
        "cache_write_5m_tokens": call.cache_write_5m,
        "cache_write_1h_tokens": call.cache_write_1h,
        "reasoning_tokens": call.reasoning,
        "total_tokens": call.total,
    }


def _seconds(micros: int | None) -> float | None:
    return None if micros is None else micros / SECOND


def events(
    database: Database, agents: Mapping[str, Agent], asked: Filter, at: Moment, *, with_text: bool
) -> Iterator[EventAnswer]:
    """Yield the events of the sessions that a filter selects, session by session."""
    bodies = Bodies(database, agents) if with_text else None
    for row in stored.events(database, asked, quiet_since=at.quiet_since):
        yield _event_answer(row, at.zone, bodies)


def _event_answer(row: SessionEvent, zone: tzinfo, bodies: Bodies | None) -> EventAnswer:
    event = row.event
    body = bodies.body(event) if bodies else None
    return EventAnswer(
        session_id=row.session_id,
        agent=row.agent,
        project=row.project,
        at=iso(event.at or None, zone) or "",
        kind=event.kind,
        name=event.name,
        ok=event.ok,
        duration_seconds=_seconds(event.duration_us),
        lines_added=event.lines_added,
        lines_removed=event.lines_removed,
        path=row.path,
        line=event.line + 1,
        part=event.part,
        text=body.text if body else UNSET,
        tool_input=body.tool_input if body else UNSET,
        tool_call_id=body.call_id if body else UNSET,
    )


def sessions(database: Database, asked: Filter, page: Page, at: Moment, basis: CostBasis) -> Iterator[SessionAnswer]:
    """Yield the sessions that a filter selects, in the order and up to the limit of a page."""
    left = page.limit
    while left is None or left > 0:
        size = PAGE if left is None else min(PAGE, left)
        page = msgspec.structs.replace(page, limit=size)
        rows, keys = stored_sessions.listing(database, asked, page, quiet_since=at.quiet_since)
        for row in rows:
            yield session_answer(row, at.zone, basis)
        if len(rows) < size:
            return
        page = msgspec.structs.replace(page, after=(keys[-1], rows[-1].row))
        left = None if left is None else left - size


def total(database: Database, asked: Filter, at: Moment, basis: CostBasis) -> tuple[UsageAnswer, Sums]:
    """Add up the calls that a filter selects."""
    found = stored_usage.grouped(database, asked, [], quiet_since=at.quiet_since)
    sums = found[0][1] if found else Sums()
    return usage_answer({}, sums, basis), sums
