"""Gauges in Prometheus's text format, kept until something changes, so that a scrape of an idle server costs nothing.

What a stranger would get wrong: labels hold words of transcripts. Two that look alike once they are made harmless must
become one series, or Prometheus refuses the whole page.
"""

import threading
from collections.abc import Callable, Hashable, Iterable, Sequence

from prometheus_client.core import CollectorRegistry, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from dashcam.queries.gauges import Gauge
from dashcam.writing.safe import safe_text

MEDIA_TYPE = CONTENT_TYPE_PLAIN_0_0_4
LONGEST_LABEL = 200


class _Collected:
    """What the library asks for families; it describes itself, so that nothing is measured when it is registered."""

    def __init__(self, gauges: Sequence[Gauge]) -> None:
        self._gauges = gauges

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Name no family before it is asked for."""
        return []

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Make the families."""
        for gauge in self._gauges:
            family = GaugeMetricFamily(gauge.name, gauge.help, labels=gauge.labels)
            sums: dict[tuple[str, ...], float] = {}
            for labels, value in gauge.rows:
                named = tuple(safe_text(label)[:LONGEST_LABEL] for label in labels)
                sums[named] = sums.get(named, 0) + value
            for named, value in sums.items():
                family.add_metric(named, value)
            yield family


def text_of(gauges: Sequence[Gauge]) -> bytes:
    """Write gauges as a page that Prometheus scrapes."""
    registry = CollectorRegistry()
    registry.register(_Collected(gauges))
    return generate_latest(registry)


class Kept:
    """The last page, and what it was made from."""

    def __init__(self) -> None:
        self._making = threading.Lock()
        self._name: Hashable = None
        self._text = b""

    def text(self, name: Hashable, make: Callable[[], Sequence[Gauge]]) -> bytes:
        """Give the page; it is made anew only where its name is another than the last time."""
        with self._making:
            if self._name != name:
                self._text = text_of(make())
                self._name = name
            return self._text
