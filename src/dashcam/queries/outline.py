"""A session from end to end: its outline in columns, and its entries page by page from any place.

What a stranger would get wrong: positions count the events of the kinds asked for. The outline and the pages agree
only where both were asked for the same kinds; an event's id stays the same.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from dashcam.agents.agent import Agent
from dashcam.queries.answers import model_name
from dashcam.queries.bodies import Bodies
from dashcam.queries.entries import EntryAnswer, entry_answer, read_event_id
from dashcam.queries.moment import Moment
from dashcam.queries.transcript import CONVERSATION, Entry
from dashcam.records.clock import SECOND
from dashcam.records.errors import BadInput, NotFound
from dashcam.records.money import dollars
from dashcam.records.rows import EventRow, SessionRow
from dashcam.store import events
from dashcam.store import outline as stored
from dashcam.store.database import Database, Row

MILLISECOND = SECOND // 1_000
PAGE = 100
MOST = 1 << 31
BEHIND_ALL = ((1 << 63) - 1, 0, 0, 0)


class OutlineCalls(msgspec.Struct, frozen=True, kw_only=True):
    """The model calls that count for a session, in the order of time: one list for each column."""

    position: list[int | None]
    """Which of the outline's events it stands with: the first event of its line, or the nearest line before.
    Null where no event stands before it in its file."""
    call_id: list[str]
    at: list[int]
    """Milliseconds since 1970 in UTC."""
    model: list[str]
    cost_usd: list[float | None]
    output_tokens: list[int]
    context_tokens: list[int]
    """Of its prompt: input, cache reads and cache writes."""


class Outline(msgspec.Struct, frozen=True, kw_only=True):
    """All events of a session in their order: one list for each column, all of the same length."""

    session_id: str
    revision: int
    """Of the session: it grows when anything of the session changes."""
    id: list[str]
    at: list[int]
    """Milliseconds since 1970 in UTC."""
    kind: list[str]
    name: list[str]
    """The tool of a call or result, the type of a notice."""
    ok: list[bool | None]
    duration_ms: list[int | None]
    lines_added: list[int | None]
    lines_removed: list[int | None]
    inherited: list[int]
    """Positions of the events that were copied from another session, which they count for."""
    calls: OutlineCalls


class PageEntry(EntryAnswer, frozen=True, kw_only=True):
    """One event of a page, with what it says as far as the page wants it."""

    position: int
    """Counted from 0, among the events of the kinds asked for."""
    left_out: int
    """Characters of `text` and `tool_input` that were cut off; the entry alone has them all."""


class EntriesPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some entries of a session that follow each other."""

    rows: list[PageEntry]
    total: int
    """Events of the kinds asked for in the whole session."""
    has_before: bool
    has_after: bool


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries: at most `limit` behind an event, before one, or from a position on; else the first ones."""

    after: str = ""
    """Id of an event."""
    before: str = ""
    position: int | None = None
    limit: int = PAGE
    kinds: tuple[str, ...] = CONVERSATION
    longest: int | None = None
    """Characters of `text`, and of `tool_input`, that are given of each entry; None for all."""


def outline(database: Database, session: SessionRow, *, kinds: Sequence[str] = CONVERSATION) -> Outline:
    """Draw the outline of a session."""
    with database.reading():
        rows = stored.event_rows(database, session.row, kinds)
        calls = stored.call_rows(database, session.row)
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * len(stored.EVENT)
    _, _, _, at, kind, name, ok, duration, added, removed, counted = columns
    return Outline(
        session_id=session.session_id,
        revision=session.revision,
        id=[f"{row[0]}.{row[1]}.{row[2]}" for row in rows],
        at=[each // MILLISECOND for each in at],
        kind=list(kind),
        name=list(name),
        ok=[None if each is None else bool(each) for each in ok],
        duration_ms=[None if each is None else each // MILLISECOND for each in duration],
        lines_added=list(added),
        lines_removed=list(removed),
        inherited=[position for position, each in enumerate(counted) if not each],
        calls=_calls(calls, _Lines(rows)),
    )


def _calls(rows: Sequence[Row], lines: "_Lines") -> OutlineCalls:
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * len(stored.CALL)
    _, _, key, at, model, cost, _, output, _, _ = columns
    return OutlineCalls(
        position=[lines.position(row[0], row[1]) for row in rows],
        call_id=list(key),
        at=[each // MILLISECOND for each in at],
        model=[model_name(each) for each in model],
        cost_usd=[dollars(each) for each in cost],
        output_tokens=list(output),
        context_tokens=[row[6] + row[8] + row[9] for row in rows],
    )


class _Lines:
    """Where the first event of each line stands in the outline."""

    def __init__(self, rows: Sequence[Row]) -> None:
        found: dict[int, dict[int, int]] = {}
        for position, row in enumerate(rows):
            found.setdefault(row[0], {}).setdefault(row[1], position)
        self._lines = {source: sorted(lines.items()) for source, lines in found.items()}

    def position(self, source: int, line: int) -> int | None:
        """The position of a line's first event, or of that of the nearest line before."""
        lines = self._lines.get(source, [])
        place = bisect_right(lines, line, key=lambda one: one[0])
        return lines[place - 1][1] if place else None


