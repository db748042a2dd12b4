"""`dashcam statusline`: printing the line is `cli/quick/status_line.py`; here is its help, and how it is installed."""

import click

from dashcam.agents.hookups import HOOKUPS
from dashcam.cli.foreign_file import change
from dashcam.cli.groups import DefaultGroup
from dashcam.cli.hooks import place_of, scoped
from dashcam.cli.ourselves import program
from dashcam.cli.quick.status_line import run
from dashcam.cli.setup import read_setup


@click.group(cls=DefaultGroup, default="show")
def statusline() -> None:
    """Show cost, context and limits under an agent's prompt. `dashcam statusline` alone prints the line."""


@statusline.command()
@click.option("--wrap", default="", metavar="CMD", help="Your own status line command: its lines come first.")
def show(wrap: str) -> None:
    """Print the line for what the agent writes to standard input, and keep what it tells."""
    run(["--wrap", wrap])


@statusline.command()
@scoped
def install(*, agent: str, user: bool, dry_run: bool, yes: bool) -> None:
    """Make it the agent's status line. A status line that is there is wrapped, not replaced."""
    hookup = HOOKUPS[agent]
    path = place_of(read_setup(), hookup, user=user)
    change(path, lambda text: hookup.with_status_line(text, program()), dry_run=dry_run, yes=yes)


@statusline.command()
@scoped
def uninstall(*, agent: str, user: bool, dry_run: bool, yes: bool) -> None:
    """Take it away again; what it was wrapped around is as it was."""
    hookup = HOOKUPS[agent]
    path = place_of(read_setup(), hookup, user=user)
    change(path, hookup.without_status_line, dry_run=dry_run, yes=yes)
