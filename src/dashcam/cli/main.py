"""The program `dashcam`: its table of commands. The modules behind them are imported only when they are called."""

import gc
import sys
from typing import NoReturn

import click

from dashcam import __version__
from dashcam.cli.groups import LazyGroup

COMMANDS = {
    "overview": ("dashcam.cli.overview:overview", "Today at a glance; what `dashcam` alone shows."),
    "serve": ("dashcam.cli.serve:serve", "Start the web app on this machine, and watch."),
    "tui": ("dashcam.cli.tui:tui", "Sessions, detail, replay and usage in the terminal."),
    "run": ("dashcam.cli.run:run", "Launch an agent with a prompt, and record what it does."),
    "stop": ("dashcam.cli.stop:stop", "Stop a session that was launched."),
    "scan": ("dashcam.cli.scan:scan", "Read what agents left on this machine."),
    "sessions": ("dashcam.cli.sessions:sessions", "List sessions, or show one of them."),
    "usage": ("dashcam.cli.usage:usage", "Tokens and cost by day, model, project and more."),
    "search": ("dashcam.cli.search:search", "Find words in everything that was said."),
    "export": ("dashcam.cli.export:export", "Write sessions, usage, calls or events to a file."),
    "prices": ("dashcam.cli.prices:prices", "What models cost, and why a call cost what it did."),
    "agents": ("dashcam.cli.agents:agents", "The agents that dashcam knows, and what was found of them."),
    "prometheus": ("dashcam.cli.prometheus:prometheus", "Look whether the Prometheus server that is set answers."),
    "audit": ("dashcam.cli.audit:audit", "The sources side by side, and the difference."),
    "doctor": ("dashcam.cli.doctor:doctor", "Why is this number zero; what could not be read."),
    "hooks": ("dashcam.cli.hooks:hooks", "Make an agent tell what it does as it does it."),
    "hook": ("dashcam.cli.hook:hook", "Keep what an agent's hook tells; agents run it."),
    "statusline": ("dashcam.cli.statusline:statusline", "Cost, context and limits under an agent's prompt."),
    "otel": ("dashcam.cli.otel:otel", "What to set for agents to send OpenTelemetry."),
    "db": ("dashcam.cli.db:db", "Look after the database."),
    "rebuild": ("dashcam.cli.rebuild:rebuild", "Read everything again from the journal."),
    "restore": ("dashcam.cli.restore:restore", "Write a session's original file back."),
    "completion": ("dashcam.cli.completion:completion", "Print the completion script of a shell."),
}


@click.group(
    cls=LazyGroup,
    places=COMMANDS,
    default="overview",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Every listing takes --format table|json|csv|md. `dashcam COMMAND --help` tells more.",
)
@click.version_option(__version__, prog_name="dashcam", message="%(prog)s %(version)s")
def commands() -> None:
    """A dashcam for coding agents: records, prices and replays every session."""


def main() -> NoReturn:
    """Run the program."""
    # Most of what a command makes lives to its end: looking for garbage as often as usual is a tenth of its time.
    gc.set_threshold(100_000)
    for stream in (sys.stdout, sys.stderr):
        # A terminal without Unicode shows a question mark in place of a sign, rather than nothing at all.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    commands.main(prog_name="dashcam")


if __name__ == "__main__":
    main()
