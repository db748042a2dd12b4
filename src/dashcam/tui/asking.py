"""Which sessions are wanted and in which order: what the filter panel says, and the table asks.

What a stranger would get wrong: nothing here knows Textual, for the first question is asked while that is imported.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from dashcam.queries.asking import Words, filter_of
from dashcam.queries.sessions import ACTIVE, SessionPage, session_page
from dashcam.store.sessions import Page

if TYPE_CHECKING:
    from dashcam.queries.moment import Moment
    from dashcam.records.filters import SortKey
    from dashcam.store.database import Database
    from dashcam.tui.data import Question
    from dashcam.tui.machine import Machine

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
        yield from (one for one in (self.project, self.model) if one)
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


def page_of(
    machine: "Machine", chosen: Chosen, sorting: Sorting, *, cursor: str = "", limit: int = FIRST
) -> "Question[SessionPage]":
    """Make the question for a page of sessions. It raises BadInput and DatabaseError."""
    page = Page(sort=SORTS[sorting.place][0], descending=sorting.descending, limit=limit)

    def ask(database: "Database", at: "Moment") -> SessionPage:
        said = Words(
            agent_types=chosen.agents,
            projects=[chosen.project] if chosen.project else [],
            models=[chosen.model] if chosen.model else [],
            statuses=chosen.statuses,
            range_words=chosen.range,
            text=chosen.text,
        )
        return session_page(database, filter_of(said, machine.agents, at), page, at, cursor=cursor)

    return ask
