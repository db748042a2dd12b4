"""One session on a page: what it was, what it cost and why, what it did."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from dashcam.cli import words
from dashcam.cli.options import Question
from dashcam.cli.output import Cell, Column, console, print_csv, print_json, print_listing, print_markdown, print_notes, print_table
from dashcam.cli.session_table import STATUS, lines, sign
from dashcam.queries.answers import Listing, SessionAnswer, UsageAnswer
from dashcam.queries.details import DetailAnswer, ToolAnswer
from dashcam.queries.receipts import ReceiptAnswer

Fact = tuple[str, str | Cell]
Money = Callable[[float | None], str]


def print_detail(found: DetailAnswer, question: Question) -> None:
    """Print a session in any format; CSV is the session's own row."""
    match question.form:
        case "json":
            print_json(found)
        case "csv":
            print_csv([found], [name for name in SessionAnswer.__struct_fields__ if name != "reported_cost_usd"])
        case form:
            _print_page(found, question, form)


def _print_page(found: DetailAnswer, question: Question, form: str) -> None:
    def money(dollars: float | None) -> str:
        return words.money(words.nano(dollars), question.setup.currency)

    facts = [fact for fact in _facts(found, question, money) if _words(fact[1])]
    named: tuple[Column[Fact], ...] = (
        Column(title="", show=lambda fact: fact[0], style="dim"),
        Column(title="", show=lambda fact: fact[1], narrowest=20),
    )
    _print_table(facts, named, form, heading="")
    if found.total_tokens is not None:
        _print_table(_token_rows(found), _TOKENS, form, heading="Tokens")
    _print_table(found.receipt, _receipt_columns(found, money), form, heading="Cost, and why")
    if len(found.model_usage) > 1:
        _print_table(found.model_usage, _model_columns(money), form, heading="Models, subagents counted in")
    _print_table(found.subagents, _subagent_columns(question, money), form, heading="Subagents")
    _print_table(found.tools, _TOOLS, form, heading="Tools")
    if form == "table":
        print_notes(found.notes)
    else:
        print_listing(Listing(rows=[], totals=None, notes=list(found.notes)), named, form) if found.notes else None


def _words(shown: str | Cell) -> str:
    return shown.words if isinstance(shown, Cell) else shown


def _print_table(rows: Iterable[Any], columns: Sequence[Column[Any]], form: str, *, heading: str) -> None:
    rows = list(rows)
    if not rows:
        return
    if form == "md":
        print(f"\n## {heading}\n" if heading else "", end="\n" if heading else "")
        print_markdown(rows, columns)
        return
    paper = console()
    if heading:
        paper.print()
        paper.print(heading, style="bold")
    print_table(rows, columns)
