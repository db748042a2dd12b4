"""The stream of news as a browser reads it: ids are revisions, and who comes back misses nothing."""

from dashcam.server.hub import Message
from dashcam.server.routes.live import written
from tests.support.hanging_up import Caller
from tests.support.serving import Server, running


def read(server: Server, query: bytes = b"", **headers: str) -> Caller:
    """Follow a server that has saved once, until the first event has come."""
    running().write(server.claude)
    server.scan()
    caller = Caller("/api/live", query, **headers)
    caller.call(server, lambda heard: b"\nevent: " in heard)
    return caller


def test_who_comes_back_by_its_last_event_id_is_told_what_it_missed(server: Server) -> None:
    caller = read(server, last_event_id="0")
    assert (caller.status, caller.headers[b"content-type"]) == (200, b"text/event-stream; charset=utf-8")
    assert caller.headers[b"cache-control"] == b"no-store"
    assert caller.heard.startswith(b"retry: 1000\n\nid: 1\nevent: changed\ndata: {")
    assert caller.heard.endswith(b"}\n\n")
    assert caller.followers == 0, "who hangs up is forgotten"


def test_the_stream_is_not_packed(server: Server) -> None:
    caller = read(server, last_event_id="0", accept_encoding="gzip")
    assert b"content-encoding" not in caller.headers
    assert b"event: changed\n" in caller.heard


def test_the_last_revision_may_stand_in_the_address(server: Server) -> None:
    assert b"id: 1\nevent: changed\n" in read(server, b"after=0").heard


def test_a_last_event_id_that_is_no_revision_is_not_believed(server: Server) -> None:
    caller = read(server, b"after=0", last_event_id="9" * 30)
    assert b"id: 1\nevent: changed\n" in caller.heard, "it falls back on the address"


def test_an_event_is_one_line_of_data_whatever_it_holds() -> None:
    message = Message(number=1, revision=7, event="work", data=b'{"error":"two\\nlines"}')
    assert written(message) == b'id: 7\nevent: work\ndata: {"error":"two\\nlines"}\n\n'
