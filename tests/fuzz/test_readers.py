"""A short fuzz of every reader; `python -m tests.fuzz.run --minutes 5` is the long one."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashcam.agents.registry import AGENTS
from tests.fuzz.check import LINES, SOURCES, check
from tests.fuzz.lines import hurt_lines


def test_every_agent_that_leaves_files_is_fuzzed() -> None:
    """What agents push is put to the same law in tests/agents/test_pushed.py."""
    assert set(LINES) == set(SOURCES) == {agent.name for agent in AGENTS.values() if agent.watched}


@pytest.mark.parametrize("agent", LINES)
@given(data=st.data())
def test_no_lines_raise_and_pieces_equal_the_whole(agent: str, data: st.DataObject) -> None:
    lines = data.draw(hurt_lines(LINES[agent]))
    cuts = data.draw(st.lists(st.integers(0, len(lines)), max_size=3))
    check(lines, cuts, data.draw(st.sampled_from(SOURCES[agent])))


@pytest.mark.parametrize("agent", LINES)
def test_lines_as_they_are_written_hold_no_trouble(agent: str) -> None:
    lines = [json.dumps(line).encode() for line in LINES[agent]()]
    for read_from in SOURCES[agent]:
        check(lines, range(len(lines)), read_from)


@pytest.mark.parametrize("agent", LINES)
@given(lines=st.lists(st.binary(max_size=300).map(lambda raw: raw.replace(b"\n", b"")), max_size=5))
def test_no_bytes_raise(agent: str, lines: list[bytes]) -> None:
    for read_from in SOURCES[agent]:
        check(lines, [1], read_from)
