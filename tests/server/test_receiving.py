"""Whatever is pushed to the server: taken, refused with a reason, and never lost once it was acknowledged."""

import errno
import gzip
import json
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from litestar.exceptions import WebSocketDisconnect
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest, ExportLogsServiceResponse
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord

from dashcam.ingest import inbox
from dashcam.server.guard import Rules
from dashcam.server.receiving import MOST_BODY_BYTES
from tests.support.serving import Client, Server, Started, wait_until

SESSION = "5e551011-0000-4000-8000-00000000000c"
AT = 1_795_226_525_740_000_000
"""2026-11-21T02:02:05.74Z, in nanoseconds."""
SCREEN = "http://localhost:5173"


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    with server.asked(rules=Rules(origins=frozenset({SCREEN}))) as asking:
        yield asking


def hook(event: str = "PreToolUse", **more: Any) -> dict[str, Any]:
    return {"session_id": SESSION, "hook_event_name": event, "cwd": "/home/ada/parser", **more}


def envelope(**changes: Any) -> dict[str, Any]:
    """What send_event.py sends."""
    return {
        "source_app": "demo",
        "session_id": SESSION,
        "hook_event_type": "PreToolUse",
        "payload": hook(tool_name="Bash", tool_use_id="toolu_1"),
        "timestamp": AT // 1_000_000,
        "model_name": "claude-sonnet-5",
        "tool_name": "Bash",
    } | changes


def request_event(**changes: Any) -> dict[str, Any]:
    """A log record of one request to a model: 11 tokens in, 6 out, 1,000 read and 500 written for an hour."""
    attributes = {
        "session.id": SESSION,
        "event.name": "api_request",
        "request_id": "req_1",
        "model": "claude-sonnet-4-5",
        "input_tokens": 11,
        "output_tokens": 6,
        "cache_read_tokens": 1000,
        "cache_creation_tokens": 500,
        "cache_creation_5m_tokens": 0,
        "cache_creation_1h_tokens": 500,
        "cost_usd": 0.0036,
        "duration_ms": "18",
        "query_source": "sdk",
    } | changes
    kinds = {str: "stringValue", int: "intValue", float: "doubleValue"}
    return {
        "timeUnixNano": str(AT),
        "body": {"stringValue": "claude_code.api_request"},
        "attributes": [{"key": key, "value": {kinds[type(value)]: value}} for key, value in attributes.items()],
    }


def logs(*records: Any, service: str = "claude-code") -> dict[str, Any]:
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": service}}]}
    return {"resourceLogs": [{"resource": resource, "scopeLogs": [{"logRecords": list(records)}]}]}


def lines(server: Server) -> list[dict[str, Any]]:
    """All that stands in the inbox."""
    found = sorted((server.setup.home / inbox.FOLDER).glob("*/*/*.jsonl"))
    return [json.loads(line) for path in found for line in path.read_bytes().splitlines()]


def sessions(server: Server, client: Client) -> list[dict[str, Any]]:
    server.scan()
    rows: list[dict[str, Any]] = client.get("/api/sessions", params={"range": "all"}).json()["rows"]
    return rows


# Hooks


def test_a_hook_is_taken_and_says_nothing_to_the_agent(server: Server, client: Client) -> None:
    answer = client.post("/hooks/claude-code", json=hook("SessionStart", source="startup"))
    assert (answer.status_code, answer.content) == (200, b"")
    (row,) = sessions(server, client)
    assert (row["session_id"], row["source"], row["project"], row["total_tokens"]) == (
        SESSION, "hook", "/home/ada/parser", None
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/hooks/nobody", b"{}", 404),
        ("/hooks/claude-code", b"{torn", 400),
        ("/hooks/claude-code", b"[1]", 400),
        ("/hooks/claude-code", b"\xff\xfe", 400),
        ("/events", b"{torn", 400),
        ("/events", b"{}", 400),
        ("/v1/logs", b"{torn", 400),
        ("/v1/logs", b'{"resourceLogs": 7}', 400),
        ("/v1/metrics", b"[]", 400),
        ("/v1/traces", b"null", 400),
    ],
)
def test_what_makes_no_sense_is_refused_and_not_kept(
    server: Server, client: Client, path: str, body: bytes, status: int
) -> None:
    answer = client.post(path, content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, bool(answer.json()["hint"])) == (status, True)
    assert lines(server) == []


