"""Keeping what was read: journal, records, totals and bookmark in one transaction.

A save first moves the source's bookmark. If another process has moved it already, the news is stale and nothing of it
is kept; so two scanners at once never count a line twice.
"""

from collections.abc import Callable, Iterable

import msgspec

from dashcam.records.call import ModelCall, Priced
from dashcam.records.rate import Rate
from dashcam.records.session import SessionFacts
from dashcam.store import billing, contest, journal, rates, sources, totals, words
from dashcam.store.batch import Advance, Batch, Saved
from dashcam.store.database import Database, Row, Value, upsert
from dashcam.store.settle import LAST

Reprice = Callable[[ModelCall, Rate | None], Priced]
"""Prices a call anew whose counts grew when two accounts of it met."""

CALL = (
    "key", "variant", "source", "session", "at", "line", "model", "provider", "rank", "sidechain", "input", "output",
    "cache_read", "cache_write_5m", "cache_write_1h", "reasoning", "web_searches", "speed", "geo", "tier",
    "duration_us", "tools", "exact", "estimated_output", "model_inferred", "reported_nano", "cost_nano",
    "estimate_nano", "rate", "counted", "purpose",
)  # fmt: skip
EVENT = (
    "source", "line", "part", "session", "at", "place", "kind", "name", "ok", "duration_us", "lines_added",
    "lines_removed", "key", "counted",
)  # fmt: skip
FACT = (
    "session", "source", "born", "first_at", "last_at", "project", "branch", "version", "entrypoint", "title",
    "title_rank", "first_prompt", "parent", "relation", "agent_type", "parent_call", "state", "error", "pull_requests",
    "commands_only",
)  # fmt: skip
TOTAL = (
    "session", "source", "line", "model", "at", "input", "output", "cache_read", "cache_write_5m", "cache_write_1h",
    "web_searches", "cost_nano",
)  # fmt: skip

_SAVE_CALL = upsert("call", CALL, ("key", "variant", "source"))
_SAVE_FACT = upsert("session_fact", FACT, ("session", "source"))
_SAVE_TOTAL = upsert("reported_total", TOTAL, ("session", "source", "line", "model"))
_SAVE_HINT = upsert("title_hint", ("source", "line", "key", "title"), ("source", "line"))
_SAVE_SAMPLE = upsert(
    "sample",
    ("source", "line", "name", "label", "session", "at", "value"),
    ("source", "line", "name", "label"),
)
_SAVE_POINT = upsert(
    "counter_point",
    ("source", "series", "since", "at", "session", "line", "cumulative", "name", "model", "part", "value"),
    ("source", "series", "since", "at"),
)
_SAVE_DIAGNOSTIC = (
    "INSERT INTO diagnostic (source, code, why, line, count) VALUES (?, ?, ?, ?, ?) ON CONFLICT (source, code, why) "
    "DO UPDATE SET count = diagnostic.count + excluded.count"
)


class _Touched(msgspec.Struct, kw_only=True):
    """What a save has changed, so that it can be settled and added up at its end."""

    sessions: dict[int, int | None] = {}
    """Row of a session -> the earliest time whose totals changed; None for all of them."""
    calls: set[str] = set()
    events: set[int] = set()
    chunks: list[tuple[int, list[words.Chunk]]] = []
    """Rows of sources, and what of them is to be indexed."""

    def session(self, row: int, since: int | None) -> None:
        """Remember that a session changed from a time on."""
        before = self.sessions.get(row, since)
        self.sessions[row] = None if since is None or before is None else min(since, before)


def save(database: Database, batch: Batch, reprice: Reprice) -> Saved:
    """Keep a batch. Raises DatabaseError, and then nothing of it was kept."""
    with database.writing():
        touched = _Touched()
        rates.pin(database, batch.pins)
        rows = _session_rows(database, batch.advances)
        stale = [news for news in batch.advances if not _advance(database, news, rows, touched)]
        revision = _settle_all(database, touched, reprice)
        # Last: once a transaction has touched the index, SQLite flushes it at every statement that may undo itself.
        for source, chunks in touched.chunks:
            words.save(database, source, chunks)
    return Saved(revision=revision, stale=tuple(stale), sessions=tuple(touched.sessions))


