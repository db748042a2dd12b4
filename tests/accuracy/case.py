"""A case of the suite: a home as agents leave it, and what a right answer to it is.

What a stranger would get wrong: `work` is not documentation beside the figures, it is where they come from. Each
line is arithmetic that a person can check, and `test_work.py` checks that all of it adds up without dashcam.
"""

from pathlib import Path

import msgspec

CASES = Path(__file__).parent / "cases"
NAMES = sorted(path.parent.name for path in CASES.glob("*/expected.json"))


class Work(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One call: its tokens times their dollars per million, then what multiplies the sum, then the searches."""

    call: str
    """A word that tells it from the others; it need not stand in the files."""
    model: str
    """As the agent wrote it."""
    lines: tuple[str, ...]
    cost: str | None
    """In dollars; None where the model has no price."""
    estimate_lines: tuple[str, ...] = ()
    estimate: str | None = None
    """What it would cost if a placeholder output were as long as its text."""


class CallsOf(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many calls one session made, and how many more it only repeats."""

    calls: int
    inherited: int = 0


class Expected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a right program says of a case."""

    trap: str
    calls: int
    tokens: dict[str, int]
    """Disjoint: cached and written tokens are not in `input`; reasoning is in `output`."""
    cost: str
    """In dollars, of all calls that have a price."""
    unpriced: int
    sessions: dict[str, CallsOf]
    """By the agent's own id; a subagent's is `<session>:<agent id>` with Claude Code."""
    work: tuple[Work, ...]
    zone: str = "UTC"
    days: dict[str, str] = {}
    """What each local day of the zone costs, as a sum."""
    unattributed: dict[str, str] = {}
    """By session: the agent's own total less all that lines account for, as a difference."""
    uncounted: tuple[str, ...] = ()
    """Files' sessions that are none, since nothing in them was for a model. They are kept, and not counted."""
    inexact: int = 0
    """Calls whose output is a placeholder."""


def home_of(name: str) -> Path:
    """Say where the agents' files of a case are."""
    return CASES / name / "home"


def expected_of(name: str) -> Expected:
    """Read what a case's right answer is."""
    return msgspec.json.decode((CASES / name / "expected.json").read_bytes(), type=Expected)