def test_an_event_that_nobody_knows_yet_is_kept(server: Server, client: Client) -> None:
    client.post("/hooks/claude-code", json=hook("MoonPhase", phase="full"))
    sessions(server, client)
    (event,) = client.get("/events/recent").json()
    assert (event["hook_event_type"], event["payload"]["phase"]) == ("MoonPhase", "full")


def test_a_body_beyond_the_limit_is_refused(client: Client) -> None:
    answer = client.post("/hooks/claude-code", content=b"x" * (MOST_BODY_BYTES + 1))
    assert answer.status_code == 413


# The envelope of another observer


def test_an_envelope_is_answered_with_the_event_and_its_id(client: Client) -> None:
    answer = client.post("/events", json=envelope(), headers={"user-agent": "Claude-Code-Hook/1.0"})
    saved = answer.json()
    assert (answer.status_code, saved["source_app"], saved["timestamp"]) == (200, "demo", AT // 1_000_000)
    assert saved["id"] > AT // 1_000_000


@pytest.mark.parametrize("name", ["source_app", "session_id", "hook_event_type", "payload"])
def test_an_envelope_without_a_field_is_refused_in_the_words_of_the_original(client: Client, name: str) -> None:
    answer = client.post("/events", json=envelope(**{name: None}))
    assert (answer.status_code, answer.json()["error"]) == (400, "Missing required fields")


def test_events_are_listed_as_the_original_lists_them(server: Server, client: Client) -> None:
    client.post("/events", json=envelope(summary="looks about", chat=[{"type": "user"}]))
    client.post("/hooks/claude-code", json=hook("Stop"))
    server.scan()
    first, second = client.get("/events/recent").json()
    assert (first["source_app"], first["hook_event_type"], first["timestamp"]) == (
        "demo", "PreToolUse", AT // 1_000_000
    )  # fmt: skip
    assert (first["summary"], first["chat"], first["model_name"]) == (
        "looks about", [{"type": "user"}], "claude-sonnet-5"
    )  # fmt: skip
    assert (second["source_app"], second["hook_event_type"]) == ("parser", "Stop")
    assert [one["id"] for one in client.get("/events/recent", params={"limit": 1}).json()] == [second["id"]]
    assert client.get("/events/filter-options").json() == {
        "source_apps": ["demo", "parser"], "session_ids": [SESSION], "hook_event_types": ["PreToolUse", "Stop"]
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "minute"),
    [
        ("2026-11-21T10:00:30Z", 1_795_255_200_000),
        ("2026-11-21T12:00:30+02:00", 1_795_255_200_000),
        (None, 1_795_226_520_000),
    ],
)
def test_tokens_count_in_the_minute_that_they_say(
    server: Server, client: Client, said: str | None, minute: int
) -> None:
    usage = {"input_tokens": 10, "output_tokens": 5, "model": "claude-sonnet-4-5"} | (
        {"timestamp": said} if said else {}
    )
    client.post("/events", json=envelope(hook_event_type="TokenUsage", payload={"token_usage": usage}))
    (row,) = sessions(server, client)
    assert (row["source"], row["input_tokens"], row["output_tokens"]) == ("hook", 10, 5)
    tokens = client.get(f"/api/sessions/{SESSION}/tokens").json()
    assert [one["minute"] for one in tokens["minutes"]] == [minute]


# OTLP


def test_a_request_of_telemetry_becomes_a_priced_call(server: Server, client: Client) -> None:
    answer = client.post("/v1/logs", json=logs(request_event()))
    assert (answer.status_code, answer.json()) == (200, {})
    (row,) = sessions(server, client)
    # 11 * 3 + 6 * 15 + 1,000 * 0.30 + 500 * 6 dollars a million.
    assert (row["source"], row["calls"], row["cost_usd"]) == ("otlp_log", 1, 0.003423)
    assert (row["cache_write_5m_tokens"], row["cache_write_1h_tokens"]) == (0, 500)


def test_told_twice_it_counts_once(server: Server, client: Client) -> None:
    client.post("/v1/logs", json=logs(request_event(), request_event()))
    sessions(server, client)
    client.post("/v1/logs", json=logs(request_event()))
    assert [row["calls"] for row in sessions(server, client)] == [1]


def test_packed_telemetry_is_taken(server: Server, client: Client) -> None:
    body = gzip.compress(json.dumps(logs(request_event())).encode())
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    assert client.post("/v1/logs", content=body, headers=headers).status_code == 200
    assert len(lines(server)) == 1


