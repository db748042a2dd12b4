"""`dashcam db`: looking after the database: its state, upgrading, proving, compacting and copying it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from dashcam.cli.groups import DefaultGroup
from dashcam.cli.output import FORMATS, Column, print_listing
from dashcam.cli.setup import read_setup
from dashcam.queries.answers import Listing
from dashcam.records.errors import NotFound
from dashcam.records.paths import in_full
from dashcam.store import holdings, migrations
from dashcam.store.store import SQLITE, connect, without_password
from dashcam.store.verify import Fault, journal_bytes
from dashcam.store.verify import verify as faults_of
from dashcam.writing import words
from dashcam.writing.cells import keys_of
from dashcam.writing.safe import safe_text

if TYPE_CHECKING:
    from dashcam.store.database import Database

_form = click.option(
    "--format", "form", type=click.Choice(FORMATS), default="table", show_default=True, help="How to print it."
)


class TableAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows a table of the database has."""

    table: str
    rows: int


@click.group(cls=DefaultGroup, default="status")
def db() -> None:
    """Look after the database. `dashcam db` alone shows its state."""


@contextmanager
def _database() -> "Iterator[tuple[Database, str]]":
    """Connect to the database as it is, and name it without a password. Raises NotFound and DatabaseError."""
    url = read_setup().database_url
    if url.startswith(SQLITE) and not Path(url.removeprefix(SQLITE)).exists():
        raise NotFound(f"there is no database at {url.removeprefix(SQLITE)} yet", "`dashcam scan` makes it.")
    database = connect(url)
    try:
        yield database, without_password(url)
    finally:
        database.close()


@db.command()
@_form
def status(form: str) -> None:
    """Show where the database is, its version, its size and what it holds."""
    with _database() as (database, name):
        version = migrations.version(database)
        held = holdings.sizes(database) if version == migrations.NEWEST else None
        size = held.database if held else database.size()
    behind = migrations.NEWEST - version
    notes = (
        [f"It is {words.some(behind, 'version')} behind: `dashcam db upgrade` brings it up to date."]
        if behind > 0
        else []
    )
    rows = [TableAnswer(table=table, rows=count) for table, count in held.rows.items()] if held else []
    totals = {
        "database": name,
        "version": version,
        "newest_version": migrations.NEWEST,
        "bytes": size,
        "journal_bytes": held.journal if held else None,
        "transcript_bytes": held.raw if held else None,
    }
    if form == "table":
        click.echo(f"{safe_text(name)}\nversion {version}, {words.size(size)}")
        if held and held.raw:
            share = words.share(size, held.raw)
            click.echo(
                f"journal {words.size(held.journal)}; the database takes {share} of the {words.size(held.raw)} of lines"
            )
        click.echo()
    columns: list[Column[TableAnswer]] = [
        Column(title="Table", show=lambda row: row.table),
        Column(title="Rows", show=lambda row: words.count(row.rows), right=True),
    ]
    print_listing(Listing(rows=rows, totals=totals, notes=notes), columns, form, keys=keys_of(TableAnswer))


@db.command()
def upgrade() -> None:
    """Bring the tables up to date. Every other command does so by itself, too."""
    setup = read_setup()
    database = None
    if setup.database_url.startswith(SQLITE):
        setup.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = connect(setup.database_url)
    try:
        steps = migrations.upgrade(database)
    finally:
        database.close()
    done = f"upgraded by {words.some(steps, 'step')} to version" if steps else "up to date: version"
    click.echo(f"{done} {migrations.NEWEST}")


@db.command()
@_form
def verify(form: str) -> None:
    """Prove that the database is sound: its files, every frame of the journal, every total against a recount."""
    from dashcam.cli.scanning import bar_of

    with _database() as (database, _), bar_of(_bytes_of(database)) as tick:
        found = list(faults_of(database, _told(tick)))
    notes = []
    if any(fault.in_journal for fault in found):
        notes.append("The journal itself is hurt: put a copy made by `dashcam db backup` in its place.")
    elif found:
        notes.append("The journal is sound: `dashcam rebuild` mends all of this.")
    if form == "table":
        for fault in found:
            click.echo(safe_text(f"{fault.where}: {fault.why}"))
        click.echo("".join(notes) or "Sound: every frame unpacks, every line is there, every total equals its recount.")
    else:
        totals = {"faults": len(found), "in_journal": sum(fault.in_journal for fault in found)}
        columns: list[Column[Fault]] = [
            Column(title="Where", show=lambda row: row.where),
            Column(title="What", show=lambda row: row.why),
        ]
        listing = Listing(rows=found, totals=totals, notes=notes)
        print_listing(listing, columns, form, keys=keys_of(Fault, "in_journal"))
    if found:
        sys.exit(1)


def _bytes_of(database: "Database") -> int:
    return journal_bytes(database) if migrations.version(database) else 0


def _told(tick: Callable[[int, int], None]) -> Callable[[int], None]:
    return lambda size: tick(size, 0)


@db.command()
def compact() -> None:
    """Give back the room of what was deleted. Nothing else can write meanwhile."""
    with _database() as (database, _):
        before = database.size()
        database.compact()
        after = database.size()
    click.echo(f"{words.size(before)} before, {words.size(after)} now")


@db.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write a whole, consistent copy to a new FILE, while others may go on reading and writing."""
    copy = in_full(file)
    with _database() as (database, _):
        database.backup(copy)
    size = words.size(copy.stat().st_size)
    click.echo(f"wrote {file} ({size}); put it in the database's place to go back to it")
