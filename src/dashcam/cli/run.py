"""`dashcam run`: launch an agent with a prompt, show what it does, and say what it came to.

What a stranger would get wrong: the agent does not run in here. It runs in a process of its own, which records every
line; this only looks on, and may come back with `--attach`.
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from dashcam.cli.groups import FAILED, INTERRUPTED
from dashcam.cli.options import Question, asks
from dashcam.records.errors import BadInput
from dashcam.records.paths import in_full
from dashcam.writing.safe import safe_json, safe_text

if TYPE_CHECKING:
    from dashcam.agents.launching import Order
    from dashcam.cli.launch_answers import Answers
    from dashcam.ingest.launch.standing import Watched

EXIT_CODES = {"completed": 0, "failed": FAILED, "stopped": INTERRUPTED}


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for on the command line."""

    prompt: str
    agent: str
    directory: str
    resume: str
    fork: str
    options: dict[str, Any]


@click.command()
@click.argument("prompt", required=False)
@click.option("--agent", default="", metavar="TYPE", help="Type of agent; the first that can be launched unless told.")
@click.option("--directory", "-C", default="", metavar="DIR", help="Where it works; here unless told.")
@click.option("--model", default="", metavar="NAME", help="The model, as the agent names it.")
@click.option("--permission-mode", default="", metavar="MODE", help="How the agent asks for permission.")
@click.option("--allowed-tools", multiple=True, metavar="TOOL", help="Needs no permission; may be repeated.")
@click.option("--max-turns", type=int, metavar="N", help="How many turns it may take.")
@click.option("--max-cost", type=float, metavar="DOLLARS", help="What it may cost, as the agent itself counts.")
@click.option("--program", "--claude", default="", metavar="PATH", help="The agent's program; the one on the PATH.")
@click.option("--resume", default="", metavar="ID", help="Go on with a session, in its directory unless told.")
@click.option("--fork", default="", metavar="ID", help="Go on from a session, in one of its own.")
@click.option("--attach", default="", metavar="ID", help="Look at a launch that goes on, by its id or its session's.")
@click.option("--detach", is_flag=True, help="Print the ids and leave; whoever looks on answers its requests.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for everything that happens.")
@asks(filters=False, formless=True)
def run(question: Question, prompt: str | None, *, attach: str, detach: bool, as_json: bool, **said: Any) -> int:
    """Launch an agent with PROMPT and show what it does; `-` reads the prompt from standard input.

    Everything is recorded as it happens. Ctrl-C interrupts the agent, and stops it the second time. Exit code: 0
    completed, 1 failed, 130 stopped or interrupted, 2 wrong usage.
    """
    if attach:
        _refuse_beside_attach(prompt, said, detach=detach)
        return _attach(question, attach, as_json=as_json)
    if not prompt:
        raise click.UsageError("Say what the agent is to do: dashcam run PROMPT")
    wish = Wish(
        prompt=_read_prompt() if prompt == "-" else prompt,
        **{name: said.pop(name) for name in ("agent", "directory", "resume", "fork")},
        options={**said, "allowed_tools": tuple(said["allowed_tools"])},
    )
    order, watched = _launched(question, wish)
    if detach:
        _print_ids(order, as_json=as_json)
        return 0
    return _follow(question, watched, partial(_answers, watched), as_json=as_json)


def _refuse_beside_attach(prompt: str | None, said: dict[str, Any], *, detach: bool) -> None:
    if prompt or detach or any(said.values()):
        raise click.UsageError("--attach looks at what goes on already: it takes no prompt, and of the options --json.")


def _read_prompt() -> str:
    if sys.stdin.isatty():
        click.echo("dashcam: reading the prompt from standard input, up to Ctrl-D", err=True)
    return sys.stdin.read()


def _attach(question: Question, ident: str, *, as_json: bool) -> int:
    from dashcam.cli.launches import find
    from dashcam.ingest.launch.standing import Watched

    found = find(question.setup, ident)
    # A fresh look shows all from the first line.
    watched = Watched(found.place, question.setup.agents[found.place.agent])
    return _follow(question, watched, partial(_looker, watched), as_json=as_json)


def _launched(question: Question, wish: Wish) -> "tuple[Order, Watched]":
    """Check what is wished for and start it. Raises what `start` raises."""
    from dashcam.ingest.launch import start
    from dashcam.ingest.launch.standing import Watched, close_dead

    setup = question.setup
    said = {"prompt": wish.prompt, **wish.options, **_place(question, wish)}
    launching = start.launchable(setup.agents, said["agent"])
    order = start.checked(start.new_order(**said), launching, setup.variables.get("PATH", ""))
    setup.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    close_dead(setup.home, setup.agents)
    place = start.start(setup.home, order, launching, setup.variables, at_once=setup.settings.launch_at_once)
    return order, Watched(place, setup.agents[order.agent])


def _place(question: Question, wish: Wish) -> dict[str, Any]:
    """Say which agent works where, and with which session it goes on."""
    from dashcam.ingest.launch import start

    setup = question.setup
    here = str(in_full(wish.directory)) if wish.directory else str(Path.cwd())
    agent = wish.agent or start.first_of(setup.agents)
    if not wish.resume and not wish.fork:
        return {"agent": agent, "directory": here}
    if wish.resume and wish.fork:
        raise BadInput("a session is resumed or forked, not both", "Leave one of them away.")
    from dashcam.ingest.launch.resuming import check_resumable
    from dashcam.queries.sessions import one_session

    with question.store() as store:
        row = one_session(store.database, wish.resume or wish.fork, question.at)
    if wish.agent not in {"", row.agent}:
        raise BadInput(f"this session is one of {row.agent}", "Leave --agent away.")
    check_resumable(setup, row, is_fork=bool(wish.fork))
    return {
        "agent": row.agent,
        "directory": here if wish.directory else row.project or here,
        "resume": row.session_id,
        "fork": bool(wish.fork),
    }


def _print_ids(order: "Order", *, as_json: bool) -> None:
    if as_json:
        told = {"kind": "launched", "launch_id": order.id, "session_id": order.session_id, "agent": order.agent}
        click.echo(safe_json(msgspec.json.encode(told).decode()))
        return
    click.echo(f"session {order.session_id or 'not named yet'}\nlaunch {order.id}")


def _answers(watched: "Watched") -> "Answers":
    from dashcam.cli.launch_answers import Denial, Person
    from dashcam.ingest.launch import start

    say = partial(start.say, watched.place)
    return Person(say) if sys.stdin.isatty() else Denial(say)


def _looker(watched: "Watched") -> "Answers":
    from dashcam.cli.launch_answers import Nobody

    return _answers(watched) if sys.stdin.isatty() else Nobody()


def _follow(question: Question, watched: "Watched", answers: "Callable[[], Answers]", *, as_json: bool) -> int:
    from dashcam.cli.launch_closing import closing, closing_line
    from dashcam.cli.launch_follow import follow
    from dashcam.cli.launch_screen import Lines, Talk
    from dashcam.cli.output import console

    standing = follow(question.setup, watched, Lines() if as_json else Talk(), answers())
    found = closing(question.setup, watched.place, standing, question.at)
    if as_json:
        click.echo(safe_json(msgspec.json.encode(found).decode()))
    else:
        if found.error:
            click.echo(f"dashcam: {safe_text(found.error)}", err=True)
        paper = console()
        paper.print(safe_text(closing_line(found, question.setup)), style="bold", soft_wrap=True)
    return EXIT_CODES.get(standing.state, FAILED)