def _settle_all(database: Database, touched: _Touched, reprice: Reprice) -> int:
    """Decide about shared calls and events and who bills, then add up the sessions that changed."""
    bills = billing.bills(database, touched.sessions)
    for session in billing.turned(database, touched.sessions, bills):
        touched.calls |= billing.keys_of(database, session)
        touched.session(session, None)
    for row in contest.settle_calls(database, touched.calls, reprice) | contest.settle_events(database, touched.events):
        touched.session(row, None)
    bills |= billing.bills(database, touched.sessions.keys() - bills.keys())
    for session in touched.sessions:
        if bills[session].is_mixed:
            billing.leave_out_others(database, session, bills[session].kind)
    return totals.refresh(database, touched.sessions, bills)


def forget_derived(database: Database, source: int, reprice: Reprice) -> None:
    """Drop all records of one source, as if it had never been read; its journal stays."""
    with database.writing():
        touched = _Touched()
        _drop_records(database, source, touched, calls_too=True)
        database.run("UPDATE source SET lines_read = 0, reader = 0, memory = ? WHERE id = ?", (b"", source))
        _settle_all(database, touched, reprice)


def _drop_records(database: Database, source: int, touched: _Touched, *, calls_too: bool) -> None:
    """Drop what a source told. The calls of a replaced file stay: they were made and paid."""
    for (row,) in database.rows("SELECT session FROM session_fact WHERE source = ?", (source,)):
        touched.session(row, None)
    for row, key in database.rows("SELECT session, key FROM event WHERE source = ?", (source,)):
        touched.session(row, None)
        if key is not None:
            touched.events.add(key)
    tables = ["event", "title_hint", "sample", "counter_point", "diagnostic", "chunk"]
    if calls_too:
        for row, key in database.rows("SELECT session, key FROM call WHERE source = ?", (source,)):
            touched.session(row, None)
            touched.calls.add(key)
        tables += ["call", "session_fact", "reported_total"]
    for table in tables:
        database.run(f"DELETE FROM {table} WHERE source = ?", (source,))


def _session_rows(database: Database, advances: Iterable[Advance]) -> dict[tuple[str, str], int]:
    """Find or make the rows of all sessions that the advances name."""
    wanted: set[tuple[str, str]] = set()
    for news in advances:
        agent = news.source.agent
        wanted.update((agent, session) for session in news.facts)
        wanted.update((agent, call.session) for call, _ in news.calls)
        for some in (news.events, news.totals, news.samples, news.points):
            wanted.update((agent, record.session) for record in some)
    natives = sorted({native for _, native in wanted})
    select = "SELECT agent, native_id, id FROM session WHERE native_id IN (??)"
    rows = {(agent, native): row for agent, native, row in database.rows_in(select, natives)}
    missing = sorted(wanted - rows.keys())
    if missing:
        database.copy("session", ("agent", "native_id"), missing)
        rows = {(agent, native): row for agent, native, row in database.rows_in(select, natives)}
    return rows


def _advance(database: Database, news: Advance, rows: dict[tuple[str, str], int], touched: _Touched) -> bool:
    """Keep one source's news. Says no if the source has moved on since the reading began."""
    moved = sources.advance(database, news)
    if moved is None:
        return False
    source, before = moved
    if before is not None:
        _drop_records(database, before, touched, calls_too=False)
    if news.last_line_end:
        journal.end_last_line(database, source, news.last_line_end)
    if news.raw:
        news.pack()
        journal.append(database, source, news.frames, merge=news.source.shape == "lines")
    row_of = {native: row for (agent, native), row in rows.items() if agent == news.source.agent}
    _save_calls(database, source, news, row_of, touched)
    _save_events(database, source, news, row_of, touched)
    _save_facts(database, source, news, row_of, touched)
    _save_rest(database, source, news, row_of)
    _save_points(database, source, news, row_of, touched)
    _others_change(database, news, touched)
    touched.chunks.append((source, news.chunks))
    return True


def _save_calls(database: Database, source: int, news: Advance, row_of: dict[str, int], touched: _Touched) -> None:
    rows: list[tuple[Value, ...]] = []
    if news.first_line:
        _calls_move(database, source, [call.key for call, _ in news.calls], touched)
    for call, priced in news.calls:
        session = row_of[call.session]
        touched.calls.add(call.key)
        touched.session(session, call.at)
        rows.append((
            call.key, call.variant, source, session, call.at, call.line, call.model, call.provider, call.rank,
            int(call.sidechain), call.input, call.output, call.cache_read, call.cache_write_5m, call.cache_write_1h,
            call.reasoning, call.web_searches, call.speed, call.geo, call.tier, call.duration_us, call.tools,
            int(call.exact), call.estimated_output, int(call.model_inferred), call.reported_nano, priced.cost_nano,
            priced.estimate_nano, priced.rate, 1, call.purpose,
        ))  # fmt: skip
    database.run_many(_SAVE_CALL, rows)


