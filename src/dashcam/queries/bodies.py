"""What events say, read back from the journal: the line by its place, its words by the agent's module."""

from collections import OrderedDict
from collections.abc import Mapping

from dashcam.agents.agent import Agent
from dashcam.agents.pictures import Picture
from dashcam.records.event import Body, Event
from dashcam.records.rows import EventRow
from dashcam.records.source import PUSHED, Source
from dashcam.store import journal, sources
from dashcam.store.database import Database

FRAMES_HELD = 4


class Bodies:
    """Reads the bodies of events, holding the last few frames in memory."""

    def __init__(self, database: Database, agents: Mapping[str, Agent]) -> None:
        self._database = database
        self._agents = agents
        self._held: OrderedDict[tuple[int, int], list[bytes]] = OrderedDict()
        self._latest: tuple[int, int, int, list[bytes]] = (0, 0, 0, [])
        """The frame that was asked last, as source, first line, the line behind its last one, and its lines."""
        self._spans: dict[int, list[tuple[int, int]]] = {}
        self._origins: dict[int, Source] = {}

    def line(self, source: int, number: int) -> bytes | None:
        """Find a line's bytes; None if the journal does not hold it."""
        where, start, end, held = self._latest
        if where == source and start <= number < end:
            return held[number - start]
        for first, last in self._spans.get(source, ()):
            if first <= number < last and (source, first) in self._held:
                self._held.move_to_end((source, first))
                self._latest = (source, first, last, self._held[source, first])
                return self._held[source, first][number - first]
        frame = journal.frame_at(self._database, source, number)
        if frame is None:
            return None
        first, count, raw = frame
        lines = journal.split_lines(raw) if self._origin(source).shape == "lines" else [raw]
        self._held[source, first] = lines
        self._latest = (source, first, first + count, lines)
        self._spans.setdefault(source, []).append((first, first + count))
        if len(self._held) > FRAMES_HELD:
            (old, start), _ = self._held.popitem(last=False)
            self._spans[old] = [span for span in self._spans[old] if span[0] != start]
        return lines[number - first]

    def body(self, event: EventRow) -> Body:
        """Read what an event says; empty if its line is not there."""
        line = self.line(event.source, event.line)
        origin = self._origin(event.source)
        agent = self._agents.get(origin.agent)
        if line is None or agent is None:
            return Body()
        if agent.pushed is not None and origin.kind in PUSHED:
            return agent.pushed.body(origin.kind, line, _as_event(event))
        return agent.body(line, _as_event(event))

    def image(self, event: EventRow, number: int) -> Picture | None:
        """Decode one of an event's images, counted from 0; None for one that is not there or not given out."""
        line = self.line(event.source, event.line)
        origin = self._origin(event.source)
        agent = self._agents.get(origin.agent)
        return (
            None
            if line is None or agent is None or origin.kind in PUSHED
            else agent.image(line, _as_event(event), number)
        )

    def _origin(self, source: int) -> Source:
        if source not in self._origins:
            self._origins[source] = sources.by_ids(self._database, [source])[source].source
        return self._origins[source]


def _as_event(row: EventRow) -> Event:
    return Event(
        session="",
        line=row.line,
        part=row.part,
        at=row.at,
        order=row.place,
        kind=row.kind,  # type: ignore[arg-type]
        name=row.name,
        ok=row.ok,
    )
