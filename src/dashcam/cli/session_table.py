"""How sessions look in a table: one row each, subagents too, since what they cost is real and counted once."""

from collections.abc import Iterable, Mapping, Sequence

from dashcam.agents.faces import face_of
from dashcam.cli.output import Cell, Column
from dashcam.pricing.currency import Currency
from dashcam.queries.answers import SessionAnswer
from dashcam.queries.sessions import SessionTotals
from dashcam.records.filters import CostBasis
from dashcam.writing import words
from dashcam.writing.sums import cost_of_all, known_of, reported_cost, tokens_of_all

SHORTEST = 8
STATUS = {
    "running": Cell("● running", "blue"),
    "waiting": Cell("◐ waiting", "yellow"),
    "completed": Cell("✓ completed", "dim green"),
    "failed": Cell("✗ failed", "red"),
    "stopped": Cell("■ stopped", "dim"),
}


def columns(
    rows: Sequence[SessionAnswer],
    totals: SessionTotals,
    currency: Currency,
    basis: CostBasis,
) -> tuple[Column[SessionAnswer], ...]:
    """Make the columns of a listing of sessions."""
    short = short_ids(row.session_id for row in rows)
    known = known_of(totals, totals.unknown_sessions)
    return (
        Column(title="", show=lambda row: sign(row.agent)),
        Column(title="Session", show=lambda row: short_id(row, short)),
        Column(title="Started", show=lambda row: words.time(row.started_at)),
        Column(
            title="Title",
            show=title,
            narrowest=10,
            wanted=36,
            total=words.some(totals.sessions, "session"),
        ),
        Column(title="Agent", show=lambda row: row.agent_name, priority=7, narrowest=8),
        Column(title="Project", show=lambda row: folder(row.project), priority=3, narrowest=8),
        Column(title="Branch", show=lambda row: row.branch, priority=6, narrowest=8),
        Column(title="Model", show=models, priority=3, narrowest=12),
        Column(title="Duration", show=lambda row: words.seconds(row.duration_seconds), right=True, priority=4),
        Column(title="Active", show=lambda row: words.seconds(row.active_seconds), right=True, priority=5),
        Column(title="Lines", show=lines, right=True, priority=6),
        Column(
            title="Tokens",
            show=lambda row: words.tokens(row.total_tokens),
            right=True,
            total=tokens_of_all(totals.total_tokens, known),
        ),
        *cost_columns(totals, currency, basis),
        Column(title="Source", show=lambda row: row.source, priority=5, style="dim"),
        Column(title="Status", show=lambda row: STATUS.get(row.status, Cell(row.status))),
    )


def cost_columns(totals: SessionTotals, currency: Currency, basis: CostBasis) -> tuple[Column[SessionAnswer], ...]:
    """Make the column of costs; with both bases, one column for each."""
    known = known_of(totals, totals.unknown_sessions)
    cost = Column[SessionAnswer](
        title=f"{'Reported' if basis == 'reported' else 'Cost'} {currency.code}",
        show=lambda row: words.money(
            words.nano(row.cost_usd), currency, at_least=row.cost_is_partial and basis != "reported"
        ),
        right=True,
        total=cost_of_all(totals, known, currency, basis),
    )
    if basis != "both":
        return (cost,)
    reported = Column[SessionAnswer](
        title=f"Reported {currency.code}",
        show=lambda row: reported_cost(row, currency),
        right=True,
        total=reported_cost(totals, currency),
    )
    return (cost, reported)


def short_ids(ids: Iterable[str]) -> dict[str, str]:
    """Write as much of each id as tells it apart from the others, and as `sessions show` needs."""
    tops = sorted({ident.partition(":")[0] for ident in ids})
    short = {}
    for at, ident in enumerate(tops):
        near = [tops[other] for other in (at - 1, at + 1) if 0 <= other < len(tops)]
        alike = max((_alike(ident, other) for other in near), default=0)
        short[ident] = ident[: max(alike + 1, SHORTEST)]
    return short


def _alike(one: str, other: str) -> int:
    """Say how many signs two ids begin with in common."""
    return next((at for at, (here, there) in enumerate(zip(one, other, strict=False)) if here != there), len(one))


def short_id(row: SessionAnswer, short: Mapping[str, str]) -> Cell:
    """Write a session's short id; a subagent's is the beginning of its own part, behind its colon."""
    top, colon, own = row.session_id.partition(":")
    return Cell(f":{own[:SHORTEST]}", "dim") if colon else Cell(short[top])


def sign(name: str) -> Cell:
    """Write an agent's sign in its colour."""
    face = face_of(name)
    return Cell(face.sign, face.color)


def title(row: SessionAnswer) -> Cell:
    """Write a session's title; a subagent's or fork's with its sign."""
    mark = {"subagent": "↳ ", "fork": "⋎ "}.get(row.relation, "")
    named = row.title or "(no title)"
    return Cell(mark + named, "dim" if row.relation == "subagent" or not row.title else "")


def folder(project: str) -> str:
    """Write the last part of a project's path."""
    return project.replace("\\", "/").rstrip("/").rpartition("/")[2] or project


def models(row: SessionAnswer) -> str:
    """Write the model that was used most, and how many others there were."""
    more = len(row.models) - 1
    return f"{row.model} +{more}" if more > 0 else row.model or words.UNKNOWN


def lines(row: SessionAnswer) -> str:
    """Write the lines that were added and removed."""
    return f"+{row.lines_added:,} -{row.lines_removed:,}" if row.lines_added or row.lines_removed else ""
