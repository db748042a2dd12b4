"""`dashcam hook` and `dashcam statusline` as an agent runs them: each a process, on a home of the test's own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.sources import REPOSITORY

PATIENCE_SECONDS = 60


class Quick:
    """A home, and the commands on it."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def run(self, *words: str, given: bytes = b"", before: tuple[str, ...] = (), **variables: str) -> "Ended":
        """Run a command with bytes on its standard input."""
        place = {name: value for name, value in os.environ.items() if not name.startswith(("CLAUDE", "DASHCAM"))}
        ran = subprocess.run(
            [*before, sys.executable, "-m", "dashcam", *words],
            cwd=REPOSITORY,
            env=place | {"HOME": str(self.home.parent), "DASHCAM_HOME": str(self.home), "TZ": "UTC"} | variables,
            input=given,
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        return Ended(ran.returncode, ran.stdout, ran.stderr.decode("utf-8", "replace"))

    def kept(self, kind: str, agent: str = "claude-code") -> list[dict[str, Any]]:
        """The lines of the inbox."""
        paths = sorted((self.home / "inbox" / agent / kind).glob("*.jsonl"))
        return [json.loads(line) for path in paths for line in path.read_bytes().splitlines()]


class Ended:
    """How a command ended."""

    def __init__(self, code: int, output: bytes, errors: str) -> None:
        self.code, self.output, self.errors = code, output, errors
