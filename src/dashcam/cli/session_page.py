"""One session on a page: what it was, what it cost and why, what it did."""

from collections.abc import Iterable, Sequence
from typing import Any

import click

from dashcam.agents.faces import face_of
from dashcam.cli.options import Question
from dashcam.cli.output import (
    Cell,
    Column,
    console,
    print_csv,
    print_json,
    print_markdown,
    print_notes,
    print_table,
)
from dashcam.cli.session_table import STATUS
from dashcam.pricing.currency import Currency
from dashcam.queries.answers import SessionAnswer, UsageAnswer
from dashcam.queries.details import DetailAnswer, ToolAnswer
from dashcam.queries.receipts import ReceiptAnswer
from dashcam.writing import words
from dashcam.writing.cells import keys_of
from dashcam.writing.sums import cost_of_all, known_together, tokens_of_all

Fact = tuple[str, str | Cell]


def print_detail(found: DetailAnswer, question: Question) -> None:
    """Print a session in any format; CSV is the session's own row."""
    match question.form:
        case "json":
            print_json(found)
        case "csv":
            print_csv([found], keys_of(SessionAnswer))
        case form:
            _print_page(found, question, form)


def _print_page(found: DetailAnswer, question: Question, form: str) -> None:
    currency = question.setup.currency
    _print_part("", _facts(found, currency), _FACTS, form)
    if found.total_tokens is not None:
        _print_part("Tokens", _token_rows(found), _TOKENS, form)
    _print_part("Cost, and why", found.receipt, _receipt_columns(found, currency), form)
    if len(found.model_usage) > 1:
        _print_part("Models", found.model_usage, _model_columns(currency), form)
    _print_part("Subagents", found.subagents, _subagent_columns(currency), form)
    _print_part("Tools", found.tools, _TOOLS, form)
    print_notes(found.notes, form)


def _money(dollars: float | None, currency: Currency, *, at_least: bool = False) -> str:
    return words.money(words.nano(dollars), currency, at_least=at_least)


def _print_part(heading: str, rows: Iterable[Any], columns: Sequence[Column[Any]], form: str) -> None:
    listed = list(rows)
    if not listed:
        return
    if form == "md":
        click.echo(f"\n## {heading}\n" if heading else "", nl=bool(heading))
        print_markdown(listed, columns)
        return
    if heading:
        paper = console()
        paper.print()
        paper.print(heading, style="bold")
    print_table(listed, columns)


_FACTS: tuple[Column[Fact], ...] = (
    Column(title="", show=lambda fact: fact[0], style="dim"),
    Column(title="", show=lambda fact: fact[1], narrowest=20),
)


def _facts(found: DetailAnswer, currency: Currency) -> list[Fact]:
    told: list[Fact] = [
        ("Session", Cell(found.session_id, "bold")),
        ("Title", found.title),
        ("First prompt", "" if found.first_prompt == found.title else found.first_prompt),
        ("Agent", _agent(found, face_of(found.agent).sign)),
        ("Status", STATUS.get(found.status, Cell(found.status))),
        ("Error", Cell(found.error, "red")),
        ("Started", words.time(found.started_at, with_seconds=True)),
        ("Ended", words.time(found.ended_at, with_seconds=True)),
        ("Duration", f"{words.seconds(found.duration_seconds)} ({words.seconds(found.active_seconds)} active)"),
        ("Project", found.project),
        ("Branch", found.branch),
        ("Machine", found.machine),
        ("Part of", _parent(found)),
        ("Forks", ", ".join(fork.session_id for fork in found.forks)),
        ("Models", ", ".join(found.models)),
        ("Tokens", words.count(found.total_tokens)),
        ("Cost", _cost(found, currency)),
        ("With subagents", _together(found, currency)),
        ("Unattributed", _unattributed(found, currency)),
        ("Inherited", _inherited(found)),
        ("Conversation", _conversation(found)),
        ("Lines", f"+{found.lines_added:,} -{found.lines_removed:,}"),
        ("Pull requests", ", ".join(found.pull_requests)),
        ("Source", found.source or "none with usage"),
    ]
    return [(name, shown) for name, shown in told if (shown.words if isinstance(shown, Cell) else shown)]


def _agent(found: DetailAnswer, sign: str) -> str:
    by_entry = f" by {found.entrypoint}" if found.entrypoint else ""
    return f"{sign} {found.agent_name} {found.version}{by_entry}"


def _parent(found: DetailAnswer) -> str:
    kind = " ".join(part for part in (found.relation, found.agent_type) if part)
    return f"{found.parent_id} ({kind})" if found.parent_id else ""


def _inherited(found: DetailAnswer) -> str:
    calls = words.some(found.inherited_calls, "call")
    return f"{calls} of another session, not counted here" if found.inherited_calls else ""


def _cost(found: DetailAnswer, currency: Currency) -> str:
    said = _money(found.cost_usd, currency, at_least=found.cost_is_partial)
    if found.inexact_calls and found.estimated_cost_usd is not None:
        said += f", estimated {words.ABOUT}{_money(found.estimated_cost_usd, currency)}"
    if isinstance(found.reported_cost_usd, float):
        said += f", the agent says {_money(found.reported_cost_usd, currency)}"
    return said


