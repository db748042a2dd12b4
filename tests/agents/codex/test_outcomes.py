"""How a call ended stands in its output, and what the tool gave is told apart from it."""

import pytest

from dashcam.agents.codex import AGENT
from tests.support.codex_lines import Rollout
from tests.support.codex_reading import events


@pytest.mark.parametrize(
    ("output", "shown"),
    [
        ('{"output":"a.txt\\n\\"b\\".txt","metadata":{"exit_code":0,"duration_seconds":0.0}}', 'a.txt\n"b".txt'),
        ('{"output":"","metadata":{"exit_code":1}}', ""),
        ('{"output":"no \\u0000 here","metadata":{"exit_code":0}}', "no  here"),
        ('{"output":"printed by the tool"}', '{"output":"printed by the tool"}'),
        ('{"output":"x","metadata":{},"more":1}', '{"output":"x","metadata":{},"more":1}'),
        ('{"output":["x"],"metadata":{}}', '{"output":["x"],"metadata":{}}'),
    ],
)
def test_a_result_is_shown_and_found_without_the_envelope_of_old_versions(output: str, shown: str) -> None:
    rollout = Rollout()
    rollout.line("response_item", type="function_call_output", call_id="call_1", output=output)
    lines = rollout.encoded()
    [event] = events(lines)
    assert (event.text, AGENT.body(lines[event.line], event).text) == (shown, shown)
