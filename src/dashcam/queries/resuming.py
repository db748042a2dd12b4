"""How a session is taken up again, as a person would type it.

What a stranger would get wrong: a subagent cannot be taken up by itself, its session is; and of a session that is
only known by its name there is nothing left to take up.
"""

import shlex
from pathlib import Path

from dashcam.agents.habits import HABITS
from dashcam.records.rows import SessionRow
from dashcam.store.database import Database
from dashcam.store.projects import recent_projects

MOST_DIRECTORIES = 30


def recent_directories(database: Database) -> list[str]:
    """List the directories of the latest sessions that are there on this machine, the latest first."""
    found = recent_projects(database, limit=3 * MOST_DIRECTORIES)
    return [path for path in found if Path(path).is_absolute() and Path(path).is_dir()][:MOST_DIRECTORIES]


def resume_line(session: SessionRow) -> str:
    """Write the line for a POSIX shell: into the project, then the agent's own command; empty where there is none."""
    habits = HABITS.get(session.agent)
    if habits is None or session.relation == "subagent" or session.source in {"", "sidecar"}:
        return ""
    place = f"cd {shlex.quote(session.project)} && " if session.project else ""
    return place + shlex.join(habits.resume(session.session_id))
