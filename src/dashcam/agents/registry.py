"""The agents that dashcam knows, one row each.

What a stranger would get wrong: nothing outside `agents/` names an agent; whoever needs one asks here, and for
its name, sign and colour alone `faces.py`, which imports no reader.
"""

from dashcam.agents import any_service, claude_code, codex, copilot_cli, gemini_cli, qwen_code
from dashcam.agents.agent import Agent
from dashcam.records.errors import NotFound

AGENTS: dict[str, Agent] = {
    row.name: row
    for row in (
        claude_code.AGENT,
        codex.AGENT,
        gemini_cli.AGENT,
        qwen_code.AGENT,
        copilot_cli.AGENT,
        any_service.AGENT,
    )
}


def agent(name: str) -> Agent:
    """Find an agent by its name. Raises NotFound with the names there are."""
    found = AGENTS.get(name)
    if found is None:
        raise NotFound(f"'{name}' is no agent that dashcam knows", f"It knows: {', '.join(sorted(AGENTS))}.")
    return found
