"""Sessions as Prometheus knows them: sums of a range, and no more than that."""

import msgspec


class PrometheusSums(msgspec.Struct, frozen=True, kw_only=True):
    """What counters grew by in a range. Null is what no counter tells."""

    cost_usd: float
    """The agent's own cost, not ours."""
    total_tokens: int | None
    input_tokens: int | None
    output_tokens: int | None
    cache_read_tokens: int | None
    cache_write_tokens: int | None
    """Of both lifetimes; the counters do not tell them apart."""
    active_seconds: float | None
    """In which the person or the agent was at work."""


class PrometheusSession(PrometheusSums, frozen=True, kw_only=True):
    """One session."""

    session_id: str
    agent: str
    """Type of the agent whose counters these are."""
    model: str
    """The one with most tokens; empty where no counter tells."""
    models: tuple[str, ...]
    """Those with most tokens first."""


class PrometheusTotals(PrometheusSums, frozen=True, kw_only=True):
    """What all sessions add up to."""

    sessions: int


class PrometheusSessions(msgspec.Struct, frozen=True, kw_only=True):
    """The sessions of a range, the dearest first."""

    rows: list[PrometheusSession]
    totals: PrometheusTotals
    """Of all sessions, also where fewer rows are given."""
    notes: list[str]


class TypeTokens(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens of one type."""

    type: str
    """`input`, `output`, `cache_read` or `cache_write`; any other word as the server wrote it, empty for none."""
    tokens: int


class ModelShare(msgspec.Struct, frozen=True, kw_only=True):
    """What one model took of a session."""

    model: str
    """Empty where no label tells."""
    tokens: int | None
    cost_usd: float | None


class ActiveTime(msgspec.Struct, frozen=True, kw_only=True):
    """Who was at work, and for how long."""

    type: str
    """`user` or `cli`, as the server wrote it."""
    seconds: float


class PrometheusSlice(msgspec.Struct, frozen=True, kw_only=True):
    """What a session used in one slice of time."""

    at: int
    """Its beginning, in milliseconds since 1970 in UTC."""
    cost_usd: float
    tokens: int


class PrometheusDetail(msgspec.Struct, frozen=True, kw_only=True):
    """All that Prometheus knows of one session in a range."""

    session: PrometheusSession
    types: list[TypeTokens]
    """Tokens by type, the most first."""
    models: list[ModelShare]
    """By cost, the dearest first."""
    active: list[ActiveTime]
    step_seconds: int
    """How long each slice is."""
    slices: list[PrometheusSlice]
    """In the order of time; those in which nothing was used are left out."""
    notes: list[str]


class PrometheusFound(msgspec.Struct, frozen=True, kw_only=True):
    """What a look at the server found."""

    url: str
    version: str
    """Empty where it does not tell."""
    metrics: list[str]
    """Names of agents' metrics that it holds."""
    sessions: int
    """Sessions of which it holds samples of the last 24 hours."""
    delta: bool
    """Whether the settings say that every sample is a delta."""
    looks_delta: bool | None
    """Whether the samples look so; null where there are too few to tell."""
    milliseconds: int
    """How long the answers took."""
    notes: list[str]
