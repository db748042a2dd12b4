"""OTLP requests are read alike in protobuf and in JSON; what is damaged is refused or counted."""

import base64
import json
from typing import Any

import msgspec
import pytest
from google.protobuf.message import Message
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord, ResourceLogs, ScopeLogs, SeverityNumber
from opentelemetry.proto.metrics.v1 import metrics_pb2 as metrics
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status

from dashcam.ingest.otlp import BadTelemetry, Decoded, Signal, decoded

AT = 1_795_226_525_740_000_000
SIGNALS: tuple[Signal, ...] = ("logs", "metrics", "traces")
VALUES: list[tuple[dict[str, Any], AnyValue, object]] = [
    ({"stringValue": "é\n"}, AnyValue(string_value="é\n"), "é\n"),
    ({"stringValue": ""}, AnyValue(string_value=""), ""),
    ({"boolValue": True}, AnyValue(bool_value=True), True),
    ({"boolValue": False}, AnyValue(bool_value=False), False),
    ({"intValue": "-9223372036854775808"}, AnyValue(int_value=-(1 << 63)), -(1 << 63)),
    ({"intValue": 7}, AnyValue(int_value=7), 7),
    ({"doubleValue": 0.5}, AnyValue(double_value=0.5), 0.5),
    ({"doubleValue": "Infinity"}, AnyValue(double_value=float("inf")), float("inf")),
    ({"bytesValue": base64.b64encode(b"\0\xff").decode()}, AnyValue(bytes_value=b"\0\xff"), "00ff"),
    ({"arrayValue": {}}, AnyValue(array_value=ArrayValue()), []),
    (
        {"arrayValue": {"values": [{"intValue": "1"}, {}, {"stringValue": "a"}]}},
        AnyValue(
            array_value=ArrayValue(values=[AnyValue(int_value=1), AnyValue(), AnyValue(string_value="a")]),
        ),
        [1, None, "a"],
    ),
    (
        {"kvlistValue": {"values": [{"key": "k", "value": {"boolValue": True}}, {"key": "empty"}]}},
        AnyValue(
            kvlist_value=KeyValueList(
                values=[KeyValue(key="k", value=AnyValue(bool_value=True)), KeyValue(key="empty")]
            )
        ),
        {"k": True, "empty": None},
    ),
    ({}, AnyValue(), None),
]
RESOURCE = {"attributes": [{"key": "service.name", "value": {"stringValue": "my-agent"}}]}
PB_RESOURCE = Resource(attributes=[KeyValue(key="service.name", value=AnyValue(string_value="my-agent"))])
SCOPE = {"name": "scope"}


def of_json(signal: Signal, request: object) -> Decoded:
    raw = request if isinstance(request, bytes) else json.dumps(request).encode()
    return decoded(signal, raw, is_json=True, received=5)


def of_protobuf(signal: Signal, request: Message | bytes) -> Decoded:
    raw = request if isinstance(request, bytes) else request.SerializeToString()
    return decoded(signal, raw, is_json=False, received=5)


def logs(*records: object, resource: object = RESOURCE) -> dict[str, Any]:
    return {"resourceLogs": [{"resource": resource, "scopeLogs": [{"scope": SCOPE, "logRecords": list(records)}]}]}


def pb_logs(*records: LogRecord) -> ExportLogsServiceRequest:
    scoped = ScopeLogs(scope=InstrumentationScope(name="scope"), log_records=records)
    return ExportLogsServiceRequest(resource_logs=[ResourceLogs(resource=PB_RESOURCE, scope_logs=[scoped])])


def metric(**metric: object) -> dict[str, Any]:
    named = {"name": "m", "unit": "1", **metric}
    return {"resourceMetrics": [{"resource": RESOURCE, "scopeMetrics": [{"scope": SCOPE, "metrics": [named]}]}]}


def pb_metric(**metric: Any) -> ExportMetricsServiceRequest:
    named = metrics.Metric(name="m", unit="1", **metric)
    scoped = metrics.ScopeMetrics(scope=InstrumentationScope(name="scope"), metrics=[named])
    group = metrics.ResourceMetrics(resource=PB_RESOURCE, scope_metrics=[scoped])
    return ExportMetricsServiceRequest(resource_metrics=[group])


