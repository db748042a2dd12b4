"""`dashcam sessions`: the listing, its totals, one session with all about it, and its transcript."""

from typing import TYPE_CHECKING

import click
import msgspec

from dashcam.cli.groups import DefaultGroup
from dashcam.cli.options import Question, asks
from dashcam.cli.output import Column, print_listing
from dashcam.queries.answers import Listing, SessionAnswer, UsageAnswer, usage_answer
from dashcam.records.filters import SORT_KEYS
from dashcam.writing import words
from dashcam.writing.cells import keys_of
from dashcam.writing.sums import cost_of_all, is_partial, known_of, tokens_of_all

if TYPE_CHECKING:
    from dashcam.queries.sessions import Statistics


@click.group(cls=DefaultGroup, default="list")
def sessions() -> None:
    """List sessions, or show one of them.

    Without a command it lists them: `dashcam sessions --range today --sort cost`. The options of the listing are
    those of `dashcam sessions list --help`.
    """


@sessions.command("list")
@click.option(
    "--source",
    type=click.Choice(("prometheus",)),
    help="Ask another source than our own record: the Prometheus server of the settings.",
)
@asks(sort=SORT_KEYS, limit=True, cost=True)
def list_sessions(question: Question, source: str | None) -> None:
    """List sessions, the newest first. With a range: what happened in it."""
    if source == "prometheus":
        from dashcam.cli.prometheus import print_sessions

        print_sessions(question)
        return
    _print_sessions(question)


@sessions.command()
@asks(sort=SORT_KEYS, limit=True, cost=True)
def history(question: Question) -> None:
    """List the sessions that are over: completed, failed or stopped."""
    from dashcam.queries.sessions import OVER
    from dashcam.records.errors import BadInput

    given = question.asked.statuses
    if set(given) - set(OVER):
        raise BadInput("a running session is no history yet", "Use `dashcam sessions --active`.")
    asked = msgspec.structs.replace(question.asked, statuses=given or OVER)
    _print_sessions(msgspec.structs.replace(question, asked=asked))


def _print_sessions(question: Question) -> None:
    from dashcam.cli.session_table import columns
    from dashcam.queries.sessions import session_listing

    with question.store() as store:
        found = session_listing(store.database, question.asked, question.page, question.at, question.basis)
    if len(found.rows) < found.totals.sessions:
        shown = f"{len(found.rows):,} of {found.totals.sessions:,} sessions are shown"
        note = f"{shown}: --limit 0 shows all. Totals are of all."
        found = Listing(rows=found.rows, totals=found.totals, notes=[note, *found.notes])
    print_listing(
        found,
        columns(found.rows, found.totals, question.setup.currency, question.basis),
        question.form,
        keys=keys_of(SessionAnswer, *(["reported_cost_usd"] if question.basis == "both" else [])),
        empty="No session fits. `dashcam` tells where sessions were looked for.",
    )


class StatisticsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Totals and averages; an average is over the sessions whose value is known, null where there are none."""

    sessions: int
    active_sessions: int
    completed_sessions: int
    subagents: int
    total_duration_seconds: float
    average_duration_seconds: float | None
    total_active_seconds: float
    average_active_seconds: float | None
    calls: int
    total_tokens: int
    average_tokens: int | None
    cost_usd: float | None
    average_cost_usd: float | None
    unpriced_calls: int
    inexact_calls: int
    unknown_sessions: int
    """Sessions and subagents that left no usage on record: the sums leave out what they used."""


@sessions.command()
@asks()
def stats(question: Question) -> None:
    """Add sessions up: how many, how long, how many tokens, what they cost, in total and on average."""
    from dashcam.queries import notes
    from dashcam.queries.sessions import statistics

    with question.store() as store:
        found = statistics(store.database, question.asked, question.at)
    answer, said = _statistics_answer(found), [*notes.of_sums(found.sums), *notes.of_unknown(found.unknown)]
    if question.form in {"json", "csv"}:
        listing = Listing(rows=[answer], totals=answer, notes=said)
        print_listing(listing, (), question.form, keys=keys_of(StatisticsAnswer))
        return
    rows = _statistics_lines(answer, usage_answer({}, found.sums), question)
    columns = (
        Column[tuple[str, str, str]](title="", show=lambda row: row[0]),
        Column[tuple[str, str, str]](title="Total", show=lambda row: row[1], right=True),
        Column[tuple[str, str, str]](title="Average", show=lambda row: row[2], right=True),
    )
    print_listing(Listing(rows=rows, totals=None, notes=said), columns, question.form)


def _statistics_answer(found: "Statistics") -> StatisticsAnswer:
    from dashcam.queries.answers import cost_of
    from dashcam.records.clock import SECOND
    from dashcam.records.money import dollars

    def seconds(span: int | None) -> float | None:
        return None if span is None else span / SECOND

    return StatisticsAnswer(
        sessions=found.sessions,
        active_sessions=found.active,
        completed_sessions=found.completed,
        subagents=found.subagents,
        total_duration_seconds=found.total_duration_us / SECOND,
        average_duration_seconds=seconds(found.average_duration_us),
        total_active_seconds=found.total_active_us / SECOND,
        average_active_seconds=seconds(found.average_active_us),
        calls=found.sums.calls,
        total_tokens=found.sums.total,
        average_tokens=found.average_tokens,
        cost_usd=dollars(cost_of(found.sums, "calculated")),
        average_cost_usd=dollars(found.average_cost_nano),
        unpriced_calls=found.sums.unpriced_calls,
        inexact_calls=found.sums.inexact_calls,
        unknown_sessions=found.unknown,
    )


def _statistics_lines(found: StatisticsAnswer, total: UsageAnswer, question: Question) -> list[tuple[str, str, str]]:
    known, currency = known_of(total, found.unknown_sessions), question.setup.currency
    average = words.money(words.nano(found.average_cost_usd), currency, at_least=is_partial(total))
    return [
        ("Sessions", words.count(found.sessions), ""),
        ("  active", words.count(found.active_sessions), ""),
        ("  completed", words.count(found.completed_sessions), ""),
        ("Subagents", words.count(found.subagents), ""),
        ("Duration", words.seconds(found.total_duration_seconds), words.seconds(found.average_duration_seconds)),
        ("Active time", words.seconds(found.total_active_seconds), words.seconds(found.average_active_seconds)),
        ("Model calls", words.count(found.calls), ""),
        ("Tokens", tokens_of_all(found.total_tokens, known), words.tokens(found.average_tokens)),
        (f"Cost {currency.code}", cost_of_all(total, known, currency), average),
    ]


@sessions.command()
@click.argument("session", metavar="ID")
@asks(filters=False, cost=True)
def show(question: Question, session: str) -> None:
    """Show all about one session. ID is its id or the beginning of it, if only one begins so."""
    from dashcam.cli.session_page import print_detail
    from dashcam.queries.detail import session_detail
    from dashcam.queries.details import detail_answer
    from dashcam.queries.receipts import receipt_of
    from dashcam.queries.sessions import one_session

    with question.store() as store:
        found = one_session(store.database, session, question.at)
        detail = session_detail(store.database, found, question.at)
        receipt = receipt_of(store.database, [found.row, *(row.row for row in detail.subagents)])
    print_detail(detail_answer(detail, receipt, question.at, question.basis), question)


@sessions.command()
@click.argument("session", metavar="ID")
@click.option("--output", "-o", type=click.Path(dir_okay=False, writable=True), help="A file to write to.")
@click.option("--all", "everything", is_flag=True, help="With injected context and hooks.")
@asks(filters=False, formats=("text", "md", "html", "json"))
def transcript(question: Question, session: str, *, output: str | None, everything: bool) -> None:
    """Print the conversation of a session. The HTML is one file that needs nothing else."""
    from dashcam.cli.transcript.write import write_transcript
    from dashcam.queries.sessions import one_session

    with question.store() as store:
        found = one_session(store.database, session, question.at)
        write_transcript(store.database, found, question, output=output, everything=everything)
