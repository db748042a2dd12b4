"""Launching through the API: who may, what is told while it runs, what a person says to it, what outlives a death."""

import json
import random
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dashcam.server.guard import Rules
from tests.support.build import SESSION
from tests.support.claude_lines import Transcript
from tests.support.launching import Launches
from tests.support.serving import Client, Server, Started, wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="nothing is launched on Windows")
TOKEN, LAUNCH_TOKEN = "a-long-random-word", "another-long-random-word"
DEATHS = 30


class Machine:
    """A server on a machine with the stand-in, and what asks it."""

    def __init__(self, server: Server, client: Client, machine: Launches) -> None:
        self.server = server
        self.client = client
        self.project = str(machine.project)

    def launch(self, prompt: str, **options: Any) -> dict[str, Any]:
        answer = self.client.post("/api/launches", json={"prompt": prompt, "directory": self.project, **options})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def now(self, launch: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"/api/launches/{launch['id']}").json()
        return found

    def until(self, launch: dict[str, Any], *states: str) -> dict[str, Any]:
        found: dict[str, Any] = wait_until(lambda: (now := self.now(launch))["state"] in states and now)
        return found

    def say(self, launch: dict[str, Any], what: str, **said: str) -> Any:  # noqa: ANN401  a response
        return self.client.post(f"/api/launches/{launch['id']}/{what}", json=said or None)


@contextmanager
def machine_of(server: Server, rules: Rules) -> Iterator[Machine]:
    machine = Launches(server.home)
    server.setup.variables.update(machine.variables)
    with server.asked(rules=rules, watch=True) as client:
        yield Machine(server, client, machine)


@pytest.fixture
def machine(server: Server) -> Iterator[Machine]:
    with machine_of(server, Rules(may_launch=True)) as made:
        yield made


def test_a_prompt_becomes_a_session_that_waits_for_a_further_prompt(machine: Machine) -> None:
    begun = machine.launch("Say hello", model="claude-sonnet-4-5", permission_mode="plan", max_turns=3)
    assert (begun["prompt"], begun["directory"], begun["agent"], begun["model"]) == (
        "Say hello", machine.project, "claude-code", "claude-sonnet-4-5"
    )  # fmt: skip
    done = machine.until(begun, "waiting")
    assert (done["turns"], done["cost_nano"], done["tokens"], done["writing"]) == (1, 330_000, 30, [])
    assert machine.say(begun, "message", text="And goodbye").status_code == 202
    wait_until(lambda: machine.now(begun)["turns"] == 2)
    assert machine.say(begun, "stop").status_code == 202
    assert machine.until(begun, "stopped")["error"] == ""
    row = wait_until(
        lambda: next(
            (row for row in machine.client.get("/api/sessions").json()["rows"] if row["status"] == "stopped"), None
        )
    )
    assert (row["session_id"], row["title"], row["total_tokens"]) == (begun["session_id"], "Say hello", 60)
    events = machine.client.get(f"/api/sessions/{begun['session_id']}/events").json()["rows"]
    assert [event["text"] for event in events if event["kind"] in {"user", "assistant"}] == [
        "Say hello", "You said: Say hello", "And goodbye", "You said: And goodbye"
    ]  # fmt: skip


def test_a_session_is_there_from_the_moment_of_its_launch(machine: Machine) -> None:
    begun = machine.launch("hang")
    path = f"/api/sessions/{begun['session_id']}"
    found = wait_until(lambda: (answer := machine.client.get(path)).status_code == 200 and answer.json())
    assert (found["status"], found["first_prompt"], found["project"]) == ("running", "hang", machine.project)
    machine.say(begun, "stop")
    machine.until(begun, "stopped")


@pytest.mark.parametrize(
    ("said", "ok"),
    [
        ({"behavior": "allow"}, True),
        ({"behavior": "allow_session"}, True),
        ({"behavior": "deny", "message": "Not on a Saturday"}, False),
    ],
)
def test_a_permission_is_asked_for_and_answered(machine: Machine, said: dict[str, str], *, ok: bool) -> None:
    begun = machine.launch("permission please")
    waiting = machine.until(begun, "waiting")
    (asked,) = waiting["asked"]
    assert (asked["tool"], asked["tool_input"]) == ("Bash", '{"command":"rm -r nothing"}')
    assert machine.say(begun, "permissions/nothing-of-the-kind", behavior="allow").status_code == 404
    assert machine.say(begun, f"permissions/{asked['request']}", **said).status_code == 202
    wait_until(lambda: machine.now(begun)["turns"] == 1)
    machine.say(begun, "stop")
    machine.until(begun, "stopped")

    def results() -> list[dict[str, Any]]:
        answer = machine.client.get(f"/api/sessions/{begun['session_id']}/events").json()
        return [row for row in answer.get("rows", ()) if row["kind"] == "tool_result"]

    (result,) = wait_until(results)
    assert (result["ok"], said.get("message", "ran") in result["text"]) == (ok, True)


