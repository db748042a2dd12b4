"""What a monitoring system may watch: sums of everything on record, and how the reading goes.

What a stranger would get wrong: these are gauges, also tokens and cost. Prices are mended and a rebuild begins from
nothing, and a counter that falls would be taken for one that began anew, and all of it counted twice. And there is no
label of sessions: each value of a label is a series that is kept for weeks.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from dashcam.agents.agent import Agent
from dashcam.queries.answers import model_name
from dashcam.queries.moment import Moment
from dashcam.records.filters import Filter
from dashcam.records.money import dollars
from dashcam.records.rows import Sums
from dashcam.store import gauges as stored
from dashcam.store import holdings, usage
from dashcam.store.database import Database
from dashcam.store.totals import revision_of

MOST_MODELS, MOST_PROJECTS = 50, 20
OTHER = "other"
"""The label of all that is left out."""
NO_PROJECT = "(no project)"
_TYPES: Mapping[str, Callable[[Sums], int]] = {
    "input": lambda sums: sums.input,
    "output": lambda sums: sums.output,
    "cache_read": lambda sums: sums.cache_read,
    "cache_write_5m": lambda sums: sums.cache_write_5m,
    "cache_write_1h": lambda sums: sums.cache_write_1h,
}


class Gauge(msgspec.Struct, frozen=True, kw_only=True):
    """One measure, a number for each combination of labels."""

    name: str
    help: str
    labels: tuple[str, ...] = ()
    rows: Sequence[tuple[tuple[str, ...], float]]


def gauges(database: Database, agents: Mapping[str, Agent], at: Moment) -> list[Gauge]:
    """Measure all that is on record."""
    with database.reading():
        return [
            Gauge(
                name="dashcam_revision",
                help="How many saves the database has seen.",
                rows=[((), revision_of(database))],
            ),
            Gauge(
                name="dashcam_sessions",
                help="Sessions on record by status, without their subagents.",
                labels=("agent", "status"),
                rows=[
                    ((agent, status), count)
                    for agent, status, count in stored.sessions_by_status(database, quiet_since=at.quiet_since)
                ],
            ),
            *_of_models(_grouped(database, ("agent", "model"), at)),
            *_of_projects(_grouped(database, ("project",), at)),
            *_of_sources(database, agents),
        ]


_Grouped = list[tuple[tuple[str, ...], Sums]]


def _grouped(database: Database, groups: Sequence[str], at: Moment) -> _Grouped:
    rows = usage.grouped(database, Filter(), groups, quiet_since=at.quiet_since)
    return [(tuple(map(str, keys)), sums) for keys, sums in rows]


def leading(rows: _Grouped, most: int) -> _Grouped:
    """Keep what cost and used most, and add all else up under OTHER in place of its last label."""
    ranked = sorted(rows, key=lambda row: (-row[1].cost_nano, -row[1].total, row[0]))
    rest: dict[tuple[str, ...], Sums] = {}
    for keys, sums in ranked[most:]:
        named = (*keys[:-1], OTHER)
        rest[named] = rest.get(named, Sums()) + sums
    return [*ranked[:most], *rest.items()]


def _of_models(rows: _Grouped) -> Iterable[Gauge]:
    kept = [((agent, model_name(model)), sums) for (agent, model), sums in leading(rows, MOST_MODELS)]
    labels = ("agent", "model")
    yield Gauge(
        name="dashcam_calls",
        help="Requests to models on record.",
        labels=labels,
        rows=[(keys, sums.calls) for keys, sums in kept],
    )
    yield Gauge(
        name="dashcam_tokens",
        help="Tokens on record; no token is of two types.",
        labels=(*labels, "type"),
        rows=[((*keys, kind), count(sums)) for keys, sums in kept for kind, count in _TYPES.items()],
    )
    yield Gauge(
        name="dashcam_cost_dollars",
        help="Cost on record of the calls that have a price.",
        labels=labels,
        rows=[(keys, dollars(sums.cost_nano) or 0) for keys, sums in kept],
    )
    yield Gauge(
        name="dashcam_unpriced_calls",
        help="Calls on record that no price is known for: while there are any, the cost is a least sum.",
        labels=labels,
        rows=[(keys, sums.unpriced_calls) for keys, sums in kept],
    )


def _of_projects(rows: _Grouped) -> Iterable[Gauge]:
    kept = [((project or NO_PROJECT,), sums) for (project,), sums in leading(rows, MOST_PROJECTS)]
    yield Gauge(
        name="dashcam_project_cost_dollars",
        help="Cost on record by project.",
        labels=("project",),
        rows=[(keys, dollars(sums.cost_nano) or 0) for keys, sums in kept],
    )
    yield Gauge(
        name="dashcam_project_tokens",
        help="Tokens on record by project.",
        labels=("project",),
        rows=[(keys, sums.total) for keys, sums in kept],
    )


def _of_sources(database: Database, agents: Mapping[str, Agent]) -> Iterable[Gauge]:
    groups = holdings.source_groups(database)
    labels = ("agent", "kind")
    yield Gauge(
        name="dashcam_sources",
        help="Files and other streams of lines that were read; those that are gone are kept in the journal.",
        labels=(*labels, "state"),
        rows=[
            ((one.agent, one.kind, state), count)
            for one in groups
            for state, count in (("present", one.files - one.vanished), ("gone", one.vanished))
        ],
    )
    yield Gauge(
        name="dashcam_source_lines",
        help="Lines that were read.",
        labels=labels,
        rows=[((one.agent, one.kind), one.lines) for one in groups],
    )
    yield Gauge(
        name="dashcam_source_bytes",
        help="Bytes that were read.",
        labels=labels,
        rows=[((one.agent, one.kind), one.bytes) for one in groups],
    )
    unread = sum(
        count
        for agent, _, reader, unfinished, count in holdings.readers(database)
        if agent not in agents or unfinished or reader != agents[agent].reader
    )
    yield Gauge(
        name="dashcam_unread_sources",
        help="Sources whose lines are kept, but not yet read by this version.",
        rows=[((), unread)],
    )
    yield Gauge(
        name="dashcam_diagnostics",
        help="Lines and values that could not be read.",
        labels=("agent", "code"),
        rows=[((agent, code), count) for agent, code, count in stored.diagnostics_by_code(database)],
    )
