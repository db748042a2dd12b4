"""Agents are found by their names."""

import pytest

from dashcam.agents.registry import AGENTS, agent
from dashcam.records.errors import NotFound


def test_every_agent_stands_under_its_own_name() -> None:
    assert {name: row.name for name, row in AGENTS.items()} == {name: name for name in AGENTS}
    assert set(AGENTS) == {"claude-code", "codex"}


def test_an_agent_is_found_by_its_name() -> None:
    assert agent("codex").title == "Codex"


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(NotFound) as caught:
        agent("cdoex")
    assert "'cdoex'" in caught.value.message
    assert "claude-code, codex" in caught.value.hint
