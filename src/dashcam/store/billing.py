"""Law 2: a session is billed by its best kind of source alone; what the others tell of its calls stays, uncounted.

What a stranger would get wrong: kinds of sources name a call differently, so their calls cannot be told to be the same
one by one. Whole kinds are chosen, again and again, as what arrives may be better than what was there.
"""

from collections.abc import Iterable

import msgspec

from dashcam.records.source import PUSHED
from dashcam.store.database import Database

KINDS = ("transcript", "stream", "otlp_log", "hook")
"""Kinds of sources that tell of single calls, best first."""
BESIDE = {"stream": "transcript"}
"""Kinds that name a call as another does: where both tell of it one account counts, and neither keeps the other out."""

_TELLERS = (
    "SELECT fact.session, source.kind FROM session_fact AS fact JOIN source ON source.id = fact.source "
    "WHERE fact.session IN (??) GROUP BY fact.session, source.kind"
)
_BILLED = "SELECT id, source_kind FROM session WHERE id IN (??) AND source_kind NOT IN ('', 'sidecar')"
_BELOW = (
    "SELECT parent.id, source.kind FROM session AS parent JOIN session_fact AS fact ON fact.parent = parent.native_id "
    "AND fact.relation = 'subagent' JOIN source ON source.id = fact.source WHERE parent.id IN (??) "
    "GROUP BY parent.id, source.kind"
)
_PARENTS = (
    "SELECT parent.id, parent.source_kind FROM session_fact AS fact JOIN session AS parent "
    "ON parent.native_id = fact.parent WHERE fact.session IN (??) AND fact.relation = 'subagent' "
    "AND parent.source_kind IN ('otlp_log', 'hook', 'counter')"
)
_TELLS_BELOW = (
    "SELECT 1 FROM session AS parent JOIN session_fact AS fact ON fact.parent = parent.native_id "
    "AND fact.relation = 'subagent' JOIN call ON call.session = fact.session JOIN source ON source.id = call.source "
    "WHERE parent.id = ? AND source.kind = ? LIMIT 1"
)
_TELLS = "SELECT 1 FROM call JOIN source ON source.id = call.source WHERE call.session = ? AND source.kind = ? LIMIT 1"
_OTHERS = (
    "UPDATE call SET counted = 0 WHERE session = ? AND counted = 1 "
    "AND source IN (SELECT id FROM source WHERE kind <> ? AND kind <> ?)"
)


class Bill(msgspec.Struct, frozen=True, kw_only=True):
    """Who tells of a session, and who of them bills it."""

    own: frozenset[str] = frozenset()
    """Kinds of sources that tell of it."""
    below: frozenset[str] = frozenset()
    """Kinds that tell of its subagents."""
    kind: str = ""
    """The best that tells of a call of either; empty where none does."""

    @property
    def able(self) -> list[str]:
        """Kinds that may tell of calls, best first."""
        able = [kind for kind in KINDS if kind in self.own or kind in self.below]
        return [kind for kind in able if BESIDE.get(kind) not in able]

    @property
    def is_mixed(self) -> bool:
        """Whether several kinds may tell of its calls, of which all but one stay uncounted."""
        return len(self.able) > 1


def bills(database: Database, sessions: Iterable[int]) -> dict[int, Bill]:
    """Choose who bills each of these sessions.

    What telemetry tells of a session holds its subagents' calls, so what tells of those has a say as well.
    """
    own: dict[int, set[str]] = {session: set() for session in sessions}
    for session, kind in database.rows_in(_TELLERS, own):
        own[session].add(kind)
    below: dict[int, set[str]] = {}
    pushed = [session for session, kinds in own.items() if kinds.intersection(PUSHED)]
    for session, kind in database.rows_in(_BELOW, pushed):
        below.setdefault(session, set()).add(kind)
    found: dict[int, Bill] = {}
    for session, kinds in own.items():
        bill = Bill(own=frozenset(kinds), below=frozenset(below.get(session, ())))
        found[session] = msgspec.structs.replace(bill, kind=_best(database, session, bill))
    return found


def turned(database: Database, sessions: Iterable[int], known: dict[int, Bill]) -> list[int]:
    """List those of these sessions, and of those that started them, whom another kind bills now than until now.

    `known` are the bills of these sessions; those of their parents are added to it.
    """
    wanted = list(sessions)
    billed: dict[int, str] = dict(database.rows_in(_BILLED, wanted))
    parents: dict[int, str] = dict(database.rows_in(_PARENTS, wanted))
    billed |= parents
    known |= bills(database, parents.keys() - known.keys())
    return [session for session, kind in billed.items() if known[session].kind != kind]


def _best(database: Database, session: int, bill: Bill) -> str:
    """The best kind that tells of a call; of one alone that is known without a look."""
    if len(bill.able) == 1:
        return bill.able[0]
    for kind in bill.able:
        if kind in bill.own and database.rows(_TELLS, (session, kind)):
            return kind
        if kind in bill.below and database.rows(_TELLS_BELOW, (session, kind)):
            return kind
    return ""


def is_told_below(database: Database, session: int) -> bool:
    """Whether anything tells of single calls of a session's subagents."""
    return any(database.rows(_TELLS_BELOW, (session, kind)) for kind in KINDS)


def keys_of(database: Database, session: int) -> set[str]:
    """Name all calls of a session, to be settled anew where another kind bills it from now on."""
    return {key for (key,) in database.rows("SELECT DISTINCT key FROM call WHERE session = ?", (session,))}


def leave_out_others(database: Database, session: int, kind: str) -> None:
    """Uncount what other kinds tell of a session's calls."""
    beside = next((one for one, of in BESIDE.items() if of == kind), kind)
    database.run(_OTHERS, (session, kind, beside))
