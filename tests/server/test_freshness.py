"""A browser that holds an answer is told so, and never once something has changed."""

import pytest

from tests.support.serving import Client, Server, running, seed, wait_until


def name_of(client: Client, path: str) -> str:
    """The name of an answer, asked twice where the minute ends in between."""
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.headers["etag"])


def is_held(client: Client, path: str, name: str) -> bool:
    answer = client.get(path, headers={"if-none-match": name})
    assert answer.status_code == (304 if not answer.content else 200)
    return answer.status_code == 304


def held_at_once(client: Client, path: str) -> bool:
    """Whether an answer is held right after it was given; at the end of a minute it takes a second look."""
    return is_held(client, path, name_of(client, path)) or is_held(client, path, name_of(client, path))


def test_what_has_not_changed_is_not_sent_again(client: Client) -> None:
    for path in ("/api/sessions", "/api/overview?range=7d", "/api/usage"):
        assert held_at_once(client, path)


def test_one_name_of_several_is_enough(client: Client) -> None:
    name = name_of(client, "/api/sessions")
    assert is_held(client, "/api/sessions", f'"other", {name}') or held_at_once(client, "/api/sessions")
    assert not is_held(client, "/api/sessions", '"other"')


def test_a_held_answer_says_how_it_may_be_kept_and_is_safe(client: Client) -> None:
    answers = [client.get("/api/usage", headers={"if-none-match": name_of(client, "/api/usage")}) for _ in range(2)]
    held = next(answer for answer in answers if answer.status_code == 304)
    assert held.headers["cache-control"] == "private, no-cache"
    assert held.headers["x-content-type-options"] == "nosniff"


def test_a_new_revision_gives_new_names(server: Server) -> None:
    with server.asked() as client:
        name = name_of(client, "/api/sessions")
        running().write(server.claude)
        server.scan()
        wait_until(lambda: not is_held(client, "/api/sessions", name), 10)
        assert client.get("/api/sessions").json()["revision"] == 1


def test_other_settings_give_new_names(server: Server) -> None:
    seed(server)
    with server.asked() as client:
        name = name_of(client, "/api/prices")
        assert client.post("/api/settings", json={"name": "time_zone", "value": "Europe/Berlin"}).is_success
        assert not is_held(client, "/api/prices", name)


def test_another_server_gives_other_names(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with server.asked() as client:
        name = name_of(client, "/api/sessions")
    monkeypatch.setattr(server.desk, "started", server.desk.started + 1)
    with server.asked() as client:
        assert not is_held(client, "/api/sessions", name)


def test_what_looks_beyond_the_database_is_never_held(client: Client) -> None:
    for path in ("/api/status", "/api/agents", "/api/doctor"):
        assert "etag" not in client.get(path).headers


def test_an_error_and_a_file_have_no_name(client: Client) -> None:
    assert "etag" not in client.get("/api/sessions/5e551011").headers
    assert "etag" not in client.get("/api/export/sessions").headers
