"""One session as every interface gives it: the listing's keys, and all else that is known of it."""

import msgspec

from dashcam.queries import notes
from dashcam.queries.answers import SessionAnswer, UsageAnswer, model_name, session_answer, usage_answer
from dashcam.queries.detail import SessionDetail
from dashcam.queries.moment import Moment
from dashcam.queries.receipts import ReceiptAnswer
from dashcam.queries.resuming import resume_line
from dashcam.records.clock import SECOND
from dashcam.records.filters import CostBasis
from dashcam.records.money import dollars


class ToolAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """How often a tool was called in a session, and how it went."""

    tool: str
    calls: int
    failures: int
    duration_seconds: float


class DetailAnswer(SessionAnswer, frozen=True, kw_only=True, omit_defaults=True):
    """One session with all that is known of it. `together` and `receipt` count its subagents in; the rest does not."""

    address: str
    """What it is asked by: its id, behind its agent and a colon where another agent has a session of that id."""
    first_prompt: str
    version: str
    entrypoint: str
    error: str
    agent_type: str
    parent_call: str
    pull_requests: tuple[str, ...]
    resume: str
    """The command that takes the session up again, for a POSIX shell; empty where its agent has none."""
    answers: int
    events: int
    tool_calls: int
    tool_failures: int
    errors: int
    inherited_calls: int
    subagents: tuple[SessionAnswer, ...]
    forks: tuple[SessionAnswer, ...]
    together: UsageAnswer
    model_usage: tuple[UsageAnswer, ...]
    tools: tuple[ToolAnswer, ...]
    receipt: tuple[ReceiptAnswer, ...]
    unattributed_usd: float | None
    """What the agent's own total has more than its lines account for; null where the agent wrote no total."""
    notes: tuple[str, ...]


def detail_answer(
    detail: SessionDetail, receipt: list[ReceiptAnswer], at: Moment, basis: CostBasis = "calculated"
) -> DetailAnswer:
    """Give all about a session its outside names and units."""
    row = detail.session
    plain = session_answer(row, at.zone, basis)
    fields = {name: getattr(plain, name) for name in SessionAnswer.__struct_fields__}
    tools = (
        ToolAnswer(tool=one.tool, calls=one.calls, failures=one.failures, duration_seconds=one.duration_us / SECOND)
        for one in detail.tools
    )
    return DetailAnswer(
        **fields,
        address=detail.address,
        first_prompt=row.first_prompt,
        version=row.version,
        entrypoint=row.entrypoint,
        error=row.error,
        agent_type=row.agent_type,
        parent_call=row.parent_call,
        pull_requests=row.pull_requests,
        resume=resume_line(row),
        answers=row.answers,
        events=row.events,
        tool_calls=row.tool_calls,
        tool_failures=row.tool_failures,
        errors=row.errors,
        inherited_calls=row.inherited_calls,
        subagents=tuple(session_answer(one, at.zone, basis) for one in detail.subagents),
        forks=tuple(session_answer(one, at.zone, basis) for one in detail.forks),
        together=usage_answer({}, detail.together, basis),
        model_usage=tuple(usage_answer({"model": model_name(one.model)}, one.sums, basis) for one in detail.models),
        tools=tuple(tools),
        receipt=tuple(receipt),
        unattributed_usd=dollars(detail.unattributed_nano),
        notes=tuple(_notes(detail)),
    )


def _notes(detail: SessionDetail) -> list[str]:
    said = notes.of_sums(detail.together)
    if not detail.session.has_usage:
        said.append("This session left no usage on record: its tokens and cost are unknown.")
    if detail.session.inherited_calls:
        said.append(
            f"{detail.session.inherited_calls} calls are inherited from another session, "
            "which they belong to; they are not counted here."
        )
    return said
