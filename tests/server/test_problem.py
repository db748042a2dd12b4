"""Whatever goes wrong is one JSON object with a status, a sentence and a hint."""

from typing import Any

import pytest

from dashcam.records import errors
from dashcam.records.errors import DashcamError
from dashcam.server.problem import STATUS
from tests.support.serving import Client, Server

MEBIBYTE = 1 << 20


def problem(answer: Any, status: int) -> str:  # noqa: ANN401  a response
    """Give the sentence of a problem that is told as every problem is."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    told = answer.json()
    assert (set(told), told["status"], bool(told["hint"])) == ({"status", "error", "hint"}, status, True), told
    return str(told["error"])


def test_words_that_make_no_sense(client: Client) -> None:
    assert "no time zone" in problem(client.get("/api/sessions", params={"tz": "Mars"}), 400).replace("not a", "no")
    for asked in (
        {"range": "sometime"},
        {"sort": "colour"},
        {"min_cost": "much"},
        {"agent_type": "nobody"},
        {"after": "nonsense"},
        {"range": "7d", "since": "2026-11-01"},
    ):
        problem(client.get("/api/sessions", params=asked), 400)


def test_parameters_of_a_wrong_kind_are_named(client: Client) -> None:
    assert "limit" in problem(client.get("/api/sessions", params={"limit": "many"}), 400)
    assert "limit" in problem(client.get("/api/sessions", params={"limit": 0}), 400)
    assert "status" in problem(client.get("/api/sessions", params={"status": "asleep"}), 400)
    assert "model" in problem(client.get("/api/prices/model"), 400)


def test_what_is_not_there(client: Client) -> None:
    assert "5e551011" in problem(client.get("/api/sessions/5e551011"), 404)
    problem(client.get("/api/nothing"), 404)


def test_a_body_that_is_no_json(client: Client) -> None:
    for body in (b"{", b"", b"\xff\xfe", b"[1]", b"null", b'{"full": "maybe"}', b'{"colour": 1}', b"{" * 100_000):
        problem(client.post("/api/scan", content=body, headers={"content-type": "application/json"}), 400)


def test_a_body_that_is_too_large(client: Client) -> None:
    large = b'{"name": "time_zone", "value": "' + b"x" * MEBIBYTE + b'"}'
    problem(client.post("/api/settings", content=large, headers={"content-type": "application/json"}), 413)

    def pieces() -> Any:  # noqa: ANN401  a body without a length
        for _ in range(17):
            yield b"x" * (MEBIBYTE // 16)

    problem(client.post("/api/settings", content=pieces(), headers={"content-type": "application/json"}), 413)


def test_a_way_of_asking_that_is_not_meant(client: Client) -> None:
    for method, path in (
        ("POST", "/api/sessions"),
        ("GET", "/api/scan"),
        ("DELETE", "/api/status"),
        ("PUT", "/api/live"),
    ):
        problem(client.request(method, path), 405)


def test_a_database_that_is_away(server: Server) -> None:
    with server.asked() as client:
        with server.setup.connect() as store:
            store.database.run("ALTER TABLE session RENAME TO away")
        answer = client.get("/api/sessions")
        assert answer.status_code == 503
        with server.setup.connect() as store:
            store.database.run("ALTER TABLE away RENAME TO session")
        assert client.get("/api/sessions").status_code == 200


def test_a_fault_of_our_own_is_logged_with_its_place(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("dashcam.server.routes.overview.cards", fail)
    with server.asked() as client:
        assert "by nothing" not in problem(client.get("/api/overview"), 500)
    assert "GET /api/overview failed" in caplog.text
    assert "ZeroDivisionError: by nothing" in caplog.text


def test_every_error_that_has_words_has_a_status() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, DashcamError)]
    unnamed = [kind.__name__ for kind in kinds if not set(kind.__mro__) & set(STATUS) and kind is not DashcamError]
    assert unnamed == []
