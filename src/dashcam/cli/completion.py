"""`dashcam completion`: the script by which a shell completes our commands and options."""

import click
from click.shell_completion import get_completion_class

from dashcam.records.errors import NotFound

VARIABLE = "_DASHCAM_COMPLETE"
SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    \b
    bash:  echo 'eval "$(dashcam completion bash)"' >> ~/.bashrc
    zsh:   echo 'eval "$(dashcam completion zsh)"' >> ~/.zshrc
    fish:  dashcam completion fish > ~/.config/fish/completions/dashcam.fish
    """  # noqa: D301  click must see the sign itself, to leave the lines as they are
    kind = get_completion_class(shell)
    if kind is None:
        raise NotFound(f"this click cannot complete for {shell}", f"It knows {', '.join(SHELLS)}.")
    click.echo(kind(context.find_root().command, {}, "dashcam", VARIABLE).source())
