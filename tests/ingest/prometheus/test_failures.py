"""Servers that are away, slow, strange or hostile: each says so in a sentence of its own, with what to do next."""

import asyncio
import gzip
import json
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from dashcam.ingest.prometheus.client import MOST_BYTES
from dashcam.ingest.prometheus.errors import (
    NoMetrics,
    NotPrometheus,
    PrometheusError,
    PrometheusFailed,
    PrometheusNotSet,
    PrometheusRefused,
    PrometheusSlow,
    PrometheusUnreachable,
)
from dashcam.ingest.prometheus.sessions import sessions
from dashcam.ingest.prometheus.trial import trial
from dashcam.records.errors import BadSettings, DashcamError
from dashcam.records.settings import PrometheusSetting
from tests.support.prometheus import served

Answer = tuple[int, Mapping[str, str], bytes]
JSON = {"content-type": "application/json"}


def vector(*rows: Mapping[str, Any]) -> bytes:
    return json.dumps({"status": "success", "data": {"resultType": "vector", "result": list(rows)}}).encode()


def row(value: object, **labels: str) -> dict[str, Any]:
    return {"metric": labels, "value": [1_795_226_893.338, value]}


def asked(answer: Callable[[str], Answer], **more: Any) -> Any:  # noqa: ANN401  whatever is found
    with served(answer) as address:
        return asyncio.run(sessions(PrometheusSetting(url=address, **more), "24h"))


def failure(answer: Callable[[str], Answer], kind: type[DashcamError], **more: Any) -> DashcamError:
    """Ask a server that fails, and give the error; it must have a hint and not be only of a broader kind."""
    with pytest.raises(kind) as raised:
        asked(answer, **more)
    assert type(raised.value) is kind
    assert raised.value.hint
    return raised.value


def fixed(status: int, body: bytes, **headers: str) -> Callable[[str], Answer]:
    return lambda _path: (status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


@pytest.mark.parametrize("status", [401, 403])
def test_a_server_that_wants_credentials_says_so(status: int) -> None:
    bare = failure(fixed(status, b"go away"), PrometheusRefused)
    assert "wants credentials" in bare.message
    shown = failure(fixed(status, b"go away"), PrometheusRefused, token="wrong-and-secret")
    assert "refuses the token" in shown.message
    assert "wrong-and-secret" not in str(shown)
    named = failure(fixed(status, b""), PrometheusRefused, username="me", password="wrong-and-secret")
    assert "refuses the user name and password" in named.message


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<!doctype html><title>Welcome</title>", "a page of HTML"),
        (b"", "JSON of another shape"),
        (b'{"status":"success"', "JSON of another shape"),
        (b'{"rows":[]}', "JSON of another shape"),
        (b"[]", "JSON of another shape"),
        (b'{"status":"success"}', "holds no data"),
        (b'{"status":"success","data":null}', "JSON of another shape"),
        (b'{"status":"success","data":{"resultType":"vector","result":7}}', "JSON of another shape"),
        (b'{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}', "JSON of another shape"),
        (b'{"status":"perhaps","data":{"result":[]}}', "'perhaps'"),
        (b'{"status":"success","data":' + b"[" * 100_000, "JSON of another shape"),
        (b"\xff\xfe\x00", "JSON of another shape"),
    ],
)
def test_what_is_no_answer_of_prometheus_is_named(body: bytes, words: str) -> None:
    assert words in failure(fixed(200, body), NotPrometheus).message


def test_other_statuses_are_told_in_the_servers_own_words() -> None:
    said = b'{"status":"error","errorType":"execution","error":"query processing would load too many samples"}'
    late = failure(fixed(422, said), PrometheusFailed)
    assert "too many samples" in late.message
    assert "shorter range" in late.hint
    assert "parse error" in failure(fixed(400, b'{"status":"error","error":"parse error"}'), PrometheusFailed).message
    assert "status 500" in failure(fixed(500, b"oops"), PrometheusError).message
    assert "no /api/v1" in failure(fixed(404, b"nothing here"), NotPrometheus).message
    moved = failure(fixed(302, b"", location="https://login.example/"), NotPrometheus)
    assert "https://login.example/" in moved.message


def test_an_error_behind_a_success_is_an_error() -> None:
    assert "no luck" in failure(fixed(200, b'{"status":"error","error":"no luck"}'), PrometheusFailed).message


def test_an_endless_or_packed_answer_is_refused() -> None:
    assert "more than 8 MiB" in failure(fixed(200, b" " * (MOST_BYTES + 1)), PrometheusError).message
    packed = gzip.compress(vector())
    assert "packed as gzip" in failure(fixed(200, packed, content_encoding="gzip"), NotPrometheus).message


def test_a_slow_server_is_not_waited_for() -> None:
    let_go = threading.Event()

    def slow(_path: str) -> Answer:
        let_go.wait(20)
        return 200, JSON, vector()

    begun = time.monotonic()
    with served(slow) as address:
        try:
            with pytest.raises(PrometheusSlow, match=r"within 0\.2 s"):
                asyncio.run(sessions(PrometheusSetting(url=address, timeout_seconds=0.2), "24h"))
            assert time.monotonic() - begun < 5
        finally:
            let_go.set()


def test_one_byte_at_a_time_is_slow_too() -> None:
    with dripping() as address, pytest.raises(PrometheusSlow):
        asyncio.run(sessions(PrometheusSetting(url=address, timeout_seconds=0.5), "24h"))


