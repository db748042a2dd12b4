"""The program, run as a person runs it, on a machine of the test's own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from click.testing import CliRunner, Result

from dashcam.cli.main import commands


class Program:
    """`dashcam` with a home, the homes of the agents in it, and a database of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.data = home / "dashcam"
        self.claude = home / ".claude"
        self.codex = home / ".codex"

    def run(self, *args: str, columns: int = 80, env: Mapping[str, str] | None = None) -> Result:
        whole = {
            "HOME": str(self.home),
            "DASHCAM_HOME": str(self.data),
            "TZ": "UTC",
            "COLUMNS": str(columns),
            **(env or {}),
        }
        return CliRunner().invoke(commands, list(args), prog_name="dashcam", env=whole)

    def says(self, *args: str, columns: int = 80, env: Mapping[str, str] | None = None) -> str:
        """Run it, and give what it printed; it must not fail."""
        result = self.run(*args, columns=columns, env=env)
        assert result.exit_code == 0, result.output
        return result.stdout

    def answers(self, *args: str) -> Any:  # noqa: ANN401  what JSON holds
        """Run it with `--format json`, and give the listing."""
        return msgspec.json.decode(self.says(*args, "--format", "json"))
