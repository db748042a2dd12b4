"""`dashcam stop`: end launches that go on. What they wrote is kept, and their sessions can be resumed."""

from collections.abc import Sequence
from contextlib import suppress
from time import monotonic, sleep
from typing import TYPE_CHECKING

import click

from dashcam.cli.groups import FAILED
from dashcam.cli.setup import read_setup
from dashcam.records.errors import NotFound

if TYPE_CHECKING:
    from dashcam.ingest.launch.standing import Watched

PATIENCE_SECONDS = 20.0
STEP_SECONDS = 0.05


@click.command()
@click.argument("ident", metavar="ID", required=False)
@click.option("--all", "everything", is_flag=True, help="Every launch that goes on.")
def stop(ident: str | None, *, everything: bool) -> int:
    """Stop a launch that goes on. ID is its id or its session's, or the beginning of one."""
    from dashcam.cli.launches import find, going_on
    from dashcam.ingest.launch import start

    if (ident is None) is not everything:
        raise click.UsageError("Name a launch, or give --all.")
    setup = read_setup()
    found = list(going_on(setup)) if ident is None else [find(setup, ident)]
    for one in found:
        with suppress(NotFound):  # It ended meanwhile.
            start.say(one.place, do="stop")
    left = _wait(found)
    for one in found:
        standing = one.following.standing
        click.echo(f"{standing.state if standing and one not in left else 'still ending'} {one.place.id}")
    if not found:
        click.echo("nothing goes on")
    return FAILED if left else 0


def _wait(found: "Sequence[Watched]") -> "list[Watched]":
    """Wait until they are over; give those that are not."""
    deadline = monotonic() + PATIENCE_SECONDS
    left = list(found)
    while left and monotonic() < deadline:
        for one in left:
            one.fresh()
        left = [one for one in left if one.following.standing is None or one.following.standing.ended is None]
        sleep(STEP_SECONDS)
    return left
