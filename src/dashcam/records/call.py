"""One request to a model, its disjoint token counts, and what it cost."""

import msgspec

TOKEN_FIELDS = ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h")


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """Disjoint counts: no token stands in two fields, so their sum is the total.

    `reasoning` is a memo: it is already inside `output`.
    """

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    reasoning: int = 0

    @property
    def prompt(self) -> int:
        """Everything the model was sent; price tiers are chosen by this."""
        return self.input + self.cache_read + self.cache_write_5m + self.cache_write_1h

    @property
    def total(self) -> int:
        """All tokens that were billed."""
        return self.prompt + self.output


class ModelCall(Tokens, frozen=True, kw_only=True):
    """What one source says of one request to a model.

    Several sources may tell of the same call (a fork copies its parent's lines): their accounts share `key`,
    and the store decides which one counts. A copied record must therefore get the same key and variant.
    """

    key: str
    """The call's identity wherever it is copied to: the provider's message id, else the best the agent leaves."""
    variant: str = ""
    """The request id. It tells calls of one key apart where a gateway sends constant message ids."""
    session: str
    """Native id of the session that this source says made the call."""
    at: int
    """When the response was complete, in microseconds UTC."""
    line: int
    """The line of the source that completed it, for the receipt."""
    model: str
    """As the agent wrote it; never a placeholder such as `<synthetic>`."""
    provider: str = ""
    """Whose price list applies, such as `anthropic` or `openai`; empty if the agent does not say."""
    rank: int = 0
    """How near to the truth this account is: 0 a main transcript, 1 a subagent's, 2 a copy nested in another line,
    3 a copy that says itself that it is one. The lowest rank owns the call."""
    sidechain: bool = False
    web_searches: int = 0
    speed: str = ""
    """`fast`, or empty for the standard speed."""
    geo: str = ""
    """The region asked for, where it changes the price: `us`, else empty."""
    tier: str = ""
    """`batch`, `flex` or `priority`; empty for standard."""
    duration_us: int | None = None
    purpose: str = ""
    """What it was for, in the agent's own word, where the source says so: `compact`, `generate_session_title`."""
    tools: str = ""
    """Names of the tools that the response called, sorted, each once, joined by a comma and a space."""
    exact: bool = True
    """False where `output` is a placeholder that the agent wrote before the real count was known."""
    estimated_output: int | None = None
    """Where `exact` is false: the output tokens that the visible text suggests. It never replaces `output`."""
    model_inferred: bool = False
    """True where the source names no model and a rule filled it in."""
    reported_nano: int | None = None
    """The agent's own cost in nano-dollars, where it wrote one."""


class Priced(msgspec.Struct, frozen=True, kw_only=True):
    """The price of one call. `cost_nano` is None for a model that no rate is known for."""

    cost_nano: int | None
    estimate_nano: int | None = None
    """The cost with `estimated_output` in place of a placeholder; None where the count is exact."""
    rate: str = ""
    """Id of the dated rate used; empty when unpriced."""