@pytest.mark.parametrize(("said", "message", "meant"), VALUES, ids=lambda said: str(said)[:40])
def test_every_kind_of_value_is_read_alike(said: dict[str, Any], message: AnyValue, meant: object) -> None:
    one = of_json("logs", logs({"body": said, "attributes": [{"key": "k", "value": said}]}))
    other = of_protobuf("logs", pb_logs(LogRecord(body=message, attributes=[KeyValue(key="k", value=message)])))
    assert one == other
    ((service, kind, line),) = one.lines
    assert (service, kind, line["attributes"], line["body"]) == ("my-agent", "otlp_log", {"k": meant}, meant)


def test_a_log_record_is_read_alike() -> None:
    record = {
        "timeUnixNano": str(AT),
        "observedTimeUnixNano": str(AT + 1_000_000),
        "severityNumber": 9,
        "eventName": "api_error",
        "body": {"stringValue": "words"},
        "traceId": "5B8EFFF798038103D269B633813FC60C",
        "spanId": "eee19b7ec3c1b174",
    }
    message = LogRecord(
        time_unix_nano=AT,
        observed_time_unix_nano=AT + 1_000_000,
        severity_number=SeverityNumber.SEVERITY_NUMBER_INFO,
        event_name="api_error",
        body=AnyValue(string_value="words"),
        trace_id=bytes.fromhex("5b8efff798038103d269b633813fc60c"),
        span_id=bytes.fromhex("eee19b7ec3c1b174"),
    )
    found = of_json("logs", logs(record))
    assert found == of_protobuf("logs", pb_logs(message))
    assert found.lines[0][2] == {
        "signal": "log",
        "name": "api_error",
        "at": AT // 1000,
        "observed": AT // 1000 + 1000,
        "severity": 9,
        "body": "words",
        "attributes": {},
        "trace": "5b8efff798038103d269b633813fc60c",
        "span": "eee19b7ec3c1b174",
        "received": 5,
        "resource": {"service.name": "my-agent"},
        "scope": "scope",
    }


def test_a_span_is_read_alike() -> None:
    span = {
        "name": "chat",
        "startTimeUnixNano": str(AT - 5_000_000),
        "endTimeUnixNano": str(AT),
        "traceId": "5b8efff798038103d269b633813fc60c",
        "spanId": "eee19b7ec3c1b174",
        "parentSpanId": "",
        "status": {"code": 2, "message": "No"},
        "events": [{"name": "exception", "timeUnixNano": str(AT), "attributes": [{"key": "a"}]}],
    }
    message = Span(
        name="chat",
        start_time_unix_nano=AT - 5_000_000,
        end_time_unix_nano=AT,
        trace_id=bytes.fromhex("5b8efff798038103d269b633813fc60c"),
        span_id=bytes.fromhex("eee19b7ec3c1b174"),
        status=Status(code=Status.STATUS_CODE_ERROR, message="No"),
        events=[Span.Event(name="exception", time_unix_nano=AT, attributes=[KeyValue(key="a")])],
    )
    scoped = ScopeSpans(scope=InstrumentationScope(name="scope"), spans=[message])
    request = ExportTraceServiceRequest(resource_spans=[ResourceSpans(resource=PB_RESOURCE, scope_spans=[scoped])])
    told: dict[str, Any] = {
        "resourceSpans": [{"resource": RESOURCE, "scopeSpans": [{"scope": SCOPE, "spans": [span]}]}]
    }
    found = of_json("traces", told)
    assert found == of_protobuf("traces", request)
    line = found.lines[0][2]
    assert (line["signal"], line["failed"], line["status"], line["at"] - line["start"]) == ("span", True, "No", 5_000)
    named = {**span, "status": {"code": "STATUS_CODE_ERROR", "message": "No"}}
    told["resourceSpans"][0]["scopeSpans"][0]["spans"] = [named]
    assert of_json("traces", told) == found


NUMBER: dict[str, Any] = {"timeUnixNano": str(AT), "startTimeUnixNano": str(AT - 1000)}
PB_NUMBER: dict[str, Any] = {"time_unix_nano": AT, "start_time_unix_nano": AT - 1000}
DELTA, CUMULATIVE = metrics.AGGREGATION_TEMPORALITY_DELTA, metrics.AGGREGATION_TEMPORALITY_CUMULATIVE


