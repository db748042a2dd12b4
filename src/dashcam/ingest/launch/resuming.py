"""Whether a session can be gone on with, checked in the same way and words for everyone who resumes one.

What a stranger would get wrong: two programs that write one session tear it apart, whoever started them. A fork is
written beside its session, so it can be made of one that goes on.
"""

from dashcam.agents.launching import OVER
from dashcam.ingest.launch.elsewhere import elsewhere
from dashcam.ingest.launch.standing import going_on
from dashcam.ingest.machine import Machine
from dashcam.records.errors import BadInput
from dashcam.records.rows import SessionRow


def check_resumable(machine: Machine, row: SessionRow, *, is_fork: bool) -> None:
    """Check that a session can be gone on with here and now. Raises BadInput."""
    if row.relation == "subagent":
        raise BadInput("a subagent cannot be gone on with by itself", f"Name its session: {row.parent}")
    if row.machine not in {"", machine.machine}:
        raise BadInput(f"this session stood on another machine, {row.machine}", "Go on with it there.")
    if not is_fork:
        _check_alone(machine, row)


def _check_alone(machine: Machine, row: SessionRow) -> None:
    home = machine.settings_path.parent
    for one in going_on(home, machine.agents):
        standing = one.following.standing
        if standing is not None and standing.session_id == row.session_id and standing.state not in OVER:
            raise BadInput("this session goes on already", f"Look at it: dashcam run --attach {one.place.id}")
    for other in elsewhere(machine.agents, machine.environment, home):
        if (other.agent, other.session_id) == (row.agent, row.session_id):
            raise BadInput(
                f"this session goes on already, in process {other.pid}", "End it there, or make a fork of it."
            )
