"""Scanning as a person sees it: silent, or with a line or a bar on standard error, never among the results."""

import sys
from contextlib import AbstractContextManager, nullcontext
from time import monotonic
from typing import TYPE_CHECKING

import click

from dashcam.cli.setup import Setup
from dashcam.writing import words
from dashcam.writing.safe import safe_text

if TYPE_CHECKING:
    from dashcam.ingest.plan import Plan
    from dashcam.ingest.recorder import Tick
    from dashcam.ingest.scan import Scanned
    from dashcam.store.store import Store

LONG_SECONDS = 1.0
BAR_FROM_BYTES = 4 << 20
TROUBLES_SHOWN = 3


def scan_first(setup: Setup, store: "Store") -> None:
    """Read what is new before a question is answered; say so only if it took long or something could not be read."""
    started = monotonic()
    scanner = setup.scanner()
    plan = scanner.plan(store)
    if plan.tasks or plan.missing or plan.unread:
        done = scan_with_bar(setup, store, plan)
        took = monotonic() - started
        if took >= LONG_SECONDS:
            click.echo(f"{summary(done, took)} (--no-scan answers without it)", err=True)
        tell_troubles(done.read.troubles)
    else:
        tell_troubles([(trouble.path, trouble.why) for trouble in plan.troubles])


def scan_with_bar(setup: Setup, store: "Store", plan: "Plan") -> "Scanned":
    """Do what a plan says, with a bar on a terminal if there is much to read."""
    total = sum(task.bytes_to_read for task in plan.tasks)
    reread = sum(source.bookmark.offset for source in plan.unread)
    with bar_of(total + reread) as tick:
        return setup.scanner().scan(store, plan, tick=tick)


def bar_of(total: int) -> "AbstractContextManager[Tick]":
    """Make what is told of the progress in bytes and files: a bar, where it is worth one.

    No thread draws it: processes may be forked meanwhile.
    """
    if total < BAR_FROM_BYTES or not sys.stderr.isatty():
        return nullcontext(_untold)
    from dashcam.cli.progress import bar

    return bar(total)


def _untold(_bytes: int, _files: int) -> None:
    """Keep the progress to ourselves."""


def summary(done: "Scanned", took: float) -> str:
    """Say what a scan did: `scanned 2,590 files in 2.1 s, 14 with news (1.2 MiB)`."""
    said = f"scanned {words.some(done.files, 'file')} in {took:.1f} s"
    if done.read.files:
        said += f", {done.read.files:,} with news ({words.size(done.read.bytes)})"
    for number, what in ((done.reread, "read again"), (done.moved, "moved"), (done.missing, "gone, and kept")):
        if number:
            said += f", {number:,} {what}"
    return said


def tell_troubles(troubles: list[tuple[str, str]]) -> None:
    """Name some of the files that could not be read, and say how many more there are."""
    for path, why in troubles[:TROUBLES_SHOWN]:
        click.echo(f"could not read {safe_text(path)}: {safe_text(why)}", err=True)
    if len(troubles) > TROUBLES_SHOWN:
        click.echo(f"and {len(troubles) - TROUBLES_SHOWN:,} more: `dashcam doctor` lists them", err=True)
