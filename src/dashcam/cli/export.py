"""`dashcam export`: sessions, usage, calls or events for another program, any number of them."""

import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import click
import msgspec

from dashcam.cli import words
from dashcam.cli.options import Question, asks
from dashcam.cli.output import keys_of
from dashcam.cli.safe import safe_block, safe_json
from dashcam.cli.writers import TEXTS, Sheet, new_file, write_parquet
from dashcam.queries import export as exports
from dashcam.queries import notes
from dashcam.queries.answers import DIMENSION_KEY, SessionAnswer, UsageAnswer
from dashcam.queries.export import CallAnswer, EventAnswer
from dashcam.queries.sessions import session_listing
from dashcam.queries.usage import parse_dimensions, usage_listing
from dashcam.records.filters import SORT_KEYS
from dashcam.store.sessions import Page
from dashcam.store.store import Store

FORMATS = ("csv", "json", "jsonl", "parquet")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is exported, beside the question itself."""

    by: tuple[str, ...]
    with_text: bool


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
    wanted = Wanted(by=by, with_text=with_text)
    with question.store() as store:
        sheet = SHEETS[what](question, store, wanted)
        counted = _Counted(sheet.rows)
        sheet = msgspec.structs.replace(sheet, rows=counted)
        if output is None:
            _print(sheet, question.form)
        else:
            _write(sheet, question.form, output)
            click.echo(f"wrote {words.some(counted.count, 'row')} of {what} to {output}", err=True)


class _Counted:
    """Rows that are counted as they pass."""

    def __init__(self, rows: Iterable[msgspec.Struct]) -> None:
        self.rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[msgspec.Struct]:
        for row in self.rows:
            self.count += 1
            yield row


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


def _sessions(question: Question, store: Store, _wanted: Wanted) -> Sheet:
    def closing() -> dict[str, Any]:
        none = Page(limit=0)
        listing = session_listing(store.database, question.asked, none, question.at, question.basis)
        return {"totals": listing.totals, "notes": listing.notes}

    return Sheet(
        shape=SessionAnswer,
        columns=keys_of(SessionAnswer, *_reported(question)),
        rows=exports.sessions(store.database, question.asked, question.page, question.at, question.basis),
        closing=closing,
    )


def _usage(question: Question, store: Store, wanted: Wanted) -> Sheet:
    dimensions = parse_dimensions(",".join(wanted.by))
    listing = usage_listing(store.database, question.asked, dimensions, question.at, question.basis)
    names = [DIMENSION_KEY.get(name, name) for name in dimensions]
    return Sheet(
        shape=UsageAnswer,
        columns=keys_of(UsageAnswer, *names, *_reported(question)),
        rows=listing.rows[: question.limit],
        closing=lambda: {"totals": listing.totals, "notes": listing.notes},
    )


def _calls(question: Question, store: Store, _wanted: Wanted) -> Sheet:
    def closing() -> dict[str, Any]:
        answer, sums = exports.total(store.database, question.asked, question.at, question.basis)
        return {"totals": answer, "notes": notes.of_sums(sums)}

    rows = exports.calls(store.database, question.asked, question.at, question.basis)
    return Sheet(
        shape=CallAnswer,
        columns=keys_of(CallAnswer, *_reported(question)),
        rows=islice(rows, question.limit),
        closing=closing,
    )


def _events(question: Question, store: Store, wanted: Wanted) -> Sheet:
    found = exports.events(
        store.database, question.setup.agents, question.asked, question.at, with_text=wanted.with_text
    )
    rows = _Counted(islice(found, question.limit))
    words_too = ("text", "tool_input", "tool_call_id") if wanted.with_text else ()
    return Sheet(
        shape=EventAnswer,
        columns=keys_of(EventAnswer, *words_too),
        rows=rows,
        closing=lambda: {"totals": {"events": rows.count}, "notes": []},
    )


def _reported(question: Question) -> tuple[str, ...]:
    return ("reported_cost_usd",) if question.basis == "both" else ()


SHEETS: dict[str, Callable[[Question, Store, Wanted], Sheet]] = {
    "sessions": _sessions,
    "usage": _usage,
    "calls": _calls,
    "events": _events,
}
