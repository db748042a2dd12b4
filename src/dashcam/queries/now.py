"""What every session does now: those that run or wait, and for a while those that are over.

What a stranger would get wrong: a session that asks its person for something may be silent for long, and so may one
whose subagents work. Silence ends neither as soon as it ends others.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from dashcam.agents.agent import Agent
from dashcam.agents.lenient import Tally, decode_leniently
from dashcam.queries import doing as doings
from dashcam.queries.answers import SessionAnswer, UsageAnswer, session_answer, usage_answer
from dashcam.queries.bodies import Bodies
from dashcam.queries.detail import descendants
from dashcam.queries.doing import ErrorKind, Journal, WaitKind
from dashcam.queries.moment import Moment
from dashcam.queries.sessions import OVER
from dashcam.records.clock import ALL_TIME, HOUR, MINUTE, iso
from dashcam.records.event import Body
from dashcam.records.filters import CostBasis, Filter
from dashcam.records.rows import EventRow, SessionRow
from dashcam.store import now as stored
from dashcam.store import sessions as store_sessions
from dashcam.store.database import Database
from dashcam.store.now import Heard
from dashcam.store.sessions import Page

Phase = Literal["waiting", "running", "over"]

MINUTES = 15
OVER_FOR = MINUTES * MINUTE
PATIENCE = HOUR
"""How long a question is taken to be open, though its session is silent."""
AHEAD = 10 * MINUTE
"""How much another machine's clock may be ahead of ours; what is later yet did not happen now."""
TAIL = 500
"""How many of a session's last events are looked at."""


class DoingAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a session is at."""

    tool: str
    """The tool that runs, the one begun last; empty where the model is asked."""
    words: str
    """What the tool was asked, in one line."""
    since: str
    others: int
    """Further tools that run beside it."""


class WaitAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a session waits for from its person."""

    kind: WaitKind
    """`permission` to use a tool, the `answer` to a question, or the next `input`."""
    tool: str
    """The tool that permission is asked for, or that asks; empty where it is not known."""
    words: str
    since: str


class ErrorAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What failed last."""

    kind: ErrorKind
    """A `tool`, a `request` to a model, or what the `agent` itself says."""
    tool: str
    words: str
    at: str


class SubagentAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A subagent that runs."""

    session_id: str
    title: str
    agent_type: str
    doing: DoingAnswer | None


class NowAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One session as it is now. Subagents stand with the session that started them."""

    session: SessionAnswer
    phase: Phase
    """`over` is also who was not heard of for long; unlike its status, a question left open keeps it `waiting`."""
    doing: DoingAnswer | None
    """Null where it waits, is over, or nothing tells."""
    waiting_for: WaitAnswer | None
    last_error: ErrorAnswer | None
    """Within the last hour."""
    minutes: list[int] | None
    """Tokens of all kinds in each of the last minutes, its subagents' included, the present minute last; null where
    the session's source tells of no single calls."""
    tokens_per_minute: float | None
    """What these minutes come to on average."""
    subagents: list[SubagentAnswer]
    """Those that run."""
    together: UsageAnswer
    """What it used so far, its subagents included."""
    has_hooks: bool
    """Whether hooks tell of it: without them nobody hears that it asks for permission."""


class Now(msgspec.Struct, frozen=True, kw_only=True):
    """All that goes on: who waits first, then who runs, then who was over a short while ago."""

    now: str
    """The server's time, which all others are to be compared with."""
    rows: list[NowAnswer]
    waiting: int
    running: int


def now(
    database: Database,
    agents: Mapping[str, Agent],
    asked: Filter,
    at: Moment,
    basis: CostBasis = "calculated",
) -> Now:
    """Say what goes on in the sessions that a filter selects; its range does not matter."""
    with database.reading():
        heard = stored.heard(database, at.now - max(PATIENCE, OVER_FOR, at.running_us), at.now + AHEAD)
        rows = _roots(database, heard, asked, at)
        journal = _journal(database, agents)
        found = [told for row in rows if (told := _told(database, journal, row, at)) is not None]
        minutes = _minutes(database, found, at)
    found.sort(key=_order)
    answers = [_answer(told, minutes, at, basis) for told in found]
    return Now(
        now=at.iso_now,
        rows=answers,
        waiting=sum(one.phase == "waiting" for one in answers),
        running=sum(one.phase == "running" for one in answers),
    )


