"""What was read of some lines, kept as the store keeps it: the last account of a call or a session wins."""

from collections.abc import Iterable

import msgspec

from dashcam.records.call import ModelCall
from dashcam.records.counter import CounterPoint
from dashcam.records.event import Event
from dashcam.records.session import ReportedTotal, Sample, SessionFacts, TitleHint
from dashcam.records.source import Diagnostic


class Told(msgspec.Struct):
    """All that was told of some lines."""

    events: list[Event] = []
    calls: dict[tuple[str, str], ModelCall] = {}
    facts: dict[str, SessionFacts] = {}
    titles: list[TitleHint] = []
    totals: list[ReportedTotal] = []
    samples: list[Sample] = []
    points: list[CounterPoint] = []
    diagnostics: dict[tuple[str, str], int] = {}

    @property
    def call(self) -> ModelCall:
        (only,) = self.calls.values()
        return only

    @property
    def event(self) -> Event:
        (only,) = self.events
        return only

    @property
    def session(self) -> SessionFacts:
        (only,) = self.facts.values()
        return only

    @property
    def point(self) -> CounterPoint:
        (only,) = self.points
        return only

    @property
    def gauges(self) -> dict[tuple[str, str], float]:
        return {(sample.name, sample.label): sample.value for sample in self.samples}

    @property
    def codes(self) -> set[str]:
        return {code for code, _ in self.diagnostics}

    @property
    def tokens(self) -> tuple[int, int, int, int, int, int]:
        """Of the one call: input, cache read, both cache writes, output, reasoning."""
        call = self.call
        return (call.input, call.cache_read, call.cache_write_5m, call.cache_write_1h, call.output, call.reasoning)


def keep(result: Told, records: Iterable[object]) -> None:
    """Take in what was read."""
    for record in records:
        match record:
            case Event():
                result.events.append(record)
            case ModelCall():
                result.calls[record.key, record.variant] = record
            case SessionFacts():
                result.facts[record.session] = record
            case TitleHint():
                result.titles.append(record)
            case ReportedTotal():
                result.totals.append(record)
            case Sample():
                result.samples.append(record)
            case CounterPoint():
                result.points.append(record)
            case Diagnostic():
                key = (record.code, record.why)
                result.diagnostics[key] = result.diagnostics.get(key, 0) + record.count
