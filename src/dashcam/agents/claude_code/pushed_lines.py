"""Whatever Claude Code pushes, by its kind."""

from dashcam.agents.claude_code import hook_lines, otlp_lines, status_lines
from dashcam.agents.pushed import Pushed

PUSHED = Pushed(
    readers={
        "hook": hook_lines.read,
        "otlp_log": otlp_lines.read_log,
        "counter": otlp_lines.read_counter,
        "statusline": status_lines.read,
    },
    bodies={"hook": hook_lines.body, "otlp_log": otlp_lines.body},
)
SERVICES = ("claude-code", "claude-code-desktop")
"""What it calls itself in telemetry."""