def _calls_move(database: Database, source: int, keys: Iterable[str], touched: _Touched) -> None:
    """A call that goes on gets a later time: the time that it had until now is added up again too."""
    for session, at in database.rows_in(
        f"SELECT session, min(at) FROM call WHERE source = {source} AND key IN (??) GROUP BY session", keys
    ):
        touched.session(session, at)


def _save_events(database: Database, source: int, news: Advance, row_of: dict[str, int], touched: _Touched) -> None:
    rows: list[tuple[Value, ...]] = []
    for event in news.events:
        session = row_of[event.session]
        touched.session(session, event.order)
        if event.key is not None:
            touched.events.add(event.key)
        rows.append((
            source, event.line, event.part, session, event.at, event.order, event.kind, event.name,
            None if event.ok is None else int(event.ok), event.duration_us, event.lines_added, event.lines_removed,
            event.key, 1,
        ))  # fmt: skip
    database.copy("event", EVENT, rows)


def _save_facts(database: Database, source: int, news: Advance, row_of: dict[str, int], touched: _Touched) -> None:
    rows = [row_of[native] for native in news.facts]
    born: dict[int, int | None] = dict(database.rows_in("SELECT id, born FROM session WHERE id IN (??)", rows))
    for native, facts in news.facts.items():
        row = row_of[native]
        known = born[row]
        database.run(_SAVE_FACT, (row, source, *_fact_values(facts)))
        if row not in touched.sessions:
            touched.session(row, facts.last_at or 0)
        if facts.born is not None and (known is None or facts.born < known):
            _born_earlier(database, row, facts.born, touched)


def _born_earlier(database: Database, row: int, born: int, touched: _Touched) -> None:
    """A session turns out to be older than was known: what it shares with others must be settled again."""
    database.run("UPDATE session SET born = ? WHERE id = ?", (born, row))
    touched.calls.update(key for (key,) in database.rows("SELECT key FROM call WHERE session = ?", (row,)))
    touched.events.update(
        key for (key,) in database.rows("SELECT key FROM event WHERE session = ? AND key IS NOT NULL", (row,))
    )


def _fact_values(facts: SessionFacts) -> Row:
    return (
        facts.born, facts.first_at, facts.last_at, facts.project, facts.branch, facts.version, facts.entrypoint,
        facts.title, facts.title_rank, facts.first_prompt, facts.parent, facts.relation, facts.agent_type,
        facts.parent_call, facts.state, facts.error, "\n".join(facts.pull_requests), int(facts.commands_only),
    )  # fmt: skip


def _others_change(database: Database, news: Advance, touched: _Touched) -> None:
    """News that change the rows of sessions which they do not name.

    A title stands for whichever session holds its event; and what an agent says that a fork cost is less what it
    says that its parent had cost.
    """
    parents = sorted({total.session for total in news.totals})
    hinted = sorted({hint.key for hint in news.hints})
    select = "SELECT id FROM session WHERE relation = 'fork' AND parent IN (??)"
    for (row,) in database.rows_in(select, parents):
        touched.session(row, LAST)
    for (row,) in database.rows_in("SELECT DISTINCT session FROM event WHERE key IN (??)", hinted):
        touched.session(row, LAST)


def _save_points(database: Database, source: int, news: Advance, row_of: dict[str, int], touched: _Touched) -> None:
    rows: list[tuple[Value, ...]] = []
    for point in news.points:
        session = row_of[point.session]
        touched.session(session, point.at)
        rows.append((
            source, point.series, point.since, point.at, session, point.line, int(point.cumulative), point.name,
            point.model, point.part, point.value,
        ))  # fmt: skip
    database.run_many(_SAVE_POINT, rows)


def _save_rest(database: Database, source: int, news: Advance, row_of: dict[str, int]) -> None:
    database.run_many(_SAVE_HINT, [(source, hint.line, hint.key, hint.title) for hint in news.hints])
    database.run_many(
        _SAVE_TOTAL,
        [
            (row_of[total.session], source, total.line, total.model, total.at, total.input, total.output,
             total.cache_read, total.cache_write_5m, total.cache_write_1h, total.web_searches, total.cost_nano)
            for total in news.totals
        ],
    )  # fmt: skip
    database.run_many(
        _SAVE_SAMPLE,
        [
            (source, sample.line, sample.name, sample.label, row_of[sample.session], sample.at, sample.value)
            for sample in news.samples
        ],
    )
    database.run_many(
        _SAVE_DIAGNOSTIC,
        [(source, found.code, found.why, found.line, found.count) for found in news.diagnostics],
    )
