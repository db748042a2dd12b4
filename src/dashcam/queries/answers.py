"""The answers as every interface gives them: JSON keys, CSV columns and the API's schema come from these Structs."""

from datetime import tzinfo
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from dashcam.records.clock import SECOND, iso
from dashcam.records.filters import CostBasis
from dashcam.records.money import dollars
from dashcam.records.rows import SessionRow, Sums, UsageRow

Row = TypeVar("Row")


class Listing(msgspec.Struct, Generic[Row], frozen=True, kw_only=True):
    """What every listing is: its rows, their totals, and what to know about them."""

    rows: list[Row]
    totals: Any
    notes: list[str]


class UsageAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One row of usage. Only the dimensions asked for are there."""

    day: str | UnsetType = UNSET
    hour: str | UnsetType = UNSET
    week: str | UnsetType = UNSET
    month: str | UnsetType = UNSET
    model: str | UnsetType = UNSET
    project: str | UnsetType = UNSET
    agent: str | UnsetType = UNSET
    branch: str | UnsetType = UNSET
    tool: str | UnsetType = UNSET
    source: str | UnsetType = UNSET
    """The kind of source that the numbers come from."""
    session_id: str | UnsetType = UNSET
    calls: int
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_5m_tokens: int
    cache_write_1h_tokens: int
    reasoning_tokens: int
    total_tokens: int
    cost_usd: float | None
    reported_cost_usd: float | UnsetType | None = UNSET
    unpriced_calls: int
    estimated_cost_usd: float | None
    """Cost with placeholder output counts estimated; equals `cost_usd` where all counts are exact."""
    inexact_calls: int


class SessionAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One session. Token counts and cost are null where they are not known."""

    session_id: str
    agent: str
    agent_name: str
    project: str
    title: str
    status: str
    model: str
    models: tuple[str, ...]
    started_at: str | None
    ended_at: str | None
    duration_seconds: float | None
    active_seconds: float
    calls: int
    input_tokens: int | None
    output_tokens: int | None
    cache_read_tokens: int | None
    cache_write_5m_tokens: int | None
    cache_write_1h_tokens: int | None
    reasoning_tokens: int | None
    total_tokens: int | None
    cost_usd: float | None
    reported_cost_usd: float | UnsetType | None = UNSET
    cost_is_partial: bool
    """True where the true cost is more: unpriced calls, or placeholder counts."""
    estimated_cost_usd: float | None
    unpriced_calls: int
    inexact_calls: int
    source: str
    branch: str
    machine: str
    parent_id: str
    relation: str
    prompts: int
    lines_added: int
    lines_removed: int


DIMENSION_KEY = {"session": "session_id"}
"""The JSON key of a dimension whose name differs."""


UNKNOWN_MODEL = "(unknown model)"
UNKNOWN_TIME = "(unknown time)"
"""The day, hour, week or month of calls in a file whose lines tell no time at all; 1970 would be a guess."""


def model_name(model: str) -> str:
    """Name the model of a call; of some calls no line says which it was."""
    return model or UNKNOWN_MODEL


def cost_of(sums: Sums, basis: CostBasis) -> int | None:
    """Whose cost is shown, in nano-dollars; None where it is unknown."""
    if basis == "reported":
        return sums.reported_nano
    # Metrics tell of use without a number of calls, and some of no cost.
    is_unknown = sums.unpriced_calls >= max(sums.calls, 1) and not sums.cost_nano
    return None if is_unknown else sums.cost_nano


def _tokens(sums: Sums, *, known: bool = True) -> dict[str, int | None]:
    counts = {
        "input_tokens": sums.input,
        "output_tokens": sums.output,
        "cache_read_tokens": sums.cache_read,
        "cache_write_5m_tokens": sums.cache_write_5m,
        "cache_write_1h_tokens": sums.cache_write_1h,
        "reasoning_tokens": sums.reasoning,
        "total_tokens": sums.total,
    }
    return {name: count if known else None for name, count in counts.items()}


def _estimated(sums: Sums) -> float | None:
    cost = cost_of(sums, "calculated")
    return None if cost is None else dollars(cost + sums.estimate_extra_nano)


def usage_fields(keys: dict[str, str], sums: Sums, basis: CostBasis = "calculated") -> dict[str, Any]:
    """Give sums their outside names: the fields of a UsageAnswer, for it and for all that has more than it."""
    return {
        **keys,
        **_tokens(sums),
        "calls": sums.calls,
        "cost_usd": dollars(cost_of(sums, basis)),
        "reported_cost_usd": dollars(sums.reported_nano) if basis == "both" else UNSET,
        "unpriced_calls": sums.unpriced_calls,
        "estimated_cost_usd": _estimated(sums),
        "inexact_calls": sums.inexact_calls,
    }


def usage_answer(keys: dict[str, str], sums: Sums, basis: CostBasis = "calculated") -> UsageAnswer:
    """Give a row of usage its outside names."""
    return UsageAnswer(**usage_fields(keys, sums, basis))


def usage_row_answer(dimensions: tuple[str, ...], row: UsageRow, basis: CostBasis = "calculated") -> UsageAnswer:
    """Give a row of usage by some dimensions its outside names."""
    keys = {DIMENSION_KEY.get(name, name): key for name, key in zip(dimensions, row.keys, strict=True)}
    return usage_answer(keys, row.sums, basis)


def session_answer(row: SessionRow, zone: tzinfo, basis: CostBasis = "calculated") -> SessionAnswer:
    """Give a session its outside names and units."""
    known = row.has_usage
    models = row.models or (("",) if row.sums.calls else ())
    return SessionAnswer(
        session_id=row.session_id,
        agent=row.agent,
        agent_name=row.agent_name,
        project=row.project,
        title=row.title,
        status=row.status,
        model=model_name(row.model) if models else "",
        models=tuple(map(model_name, models)),
        started_at=iso(row.started_at, zone),
        ended_at=iso(row.ended_at, zone),
        duration_seconds=None if row.duration_us is None else row.duration_us / SECOND,
        active_seconds=row.active_us / SECOND,
        calls=row.sums.calls,
        **_tokens(row.sums, known=known),
        cost_usd=dollars(cost_of(row.sums, basis)) if known or basis == "reported" else None,
        reported_cost_usd=dollars(row.sums.reported_nano) if basis == "both" else UNSET,
        cost_is_partial=not known or row.sums.unpriced_calls > 0 or row.sums.inexact_calls > 0,
        estimated_cost_usd=_estimated(row.sums) if known else None,
        unpriced_calls=row.sums.unpriced_calls,
        inexact_calls=row.sums.inexact_calls,
        source=row.source,
        branch=row.branch,
        machine=row.machine,
        parent_id=row.parent,
        relation=row.relation,
        prompts=row.prompts,
        lines_added=row.lines_added,
        lines_removed=row.lines_removed,
    )
