"""Agents are found by their names."""

import pickle
from pathlib import Path

import pytest

from dashcam.agents.agent import Environment, Root
from dashcam.agents.faces import FACES
from dashcam.agents.registry import AGENTS, agent
from dashcam.records.errors import NotFound
from tests.support.build import source


def test_every_agent_stands_under_its_own_name() -> None:
    assert {name: row.name for name, row in AGENTS.items()} == {name: name for name in AGENTS}
    assert set(AGENTS) == {"claude-code", "codex", "gemini-cli", "qwen-code", "copilot-cli", "opentelemetry"}


def test_every_face_has_its_agent() -> None:
    assert list(FACES.values()) == [row.face for row in AGENTS.values()]


def test_no_two_agents_claim_one_service() -> None:
    services = [service for row in AGENTS.values() for service in row.services]
    assert len(services) == len(set(services))
    assert "" in services


def test_an_agent_without_roots_is_known_by_what_it_sends() -> None:
    nowhere = [row for row in AGENTS.values() if not row.roots(Environment(home=Path("/home/ada")))]
    assert [row.name for row in nowhere] == ["gemini-cli", "qwen-code", "copilot-cli", "opentelemetry"]
    for row in nowhere:
        assert row.pushed is not None
        assert list(row.discover(Root(path=Path("/home/ada"), why="settings"))) == []
        assert list(row.read([(0, b"{}")], row.remember(source(kind="otlp_log")))) == []
        assert list(row.first_look(b"{}", row.remember(source(kind="otlp_log")))) == []


def test_an_agent_is_found_by_its_name() -> None:
    assert agent("codex").title == "Codex"


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(NotFound) as caught:
        agent("cdoex")
    assert "'cdoex'" in caught.value.message
    assert "claude-code, codex, copilot-cli" in caught.value.hint


@pytest.mark.parametrize("name", AGENTS)
def test_an_agent_may_be_sent_to_another_process(name: str) -> None:
    assert pickle.loads(pickle.dumps(AGENTS[name])).name == name  # noqa: S301  we wrote it ourselves
