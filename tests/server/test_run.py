"""Who may be let in at which address, and what is said where a port cannot be had."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from dashcam.records.errors import BadInput, DashcamError
from dashcam.server.guard import refused
from dashcam.server.run import PortTaken, listen, rules_for

TOKEN = "0123456789abcdef"


def test_this_machine_needs_no_token() -> None:
    assert rules_for("127.0.0.1", "").token == ""


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost", "::1"])
def test_the_address_that_is_listened_on_is_answered(host: str) -> None:
    shown = f"[{host}]:4747" if ":" in host else f"{host}:4747"
    assert refused({"host": shown}, rules_for(host, "")) is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.1.2", "desk.local", "127.evil.example"])  # noqa: S104
def test_an_address_that_others_can_reach_needs_a_token(host: str) -> None:
    with pytest.raises(BadInput, match="token") as failed:
        rules_for(host, "")
    assert "DASHCAM_TOKEN" in failed.value.hint
    assert rules_for(host, TOKEN).token == TOKEN


def test_a_server_that_listens_everywhere_answers_with_its_token_by_every_name() -> None:
    rules = rules_for("0.0.0.0", TOKEN)  # noqa: S104
    assert refused({"host": "desk.local:4747"}, rules) is None


def test_a_server_at_one_address_answers_to_it_alone() -> None:
    rules = rules_for("192.168.1.2", TOKEN)
    assert refused({"host": "192.168.1.2:4747"}, rules) is None
    assert refused({"host": "evil.example:4747"}, rules) is not None


@pytest.mark.parametrize("host", ["127.0.0.1", "192.168.1.2"])
def test_a_token_that_can_be_guessed_is_refused(host: str) -> None:
    with pytest.raises(BadInput, match="fewer than 16"):
        rules_for(host, "short")


def test_any_free_port_is_taken() -> None:
    with listen("127.0.0.1", 0) as listener:
        host, port = listener.getsockname()
        assert (host, port > 0) == ("127.0.0.1", True)


class Stranger(BaseHTTPRequestHandler):
    """Another program that speaks HTTP."""

    words = b"hello"

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.words)

    def log_message(self, *_: object) -> None:
        pass


class Ours(Stranger):
    """Answers as dashcam does."""

    words = b'{"revision": 1}'


class List(Stranger):
    """Answers with JSON, but not ours."""

    words = b"[1]"


def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture(params=[Stranger, List])
def taken(request: pytest.FixtureRequest) -> Iterator[int]:
    """A port where another program answers."""
    yield from serving(request.param)


@pytest.fixture
def ours() -> Iterator[int]:
    """A port where dashcam answers."""
    yield from serving(Ours)


def failure(host: str, port: int) -> DashcamError:
    with pytest.raises(DashcamError) as failed:
        listen(host, port)
    return failed.value


def test_a_port_in_use_says_whom_to_look_for_and_suggests_another(taken: int) -> None:
    error = failure("127.0.0.1", taken)
    assert isinstance(error, PortTaken)
    assert error.message == f"cannot listen on 127.0.0.1:{taken}: Address already in use"
    assert f"lsof -i :{taken}" in error.hint
    another = int(error.hint.partition("dashcam serve --port ")[2].rstrip("."))
    with listen("127.0.0.1", another):
        assert another > taken


def test_a_dashcam_that_runs_already_is_recognised(ours: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    error = failure("127.0.0.1", ours)
    assert error.message == f"dashcam runs on port {ours} already"
    assert error.hint.startswith(f"Open http://127.0.0.1:{ours}, or use dashcam serve --port ")


def test_who_listens_without_a_word_of_http_is_a_stranger() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]

        def hang_up() -> None:
            silent.accept()[0].close()

        threading.Thread(target=hang_up, daemon=True).start()
        assert f"lsof -i :{port}" in failure("127.0.0.1", port).hint


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_a_taken_port_of_ipv6_suggests_another_too() -> None:
    try:
        first = listen("::1", 0)
    except DashcamError:
        pytest.skip("this machine has no IPv6 address")
    with first:
        port = first.getsockname()[1]
        assert "dashcam serve --port " in failure("::1", port).hint


@pytest.mark.parametrize("host", ["no.such.name.invalid", "192.0.2.1", "a" * 300, "\0"])
def test_an_address_that_is_none_of_this_machine_is_said_so(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    if host.endswith(".invalid"):
        monkeypatch.setattr(socket, "getaddrinfo", nobody)
    error = failure(host, 4747)
    assert isinstance(error, BadInput)
    assert "is no address of this machine" in error.message
