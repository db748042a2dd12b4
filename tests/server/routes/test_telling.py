"""What can be told: prices, aliases, choices, a scan. It is kept in the settings file, and answers change with it."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.serving import Client, Server, wait_until

MODEL = "acme-1"


@pytest.fixture
def server(seeded: Server) -> Server:
    return seeded


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    with server.asked() as asking:
        yield asking


def tell(client: Client, path: str, **told: Any) -> Any:  # noqa: ANN401  what JSON holds
    answer = client.post(path, json=told)
    assert answer.is_success, answer.text
    return answer.json()


def cost_of(client: Client, model: str) -> float | None:
    rows = client.get("/api/usage", params={"by": "model"}).json()["rows"]
    cost: float | None = next(row["cost_usd"] for row in rows if row["model"] == model)
    return cost


def test_a_price_of_ones_own_prices_what_is_kept_and_can_be_taken_back(client: Client, server: Server) -> None:
    assert cost_of(client, MODEL) is None
    done = tell(client, "/api/prices/own", model=MODEL, input="1000000", output="0")
    assert (done["calls"], done["changed"], done["sessions"], done["after_usd"]) == (1, 1, 1, 10.0)
    assert cost_of(client, MODEL) == 10.0
    assert [one["model"] for one in client.get("/api/prices/own").json()["prices"]] == [MODEL]
    assert MODEL in (server.setup.home / "settings.toml").read_text()
    back = client.delete("/api/prices/own", params={"model": MODEL})
    assert (back.status_code, back.json()["changed"]) == (200, 1)
    assert cost_of(client, MODEL) is None


def test_an_alias_prices_a_name_as_a_known_model(client: Client) -> None:
    tell(client, "/api/prices/aliases", name=MODEL, model="claude-sonnet-4-5")
    assert cost_of(client, MODEL) == pytest.approx(10 * 3e-6 + 100 * 15e-6)
    assert client.get("/api/prices/own").json()["aliases"] == {MODEL: "claude-sonnet-4-5"}


def test_what_makes_no_sense_is_refused_and_nothing_changes(client: Client, server: Server) -> None:
    for path, told in (
        ("/api/prices/aliases", {"name": MODEL, "model": "no-such-model"}),
        ("/api/prices/own", {"model": MODEL, "input": "much", "output": "0"}),
        ("/api/prices/own", {"model": MODEL, "input": "1", "output": "0", "since": "someday"}),
        ("/api/prices/own", {"model": MODEL, "input": "1", "output": "0", "colour": "blue"}),
        ("/api/prices/own", {"input": "1", "output": "0"}),
        ("/api/prices/own", {"model": "a\0b", "input": "1", "output": "0"}),
        ("/api/prices/aliases", {"name": "", "model": "claude-sonnet-4-5"}),
        ("/api/prices/aliases", {"name": "a\0b", "model": "claude-sonnet-4-5"}),
        ("/api/settings", {"name": "time_zone", "value": "Mars"}),
        ("/api/settings", {"name": "currency", "value": "XYZ"}),
        ("/api/settings", {"name": "database_url", "value": "sqlite:///other.db"}),
        ("/api/settings", {"name": "time_zone", "value": 5}),
    ):
        answer = client.post(path, json=told)
        assert (answer.status_code, answer.json()["status"], bool(answer.json()["hint"])) == (400, 400, True), told
    assert not (server.setup.home / "settings.toml").exists()


def test_a_choice_is_kept_and_counts_at_once(client: Client, server: Server) -> None:
    assert tell(client, "/api/settings", name="time_zone", value="Asia/Tokyo")["time_zone"] == "Asia/Tokyo"
    assert client.get("/api/status").json()["time_zone"] == "Asia/Tokyo"
    assert 'time_zone = "Asia/Tokyo"' in (server.setup.home / "settings.toml").read_text()
    assert tell(client, "/api/settings", name="time_zone", value="")["time_zone"] == ""


def test_a_currency_of_the_settings_can_be_chosen(client: Client, server: Server) -> None:
    server.setup.home.mkdir(exist_ok=True)
    (server.setup.home / "settings.toml").write_text(
        '# mine\n[[currencies]]\ncode = "EUR"\nper_dollar = "0.5"\nsymbol = "€"\n'
    )
    assert tell(client, "/api/settings", name="currency", value="EUR")["currency"] == "EUR"
    assert client.get("/api/status").json()["currency"]["symbol"] == "€"
    assert (server.setup.home / "settings.toml").read_text().count("# mine") == 1


def test_a_scan_can_be_asked_for(client: Client, server: Server) -> None:
    answer = client.post("/api/scan", json={"full": True})
    assert (answer.status_code, answer.json()) == (202, {"begun": True})
    wait_until(lambda: client.get("/api/status").json()["work"]["doing"] == "")
    assert server.desk.work.now.error == ""