def _together(found: DetailAnswer, currency: Currency) -> str:
    if not found.subagents:
        return ""
    both, known = found.together, known_together(found)
    return f"{cost_of_all(both, known, currency)}, {tokens_of_all(both.total_tokens, known, words.count)} tokens"


def _unattributed(found: DetailAnswer, currency: Currency) -> str:
    if found.unattributed_usd is None:
        return ""
    cost = _money(found.unattributed_usd, currency)
    return f"{cost} that the agent reports and no line accounts for (titles, compaction, ...)"


def _conversation(found: DetailAnswer) -> str:
    said = [
        words.some(found.prompts, "prompt"),
        words.some(found.answers, "answer"),
        words.some(found.tool_calls, "tool call") + f" ({found.tool_failures:,} failed)",
    ]
    return ", ".join(said + ([words.some(found.errors, "error")] if found.errors else []))


_COLORS = {
    "input": "#22d3ee",
    "output": "#a855f7",
    "cache read": "#22c55e",
    "cache write 5m": "#f59e0b",
    "cache write 1h": "#f59e0b",
}

_TOKENS: tuple[Column[tuple[str, int | None, int]], ...] = (
    Column(title="Type", show=lambda row: row[0]),
    Column(title="Tokens", show=lambda row: words.count(row[1]), right=True),
    Column(title="Share", show=lambda row: words.share(row[1] or 0, row[2]), right=True),
    Column(title="", show=lambda row: Cell(words.bar(row[1] or 0, row[2], 24), _COLORS.get(row[0], "")), priority=2),
)


def _token_rows(found: DetailAnswer) -> list[tuple[str, int | None, int]]:
    whole = found.total_tokens or 0
    told = [
        ("input", found.input_tokens, whole),
        ("output", found.output_tokens, whole),
        ("  of it reasoning", found.reasoning_tokens, whole),
        ("cache read", found.cache_read_tokens, whole),
        ("cache write 5m", found.cache_write_5m_tokens, whole),
        ("cache write 1h", found.cache_write_1h_tokens, whole),
    ]
    return [row for row in told if row[1]]


def _receipt_columns(found: DetailAnswer, currency: Currency) -> tuple[Column[ReceiptAnswer], ...]:
    return (
        Column(title="Model", show=lambda row: row.model, narrowest=12),
        Column(title="For", show=lambda row: row.label),
        Column(title="Calls", show=lambda row: words.count(row.calls), right=True, priority=3),
        Column(title="Count", show=lambda row: "" if row.count is None else words.count(row.count), right=True),
        Column(title=f"Rate {currency.code}", show=lambda row: _rate(row, currency), right=True),
        Column(
            title=f"Cost {currency.code}",
            show=lambda row: _money(row.cost_usd, currency),
            right=True,
            total=cost_of_all(found.together, known_together(found), currency),
        ),
        Column(title="Rate source", show=lambda row: row.rate, priority=2, narrowest=12, style="dim"),
    )


def _rate(row: ReceiptAnswer, currency: Currency) -> str:
    if row.usd_per_million is not None:
        return f"{_money(row.usd_per_million, currency)}/M"
    return f"{_money(row.usd_each, currency)} each" if row.usd_each is not None else ""


def _model_columns(currency: Currency) -> tuple[Column[UsageAnswer], ...]:
    return (
        Column(title="Model", show=lambda row: str(row.model), narrowest=12),
        Column(title="Calls", show=lambda row: words.count(row.calls), right=True),
        Column(title="Tokens", show=lambda row: words.tokens(row.total_tokens), right=True),
        Column(title=f"Cost {currency.code}", show=lambda row: _money(row.cost_usd, currency), right=True),
    )


def _subagent_columns(currency: Currency) -> tuple[Column[SessionAnswer], ...]:
    return (
        Column(title="Subagent", show=lambda row: row.session_id.rpartition(":")[2], narrowest=8),
        Column(title="Title", show=lambda row: row.title, narrowest=12),
        Column(title="Model", show=lambda row: row.model, priority=2, narrowest=12),
        Column(title="Duration", show=lambda row: words.seconds(row.duration_seconds), right=True, priority=3),
        Column(title="Tokens", show=lambda row: words.tokens(row.total_tokens), right=True),
        Column(
            title=f"Cost {currency.code}",
            show=lambda row: _money(row.cost_usd, currency, at_least=row.cost_is_partial),
            right=True,
        ),
        Column(title="Status", show=lambda row: STATUS.get(row.status, Cell(row.status)), priority=2),
    )


_TOOLS: tuple[Column[ToolAnswer], ...] = (
    Column(title="Tool", show=lambda row: row.tool or "(no name)", narrowest=12),
    Column(title="Calls", show=lambda row: words.count(row.calls), right=True),
    Column(
        title="Failed", show=lambda row: Cell(words.count(row.failures), "red" if row.failures else "dim"), right=True
    ),
    Column(title="Time", show=lambda row: words.seconds(row.duration_seconds), right=True),
)