def entries_page(
    database: Database, agents: Mapping[str, Agent], session: SessionRow, span: Span, at: Moment
) -> EntriesPage:
    """Answer with the entries of a span. Raises BadInput for a span that makes no sense or names no event."""
    if span.limit < 1 or (span.position or 0) < 0 or (span.longest or 0) < 0:
        raise BadInput("a page begins at 0 or later and has at least one row", "Give a limit of 1 or more.")
    if sum((bool(span.after), bool(span.before), span.position is not None)) > 1:
        raise BadInput("a page begins at one place", "Give `after`, `before` or `position`, and only one of them.")
    with database.reading():
        rows = _events(database, session, span)
        edge = _edge(database, session, span, rows)
        first, total = events.counts(database, session.row, edge, kinds=span.kinds)
        bodies = Bodies(database, agents)
        entries = [Entry(event=row, body=bodies.body(row)) for row in rows]
    return EntriesPage(
        rows=[_page_entry(entry, first + nth, at, span.longest) for nth, entry in enumerate(entries)],
        total=total,
        has_before=first > 0,
        has_after=first + len(rows) < total,
    )


def one_entry(
    database: Database, agents: Mapping[str, Agent], session: SessionRow, event: str, at: Moment
) -> EntryAnswer:
    """Answer with one whole entry of a session by its id. Raises BadInput and NotFound."""
    found = events.one_of_session(database, session.row, *read_event_id(event))
    if found is None:
        raise NotFound(f"the session has no event '{event}'", "Its file may have been replaced since: load it anew.")
    return entry_answer(Entry(event=found, body=Bodies(database, agents).body(found)), at.zone)


def _events(database: Database, session: SessionRow, span: Span) -> list[EventRow]:
    limit = min(span.limit, MOST)
    if span.position is not None:
        place = min(span.position, MOST)
        return events.from_position(database, session.row, place, limit=limit, kinds=span.kinds)
    after, before = _place(database, session, span.after), _place(database, session, span.before)
    return events.of_session(database, session.row, after=after, before=before, limit=limit, kinds=span.kinds)


def _place(database: Database, session: SessionRow, event: str) -> events.Place | None:
    if not event:
        return None
    found = events.one_of_session(database, session.row, *read_event_id(event))
    if found is None:
        raise BadInput(f"the session has no event '{event}'", "Its file may have been replaced since: load it anew.")
    return events.place_of(found)


def _edge(database: Database, session: SessionRow, span: Span, rows: Sequence[EventRow]) -> events.Place | None:
    """The place before which the events lie that stand before a page; None where there are none."""
    if rows:
        return events.place_of(rows[0])
    if span.before:
        return None
    after = _place(database, session, span.after)
    return BEHIND_ALL if after is None else (*after[:3], after[3] + 1)


def _page_entry(entry: Entry, position: int, at: Moment, longest: int | None) -> PageEntry:
    answer = entry_answer(entry, at.zone, longest=longest)
    fields = {name: getattr(answer, name) for name in EntryAnswer.__struct_fields__}
    body = entry.body
    left_out = len(body.text) - len(answer.text) + len(body.tool_input) - len(answer.tool_input)
    return PageEntry(**fields, position=position, left_out=left_out)
