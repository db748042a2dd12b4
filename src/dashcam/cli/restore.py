"""`dashcam restore`: a session's original files, written back from the journal so that its agent can resume it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashcam.cli.options import Question, asks
from dashcam.cli.setup import Setup
from dashcam.ingest import restore as ingest
from dashcam.queries.detail import session_detail
from dashcam.queries.resuming import resume_line
from dashcam.queries.sessions import one_session
from dashcam.records.errors import BadInput, NotFound
from dashcam.records.paths import in_full
from dashcam.records.rows import SessionRow
from dashcam.store import holdings, sources
from dashcam.store.batch import KnownSource
from dashcam.writing import words
from dashcam.writing.safe import safe_text

if TYPE_CHECKING:
    from dashcam.store.store import Store

SHOWN = 20


@click.command()
@click.argument("session", required=False)
@click.option(
    "--to",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write below this directory, not to the files' places.",
)
@click.option("--all-vanished", is_flag=True, help="Every file that is gone, of all sessions of this machine.")
@asks(filters=False, formless=True)
def restore(question: Question, session: str | None, to: Path | None, *, all_vanished: bool) -> None:
    """Write a session's files back from the journal, byte for byte, its subagents' too.

    A file that is there and differs is never touched, and then nothing is written.
    """
    if (session is None) is not all_vanished:
        raise click.UsageError("Name a session, or give --all-vanished.")
    setup = question.setup
    with question.store() as store:
        if session is None:
            _restore(setup, store, _vanished(setup, store), to)
            return
        found = one_session(store.database, session, question.at)
        files = _files(question, store, found)
        _restore(setup, store, files, to)
    _tell_how_to_resume(found, files, to)


def _vanished(setup: Setup, store: "Store") -> list[KnownSource]:
    known = sources.known(store.database, machine=setup.machine)
    gone = [source for source in known if source.current and source.missing]
    if not gone:
        raise NotFound("no file has vanished", "Every file that was read is still there.")
    return gone


def _files(question: Question, store: "Store", session: SessionRow) -> list[KnownSource]:
    """The files of a session and of its subagents; not those that tell of other sessions, too."""
    detail = session_detail(store.database, session, question.at)
    rows = [session.row, *(row.row for row in detail.subagents)]
    found = sources.by_ids(store.database, holdings.sources_of(store.database, rows))
    files = sorted(found.values(), key=lambda source: source.source.path)
    if not files:
        hint = "It is only known by what other files say of it."
        raise NotFound(f"the journal has no file of session {session.session_id}", hint)
    return files


def _restore(setup: Setup, store: "Store", files: Sequence[KnownSource], to: Path | None) -> None:
    elsewhere = sorted({source.source.machine for source in files if source.source.machine != setup.machine})
    if elsewhere and to is None:
        raise BadInput(f"its files stood on another machine, {elsewhere[0]}", "Say where to write them with --to DIR.")
    roots = [root.path for agent in setup.agents.values() for root in agent.roots(setup.environment)]
    roots += [in_full(root.path) for root in setup.settings.roots]
    done = ingest.restore(store.database, ingest.targets(files, roots, to))
    for one in done[:SHOWN]:
        said = f"wrote {words.size(one.bytes)}" if one.written else "is there already"
        click.echo(f"{safe_text(str(one.target))}  ({said})")
    if len(done) > SHOWN:
        click.echo(f"and {len(done) - SHOWN:,} more")
    written = [one for one in done if one.written]
    if written:
        click.echo(f"\nrestored {words.some(len(written), 'file')}, {words.size(sum(one.bytes for one in written))}")
    else:
        click.echo("\nnothing to write: every file is there, and the same")


def _tell_how_to_resume(session: SessionRow, files: Sequence[KnownSource], to: Path | None) -> None:
    line = resume_line(session)
    main = [source for source in files if source.source.kind == "transcript"]
    if not line or not main or to is not None:
        return
    click.echo(f"resume it: {safe_text(line)}")
    if session.project and not Path(session.project).is_dir():
        click.echo(f"(its project {safe_text(session.project)} is not there any more)")