class dripping:  # noqa: N801  used as a word of a sentence
    """A server that sends a byte now and then and never ends."""

    def __enter__(self) -> str:
        done = self.done = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                while not done.wait(0.05):
                    try:
                        self.wfile.write(b" ")
                        self.wfile.flush()
                    except OSError:
                        return

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}"

    def __exit__(self, *_: object) -> None:
        self.done.set()
        self.server.shutdown()
        self.server.server_close()


def test_nobody_there_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(PrometheusUnreachable, match="nothing listens at"):
            asyncio.run(sessions(PrometheusSetting(url=address), "24h"))


def test_a_name_that_no_machine_has_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(PrometheusUnreachable, match=r"no machine has the name of http://prometheus\.example:9090"):
        asyncio.run(sessions(PrometheusSetting(url="http://prometheus.example:9090"), "24h"))


def test_a_connection_that_breaks_off_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up() -> None:
            for _ in range(5):
                connection, _ = listener.accept()
                connection.close()

        threading.Thread(target=hang_up, daemon=True).start()
        with pytest.raises(PrometheusUnreachable):
            asyncio.run(sessions(PrometheusSetting(url=f"http://127.0.0.1:{listener.getsockname()[1]}"), "24h"))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine that nobody vouches for but itself."""
    place = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"),
        ],
        cwd=place,
        check=True,
        capture_output=True,
    )
    return place


@pytest.fixture
def secure(certificate: Path) -> Iterator[str]:
    """A server with that certificate, which knows one session."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = vector(row("1.5", session_id="5e55"))
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    # A client that hangs up in the middle of the handshake must not stop those who come after it.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_certificate_must_be_vouched_for(secure: str, certificate: Path) -> None:
    with pytest.raises(PrometheusUnreachable, match="cannot be trusted") as raised:
        asyncio.run(sessions(PrometheusSetting(url=secure), "24h"))
    assert "ca_file" in raised.value.hint
    told = asyncio.run(sessions(PrometheusSetting(url=secure, ca_file=str(certificate / "cert.pem")), "24h"))
    assert told.rows[0].cost_usd == 1.5


def test_a_file_of_no_certificates_is_refused(tmp_path: Path) -> None:
    empty = tmp_path / "ca.pem"
    empty.write_text("no certificate")
    for name in (empty, tmp_path / "absent.pem"):
        with pytest.raises(BadSettings, match=r"ca_file of \[prometheus\] cannot be used"):
            asyncio.run(sessions(PrometheusSetting(url="https://127.0.0.1:1", ca_file=str(name)), "24h"))


def test_no_server_is_set() -> None:
    with pytest.raises(PrometheusNotSet, match="no Prometheus server is set"):
        asyncio.run(trial(PrometheusSetting()))


def test_a_server_without_any_metric_of_ours_says_so() -> None:
    def empty(path: str) -> Answer:
        return 200, JSON, b'{"status":"success","data":[]}' if "label" in path else vector()

    assert "no Claude Code metrics here" in failure(empty, NoMetrics).message


def test_no_session_in_a_range_is_no_error() -> None:
    def quiet(path: str) -> Answer:
        names = b'{"status":"success","data":["claude_code_cost_usage_total"]}'
        return 200, JSON, names if "label" in path else vector()

    found = asked(quiet)
    assert (found.rows, found.totals.sessions, found.totals.total_tokens, found.notes) == ([], 0, None, [])


def test_rows_that_make_no_sense_are_left_out_with_a_word() -> None:
    def mixed(_path: str) -> Answer:
        rows = [
            row("2", session_id="5e55"),
            row("NaN", session_id="nan"),
            row("+Inf", session_id="inf"),
            row("-1", session_id="minus"),
            row("much", session_id="text"),
            row("7"),
            row("8", session_id=""),
            row("0", session_id="free"),
            row("0.0000001", session_id="nearly-free"),
        ]
        told = {"status": "success", "data": {"resultType": "vector", "result": rows}, "warnings": ["half is missing"]}
        return 200, JSON, json.dumps(told).encode()

    found = asked(mixed)
    assert [one.session_id for one in found.rows] == ["5e55"]
    assert "20 values are left out: not a number, infinite or below zero." in found.notes
    assert "2 sessions are left out: their cost did not grow between two samples of this range." in found.notes
    assert any("no session id" in note for note in found.notes)
    assert found.notes.count("Prometheus warns: half is missing") == 1


def test_five_questions_are_asked_at_once() -> None:
    together = threading.Barrier(5, timeout=10)
    queries: list[str] = []

    def patient(path: str) -> Answer:
        queries.append(parse_qs(urlsplit(path).query)["query"][0])
        together.wait()
        return 200, JSON, vector(row("1", session_id="5e55"))

    assert asked(patient).rows[0].cost_usd == 1
    assert sorted(query.split(" (increase")[0] for query in queries) == [
        "sum by (session_id)",
        "sum by (session_id)",
        "sum by (session_id)",
        "sum by (session_id, model)",
        "sum by (session_id, type)",
    ]


@pytest.mark.parametrize(
    ("more", "header"),
    [
        ({"token": "made-up"}, "Bearer made-up"),
        ({"username": "me", "password": "pw"}, "Basic bWU6cHc="),
        ({}, None),
    ],
)
def test_credentials_are_shown(more: dict[str, Any], header: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shown.append(self.headers.get("authorization"))
            body = vector(row("1", session_id="5e55"))
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    # Neither a proxy nor a password of the environment has anything to do with it.
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/behind/a/path/"
    asyncio.run(sessions(PrometheusSetting(url=address, **more), "24h"))
    server.shutdown()
    server.server_close()
    assert set(shown) == {header}
