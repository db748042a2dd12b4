"""Whatever is pushed to the server: taken, refused with a reason, and never lost once it was acknowledged."""

import errno
import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.exceptions import WebSocketDisconnect
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest, ExportLogsServiceResponse
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord

from dashcam.ingest import inbox
from dashcam.server import problem
from dashcam.server.guard import Rules
from dashcam.server.receiving import MOST_BODY_BYTES
from tests.support.pushing import AT, SESSION, envelope, hook, logs, request_event
from tests.support.serving import Client, Server, wait_until

SCREEN = "http://localhost:5173"


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    with server.asked(rules=Rules(origins=frozenset({SCREEN}))) as asking:
        yield asking


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
    server: Server, client: Client, path: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(inbox, "append", full)
    bodies = {"/events": envelope(), "/v1/logs": logs(request_event())}
    monkeypatch.setattr(problem, "_warned", {})
    for _ in range(3):
        answer = client.post(path, json=bodies.get(path, hook()))
        assert (answer.status_code, "No space left" in answer.json()["error"]) == (503, True)
    assert len(caplog.records) == 1, "its log does not fill it further"
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
