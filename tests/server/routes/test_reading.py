"""Every question that can be asked by HTTP, on both databases, with the numbers that a person can work out."""

from collections.abc import Iterator
from typing import Any

import pytest

from dashcam.agents.registry import AGENTS
from tests.support.build import SESSION
from tests.support.codex_lines import THREAD
from tests.support.serving import Client, Server, running, seed

CALL = "msg_100"
COST = 0.0045
"""1,000 tokens in at $3 a million, and 100 out at $15."""


@pytest.fixture(scope="module")
def server(shared_store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """A server with two sessions of the first of November, and one that runs now."""
    made = Server(tmp_path_factory.mktemp("home"), shared_store_url)
    seed(made)
    now = running()
    now.session = "5e551011-0000-4000-8000-00000000000a"
    for line in now.lines:
        line["sessionId"] = now.session
    now.answer()
    now.write(made.claude)
    made.scan()
    return made


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[Client]:
    with server.asked() as asking:
        yield asking


def ask(client: Client, path: str, **asked: Any) -> Any:  # noqa: ANN401  what JSON holds
    answer = client.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_status(client: Client, server: Server) -> None:
    told = ask(client, "/api/status")
    assert (told["revision"], told["sessions"], told["active_sessions"]) == (2, 3, 1)
    assert told["database"] == ("sqlite" if server.setup.database_url.startswith("sqlite") else "postgresql")
    assert (told["time_zone"], told["work"]["doing"], told["troubles"]) == ("UTC", "", [])
    assert {one["agent"] for one in told["agents"]} == set(AGENTS)


def test_status_in_another_zone(client: Client) -> None:
    assert ask(client, "/api/status", tz="Asia/Tokyo")["now"].endswith("+09:00")


def test_overview(client: Client) -> None:
    told = ask(client, "/api/overview", range="2026-11-01..2026-11-01")
    assert (told["current"]["sessions"], told["current"]["calls"], told["current"]["cost_usd"]) == (2, 5, 0.0179)
    assert told["previous"]["sessions"] == 0


def test_what_can_be_filtered_by(client: Client) -> None:
    told = ask(client, "/api/choices")
    assert {one["value"] for one in told["models"]} == {"claude-sonnet-4-5", "acme-1", "gpt-5.5", "claude-sonnet-5"}
    assert [(one["value"], one["sessions"]) for one in told["projects"]] == [("/home/ada/app", 3)]


def test_sessions(client: Client) -> None:
    told = ask(client, "/api/sessions", range="2026-11-01..2026-11-01", sort="-cost")
    assert [row["session_id"] for row in told["rows"]] == [THREAD, SESSION], "$0.0044, then $0.0135"
    assert told["totals"]["sessions"] == 2
    only = ask(client, "/api/sessions", agent_type="codex")
    assert [row["session_id"] for row in only["rows"]] == [THREAD]
    assert [row["status"] for row in ask(client, "/api/sessions", active=True)["rows"]] == ["waiting"]


def test_sessions_a_page_at_a_time(client: Client) -> None:
    seen, after = [], ""
    while True:
        page = ask(client, "/api/sessions", limit=1, sort="tokens", after=after)
        seen += [row["session_id"] for row in page["rows"]]
        after = page["next"]
        if not after:
            break
    assert (len(seen), len(set(seen))) == (3, 3)
    assert client.get("/api/sessions", params={"sort": "cost", "after": "x"}).status_code == 400


def test_small_charts(client: Client) -> None:
    told = ask(client, "/api/sparks", session_id=[SESSION, "unknown"])
    assert (list(told["sessions"]), len(told["sessions"][SESSION])) == ([SESSION], told["points"])
    assert sum(told["sessions"][SESSION]) == 3 * 1_100 + 110


def test_tokens_of_the_last_hour_by_session_and_minute(client: Client) -> None:
    told = ask(client, "/api/tokens/sessions", hours=1)
    (session,) = told["sessions"]
    assert (session["total_input"], session["total_output"]) == (10, 100)
    (minute,) = session["series"]
    assert (minute["minute"] % 60_000, minute["input_tokens"], minute["output_tokens"]) == (0, 10, 100)
    assert minute["cache_read_tokens"] == 0
    assert ask(client, "/api/tokens/sessions", session_id=SESSION)["sessions"] == []


def test_one_session(client: Client) -> None:
    told = ask(client, f"/api/sessions/{SESSION}")
    assert (told["title"], told["calls"], told["cost_usd"]) == ("Tests for the parser", 4, 0.0135)
    beginning = THREAD[:8]
    assert ask(client, f"/api/sessions/{beginning}")["session_id"] == THREAD, "by the beginning of its id"


def test_an_id_that_fits_several_sessions_is_a_conflict(client: Client) -> None:
    answer = client.get(f"/api/sessions/{SESSION[:12]}")
    assert (answer.status_code, SESSION in answer.json()["error"]) == (409, True)


def test_the_outline_of_a_session(client: Client) -> None:
    told = ask(client, f"/api/sessions/{SESSION}/outline")
    assert (len(told["id"]), len(told["at"]), len(told["kind"])) == (11, 11, 11)
    assert told["calls"]["call_id"] == ["msg_000", "msg_100", "msg_200", "msg_strange"]


def test_the_events_of_a_session_both_ways(client: Client) -> None:
    path = f"/api/sessions/{SESSION}/events"
    first = ask(client, path, limit=3)
    ids = [row["id"] for row in first["rows"]]
    following = ask(client, path, limit=3, after=ids[-1])["rows"]
    assert not {row["id"] for row in following} & set(ids)
    before = ask(client, path, limit=3, before=following[0]["id"])["rows"]
    assert [row["id"] for row in before] == ids
    assert [row["id"] for row in ask(client, path, limit=1, position=1)["rows"]] == ids[1:2]


def test_one_event(client: Client) -> None:
    (row,) = ask(client, f"/api/sessions/{SESSION}/events", limit=1)["rows"]
    assert ask(client, f"/api/sessions/{SESSION}/events/{row['id']}")["text"] == "Add a test for the parser"


def test_an_image_that_is_not_there(client: Client) -> None:
    (row,) = ask(client, f"/api/sessions/{SESSION}/events", limit=1)["rows"]
    assert client.get(f"/api/sessions/{SESSION}/events/{row['id']}/images/0").status_code == 404


def test_the_calls_of_a_session(client: Client) -> None:
    told = ask(client, f"/api/sessions/{SESSION}/calls", limit=3)
    assert [row["cost_usd"] for row in told["rows"]] == [COST] * 3
    rest = ask(client, f"/api/sessions/{SESSION}/calls", after=told["next"])
    assert [row["model"] for row in rest["rows"]] == ["acme-1"]


def test_a_session_by_the_minute(client: Client) -> None:
    told = ask(client, f"/api/sessions/{SESSION}/tokens")
    assert sum(row["output_tokens"] for row in told["minutes"]) == 400


def test_the_files_of_a_session(client: Client) -> None:
    assert ask(client, f"/api/sessions/{SESSION}/files")["rows"] == []


def test_usage(client: Client) -> None:
    rows = ask(client, "/api/usage", by="day,model", range="2026-11-01..2026-11-01")["rows"]
    found = {row["model"]: (row["day"], row["calls"], row["cost_usd"]) for row in rows}
    assert found["claude-sonnet-4-5"] == ("2026-11-01", 3, 0.0135)
    assert found["acme-1"] == ("2026-11-01", 1, None)


def test_usage_of_everything(client: Client) -> None:
    told = ask(client, "/api/usage/global")
    assert (told["sessions"], told["calls"]) == (3, 6)
    assert {row["agent"] for row in told["by_agent"]} == {"claude-code", "codex"}


def test_projects_and_the_usage_of_one(client: Client) -> None:
    (row,) = ask(client, "/api/projects")["rows"]
    assert (row["project"], row["sessions"]) == ("/home/ada/app", 3)
    told = ask(client, f"/api/projects/{row['project_id']}/usage")
    assert (told["sessions"], told["calls"]) == (3, 6)
    assert client.get("/api/projects/0000/usage").status_code == 404


def test_usage_taken_apart(client: Client) -> None:
    rows = ask(client, "/api/usage/breakdown", by="agent")["rows"]
    assert sum(row["sessions"] for row in rows) == 3


def test_the_trend_of_cost(client: Client) -> None:
    told = ask(client, "/api/trend", range="2026-11-01..2026-11-02")
    assert (told["by"], told["rows"][12]["cost_usd"], told["rows"][-1]["running_cost_usd"]) == ("hour", 0.0179, 0.0179)


def test_models_side_by_side_and_the_work_of_one_on_another(client: Client) -> None:
    assert {row["model"] for row in ask(client, "/api/models")["rows"]} >= {"claude-sonnet-4-5", "acme-1"}
    told = ask(client, "/api/models/as", as_model="claude-opus-4-5")
    found = {row["model"]: (row["cost_usd"], row["as_model_cost_usd"]) for row in told["rows"]}
    assert found["claude-sonnet-4-5"] == (0.0135, 0.0225), "3,000 in at $5 and 300 out at $25 a million"


def test_what_caches_saved(client: Client) -> None:
    assert ask(client, "/api/cache", range="2026-11-01..2026-11-01")["totals"]["cache_read_tokens"] == 800


def test_search(client: Client) -> None:
    told = ask(client, "/api/search", q="parser")
    assert {row["session_id"] for row in told["rows"]} == {SESSION}
    assert ask(client, "/api/search", q="parser", kind="tool_result")["rows"] == []


def test_prices_and_a_receipt(client: Client) -> None:
    found = {row["model"]: row["status"] for row in ask(client, "/api/prices")["rows"]}
    assert (found["claude-sonnet-4-5"], found["acme-1"]) == ("priced", "unpriced")
    assert ask(client, "/api/prices/model", model="claude-sonnet-4-5")["rows"]
    assert [row["cost_usd"] for row in ask(client, f"/api/calls/{CALL}/receipt")["rows"]] == [COST]
    assert client.get("/api/calls/msg_999/receipt").status_code == 404


def test_agents(client: Client) -> None:
    found = {row["agent"]: (row["files"], row["sessions"]) for row in ask(client, "/api/agents")["rows"]}
    senders = {name: (0, 0) for name in AGENTS if name not in {"claude-code", "codex"}}
    assert found == {"claude-code": (2, 2), "codex": (1, 1), **senders}


def test_the_doctors_report(client: Client) -> None:
    assert ("warning", "prices") in [(row["level"], row["topic"]) for row in ask(client, "/api/doctor")["rows"]]


def test_settings(client: Client) -> None:
    told = ask(client, "/api/settings")
    assert (told["currency"], told["time_zone"]) == ("USD", "UTC")
    assert ask(client, "/api/prices/own") == {"prices": [], "aliases": {}}


def test_large_answers_are_packed(client: Client) -> None:
    assert client.get("/api/sessions").headers["content-encoding"] == "gzip"
