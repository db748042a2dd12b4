"""The conversation of a session: its events with what they say."""

from collections.abc import Iterator, Mapping

import msgspec

from dashcam.agents.agent import Agent
from dashcam.queries.bodies import Bodies
from dashcam.records.event import Body
from dashcam.records.rows import EventRow
from dashcam.store import events
from dashcam.store.database import Database
from dashcam.store.events import Place

PAGE = 500
CONVERSATION = ("user", "assistant", "thinking", "tool_call", "tool_result", "error", "system")
"""The kinds that make the conversation; context and hooks stand beside it."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One event and what it says."""

    event: EventRow
    body: Body


def transcript(
    database: Database, agents: Mapping[str, Agent], session: int, *, kinds: tuple[str, ...] = CONVERSATION
) -> Iterator[Entry]:
    """Yield a session's conversation in order, reading it page by page."""
    bodies = Bodies(database, agents)
    after: Place | None = None
    while True:
        page = events.of_session(database, session, after=after, limit=PAGE, kinds=kinds)
        for event in page:
            yield Entry(event=event, body=bodies.body(event))
        if len(page) < PAGE:
            return
        after = events.place_of(page[-1])
