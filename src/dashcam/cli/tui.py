"""`dashcam tui`: sessions, detail, replay and usage in the terminal."""

import os
import sys
from concurrent.futures import wait
from contextlib import closing

import click

from dashcam.cli.setup import read_setup
from dashcam.records.errors import BadInput

SIZE_VARIABLES = ("COLUMNS", "LINES")
"""Where a shell exports them, Textual takes them for the size of the window, however that is resized."""
SWITCH_SECONDS = 0.001
LONGEST_WAIT_SECONDS = 0.15
"""For the first answer, so that the first screen has it; a slow database answers on an empty one."""


@click.command()
@click.option("--watch/--no-watch", default=True, help="Read what agents write while it runs (the default), or not.")
def tui(*, watch: bool) -> None:
    """Look at sessions in the terminal. Press ? for the keys, q to quit."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise BadInput("this needs a terminal", "`dashcam sessions` and its relatives can be piped.")
    from dashcam.tui.asking import Chosen, Sorting, page_of
    from dashcam.tui.data import Data

    for name in SIZE_VARIABLES:
        os.environ.pop(name, None)
    # A key is answered by one thread while others read: it is not to wait long for its turn.
    sys.setswitchinterval(SWITCH_SECONDS)
    setup = read_setup()
    with closing(Data(setup)) as data:
        begun = data.begin(setup.store, page_of(Chosen(), Sorting()))
        # The import takes longer than the question, so it goes on beside it.
        from dashcam.tui.app import Dashcam

        begun.opened.result()
        wait([begun.answer], timeout=LONGEST_WAIT_SECONDS)
        program = Dashcam(data, begun, watch=watch)
        program.run()
    if program.return_code:
        raise SystemExit(program.return_code)
