"""The web app's one page stands behind every address that is a page; a file that is missing is said to be."""

from collections.abc import Iterator

import pytest

from tests.support.serving import Client, Server

PAGE = "<!doctype html><title>dashcam</title>"
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def built(server: Server) -> Iterator[Client]:
    """What asks a server whose web app is built."""
    assets = server.built / "assets"
    assets.mkdir(parents=True)
    (server.built / "index.html").write_text(PAGE)
    (server.built / "favicon.svg").write_text("<svg/>")
    (server.built / "theme.js").write_text("1")
    (server.built / ".source-hash").write_text("abc")
    (assets / "app-1a2b.js").write_text("export {};" * 1_000)
    with server.asked() as client:
        yield client


def test_every_address_of_the_app_gives_its_page(built: Client) -> None:
    for path in ("/", "/sessions", "/sessions/5e55-1011", "/no/such/page", "/apis", "/sessions/"):
        answer = built.get(path)
        assert (answer.status_code, answer.text) == (200, PAGE), path
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["cache-control"] == "no-cache"


def test_the_address_of_a_page_may_hold_a_dot(built: Client) -> None:
    assert built.get("/models/gpt-5.1", headers=BROWSER).text == PAGE


def test_a_file_that_is_not_there_is_no_page(built: Client) -> None:
    for path in ("/assets/old-9f.js", "/missing.js", "/robots.txt", "/.source-hash"):
        answer = built.get(path, headers={"accept": "*/*"})
        assert (answer.status_code, answer.json()["status"], bool(answer.json()["hint"])) == (404, 404, True), path


def test_an_address_of_the_api_that_is_not_there_is_no_page(built: Client) -> None:
    for path in ("/api", "/api/", "/api/nothing", "/api/sessions/5e551011/nothing"):
        answer = built.get(path, headers=BROWSER)
        assert (answer.status_code, answer.json()["status"]) == (404, 404), path


def test_files_with_a_hash_in_their_name_are_kept_for_ever(built: Client) -> None:
    answer = built.get("/assets/app-1a2b.js")
    assert "javascript" in answer.headers["content-type"]
    assert answer.headers["cache-control"] == "max-age=31536000, public, immutable"
    assert answer.headers["content-encoding"] == "gzip"


def test_other_files_are_looked_at_each_time(built: Client) -> None:
    for path, kind in (("/favicon.svg", "image/svg+xml"), ("/theme.js", "text/javascript; charset=utf-8")):
        answer = built.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
        assert answer.headers["cache-control"] == "no-cache"


def test_no_file_outside_of_the_app_is_given(built: Client, server: Server) -> None:
    (server.home / "secret.txt").write_text("secret")
    for path in ("/assets/../../secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt"):
        answer = built.get(path)
        assert (answer.status_code, "secret" in answer.text.replace("secret.txt", "")) == (404, False), path


def test_a_page_is_only_read(built: Client) -> None:
    assert built.post("/").status_code == 405


def test_an_installation_without_the_app_says_what_to_do(client: Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 404
    assert "no web app" in answer.json()["error"]
    assert "make web" in answer.json()["hint"]


def test_no_page_of_others_is_served(built: Client) -> None:
    assert built.get("/schema/swagger").text == PAGE, "the app's own page, which knows no such address"
