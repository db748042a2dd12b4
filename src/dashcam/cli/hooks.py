"""`dashcam hooks`: making an agent tell what it does as it does it, by entries in its own settings.

What a stranger would get wrong: what suits depends on the agent's version, and a settings file that an older version
does not understand is passed over as a whole; so the agent's program is asked for its version.
"""

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import which
from typing import Any

import click

from dashcam.agents.hookup import SCOPES, Event, Hookup, Scope, Version
from dashcam.agents.hookups import HOOKUPS
from dashcam.agents.quick import HOOK_AGENT
from dashcam.cli.foreign_file import change, read_text, understood
from dashcam.cli.groups import DefaultGroup
from dashcam.cli.hook_news import last_heard
from dashcam.cli.hook_table import HookAnswer, print_hooks
from dashcam.cli.ourselves import address_of, asks_for_token, program
from dashcam.cli.output import FORMATS, print_notes
from dashcam.cli.setup import Setup, read_setup
from dashcam.records.errors import BadInput
from dashcam.server.standing import standing

ALL = "all"
VERSION_SECONDS = 10

_agent = click.option(
    "--agent", default=HOOK_AGENT, show_default=True, type=click.Choice(list(HOOKUPS)), help="Whose hooks."
)
_scope = click.option(
    "--user/--project", "user", default=True, help="Your own settings (the default), or those of the project here."
)
_dry_run = click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
_yes = click.option("--yes", is_flag=True, help="Do not ask.")


