"""How tools were used, how often they failed and how long they took: by tool, or by session.

What a stranger would get wrong: a percentile of all is not made of the percentiles of its parts. So calls are gathered
by how long they took, to about 1%, and every percentile is read from all the calls that it is of.
"""

from collections.abc import Iterable, Mapping
from math import ceil

import msgspec
from msgspec import UNSET, UnsetType

from dashcam.queries.answers import Listing
from dashcam.queries.moment import Moment
from dashcam.records.clock import SECOND
from dashcam.records.errors import BadInput
from dashcam.records.filters import Filter
from dashcam.store import tools as stored
from dashcam.store.database import Database, Row

NAMELESS = "(unknown tool)"
HALF, MOST = 0.5, 0.95


class ToolUse(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How some tool calls went. What no source tells is null."""

    tool: str | UnsetType = UNSET
    session_id: str | UnsetType = UNSET
    """Whose calls they are; those of its subagents are among them."""
    agent: str | UnsetType = UNSET
    title: str | UnsetType = UNSET
    project: str | UnsetType = UNSET
    calls: int
    failures: int | None
    failure_rate: float | None
    """Failures as a part of the calls of which it is known how they went, from 0 to 1."""
    timed: int
    """Calls of which it is known how long they took, the time that a person took to permit them included."""
    p50_seconds: float | None
    """Half of the timed calls took no longer; to about 1%."""
    p95_seconds: float | None


class ToolListing(Listing[ToolUse], frozen=True, kw_only=True):
    """Tools or sessions, those with the most calls first."""

    rows: list[ToolUse]
    totals: ToolUse
    """Of all, also of those that the limit left out."""
    left_out: int
    """How many rows the limit left out."""


class _Calls(msgspec.Struct, kw_only=True):
    """Calls as they are gathered."""

    calls: int = 0
    answered: int = 0
    failures: int = 0
    took: dict[int, int] = {}

    def add(self, kind: str, ok: int | None, took: int | None, count: int) -> None:
        """Take in some events of one kind. A call of which only its end is told is a call too."""
        self.calls += 0 if kind == "tool_result" else count
        if kind == "tool_call":
            return
        self.answered += 0 if ok is None else count
        self.failures += count if ok == 0 else 0
        if took is not None:
            self.took[took] = self.took.get(took, 0) + count

    def join(self, other: "_Calls") -> None:
        """Take in other calls."""
        self.calls += other.calls
        self.answered += other.answered
        self.failures += other.failures
        for took, count in other.took.items():
            self.took[took] = self.took.get(took, 0) + count


def tools(database: Database, asked: Filter, by: str, at: Moment, *, limit: int = 50) -> ToolListing:
    """Count the tool calls of a range, by `tool` or by `session`. Raises BadInput."""
    if by not in stored.GROUPS:
        raise BadInput(f"tools cannot be counted by '{by[:40]}'", f"Choose one of {', '.join(stored.GROUPS)}.")
    with database.reading():
        found = _gathered(stored.counted(database, asked, by, quiet_since=at.quiet_since))
        order = sorted(found, key=lambda keys: (-found[keys].calls, keys))
        known = stored.titles(database, [keys[0] for keys in order[:limit]]) if by == "session" else {}
    total = _Calls()
    for one in found.values():
        total.join(one)
    return ToolListing(
        rows=[_use(found[keys], **_names(keys, known)) for keys in order[:limit]],
        totals=_use(total),
        notes=_notes(total),
        left_out=max(len(order) - limit, 0),
    )


def _gathered(rows: Iterable[Row]) -> dict[tuple[str, ...], _Calls]:
    found: dict[tuple[str, ...], _Calls] = {}
    for kind, *told, ok, took, count in rows:
        is_pushed_tool = len(told) == 1 and kind in {"telemetry", "hook"}
        keys = (told[0].partition(":")[2],) if is_pushed_tool else tuple(told)
        found.setdefault(keys, _Calls()).add(kind, ok, took, count)
    # The answer of a call that another session made, or that stands before the range, makes no row of its own.
    return {keys: calls for keys, calls in found.items() if calls.calls}


def _names(keys: tuple[str, ...], known: Mapping[tuple[str, str], tuple[str, str]]) -> dict[str, str]:
    if len(keys) == 1:
        return {"tool": keys[0] or NAMELESS}
    session_id, agent = keys
    title, project = known.get((session_id, agent), ("", ""))
    return {"session_id": session_id, "agent": agent, "title": title, "project": project}


def _use(calls: _Calls, **names: str) -> ToolUse:
    return ToolUse(
        **names,
        calls=calls.calls,
        failures=calls.failures if calls.answered else None,
        failure_rate=calls.failures / calls.answered if calls.answered else None,
        timed=sum(calls.took.values()),
        p50_seconds=percentile(calls.took, HALF),
        p95_seconds=percentile(calls.took, MOST),
    )


def percentile(took: Mapping[int, int], part: float) -> float | None:
    """Give the shortest time, in seconds, that a part of the calls did not exceed; None where none is timed.

    `took` says how many calls took so many microseconds.
    """
    wanted = ceil(sum(took.values()) * part)
    for microseconds in sorted(took):
        wanted -= took[microseconds]
        if wanted <= 0:
            return microseconds / SECOND
    return None


def _notes(total: _Calls) -> list[str]:
    untimed = total.calls - sum(total.took.values())
    if untimed <= 0 or not total.calls:
        return []
    which = "1 of these calls" if untimed == 1 else f"{untimed:,} of these calls"
    return [f"Of {which} it is not known how long it took: it still runs, or its agent does not say."]
