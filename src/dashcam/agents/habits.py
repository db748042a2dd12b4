"""What an agent does with its own files, and how it takes a session up again.

What a stranger would get wrong: this is no part of reading, so an agent without a row here works all the same.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import msgspec

from dashcam.agents.claude_code.habits import alive, kept_days, resume_command
from dashcam.agents.codex.habits import resume_command as codex_resume_command


class Habits(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent does by itself."""

    resume: Callable[[str], tuple[str, ...]]
    """The command that takes up a session, by its id; it is run in the session's project."""
    kept_days: Callable[[Path], int | None] = lambda _root: None
    """After how many days the agent deletes its transcripts below a root; None if it keeps them."""
    alive: Callable[[Path], Iterable[tuple[str, int, str, bool | None]]] = lambda _root: ()
    """The processes below a root that are said to be alive: session, process, directory, whether it is busy."""
    kept_by: str = ""
    """The agent's own setting for that."""


HABITS: Mapping[str, Habits] = {
    "claude-code": Habits(resume=resume_command, kept_days=kept_days, alive=alive, kept_by="cleanupPeriodDays"),
    "codex": Habits(resume=codex_resume_command),
}
