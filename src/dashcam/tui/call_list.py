"""The calls of a session and of its subagents, as they are read: page by page, and again where a session goes on.

What a stranger would get wrong: a session that goes on is not read anew, but from its last page on. Only where its own
sums say that the calls held are not those on record (they were priced again, or belong to another session now) is all
of it read.
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime
from functools import reduce
from itertools import accumulate, chain
from operator import add

import msgspec

from dashcam.queries.answers import UsageAnswer, session_answer, usage_answer
from dashcam.queries.calls import SessionCall, calls_page
from dashcam.queries.detail import descendants
from dashcam.queries.entries import read_event_id
from dashcam.queries.moment import Moment
from dashcam.queries.outline import outline
from dashcam.queries.sessions import one_session
from dashcam.queries.transcript import CONVERSATION
from dashcam.records.rows import SessionRow
from dashcam.store import events
from dashcam.store.database import Database
from dashcam.tui import look
from dashcam.writing import words
from dashcam.writing.sums import Known, known_of

FIRST, MORE = 200, 2_000
"""Calls of the first answer, which is waited for, and of those behind it."""
LEAST = 20
"""What a page counts for at least: of many subagents with a call each, not all are asked for at once."""
MILLISECONDS = 1_000


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One model call, and the session that made it."""

    call: SessionCall
    address: str
    """What that session is asked by."""
    subagent: str
    """The title of the subagent; empty where the session itself made the call."""
    when: int
    """Milliseconds since 1970; 0 where no line tells a time."""
    key: tuple[str, str, str]
    """What it is told from all others by; held, since it is looked for among all of them with every page."""


class CallsRead(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the calls so far."""

    title: str
    rows: list[Call]
    """In the order of time."""
    totals: UsageAnswer
    """Of all calls, those too that are not read yet."""
    known: Known
    """How much of all usage is on record."""
    complete: bool


class Member:
    """One session of the family, and what of its calls is read."""

    def __init__(self, row: SessionRow, subagent: str) -> None:
        self.row = row
        self._subagent = subagent
        self._pages: list[tuple[str, list[Call]]] = []
        self._next: str | None = ""
        self._is_whole = True
        self._held: list[Call] | None = None

    @property
    def complete(self) -> bool:
        """Whether all pages are read."""
        return self._next is None

    @property
    def rows(self) -> list[Call]:
        """The calls, in their order: those of before, while they are read anew."""
        return list(chain.from_iterable(page for _, page in self._pages)) if self._held is None else self._held

    def again(self, row: SessionRow) -> None:
        """Look at the last page again, as the session has changed."""
        if row.revision != self.row.revision and self._pages:
            self._is_whole = len(self._pages) == 1 and self.complete
            self._next = self._pages[-1][0] if self.complete else self._next
        self.row = row

    def read(self, database: Database, at: Moment, limit: int) -> int:
        """Read the next page, and say how many calls it has."""
        cursor = self._next or ""
        page = calls_page(database, self.row, at, cursor=cursor, limit=limit)
        found = [self._call(row) for row in page.rows]
        if self._pages and self._pages[-1][0] == cursor:
            self._pages.pop()
        self._pages.append((cursor, found))
        self._next = page.next
        if self.complete:
            self._finish()
        return len(found)

    def _finish(self) -> None:
        if self._is_whole or self._agrees():
            self._held = None
        else:
            self._held, self._pages, self._next, self._is_whole = self.rows, [], "", True

    def _agrees(self) -> bool:
        calls, sums = [row.call for row in self.rows], self.row.sums
        held = (
            len(calls), sum(one.total_tokens for one in calls), sum(words.nano(one.cost_usd) or 0 for one in calls),
        )  # fmt: skip
        return held == (sums.calls, sums.total, sums.cost_nano)

    def _call(self, row: SessionCall) -> Call:
        address = f"{self.row.agent}:{self.row.session_id}"
        return Call(
            call=row,
            address=address,
            subagent=self._subagent,
            when=round(datetime.fromisoformat(row.at).timestamp() * MILLISECONDS) if row.at else 0,
            key=(address, row.call_id, row.request_id),
        )


class CallList:
    """The calls of a session with its subagents'. It is asked in the thread of questions, one question at a time."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._members: dict[str, Member] = {}
        self._title = ""

    def begin(self, database: Database, at: Moment) -> CallsRead:
        """See which sessions there are and which changed, and read on. Raises NotFound and DatabaseError."""
        session = one_session(database, self._address, at)
        self._title = look.title(session_answer(session, at.zone))
        below = [row for row in descendants(database, session, at) if row.relation == "subagent"]
        members = {}
        for row in (session, *below):
            subagent = "" if row is session else look.title(session_answer(row, at.zone))
            members[row.session_id] = self._members.get(row.session_id) or Member(row, subagent)
            members[row.session_id].again(row)
        self._members = members
        return self.more(database, at)

    def more(self, database: Database, at: Moment) -> CallsRead:
        """Read on. Raises DatabaseError."""
        limit = MORE if any(self._rows()) else FIRST
        left = limit
        while left > 0 and (unread := next((one for one in self._members.values() if not one.complete), None)):
            left -= max(unread.read(database, at, limit), LEAST)
        total = usage_answer({}, reduce(add, (one.row.sums for one in self._members.values())))
        known = known_of(total, sum(not one.row.has_usage for one in self._members.values()))
        return CallsRead(
            title=self._title,
            rows=sorted(self._rows(), key=lambda one: one.when),
            totals=total,
            known=known,
            complete=all(one.complete for one in self._members.values()),
        )

    def _rows(self) -> Iterator[Call]:
        return chain.from_iterable(one.rows for one in self._members.values())


def event_of(database: Database, call: Call, at: Moment) -> str:
    """Name the event of the conversation that a call stands with, else the last one before its time."""
    session = one_session(database, call.address, at)
    if call.call.event_id is not None:
        found = events.one_of_session(database, session.row, *read_event_id(call.call.event_id))
        if found is not None and found.kind in CONVERSATION:
            return call.call.event_id
    drawn = outline(database, session)
    if not drawn.id:
        return ""
    since = call.when - drawn.start
    same = [place for place, key in enumerate(drawn.calls.call_id) if key == call.call.call_id]
    nearest = min(same, key=lambda place: abs(drawn.calls.at[place] - since), default=None)
    position = None if nearest is None else drawn.calls.position[nearest]
    if position is None:
        position = max(bisect_right(list(accumulate(drawn.at, max)), since) - 1, 0)
    return drawn.id[position]
