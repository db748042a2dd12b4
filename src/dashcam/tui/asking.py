"""Which sessions are wanted and in which order: what the filter panel says, and the table asks.

What a stranger would get wrong: nothing here knows Textual, for the first question is asked while that is imported.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec
from msgspec import structs

from dashcam.queries.answers import SessionAnswer
from dashcam.queries.asking import Words, filter_of
from dashcam.queries.sessions import ACTIVE, SessionPage, SessionTotals, changed_since, quieted, session_page
from dashcam.store.sessions import Page

if TYPE_CHECKING:
    from dashcam.queries.moment import Moment
    from dashcam.records.filters import Filter, SortKey
    from dashcam.store.database import Database
    from dashcam.tui.data import Question

FIRST, MORE = 100, 500
"""Rows of the first answer, which is waited for, and of those behind it."""
SORTS: "tuple[tuple[SortKey, str], ...]" = (
    ("started", "Started"), ("duration", "Duration"), ("tokens", "Tokens"), ("cost", "Cost"),
)  # fmt: skip
RANGES = (
    ("All time", "all"), ("Today", "today"), ("This week", "thisweek"), ("This month", "thismonth"),
    ("Last hour", "1h"), ("Last 8 hours", "8h"), ("Last 24 hours", "24h"), ("Last 2 days", "2d"),
    ("Last 7 days", "7d"), ("Last 30 days", "30d"), ("Yesterday", "yesterday"), ("Last month", "lastmonth"),
)  # fmt: skip


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """What is selected."""

    status: str = "all"
    agents: tuple[str, ...] = ()
    project: str = ""
    model: str = ""
    range: str = "all"
    text: str = ""
    """Part of the title, the prompt, the project or the id."""

    @property
    def statuses(self) -> tuple[str, ...]:
        """The statuses that are meant."""
        return {"all": (), "active": ACTIVE}.get(self.status, (self.status,))

    def words(self) -> Iterator[str]:
        """Say what is selected."""
        yield next((words.lower() for words, span in RANGES if span == self.range), self.range)
        if self.status != "all":
            yield self.status
        yield from self.agents
        if self.project:
            yield f"project {self.project}"
        if self.model:
            yield f"model {self.model}"
        if self.text:
            yield f"“{self.text}”"


class Sorting(msgspec.Struct, frozen=True, kw_only=True):
    """What the table is sorted by."""

    place: int = 0
    descending: bool = True

    @property
    def title(self) -> str:
        """The column, with an arrow."""
        return f"{SORTS[self.place][1]} {'↓' if self.descending else '↑'}"

    def next(self) -> "Sorting":
        """The next column."""
        return Sorting(place=(self.place + 1) % len(SORTS))

    def by(self, title: str) -> "Sorting":
        """By the column of that title, or the other way round where it is so already; where it is none, the same."""
        place = next((place for place, (_, each) in enumerate(SORTS) if each == title), None)
        if place is None:
            return self
        return self.turned() if place == self.place else Sorting(place=place)

    def turned(self) -> "Sorting":
        """The same the other way round."""
        return Sorting(place=self.place, descending=not self.descending)

    def fits(self, above: SessionAnswer, below: SessionAnswer) -> bool:
        """Whether two rows stand right, one right above the other."""
        high, low = (above, below) if self.descending else (below, above)
        return self._value(high) >= self._value(low)

    def _value(self, row: SessionAnswer) -> float:
        """What a row is sorted by; what is not known counts as the database has it."""
        match SORTS[self.place][0]:
            case "started":
                return datetime.fromisoformat(row.started_at).timestamp() if row.started_at else 0.0
            case "duration":
                return -1.0 if row.duration_seconds is None else row.duration_seconds
            case "tokens":
                return -1.0 if row.total_tokens is None else float(row.total_tokens)
            case _:
                return -1.0 if row.cost_usd is None else row.cost_usd


def page_of(chosen: Chosen, sorting: Sorting, *, cursor: str = "", limit: int = FIRST) -> "Question[SessionPage]":
    """Make the question for a page of sessions. It raises BadInput and DatabaseError."""
    page = Page(sort=SORTS[sorting.place][0], descending=sorting.descending, limit=limit)

    def ask(database: "Database", at: "Moment") -> SessionPage:
        return session_page(database, _filter(chosen, at), page, at, cursor=cursor)

    return ask


Key = tuple[str, str]
"""What names a session among those of all agents."""


def key_of(row: SessionAnswer) -> Key:
    """Name a session: an id is an agent's own."""
    return row.agent, row.session_id


class News(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to the sessions of a table since it was asked for."""

    changed: frozenset[Key]
    rows: list[SessionAnswer]
    """Those that are selected of the changed ones, as the table would show them."""
    totals: SessionTotals | None
    """Of all that is selected; None where nothing changed."""
    revision: int
    quiet_since: int
    """Ask from both the next time."""
    complete: bool
    """False where too many changed: all has to be asked for anew."""


def news_of(chosen: Chosen, revision: int, quiet_since: int) -> "Question[News]":
    """Make the question for what changed since a revision, and who fell silent since. It raises DatabaseError."""

    def ask(database: "Database", at: "Moment") -> News:
        found = changed_since(database, revision, at)
        # Who says nothing for a while is over without a line of it.
        silent = quieted(database, quiet_since, at.quiet_since, at) if quiet_since else []
        changed = [*found.rows, *silent]
        rows: list[SessionAnswer] = []
        totals = None
        if changed:
            asked = _filter(chosen, at)
            these = structs.replace(asked, exact_sessions=tuple(row.session_id for row in changed))
            rows = session_page(database, these, Page(), at).rows
            totals = session_page(database, asked, Page(limit=1), at).totals
        return News(
            changed=frozenset(map(key_of, changed)),
            rows=rows,
            totals=totals,
            revision=found.revision,
            quiet_since=at.quiet_since,
            complete=found.complete,
        )

    return ask


def patched(rows: Sequence[SessionAnswer], news: News, sorting: Sorting) -> list[SessionAnswer] | None:
    """Take news into a table; None where it has to be asked for anew, since a row is new or belongs elsewhere."""
    fresh = {key_of(row): row for row in news.rows}
    kept: list[SessionAnswer] = []
    places: list[int] = []
    for row in rows:
        key = row.agent, row.session_id  # Not by key_of: tens of thousands of rows pass here.
        if key not in news.changed:
            kept.append(row)
        elif key in fresh:
            places.append(len(kept))
            kept.append(fresh.pop(key))
    if fresh:
        return None
    around = (pair for at in places for pair in pairwise(kept[max(0, at - 1) : at + 2]))
    return kept if all(sorting.fits(*pair) for pair in around) else None


def _filter(chosen: Chosen, at: "Moment") -> "Filter":
    said = Words(
        agent_types=chosen.agents,
        projects=[chosen.project] if chosen.project else [],
        models=[chosen.model] if chosen.model else [],
        statuses=chosen.statuses,
        range_words=chosen.range,
        text=chosen.text,
    )
    return filter_of(said, at)