class _Told(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one session now."""

    row: SessionRow
    below: list[SessionRow]
    phase: Phase
    doing: doings.Running | None
    wait: doings.Wait | None
    failure: doings.Failure | None
    subagents: list[tuple[SessionRow, doings.Running | None]]
    has_hooks: bool


def _roots(database: Database, heard: Sequence[Heard], asked: Filter, at: Moment) -> list[SessionRow]:
    """Find the sessions that are no subagents among those heard of, and those whose subagents were heard of."""
    known = {(one.agent, one.session_id): one for one in heard}
    roots: dict[int, str] = {}
    waiting = list(heard)
    while waiting:
        one = waiting.pop()
        if one.relation != "subagent" or not one.parent:
            roots[one.row] = one.session_id
            continue
        above = [] if (one.agent, one.parent) in known else stored.named(database, [one.parent])
        for parent in above:
            if parent.agent == one.agent:
                known[parent.agent, parent.session_id] = parent
                waiting.append(parent)
    wanted = [name for name in roots.values() if not asked.exact_sessions or name in asked.exact_sessions]
    if not wanted:
        return []
    narrowed = msgspec.structs.replace(asked, range=ALL_TIME, exact_sessions=tuple(dict.fromkeys(wanted)))
    rows = store_sessions.listing(database, narrowed, Page(), quiet_since=at.quiet_since)[0]
    return [row for row in rows if row.row in roots]


def _journal(database: Database, agents: Mapping[str, Agent]) -> Journal:
    bodies = Bodies(database, agents)
    known: dict[tuple[int, int, int], Body] = {}

    def body(event: EventRow) -> Body:
        place = event.source, event.line, event.part
        if place not in known:
            known[place] = bodies.body(event)
        return known[place]

    def line(event: EventRow) -> dict[str, object]:
        raw = bodies.line(event.source, event.line)
        return (decode_leniently(raw, Tally(), event.line) if raw is not None else None) or {}

    return Journal(body=body, line=line)


def _told(database: Database, journal: Journal, row: SessionRow, at: Moment) -> _Told | None:
    """Look at the end of a session; None for one that is over for too long."""
    below = [one for one in descendants(database, row, at) if one.relation == "subagent"]
    events = stored.latest_events(database, row.row, limit=TAIL)
    working = [one for one in below if one.status == "running" and not _is_ahead(one, at)]
    wait = doings.waits_for(events, journal)
    phase = _phase(row, wait, working, at)
    if phase == "over" and (row.ended_at or 0) < at.now - OVER_FOR:
        return None
    subagents = [(one, _doing(stored.latest_events(database, one.row, limit=TAIL), journal, one)) for one in working]
    if phase == "waiting" and wait is None:
        wait = doings.Wait(kind="input", tool="", words="", since=doings.last_spoken(events) or row.ended_at or at.now)
    return _Told(
        row=row,
        below=below,
        phase=phase,
        doing=_doing(events, journal, row) if phase == "running" else None,
        wait=wait if phase == "waiting" else None,
        failure=doings.last_failure(events, journal, at.now),
        subagents=subagents,
        has_hooks=any(event.kind == "hook" and event.name in _OF_HOOKS for event in events),
    )


_OF_HOOKS = frozenset({"SessionStart", "UserPromptSubmit", "Stop", "SessionEnd", "Notification"})
"""Hooks that every session has, whatever tools it uses; a transcript tells of other things as hooks too."""


def _is_ahead(row: SessionRow, at: Moment) -> bool:
    return (row.ended_at or 0) > at.now + AHEAD


def _doing(events: Sequence[EventRow], journal: Journal, row: SessionRow) -> doings.Running | None:
    """Say what a session is at; one whose own turn is over asks no model, though its subagents still work."""
    tool = doings.running_tool(events, journal)
    return tool or (doings.asked_model(events) if row.status == "running" else None)


def _phase(row: SessionRow, wait: doings.Wait | None, working: Sequence[SessionRow], at: Moment) -> Phase:
    """Say how a session stands. Its own word that it is over outweighs a question that it left open."""
    heard_at = row.ended_at or 0
    is_silent = row.status == "completed" and heard_at < at.quiet_since
    is_over = row.status in OVER and not is_silent
    if wait and wait.kind != "input" and not is_over and heard_at >= at.now - PATIENCE:
        return "waiting"
    if working:
        return "running"
    if row.status in OVER:
        return "over"
    return "waiting" if row.status == "waiting" or wait else "running"


def _minutes(database: Database, found: Iterable[_Told], at: Moment) -> dict[int, dict[int, int]]:
    rows = {row.row for told in found for row in (told.row, *told.below)}
    return stored.tokens_by_minute(database, rows, (at.now // MINUTE - MINUTES + 1) * MINUTE, at.now + AHEAD)


_WAITS: dict[str, int] = {"permission": 0, "answer": 1, "input": 2}


def _order(told: _Told) -> tuple[int, int, int, str]:
    """Who waits first, whoever waits longest before; then by what does not change while they run."""
    if told.wait:
        return 0, _WAITS[told.wait.kind], told.wait.since, told.row.session_id
    if told.phase == "running":
        return 1, 0, -(told.row.started_at or 0), told.row.session_id
    return 2, 0, -(told.row.ended_at or 0), told.row.session_id


def _answer(told: _Told, minutes: Mapping[int, Mapping[int, int]], at: Moment, basis: CostBasis) -> NowAnswer:
    row = told.row
    series = _series(told, minutes, at)
    together = row.sums
    for one in told.below:
        together = together + one.sums
    return NowAnswer(
        session=session_answer(row, at.zone, basis),
        phase=told.phase,
        doing=_doing_answer(told.doing, at),
        waiting_for=_wait_answer(told.wait, at) if told.wait else None,
        last_error=_error_answer(told.failure, at) if told.failure else None,
        minutes=series,
        tokens_per_minute=None if series is None else sum(series) / MINUTES,
        subagents=[
            SubagentAnswer(
                session_id=one.session_id,
                title=one.title,
                agent_type=one.agent_type,
                doing=_doing_answer(running, at),
            )
            for one, running in told.subagents
        ],
        together=usage_answer({}, together, basis),
        has_hooks=told.has_hooks,
    )


def _wait_answer(wait: doings.Wait, at: Moment) -> WaitAnswer:
    return WaitAnswer(kind=wait.kind, tool=wait.tool, words=wait.words, since=str(iso(wait.since, at.zone)))


def _error_answer(failure: doings.Failure, at: Moment) -> ErrorAnswer:
    return ErrorAnswer(kind=failure.kind, tool=failure.tool, words=failure.words, at=str(iso(failure.at, at.zone)))


def _doing_answer(running: doings.Running | None, at: Moment) -> DoingAnswer | None:
    if running is None:
        return None
    since = str(iso(running.since, at.zone))
    return DoingAnswer(tool=running.tool, words=running.words, since=since, others=running.others)


def _series(told: _Told, minutes: Mapping[int, Mapping[int, int]], at: Moment) -> list[int] | None:
    if not told.row.sums.calls and told.row.sums.total:
        return None
    last = at.now // MINUTE
    rows = [minutes.get(row.row, {}) for row in (told.row, *told.below)]
    sums = [sum(one.get(minute, 0) for one in rows) for minute in range(last - MINUTES + 1, last + 1)]
    # Another machine's clock may be ahead: what it used belongs to the present minute.
    sums[-1] += sum(tokens for one in rows for minute, tokens in one.items() if minute > last)
    return sums
