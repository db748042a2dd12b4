"""SQLite: one file, nothing to set up. WAL lets readers go on while one process writes."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from time import monotonic, sleep

from dashcam.records.errors import DatabaseDamaged, DatabaseError, DatabaseFull, DatabaseLocked
from dashcam.store.database import Database, Row, Value, ValueRefused, insert

WAIT_SECONDS = 60.0
PAUSE_SECONDS = 0.02
CACHE_KIB = 64 * 1024
STATEMENTS_HELD = 512
"""Preparing one of our longer statements takes longer than running it."""

_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_REFUSED_VALUE = (OverflowError, UnicodeEncodeError)
"""The driver itself refuses a number above 64 bits and a text that is no Unicode, each by an error of Python's own."""
_REFUSED = (sqlite3.Error, *_REFUSED_VALUE)


class SqliteDatabase(Database):
    """A connection to a SQLite file."""

    dialect = "sqlite"

    def __init__(
        self,
        path: Path,
        *,
        wait_seconds: float = WAIT_SECONDS,
        read_only: bool = False,
        cache_kib: int = CACHE_KIB,
    ) -> None:
        """Open or create the file. Raises DatabaseError and its kinds."""
        self.path = path
        self._cache_kib = cache_kib
        try:
            if not read_only:
                path.parent.mkdir(parents=True, exist_ok=True)
                if not path.exists():
                    path.touch(mode=0o600)
            # Threads may use it one after the other; that no two do at once is the caller's care, as `Database` says.
            self._connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro" if read_only else path,
                timeout=wait_seconds,
                isolation_level=None,
                cached_statements=STATEMENTS_HELD,
                uri=read_only,
                check_same_thread=False,
            )
        except (sqlite3.Error, OSError) as error:
            raise DatabaseError(
                f"cannot open {path}: {error}", "Check that the directory exists and is yours."
            ) from error
        try:
            self._write_ahead(monotonic() + wait_seconds)
            self._settle_down()
        except BaseException:
            self.close()
            raise

    def _write_ahead(self, deadline: float) -> None:
        """Switch to WAL. SQLite's own patience does not cover this, so two processes at a new file would fall out."""
        while True:
            try:
                self.rows("PRAGMA journal_mode = WAL")
            except DatabaseLocked:
                if monotonic() >= deadline:
                    raise
                sleep(PAUSE_SECONDS)
            else:
                return

    def _settle_down(self) -> None:
        for pragma in (
            "synchronous = NORMAL",
            "wal_autocheckpoint = 16384",
            f"cache_size = -{self._cache_kib}",
            "temp_store = MEMORY",
        ):
            self.rows(f"PRAGMA {pragma}")

    def rows(self, statement: str, values: Sequence[Value] = ()) -> list[Row]:
        try:
            return self._connection.execute(statement, values).fetchall()
        except _REFUSED as error:
            raise self._translated(error) from error

    def run(self, statement: str, values: Sequence[Value] = ()) -> int:
        try:
            return self._connection.execute(statement, values).rowcount
        except _REFUSED as error:
            raise self._translated(error) from error

    def run_many(self, statement: str, values: Sequence[Sequence[Value]]) -> None:
        try:
            self._connection.executemany(statement, values)
        except _REFUSED as error:
            raise self._translated(error) from error

    def insert_one(self, table: str, columns: Sequence[str], values: Sequence[Value]) -> int:
        # Not by RETURNING: measured at 1.2 ms a row here, thirty times as much as this.
        try:
            return self._connection.execute(insert(table, columns), values).lastrowid or 0
        except _REFUSED as error:
            raise self._translated(error) from error

    def script(self, statements: str) -> None:
        for statement in statements.split(";"):
            if statement.strip():
                self.run(statement)

    def copy(self, table: str, columns: Sequence[str], values: Sequence[Sequence[Value]]) -> None:
        self.run_many(insert(table, columns), values)

    def write_lock(self) -> None:
        self.run("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self.run("COMMIT")

    def rollback(self) -> None:
        if self._connection.in_transaction:
            self.run("ROLLBACK")

    def close(self) -> None:
        self._connection.close()

    def size(self) -> int:
        beside = (self.path, Path(f"{self.path}-wal"))
        return sum(path.stat().st_size for path in beside if path.exists())

    def check(self) -> list[str]:
        found = [str(row[0]) for row in self.rows("PRAGMA integrity_check")]
        return [] if found == ["ok"] else found

    def compact(self) -> None:
        self.rows("VACUUM")
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def backup(self, target: Path) -> None:
        try:
            target.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            raise DatabaseError(f"{target} is there already", "Choose another name: a copy replaces nothing.") from None
        except OSError as error:
            raise DatabaseError(
                f"cannot write {target}: {error.strerror}", "Check that the directory is yours."
            ) from error
        try:
            self._connection.execute("VACUUM INTO ?", (str(target),))
        except sqlite3.Error as error:
            target.unlink(missing_ok=True)
            raise self._translated(error) from error

    def _translated(self, error: Exception) -> DatabaseError:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _BUSY:
            return DatabaseLocked(f"{self.path} is locked by another process", "Try again once it is done.")
        if code in _DAMAGE:
            hint = "Run `dashcam db verify`; a copy made by `dashcam db backup` can take its place."
            return DatabaseDamaged(f"{self.path} is damaged: {error}", hint)
        if code == sqlite3.SQLITE_FULL:
            return DatabaseFull(
                f"no room left to write {self.path}",
                "Free some room, then run the command again: nothing is lost.",
            )
        if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}:
            return DatabaseError(
                f"cannot write {self.path}: {error}", "Check that the file and its directory are yours."
            )
        if code == sqlite3.SQLITE_IOERR:
            return DatabaseFull(
                f"the disk failed while writing {self.path}: {error}", "Check the disk and its free room."
            )
        kind = ValueRefused if isinstance(error, _REFUSED_VALUE) else DatabaseError
        return kind(f"{self.path}: {error}")
