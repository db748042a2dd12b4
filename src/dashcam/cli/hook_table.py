"""What `dashcam hooks status` shows of one event, as a table, JSON, CSV or Markdown."""

import shlex
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from dashcam.agents.hookup import Scope
from dashcam.cli.output import Cell, Column, print_listing
from dashcam.queries.answers import Listing
from dashcam.records.clock import iso
from dashcam.writing import words
from dashcam.writing.cells import keys_of

NOT_INSTALLED = "not installed"


class HookAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One event: where it is installed and how, whether that leads here, and when it was last heard of."""

    event: str
    user: str
    project: str
    ways: list[str]
    here: bool | None
    """Whether all that is installed leads to this program and its server; None where nothing is."""
    last_at: str | None

    @classmethod
    def of(
        cls,
        event: str,
        found: Mapping[Scope, Sequence[Mapping[str, Any]]],
        last: int | None,
        ours: tuple[Sequence[str], str],
    ) -> "HookAnswer":
        """Make it of the handlers by scope, the last time in microseconds UTC, our program and our address."""
        every = [one for ones in found.values() for one in ones]
        return cls(
            event=event,
            user=_said(found["user"]),
            project=_said(found["project"]),
            ways=sorted({str(one["type"]) for one in every}),
            here=all(_leads_here(one, *ours) for one in every) if every else None,
            last_at=iso(last, datetime.now().astimezone().tzinfo) if last else None,  # type: ignore[arg-type]
        )


def print_hooks(rows: list[HookAnswer], notes: list[str], form: str) -> None:
    """Print the events."""
    installed = [row for row in rows if row.here is not None]
    totals = {"installed": len(installed), "last_at": max((row.last_at for row in rows if row.last_at), default=None)}
    columns = [
        Column[HookAnswer](title="Event", show=lambda row: row.event),
        Column[HookAnswer](title="User", show=lambda row: _cell(row.user)),
        Column[HookAnswer](title="Project", show=lambda row: _cell(row.project), priority=2),
        Column[HookAnswer](title="Leads here", show=_leads),
        Column[HookAnswer](title="Last heard", show=lambda row: words.time(row.last_at) if row.last_at else "never"),
    ]
    listing = Listing(rows=rows, totals=totals, notes=notes)
    print_listing(listing, columns, form, keys=keys_of(HookAnswer))


def _cell(said: str) -> Cell:
    return Cell(said, "dim" if said == NOT_INSTALLED else "")


def _leads(row: HookAnswer) -> Cell:
    if row.here is None:
        return Cell("")
    return Cell("yes", "green") if row.here else Cell("no: install again", "yellow")


def _said(handlers: Sequence[Mapping[str, Any]]) -> str:
    return (
        ", ".join(
            f"http {one['url'].split('/')[2]}"
            if one["type"] == "http"
            else "command, waited for"
            if not one.get("async")
            else "command"
            for one in handlers
        )
        or NOT_INSTALLED
    )


def _leads_here(handler: Mapping[str, Any], program: Sequence[str], address: str) -> bool:
    if handler["type"] == "http":
        return str(handler["url"]).startswith(f"{address}/")
    return str(handler["command"]).startswith(shlex.join(program) + " ")
