"""What the questions answer with: one row of each listing, the same in the terminal, the API and the exports."""

import msgspec


class Sums(msgspec.Struct, frozen=True, kw_only=True):
    """What some model calls add up to. Token counts are disjoint; `reasoning` is inside `output`."""

    calls: int = 0
    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    reasoning: int = 0
    web_searches: int = 0
    cost_nano: int = 0
    """Of the priced calls: with `unpriced_calls`, the true cost is at least this."""
    estimate_extra_nano: int = 0
    """What would come on top if the placeholder counts were as their text suggests."""
    unpriced_calls: int = 0
    inexact_calls: int = 0
    """Calls whose output count is a placeholder."""
    reported_nano: int | None = None
    """The agents' own cost, where they wrote one."""

    @property
    def total(self) -> int:
        """All tokens."""
        return self.input + self.output + self.cache_read + self.cache_write_5m + self.cache_write_1h

    def __add__(self, other: "Sums") -> "Sums":
        values = {name: getattr(self, name) + getattr(other, name) for name in SUM_FIELDS[:-1]}
        known = [nano for nano in (self.reported_nano, other.reported_nano) if nano is not None]
        return Sums(**values, reported_nano=sum(known) if known else None)


SUM_FIELDS = Sums.__struct_fields__


class SessionRow(msgspec.Struct, frozen=True, kw_only=True):
    """One session in a listing. Where the listing has a range, the sums are of what happened in it."""

    row: int
    session_id: str
    agent: str
    agent_name: str
    machine: str
    project: str
    branch: str
    title: str
    first_prompt: str
    status: str
    model: str
    models: tuple[str, ...]
    started_at: int | None
    ended_at: int | None
    active_us: int
    has_usage: bool
    """Whether tokens and cost are known. The sums of one whose usage is known say 0 where a range holds none of it."""
    sums: Sums
    inherited_calls: int
    source: str
    """The kind of source that the numbers come from; empty if nothing but its name is known."""
    parent: str
    relation: str
    agent_type: str
    parent_call: str
    version: str
    entrypoint: str
    error: str
    pull_requests: tuple[str, ...]
    prompts: int
    answers: int
    events: int
    tool_calls: int
    tool_failures: int
    errors: int
    lines_added: int
    lines_removed: int
    revision: int

    @property
    def duration_us(self) -> int | None:
        """From the first event to the last."""
        if self.started_at is None or self.ended_at is None:
            return None
        return self.ended_at - self.started_at


class UsageRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of usage: a value for each dimension asked for, and the sums."""

    keys: tuple[str, ...]
    sums: Sums


class EventRow(msgspec.Struct, frozen=True, kw_only=True):
    """One event of a session, without its body."""

    source: int
    line: int
    part: int
    at: int
    place: int
    kind: str
    name: str
    ok: bool | None
    duration_us: int | None
    lines_added: int | None
    lines_removed: int | None
    counted: bool
    """False for an event that is inherited from another session."""


class ToolRow(msgspec.Struct, frozen=True, kw_only=True):
    """How often a tool was called, and how it went."""

    tool: str
    calls: int
    failures: int
    duration_us: int


class DiagnosticRow(msgspec.Struct, frozen=True, kw_only=True):
    """Something in a source that could not be read."""

    agent: str
    path: str
    line: int
    code: str
    why: str
    count: int
