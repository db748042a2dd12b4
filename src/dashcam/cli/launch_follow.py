"""Following a launch to its end: shown line by line; Ctrl-C interrupts once, stops twice, and leaves it the third time.

What a stranger would get wrong: the launch is a process of its own. It goes on if this one is closed or killed.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic

import click

from dashcam.agents.launching import Standing
from dashcam.cli.launch_answers import Answers
from dashcam.cli.launch_screen import Screen
from dashcam.cli.setup import Setup
from dashcam.ingest.launch import start
from dashcam.ingest.launch.places import is_alive
from dashcam.ingest.launch.standing import Watched, close_dead
from dashcam.records.errors import NotFound

STEP_SECONDS = 0.03
ALIVE_SECONDS = 1.0
LEAVES = 3
"""The press of Ctrl-C that no longer waits for the end."""


def follow(setup: Setup, watched: Watched, screen: Screen, answers: Answers) -> Standing:
    """Show a launch until it is over. Raises KeyboardInterrupt where a person no longer wants to wait."""
    looked = monotonic()
    with _presses() as presses:
        heard = 0
        while True:
            for one in watched.fresh():
                screen.show(one)
                answers.hear(one)
            standing = watched.following.standing
            if standing is not None and standing.ended is not None:
                return standing
            if heard < len(presses):
                heard += 1
                _press(watched, heard)
            if monotonic() - looked > ALIVE_SECONDS:
                looked = monotonic()
                if not is_alive(watched.place):
                    close_dead(setup.home, setup.agents)
            answers.wait(STEP_SECONDS)


@contextmanager
def _presses() -> Iterator[list[int]]:
    """Collect the presses of Ctrl-C, rather than be torn out of a line that is half shown."""
    presses: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: presses.append(number))
    try:
        yield presses
    finally:
        signal.signal(signal.SIGINT, before)


def _press(watched: Watched, number: int) -> None:
    if number >= LEAVES:
        raise KeyboardInterrupt
    standing, launching = watched.following.standing, watched.following.launching
    can_wait = standing is not None and standing.state != "queued" and "interrupt" in launching.can
    with suppress(NotFound):  # It ended meanwhile.
        if number == 1 and can_wait:
            click.echo("\ninterrupting; Ctrl-C again stops it", err=True)
            start.say(watched.place, do="interrupt")
        else:
            click.echo("\nstopping; Ctrl-C again leaves it to itself", err=True)
            start.say(watched.place, do="stop")
