"""OTLP requests, in protobuf and in JSON, made into lines of the inbox: one a log record, a span, a data point.

What a stranger would get wrong: the JSON is not that of Protobuf's own mapping: ids are hexadecimal, numbers of 64 bits
stand in text. And a resource is told once for many records, so each line gets it, to be read alone.
"""

import zlib
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

import msgspec

from dashcam.records.errors import DashcamError
from dashcam.records.source import SourceKind

Signal = Literal["logs", "metrics", "traces"]
Line = tuple[str, SourceKind, dict[str, Any]]
"""The service that it is from, the kind of source, and the line's object."""
Message = Any
"""A message of Protobuf, whose fields are known only at run time."""

MICROSECOND = 1_000
DELTA, CUMULATIVE = 1, 2
"""A metric that says neither is taken for cumulative, as nearly all are."""
DEEPEST = 16
CHUNK = 1 << 16

_JSON_ROOTS = {"logs": "resourceLogs", "metrics": "resourceMetrics", "traces": "resourceSpans"}


class BadTelemetry(DashcamError):
    """A request that is no OTLP."""


class TooLarge(DashcamError):
    """A request that is too large once it is unpacked."""


class Decoded(msgspec.Struct, kw_only=True):
    """What a request held."""

    lines: list[Line] = []
    rejected: int = 0
    """Records that could not be read."""
    why: str = ""


def unpacked(body: bytes, encoding: str, most: int) -> bytes:
    """Unpack a body, by piece, so that a small one cannot fill the memory. Raises BadTelemetry and TooLarge."""
    if encoding in {"", "identity"}:
        return body
    if encoding not in {"gzip", "deflate"}:
        raise BadTelemetry(f"the encoding '{encoding[:40]}' is not known", "Send gzip, deflate, or as it is.")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | (16 if encoding == "gzip" else 0))
    pieces, size = [], 0
    try:
        for start in range(0, len(body), CHUNK):
            rest = body[start : start + CHUNK]
            while rest and not unpacker.eof:
                piece = unpacker.decompress(rest, CHUNK)
                size += len(piece)
                if size > most:
                    raise TooLarge(f"the body is over {most:,} bytes once it is unpacked", "Send less at once.")
                pieces.append(piece)
                rest = unpacker.unconsumed_tail
            if unpacker.eof and (unpacker.unused_data or start + CHUNK < len(body)):
                raise BadTelemetry(f"the body goes on behind the end of its {encoding}", "Send one piece.")
    except zlib.error as error:
        raise BadTelemetry(f"the body is not {encoding}: {error}", "Send it whole.") from error
    if not unpacker.eof:
        raise BadTelemetry(f"the body is not whole {encoding}", "Send it whole.")
    return b"".join(pieces)


def decoded(signal: Signal, body: bytes, *, is_json: bool, received: int) -> Decoded:
    """Read a request. Raises BadTelemetry where nothing of it can be read."""
    read = _READ_JSON if is_json else _READ_PROTOBUF
    found = Decoded(lines=[])
    for resource, scope, records in (_json_groups if is_json else _protobuf_groups)(signal, body):
        service = resource.get("service.name")
        for record in records:
            try:
                for kind, line in read[signal](record):
                    line["received"] = received
                    line["resource"] = resource
                    if scope:
                        line["scope"] = scope
                    found.lines.append((service if type(service) is str else "", kind, line))
            except WRONG as error:
                found.rejected += 1
                found.why = found.why or f"{type(error).__name__}: {error}"[:200]
    return found


WRONG = (TypeError, ValueError, AttributeError, KeyError, RecursionError, OverflowError)
"""What is raised over a field that is not what OTLP says."""
Read = Callable[[Any], Iterable[tuple[SourceKind, dict[str, Any]]]]


# Protobuf


def _protobuf_groups(signal: Signal, body: bytes) -> Iterator[tuple[dict[str, Any], str, Iterable[Message]]]:
    from google.protobuf.message import DecodeError

    request = _request(signal)
    try:
        request.ParseFromString(body)
    except (DecodeError, UnicodeDecodeError, ValueError) as error:
        raise BadTelemetry(
            f"the body is no protobuf of OTLP {signal}", "Send the request that OTLP defines."
        ) from error
    for group in getattr(request, f"resource_{'spans' if signal == 'traces' else signal}"):
        resource = _attributes(group.resource.attributes)
        for scoped in getattr(group, f"scope_{'spans' if signal == 'traces' else signal}"):
            yield resource, scoped.scope.name, getattr(scoped, _RECORDS[signal])


_RECORDS = {"logs": "log_records", "metrics": "metrics", "traces": "spans"}


