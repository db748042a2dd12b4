"""`dashcam` alone: today at a glance, and what to type next. On an empty machine: what was looked for, and where."""

from typing import TYPE_CHECKING

import click

from dashcam.cli.options import Question, asks
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
from dashcam.queries.answers import SessionAnswer, UsageAnswer
from dashcam.writing import words
from dashcam.writing.cells import keys_of
from dashcam.writing.sums import cost_of_all, known_of, tokens_of_all

if TYPE_CHECKING:
    from dashcam.queries.overview import Overview, Period

PERIOD_WORDS = {
    "today": "Today",
    "yesterday": "Yesterday",
    "thisweek": "This week",
    "thismonth": "This month",
    "lastmonth": "Last month",
}
NEXT = (
    ("dashcam sessions --range today", "what ran today"),
    ("dashcam sessions show ID", "all about one session"),
    ("dashcam usage --by day,model", "what was used, and of what"),
    ("dashcam search WORDS", "find what was said"),
)


@click.command()
@asks(filters=False, cost=True)
def overview(question: Question) -> None:
    """Show today at a glance: cost, tokens, who is at work now, and the dearest models of the month."""
    from dashcam.queries import overview as queries

    with question.store() as store:
        found = queries.overview(store.database, question.at, question.basis)
    match question.form:
        case "json":
            print_json(found)
        case "csv":
            chosen = ("reported_cost_usd",) if question.basis == "both" else ()
            print_csv(found.rows, ("period", *(key for key in keys_of(UsageAnswer, *chosen))))
        case "md":
            print_markdown(found.rows, _period_columns(found, question))
            print_notes(found.notes, "md")
        case _:
            _print_page(found, question)


def _print_page(found: "Overview", question: Question) -> None:
    if not found.sessions:
        _print_empty(question)
        return
    paper = console()
    print_table(found.rows, _period_columns(found, question))
    if found.active_sessions:
        paper.print()
        print_table(found.active_sessions, _active_columns(found, question))
    else:
        paper.print()
        paper.print("No session is running.", style="dim")
    if found.models:
        paper.print()
        print_table(found.models, _model_columns(found, question))
    print_notes(found.notes)
    paper.print()
    _print_next()


def _print_next() -> None:
    print_table(
        NEXT,
        (
            Column[tuple[str, str]](title="", show=lambda row: row[0]),
            Column[tuple[str, str]](title="", show=lambda row: row[1], style="dim"),
        ),
    )


def _print_empty(question: Question) -> None:
    from dashcam.cli.scan import COLUMNS, looked

    paper = console()
    paper.print("No session has been recorded yet. This is where agents' files were looked for:")
    paper.print()
    print_table(looked(question), COLUMNS)
    paper.print()
    paper.print(
        f"Is an agent's directory elsewhere? Name it in {question.setup.settings_path}:\n"
        '  [[roots]]\n  agent = "NAME"\n  path = "DIRECTORY"',
        style="dim",
    )


def _money(row: UsageAnswer, question: Question, *, unknown: int = 0) -> str:
    return cost_of_all(row, known_of(row, unknown), question.setup.currency, question.basis)


def _tokens(title: str, key: str, *, priority: int = 1, style: str = "") -> "Column[Period]":
    return Column(
        title=title,
        show=lambda row: tokens_of_all(getattr(row, key), known_of(row, row.unknown_sessions)),
        right=True,
        priority=priority,
        style=style,
    )


def _period_columns(found: "Overview", question: Question) -> "tuple[Column[Period], ...]":
    most = max((row.cost_usd or 0 for row in found.rows), default=0)
    return (
        Column(title="", show=lambda row: Cell(PERIOD_WORDS[row.period], "bold" if row.period == "today" else "")),
        Column(
            title=f"Cost {question.setup.currency.code}",
            show=lambda row: _money(row, question, unknown=row.unknown_sessions),
            right=True,
        ),
        _tokens("Tokens", "total_tokens"),
        _tokens("Input", "input_tokens", priority=3, style="#22d3ee"),
        _tokens("Output", "output_tokens", priority=3, style="#a855f7"),
        _tokens("Cache read", "cache_read_tokens", priority=4, style="#22c55e"),
        Column(title="Calls", show=lambda row: words.count(row.calls), right=True, priority=2),
        Column(title="", show=lambda row: words.bar(row.cost_usd or 0, most, 20), priority=2),
    )


def _active_columns(found: "Overview", question: Question) -> tuple[Column[SessionAnswer], ...]:
    from dashcam.cli.session_table import STATUS, folder, short_id, short_ids, sign, title

    short = short_ids(row.session_id for row in found.active_sessions)
    return (
        Column(title="", show=lambda row: sign(row.agent)),
        Column(title="Now", show=lambda row: STATUS[row.status]),
        Column(title="Session", show=lambda row: short_id(row, short)),
        Column(title="Title", show=title, narrowest=14),
        Column(title="Project", show=lambda row: folder(row.project), priority=2, narrowest=8),
        Column(title="Tokens", show=lambda row: words.tokens(row.total_tokens), right=True),
        Column(
            title=f"Cost {question.setup.currency.code}",
            show=lambda row: words.money(
                words.nano(row.cost_usd), question.setup.currency, at_least=row.cost_is_partial
            ),
            right=True,
        ),
    )


def _model_columns(found: "Overview", question: Question) -> tuple[Column[UsageAnswer], ...]:
    whole = next((row.cost_usd or 0 for row in found.rows if row.period == "thismonth"), 0)
    return (
        Column(title="Models of this month", show=lambda row: str(row.model), narrowest=14),
        Column(title="Calls", show=lambda row: words.count(row.calls), right=True, priority=2),
        Column(title="Tokens", show=lambda row: words.tokens(row.total_tokens), right=True),
        Column(title=f"Cost {question.setup.currency.code}", show=lambda row: _money(row, question), right=True),
        Column(title="Share", show=lambda row: words.share(row.cost_usd or 0, whole), right=True),
        Column(title="", show=lambda row: words.bar(row.cost_usd or 0, whole, 20), priority=2),
    )