def scoped(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of what it may write, and where."""
    return _agent(_scope(_dry_run(_yes(command))))


@click.group(cls=DefaultGroup, default="status")
def hooks() -> None:
    """Make an agent tell what it does as it does it. `dashcam hooks` alone says what is installed."""


@hooks.command()
@scoped
@click.option(
    "--events",
    multiple=True,
    default=(ALL,),
    show_default=True,
    metavar="EVENT",
    help="Which events; may be repeated, or several behind commas.",
)
@click.option(
    "--http/--command",
    "http",
    default=True,
    help="Send them to the server where an event allows it (the default), or let each be kept by a command,"
    " which needs no server.",
)
@click.option("--port", type=click.IntRange(1, 65_535), help="Port of the server; that of the running one unless told.")
@click.option("--for-version", metavar="VERSION", default="", help="Version of the agent, where it cannot be asked.")
def install(  # noqa: PLR0913  one argument an option
    *,
    agent: str,
    user: bool,
    dry_run: bool,
    yes: bool,
    events: tuple[str, ...],
    http: bool,
    port: int | None,
    for_version: str,
) -> None:
    """Put dashcam's hooks into the agent's settings, beside what is there.

    What would change is shown and asked about first, and the file as it was is kept beside it.
    """
    setup, hookup = read_setup(), HOOKUPS[agent]
    version = _version(setup, hookup, for_version)
    chosen = _chosen(hookup, events, version)
    address, token = address_of(setup, port), asks_for_token(setup)
    ways = {event.name: event.ways[0] if http else event.ways[-1] for event in chosen}
    wanted = {event.name: hookup.handler(event, ways[event.name], program(), address, token) for event in chosen}
    path = place_of(setup, hookup, user=user)
    done = change(path, lambda text: hookup.with_hooks(text, wanted), dry_run=dry_run, yes=yes)
    notes = _notes(hookup, version, chosen, all_of_them=ALL in _words(events))
    if "http" in ways.values():
        notes += _http_notes(setup, address, token=token)
    if done:
        notes += hookup.hindrances(read_text(path))
    print_notes(notes)


@hooks.command()
@scoped
def uninstall(*, agent: str, user: bool, dry_run: bool, yes: bool) -> None:
    """Take dashcam's hooks out of the agent's settings again, and nothing else."""
    setup, hookup = read_setup(), HOOKUPS[agent]
    change(place_of(setup, hookup, user=user), hookup.without_hooks, dry_run=dry_run, yes=yes)


@hooks.command()
@_agent
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="table", show_default=True, help="How to print it."
)
def status(agent: str, form: str) -> None:
    """Show which events are installed where, whether they reach this program, and when each was last heard of."""
    setup, hookup = read_setup(), HOOKUPS[agent]
    texts = {scope: place_of(setup, hookup, user=scope == "user") for scope in SCOPES}
    found: dict[Scope, dict[str, list[dict[str, Any]]]] = {
        scope: understood(path, hookup.installed) for scope, path in texts.items()
    }
    heard = last_heard(setup.home, agent)
    ours, address = program(), address_of(setup, None)
    names = dict.fromkeys([event.name for event in hookup.events] + [*heard])
    rows = [
        HookAnswer.of(name, {scope: found[scope].get(name, []) for scope in SCOPES}, heard.get(name), (ours, address))
        for name in names
    ]
    notes = [f"{scope}: {path}" for scope, path in texts.items()]
    notes += [note for path in texts.values() for note in understood(path, hookup.hindrances)]
    if any("http" in row.ways for row in rows) and standing(setup.home) is None:
        notes.append("No server runs now: what http hooks tell is lost until `dashcam serve` does.")
    print_hooks(rows, notes, form)


def place_of(setup: Setup, hookup: Hookup, *, user: bool) -> Path:
    """Name the agent's settings: the person's, or those of the project in the directory that we are in."""
    return hookup.place("user" if user else "project", setup.environment, Path.cwd())


def _words(events: Sequence[str]) -> list[str]:
    return [word.strip() for words in events for word in words.split(",") if word.strip()]


def _chosen(hookup: Hookup, events: Sequence[str], version: Version | None) -> list[Event]:
    """Find the events that were asked for. Raises BadInput."""
    possible = {event.name: event for event in hookup.events_for(version)}
    known = {event.name: event for event in hookup.events}
    asked = dict.fromkeys(_words(events))
    if ALL in asked:
        del asked[ALL]
        asked = dict.fromkeys([*(name for name, event in possible.items() if event.wanted), *asked])
    for name in asked:
        if name not in known:
            raise BadInput(f"'{name}' is no event of {hookup.title}'s hooks", f"It knows: {', '.join(known)}.")
        if not known[name].ways:
            raise BadInput(f"a hook on {name} would take the place of what {hookup.title} does itself", "Leave it out.")
        if name not in possible:
            raise BadInput(f"{hookup.title} {_dotted(version)} may not know {name}", "Leave it out, or update it.")
    if not asked:
        raise BadInput("no event was named", f"Name some, or {ALL}.")
    return [possible[name] for name in asked]


def _version(setup: Setup, hookup: Hookup, told: str) -> Version | None:
    """Find the agent's version: as told, else as its program says; None if neither. Raises BadInput."""
    if told:
        version = hookup.version_in(told)
        if version is None:
            raise BadInput(f"'{told}' is no version", "Write it as 2.1.329.")
        return version
    place = which(hookup.program, path=setup.variables.get("PATH"))
    if place is None:
        return None
    try:
        said = subprocess.run(
            [place, "--version"], capture_output=True, text=True, errors="replace", timeout=VERSION_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return hookup.version_in(said.stdout)


def _notes(hookup: Hookup, version: Version | None, chosen: Sequence[Event], *, all_of_them: bool) -> list[str]:
    notes = []
    if version is None:
        notes.append(
            f"{hookup.title}'s version is not known. One before {_dotted(hookup.tolerant)} does not understand these"
            " settings: say `--for-version` then."
        )
    elif version < hookup.tolerant:
        notes.append(
            f"{hookup.title} {_dotted(version)} knows fewer events: after an update to {_dotted(hookup.tolerant)} or"
            " newer, run this again."
        )
    left_out = [event.name for event in hookup.events if not event.wanted and event not in chosen]
    if all_of_them and left_out:
        notes.append(f"Left out, see docs/hooks.md: {', '.join(left_out)}.")
    return notes


def _http_notes(setup: Setup, address: str, *, token: bool) -> list[str]:
    notes = []
    if standing(setup.home) is None:
        notes.append(
            f"No server runs now. What http hooks tell is lost while none listens on {address}; `--command` needs none."
        )
    if token:
        notes.append("The server asks for a token: start the agent with DASHCAM_TOKEN in its environment.")
    return notes


def _dotted(version: Version | None) -> str:
    return ".".join(map(str, version or ()))
