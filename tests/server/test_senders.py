"""Real senders, slow ones, and a server that is killed: what was acknowledged is kept."""

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

from tests.support.pushing import AT, SESSION, logs, request_event
from tests.support.serving import Started, wait_until


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
