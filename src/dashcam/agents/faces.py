"""How each agent is called and shown: all that a table needs of it.

What a stranger would get wrong: this stands apart from the agents' rows, which import all that reads their files; a
listing of sessions is not to wait for that.
"""

import msgspec


class Face(msgspec.Struct, frozen=True, kw_only=True):
    """How one agent is called and shown."""

    name: str
    """As users type it, such as `claude-code`."""
    title: str
    sign: str
    color: str


CLAUDE_CODE = Face(name="claude-code", title="Claude Code", sign="⟁", color="#d97757")
CODEX = Face(name="codex", title="Codex", sign="⬡", color="#10a37f")
GEMINI_CLI = Face(name="gemini-cli", title="Gemini CLI", sign="✦", color="#4285f4")
QWEN_CODE = Face(name="qwen-code", title="Qwen Code", sign="❖", color="#615ced")
COPILOT_CLI = Face(name="copilot-cli", title="Copilot CLI", sign="◎", color="#8957e5")
OPENTELEMETRY = Face(name="opentelemetry", title="OpenTelemetry", sign="◌", color="#7b8794")

FACES = {face.name: face for face in (CLAUDE_CODE, CODEX, GEMINI_CLI, QWEN_CODE, COPILOT_CLI, OPENTELEMETRY)}


def face_of(name: str) -> Face:
    """The face of an agent; one that dashcam does not know has a question mark for its sign, and no colour."""
    return FACES.get(name) or Face(name=name, title=name, sign="?", color="")
