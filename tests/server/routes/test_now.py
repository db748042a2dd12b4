"""What goes on, and how tools are used, over HTTP."""

import json

import pytest

from tests.support.serving import Client, Server, running, wait_until


def test_a_running_session_with_what_it_does(server: Server) -> None:
    running("Count the stars").write(server.claude)
    server.scan()
    with server.asked() as client:
        found = client.get("/api/now").json()
    (row,) = found["rows"]
    assert (found["running"], found["waiting"], row["phase"]) == (1, 0, "running")
    assert (row["session"]["title"], row["doing"]["tool"], len(row["minutes"])) == ("Count the stars", "", 15)


def test_a_hook_that_is_posted_makes_a_session_wait(server: Server) -> None:
    with server.asked(watch=True) as client:
        asked = {"session_id": "hooked-1", "hook_event_name": "PermissionRequest", "tool_name": "Bash", "cwd": "/w"}
        body = json.dumps(asked | {"tool_input": {"command": "rm -r build"}})
        assert client.post("/hooks/claude-code", content=body).status_code == 200
        (row,) = wait_until(lambda: client.get("/api/now").json()["rows"])
        assert (row["phase"], row["waiting_for"]["words"]) == ("waiting", "rm -r build")


def test_nobody_may_keep_what_changes_with_every_second(client: Client) -> None:
    answer = client.get("/api/now")
    assert (answer.status_code, answer.json()["rows"], "etag" in answer.headers) == (200, [], False)


@pytest.mark.parametrize("by", ["tool", "session"])
def test_tools_are_counted(seeded_client: Client, by: str) -> None:
    found = seeded_client.get("/api/tools", params={"by": by, "range": "all"}).json()
    assert (found["totals"]["calls"], len(found["rows"]), found["left_out"]) == (3, 1, 0)
    assert {"tool": ("tool", "Bash"), "session": ("agent", "claude-code")}[by] in found["rows"][0].items()


def test_tools_are_counted_by_nothing_else(seeded_client: Client) -> None:
    answer = seeded_client.get("/api/tools?by=colour")
    assert (answer.status_code, answer.json()["hint"]) == (400, "Choose one of tool, session.")
