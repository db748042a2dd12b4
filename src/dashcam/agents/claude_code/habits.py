"""How Claude Code deletes its old transcripts, how it resumes one, and where it says which sessions are alive.

What a stranger would get wrong: without any setting it deletes what was not written to for 30 days.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from dashcam.agents.lenient import clean

DEFAULT_KEPT_DAYS = 30


class _Settings(msgspec.Struct):
    cleanup_period_days: int | None = msgspec.field(default=None, name="cleanupPeriodDays")


def kept_days(root: Path) -> int | None:
    """Say after how many days transcripts below this root are deleted; None where there is no root or no answer.

    Claude Code itself stops deleting while its settings cannot be read.
    """
    if not root.is_dir():
        return None
    try:
        content = (root / "settings.json").read_bytes()
    except FileNotFoundError:
        return DEFAULT_KEPT_DAYS
    except OSError:
        return None
    try:
        said = msgspec.json.decode(content, type=_Settings).cleanup_period_days
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return DEFAULT_KEPT_DAYS if said is None else said


def resume_command(session: str) -> tuple[str, ...]:
    """Write the command that takes a session up again."""
    return ("claude", "--resume", session)


class _Process(msgspec.Struct):
    pid: int
    session_id: str = msgspec.field(name="sessionId")
    cwd: str = ""
    status: str = ""
    began: str = msgspec.field(default="", name="procStart")
    """Field 22 of `/proc/PID/stat`; something else where there is no such file."""


def alive(root: Path) -> Iterator[tuple[str, int, str, bool | None]]:
    """Read what each running process says of itself: its session, its id, its directory, whether it is busy.

    A process that was killed leaves its file behind, so whether it lives has to be asked of the system. A file whose
    process id is somebody else's by now is left out, as far as both say when they began.
    """
    for path in sorted((root / "sessions").glob("*.json")):
        try:
            said = msgspec.json.decode(path.read_bytes(), type=_Process)
        except (OSError, msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError):
            continue  # Written just now, or by a version that says it otherwise: it is nobody's record.
        if said.pid > 0 and said.session_id and not _is_another(said):
            yield clean(said.session_id), said.pid, clean(said.cwd), said.status == "busy" if said.status else None


def _is_another(said: _Process) -> bool:
    return bool(said.began) and _began(said.pid) not in {"", said.began}


def _began(pid: int) -> str:
    """Say when a process began, in the system's own count; empty where it does not say."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return ""
    # The program's name stands in brackets, and may hold spaces and brackets itself.
    return stat.rpartition(")")[2].split()[19]