@pytest.mark.parametrize(
    ("said", "message", "meant"),
    [
        (
            {"sum": {"aggregationTemporality": 1, "isMonotonic": True, "dataPoints": [{**NUMBER, "asInt": "7"}]}},
            {
                "sum": metrics.Sum(
                    aggregation_temporality=DELTA, data_points=[metrics.NumberDataPoint(**PB_NUMBER, as_int=7)]
                )
            },
            ("sum", 7, "delta"),
        ),
        (
            {"sum": {"aggregationTemporality": 2, "dataPoints": [{**NUMBER, "asDouble": 0.5}]}},
            {
                "sum": metrics.Sum(
                    aggregation_temporality=CUMULATIVE,
                    data_points=[metrics.NumberDataPoint(**PB_NUMBER, as_double=0.5)],
                )
            },
            ("sum", 0.5, "cumulative"),
        ),
        (
            {"sum": {"dataPoints": [NUMBER]}},
            {"sum": metrics.Sum(data_points=[metrics.NumberDataPoint(**PB_NUMBER)])},
            ("sum", 0, "cumulative"),
        ),
        (
            {"gauge": {"dataPoints": [{**NUMBER, "asInt": -3}]}},
            {"gauge": metrics.Gauge(data_points=[metrics.NumberDataPoint(**PB_NUMBER, as_int=-3)])},
            ("gauge", -3, None),
        ),
        (
            {"histogram": {"aggregationTemporality": 1, "dataPoints": [{**NUMBER, "sum": 45, "count": "2"}]}},
            {
                "histogram": metrics.Histogram(
                    aggregation_temporality=DELTA,
                    data_points=[metrics.HistogramDataPoint(**PB_NUMBER, sum=45, count=2)],
                )
            },
            ("histogram", 45, "delta"),
        ),
        (
            {"exponentialHistogram": {"aggregationTemporality": 2, "dataPoints": [{**NUMBER, "sum": 1, "count": 1}]}},
            {
                "exponential_histogram": metrics.ExponentialHistogram(
                    aggregation_temporality=CUMULATIVE,
                    data_points=[metrics.ExponentialHistogramDataPoint(**PB_NUMBER, sum=1, count=1)],
                )
            },
            ("exponential_histogram", 1, "cumulative"),
        ),
        (
            {"summary": {"dataPoints": [{**NUMBER, "sum": 9.5, "count": 3}]}},
            {"summary": metrics.Summary(data_points=[metrics.SummaryDataPoint(**PB_NUMBER, sum=9.5, count=3)])},
            ("summary", 9.5, "cumulative"),
        ),
    ],
    ids=lambda said: str(said)[:30],
)
def test_every_kind_of_metric_is_read_alike(
    said: dict[str, Any], message: dict[str, Any], meant: tuple[str, object, object]
) -> None:
    found = of_json("metrics", metric(**said))
    assert found == of_protobuf("metrics", pb_metric(**message))
    ((_, kind, line),) = found.lines
    assert (kind, line["kind"], line["value"], line.get("temporality")) == ("counter", *meant)
    assert (line["metric"], line["unit"], line["at"], line["start"]) == ("m", "1", AT // 1000, AT // 1000 - 1)


def test_a_temporality_may_be_named() -> None:
    said = {"aggregationTemporality": "AGGREGATION_TEMPORALITY_DELTA", "dataPoints": [NUMBER]}
    assert of_json("metrics", metric(sum=said)).lines[0][2]["temporality"] == "delta"


GOOD = {"timeUnixNano": str(AT), "eventName": "good"}


@pytest.mark.parametrize(
    "wrong",
    [
        7,
        None,
        [],
        {"timeUnixNano": "soon"},
        {"timeUnixNano": [1]},
        {"timeUnixNano": "9" * 30},
        {"timeUnixNano": "9" * 5000},
        {"eventName": 7},
        {"eventName": {"deep": []}},
        {"traceId": 7},
        {"body": 7},
        {"body": {"intValue": "many"}},
        {"body": {"intValue": str(1 << 64)}},
        {"body": {"stringValue": 7}},
        {"body": {"boolValue": "true"}},
        {"body": {"bytesValue": "no base64!"}},
        {"body": {"newValue": 7}},
        {"body": {"arrayValue": 7}},
        {"body": {"arrayValue": {"values": 7}}},
        {"body": {"stringValue": "a", "intValue": 1}},
        {"attributes": 7},
        {"attributes": [7]},
        {"attributes": [{"value": {}}]},
        {"attributes": [{"key": 7}]},
        {"attributes": [{"key": ["a"]}]},
    ],
    ids=lambda wrong: str(wrong)[:40],
)
def test_a_damaged_record_is_counted_and_the_others_are_kept(wrong: object) -> None:
    found = of_json("logs", logs(wrong, GOOD))
    assert (found.rejected, [line["name"] for _, _, line in found.lines]) == (1, ["good"])
    assert found.why


@pytest.mark.parametrize(
    "request_",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b"7",
        {"resourceLogs": 7},
        {"resourceLogs": [7]},
        {"resourceLogs": [{"scopeLogs": 7}]},
        {"resourceLogs": [{"scopeLogs": [7]}]},
        {"resourceLogs": [{"scopeLogs": [{"logRecords": 7}]}]},
        logs(GOOD, resource=7),
        logs(GOOD, resource={"attributes": [{"value": {}}]}),
        logs(GOOD, resource={"attributes": [{"key": "a", "value": {"intValue": "9" * 40}}]}),
        {"resourceLogs": [{"scopeLogs": [{"scope": {"name": 7}, "logRecords": [GOOD]}]}]},
        b'{"resourceLogs":' + b"[" * 100_000,
    ],
    ids=lambda request: str(request)[:40],
)
def test_what_is_no_otlp_is_refused(request_: object) -> None:
    with pytest.raises(BadTelemetry):
        of_json("logs", request_)


