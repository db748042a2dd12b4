"""One connection to SQLite or PostgreSQL behind a few verbs. Statements are text with `?` for each value.

Both databases have one writer at a time: SQLite by its own lock, PostgreSQL by an advisory lock that every
writing transaction takes. What a save decides about shared keys rests on that.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dashcam.records.errors import DatabaseError

Value = int | float | str | bytes | list[str] | None
Row = tuple[Any, ...]

PORTIONS = (1, 8, 64, 500)
"""How many values an `IN (...)` has."""


class ValueRefused(DatabaseError):
    """A value that no column can hold, such as a text with a NUL in it or a number above 64 bits."""


class Database(ABC):
    """A connection. Not for use by two threads at once."""

    dialect: str
    begin_reading = "BEGIN"
    """Begins a transaction whose reads all see one state."""
    _is_reading = False

    @abstractmethod
    def rows(self, statement: str, values: Sequence[Value] = ()) -> list[Row]:
        """Run a statement and return its rows. Raises DatabaseError."""

    @abstractmethod
    def run(self, statement: str, values: Sequence[Value] = ()) -> int:
        """Run a statement and return how many rows it changed. Raises DatabaseError."""

    @abstractmethod
    def run_many(self, statement: str, values: Sequence[Sequence[Value]]) -> None:
        """Run a statement once for each row of values. Raises DatabaseError."""

    @abstractmethod
    def insert_one(self, table: str, columns: Sequence[str], values: Sequence[Value]) -> int:
        """Insert a row and return the id that the database gave it. Raises DatabaseError."""

    @abstractmethod
    def script(self, statements: str) -> None:
        """Run several statements that are parted by semicolons."""

    @abstractmethod
    def copy(self, table: str, columns: Sequence[str], values: Sequence[Sequence[Value]]) -> None:
        """Insert many new rows the fastest way there is; none of them may exist. Raises DatabaseError."""

    @abstractmethod
    def write_lock(self) -> None:
        """Begin a writing transaction, once no other is under way."""

    @abstractmethod
    def commit(self) -> None:
        """Keep what the transaction wrote."""

    @abstractmethod
    def rollback(self) -> None:
        """Forget what the transaction wrote."""

    @abstractmethod
    def close(self) -> None:
        """Close the connection; calling it twice does nothing."""

    @abstractmethod
    def size(self) -> int:
        """Say how many bytes the database takes on disk."""

    @abstractmethod
    def check(self) -> list[str]:
        """Look for damage in the files; an empty list means that none was found."""

    @abstractmethod
    def compact(self) -> None:
        """Give back the room of what was deleted."""

    @abstractmethod
    def backup(self, target: Path) -> None:
        """Write a whole, consistent copy to a new file. Raises DatabaseError, also where only the server can."""

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Make all that is written inside one transaction."""
        self.write_lock()
        try:
            yield
        except BaseException:
            self.rollback()
            raise
        self.commit()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Let several reads see the same state; inside another `reading`, that one's."""
        if self._is_reading:
            yield
            return
        self.run(self.begin_reading)
        self._is_reading = True
        try:
            yield
        finally:
            self._is_reading = False
            self.rollback()

    def one(self, statement: str, values: Sequence[Value] = ()) -> Row:
        """Run a statement that always gives a row, and return the first."""
        found = self.rows(statement, values)
        if not found:
            raise DatabaseError("a row that must exist is not there", "Run `dashcam db verify`.")
        return found[0]

    def rows_in(self, statement: str, keys: Iterable[Value]) -> list[Row]:
        """Run a statement whose text holds `IN (??)` for any number of keys."""
        return [row for some in _portions(keys) for row in self.rows(_with_marks(statement, some), some)]

    def run_in(self, statement: str, keys: Iterable[Value]) -> None:
        """Run a writing statement whose text holds `IN (??)` for any number of keys."""
        for some in _portions(keys):
            self.run(_with_marks(statement, some), some)


def _portions(keys: Iterable[Value]) -> Iterator[list[Value]]:
    """Cut keys into portions of a few sizes, the last key repeated to fill one, so that few statements are prepared."""
    listed = list(keys)
    for start in range(0, len(listed), PORTIONS[-1]):
        some = listed[start : start + PORTIONS[-1]]
        size = next(size for size in PORTIONS if len(some) <= size)
        yield some + some[-1:] * (size - len(some))


def _with_marks(statement: str, some: Sequence[Value]) -> str:
    return statement.replace("(??)", f"({marks(len(some))})")


def marks(count: int) -> str:
    """Write `?, ?, ?` for a number of values."""
    return ", ".join("?" * count)


def insert(table: str, columns: Sequence[str], conflict: str = "") -> str:
    """Write an INSERT of one row."""
    names = ", ".join(quoted(column) for column in columns)
    return f"INSERT INTO {table} ({names}) VALUES ({marks(len(columns))}) {conflict}".rstrip()


def upsert(table: str, columns: Sequence[str], key: Sequence[str]) -> str:
    """Write an INSERT that replaces the row that has the same key."""
    rest = ", ".join(f"{quoted(name)} = excluded.{quoted(name)}" for name in columns if name not in key)
    return insert(table, columns, f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {rest}")


def quoted(column: str) -> str:
    """Quote the one column whose name is a word of SQL."""
    return f'"{column}"' if column == "offset" else column
