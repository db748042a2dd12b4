"""`dashcam audit`: what the lines of a session add up to, beside what the agent itself says."""

import click

from dashcam.cli.options import Question, asks
from dashcam.cli.output import Cell, Column, print_json, print_listing, print_notes
from dashcam.pricing.currency import Currency
from dashcam.queries.answers import Listing
from dashcam.queries.audit import Difference, differences
from dashcam.queries.beside import SideBySide, SourceDifference, SourceSays, side_by_side
from dashcam.queries.detail import session_detail
from dashcam.queries.sessions import one_session
from dashcam.writing import words
from dashcam.writing.cells import keys_of

SHORT_ID = 8


@click.command()
@click.argument("session", required=False)
@asks(limit=True)
def audit(question: Question, session: str | None) -> None:
    """Compare what the lines of sessions add up to with the totals that the agents wrote themselves.

    Without a SESSION: the sessions with the largest differences. With the id of one: its sources side by side.
    """
    with question.store() as store:
        if session is None:
            listing = differences(store.database, question.asked, question.at, limit=question.limit)
            columns = _difference_columns(question, listing)
            print_listing(
                listing, columns, question.form, keys=keys_of(Difference), empty="No agent wrote a total of its own."
            )
            return
        found = one_session(store.database, session, question.at)
        side = side_by_side(store.database, session_detail(store.database, found, question.at), question.at)
    _print_side(side, question)


def _money(question: Question, dollars: float | None) -> str:
    return words.money(words.nano(dollars), question.setup.currency)


def _difference_columns(question: Question, listing: Listing[Difference]) -> list[Column[Difference]]:
    totals = listing.totals
    return [
        Column(title="Session", show=lambda row: row.session_id[:SHORT_ID]),
        Column(title="Title", show=lambda row: row.title, narrowest=10, priority=2),
        Column(title="Calls", show=lambda row: words.count(row.calls), right=True, priority=3),
        Column(
            title="Lines",
            show=lambda row: _money(question, row.cost_usd),
            right=True,
            total=_money(question, totals["cost_usd"]),
        ),
        Column(
            title="Agent",
            show=lambda row: _money(question, row.reported_cost_usd),
            right=True,
            total=_money(question, totals["reported_cost_usd"]),
        ),
        Column(
            title="Unattributed",
            show=lambda row: _money(question, row.unattributed_usd),
            right=True,
            total=_money(question, totals["unattributed_usd"]),
        ),
        Column(title="Input", show=lambda row: words.tokens(row.unattributed_input_tokens), right=True, priority=4),
        Column(title="Output", show=lambda row: words.tokens(row.unattributed_output_tokens), right=True, priority=4),
        Column(
            title="Cache read",
            show=lambda row: words.tokens(row.unattributed_cache_read_tokens),
            right=True,
            priority=5,
        ),
        Column(
            title="Cache write",
            show=lambda row: words.tokens(row.unattributed_cache_write_tokens),
            right=True,
            priority=5,
        ),
        Column(title="Project", show=lambda row: row.project, narrowest=12, priority=6),
    ]


RECKONED = frozenset({"counter", "statusline", "own_total"})
"""Sources whose cost is the agent's own."""


def _source_columns(question: Question) -> list[Column[SourceSays]]:
    def name(row: SourceSays) -> Cell:
        return Cell(words.SOURCES[row.source], "bold" if row.billed else "")

    return [
        Column(title="", show=lambda row: "→" if row.billed and not row.model else ""),
        Column(title="Source", show=name),
        Column(title="Model", show=lambda row: row.model or "all", narrowest=12, priority=2),
        Column(
            title="Calls", show=lambda row: "" if row.calls is None else words.count(row.calls), right=True, priority=4
        ),
        Column(title="Input", show=lambda row: words.tokens(row.input_tokens), right=True),
        Column(title="Output", show=lambda row: words.tokens(row.output_tokens), right=True),
        Column(title="Cache read", show=lambda row: words.tokens(row.cache_read_tokens), right=True, priority=3),
        Column(title="Cache write", show=lambda row: words.tokens(row.cache_write_tokens), right=True, priority=3),
        Column(title="Cost", show=lambda row: _cost(question, row), right=True),
        Column(title="Agent's cost", show=lambda row: _money(question, row.reported_cost_usd), right=True, priority=5),
        Column(title="Last heard", show=lambda row: (row.last_at or "")[:19].replace("T", " "), priority=6),
    ]


def _cost(question: Question, row: SourceSays) -> str:
    return words.money(words.nano(row.cost_usd), question.setup.currency, at_least=row.cost_is_partial)


def _print_side(side: SideBySide, question: Question) -> None:
    """Print the sources as a table, and below it what explains how they differ."""
    if question.form == "json":
        print_json(side)
        return
    listing = Listing(rows=side.rows, totals={}, notes=[])
    print_listing(
        listing,
        _source_columns(question),
        question.form,
        keys=keys_of(SourceSays),
        empty="Nothing tells what this session used.",
    )
    if question.form != "csv":
        own = "The cost of counters, of the status line and of the agent's own total is what the agent reckons."
        notes = [own] if any(row.source in RECKONED for row in side.rows) else []
        print_notes([*_said(side, question), *notes, *side.notes], question.form)


def _said(side: SideBySide, question: Question) -> list[str]:
    """Say in words how each source differs from the one that bills."""
    said = []
    for one in side.differences:
        name, than = words.SOURCES[one.source].capitalize(), words.SOURCES.get(side.billed, side.billed)
        if not one.parts:
            said.append(f"{name}: the same as the {than}.")
            continue
        said.append(f"{name}: {how_much(one, question.setup.currency)} the {than}.")
        for part in one.parts:
            count = f" ({words.count(part.calls)})" if part.calls else ""
            said.append(f"  {_money(question, part.cost_usd)}: {part.words[0].lower()}{part.words[1:-1]}{count}.")
    return said


def how_much(one: SourceDifference, currency: Currency) -> str:
    """Say by how much a source differs: `$0.024 and 5.2K tokens more than`."""
    amounts = []
    if one.cost_usd:
        amounts.append((words.money(words.nano(abs(one.cost_usd)), currency), one.cost_usd < 0))
    if one.tokens:
        amounts.append((f"{words.tokens(abs(one.tokens))} tokens", one.tokens < 0))
    if not amounts:
        return "in all the same as"
    ways = ["less" if is_less else "more" for _, is_less in amounts]
    if len(set(ways)) == 1:
        return f"{' and '.join(shown for shown, _ in amounts)} {ways[0]} than"
    return " and ".join(f"{shown} {way}" for (shown, _), way in zip(amounts, ways, strict=True)) + " than"
