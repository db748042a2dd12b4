"""The program as a person runs it: a process of its own, with a home and data of its own."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.sources import REPOSITORY

PATIENCE_SECONDS = 120


class Ran:
    """How a run of the program ended."""

    def __init__(self, process: "subprocess.CompletedProcess[str]") -> None:
        self.code, self.output, self.errors = process.returncode, process.stdout, process.stderr

    @property
    def complaint(self) -> str:
        """The one line that says what went wrong; more than that, its hint aside, fails the test."""
        first, *hint = self.errors.splitlines()
        assert first.startswith("dashcam: "), self.errors
        assert len(hint) <= 1, self.errors
        assert all(line.startswith("  ") for line in hint), self.errors
        return first


def run(home: Path, database_url: str, *words: str, before: tuple[str, ...] = ()) -> Ran:
    """Run `dashcam` with some words; `before` is what it is run by, such as `unshare`."""
    place = {name: value for name, value in os.environ.items() if not name.startswith(("CLAUDE", "CODEX", "DASHCAM"))}
    ran = subprocess.run(
        [*before, sys.executable, "-m", "dashcam.cli.main", *words],
        cwd=REPOSITORY,
        env=place | {"HOME": str(home), "DASHCAM_HOME": str(home / "dashcam"), "DASHCAM_DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert "Traceback" not in ran.stderr, ran.stderr
    return Ran(ran)
