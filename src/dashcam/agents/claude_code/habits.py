"""How Claude Code deletes its old transcripts, and how it resumes one.

What a stranger would get wrong: without any setting it deletes what was not written to for 30 days.
"""

from pathlib import Path

import msgspec

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
