"""`dashcam tui`: sessions, detail, replay and usage in the terminal."""

import sys

import click

from dashcam.cli.setup import read_setup
from dashcam.records.errors import BadInput


@click.command()
@click.option("--watch/--no-watch", default=True, help="Read what agents write while it runs (the default), or not.")
def tui(*, watch: bool) -> None:
    """Look at sessions in the terminal. Press ? for the keys, q to quit."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise BadInput("this needs a terminal", "`dashcam sessions` and its relatives can be piped.")
    from dashcam.tui.app import Dashcam

    setup = read_setup()
    with setup.store():
        pass
    Dashcam(setup, watch=watch).run()
