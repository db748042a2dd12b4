"""Reading what a Prometheus server answers: JSON of any origin becomes samples or a clear error.

What a stranger would get wrong: values are text, and `NaN` and `+Inf` are values, too.
"""

from collections.abc import Iterator
from math import isfinite
from typing import TypeVar

import msgspec

from dashcam.ingest.prometheus.errors import NotPrometheus, PrometheusFailed

LONGEST_WORDS = 300
"""Of a text of the server's own that is shown."""
MOST_WARNINGS = 3

_NOT_PROMETHEUS = "the url has to lead to Prometheus itself: what stands there before /api/v1."
_Value = tuple[float, str | float]
Kind = TypeVar("Kind")


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """One number, what it is of, and when."""

    labels: dict[str, str]
    value: float
    at: float
    """Seconds since 1970 in UTC."""


class Samples(msgspec.Struct, frozen=True, kw_only=True):
    """What a question was answered with."""

    rows: list[Sample]
    unreadable: int = 0
    """Values that are no number of anything: NaN, infinite, below zero."""
    warnings: list[str] = []
    """The server's own."""


class _Series(msgspec.Struct, frozen=True, kw_only=True):
    metric: dict[str, str]
    value: _Value | None = None
    values: list[_Value] = []


class _Result(msgspec.Struct, frozen=True, kw_only=True):
    result: list[_Series] | None


class _Build(msgspec.Struct, frozen=True, kw_only=True):
    version: str


class _Envelope(msgspec.Struct, frozen=True, kw_only=True):
    status: str
    data: msgspec.Raw = msgspec.Raw()
    error: str = ""
    warnings: list[str] | None = None


def samples(body: bytes) -> Samples:
    """Read the answer to a query, of one moment or of a range. Raises PrometheusFailed and NotPrometheus."""
    envelope = _envelope(body)
    series = _decoded(envelope.data, _Result).result or []
    rows, unreadable = [], 0
    for one in series:
        for at, value in _values(one):
            number = _number(value)
            if number is None:
                unreadable += 1
            else:
                rows.append(Sample(labels=one.metric, value=number, at=at))
    return Samples(
        rows=rows, unreadable=unreadable, warnings=[cut(one) for one in (envelope.warnings or ())[:MOST_WARNINGS]]
    )


def words(body: bytes) -> list[str]:
    """Read a list of names. Raises PrometheusFailed and NotPrometheus."""
    return _decoded(_envelope(body).data, list[str])


def version(body: bytes) -> str:
    """Read which version the server is of. Raises PrometheusFailed and NotPrometheus."""
    return cut(_decoded(_envelope(body).data, _Build).version)


def error_in(body: bytes) -> str:
    """Read why a question was not answered; empty where the body does not say it in Prometheus's way."""
    try:
        return cut(msgspec.json.decode(body, type=_Envelope).error)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""


def failed(why: str) -> PrometheusFailed:
    """Make the error of a question that the server could not answer, in its own words."""
    late = any(word in why.lower() for word in ("timed out", "timeout", "too many samples", "deadline"))
    hint = "Choose a shorter range." if late else "The server's own log may say more."
    return PrometheusFailed(f"Prometheus cannot answer: {why}", hint)


def strange(what: str) -> NotPrometheus:
    """Make the error of an answer that is none of Prometheus's."""
    return NotPrometheus(f"that is not how Prometheus answers: {what}", f"Look at [prometheus]: {_NOT_PROMETHEUS}")


def cut(text: str) -> str:
    """Shorten a text that somebody else wrote."""
    return text if len(text) <= LONGEST_WORDS else f"{text[:LONGEST_WORDS]}…"


def _envelope(body: bytes) -> _Envelope:
    envelope = _decoded(body, _Envelope)
    if envelope.status == "error":
        raise failed(cut(envelope.error) or "it does not say why")
    if envelope.status != "success":
        raise strange(f"its status is '{cut(envelope.status)}'")
    if not bytes(envelope.data):
        raise strange("it says success, but holds no data")
    return envelope


def _decoded(body: bytes | msgspec.Raw, kind: type[Kind]) -> Kind:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        is_page = bytes(body).lstrip().startswith(b"<")
        what = "a page of HTML" if is_page else f"JSON of another shape ({cut(str(error))})"
        raise strange(what) from error


def _values(series: _Series) -> Iterator[_Value]:
    if series.value is not None:
        yield series.value
    yield from series.values


def _number(value: str | float) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if isfinite(number) and number >= 0 else None
