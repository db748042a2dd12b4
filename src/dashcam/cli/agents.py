"""`dashcam agents`: the agents that dashcam knows, where it looked, what it found, what each of them can tell."""

import click
import msgspec

from dashcam.cli.options import Question, asks
from dashcam.cli.output import Cell, Column, console, print_listing, print_notes, print_table
from dashcam.queries.agents import TELLS, AgentAnswer, agent_listing
from dashcam.queries.answers import Listing
from dashcam.writing import words
from dashcam.writing.cells import keys_of

SAYS = {"yes": "yes", "partial": "partly", "no": "no"}
STYLES = {"yes": "green", "partial": "yellow", "no": "dim"}


class _Place(msgspec.Struct, frozen=True, kw_only=True):
    agent: AgentAnswer
    path: str
    why: str
    found: str


@click.command()
@asks(filters=False)
def agents(question: Question) -> None:
    """List the agents that dashcam knows: what was found of each, where, and what each can tell."""
    setup = question.setup
    with question.store() as store:
        listing = agent_listing(
            store.database,
            setup.agents,
            setup.environment,
            setup.settings,
            machine=setup.machine,
            zone=question.at.zone,
        )
    if question.form != "table":
        print_listing(listing, [*_found(listing), *_tells()], question.form, keys=keys_of(AgentAnswer))
        return
    print_table(listing.rows, _found(listing))
    _heading("What they can tell")
    print_table(listing.rows, [_name(), *_tells()])
    _heading("Where was looked")
    print_table([place for row in listing.rows for place in _places(row)], _where())
    print_notes(listing.notes)


def _heading(title: str) -> None:
    console().print(f"\n{title}\n")


def _name() -> Column[AgentAnswer]:
    def show(row: AgentAnswer) -> Cell:
        name = row.title if row.agent_name == f"{row.agent}-default" else f"{row.title}, {row.agent_name}"
        return Cell(f"{row.sign} {name}", "", ((0, len(row.sign), row.color),))

    return Column(title="Agent", show=show, narrowest=12)


def _found(listing: Listing[AgentAnswer]) -> list[Column[AgentAnswer]]:
    totals = listing.totals
    return [
        _name(),
        Column(
            title="Sessions",
            show=lambda row: words.count(row.sessions),
            right=True,
            total=words.count(totals["sessions"]),
        ),
        Column(title="Subagents", show=lambda row: words.count(row.subagents), right=True, priority=3),
        Column(
            title="Calls",
            show=lambda row: words.count(row.calls),
            right=True,
            priority=2,
            total=words.count(totals["calls"]),
        ),
        Column(title="Files", show=lambda row: words.count(row.files), right=True, total=words.count(totals["files"])),
        Column(
            title="Gone",
            show=lambda row: words.count(row.vanished_files),
            right=True,
            priority=4,
            total=words.count(totals["vanished_files"]),
        ),
        Column(title="Size", show=lambda row: words.size(row.bytes), right=True, total=words.size(totals["bytes"])),
        Column(title="Last seen", show=lambda row: words.time(row.last_at) if row.last_at else "never", priority=2),
        Column(title="Name", show=lambda row: row.agent_name, priority=5),
    ]


def _tells() -> list[Column[AgentAnswer]]:
    def shown(tell: str, priority: int) -> Column[AgentAnswer]:
        return Column(
            title=tell.capitalize(),
            show=lambda row: Cell(SAYS[row.tells[tell]], STYLES[row.tells[tell]]),
            priority=priority,
        )

    return [shown(tell, priority) for priority, tell in enumerate(TELLS, 1)]


def _places(row: AgentAnswer) -> list[_Place]:
    return [
        _Place(
            agent=row,
            path=root.path,
            why=root.why,
            found=words.some(root.files, "file") if root.exists else "not there",
        )
        for root in row.roots
    ]


def _where() -> list[Column[_Place]]:
    return [
        Column(title="Agent", show=lambda place: place.agent.title, priority=2),
        Column(title="Directory", show=lambda place: place.path, narrowest=20),
        Column(title="Named by", show=lambda place: place.why, priority=3),
        Column(title="Found", show=lambda place: Cell(place.found, "" if place.found != "not there" else "dim")),
    ]