@pytest.mark.parametrize("request_", [{}, {"resourceLogs": []}, {"resourceLogs": None}, {"other": 1}], ids=str)
def test_an_empty_request_tells_nothing(request_: object) -> None:
    assert of_json("logs", request_) == Decoded()
    assert of_protobuf("logs", b"") == Decoded()


def test_a_value_is_read_to_a_depth() -> None:
    said: dict[str, Any] = {"stringValue": "deep"}
    message = AnyValue(string_value="deep")
    for _ in range(30):
        said = {"arrayValue": {"values": [said]}}
        message = AnyValue(array_value=ArrayValue(values=[message]))
    one = of_json("logs", logs({"body": said}))
    assert one == of_protobuf("logs", pb_logs(LogRecord(body=message)))
    assert "deep" not in str(one.lines[0][2]["body"])
    for levels in (300, 900, 990, 3_000):
        inner = b'{"arrayValue":{"values":[' * levels + b"{}" + b"]}}" * levels
        request = b'{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":%b},{}]}]}]}' % inner
        try:
            lines = of_json("logs", request).lines
        except BadTelemetry:
            continue
        assert len(msgspec.json.encode([line for _, _, line in lines])) > 100


@given(body=st.binary(max_size=300), is_json=st.booleans(), signal=st.sampled_from(SIGNALS))
@settings(max_examples=200)
def test_no_bytes_raise_anything_else(body: bytes, is_json: bool, signal: Signal) -> None:  # noqa: FBT001
    try:
        found = decoded(signal, body, is_json=is_json, received=5)
    except BadTelemetry:
        return
    msgspec.json.encode([line for _, _, line in found.lines])


keys = st.sampled_from(
    [
        *("resourceLogs", "resourceMetrics", "resourceSpans", "scopeLogs", "scopeMetrics", "scopeSpans"),
        *("logRecords", "metrics", "spans", "resource", "scope", "attributes", "key", "value", "values", "name"),
        *("stringValue", "intValue", "arrayValue", "kvlistValue", "sum", "gauge", "histogram", "dataPoints"),
        *("asInt", "asDouble", "timeUnixNano", "body", "events", "status", "code", "aggregationTemporality"),
    ]
)
anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
ROOTS = {"logs": ("Logs", "logRecords"), "metrics": ("Metrics", "metrics"), "traces": ("Spans", "spans")}


@given(record=st.dictionaries(keys, anything), resource=anything, signal=st.sampled_from(SIGNALS))
@settings(max_examples=200)
def test_no_shape_of_json_raises_anything_else(record: dict[str, Any], resource: object, signal: Signal) -> None:
    root, records = ROOTS[signal]
    request = {f"resource{root}": [{"resource": resource, f"scope{root}": [{records: [{"name": "m", **record}]}]}]}
    try:
        found = of_json(signal, request)
    except BadTelemetry:
        return
    assert len(found.lines) + found.rejected >= 0
    msgspec.json.encode([line for _, _, line in found.lines])


@given(cut=st.integers(0, 200), at=st.integers(0, 200), byte=st.integers(0, 255))
def test_a_damaged_protobuf_raises_nothing_else(cut: int, at: int, byte: int) -> None:
    whole = bytearray(pb_logs(LogRecord(event_name="good", body=VALUES[10][1])).SerializeToString())
    whole[at % len(whole)] = byte
    try:
        of_protobuf("logs", bytes(whole[: cut or None]))
    except BadTelemetry:
        return
