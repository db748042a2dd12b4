"""Files to keep are written while they are read, and hold nobody else up."""

import csv
import json
from collections.abc import Iterator
from io import StringIO

import pytest
from litestar.exceptions import LitestarException

from dashcam.server import readers
from dashcam.server.routes import downloads
from dashcam.store.database import Database
from dashcam.writing.exports import SHEETS
from dashcam.writing.sheets import TEXTS
from tests.support.build import SESSION
from tests.support.codex_lines import THREAD
from tests.support.hanging_up import Caller
from tests.support.serving import Client, Server, seed

ROWS = {"sessions": 2, "usage": 1, "calls": 5}


@pytest.fixture(scope="module")
def server(shared_store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Server:
    made = Server(tmp_path_factory.mktemp("home"), shared_store_url)
    seed(made)
    return made


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[Client]:
    with server.asked() as asking:
        yield asking


def test_every_listing_is_written_in_every_form(client: Client) -> None:
    for what in SHEETS:
        shown: dict[str, int] = {}
        for form in TEXTS:
            answer = client.get(f"/api/export/{what}", params={"format": form})
            assert answer.status_code == 200
            assert answer.headers["content-disposition"] == f'attachment; filename="dashcam-{what}.{form}"'
            assert answer.headers["cache-control"] == "no-store"
            if form == "csv":
                shown[form] = len(list(csv.DictReader(StringIO(answer.text))))
            elif form == "json":
                shown[form] = len(answer.json()["rows"])
            else:
                shown[form] = len([json.loads(line) for line in answer.text.splitlines()])
        assert set(shown.values()) == {ROWS.get(what, shown["json"])}, what


def test_what_is_filtered_is_what_is_written(client: Client) -> None:
    answer = client.get("/api/export/sessions", params={"agent_type": "codex", "format": "jsonl"})
    assert [json.loads(line)["session_id"] for line in answer.text.splitlines()] == [THREAD]
    answer = client.get("/api/export/usage", params={"by": "model", "format": "json"})
    assert len(answer.json()["rows"]) >= 3


def test_what_makes_no_sense_is_said_before_a_file_begins(client: Client) -> None:
    for path, asked, status in (
        ("/api/export/nothing", {}, 400),
        ("/api/export/sessions", {"sort": "colour"}, 400),
        ("/api/export/usage", {"by": "colour"}, 400),
        ("/api/export/calls", {"format": "pdf"}, 400),
        ("/api/sessions/unknown/transcript", {}, 404),
    ):
        answer = client.get(path, params=asked)
        assert (answer.status_code, answer.json()["status"]) == (status, status), path


def test_a_conversation_is_written_in_every_form(client: Client) -> None:
    for form in ("md", "html", "json"):
        answer = client.get(f"/api/sessions/{SESSION}/transcript", params={"format": form})
        assert answer.status_code == 200
        assert "Add a test for the parser" in answer.text
        assert answer.headers["content-disposition"] == f'attachment; filename="{SESSION}.{form}"'


def test_the_original_is_given_byte_for_byte(client: Client, server: Server) -> None:
    answer = client.get(f"/api/sessions/{SESSION}/transcript", params={"format": "jsonl"})
    (path,) = server.claude.rglob("*.jsonl")
    assert answer.content == path.read_bytes()


def test_a_session_without_a_file_of_its_own_is_said_to_have_none(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashcam.queries.originals.holdings.sources_of", lambda *_: [])
    answer = client.get(f"/api/sessions/{SESSION}/transcript", params={"format": "jsonl"})
    assert (answer.status_code, answer.json()["status"]) == (404, 404)


def test_downloads_that_nobody_ends_do_not_hold_up_the_pages(client: Client, server: Server) -> None:
    lent = [server.desk.downloads.lend() for _ in range(readers.READERS)]
    held: list[Database] = [one.__enter__() for one in lent]
    assert client.get("/api/sessions").status_code == 200
    for one in lent:
        one.__exit__(None, None, None)
    assert len(set(map(id, held))) == readers.READERS


def test_who_hangs_up_in_the_middle_gives_the_connection_back(
    server: Server, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "PIECE_CHARACTERS", 1)
    assert client.get("/api/export/events").status_code == 200
    for _ in range(readers.READERS + 1):
        caller = Caller("/api/export/events")
        caller.call(server, lambda heard: heard.count(b"\n") >= 2)
        assert caller.status == 200
    assert server.desk.downloads._free.qsize() == readers.READERS


def test_a_file_that_could_not_be_written_to_its_end_never_looks_whole(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Iterator[str]:
        yield "half"
        raise ValueError("in the middle")

    monkeypatch.setattr(downloads, "TEXTS", {"csv": broken})
    monkeypatch.setattr(downloads, "PIECE_CHARACTERS", 1)
    with pytest.raises(LitestarException):
        Caller("/api/export/sessions").call(server, lambda _: False)
    assert server.desk.downloads._free.qsize() == readers.READERS
