"""What several sources know of one session, made into one row by rules that no order of arrival can change."""

from collections.abc import Sequence
from typing import Any, get_args

from dashcam.records.session import TITLE_SUMMARY
from dashcam.records.source import SourceKind
from dashcam.store.database import Database, Row
from dashcam.store.settle import LAST

KIND_RANK = {kind: rank for rank, kind in enumerate(get_args(SourceKind))}

_NAMES = (
    "kind", "path", "generation", "agent_name", "machine", "born", "first_at", "last_at", "project", "branch",
    "version", "entrypoint", "title", "title_rank", "first_prompt", "parent", "relation", "agent_type", "parent_call",
    "state", "error", "pull_requests", "commands_only",
)  # fmt: skip
_OF_THE_SOURCE = 5
"""How many of the names, from the first, are the source's own."""
_FACTS = (
    "SELECT "
    + ", ".join(("source." if at < _OF_THE_SOURCE else "session_fact.") + name for at, name in enumerate(_NAMES))
    + " FROM session_fact JOIN source ON source.id = session_fact.source WHERE session_fact.session = ?"
)
_HINT = (
    "SELECT title_hint.title FROM title_hint JOIN event ON event.key = title_hint.key WHERE event.session = ? "
    "ORDER BY event.place DESC, title_hint.title LIMIT 1"
)
_FORKED_FROM = (
    "SELECT DISTINCT owner.native_id, owner.born FROM call AS copy JOIN call AS original ON original.key = copy.key "
    "AND original.counted = 1 JOIN session AS owner ON owner.id = original.session "
    "WHERE copy.session = ? AND copy.counted = 0 AND original.session <> copy.session "
    "AND (original.variant = copy.variant OR NOT EXISTS (SELECT 1 FROM call AS same WHERE same.key = copy.key "
    "AND same.variant = copy.variant AND same.counted = 1))"
)

_KEPT = (
    "agent_name", "machine", "source_kind", "first_at", "last_at", "project", "branch", "version", "entrypoint",
    "title", "first_prompt", "parent", "relation", "agent_type", "parent_call", "state", "error", "pull_requests",
    "born",
)  # fmt: skip


def merged(database: Database, session: int, *, has_inherited: bool) -> dict[str, Any]:
    """Give the columns of a session's row that its sources tell, as far as they tell any."""
    told = [dict(zip(_NAMES, row, strict=True)) for row in database.rows(_FACTS, (session,))]
    if not told:
        return {name: None if name in {"born", "first_at", "last_at"} else "" for name in _KEPT} | {
            "state": "open",
            "commands_only": 0,
        }
    row = merge(told)
    if row.pop("title_rank") < TITLE_SUMMARY and (hint := _title_hint(database, session)):
        row["title"] = hint
    if not row["parent"] and has_inherited:
        row["parent"], row["relation"] = _forked_from(database.rows(_FORKED_FROM, (session,)))
    return row


def merge(told: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Merge the facts of several sources: the best source's word first, the latest word for what changes."""
    best = sorted(
        told,
        key=lambda fact: (KIND_RANK[fact["kind"]], _or_last(fact["born"]), fact["path"], -fact["generation"]),
    )
    tellers = [fact for fact in best if fact["kind"] == best[0]["kind"]]
    latest = max(tellers, key=lambda fact: (fact["last_at"] or 0, fact["path"], fact["generation"]))
    # A hook tells of a session's end, and of a question to its person, before any line does; so does who launched it.
    heard = [latest, *(fact for fact in told if fact["kind"] in {"hook", "stream"})]
    state = max(heard, key=lambda fact: (fact["last_at"] or 0, fact is latest, fact["path"], fact["generation"]))
    title = max(told, key=lambda fact: (fact["title_rank"], fact["last_at"] or 0, fact["title"]))
    requests = sorted({url for fact in told for url in str(fact["pull_requests"]).split("\n") if url})
    return {
        **{
            name: next((fact[name] for fact in best if fact[name]), "")
            for name in (
                "project",
                "entrypoint",
                "first_prompt",
                "parent",
                "relation",
                "agent_type",
                "parent_call",
            )
        },
        **{
            name: latest[name] or next((fact[name] for fact in best if fact[name]), "")
            for name in ("branch", "version")
        },
        "agent_name": best[0]["agent_name"],
        "machine": best[0]["machine"],
        "source_kind": best[0]["kind"],
        "state": state["state"],
        "error": state["error"],
        "title": title["title"],
        "title_rank": title["title_rank"],
        "pull_requests": "\n".join(requests),
        "commands_only": min(fact["commands_only"] for fact in tellers),
        "born": min((fact["born"] for fact in tellers if fact["born"] is not None), default=None),
        "first_at": min((fact["first_at"] for fact in tellers if fact["first_at"] is not None), default=None),
        "last_at": max((fact["last_at"] for fact in tellers if fact["last_at"] is not None), default=None),
    }


def _or_last(at: int | None) -> int:
    return LAST if at is None else at


def _title_hint(database: Database, session: int) -> str:
    if not database.rows("SELECT 1 FROM title_hint LIMIT 1"):
        return ""
    found = database.rows(_HINT, (session,))
    return str(found[0][0]) if found else ""


def _forked_from(owners: Sequence[Row]) -> tuple[str, str]:
    """The session that a fork was made from: the youngest of those whose calls it holds copies of."""
    if not owners:
        return "", ""
    native_id, _ = max(owners, key=lambda owner: (owner[1] or 0, owner[0]))
    return str(native_id), "fork"
