"""A session from end to end: its outline in columns, and its entries page by page from any place.

What a stranger would get wrong: positions count the events of the kinds asked for. The outline and the pages agree
only where both were asked for the same kinds; an event's id stays the same.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
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
    """Which of the outline's events it stands with: the first event of its line, or of the nearest line before.
    Null where no event stands before it in its file."""
    call_id: list[str]
    at: list[int]
    """Milliseconds after the outline's `start`."""
    model: list[int]
    """Places in `models`."""
    models: list[str]
    cost_usd: list[float | None]
    output_tokens: list[int]
    context_tokens: list[int]
    """Of its prompt: input, cache reads and cache writes."""


class OutlineDurations(msgspec.Struct, frozen=True, kw_only=True):
    """How long events took, where that is known."""

    position: list[int]
    duration_ms: list[int]


class OutlineChanges(msgspec.Struct, frozen=True, kw_only=True):
    """Lines that events changed, where they changed any."""

    position: list[int]
    added: list[int]
    removed: list[int]


class Outline(msgspec.Struct, frozen=True, kw_only=True):
    """All events of a session in their order.

    `id`, `at`, `kind` and `name` are columns: lists that all have a value for each event. What few events have stands
    beside them with the positions of those events, counted from 0.
    """

    session_id: str
    revision: int
    """Of the session: it grows when anything of the session changes."""
    start: int
    """Time of the first event in milliseconds since 1970 in UTC."""
    id: list[str]
    at: list[int]
    """Milliseconds after `start`; below 0 for an event that tells an earlier time than the first."""
    kind: list[int]
    """Places in `kinds`."""
    kinds: list[str]
    name: list[int]
    """Places in `names`: the tool of a call or result, the type of a notice."""
    names: list[str]
    failed: list[int]
    """Positions of the tool results that say that they failed."""
    inherited: list[int]
    """Positions of the events that were copied from another session, which they count for."""
    durations: OutlineDurations
    changes: OutlineChanges
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
    _, _, _, times, kind, name, ok, duration, added, removed, counted = columns
    start = (times[0] if times else 0) // MILLISECOND
    kind_of, name_of = _Words(), _Words()
    took = [place for place, each in enumerate(duration) if each is not None]
    changed = [place for place, each in enumerate(zip(added, removed, strict=True)) if each[0] or each[1]]
    return Outline(
        session_id=session.session_id,
        revision=session.revision,
        start=start,
        id=[f"{source}.{line}.{part}" for source, line, part, *_ in rows],
        at=[each // MILLISECOND - start for each in times],
        kind=[kind_of[each] for each in kind],
        kinds=list(kind_of),
        name=[name_of[each] for each in name],
        names=list(name_of),
        failed=[place for place, each in enumerate(ok) if each == 0],
        inherited=[place for place, each in enumerate(counted) if not each],
        durations=OutlineDurations(position=took, duration_ms=[duration[place] // MILLISECOND for place in took]),
        changes=OutlineChanges(
            position=changed,
            added=[added[place] or 0 for place in changed],
            removed=[removed[place] or 0 for place in changed],
        ),
        calls=_calls(calls, _Lines(rows), start),
    )


def _calls(rows: Sequence[Row], lines: "_Lines", start: int) -> OutlineCalls:
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * len(stored.CALL)
    source, line, key, at, model, cost, given, output, read, written = columns
    model_of = _Words()
    return OutlineCalls(
        position=list(map(lines.position, source, line, at)),
        call_id=list(key),
        at=[each // MILLISECOND - start for each in at],
        model=[model_of[each] for each in model],
        models=[model_name(each) for each in model_of],
        cost_usd=[dollars(each) for each in cost],
        output_tokens=list(output),
        context_tokens=list(map(sum, zip(given, read, written, strict=True))),
    )


class _Words(dict[str, int]):
    """Places of words in the order in which they are first asked for."""

    def __missing__(self, word: str) -> int:
        self[word] = place = len(self)
        return place


class _Lines:
    """Where the first event of each line stands in the outline."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._first: dict[tuple[int, int], int] = {}
        for position, row in enumerate(rows):
            self._first.setdefault(row[:2], position)
        self._sorted: list[tuple[int, int]] = []
        self._sources = {source for source, _ in self._first}
        self._times = list(accumulate((row[3] for row in rows), max))

    def position(self, source: int, line: int, at: int) -> int | None:
        """Find the position of a line's first event, or that of the nearest line before.

        A call may count by a copy of the session's file, of which no event counts: then its time tells where it stands.
        """
        if source not in self._sources:
            return max(bisect_right(self._times, at) - 1, 0) if self._times else None
        if (source, line) in self._first:
            return self._first[source, line]
        self._sorted = self._sorted or sorted(self._first)
        place = bisect_right(self._sorted, (source, line))
        nearest = self._sorted[place - 1] if place else (-1, -1)
        return self._first[nearest] if nearest[0] == source else None


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
