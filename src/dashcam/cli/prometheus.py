"""`dashcam prometheus test` and `dashcam sessions --source prometheus`: what a Prometheus server tells of sessions."""

from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from dashcam.cli.groups import DefaultGroup
from dashcam.cli.options import Question, asks
from dashcam.cli.output import Cell, Column, print_json, print_listing, print_notes
from dashcam.queries.answers import Listing
from dashcam.records.errors import BadInput
from dashcam.writing import words
from dashcam.writing.cells import keys_of
from dashcam.writing.safe import safe_text

if TYPE_CHECKING:
    from dashcam.ingest.prometheus.questions import RangeWords
    from dashcam.ingest.prometheus.rows import PrometheusFound, PrometheusSession, PrometheusTotals

_TAKEN = {"source", "range_words", "limit", "form", "scan", "tz"}
"""The options of a listing that mean something to a server that knows sums of sessions, and nothing else of them."""


@click.group(cls=DefaultGroup, default="test")
def prometheus() -> None:
    """Look after the Prometheus server that the settings name under [prometheus]."""


@prometheus.command()
@asks(filters=False, scan=False, formats=("table", "json"))
def test(question: Question) -> None:
    """Ask the server what it is and what it holds: its version, the metrics of agents, the sessions of 24 hours."""
    import asyncio

    from dashcam.ingest.prometheus.trial import trial

    found = asyncio.run(trial(question.setup.settings.prometheus))
    if question.form == "json":
        print_json(found)
        return
    for name, told in _lines(found):
        click.echo(f"{name:<10}{safe_text(told)}")
    print_notes(found.notes)


def _lines(found: "PrometheusFound") -> list[tuple[str, str]]:
    version = f"Prometheus {found.version}" if found.version else "it does not tell its version"
    samples = {
        True: "look like deltas",
        False: "look like running totals",
        None: "are too few to tell deltas from totals",
    }
    return [
        ("Server", f"{found.url}, {version}, answered in {found.milliseconds} ms"),
        ("Metrics", ", ".join(found.metrics)),
        ("Sessions", f"{words.count(found.sessions)} in the last 24 hours"),
        ("Samples", samples[found.looks_delta] + ("; taken as deltas" if found.delta else "")),
    ]


def print_sessions(question: Question) -> None:
    """Print the sessions of a range as Prometheus knows them. Raises BadInput, PrometheusError and BadSettings."""
    import asyncio

    from dashcam.ingest.prometheus.rows import PrometheusSession
    from dashcam.ingest.prometheus.sessions import sessions

    found = asyncio.run(sessions(question.setup.settings.prometheus, _window()))
    rows = found.rows[: question.limit]
    notes = found.notes
    if len(rows) < len(found.rows):
        shown = f"{len(rows):,} of {len(found.rows):,} sessions are shown"
        notes = [f"{shown}: --limit 0 shows all. Totals are of all.", *notes]
    print_listing(
        Listing(rows=rows, totals=found.totals, notes=notes),
        _columns(found.totals, question),
        question.form,
        keys=keys_of(PrometheusSession),
        empty="No session cost anything in this range, as far as Prometheus knows.",
    )
    if not rows and question.form == "table":
        print_notes(notes)


def _window() -> "RangeWords":
    """Read the range as it was written, and refuse what Prometheus cannot select by. Raises BadInput."""
    from dashcam.ingest.prometheus.questions import RANGES, USUAL

    context = click.get_current_context()
    given = {name for name in context.params if context.get_parameter_source(name) is ParameterSource.COMMANDLINE}
    if strange := sorted(given - _TAKEN):
        named = {option.name: option.opts[0] for option in context.command.params}
        listed = ", ".join(named[name] for name in strange)
        raise BadInput(f"Prometheus knows nothing that {listed} could select or sort by", "Use --range and --limit.")
    said = context.params.get("range_words") or USUAL
    known = next((one for one in RANGES if one == said), None)
    if known is None:
        raise BadInput(f"Prometheus is not asked for the range '{said}'", f"Choose one of {', '.join(RANGES)}.")
    return known


def _columns(totals: "PrometheusTotals", question: Question) -> tuple["Column[PrometheusSession]", ...]:
    from dashcam.cli.session_table import sign
    from dashcam.ingest.prometheus.rows import PrometheusSession

    currency = question.setup.currency

    def money(dollars: float) -> str:
        return words.money(words.nano(dollars), currency)

    def counted(title: str, name: str, priority: int) -> Column[PrometheusSession]:
        return Column(
            title=title,
            show=lambda row: words.tokens(getattr(row, name)),
            right=True,
            priority=priority,
            total=words.tokens(getattr(totals, name)),
        )

    return (
        Column(title="", show=lambda row: sign(row.agent)),
        Column(title="Session", show=lambda row: row.session_id, narrowest=8, wanted=36, total=_some(totals)),
        Column(title="Model", show=_models, priority=2, narrowest=12),
        Column(
            title="Active",
            show=lambda row: words.seconds(row.active_seconds),
            right=True,
            priority=3,
            total=words.seconds(totals.active_seconds),
        ),
        counted("Input", "input_tokens", 5),
        counted("Output", "output_tokens", 5),
        counted("Cache read", "cache_read_tokens", 6),
        counted("Cache write", "cache_write_tokens", 6),
        counted("Tokens", "total_tokens", 1),
        Column(
            title=f"Cost {currency.code}",
            show=lambda row: money(row.cost_usd),
            right=True,
            total=money(totals.cost_usd),
        ),
    )


def _some(totals: "PrometheusTotals") -> Cell:
    return Cell(words.some(totals.sessions, "session"))


def _models(row: "PrometheusSession") -> str:
    more = len(row.models) - 1
    return f"{row.model} +{more}" if more > 0 else row.model or words.UNKNOWN
