"""What the commands that an agent itself runs have to know of agents, before anything slow is imported.

What a stranger would get wrong: an agent waits for these commands, so neither this module nor what it imports may need
more than the fast modules of the standard library; `typing`, `dataclasses` and msgspec are too slow.
"""

HOOK_AGENT = "claude-code"
"""Whose hook `dashcam hook` takes a payload for, unless told."""
STATUS_AGENT = "claude-code"
"""Whose status line `dashcam statusline` is."""


class Limit:
    """One of the provider's limits: how much of it is used, and when it begins anew."""

    def __init__(self, name: str, used: float, resets_at: float | None) -> None:
        self.name = name
        self.used = used
        """Percent of it."""
        self.resets_at = resets_at
        """Seconds since 1970; None where it is not told."""


class Status:
    """What an agent tells its status line. Whatever it does not tell is None or empty."""

    def __init__(
        self,
        session: str,
        cost: float | None,
        context: float | None,
        limits: tuple[Limit, ...],
        changing: object,
    ) -> None:
        self.session = session
        self.cost = cost
        """Dollars of the session so far."""
        self.context = context
        """Percent of the context window that is filled."""
        self.limits = limits
        self.changing = changing
        """What must have changed for it to be worth keeping; two of them are only compared."""


def read_status(payload: object) -> Status | None:
    """Read what was written to a status line's standard input; None if it makes no sense."""
    from dashcam.agents.claude_code.status_line import read

    return read(payload)
