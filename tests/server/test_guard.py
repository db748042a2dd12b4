"""Who may ask: names that point here from elsewhere and pages of other sites are turned away before anything else."""

import asyncio
from collections.abc import Iterator

import pytest
from litestar.types import Message

from dashcam.server.guard import CONTENT_POLICY, COOKIE, HEADERS, Guard, Rules, hosts_for, is_loopback, refused
from tests.support.serving import ADDRESS, Client, Server

TOKEN = "a long; random=wörd"
HERE = "127.0.0.1:4747"


@pytest.mark.parametrize("host", [HERE, "localhost", "LOCALHOST:4747", "[::1]:4747", "[::1]", "127.0.0.1"])
def test_the_names_of_this_machine_are_answered(host: str) -> None:
    assert refused({"host": host}, Rules()) is None


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:4747", "127.0.0.1.evil.example", "127.0.0.2", "[::2]", "", "[", ":4747"]
)
def test_a_name_that_somebody_pointed_here_is_not_answered(host: str) -> None:
    refusal = refused({"host": host}, Rules())
    assert refusal is not None
    assert (refusal.status, bool(refusal.hint)) == (421, True)


def test_a_request_without_a_host_is_not_answered() -> None:
    assert refused({}, Rules()) is not None
    assert refused({}, Rules(hosts=None)) is not None


def test_a_server_that_listens_everywhere_answers_to_every_name() -> None:
    assert refused({"host": "desk.local:4747"}, Rules(hosts=None)) is None


@pytest.mark.parametrize("host", [HERE, "[::1]:4747", "localhost:4747"])
def test_our_own_page_may_ask(host: str) -> None:
    assert refused({"host": host, "origin": f"http://{host}"}, Rules()) is None


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "http://evil.example",
        "http://127.0.0.1",
        "http://127.0.0.1:4748",
        "http://localhost:4747",
        "http://127.0.0.1:4747.evil.example",
        "http://evil.example#127.0.0.1:4747",
        "http://[",
    ],
)
def test_a_page_of_another_origin_may_not_ask(origin: str) -> None:
    refusal = refused({"host": HERE, "origin": origin}, Rules())
    assert refusal is not None
    assert refusal.status == 403