def test_a_turn_is_interrupted_and_the_session_goes_on(machine: Machine) -> None:
    begun = machine.launch("long story")
    wait_until(lambda: machine.now(begun)["writing"])
    assert machine.say(begun, "interrupt").status_code == 202
    machine.until(begun, "waiting")
    machine.say(begun, "message", text="Shorter")
    wait_until(lambda: machine.now(begun)["turns"] == 2)
    machine.say(begun, "stop")
    machine.until(begun, "stopped")


def test_what_is_over_hears_nothing_more_but_can_be_resumed_and_forked(machine: Machine) -> None:
    begun = machine.launch("exit 3")
    done = machine.until(begun, "failed")
    assert "I leave without a result" in done["error"]
    assert machine.say(begun, "message", text="Hello?").status_code == 404
    wait_until(lambda: machine.client.get(f"/api/sessions/{begun['session_id']}").status_code == 200)
    again = machine.launch("Go on", resume=begun["session_id"], directory="")
    fork = machine.launch("Go another way", resume=begun["session_id"], fork=True, directory="")
    assert (again["session_id"], fork["session_id"] not in {"", begun["session_id"]}) == (begun["session_id"], True)
    for one in (again, fork):
        assert one["directory"] == machine.project
        machine.until(one, "waiting")
        machine.say(one, "stop")
        machine.until(one, "stopped")


def test_what_goes_on_is_not_resumed_a_second_time_but_can_be_forked(machine: Machine) -> None:
    begun = machine.launch("talk long")
    wait_until(lambda: machine.client.get(f"/api/sessions/{begun['session_id']}").status_code == 200)
    again = machine.client.post("/api/launches", json={"prompt": "Go on", "resume": begun["session_id"]})
    assert (again.status_code, again.json()["error"]) == (400, "this session goes on already")
    assert again.json()["hint"] == f"Look at it: dashcam run --attach {begun['id']}"
    fork = machine.launch("Go another way", resume=begun["session_id"], fork=True, directory="")
    assert len(machine.client.get("/api/launches").json()["launches"]) == 2
    for one in (begun, fork):
        machine.say(one, "stop")
        machine.until(one, "stopped")


def test_subagents_and_sessions_of_other_machines_are_not_resumed(machine: Machine) -> None:
    talk = Transcript(cwd=machine.project)
    talk.prompt("Add a test")
    child = talk.subagent()
    child.prompt("Look around")
    for one in (talk, child):
        one.write(machine.server.claude)
    machine.server.scan()

    def refusal(session: str) -> tuple[int, str]:
        answer = machine.client.post("/api/launches", json={"prompt": "Go on", "resume": session})
        return answer.status_code, answer.json()["error"]

    assert refusal(f"{SESSION}:{child.agent}") == (400, "a subagent cannot be gone on with by itself")
    there = machine.server.setup.machine
    machine.server.setup.machine = "laptop"
    assert refusal(SESSION) == (400, f"this session stood on another machine, {there}")
    assert machine.client.get("/api/launches").json()["launches"] == []


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"prompt": ""}, 400),
        ({"prompt": "x", "directory": "not/whole"}, 400),
        ({"prompt": "x", "directory": "/nowhere/at/all"}, 400),
        ({"prompt": "x", "permission_mode": "anything"}, 400),
        ({"prompt": "x", "model": "--dangerously"}, 400),
        ({"prompt": "x", "max_cost": -1}, 400),
        ({"prompt": "x", "fork": True}, 400),
        ({"prompt": "x", "agent": "nobody"}, 404),
        ({"prompt": "x", "resume": "ffffffff"}, 404),
        ({"prompt": "x", "shell": "rm"}, 400),
    ],
)
def test_what_makes_no_sense_starts_nothing(machine: Machine, said: dict[str, Any], status: int) -> None:
    answer = machine.client.post("/api/launches", json={"directory": machine.project, **said})
    assert (answer.status_code, bool(answer.json()["error"])) == (status, True)
    assert machine.client.get("/api/launches").json()["launches"] == []


