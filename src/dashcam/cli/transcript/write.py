"""Writing a session's transcript to standard output or to a file of one's own."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from dashcam.agents.faces import face_of
from dashcam.cli.options import Question
from dashcam.queries.answers import session_answer
from dashcam.queries.entries import EntryAnswer, entry_answer
from dashcam.queries.transcript import CONVERSATION, transcript
from dashcam.records.errors import DashcamError
from dashcam.records.event import EVENT_KINDS
from dashcam.records.rows import SessionRow
from dashcam.store.database import Database
from dashcam.writing.transcript.files import FILES
from dashcam.writing.transcript.page import Page

FILE_MODE = 0o600


def write_transcript(
    database: Database, found: SessionRow, question: Question, *, output: str | None, everything: bool
) -> None:
    """Write a session's conversation; `everything` adds what stands beside it. Raises DashcamError."""
    page = Page(
        session=session_answer(found, question.at.zone),
        agent=found.agent_name,
        sign=face_of(found.agent).sign,
        currency=question.setup.currency,
    )
    kinds = EVENT_KINDS if everything else CONVERSATION
    entries = (
        entry_answer(entry, question.at.zone)
        for entry in transcript(database, question.setup.agents, found.row, kinds=kinds)
    )
    if output in {None, "-"}:
        for piece in _pieces(question.form, page, entries, colored=_is_colored()):
            click.echo(piece, nl=False, color=True)
        return
    _write_file(Path(str(output)), _pieces(question.form, page, entries, colored=False))


def _pieces(form: str, page: Page, entries: Iterator[EntryAnswer], *, colored: bool) -> Iterator[str]:
    if form in FILES:
        return FILES[form](page, entries)
    from dashcam.cli.transcript import as_text

    return as_text.pieces(page, entries, colored=colored)


def _is_colored() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _write_file(path: Path, pieces: Iterator[str]) -> None:
    """Write for our eyes only, beside and renamed at the end: a file that is there is a whole one."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace", newline="\n") as file:
            file.writelines(pieces)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise DashcamError(f"cannot write {path}: {error.strerror}", "Choose another place by --output.") from error
