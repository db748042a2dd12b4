"""A session's model calls, page by page: what each used and cost, and where in the conversation it stands."""

from datetime import tzinfo

import msgspec

from dashcam.queries.answers import model_name
from dashcam.queries.cursor import read_cursor, write_cursor
from dashcam.queries.entries import event_id
from dashcam.queries.moment import Moment
from dashcam.records.clock import SECOND, iso
from dashcam.records.errors import BadInput
from dashcam.records.money import dollars
from dashcam.records.rows import SessionRow
from dashcam.store import events
from dashcam.store.database import Database
from dashcam.store.events import PlacedCall

PAGE = 100


class SessionCall(msgspec.Struct, frozen=True, kw_only=True):
    """One model call that counts for a session. Its token counts are disjoint."""

    call_id: str
    """What its receipt is asked for by. Not unique where a gateway gives one id to several requests."""
    request_id: str
    at: str | None
    """When the response was complete; null where no line of its file tells a time."""
    model: str
    input_tokens: int
    """Those that no cache held."""
    output_tokens: int
    cache_read_tokens: int
    cache_write_5m_tokens: int
    cache_write_1h_tokens: int
    reasoning_tokens: int
    """Already inside `output_tokens`."""
    total_tokens: int
    context_tokens: int
    """Of its prompt: input, cache reads and cache writes."""
    web_searches: int
    cost_usd: float | None
    """Null for a model that no rate is known for."""
    estimated_cost_usd: float | None
    """With the estimate in place of a placeholder count; null where the count is exact."""
    reported_cost_usd: float | None
    """What the agent itself says that it cost; null where it says nothing."""
    exact: bool
    """False where `output_tokens` is a placeholder that the agent wrote before it knew."""
    duration_seconds: float | None
    tools: str
    """Names of the tools that it called, parted by a comma and a space."""
    sidechain: bool
    """Whether it was made beside the main thread."""
    event_id: str | None
    """The event that it stands with: the first of its line, or of the nearest line before."""


class CallsPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some calls of a session, in the order of time."""

    rows: list[SessionCall]
    next: str | None
    """Asks for the page behind this one; null on the last."""


def calls_page(
    database: Database, session: SessionRow, at: Moment, *, cursor: str = "", limit: int = PAGE
) -> CallsPage:
    """Answer with the calls of a session that stand behind a cursor. Raises BadInput."""
    if limit < 1:
        raise BadInput("a page has at least one row", "Give a limit of 1 or more.")
    after: events.CallPlace | None = None
    if cursor:
        time, key, variant, source = read_cursor(cursor, (int, str, str, int))
        after = (int(time), str(key), str(variant), int(source))
    found = events.calls_behind(database, session.row, after, limit=limit + 1)
    shown = found[:limit]
    return CallsPage(
        rows=[_answer(one, at.zone) for one in shown],
        next=_cursor(shown[-1]) if len(found) > limit else None,
    )


def _cursor(last: PlacedCall) -> str:
    call = last.stored.call
    return write_cursor(call.at, call.key, call.variant, last.stored.source)


def _answer(one: PlacedCall, zone: tzinfo) -> SessionCall:
    call, priced = one.stored.call, one.stored.priced
    return SessionCall(
        call_id=call.key,
        request_id=call.variant,
        at=iso(call.at or None, zone),
        model=model_name(call.model),
        input_tokens=call.input,
        output_tokens=call.output,
        cache_read_tokens=call.cache_read,
        cache_write_5m_tokens=call.cache_write_5m,
        cache_write_1h_tokens=call.cache_write_1h,
        reasoning_tokens=call.reasoning,
        total_tokens=call.total,
        context_tokens=call.prompt,
        web_searches=call.web_searches,
        cost_usd=dollars(priced.cost_nano),
        estimated_cost_usd=dollars(priced.estimate_nano),
        reported_cost_usd=dollars(call.reported_nano),
        exact=call.exact,
        duration_seconds=None if call.duration_us is None else call.duration_us / SECOND,
        tools=call.tools,
        sidechain=call.sidechain,
        event_id=None if one.event is None else event_id(*one.event),
    )
