"""The page of metrics: true to the record, bounded, safe to scrape, and what the dashboard asks for."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from dashcam.queries.gauges import MOST_MODELS, OTHER, Gauge, leading
from dashcam.records.rows import Sums
from dashcam.server.exposition import LONGEST_LABEL, Kept, text_of
from dashcam.server.guard import Rules
from tests.support.prometheus import Exporter, ask, running
from tests.support.serving import Client, Server, seed
from tests.support.sources import REPOSITORY

DASHBOARD = REPOSITORY / "docs" / "grafana" / "dashcam.json"


def values(page: str) -> dict[str, dict[tuple[str, ...], float]]:
    """Read a page: numbers by metric and labels."""
    return {
        family.name: {tuple(one.labels.values()): one.value for one in family.samples}
        for family in text_string_to_metric_families(page)
    }


def expressions() -> list[str]:
    panels = json.loads(DASHBOARD.read_text())["panels"]
    return [target["expr"] for panel in panels for target in panel["targets"]]


def test_it_says_what_the_other_answers_say(seeded_client: Client) -> None:
    answer = seeded_client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = values(answer.text)
    usage = seeded_client.get("/api/usage", params={"by": "model"}).json()["totals"]
    assert sum(found["dashcam_calls"].values()) == usage["calls"]
    assert sum(found["dashcam_tokens"].values()) == usage["total_tokens"]
    assert sum(found["dashcam_cost_dollars"].values()) == pytest.approx(usage["cost_usd"])
    assert sum(found["dashcam_project_cost_dollars"].values()) == pytest.approx(usage["cost_usd"])
    assert sum(found["dashcam_unpriced_calls"].values()) == usage["unpriced_calls"] == 1
    assert sum(found["dashcam_sessions"].values()) == 2
    assert found["dashcam_unread_sources"] == {(): 0}
    assert found["dashcam_unreadable_files"] == {(): 0}


def test_no_session_is_a_label(seeded_client: Client) -> None:
    ids = [row["session_id"] for row in seeded_client.get("/api/sessions").json()["rows"]]
    page = seeded_client.get("/metrics").text
    assert [ident for ident in ids if ident in page] == []


def test_an_empty_server_has_a_page_too(tmp_path: Path, store_url: str) -> None:
    with Server(tmp_path, store_url).asked() as client:
        assert values(client.get("/metrics").text)["dashcam_revision"] == {(): 0}


def test_it_is_kept_by_the_token(server: Server) -> None:
    with server.asked(rules=Rules(token="made-up-token-of-a-test")) as client:
        assert client.get("/metrics").status_code == 401
        allowed = client.get("/metrics", headers={"authorization": "Bearer made-up-token-of-a-test"})
        assert allowed.status_code == 200


def test_what_costs_least_is_added_up_as_other() -> None:
    rows: list[tuple[tuple[str, ...], Sums]] = [
        (("agent", f"model-{at}"), Sums(calls=1, input=10, cost_nano=at)) for at in range(MOST_MODELS + 3)
    ]
    kept = leading(rows, MOST_MODELS)
    assert len(kept) == MOST_MODELS + 1
    assert kept[-1] == (("agent", OTHER), Sums(calls=3, input=30, cost_nano=0 + 1 + 2))


def test_labels_that_look_alike_are_one_series() -> None:
    hostile = [("a\x1b[31mb", 1.0), ("ab", 2.0), ('quo"te\\\nnew', 4.0), ("lone \ud800", 8.0), ("x" * 900, 16.0)]
    gauge = Gauge(name="g", help="g", labels=("project",), rows=[((name,), value) for name, value in hostile])
    found = values(text_of([gauge]).decode())["g"]
    assert found[("ab",)] == 3
    assert found[('quo"te\\ new',)] == 4
    assert found[("x" * LONGEST_LABEL,)] == 16
    assert len(found) == 4


def test_a_page_is_made_once_while_nothing_changes() -> None:
    made: list[int] = []

    def make() -> list[Gauge]:
        made.append(1)
        return []

    kept = Kept()
    assert [kept.text(name, make) for name in (1, 1, 2, 2)] == [b""] * 4
    assert len(made) == 2


def test_every_metric_of_the_dashboard_is_on_the_page(seeded_client: Client) -> None:
    page = values(seeded_client.get("/metrics").text)
    asked = {name for one in expressions() for name in re.findall(r"dashcam_\w+", one)}
    assert len(asked) > 8
    assert asked <= set(page)


def test_every_metric_is_explained(seeded_client: Client) -> None:
    text = (REPOSITORY / "docs" / "prometheus.md").read_text()
    names = {family.name for family in text_string_to_metric_families(seeded_client.get("/metrics").text)}
    assert {name for name in names if f"`{name}`" not in text} == set()


def test_prometheus_own_tool_finds_no_fault(seeded_client: Client) -> None:
    tool = shutil.which("promtool")
    if tool is None:
        pytest.skip("no promtool, which comes with Prometheus")
    page = seeded_client.get("/metrics").content
    done = subprocess.run([tool, "check", "metrics"], input=page, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.slow
def test_a_real_prometheus_scrapes_it_and_answers_the_dashboard(tmp_path: Path) -> None:
    server = Server(tmp_path, f"sqlite:///{tmp_path / 'dashcam.db'}")
    seed(server)
    with server.asked() as client:
        page = client.get("/metrics").text
    exporter = Exporter(lambda _scrape: page)
    place = tmp_path / "prometheus"
    place.mkdir()
    with running(place, dashcam=exporter) as address:
        exporter.wait(5)
        empty = []
        for expression in expressions():
            query = expression.replace("$__rate_interval", "1m").replace("$agent", ".*")
            if not ask(address, query):
                empty.append(query)
    assert [query for query in empty if "diagnostics" not in query] == []
