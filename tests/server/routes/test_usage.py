"""Usage over HTTP: taken apart, along time, models compared, caches, and only of one project."""

from urllib.parse import quote

import pytest

from tests.support.serving import Client


def ask(client: Client, address: str) -> dict[str, object]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def rows(client: Client, address: str) -> list[dict[str, object]]:
    found = ask(client, address)["rows"]
    assert isinstance(found, list)
    return found


def test_usage_is_taken_apart_with_the_sessions_of_each_part(seeded_client: Client) -> None:
    found = rows(seeded_client, "/api/usage/breakdown?by=agent")
    assert {(row["agent"], row["sessions"]) for row in found} == {("claude-code", 1), ("codex", 1)}


@pytest.mark.parametrize("by", ["day", "day,model", "colour", ""])
def test_usage_is_not_taken_apart_by_time_or_nonsense(seeded_client: Client, by: str) -> None:
    answer = seeded_client.get("/api/usage/breakdown", params={"by": by})
    assert (answer.status_code, answer.json()["hint"]) == (
        400,
        "Choose one of model, project, agent, branch, tool, source.",
    )


def test_cost_runs_up_to_that_of_the_range(seeded_client: Client) -> None:
    trend = rows(seeded_client, "/api/trend")
    usage = ask(seeded_client, "/api/usage?by=day")["totals"]
    assert isinstance(usage, dict)
    assert trend[-1]["running_cost_usd"] == pytest.approx(usage["cost_usd"])


def test_the_same_work_on_another_model(seeded_client: Client) -> None:
    named = {row["model"] for row in rows(seeded_client, "/api/models")}
    same = {row["model"] for row in rows(seeded_client, "/api/models/as?as_model=anthropic/claude-opus-4-1")}
    assert same == named >= {"claude-sonnet-4-5", "acme-1"}
    unknown = seeded_client.get("/api/models/as?as_model=acme-9")
    assert (unknown.status_code, unknown.json()["error"]) == (404, "no price is known for 'acme-9'")


def test_the_model_filter_and_the_other_model_are_two_things(seeded_client: Client) -> None:
    found = rows(seeded_client, "/api/models/as?as_model=anthropic/claude-opus-4-1&model=sonnet")
    assert [row["model"] for row in found] == ["claude-sonnet-4-5"]


def test_caches_tell_of_the_same_calls(seeded_client: Client) -> None:
    caches, usage = ask(seeded_client, "/api/cache")["totals"], ask(seeded_client, "/api/usage")["totals"]
    assert isinstance(caches, dict)
    assert isinstance(usage, dict)
    assert caches["calls"] == usage["calls"]


def test_a_whole_project_is_not_a_part_of_its_path(seeded_client: Client) -> None:
    project = next(row for row in rows(seeded_client, "/api/projects") if row["project"])
    path = str(project["project"])
    assert [row["project"] for row in rows(seeded_client, f"/api/projects?whole_project={quote(path)}")] == [path]
    assert rows(seeded_client, f"/api/projects?whole_project={quote(path[:-1])}") == []


def test_the_price_list_is_of_the_providers_in_use_unless_all_are_asked_for(seeded_client: Client) -> None:
    used = ask(seeded_client, "/api/prices/list?part=claude&limit=3")
    found = used["rows"]
    assert isinstance(found, list)
    assert len(found) == 3
    assert {row["provider"] for row in found} == {"anthropic"}
    every = ask(seeded_client, "/api/prices/list?part=claude&everything=true&limit=3")
    assert _models(every) > _models(used) > 3


def _models(listing: dict[str, object]) -> int:
    totals = listing["totals"]
    assert isinstance(totals, dict)
    return int(totals["models"])