def test_another_page_may_not_embed_an_answer_but_may_lead_here() -> None:
    asked = {"host": HERE, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
    assert refused(asked, Rules()) is not None
    assert refused(asked | {"sec-fetch-site": "same-site"}, Rules()) is not None, "another port of this machine"
    assert refused(asked | {"sec-fetch-mode": "navigate"}, Rules()) is None
    assert refused(asked | {"sec-fetch-site": "same-origin"}, Rules()) is None


@pytest.mark.parametrize(
    ("host", "only_we"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("localhost", True),
        ("::1", True),
        ("127.evil.example", False),
        ("0.0.0.0", False),  # noqa: S104  named to be told apart
        ("192.168.1.2", False),
        ("", False),
    ],
)
def test_whether_only_this_machine_can_reach_an_address(host: str, only_we: bool) -> None:  # noqa: FBT001  a table
    assert is_loopback(host) is only_we


def test_a_server_answers_to_the_address_that_it_is_bound_to() -> None:
    assert refused({"host": "192.168.1.2:4747"}, Rules(hosts=hosts_for("192.168.1.2"))) is None


@pytest.fixture
def guarded(server: Server) -> Iterator[Client]:
    """What asks a server that wants a token."""
    with server.asked(rules=Rules(token=TOKEN)) as client:
        yield client


def test_without_the_token_nothing_is_told(guarded: Client) -> None:
    answer = guarded.get("/api/status")
    assert (answer.status_code, answer.json()["status"], bool(answer.json()["hint"])) == (401, 401, True)


def test_a_wrong_token_is_no_token(guarded: Client) -> None:
    for shown in ("Bearer wrong", "Bearer", "Basic YTpi", ""):
        assert guarded.get("/api/status", headers={"authorization": shown}).status_code == 401
    for cookie in (f"{COOKIE}=wrong", f"{COOKIE}", "=", '{"a"}'):
        assert guarded.get("/api/status", headers={"cookie": cookie}).status_code == 401


def test_a_program_shows_the_token_in_a_header(server: Server) -> None:
    with server.asked(rules=Rules(token="0123456789abcdef")) as client:
        for kind in ("Bearer", "bearer"):
            assert client.get("/api/status", headers={"authorization": f"{kind} 0123456789abcdef"}).status_code == 200


def test_a_browser_shows_the_token_once_and_then_by_its_cookie(guarded: Client) -> None:
    first = guarded.get("/usage", params={"project": ["a b", "c"], "empty": "", "token": TOKEN})
    assert first.status_code == 303
    assert first.headers["location"] == "/usage?project=a+b&project=c&empty="
    cookie = first.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly; SameSite=Strict" in cookie
    assert first.headers["cache-control"] == "no-store"
    assert guarded.get("/api/status").status_code == 200, "by the cookie, whatever signs the token has"


def test_a_wrong_token_in_the_address_sets_no_cookie(guarded: Client) -> None:
    answer = guarded.get("/api/status", params={"token": "wrong"})
    assert (answer.status_code, "set-cookie" in answer.headers) == (401, False)


def test_only_the_opening_of_a_page_takes_the_token_from_the_address(guarded: Client) -> None:
    assert guarded.post("/api/scan", params={"token": TOKEN}, json={}).status_code == 401


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "/%5Cevil.example", "/%09/evil.example", "/%0d%0aset-cookie:a=b/"]
)
def test_the_way_on_after_the_token_cannot_lead_away(path: str) -> None:
    from urllib.parse import unquote

    told: list[Message] = []

    async def send(message: Message) -> None:
        told.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": unquote(path),
        "query_string": b"token=0123456789abcdef",
        "headers": [(b"host", b"localhost")],
    }
    guard = Guard(None, Rules(token="0123456789abcdef"))  # type: ignore[arg-type]
    asyncio.run(guard(scope, None, send))  # type: ignore[arg-type]
    headers = dict(told[0]["headers"])  # type: ignore[typeddict-item]
    place = headers[b"location"].decode()
    assert place.startswith("/")
    assert not place.startswith("//")
    assert not set("\\\t\r\n") & set(place)


def test_every_answer_is_kept_safe_by_its_headers(client: Client) -> None:
    for path in ("/api/status", "/api/nothing", "/api/sessions/ab", "/missing.js", "/"):
        answer = client.get(path)
        assert {name.decode(): answer.headers.get(name.decode()) for name, _ in HEADERS} == {
            name.decode(): value.decode() for name, value in HEADERS
        }, path


def test_no_script_may_stand_in_a_page() -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in CONTENT_POLICY.split(";"))
    assert (rules["script-src"], rules["object-src"], rules["frame-ancestors"]) == ("'self'", "'none'", "'none'")


def test_a_refusal_is_safe_too(client: Client) -> None:
    answer = client.get("/api/status", headers={"host": "evil.example"})
    assert answer.status_code == 421
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_fault_of_our_own_is_safe_and_tells_no_secrets(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr("dashcam.server.routes.overview.cards", fail)
    with server.asked() as client:
        answer = client.get("/api/overview")
    assert (answer.status_code, answer.json()["status"], bool(answer.json()["hint"])) == (500, 500, True)
    assert "secret" not in answer.text
    assert answer.headers["x-frame-options"] == "DENY"


def test_a_stranger_cannot_change_anything(client: Client) -> None:
    for origin in ("http://evil.example", "null"):
        answer = client.post("/api/settings", json={"name": "time_zone", "value": "UTC"}, headers={"origin": origin})
        assert answer.status_code == 403
    assert client.post(
        "/api/settings", json={"name": "time_zone", "value": "UTC"}, headers={"origin": ADDRESS}
    ).is_success
