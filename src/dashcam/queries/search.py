"""Full-text search: a coarse index says where to look, the lines themselves say what matches.

A search is some words, or "phrases in quotes"; each must stand in one event, at the beginning of a word, in any case.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from dashcam.agents.agent import Agent
from dashcam.queries.bodies import Bodies
from dashcam.queries.moment import Moment
from dashcam.records.errors import BadInput
from dashcam.records.event import Body
from dashcam.records.filters import Filter
from dashcam.records.plain import values_of, without_orders
from dashcam.records.rows import EventRow, SessionRow
from dashcam.store import events, sessions
from dashcam.store import search as stored
from dashcam.store.database import Database
from dashcam.store.search import Stretch

STRETCHES_AT_ONCE = 50
SNIPPET_CHARACTERS = 160
_TERM = re.compile(r'"([^"]+)"|(\S+)')


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """An event that matches, and the words around the first match."""

    session: SessionRow
    event: EventRow
    snippet: str
    marks: tuple[tuple[int, int], ...]
    """Where in the snippet the terms stand, as half-open ranges of characters."""


def terms_of(text: str) -> list[str]:
    """Cut a search into its terms. Raises BadInput if it has none."""
    terms = [quoted or plain for quoted, plain in _TERM.findall(text)]
    if not terms:
        raise BadInput("there is nothing to search for", 'Write for example: dashcam search "rate limit" retry')
    return terms


def search(
    database: Database,
    agents: Mapping[str, Agent],
    text: str,
    asked: Filter,
    at: Moment,
    *,
    kinds: Sequence[str] = (),
) -> Iterator[Hit]:
    """Yield what matches, the newest stretch of lines first, and within it in its own order."""
    terms = terms_of(text)
    patterns = [_pattern(term) for term in terms]
    bodies = Bodies(database, agents)
    chosen = _Chosen(database, asked, at)
    offset = 0
    while True:
        found = stored.stretches(
            database, terms, asked, quiet_since=at.quiet_since, offset=offset, limit=STRETCHES_AT_ONCE
        )
        for stretch in found:
            yield from _hits(database, bodies, stretch, patterns, chosen, kinds)
        if len(found) < STRETCHES_AT_ONCE:
            return
        offset += len(found)


def _hits(
    database: Database,
    bodies: Bodies,
    stretch: Stretch,
    patterns: Sequence[re.Pattern[str]],
    chosen: "_Chosen",
    kinds: Sequence[str],
) -> Iterator[Hit]:
    for session_row, event in events.in_lines(database, stretch.source, stretch.first_line, stretch.last_line):
        if not event.counted or (kinds and event.kind not in kinds) or not chosen.holds(event):
            continue
        words = _said(bodies.body(event))
        matches = [pattern.search(words) for pattern in patterns]
        if None in matches:
            continue
        session = chosen.session(session_row)
        if session is not None:
            spans = [match.span() for match in matches if match]
            snippet, marks = snippet_of(words, spans)
            yield Hit(session=session, event=event, snippet=snippet, marks=marks)


def _said(body: Body) -> str:
    """Write down what an event says, as the index has it."""
    parts = (body.tool, values_of(body.tool_input), body.text)
    return without_orders("\n".join(part for part in parts if part))


class _Chosen:
    """Which sessions and times a filter selects; sessions are looked up once."""

    def __init__(self, database: Database, asked: Filter, at: Moment) -> None:
        everything = msgspec.structs.replace(asked, range=Filter().range)
        self._sessions: dict[int, SessionRow] | None = None
        self._database, self._asked, self._at = database, everything, at
        self._range = asked.range

    def holds(self, event: EventRow) -> bool:
        """Whether an event lies in the range."""
        since, until = self._range.since, self._range.until
        return (since is None or event.at >= since) and (until is None or event.at < until)

    def session(self, row: int) -> SessionRow | None:
        """Find the session of a row; None if the filter leaves it out."""
        if self._sessions is None:
            found, _ = sessions.listing(self._database, self._asked, sessions.Page(), quiet_since=self._at.quiet_since)
            self._sessions = {one.row: one for one in found}
        return self._sessions.get(row)


def _pattern(term: str) -> re.Pattern[str]:
    """Match a term at the beginning of a word, in any case; any white space stands for any other."""
    words = r"\s+".join(re.escape(word) for word in term.split())
    start = r"(?<![^\W_])" if re.match(r"[^\W_]", term) and term[0].isascii() else ""
    return re.compile(start + words, re.IGNORECASE)


def snippet_of(words: str, spans: Sequence[tuple[int, int]]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Cut the words around the first match, on one line, and say where in it the matches stand."""
    first = min(spans)[0]
    start = max(first - SNIPPET_CHARACTERS // 3, 0)
    end = min(start + SNIPPET_CHARACTERS, len(words))
    lead = "… " if start else ""
    cut = re.sub(r"[\s\x00-\x1f\x7f-\x9f]", " ", words[start:end])
    shift = len(lead) - start
    marks = tuple(sorted((begin + shift, stop + shift) for begin, stop in spans if start <= begin and stop <= end))
    return lead + cut + (" …" if end < len(words) else ""), marks
