"""`dashcam scan`: read what agents left on this machine, and say what that was."""

from time import monotonic

import click
import msgspec

from dashcam.cli.options import Question, asks
from dashcam.cli.output import Column, print_listing
from dashcam.cli.scanning import scan_with_bar, summary, tell_troubles
from dashcam.queries.answers import Listing
from dashcam.records.paths import in_full


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """One directory in which an agent may leave its files."""

    agent: str
    path: str
    why: str
    """What named it: an environment variable, `settings` or `default`."""
    exists: bool


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """What a scan did."""

    files: int
    files_with_news: int
    bytes_read: int
    lines_read: int
    files_read_again: int
    files_moved: int
    files_gone: int
    troubles: int
    seconds: float


COLUMNS: tuple[Column[Looked], ...] = (
    Column(title="Agent", show=lambda row: row.agent),
    Column(title="Directory", show=lambda row: row.path, narrowest=20, keep_end=True),
    Column(title="Found", show=lambda row: "yes" if row.exists else "no"),
    Column(title="Named by", show=lambda row: row.why, priority=2),
)


@click.command()
@click.option("--full", is_flag=True, help="Look into every file, also into those that look unchanged.")
@asks(filters=False, scan=False)
def scan(question: Question, *, full: bool) -> None:
    """Read what agents left on this machine.

    Commands that read do this by themselves, incrementally; `scan` is for the first time, and for a clock.
    """
    started = monotonic()
    with question.setup.store() as store:
        plan = question.setup.scanner().plan(store, full=full)
        done = scan_with_bar(question.setup, store, plan)
    took = monotonic() - started
    tell_troubles(done.read.troubles)
    if question.form == "table":
        click.echo(summary(done, took))
        return
    totals = Totals(
        files=done.files,
        files_with_news=done.read.files,
        bytes_read=done.read.bytes,
        lines_read=done.read.lines,
        files_read_again=done.reread,
        files_moved=done.moved,
        files_gone=done.missing,
        troubles=len(done.read.troubles),
        seconds=round(took, 3),
    )
    notes = [f"could not read {path}: {why}" for path, why in done.read.troubles]
    print_listing(Listing(rows=looked(question), totals=totals, notes=notes), COLUMNS, question.form)


def looked(question: Question) -> list[Looked]:
    """List where agents' files were looked for."""
    setup = question.setup
    roots = [
        Looked(agent=agent.name, path=str(root.path), why=root.why, exists=root.path.is_dir())
        for agent in setup.agents.values()
        for root in agent.roots(setup.environment)
    ]
    extra = [
        Looked(agent=one.agent, path=one.path, why="settings", exists=in_full(one.path).is_dir())
        for one in setup.settings.roots
    ]
    return roots + extra
