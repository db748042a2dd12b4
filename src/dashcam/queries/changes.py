"""The files that a session changed, its subagents included.

What a stranger would get wrong: which results changed files is known without their words, so only these are read. But
some agents write the patch into the call and not into its result, and then the call is found by its id.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo

import msgspec

from dashcam.agents.agent import Agent
from dashcam.queries.answers import Listing
from dashcam.queries.bodies import Bodies
from dashcam.queries.detail import descendants
from dashcam.queries.moment import Moment
from dashcam.records.clock import iso
from dashcam.records.event import ChangeKind, FileChange
from dashcam.records.rows import EventRow, SessionRow
from dashcam.store import events
from dashcam.store.database import Database

MOST_READ = 10_000
"""Results that are read for one answer; a session's own come before its subagents'."""
NEAR = 32
"""Calls of a tool before its result among which its own is looked for: more do not run at once."""


class ChangedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file, and what a session did to it."""

    path: str
    """As seen from the project, for a file inside of it; any other as the agent wrote it."""
    kind: ChangeKind
    """What became of it in the end: one that was created and then modified is created."""
    times: int
    lines_added: int | None
    """Null where the agent never says; a notebook's lines are not told."""
    lines_removed: int | None
    first_at: str | None
    last_at: str | None
    session_ids: list[str]
    """Who changed it: the session, its subagents."""


class ChangeTotals(msgspec.Struct, frozen=True, kw_only=True):
    """What the rows add up to."""

    files: int
    times: int
    lines_added: int
    lines_removed: int


class _File(msgspec.Struct, kw_only=True):
    """A file while its changes are added up, in the order of time."""

    path: str
    kind: ChangeKind = ""
    times: int = 0
    added: int | None = None
    removed: int | None = None
    first_at: int = 0
    last_at: int = 0
    sessions: dict[str, None] = {}

    def add(self, change: FileChange, at: int, session: str) -> None:
        """Add one change."""
        self.kind = _became(self.kind, change.kind)
        self.times += 1
        self.added = _sum(self.added, change.lines_added)
        self.removed = _sum(self.removed, change.lines_removed)
        self.first_at = self.first_at or at
        self.last_at = at or self.last_at
        self.sessions[session] = None


class _Result(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a call that changed files, and the calls before it, one of which it answers."""

    event: EventRow
    session: SessionRow
    calls: tuple[EventRow, ...]


class ChangeListing(Listing[ChangedFile], frozen=True, kw_only=True):
    """The files that a session changed, the latest change first."""

    rows: list[ChangedFile]
    totals: ChangeTotals


def changed_files(database: Database, agents: Mapping[str, Agent], session: SessionRow, at: Moment) -> ChangeListing:
    """List the files that a session and its subagents changed, the last changed first."""
    with database.reading():
        subagents = [row for row in descendants(database, session, at) if row.relation == "subagent"]
        results = [one for each in (session, *subagents) for one in _results(database, agents, each)]
        bodies = Bodies(database, agents)
        changes = [(one, _changes(bodies, one)) for one in results[:MOST_READ]]
    files = _added_up(sorted(changes, key=lambda change: change[0].event.at))
    rows = [_answer(file, at.zone) for file in sorted(files, key=lambda file: (-file.last_at, file.path))]
    totals = ChangeTotals(
        files=len(rows),
        times=sum(row.times for row in rows),
        lines_added=sum(row.lines_added or 0 for row in rows),
        lines_removed=sum(row.lines_removed or 0 for row in rows),
    )
    left_out = len(results) - MOST_READ
    notes = [f"The last {left_out:,} changes were not looked at: there are too many."] if left_out > 0 else []
    return ChangeListing(rows=rows, totals=totals, notes=notes)


def _results(database: Database, agents: Mapping[str, Agent], session: SessionRow) -> Iterator[_Result]:
    """Find the results that changed files. What was copied from another session was changed by that one."""
    agent = agents.get(session.agent)
    untold = agent.changing if agent else frozenset()
    calls: dict[str, deque[EventRow]] = defaultdict(lambda: deque(maxlen=NEAR))
    for event in events.of_session(database, session.row, kinds=("tool_call", "tool_result")):
        if event.kind == "tool_call":
            calls[event.name].append(event)
        elif event.counted and (event.lines_added is not None or (event.name in untold and event.ok is not False)):
            yield _Result(event=event, session=session, calls=tuple(calls[event.name]))


def _changes(bodies: Bodies, result: _Result) -> tuple[FileChange, ...]:
    """Read what a result changed, or else what its call meant to."""
    body = bodies.body(result.event)
    if body.changes or not body.call_id:
        return body.changes
    said = (bodies.body(call) for call in reversed(result.calls))
    return next((call.changes for call in said if call.call_id == body.call_id), ())


def _added_up(changes: Sequence[tuple[_Result, tuple[FileChange, ...]]]) -> Iterable[_File]:
    files: dict[str, _File] = {}
    for result, each in changes:
        for change in each:
            path, old_path = (_seen_from(result.session.project, name) for name in (change.path, change.old_path))
            file = files.pop(old_path, None) if old_path else None
            file = file or files.get(path) or _File(path=path)
            file.path = path
            file.add(change, result.event.at, result.session.session_id)
            files[path] = file
    return files.values()


def _seen_from(project: str, path: str) -> str:
    """Shorten a path inside a project; Windows writes other signs between folders."""
    for sign in "/\\":
        if project and path.startswith(project.rstrip(sign) + sign):
            return path[len(project.rstrip(sign)) + 1 :]
    return path.removeprefix("./")


def _became(before: ChangeKind, kind: ChangeKind) -> ChangeKind:
    if before == "created" and kind != "deleted":
        return before
    return kind or before


def _sum(first: int | None, second: int | None) -> int | None:
    return second if first is None else first + (second or 0)


def _answer(file: _File, zone: tzinfo) -> ChangedFile:
    return ChangedFile(
        path=file.path,
        kind=file.kind,
        times=file.times,
        lines_added=file.added,
        lines_removed=file.removed,
        first_at=iso(file.first_at or None, zone),
        last_at=iso(file.last_at or None, zone),
        session_ids=list(file.sessions),
    )
