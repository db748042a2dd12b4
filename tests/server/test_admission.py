"""A server with a token gives strangers the app that asks for it, and nothing else."""

import asyncio
from collections.abc import Iterator
from typing import cast

import pytest
from litestar.types import HTTPReceiveMessage, HTTPScope, Message, Receive, Scope, Send

from dashcam.server.guard import DATA, Guard, Rules
from dashcam.server.routes import ROUTES, STREAMS
from tests.support.serving import Client, Server

TOKEN = "a-long-random-word"
PAGE = "<!doctype html><title>dashcam</title>"


@pytest.fixture
def stranger(server: Server) -> Iterator[Client]:
    """A browser without the token, at a server that asks for one."""
    server.built.mkdir()
    (server.built / "index.html").write_text(PAGE)
    with server.asked(rules=Rules(token=TOKEN)) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/sessions", "/sessions/5f3a"])
def test_a_stranger_may_open_the_app(stranger: Client, path: str) -> None:
    answer = stranger.get(path)
    assert (answer.status_code, answer.text) == (200, PAGE)


PATHS = ("/api/status", "//api/status", "/./api/status", "/API/status", "/x/../api/status", "/\\api/status")


@pytest.mark.parametrize("path", PATHS)
def test_a_stranger_is_told_nothing_however_the_path_is_written(path: str) -> None:
    assert asyncio.run(_status_of(path)) == 401


async def _status_of(path: str) -> int:
    """Ask the guard as a server does, by a path that no client would leave as it is."""
    told: list[Message] = []

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Message) -> None:
        told.append(message)

    async def receive() -> HTTPReceiveMessage:
        raise NotImplementedError

    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [(b"host", b"127.0.0.1")]}
    await Guard(app, Rules(token=TOKEN))(cast("HTTPScope", scope), receive, send)
    assert told[0]["type"] == "http.response.start"
    return told[0]["status"]


def test_a_stranger_may_change_nothing(stranger: Client) -> None:
    assert stranger.post("/", json={}).status_code == 401


def test_the_right_token_lets_in_by_a_cookie_and_leaves_the_address(stranger: Client) -> None:
    shown = stranger.get("/usage", params={"range": "7d", "token": TOKEN})
    assert (shown.status_code, shown.headers["location"]) == (303, "/usage?range=7d")
    assert stranger.get("/api/status").status_code == 200


def test_a_wrong_token_opens_the_app_which_asks_again(stranger: Client) -> None:
    assert stranger.get("/", params={"token": "a-wrong-random-word"}).text == PAGE
    assert stranger.get("/api/status").status_code == 401


def test_all_that_holds_data_stands_below_a_word_of_the_guard() -> None:
    assert {path.split("/")[1] for handler in (*ROUTES, *STREAMS) for path in handler.paths} == DATA
