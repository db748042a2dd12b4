"""What a launch came to, by our own record: what the agent streamed and what it left are read, as a scan reads them.

What a stranger would get wrong: a session that was resumed cost something before. Here is what came since the launch.
"""

from typing import Literal

import msgspec

from dashcam.agents.launching import LaunchState, Standing
from dashcam.cli.scanning import scan_with_bar, tell_troubles
from dashcam.cli.setup import Setup
from dashcam.ingest.launch.places import Place
from dashcam.ingest.plan import Plan
from dashcam.queries.moment import Moment
from dashcam.records.clock import SECOND, Range
from dashcam.records.filters import Filter
from dashcam.records.money import dollars
from dashcam.records.rows import Sums
from dashcam.store.sessions import totals
from dashcam.writing import words


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """The last line about a launch."""

    kind: Literal["closing"] = "closing"
    launch_id: str
    session_id: str
    agent: str
    state: LaunchState
    error: str
    cost_usd: float | None
    """Ours; the agent's own where ours is unknown."""
    cost_is_partial: bool
    cost_is_reported: bool
    """Whether it is the agent's own."""
    tokens: int | None
    duration_seconds: float | None
    turns: int | None


def closing(setup: Setup, place: Place, standing: Standing, at: Moment) -> Closing:
    """Read what a launch left, and add it up."""
    with setup.store() as store:
        scanner = setup.scanner()
        done = scan_with_bar(setup, store, _only(scanner.plan(store), place, standing))
        tell_troubles(done.read.troubles)
        asked = Filter(
            agents=(standing.order.agent,),
            sessions=(standing.session_id,),
            range=Range(since=standing.order.created),
        )
        sums = totals(store.database, asked, quiet_since=at.quiet_since).sums
    return _closing(place, standing, sums)


def _only(plan: Plan, place: Place, standing: Standing) -> Plan:
    """Of all that could be read, what this launch wrote; the rest can wait for the next scan."""
    names = (place.id, standing.session_id or place.id)
    tasks = [task for task in plan.tasks if any(name in task.candidate.path for name in names)]
    return Plan(tasks=tasks, files=len(tasks), whole=False)


def _closing(place: Place, standing: Standing, sums: Sums) -> Closing:
    is_ours = sums.calls > sums.unpriced_calls or standing.cost_nano is None
    cost = sums.cost_nano if is_ours and sums.calls else None if is_ours else standing.cost_nano
    begun = standing.started or standing.order.created
    return Closing(
        launch_id=place.id,
        session_id=standing.session_id,
        agent=standing.order.agent,
        state=standing.state,
        error=standing.error,
        cost_usd=dollars(cost),
        cost_is_partial=is_ours and bool(sums.unpriced_calls or sums.inexact_calls),
        cost_is_reported=not is_ours,
        tokens=sums.total if sums.calls else standing.tokens,
        duration_seconds=(standing.ended - begun) / SECOND if standing.ended else None,
        turns=standing.turns,
    )


def closing_line(found: Closing, setup: Setup) -> str:
    """Say it in one line: `completed · $0.0123 · 12,345 tokens · 3m 05s · 4 turns · session 5e55…`."""
    cost = words.money(words.nano(found.cost_usd), setup.currency, at_least=found.cost_is_partial)
    if found.cost_is_reported:
        cost += " (as the agent says)"
    parts = [
        found.state,
        cost if found.cost_usd is not None else f"cost {cost}",
        f"{words.tokens(found.tokens)} tokens" if found.tokens is not None else f"tokens {words.UNKNOWN}",
        words.seconds(found.duration_seconds),
        *([words.some(found.turns, "turn")] if found.turns is not None else []),
        f"session {found.session_id}",
    ]
    return " · ".join(parts)
