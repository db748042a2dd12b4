"""What the counters of agents are called where a Prometheus server collects them.

What a stranger would get wrong: most agents have none, so an agent without a row here is one that cannot be asked for.
"""

from collections.abc import Mapping

import msgspec

from dashcam.agents.claude_code import meters as claude_code


class Meters(msgspec.Struct, frozen=True, kw_only=True):
    """The names of one agent's counters; of several names for one counter the first that has a value counts."""

    title: str
    """The agent, as people call it."""
    cost: tuple[str, ...]
    tokens: tuple[str, ...]
    active: tuple[str, ...]
    token_types: Mapping[str, str]
    """The label `type` of the tokens -> `input`, `output`, `cache_read` or `cache_write`."""

    @property
    def names(self) -> tuple[str, ...]:
        """Every name."""
        return (*self.cost, *self.tokens, *self.active)


METERS: Mapping[str, Meters] = {
    "claude-code": Meters(
        title="Claude Code",
        cost=claude_code.COST,
        tokens=claude_code.TOKENS,
        active=claude_code.ACTIVE,
        token_types=claude_code.TOKEN_TYPES,
    )
}
