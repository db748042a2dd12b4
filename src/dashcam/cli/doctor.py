"""`dashcam doctor`: why a number is zero or too small, what could not be read, and what to do about it.

What a stranger would get wrong: it must work where nothing else does, so broken settings and a broken database are
findings here, not errors.
"""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from dashcam.cli.output import FORMATS, Cell, Column, console, print_listing
from dashcam.cli.setup import Setup, read_setup
from dashcam.queries.answers import Listing
from dashcam.queries.health import LEVELS, Asked, Finding, health
from dashcam.records.errors import DashcamError
from dashcam.writing.cells import keys_of
from dashcam.writing.safe import safe_text

if TYPE_CHECKING:
    from rich.text import Text

    from dashcam.store.store import Store

MARKS = {"broken": ("✗", "bold red"), "warning": ("!", "yellow"), "note": ("·", "cyan"), "ok": ("✓", "green")}


@click.command()
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="table", show_default=True, help="How to print it."
)
@click.option("--scan/--no-scan", default=True, help="Read first what is new on this machine (the default), or not.")
def doctor(form: str, *, scan: bool) -> None:
    """Look for what makes numbers zero or too small, and say what to do about it.

    Leaves with 1 only if something is broken.
    """
    listing = _examine(scan=scan)
    if form == "table":
        for finding in listing.rows:
            _print(finding)
        console().print(f"\n{_summary(listing)}", style="bold")
    else:
        print_listing(listing, _columns(), form, keys=keys_of(Finding))
    if listing.totals["broken"]:
        sys.exit(1)


def _examine(*, scan: bool) -> Listing[Finding]:
    try:
        setup = read_setup()
        _ = setup.currency, setup.make_prices({}), setup.moment()
    except DashcamError as error:
        return _broken([_finding("settings", error)])
    there = setup.settings_path.exists()
    settings = Finding(
        topic="settings",
        level="ok",
        what=str(setup.settings_path) if there else f"none; they would be in {setup.settings_path}",
    )
    before = [settings]
    try:
        with setup.store() as store:
            troubles = _scan(setup, store) if scan else []
            asked = Asked(
                agents=setup.agents,
                environment=setup.environment,
                settings=setup.settings,
                machine=setup.machine,
                troubles=troubles,
            )
            return health(store.database, asked, before=before)
    except DashcamError as error:
        return _broken([_finding("database", error), *before])


def _scan(setup: Setup, store: "Store") -> Sequence[tuple[str, str]]:
    from dashcam.cli.scanning import scan_with_bar

    done = scan_with_bar(setup, store, setup.scanner().plan(store))
    return done.read.troubles


def _finding(topic: str, error: DashcamError) -> Finding:
    return Finding(topic=topic, level="broken", what=error.message, next=error.hint)


def _broken(found: list[Finding]) -> Listing[Finding]:
    totals = {level: sum(finding.level == level for finding in found) for level in LEVELS}
    return Listing(rows=found, totals=totals, notes=[])


def _print(finding: Finding) -> None:
    from rich.text import Text

    mark, style = MARKS[finding.level]
    _print_hanging(mark, style, Text.assemble((finding.topic, "bold"), ": ", safe_text(finding.what)))
    for example in finding.examples:
        _print_hanging(" ", "", Text(safe_text(example), style="dim"))
    if finding.next:
        _print_hanging("→", "", Text(safe_text(finding.next)))


def _print_hanging(mark: str, style: str, said: "Text") -> None:
    """Print words behind a mark; what does not fit on the line goes on below the words."""
    from rich.text import Text

    paper = console()
    for number, line in enumerate(said.wrap(paper, max(paper.width - 2, 20), overflow="fold")):
        line.rstrip()
        paper.print(Text.assemble((" " if number else mark, style), " ", line), soft_wrap=True)


def _summary(listing: Listing[Finding]) -> str:
    counts = listing.totals
    if counts["broken"]:
        return "dashcam cannot do its work until this is mended."
    if counts["warning"]:
        return "dashcam works; what is marked with ! makes numbers too small, or leaves something out."
    return "Nothing is wrong."


def _columns() -> list[Column[Finding]]:
    return [
        Column(title="Level", show=lambda row: Cell(row.level, MARKS[row.level][1])),
        Column(title="Topic", show=lambda row: row.topic),
        Column(title="What", show=lambda row: row.what),
        Column(title="Examples", show=lambda row: "; ".join(row.examples)),
        Column(title="Next", show=lambda row: row.next),
    ]
