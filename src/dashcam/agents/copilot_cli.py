"""Copilot CLI's OpenTelemetry: spans in the GenAI words.

What a stranger would get wrong: the span of an agent repeats the sum of its requests, and no metric names a session, so
that the spans of requests alone count. `github.copilot.cost` counts premium requests, no dollars; since 2026-06-01
`github.copilot.nano_aiu` is billed at a cent for each AI unit.
"""

from dashcam.agents.dialect import GEN_AI, Cost, Dialect
from dashcam.agents.faces import COPILOT_CLI
from dashcam.agents.without_files import agent_without_files

SINCE_BILLED = 1_780_272_000_000_000
"""2026-06-01T00:00:00Z in microseconds."""

DIALECT = Dialect(
    prefix="github.copilot.",
    session=("gen_ai.conversation.id", "session.id"),
    branch=("github.copilot.git.branch",),
    spans={"chat": GEN_AI},
    purpose=("github.copilot.initiator",),
    cost=Cost(name="github.copilot.nano_aiu", nano=0.01, since=SINCE_BILLED),
    told_spans=frozenset({"execute_tool"}),
    turns=frozenset({"invoke_agent"}),
    nameless_metrics=True,
)

AGENT = agent_without_files(
    face=COPILOT_CLI,
    dialect=DIALECT,
    services=("github-copilot",),
)
