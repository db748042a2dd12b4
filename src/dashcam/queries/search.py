"""Full-text search: a coarse index says where to look, the lines themselves say what matches.

A search is some words, or "phrases in quotes"; each must stand in one event, at the beginning of a word, in any case.
Lines that the journal cannot give back are counted and passed over: one damaged frame hides no other's words.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from dashcam.agents.agent import Agent
from dashcam.queries.bodies import Bodies
from dashcam.queries.moment import Moment
from dashcam.records.errors import BadInput
from dashcam.records.filters import Filter
from dashcam.records.plain import composed, values_of, without_orders
from dashcam.records.rows import EventRow, SessionRow
from dashcam.store import events, sessions
from dashcam.store import search as stored
from dashcam.store.database import Database
from dashcam.store.journal import FrameDamaged
from dashcam.store.search import Stretch
from dashcam.store.words import matching

STRETCHES_AT_FIRST, STRETCHES_AT_ONCE = 50, 500
"""The index is asked anew for every portion, so who looks further gets larger ones."""
SNIPPET_CHARACTERS = 160
_ORDERED, _ESCAPE = b"\\u001b", b"\x1b"
"""How an order to a terminal begins, as JSON writes it and as it is."""
_TERM = re.compile(r'"([^"]+)"|(\S+)')


Spot = tuple[int, int]
"""A line: the row of its source, and its number."""


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
) -> "Search":
    """Begin a search. Raises BadInput if the text has no words."""
    terms = [composed(term) for term in terms_of(text)]
    return Search(_Said(database, agents), _Chosen(database, asked, at), terms, kinds)


class Search:
    """What matches, to be gone through: the newest stretch of lines first, and within it in its own order.

    `unread` grows meanwhile: lines in which the words may stand, but which the journal cannot give back.
    """

    def __init__(self, said: "_Said", chosen: "_Chosen", terms: Sequence[str], kinds: Sequence[str]) -> None:
        self.unread = said.unread
        self._said, self._chosen, self._terms, self._kinds = said, chosen, terms, kinds
        self._patterns = [_pattern(term) for term in terms]
        self._needles = _needles(terms)

    def __iter__(self) -> Iterator[Hit]:
        offset, limit = 0, STRETCHES_AT_FIRST
        while True:
            found = self._chosen.stretches(self._terms, offset=offset, limit=limit)
            for stretch in found:
                yield from self._hits(stretch)
            if len(found) < limit:
                return
            offset, limit = offset + limit, STRETCHES_AT_ONCE

    def _hits(self, stretch: Stretch) -> Iterator[Hit]:
        lines = self._said.lines(stretch, self._needles - self._chosen.named(stretch, self._needles))
        for session_row, event in self._chosen.events(stretch, lines):
            if self._kinds and event.kind not in self._kinds:
                continue
            words = self._said.words(event)
            matches = [pattern.search(words or "") for pattern in self._patterns]
            if words is not None and None in matches:
                continue
            session = self._chosen.session(session_row)
            if session is not None and words is None:
                self.unread.add((event.source, event.line))
            elif session is not None and words is not None:
                snippet, marks = snippet_of(words, [match.span() for match in matches if match])
                yield Hit(session=session, event=event, snippet=snippet, marks=marks)


class _Said:
    """Reads what events say, as the index has it; lines that the journal cannot give back are set aside."""

    def __init__(self, database: Database, agents: Mapping[str, Agent]) -> None:
        self._bodies = Bodies(database, agents)
        self.unread: set[Spot] = set()

    def lines(self, stretch: Stretch, needles: frozenset[bytes]) -> list[int]:
        """List the lines in which all of some words in small letters may stand, or which cannot be read.

        To look for bytes takes a tenth of the time that reading a line's JSON does. Only orders to a terminal may
        part a word in its line that is whole on the screen.
        """
        return [
            number
            for number in range(stretch.first_line, stretch.last_line + 1)
            if not needles or self._may_hold(stretch.source, number, needles)
        ]

    def _may_hold(self, source: int, number: int, needles: frozenset[bytes]) -> bool:
        try:
            line = self._bodies.line(source, number)
        except FrameDamaged:
            line = None
        if line is None:
            return True
        small = line.lower()
        for needle in needles:
            if needle not in small:
                return _ORDERED in small or _ESCAPE in small
        return True

    def words(self, event: EventRow) -> str | None:
        """Write down what an event says; None if its line cannot be read."""
        if (event.source, event.line) in self.unread:
            return None
        try:
            body = self._bodies.body(event)
        except FrameDamaged:
            return None
        parts = (body.tool, values_of(body.tool_input), body.text)
        return composed(without_orders("\n".join(part for part in parts if part)))


class _Chosen:
    """Where to look, by a filter, and which sessions it selects; these are looked up once."""

    def __init__(self, database: Database, asked: Filter, at: Moment) -> None:
        everything = msgspec.structs.replace(asked, range=Filter().range, commands_only=True)
        self._sessions: dict[int, SessionRow | None] = {}
        self._database, self._asked, self._everything, self._at = database, asked, everything, at

    def stretches(self, terms: Sequence[str], *, offset: int, limit: int) -> list[Stretch]:
        """List stretches of lines that may hold the terms."""
        quiet_since = self._at.quiet_since
        return stored.stretches(self._database, terms, self._asked, quiet_since=quiet_since, offset=offset, limit=limit)

    def named(self, stretch: Stretch, needles: frozenset[bytes]) -> set[bytes]:
        """Find the words that stand in the name of some event of a stretch: a result's line may lack its tool's."""
        names = events.names_in_lines(self._database, stretch.source, stretch.first_line, stretch.last_line)
        small = "\n".join(names).lower().encode("utf-8", "replace")
        return {needle for needle in needles if needle in small}

    def events(self, stretch: Stretch, lines: Sequence[int]) -> Iterator[tuple[int, EventRow]]:
        """Yield the counted events on lines of a stretch that lie in the range, each with the row of its session."""
        since, until = self._asked.range.since, self._asked.range.until
        for row, event in events.on_lines(self._database, stretch.source, lines):
            if event.counted and (since is None or event.at >= since) and (until is None or event.at < until):
                yield row, event

    def session(self, row: int) -> SessionRow | None:
        """Find the session of a row; None if the filter leaves it out."""
        if row not in self._sessions:
            asked, quiet_since = self._everything, self._at.quiet_since
            self._sessions[row] = sessions.selected(self._database, asked, row, quiet_since=quiet_since)
        return self._sessions[row]


def _needles(terms: Sequence[str]) -> frozenset[bytes]:
    """List the words that a line must hold as they are.

    Those of other scripts are left out, for JSON may write their letters as numbers, and so are those that begin with
    a digit, since a number may be written in several ways.
    """
    return frozenset(word.encode() for word in matching(terms) if word.isascii() and word[0].isalpha())


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
