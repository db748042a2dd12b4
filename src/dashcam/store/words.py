"""The search index: which words stand in which stretch of lines.

It is coarse on purpose. A chunk of about 32 KiB of text is indexed by its set of words; what exactly matches is
found by reading the chunk's lines. So the index stays small, and both databases find the same.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from unicodedata import combining

from dashcam.records.plain import composed, without_orders
from dashcam.store.database import Database

CHUNK_CHARACTERS = 32 << 10
LONGEST_WORD = 40

SLICE_CHARACTERS = 1 << 20
MOST_LEXEMES = 500_000
"""Bytes of the words of one chunk; PostgreSQL refuses a row with more than about a million."""
ANYTHING = "'*'"
"""No word of a text, so it can stand for all of them: what a chunk truly holds, its lines tell."""

_LETTERS = bytes(ord(sign.lower() if sign.isascii() and sign.isalnum() else " ") for sign in map(chr, range(256)))
"""Lower case for ASCII letters, a space for all that is no letter or digit."""
_ASCII = bytes(range(128))
_GAP = re.compile(r"[^\w\u0300-\u036f\u3099\u309a]|_")
"""Ends a word. Accents are no letters, but they belong to the one before."""
_OTHER = re.compile(r"[^\W\x00-\x7f]+")
_SIGN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")


def words(text: str) -> set[str]:
    """Cut a text into its different words, in lower case. Chinese, Japanese and Korean signs are words of their own.

    Of a very long word only the beginning is kept: a search finds words by how they begin.
    """
    found: set[str] = set()
    for piece in _slices(text):
        found |= _different(_words(piece))
    return found


def _slices(text: str) -> Iterator[str]:
    """Part a long text between words: all words of a line of 50 MB at once would take twenty times its size."""
    start = 0
    while len(text) - start > SLICE_CHARACTERS:
        gap = _GAP.search(text, start + SLICE_CHARACTERS)
        end = gap.start() if gap else len(text)
        yield text[start:end]
        start = end
    yield text[start:] if start else text


def _words(text: str) -> str:
    """Write the words of a text behind each other, with spaces between them and as often as they come."""
    has_others = not text.isascii() and _has_other_letters(text)
    if has_others:
        text = composed(text)
    plain = text.encode("ascii", "replace").translate(_LETTERS).decode("ascii")
    return " ".join((plain, *_words_of_other_scripts(text))) if has_others else plain


def _different(spaced: str) -> set[str]:
    return {word[:LONGEST_WORD] for word in spaced.split()}


def _has_other_letters(text: str) -> bool:
    """Whether a text holds letters or accents outside ASCII, and not only signs such as arrows, boxes and dashes."""
    others = text.encode("utf-8", "replace").translate(None, _ASCII).decode("utf-8")
    return any(sign.isalnum() or combining(sign) for sign in set(others))


def _words_of_other_scripts(text: str) -> set[str]:
    """Find the words that hold a letter outside ASCII; those are few: only their surroundings are looked at."""
    runs: set[str] = set()
    for match in _OTHER.finditer(text):
        start, end = match.span()
        while start and text[start - 1].isalnum():
            start -= 1
        while end < len(text) and text[end].isalnum():
            end += 1
        runs.add(text[start:end])
    return {word for run in runs for word in _SIGN.findall(run.lower())}


class Chunk:
    """A stretch of lines of one source and the words that its events hold.

    They are parted by spaces, and one may come again: SQLite's index drops repeats faster than Python does.
    """

    __slots__ = ("first_line", "last_at", "last_line", "words")

    def __init__(self, first_line: int, last_line: int, last_at: int, text: str) -> None:
        self.first_line, self.last_line, self.last_at = first_line, last_line, last_at
        self.words = _words(text) if len(text) <= SLICE_CHARACTERS else " ".join(words(text))


def chunks(texts: Iterable[tuple[int, int, str]]) -> list[Chunk]:
    """Gather texts, given as (line, time, text) in the order of their lines, into chunks of whole lines."""
    made: list[Chunk] = []
    held: list[str] = []
    size = last_at = 0
    first = last = -1
    for line, at, raw in texts:
        text = without_orders(raw)
        if size >= CHUNK_CHARACTERS and line != last:
            made.append(Chunk(first, last, last_at, "\n".join(held)))
            held, size, last_at, first = [], 0, 0, -1
        if first < 0:
            first = line
        last, last_at = line, max(last_at, at)
        held.append(text)
        size += len(text)
    if held:
        made.append(Chunk(first, last, last_at, "\n".join(held)))
    return made


def save(database: Database, source: int, found: Sequence[Chunk]) -> None:
    """Add chunks to the index."""
    if not found:
        return
    rows = [(source, chunk.first_line, chunk.last_line, chunk.last_at) for chunk in found]
    if database.dialect == "postgres":
        values = [(*row, _lexemes(chunk)) for row, chunk in zip(rows, found, strict=True)]
        database.copy("chunk", ("source", "first_line", "last_line", "last_at", "words"), values)
        return
    next_id = database.one("SELECT coalesce(max(id), 0) + 1 FROM chunk")[0]
    numbered = [(next_id + number, *row) for number, row in enumerate(rows)]
    database.copy("chunk", ("id", "source", "first_line", "last_line", "last_at"), numbered)
    texts = [(next_id + number, chunk.words) for number, chunk in enumerate(found)]
    database.copy("words", ("rowid", "tokens"), texts)


def _lexemes(chunk: Chunk) -> str:
    """Write a chunk's words as PostgreSQL reads them; one that has too many for it may hold anything."""
    text = " ".join(sorted(_different(chunk.words)))
    return text if len(text.encode()) <= MOST_LEXEMES else ANYTHING


def matching(terms: Sequence[str]) -> list[str]:
    """Cut what a person searches for into the words that a chunk must hold; each may go on behind what was typed."""
    return sorted({word for term in terms for word in words(term)})


def condition(database: Database, wanted: Sequence[str]) -> tuple[str, list[str]]:
    """Write the WHERE of chunks that hold words beginning with each of the wanted ones."""
    if not wanted:
        return "1 = 1", []
    if database.dialect == "postgres":
        query = " & ".join(f"'{word}':*" for word in wanted)
        return "chunk.words @@ CAST(? AS tsquery)", [f"{ANYTHING} | ({query})"]
    query = " AND ".join(f'"{word}"*' for word in wanted)
    return "chunk.id IN (SELECT rowid FROM words WHERE words MATCH ?)", [query]


def empty(database: Database) -> None:
    """Forget the whole index."""
    database.run("DELETE FROM chunk")
    if database.dialect == "sqlite":
        database.run("INSERT INTO words (words) VALUES ('delete-all')")