def test_a_bomb_is_refused(server: Server, client: Client) -> None:
    body = gzip.compress(b" " * (200 << 20))
    assert len(body) < 1 << 20
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    answer = client.post("/v1/logs", content=body, headers=headers)
    assert (answer.status_code, lines(server)) == (413, [])


def test_what_cannot_be_read_is_told_and_the_rest_is_kept(server: Server, client: Client) -> None:
    answer = client.post("/v1/logs", json=logs(request_event(), 7, {"timeUnixNano": "yesterday"}))
    partial = answer.json()["partialSuccess"]
    assert (answer.status_code, partial["rejectedLogRecords"], bool(partial["errorMessage"])) == (200, "2", True)
    assert len(lines(server)) == 1


def test_protobuf_is_answered_in_protobuf(server: Server, client: Client) -> None:
    sent = ExportLogsServiceRequest()
    sent.resource_logs.add().scope_logs.add().log_records.append(LogRecord(time_unix_nano=AT))
    headers = {"content-type": "application/x-protobuf"}
    answer = client.post("/v1/logs", content=sent.SerializeToString(), headers=headers)
    told = ExportLogsServiceResponse()
    told.ParseFromString(answer.content)
    assert (answer.status_code, told.partial_success.rejected_log_records) == (200, 0)
    assert answer.headers["content-type"] == "application/x-protobuf"
    assert len(lines(server)) == 1
    broken = client.post("/v1/logs", content=b"\xff\xff\xff", headers=headers)
    assert broken.status_code == 400


def test_who_is_nobody_that_is_known_is_kept_too(server: Server, client: Client) -> None:
    client.post("/v1/logs", json=logs(request_event(), service="my-service"))
    server.scan()
    rows = client.get("/api/sessions", params={"range": "all", "agent_type": "opentelemetry"}).json()["rows"]
    assert [row["session_id"] for row in rows] == [SESSION]


@pytest.mark.parametrize("path", ["/hooks/claude-code", "/events", "/v1/logs"])
def test_a_full_disk_is_told_so_that_the_sender_tries_again(
    server: Server, client: Client, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(inbox, "append", full)
    bodies = {"/events": envelope(), "/v1/logs": logs(request_event())}
    answer = client.post(path, json=bodies.get(path, hook()))
    assert (answer.status_code, "No space left" in answer.json()["error"]) == (503, True)
    monkeypatch.undo()
    assert lines(server) == []


# Who may


def test_a_page_that_was_named_may_follow_the_events_and_nothing_else(client: Client) -> None:
    named = {"origin": SCREEN}
    answer = client.get("/events/recent", headers=named)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, SCREEN)
    preflight = client.options("/events", headers=named | {"access-control-request-method": "POST"})
    assert (preflight.status_code, preflight.headers["access-control-allow-headers"]) == (
        204, "content-type, authorization"
    )  # fmt: skip
    assert client.get("/api/sessions", headers=named).status_code == 403
    assert client.get("/events/recent", headers={"origin": "http://evil.example"}).status_code == 403


def test_a_screen_that_follows_hears_of_what_is_new(server: Server) -> None:
    with server.asked(watch=True) as client:
        client.post("/events", json=envelope())
        wait_until(lambda: client.get("/events/recent").json())
        with client.websocket_connect("/stream") as socket:
            first = socket.receive_json()
            assert (first["type"], len(first["data"])) == ("initial", 1)
            client.post("/events", json=envelope(hook_event_type="Stop", payload=hook("Stop")))
            second = socket.receive_json()
            assert (second["type"], second["data"]["hook_event_type"]) == ("event", "Stop")


@pytest.mark.parametrize(
    ("headers", "rules"),
    [({"origin": "http://evil.example"}, Rules()), ({"host": "evil.example"}, Rules()), ({}, Rules(token="s" * 20))],
    ids=["another site", "another name", "no token"],
)
def test_a_stranger_hears_nothing(server: Server, headers: dict[str, str], rules: Rules) -> None:
    with (
        server.asked(rules=rules) as client,
        pytest.raises(WebSocketDisconnect, match="not admitted"),
        client.websocket_connect("/stream", headers=headers),
    ):
        pass


# Real senders, and a death


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    with Started(tmp_path, "--port", "0") as running:
        yield running


def total(started: Started, session: str = SESSION) -> int:
    rows = started.ask("/api/sessions?range=all")["rows"]
    return sum(row["total_tokens"] or 0 for row in rows if row["session_id"] == session)


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["proto", "json"])
def test_the_sdks_own_exporters_are_understood(started: Started, encoding: str) -> None:
    """The exporters of opentelemetry-python send logs, metrics and spans over HTTP, as programs do."""
    exporters = _exporters(encoding, started.address)
    _send_log(exporters["logs"])
    _send_metric(exporters["metrics"])
    _send_span(exporters["traces"])
    wait_until(lambda: total(started) == 17)
    # The counter tells of another session, which nothing else tells of.
    wait_until(lambda: total(started, "metered") == 40)


