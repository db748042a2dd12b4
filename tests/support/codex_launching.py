"""Launches of Codex on a machine of the test's own, with the stand-in on its PATH."""

import sqlite3
from pathlib import Path

from tests.support.launching import Launches, stand_in
from tests.support.sources import REPOSITORY

STAND_IN = REPOSITORY / "tests" / "support" / "stand_in_codex.py"


class CodexLaunches(Launches):
    """A person's machine on which Codex is launched: the stand-in, if no other program is named."""

    def __init__(self, home: Path, program: Path | None = None) -> None:
        super().__init__(home, agent="codex")
        self.program.unlink()
        self.program = program or stand_in(home / "bin", name="codex", script=STAND_IN)

    def calls(self, ident: str) -> list[tuple[int, int]]:
        """Scan, and list what each call of a session took in and gave out."""
        self.dashcam.says("scan")
        with sqlite3.connect(self.data / "dashcam.db") as database:
            told = "SELECT call.input, call.output FROM call JOIN session ON session.id = call.session "
            return database.execute(told + "WHERE session.native_id = ? ORDER BY call.at", (ident,)).fetchall()
