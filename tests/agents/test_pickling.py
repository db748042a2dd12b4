"""Agents go to the processes that scan apart."""

import pickle

import pytest

from dashcam.agents.registry import AGENTS


@pytest.mark.parametrize("name", AGENTS)
def test_an_agent_arrives_as_the_row_of_the_registry(name: str) -> None:
    assert pickle.loads(pickle.dumps(AGENTS[name])) is AGENTS[name]  # noqa: S301  our own words
