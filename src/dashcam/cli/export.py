"""`dashcam export`: sessions, usage, calls or events for another program, any number of them."""

import sys
from collections.abc import Callable
from pathlib import Path

import click
import msgspec

from dashcam.cli.options import Question, asks
from dashcam.queries.usage import parse_dimensions
from dashcam.records.filters import SORT_KEYS
from dashcam.writing import words
from dashcam.writing.exports import SHEETS, Wanted
from dashcam.writing.safe import safe_block, safe_json
from dashcam.writing.sheets import TEXTS, Counted, Sheet, new_file, write_parquet

FORMATS = ("csv", "json", "jsonl", "parquet")


@click.command()
@click.argument("what", type=click.Choice(("sessions", "usage", "calls", "events")))
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; standard output unless told.",
)
@click.option(
    "--by",
    multiple=True,
    default=("day",),
    show_default=True,
    metavar="DIMENSIONS",
    help="For usage: one or two dimensions, such as day,model.",
)
@click.option("--with-text", is_flag=True, help="For events: what was said, too.")
@asks(sort=SORT_KEYS, limit=True, cost=True, formats=FORMATS)
def export(question: Question, what: str, output: Path | None, by: tuple[str, ...], *, with_text: bool) -> None:
    """Write sessions, usage, calls or events as CSV, JSON, JSON lines or Parquet.

    Rows are written as they are read, so any number of them can be exported. Filters apply to all four.
    """
    if question.form == "parquet" and output is None:
        raise click.UsageError("Parquet is no text for a terminal or a pipe: name a file with -o FILE.")
    dimensions = parse_dimensions(",".join(by)) if what == "usage" else ()
    with question.store() as store:
        wanted = Wanted(
            database=store.database,
            agents=question.setup.agents,
            asked=question.asked,
            page=question.page,
            at=question.at,
            basis=question.basis,
            dimensions=dimensions,
            with_text=with_text,
        )
        sheet = SHEETS[what](wanted)
        counted = Counted(sheet.rows)
        sheet = msgspec.structs.replace(sheet, rows=counted)
        if output is None:
            _print(sheet, question.form)
        else:
            _write(sheet, question.form, output)
            click.echo(f"wrote {words.some(counted.count, 'row')} of {what} to {output}", err=True)


def _print(sheet: Sheet, form: str) -> None:
    """Write to standard output; a terminal must not obey what a transcript says."""
    harmless: Callable[[str], str] = str
    if sys.stdout.isatty():
        harmless = safe_block if form == "csv" else safe_json
    for piece in TEXTS[form](sheet):
        sys.stdout.write(harmless(piece))


def _write(sheet: Sheet, form: str, output: Path) -> None:
    with new_file(output) as file:
        if form == "parquet":
            write_parquet(sheet, file)
            return
        for piece in TEXTS[form](sheet):
            file.write(piece.encode())
