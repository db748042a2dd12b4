"""`dashcam usage`: what was used, by one or two dimensions."""

from collections.abc import Sequence

import click

from dashcam.cli.first_totals import first_totals
from dashcam.cli.options import Question, asks
from dashcam.cli.output import Cell, Column, print_listing
from dashcam.pricing.currency import Currency
from dashcam.queries.answers import DIMENSION_KEY, UNKNOWN_TIME, Listing, UsageAnswer
from dashcam.records.filters import DIMENSIONS, CostBasis
from dashcam.writing import words
from dashcam.writing.cells import keys_of
from dashcam.writing.sums import cost_of_all, is_partial, reported_cost, share_of

BAR_WIDTH = 16
TITLES = {"session": "Session", "hour": "Hour", "day": "Day", "week": "Week of", "month": "Month"}


@click.command()
@click.option(
    "--by",
    "dimensions",
    multiple=True,
    default=("day",),
    show_default=True,
    metavar="WHAT[,WHAT]",
    help=f"One or two of {', '.join(DIMENSIONS)}.",
)
@asks(limit=True, cost=True)
def usage(question: Question, *, dimensions: tuple[str, ...]) -> None:
    """Tokens and cost by day, model, project and more.

    Rows of time come in its order and end with today; all others by cost. Days are those of your time zone.
    """
    from dashcam.queries.usage import parse_dimensions, usage_listing

    names = parse_dimensions(",".join(dimensions))
    if first := first_totals(question, names):
        show(question, names, first)
        with question.store():
            return
    with question.store() as store:
        found = usage_listing(store.database, question.asked, names, question.at, question.basis)
    show(question, names, found)


def show(question: Question, names: Sequence[str], found: Listing[UsageAnswer]) -> None:
    """Print usage as asked for."""
    currency = question.setup.currency
    keys = [DIMENSION_KEY.get(name, name) for name in names]
    both = ["reported_cost_usd"] if question.basis == "both" else []
    fields = keys_of(UsageAnswer, *keys, *both)
    print_listing(
        cut(found, question.limit, is_time=names[0] in {"hour", "day", "week", "month"}),
        columns(names, found.rows, found.totals, currency, question.basis),
        question.form,
        keys=[*keys, *(field for field in fields if field not in keys)],
        empty="No usage in this range.",
    )


def cut(found: Listing[UsageAnswer], limit: int | None, *, is_time: bool) -> Listing[UsageAnswer]:
    """Keep the newest or the dearest rows; the totals stay those of all."""
    if limit is None or len(found.rows) <= limit:
        return found
    note = f"{limit:,} of {len(found.rows):,} rows are shown: --limit 0 shows all. Totals are of all."
    rows = found.rows[-limit:] if is_time else found.rows[:limit]
    return Listing(rows=rows, totals=found.totals, notes=[note, *found.notes])


def columns(
    names: Sequence[str], rows: Sequence[UsageAnswer], total: UsageAnswer, currency: Currency, basis: CostBasis
) -> tuple[Column[UsageAnswer], ...]:
    """Make the columns of a table of usage; wide terminals have every type of token, and the share of the cost."""
    return (
        *(_dimension(name, at) for at, name in enumerate(names)),
        _number("Calls", "calls", total, priority=4),
        _number("Input", "input_tokens", total, priority=2, style="#22d3ee"),
        _number("Output", "output_tokens", total, priority=2, style="#a855f7"),
        _number("Reasoning", "reasoning_tokens", total, priority=6, style="#a855f7"),
        _number("Cache read", "cache_read_tokens", total, priority=3, style="#22c55e"),
        _number("Write 5m", "cache_write_5m_tokens", total, priority=5, style="#f59e0b"),
        _number("Write 1h", "cache_write_1h_tokens", total, priority=5, style="#f59e0b"),
        _number("Tokens", "total_tokens", total),
        *_costs(total, currency, basis),
        *_shares(total, rows, basis),
    )


def _dimension(name: str, at: int) -> Column[UsageAnswer]:
    key = DIMENSION_KEY.get(name, name)

    def show(row: UsageAnswer) -> str | Cell:
        value = str(getattr(row, key))
        if name == "hour" and value != UNKNOWN_TIME:
            return words.time(value)
        return value or Cell(f"(no {name})", "dim")

    cuttable = 0 if name in {"hour", "day", "week", "month"} else 12
    return Column(
        title=TITLES.get(name, name.capitalize()),
        show=show,
        narrowest=cuttable,
        wanted=30,
        keep_end=name == "project",
        total="" if at else "Total",
    )


def _number(title: str, key: str, total: UsageAnswer, *, priority: int = 1, style: str = "") -> Column[UsageAnswer]:
    return Column(
        title=title,
        show=lambda row: words.tokens(getattr(row, key)),
        right=True,
        priority=priority,
        style=style,
        total=words.tokens(getattr(total, key)),
    )


def _costs(total: UsageAnswer, currency: Currency, basis: CostBasis) -> tuple[Column[UsageAnswer], ...]:
    def cost(row: UsageAnswer) -> str:
        return cost_of_all(row, "all", currency, basis)

    def reported(row: UsageAnswer) -> str:
        return reported_cost(row, currency)

    title = "Reported" if basis == "reported" else "Cost"
    first = Column[UsageAnswer](title=f"{title} {currency.code}", show=cost, right=True, total=cost(total))
    if basis != "both":
        return (first,)
    return first, Column[UsageAnswer](
        title=f"Reported {currency.code}", show=reported, right=True, total=reported(total)
    )


def _shares(total: UsageAnswer, rows: Sequence[UsageAnswer], basis: CostBasis) -> tuple[Column[UsageAnswer], ...]:
    """The share of the cost, or of the tokens where nothing has a price; a bar of it where there is room."""
    key, what = ("cost_usd", "cost") if total.cost_usd or not total.total_tokens else ("total_tokens", "tokens")
    whole = getattr(total, key) or 0
    has_parts = key == "cost_usd" and basis != "reported"
    partial = sum(map(is_partial, rows)) if has_parts else 0

    def share(row: UsageAnswer) -> str:
        mine = has_parts and is_partial(row)
        return share_of(getattr(row, key), whole, is_partial=mine, others=partial - mine)

    def bar(row: UsageAnswer) -> str:
        return words.bar(getattr(row, key) or 0, whole, BAR_WIDTH)

    return (
        Column(title=f"% of {what}", show=share, right=True, priority=3),
        Column(title="", show=bar, priority=3),
    )
