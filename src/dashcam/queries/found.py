"""What a search found, as every interface gives it."""

from datetime import tzinfo

import msgspec

from dashcam.queries.search import Hit
from dashcam.records.clock import iso


class HitAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An event that holds what was searched for."""

    session_id: str
    agent: str
    agent_name: str
    project: str
    title: str
    at: str | None
    kind: str
    name: str
    """The tool of a call or result, the type of a notice."""
    snippet: str
    marks: tuple[tuple[int, int], ...]
    """Where in the snippet the words stand, as half-open ranges of characters."""


def hit_answer(hit: Hit, zone: tzinfo) -> HitAnswer:
    """Give a hit its outside names."""
    return HitAnswer(
        session_id=hit.session.session_id,
        agent=hit.session.agent,
        agent_name=hit.session.agent_name,
        project=hit.session.project,
        title=hit.session.title,
        at=iso(hit.event.at, zone),
        kind=hit.event.kind,
        name=hit.event.name,
        snippet=hit.snippet,
        marks=hit.marks,
    )
