"""Claude Code: its transcripts, subagents, sidecars and history of prompts.

What a stranger would get wrong: its rules stand in docs/formats/claude-code.md, and real files win over
any page.
"""

from dashcam.agents.claude_code.row import AGENT

__all__ = ["AGENT"]
