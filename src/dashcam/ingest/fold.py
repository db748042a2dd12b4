"""From new lines to an advance that the store can keep: read by the agent's module, priced, cut into search chunks."""

from collections.abc import Iterable
from typing import Any

import msgspec

from dashcam.agents.agent import Agent, Line
from dashcam.agents.pushed import Memory
from dashcam.pricing.price import price
from dashcam.pricing.prices import Prices
from dashcam.records.call import ModelCall, Priced
from dashcam.records.counter import CounterPoint
from dashcam.records.errors import DashcamError
from dashcam.records.event import Event
from dashcam.records.session import ReportedTotal, Sample, SessionFacts, TitleHint
from dashcam.records.source import PUSHED, Bookmark, Diagnostic, Record, Source
from dashcam.store.batch import Advance
from dashcam.store.journal import split_lines
from dashcam.store.words import chunks


class ReaderFailed(DashcamError):
    """A reader stumbled over lines that it should have coped with. Only their file waits, for a mended reader."""


class Reading:
    """A source being read on from where its bookmark is."""

    def __init__(self, agent: Agent, source: Source, bookmark: Bookmark, lines_read: int) -> None:
        self.agent = agent
        self.source = source
        self.lines_read = lines_read
        self.memory: Any
        pushed = agent.pushed if source.kind in PUSHED else None
        self._read = pushed.read if pushed else agent.read
        if bookmark.reader == agent.reader and bookmark.memory:
            self.memory = msgspec.msgpack.decode(bookmark.memory, type=Memory if pushed else agent.memory)
        else:
            self.memory = pushed.remember(source) if pushed else agent.remember(source)

    def lines_of(self, raw: bytes) -> list[bytes]:
        """Cut new bytes into lines; a document is one line."""
        return split_lines(raw) if self.source.shape == "lines" else [raw]

    def read(self, raw: bytes, prices: Prices, *, expected: Bookmark, bookmark: Bookmark) -> Advance:
        """Fold new whole lines into an advance; the bookmark's memory and reader are filled in."""
        first = self.lines_read
        lines = self.lines_of(raw)
        news = Advance(
            source=self.source,
            expected=expected,
            bookmark=bookmark,
            first_line=first,
            lines_read=first + len(lines),
            raw=raw,
        )
        try:
            _sort_records(self._read(_numbered(lines, first), self.memory), news, prices)
        except Exception as error:
            why = f"the reader failed behind line {first + 1:,}: {type(error).__name__}: {error}"
            raise ReaderFailed(why, "Please report it; the other files are read.") from error
        del lines  # or one long line would stand beside the text that was read of it
        news.chunks = chunks((event.line, event.at, event.text) for event in news.events if event.text)
        self.lines_read = news.lines_read
        news.bookmark = msgspec.structs.replace(
            bookmark, reader=self.agent.reader, memory=msgspec.msgpack.encode(self.memory)
        )
        return news


def _numbered(lines: list[bytes], first: int) -> Iterable[Line]:
    return enumerate(lines, first)


def _sort_records(records: Iterable[Record], news: Advance, prices: Prices) -> None:
    """Put each record where it belongs; of a call or of a session's facts the last account stays."""
    calls: dict[tuple[str, str], ModelCall] = {}
    events: list[Event] = []
    facts: dict[str, SessionFacts] = {}
    hints: list[TitleHint] = []
    totals: list[ReportedTotal] = []
    samples: list[Sample] = []
    points: list[CounterPoint] = []
    diagnostics: list[Diagnostic] = []
    for record in records:
        match record:
            case Event():
                events.append(record)
            case ModelCall():
                calls[record.key, record.variant] = record
            case SessionFacts():
                facts[record.session] = record
            case TitleHint():
                hints.append(record)
            case ReportedTotal():
                totals.append(record)
            case Sample():
                samples.append(record)
            case CounterPoint():
                points.append(record)
            case Diagnostic():
                diagnostics.append(record)
    news.calls = [(call, priced(call, prices)) for call in calls.values()]
    news.events, news.facts, news.hints, news.totals = events, facts, hints, totals
    news.samples, news.points, news.diagnostics = samples, points, diagnostics


def priced(call: ModelCall, prices: Prices) -> Priced:
    """Price a call at the rate of its day."""
    return price(call, prices.rate(call.provider, call.model, call.at))
