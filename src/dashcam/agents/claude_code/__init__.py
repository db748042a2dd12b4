"""Claude Code: its transcripts, subagents, sidecars and history of prompts.

What a stranger would get wrong: its rules stand in docs/formats/claude-code.md, and real files win over
any page. Its row is imported when it is asked for, so that the status line, which Claude Code runs all the time, pays
for nothing but its own module.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dashcam.agents.claude_code.row import AGENT

__all__ = ["AGENT"]


def __getattr__(name: str) -> object:
    """Import the agent's row."""
    if name != "AGENT":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from dashcam.agents.claude_code.row import AGENT

    return AGENT