def test_whoever_may_only_look_launches_nothing(server: Server) -> None:
    with machine_of(server, Rules(token=TOKEN, launch_token=LAUNCH_TOKEN)) as machine:
        looking = {"Authorization": f"Bearer {TOKEN}"}
        launching = {"Authorization": f"Bearer {LAUNCH_TOKEN}"}
        new = {"prompt": "Say hello", "directory": machine.project}
        assert machine.client.get("/api/launches", headers=looking).json()["allowed"] is False
        assert machine.client.post("/api/launches", json=new, headers=looking).status_code == 403
        assert machine.client.post("/api/launches", json=new).status_code == 401
        begun = machine.client.post("/api/launches", json=new, headers=launching).json()
        path = f"/api/launches/{begun['id']}"
        assert machine.client.post(f"{path}/stop", headers=looking).status_code == 403
        assert machine.client.post(f"{path}/stop", headers=launching).status_code == 202
        wait_until(lambda: machine.client.get(path, headers=launching).json()["state"] == "stopped")


def test_a_page_of_another_site_launches_nothing(machine: Machine) -> None:
    new = {"prompt": "Say hello", "directory": machine.project}
    answer = machine.client.post("/api/launches", json=new, headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403


def test_sessions_that_others_started_are_listed_while_they_live(machine: Machine) -> None:
    folder = machine.server.claude / "sessions"
    folder.mkdir(parents=True)
    said = '{"pid":%d,"sessionId":"%s","cwd":"/work/it\'s here","status":"busy"}'
    (folder / "1.json").write_text(said % (1, "5e551011-0000-4000-8000-000000000001"))
    (folder / "2.json").write_text(said % ((1 << 22) - 1, "5e551011-0000-4000-8000-000000000002"))
    (folder / "3.json").write_text("{torn")
    (alive,) = machine.client.get("/api/launches").json()["elsewhere"]
    assert (alive["pid"], alive["busy"]) == (1, True)
    assert alive["resume"] == "cd '/work/it'\"'\"'s here' && claude --resume 5e551011-0000-4000-8000-000000000001"


def shown(server: Started, launch: dict[str, Any]) -> str:
    """All that a screen shows of a session: its conversation, and behind that what is being written."""
    try:
        rows = server.ask(f"/api/sessions/{launch['session_id']}/events?limit=1000").get("rows", [])
        words = "".join(str(row["text"]) for row in rows if row["kind"] in {"user", "assistant"})
        now = server.ask(f"/api/launches/{launch['id']}")
        return words + "".join(str(one["text"]) for one in now.get("writing", ()))
    except OSError:
        return ""


@pytest.mark.slow
def test_a_server_that_is_killed_again_and_again_loses_nothing_that_was_shown(tmp_path: Path) -> None:
    machine = Launches(tmp_path)
    variables = {name: value for name, value in machine.variables.items() if name != "HOME"}
    server = Started(tmp_path, "--port", "0", **variables).__enter__()
    try:
        launch = _post(server, {"prompt": "long story", "directory": str(machine.project)})
        seen = ""
        for _ in range(DEATHS):
            wait_until(lambda: len(shown(server, launch)) > len(seen) + random.randrange(100))  # noqa: B023
            before = shown(server, launch)
            assert before.startswith(seen), "what was shown is shown again, and in its place"
            server.stop(signal.SIGKILL)
            server = Started(tmp_path, "--port", "0", **variables).__enter__()
            seen = wait_until(lambda: (now := shown(server, launch)).startswith(before) and now)  # noqa: B023
        connection = server.connection()
        connection.request("POST", f"/api/launches/{launch['id']}/stop")
        assert connection.getresponse().status == 202
        connection.close()
        wait_until(lambda: server.ask(f"/api/launches/{launch['id']}")["state"] == "stopped")
        assert wait_until(lambda: (now := shown(server, launch)).startswith(seen) and now).count("word ") > DEATHS
    finally:
        server.stop()


def _post(server: Started, said: dict[str, Any]) -> dict[str, Any]:
    connection = server.connection()
    connection.request("POST", "/api/launches", json.dumps(said), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    found: dict[str, Any] = json.loads(answer.read())
    assert answer.status == 201, found
    connection.close()
    return found
