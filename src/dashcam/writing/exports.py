"""What can be exported, each as a sheet of rows that are read while they are written."""

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

import msgspec

from dashcam.agents.agent import Agent
from dashcam.queries import export as exports
from dashcam.queries import notes
from dashcam.queries.answers import DIMENSION_KEY, SessionAnswer, UsageAnswer
from dashcam.queries.export import CallAnswer, EventAnswer
from dashcam.queries.moment import Moment
from dashcam.queries.sessions import session_listing
from dashcam.queries.usage import usage_listing
from dashcam.records.filters import CostBasis, Filter
from dashcam.store.database import Database
from dashcam.store.sessions import Page
from dashcam.writing.cells import keys_of
from dashcam.writing.sheets import Counted, Sheet


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be exported: a question, and how much of each row."""

    database: Database
    agents: Mapping[str, Agent]
    asked: Filter
    page: Page
    at: Moment
    basis: CostBasis = "calculated"
    dimensions: tuple[str, ...] = ("day",)
    """For usage."""
    with_text: bool = False
    """For events: what was said, too."""

    @property
    def reported(self) -> tuple[str, ...]:
        """The one column that is there only where both costs are asked for."""
        return ("reported_cost_usd",) if self.basis == "both" else ()


def _sessions(wanted: Wanted) -> Sheet:
    def closing() -> dict[str, Any]:
        listing = session_listing(wanted.database, wanted.asked, Page(limit=0), wanted.at, wanted.basis)
        return {"totals": listing.totals, "notes": listing.notes}

    return Sheet(
        shape=SessionAnswer,
        columns=keys_of(SessionAnswer, *wanted.reported),
        rows=exports.sessions(wanted.database, wanted.asked, wanted.page, wanted.at, wanted.basis),
        closing=closing,
    )


def _usage(wanted: Wanted) -> Sheet:
    listing = usage_listing(wanted.database, wanted.asked, wanted.dimensions, wanted.at, wanted.basis)
    names = [DIMENSION_KEY.get(name, name) for name in wanted.dimensions]
    return Sheet(
        shape=UsageAnswer,
        columns=keys_of(UsageAnswer, *names, *wanted.reported),
        rows=listing.rows[: wanted.page.limit],
        closing=lambda: {"totals": listing.totals, "notes": listing.notes},
    )


def _calls(wanted: Wanted) -> Sheet:
    def closing() -> dict[str, Any]:
        answer, sums = exports.total(wanted.database, wanted.asked, wanted.at, wanted.basis)
        return {"totals": answer, "notes": notes.of_sums(sums)}

    rows = exports.calls(wanted.database, wanted.asked, wanted.at, wanted.basis)
    return Sheet(
        shape=CallAnswer,
        columns=keys_of(CallAnswer, *wanted.reported),
        rows=islice(rows, wanted.page.limit),
        closing=closing,
    )


def _events(wanted: Wanted) -> Sheet:
    found = exports.events(wanted.database, wanted.agents, wanted.asked, wanted.at, with_text=wanted.with_text)
    rows = Counted(islice(found, wanted.page.limit))
    words_too = ("text", "tool_input", "tool_call_id") if wanted.with_text else ()
    return Sheet(
        shape=EventAnswer,
        columns=keys_of(EventAnswer, *words_too),
        rows=rows,
        closing=lambda: {"totals": {"events": rows.count}, "notes": []},
    )


SHEETS: dict[str, Callable[[Wanted], Sheet]] = {
    "sessions": _sessions,
    "usage": _usage,
    "calls": _calls,
    "events": _events,
}
