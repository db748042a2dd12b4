"""What the lines of a session add up to, beside the total that the agent itself wrote; the difference is unattributed.

What a stranger would get wrong: an agent's total covers the subagents, and it holds calls that leave no line (titles,
compaction), so a difference above zero is usual; one below zero means that dashcam counts more than the agent does.
"""

from collections.abc import Mapping, Sequence

import msgspec

from dashcam.queries.answers import Listing
from dashcam.queries.moment import Moment
from dashcam.records.filters import Filter
from dashcam.records.money import dollars
from dashcam.records.rows import SessionRow, Sums
from dashcam.store import reported, sessions
from dashcam.store.database import Database
from dashcam.store.reported import AgentTotal
from dashcam.store.sessions import Page


class Numbers(msgspec.Struct, frozen=True, kw_only=True):
    """What either side says. `cost_nano` is None where it is unknown."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    web_searches: int = 0
    cost_nano: int | None = 0

    def __add__(self, other: "Numbers") -> "Numbers":
        return self._with(other, 1)

    def __sub__(self, other: "Numbers") -> "Numbers":
        return self._with(other, -1)

    def _with(self, other: "Numbers", sign: int) -> "Numbers":
        counts = {name: getattr(self, name) + sign * getattr(other, name) for name in _COUNTS}
        known = self.cost_nano is not None and other.cost_nano is not None
        return Numbers(**counts, cost_nano=(self.cost_nano or 0) + sign * (other.cost_nano or 0) if known else None)


_COUNTS = Numbers.__struct_fields__[:-1]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A session whose agent wrote a total: both sides' cost, and what no line accounts for."""

    session_id: str
    agent: str
    project: str
    title: str
    started_at: int | None
    calls: int
    cost_usd: float | None
    reported_cost_usd: float | None
    unattributed_usd: float | None
    unattributed_input_tokens: int
    unattributed_output_tokens: int
    unattributed_cache_read_tokens: int
    unattributed_cache_write_tokens: int
    unattributed_web_searches: int


def of_sums(sums: Sums) -> Numbers:
    """Take the side of the lines."""
    return Numbers(
        input=sums.input,
        output=sums.output,
        cache_read=sums.cache_read,
        cache_write=sums.cache_write_5m + sums.cache_write_1h,
        web_searches=sums.web_searches,
        cost_nano=None if sums.unpriced_calls else sums.cost_nano,
    )


def of_total(total: AgentTotal) -> Numbers:
    """Take the side of the agent."""
    return Numbers(
        input=total.input,
        output=total.output,
        cache_read=total.cache_read,
        cache_write=total.cache_write_5m + total.cache_write_1h,
        web_searches=total.web_searches,
        cost_nano=total.cost_nano,
    )


def differences(database: Database, asked: Filter, at: Moment, *, limit: int | None = None) -> Listing[Difference]:
    """List the sessions whose agent wrote a total, the largest difference in cost first."""
    rows = sessions.listing(database, Filter(), Page(), quiet_since=at.quiet_since)[0]
    chosen = {row.row for row in sessions.listing(database, asked, Page(), quiet_since=at.quiet_since)[0]}
    together = _together(rows)
    totals = reported.last_totals(database)
    births = reported.births_of_forks(database)
    by_id = {row.session_id: row for row in rows}
    found = []
    for row in rows:
        if row.row in chosen and row.row in totals:
            own = _own(database, row, totals[row.row], births, by_id)
            found.append((row, together[row.session_id], own))
    found.sort(key=lambda one: (-abs((sum_of(one[2]) - of_sums(one[1])).cost_nano or 0), one[0].session_id))
    both = [(of_sums(sums), sum_of(own)) for _, sums, own in found]
    both = [(lines, own) for lines, own in both if lines.cost_nano is not None and own.cost_nano is not None]
    lines = sum((one for one, _ in both), Numbers())
    agents = sum((other for _, other in both), Numbers())
    out_of = sum(row.row in chosen and row.relation != "subagent" for row in rows)
    return Listing(
        rows=[_difference(*one) for one in found[:limit]],
        totals={
            "sessions": len(found),
            "cost_usd": dollars(lines.cost_nano),
            "reported_cost_usd": dollars(agents.cost_nano),
            "unattributed_usd": dollars((agents - lines).cost_nano),
        },
        notes=_notes_of_many(len(found), out_of, len(found) - len(both)),
    )


def _notes_of_many(compared: int, out_of: int, unknown: int) -> list[str]:
    notes = [
        f"{compared:,} of {out_of:,} sessions have a total that the agent wrote itself; the others cannot be compared."
    ]
    if unknown:
        notes.append(f"{unknown:,} of them hold calls without a price: the totals leave them out.")
    return notes


def _together(rows: Sequence[SessionRow]) -> dict[str, Sums]:
    """Add each session's subagents, of all depths, to it."""
    parents = {row.session_id: row.parent for row in rows if row.relation == "subagent"}
    sums = {row.session_id: row.sums for row in rows}
    for row in rows:
        above, seen = parents.get(row.session_id), {row.session_id}
        while above in sums and above not in seen:
            sums[above] = sums[above] + row.sums
            seen.add(above)
            above = parents.get(above)
    return sums


def _own(
    database: Database,
    row: SessionRow,
    totals: Sequence[AgentTotal],
    births: Mapping[int, int],
    by_id: Mapping[str, SessionRow],
) -> dict[str, Numbers]:
    """The agent's own numbers by model; a fork's without what its parent had spent when it began."""
    own: dict[str, Numbers] = {}
    for total in totals:
        own[plain(total.model)] = own.get(plain(total.model), Numbers()) + of_total(total)
    parent = by_id.get(row.parent)
    if parent and row.row in births:
        for total in reported.last_total(database, parent.row, until=births[row.row]):
            if plain(total.model) in own:
                own[plain(total.model)] = own[plain(total.model)] - of_total(total)
    return own


def plain(model: str) -> str:
    """Leave out a mark such as `[1m]`, which an agent's total has and its lines have not."""
    return model.partition("[")[0]


def sum_of(numbers: Mapping[str, Numbers]) -> Numbers:
    """Add up the numbers of several models."""
    return sum(numbers.values(), Numbers())


def _difference(row: SessionRow, sums: Sums, own: Mapping[str, Numbers]) -> Difference:
    lines, said = of_sums(sums), sum_of(own)
    rest = said - lines
    return Difference(
        session_id=row.session_id,
        agent=row.agent,
        project=row.project,
        title=row.title,
        started_at=row.started_at,
        calls=sums.calls,
        cost_usd=dollars(lines.cost_nano),
        reported_cost_usd=dollars(said.cost_nano),
        unattributed_usd=dollars(rest.cost_nano),
        unattributed_input_tokens=rest.input,
        unattributed_output_tokens=rest.output,
        unattributed_cache_read_tokens=rest.cache_read,
        unattributed_cache_write_tokens=rest.cache_write,
        unattributed_web_searches=rest.web_searches,
    )