def _exporters(encoding: str, address: str) -> dict[str, Any]:
    if encoding == "proto":
        from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    else:
        from opentelemetry.exporter.otlp.json.http._log_exporter import OTLPLogExporter  # type: ignore[assignment]
        from opentelemetry.exporter.otlp.json.http.metric_exporter import (  # type: ignore[assignment]
            OTLPMetricExporter,
        )
        from opentelemetry.exporter.otlp.json.http.trace_exporter import OTLPSpanExporter  # type: ignore[assignment]
    return {
        "logs": OTLPLogExporter(endpoint=f"{address}/v1/logs"),
        "metrics": OTLPMetricExporter(endpoint=f"{address}/v1/metrics"),
        "traces": OTLPSpanExporter(endpoint=f"{address}/v1/traces"),
    }


def _resource() -> Any:  # noqa: ANN401  the SDK's own
    from opentelemetry.sdk.resources import Resource

    return Resource.create({"service.name": "claude-code", "service.version": "2.1.329"})


def _send_log(exporter: Any) -> None:  # noqa: ANN401  the SDK's own
    from opentelemetry._logs import LogRecord as ApiRecord
    from opentelemetry.sdk._logs import LoggerProvider
    from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor

    provider = LoggerProvider(resource=_resource())
    provider.add_log_record_processor(SimpleLogRecordProcessor(exporter))
    said: dict[str, Any] = {
        "session.id": SESSION,
        "event.name": "api_request",
        "request_id": "req_9",
        "model": "claude-sonnet-4-5",
        "input_tokens": 11,
        "output_tokens": 6,
    }
    provider.get_logger("com.anthropic.claude_code").emit(
        ApiRecord(timestamp=AT, body="claude_code.api_request", attributes=said)
    )
    provider.shutdown()


def _send_metric(exporter: Any) -> None:  # noqa: ANN401  the SDK's own
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader

    provider = MeterProvider(metric_readers=[PeriodicExportingMetricReader(exporter)], resource=_resource())
    counter = provider.get_meter("com.anthropic.claude_code").create_counter("claude_code.token.usage", unit="tokens")
    for kind, count in (("input", 30), ("output", 10)):
        counter.add(count, {"session.id": "metered", "model": "claude-sonnet-4-5", "type": kind})
    provider.shutdown()


def _send_span(exporter: Any) -> None:  # noqa: ANN401  the SDK's own
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor

    provider = TracerProvider(resource=_resource())
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    said: dict[str, Any] = {
        "session.id": SESSION,
        "request_id": "req_9",
        "model": "claude-sonnet-4-5",
        "input_tokens": 11,
    }
    provider.get_tracer("com.anthropic.claude_code.tracing").start_span(
        "claude_code.llm_request", attributes=said | {"output_tokens": 6}
    ).end()
    provider.shutdown()


@pytest.mark.slow
def test_nothing_that_was_acknowledged_is_lost_by_a_kill(tmp_path: Path) -> None:
    with Started(tmp_path, "--port", "0") as running:
        with closing(running.connection()) as connection:
            for number in range(200):
                _post(connection, "/v1/logs", logs(request_event(request_id=f"req_{number}")))
        running.stop(signal.SIGKILL)
    with Started(tmp_path, "--port", "0") as again:
        wait_until(lambda: total(again) == 200 * 1517)


@pytest.mark.slow
def test_slow_senders_do_not_stop_the_others(started: Started) -> None:
    """Many that begin a request and never end it: whoever sends a whole one is answered all the same."""
    host, _, port = started.address.removeprefix("http://").rpartition(":")
    idle = [socket.create_connection((host, int(port))) for _ in range(500)]
    for one in idle:
        one.sendall(b"POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
    began = time.monotonic()
    with closing(started.connection()) as connection:
        _post(connection, "/v1/logs", logs(request_event()))
    assert time.monotonic() - began < 10
    for one in idle:
        one.close()


def _post(connection: HTTPConnection, path: str, body: Any) -> None:  # noqa: ANN401  what JSON holds
    connection.request("POST", path, json.dumps(body), {"content-type": "application/json"})
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (200, b"{}")
