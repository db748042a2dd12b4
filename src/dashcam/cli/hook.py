"""`dashcam hook` as help, completion and the docs see it; run by an agent, it never comes this far (`cli/entry.py`)."""

import click

from dashcam.agents.quick import HOOK_AGENT
from dashcam.cli.quick.hook import run


@click.command()
@click.option("--agent", default=HOOK_AGENT, show_default=True, metavar="AGENT", help="Whose hook this is.")
def hook(agent: str) -> None:
    """Keep the payload on standard input in the inbox; an agent's hook runs this.

    It prints nothing, needs no server, and always leaves with 0, so that no agent is held or stopped by it.
    """
    run(["--agent", agent])