def _request(signal: Signal) -> Message:
    match signal:
        case "logs":
            from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

            return ExportLogsServiceRequest()
        case "metrics":
            from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

            return ExportMetricsServiceRequest()
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    return ExportTraceServiceRequest()


def _attributes(pairs: Iterable[Message]) -> dict[str, Any]:
    made = {}
    for pair in pairs:
        value = pair.value
        # Most are texts, and to ask first which kind it is takes a quarter of the whole reading.
        made[pair.key] = value.string_value or _value(value)
    return made


def _value(value: Message, depth: int = 0) -> Any:  # noqa: ANN401  any value of OTLP
    kind = value.WhichOneof("value")
    match kind:
        case None:
            return None
        case "bytes_value":
            return value.bytes_value.hex()
        case "array_value" | "kvlist_value" if depth > DEEPEST:
            return None
        case "array_value":
            return [_value(one, depth + 1) for one in value.array_value.values]
        case "kvlist_value":
            return {pair.key: _value(pair.value, depth + 1) for pair in value.kvlist_value.values}
    return getattr(value, kind)


def _log(record: Message) -> Iterator[tuple[SourceKind, dict[str, Any]]]:
    yield (
        "otlp_log",
        {
            "signal": "log",
            "name": record.event_name or _value(record.body),
            "at": record.time_unix_nano // MICROSECOND,
            "observed": record.observed_time_unix_nano // MICROSECOND,
            "severity": record.severity_text or record.severity_number,
            "body": _value(record.body),
            "attributes": _attributes(record.attributes),
            "trace": record.trace_id.hex(),
            "span": record.span_id.hex(),
        },
    )


def _span(span: Message) -> Iterator[tuple[SourceKind, dict[str, Any]]]:
    yield (
        "otlp_log",
        {
            "signal": "span",
            "name": span.name,
            "at": span.end_time_unix_nano // MICROSECOND,
            "start": span.start_time_unix_nano // MICROSECOND,
            "trace": span.trace_id.hex(),
            "span": span.span_id.hex(),
            "parent": span.parent_span_id.hex(),
            "failed": span.status.code == FAILED_SPAN,
            "status": span.status.message,
            "attributes": _attributes(span.attributes),
            "events": [
                {
                    "name": event.name,
                    "at": event.time_unix_nano // MICROSECOND,
                    "attributes": _attributes(event.attributes),
                }
                for event in span.events
            ],
        },
    )


FAILED_SPAN = 2


def _metric(metric: Message) -> Iterator[tuple[SourceKind, dict[str, Any]]]:
    kind = metric.WhichOneof("data")
    if kind is None:
        return
    data = getattr(metric, kind)
    temporality = getattr(data, "aggregation_temporality", CUMULATIVE)
    for point in data.data_points:
        told = {"metric": metric.name, "unit": metric.unit, "kind": kind}
        if hasattr(point, "as_int"):
            told["value"] = getattr(point, point.WhichOneof("value") or "as_int")
        else:
            told |= {"value": point.sum, "count": point.count}
        yield (
            "counter",
            told
            | _times(point.time_unix_nano, point.start_time_unix_nano, temporality, kind)
            | {"attributes": _attributes(point.attributes)},
        )


