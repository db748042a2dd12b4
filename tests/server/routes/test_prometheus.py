"""The Prometheus routes: what they answer, how failures are told, and that no secret is told or goes astray."""

import json
from collections.abc import Mapping
from typing import Any

from dashcam.records.settings import PrometheusSetting
from dashcam.server.routes.prometheus import PrometheusChange, _changed
from tests.support.prometheus import served
from tests.support.serving import Client, Server

SECRET = "made-up-secret"


def told(path: str) -> tuple[int, Mapping[str, str], bytes]:
    """Answer as a Prometheus with one session would."""
    if "label/" in path:
        data: Any = ["claude_code_cost_usage_total"]
    elif "buildinfo" in path:
        data = {"version": "3.1.0"}
    else:
        labels = {"session_id": "5e55", "model": "claude-sonnet-4-5", "type": "input"}
        if "query_range" in path:
            data = {"resultType": "matrix", "result": [{"metric": {}, "values": [[1_795_226_700, "2.4"]]}]}
        else:
            data = {"resultType": "vector", "result": [{"metric": labels, "value": [1_795_226_893.338, "2.4"]}]}
    return 200, {}, json.dumps({"status": "success", "data": data}).encode()


def set_to(client: Client, **said: Any) -> Any:  # noqa: ANN401  what JSON holds
    answer = client.post("/api/prometheus/settings", json=said)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_server_is_set_and_asked(client: Client) -> None:
    with served(told) as address:
        set_to(client, url=address)
        listing = client.get("/api/prometheus/sessions", params={"range": "7d"})
        one = client.get("/api/prometheus/sessions/5e55", params={"range": "1h"}).json()
        found = client.post("/api/prometheus/test", json={}).json()
    assert "etag" not in listing.headers
    row = listing.json()["rows"][0]
    assert row == {
        "session_id": "5e55",
        "agent": "claude-code",
        "model": "claude-sonnet-4-5",
        "models": ["claude-sonnet-4-5"],
        "cost_usd": 2.4,
        "total_tokens": 2,
        "input_tokens": 2,
        "output_tokens": 0,
        "cache_read_tokens": 0,
        "cache_write_tokens": 0,
        "active_seconds": 2.4,
    }
    assert listing.json()["totals"]["sessions"] == 1
    assert one["types"] == [{"type": "input", "tokens": 2}]
    assert one["models"] == [{"model": "claude-sonnet-4-5", "tokens": 2, "cost_usd": 2.4}]
    assert one["slices"] == [{"at": (1_795_226_700 - 300) * 1000, "cost_usd": 2.4, "tokens": 2}]
    assert (found["version"], found["sessions"], found["url"]) == ("3.1.0", 2, address)


def test_failures_have_statuses_of_their_own(client: Client) -> None:
    def status(answer: Any) -> tuple[int, str]:  # noqa: ANN401  an answer
        assert answer.json()["hint"]
        return answer.status_code, answer.json()["error"]

    code, words = status(client.get("/api/prometheus/sessions"))
    assert (code, words) == (400, "no Prometheus server is set")
    with served(lambda _path: (401, {}, b"")) as address:
        set_to(client, url=address)
        code, words = status(client.get("/api/prometheus/sessions"))
        assert code == 502
        assert "wants credentials" in words
    code, words = status(client.get("/api/prometheus/sessions"))
    assert code == 502
    assert "nothing listens at" in words
    with served(lambda _path: (200, {}, b"<html>")) as address:
        trial = {"settings": {"url": address}}
        code, words = status(client.post("/api/prometheus/test", json=trial))
        assert code == 502
        assert "a page of HTML" in words
    with served(lambda _path: (200, {}, b'{"status":"success","data":[]}')) as address:
        code, words = status(client.post("/api/prometheus/test", json={"settings": {"url": address}}))
        assert code == 404
        assert "no Claude Code metrics here" in words
    assert status(client.get("/api/prometheus/sessions", params={"range": "1y"}))[0] == 400
    assert status(client.post("/api/prometheus/settings", json={"url": "ftp://a"}))[0] == 400


def test_a_slow_server_is_a_gateways_timeout(client: Client) -> None:
    import threading

    let_go = threading.Event()

    def slow(_path: str) -> tuple[int, Mapping[str, str], bytes]:
        let_go.wait(20)
        return 200, {}, b""

    with served(slow) as address:
        set_to(client, url=address, timeout_seconds=0.2)
        answer = client.get("/api/prometheus/sessions")
        let_go.set()
    assert answer.status_code == 504


def test_a_secret_is_kept_and_never_told(client: Client, server: Server) -> None:
    said = set_to(client, url="http://127.0.0.1:1", token=SECRET)
    assert (said["has_token"], said["has_password"]) == (True, False)
    settings = server.setup.settings_path
    assert SECRET in settings.read_text()
    assert settings.stat().st_mode & 0o077 == 0
    for path in ("/api/prometheus/settings", "/api/settings", "/api/prometheus/sessions"):
        assert SECRET not in client.get(path).text


def test_a_secret_stays_with_its_server(client: Client) -> None:
    set_to(client, url="http://127.0.0.1:1/a", token=SECRET)
    assert set_to(client, url="http://127.0.0.1:1/b", timeout_seconds=5)["has_token"] is True
    with served(told) as address:
        assert set_to(client, url=address)["has_token"] is False
    assert set_to(client, url="http://127.0.0.1:1", token="", username="me", password=SECRET)["has_password"] is True
    assert set_to(client, url="http://127.0.0.1:1", username="me")["has_password"] is True
    assert set_to(client, url="")["url"] == ""


def test_what_else_stands_in_the_file_stays(client: Client, server: Server) -> None:
    server.setup.home.mkdir(exist_ok=True)
    server.setup.settings_path.write_text(
        '# mine\ntime_zone = "UTC"\n\n[prometheus]\n# ours\nurl = "http://a"\ndelta = true\n'
    )
    set_to(client, url="http://127.0.0.1:9090")
    text = server.setup.settings_path.read_text()
    assert text == '# mine\ntime_zone = "UTC"\n\n[prometheus]\n# ours\nurl = "http://127.0.0.1:9090"\n'


def test_a_look_at_another_server_takes_no_secret_along() -> None:
    kept = PrometheusSetting(url="https://mine.example", token=SECRET)
    assert _changed(kept, PrometheusChange(url="https://mine.example/prometheus")).token == SECRET
    for elsewhere in ("https://other.example", "http://mine.example", "https://mine.example:8443"):
        assert _changed(kept, PrometheusChange(url=elsewhere)) == PrometheusSetting(url=elsewhere)
