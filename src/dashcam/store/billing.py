"""Law 2: a session is billed by its best kind of source alone; what the others tell of its calls stays, uncounted.

What a stranger would get wrong: kinds of sources name a call differently, so their calls cannot be told to be the same
one by one. Whole kinds are chosen, again and again, as what arrives may be better than what was there.
"""

from collections.abc import Iterable

from dashcam.store.database import Database

KINDS = ("transcript", "stream", "otlp_log", "hook")
"""Kinds of sources that tell of single calls, best first."""
PUSHED = ("otlp_log", "hook", "counter", "statusline")
"""Kinds that tell of a session beside its own lines: what they saw happen is no further activity."""

_TELLERS = (
    "SELECT fact.session, source.kind FROM session_fact AS fact JOIN source ON source.id = fact.source "
    "WHERE fact.session IN (??) GROUP BY fact.session, source.kind"
)
_BILLED = "SELECT id, source_kind FROM session WHERE id IN (??) AND source_kind NOT IN ('', 'sidecar')"
_TELLS = "SELECT 1 FROM call JOIN source ON source.id = call.source WHERE call.session = ? AND source.kind = ? LIMIT 1"
_OTHERS = (
    "UPDATE call SET counted = 0 WHERE session = ? AND counted = 1 "
    "AND source IN (SELECT id FROM source WHERE kind <> ?)"
)


def mixed(database: Database, sessions: Iterable[int]) -> dict[int, str]:
    """Choose who bills each of those sessions of whose calls several kinds may tell; empty where none does yet."""
    return {
        session: _best(database, session, found)
        for session, found in _tellers(database, sessions).items()
        if len(found.intersection(KINDS)) > 1
    }


def turned(database: Database, sessions: Iterable[int]) -> list[int]:
    """List those of these sessions that another kind bills now than did until now."""
    billed: dict[int, str] = dict(database.rows_in(_BILLED, sessions))
    tellers = _tellers(database, billed)
    best = {session: _best(database, session, tellers.get(session, set())) for session in billed}
    return [session for session, kind in billed.items() if best[session] != kind]


def _tellers(database: Database, sessions: Iterable[int]) -> dict[int, set[str]]:
    kinds: dict[int, set[str]] = {}
    for session, kind in database.rows_in(_TELLERS, sessions):
        kinds.setdefault(session, set()).add(kind)
    return kinds


def _best(database: Database, session: int, found: set[str]) -> str:
    """The best kind that tells of a call; of one alone that is known without a look."""
    able = [kind for kind in KINDS if kind in found]
    if len(able) == 1:
        return able[0]
    return next((kind for kind in able if database.rows(_TELLS, (session, kind))), "")


def keys_of(database: Database, session: int) -> set[str]:
    """Name all calls of a session, to be settled anew where another kind bills it from now on."""
    return {key for (key,) in database.rows("SELECT DISTINCT key FROM call WHERE session = ?", (session,))}


def leave_out_others(database: Database, session: int, kind: str) -> bool:
    """Uncount what other kinds tell of a session's calls. Says whether there was any."""
    return database.run(_OTHERS, (session, kind)) > 0
