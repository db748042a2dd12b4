"""`dashcam audit`: what the lines of a session add up to, beside what the agent itself says."""

import click

from dashcam.cli.options import Question, asks
from dashcam.cli.output import Cell, Column, print_listing
from dashcam.queries.answers import Listing
from dashcam.queries.audit import DIFFERENCE, AuditRow, Difference, differences, of_session
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
        rows = of_session(store.database, found, question.at)
    print_listing(rows, _account_columns(question), question.form, keys=keys_of(AuditRow))


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


def _account_columns(question: Question) -> list[Column[AuditRow]]:
    def name(row: AuditRow) -> Cell:
        return Cell(row.account, "bold" if row.account == DIFFERENCE else "" if row.counted else "dim")

    return [
        Column(title="Account", show=name),
        Column(title="Model", show=lambda row: row.model or "all", narrowest=12, priority=2),
        Column(
            title="Files", show=lambda row: "" if row.files is None else words.count(row.files), right=True, priority=5
        ),
        Column(
            title="Calls", show=lambda row: "" if row.calls is None else words.count(row.calls), right=True, priority=4
        ),
        Column(title="Input", show=lambda row: words.tokens(row.input_tokens), right=True),
        Column(title="Output", show=lambda row: words.tokens(row.output_tokens), right=True),
        Column(title="Cache read", show=lambda row: words.tokens(row.cache_read_tokens), right=True),
        Column(title="Cache write", show=lambda row: words.tokens(row.cache_write_tokens), right=True, priority=3),
        Column(title="Searches", show=lambda row: words.count(row.web_searches), right=True, priority=6),
        Column(title="Cost", show=lambda row: _money(question, row.cost_usd), right=True),
    ]