def _times(at: int, start: int, temporality: int, kind: str) -> dict[str, Any]:
    told = {"at": at // MICROSECOND, "start": start // MICROSECOND}
    return told if kind == "gauge" else told | {"temporality": "delta" if temporality == DELTA else "cumulative"}


# JSON


def _json_groups(signal: Signal, body: bytes) -> Iterator[tuple[dict[str, Any], str, Iterable[Any]]]:
    try:
        request = msgspec.json.decode(body)
        groups = request.get(_JSON_ROOTS[signal]) or []
        for group in groups:
            resource = _json_attributes((group.get("resource") or {}).get("attributes"))
            for scoped in group.get(_JSON_ROOTS[signal].replace("resource", "scope")) or []:
                records = scoped.get(_JSON_RECORDS[signal]) or []
                yield resource, _text((scoped.get("scope") or {}).get("name")), list(records)
    except (msgspec.DecodeError, *WRONG) as error:
        raise BadTelemetry(f"the body is no JSON of OTLP {signal}", "Send the request that OTLP defines.") from error


_JSON_RECORDS = {"logs": "logRecords", "metrics": "metrics", "traces": "spans"}


def _json_attributes(pairs: Any) -> dict[str, Any]:  # noqa: ANN401  JSON of any shape
    return {_text(pair["key"]): _json_value(pair.get("value")) for pair in pairs or ()}


def _json_value(value: Any, depth: int = 0) -> Any:  # noqa: ANN401  any value of OTLP
    if not value:
        return None
    ((kind, told),) = value.items()
    if kind in _SCALARS:
        return _SCALARS[kind](told)
    if depth > DEEPEST:
        return None
    values = told.get("values") or ()
    if kind == "arrayValue":
        return [_json_value(one, depth + 1) for one in values]
    if kind == "kvlistValue":
        return {_text(pair["key"]): _json_value(pair.get("value"), depth + 1) for pair in values}
    raise TypeError(f"a value is no {kind[:40]}")


def _text(value: object) -> str:
    if value is None:
        return ""
    if type(value) is not str:
        raise TypeError("a text is none")
    return value


def _whole(value: Any) -> int:  # noqa: ANN401  JSON of any shape
    """Read a number of 64 bits, which stands in text."""
    number = int(value or 0)
    if not -(1 << 63) <= number < 1 << 64:
        raise OverflowError("a number has more than 64 bits")
    return number


def _truth(value: object) -> bool:
    if type(value) is not bool:
        raise TypeError("a truth value is none")
    return value


def _bytes(value: object) -> str:
    return b64decode(_text(value), validate=True).hex()


_SCALARS: dict[str, Callable[[Any], Any]] = {
    "stringValue": _text,
    "boolValue": _truth,
    "intValue": _whole,
    "doubleValue": float,
    "bytesValue": _bytes,
}


def _json_log(record: Any) -> Iterator[tuple[SourceKind, dict[str, Any]]]:  # noqa: ANN401  JSON of any shape
    body, severity = _json_value(record.get("body")), record.get("severityNumber")
    yield (
        "otlp_log",
        {
            "signal": "log",
            "name": _text(record.get("eventName")) or body,
            "at": _micros(record, "timeUnixNano"),
            "observed": _micros(record, "observedTimeUnixNano"),
            "severity": _text(record.get("severityText")) or (severity if type(severity) is int else 0),
            "body": body,
            "attributes": _json_attributes(record.get("attributes")),
            "trace": _text(record.get("traceId")).lower(),
            "span": _text(record.get("spanId")).lower(),
        },
    )


def _json_span(span: Any) -> Iterator[tuple[SourceKind, dict[str, Any]]]:  # noqa: ANN401  JSON of any shape
    status = span.get("status") or {}
    yield (
        "otlp_log",
        {
            "signal": "span",
            "name": _text(span.get("name")),
            "at": _micros(span, "endTimeUnixNano"),
            "start": _micros(span, "startTimeUnixNano"),
            "trace": _text(span.get("traceId")).lower(),
            "span": _text(span.get("spanId")).lower(),
            "parent": _text(span.get("parentSpanId")).lower(),
            "failed": status.get("code") in {FAILED_SPAN, "STATUS_CODE_ERROR"},
            "status": _text(status.get("message")),
            "attributes": _json_attributes(span.get("attributes")),
            "events": [
                {
                    "name": _text(event.get("name")),
                    "at": _micros(event, "timeUnixNano"),
                    "attributes": _json_attributes(event.get("attributes")),
                }
                for event in span.get("events") or ()
            ],
        },
    )


def _json_metric(metric: Any) -> Iterator[tuple[SourceKind, dict[str, Any]]]:  # noqa: ANN401  JSON of any shape
    for kind, proper in _JSON_KINDS.items():
        data = metric.get(kind)
        if data is None:
            continue
        is_delta = data.get("aggregationTemporality") in {DELTA, "AGGREGATION_TEMPORALITY_DELTA"}
        for point in data.get("dataPoints") or ():
            told: dict[str, Any] = {"metric": _text(metric["name"]), "unit": _text(metric.get("unit")), "kind": proper}
            if proper in {"sum", "gauge"}:
                told["value"] = float(point["asDouble"]) if "asDouble" in point else _whole(point.get("asInt"))
            else:
                told |= {"value": float(point.get("sum") or 0), "count": _whole(point.get("count"))}
            times = _times(
                _whole(point.get("timeUnixNano")),
                _whole(point.get("startTimeUnixNano")),
                DELTA if is_delta else CUMULATIVE,
                proper,
            )
            yield "counter", told | times | {"attributes": _json_attributes(point.get("attributes"))}


_JSON_KINDS = {
    "sum": "sum",
    "gauge": "gauge",
    "histogram": "histogram",
    "exponentialHistogram": "exponential_histogram",
    "summary": "summary",
}


def _micros(record: Any, name: str) -> int:  # noqa: ANN401  JSON of any shape
    return _whole(record.get(name)) // MICROSECOND


_READ_PROTOBUF: dict[Signal, Read] = {"logs": _log, "metrics": _metric, "traces": _span}
_READ_JSON: dict[Signal, Read] = {"logs": _json_log, "metrics": _json_metric, "traces": _json_span}
