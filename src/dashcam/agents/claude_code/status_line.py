"""What Claude Code writes to the standard input of a status line command.

What a stranger would get wrong: no field is sure. Each came in another version, several are null until the first
answer, and limits are told to subscribers of claude.ai alone. `used_percentage` leaves the output out.
"""

from dashcam.agents.quick import Limit, Status

LIMITS = (("five_hour", "5h"), ("seven_day", "7d"))
CONTEXT_PARTS = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")


def read(payload: object) -> Status | None:
    """Read a payload; None unless it is an object that names its session."""
    if not isinstance(payload, dict):
        return None
    session = payload.get("session_id")
    if not isinstance(session, str) or not session:
        return None
    cost = _number(_in(payload, "cost").get("total_cost_usd"))
    window = _in(payload, "context_window")
    limits = _in(payload, "rate_limits")
    return Status(
        session=session,
        cost=cost,
        context=_context(window),
        limits=tuple(found for key, name in LIMITS if (found := _limit(name, limits.get(key)))),
        changing=(session, _in(payload, "model").get("id"), cost, window, limits),
    )


def _context(window: dict[str, object]) -> float | None:
    """Say how full the context is; versions before 2.1.6 told only the counts."""
    told = _number(window.get("used_percentage"))
    size = _number(window.get("context_window_size"))
    usage = _in(window, "current_usage")
    if told is not None or not size or not usage:
        return told
    return 100 * sum(_number(usage.get(name)) or 0 for name in CONTEXT_PARTS) / size


def _limit(name: str, said: object) -> Limit | None:
    if not isinstance(said, dict):
        return None
    used = _number(said.get("used_percentage"))
    return None if used is None else Limit(name, used, _number(said.get("resets_at")))


def _in(payload: dict[str, object], name: str) -> dict[str, object]:
    found = payload.get(name)
    return found if isinstance(found, dict) else {}


def _number(said: object) -> float | None:
    """Give a finite number that is not below zero; JSON of Python knows NaN and Infinity."""
    if isinstance(said, bool) or not isinstance(said, int | float):
        return None
    return said if 0 <= said < float("inf") else None
