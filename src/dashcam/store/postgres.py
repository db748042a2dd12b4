"""PostgreSQL by psycopg 3, for a team. Only imported when a database URL names it."""

from collections.abc import Sequence
from pathlib import Path

import psycopg
from psycopg import errors, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from dashcam.records.errors import DatabaseDamaged, DatabaseError, DatabaseFull, DatabaseLocked
from dashcam.store.database import Database, Row, Value, ValueRefused, insert

WRITE_LOCK = 0x6461736863616D
"""The advisory lock that every writing transaction takes: one writer at a time, as in SQLite."""

PATIENCE = {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
"""Seconds after which a server that says nothing counts as gone, unless the address says otherwise."""

_REFUSED = (psycopg.Error, UnicodeEncodeError)
"""A text that is no Unicode is refused by an error of Python's own."""

_LOCKED = (
    errors.LockNotAvailable,
    errors.DeadlockDetected,
    errors.SerializationFailure,
    errors.QueryCanceled,
)


class PostgresDatabase(Database):
    """A connection to a PostgreSQL server."""

    dialect = "postgres"
    begin_reading = "BEGIN ISOLATION LEVEL REPEATABLE READ"

    def __init__(self, url: str, *, wait_seconds: float = 60.0) -> None:
        """Connect. Raises DatabaseError without naming a password."""
        self._wait_milliseconds = int(wait_seconds * 1000)
        try:
            patience = {name: value for name, value in PATIENCE.items() if name not in conninfo_to_dict(url)}
            self._connection = psycopg.connect(make_conninfo(url, **patience), autocommit=True)
            self._connection.execute("SET client_min_messages = warning")
        except psycopg.ProgrammingError:  # Its words quote what was not understood, and that may be the password.
            raise DatabaseError(
                "cannot reach the database: its address makes no sense",
                "Check DASHCAM_DATABASE_URL: in a password % is written %25, @ %40, / %2F, and a space %20.",
            ) from None
        except psycopg.Error as error:
            reason = str(error).strip().splitlines()[0] if str(error).strip() else "no answer"
            raise DatabaseError(f"cannot reach the database: {reason}", "Check DASHCAM_DATABASE_URL.") from None

    def rows(self, statement: str, values: Sequence[Value] = ()) -> list[Row]:
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(_theirs(statement), values or None)
                return cursor.fetchall() if cursor.description else []
        except _REFUSED as error:
            raise _translated(error) from error

    def run(self, statement: str, values: Sequence[Value] = ()) -> int:
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(_theirs(statement), values or None)
                return cursor.rowcount
        except _REFUSED as error:
            raise _translated(error) from error

    def run_many(self, statement: str, values: Sequence[Sequence[Value]]) -> None:
        try:
            with self._connection.cursor() as cursor:
                cursor.executemany(_theirs(statement), values)
        except _REFUSED as error:
            raise _translated(error) from error

    def insert_one(self, table: str, columns: Sequence[str], values: Sequence[Value]) -> int:
        return int(self.one(insert(table, columns, "RETURNING id"), values)[0])

    def script(self, statements: str) -> None:
        for statement in statements.split(";"):
            if statement.strip():
                self.run(statement)

    def copy(self, table: str, columns: Sequence[str], values: Sequence[Sequence[Value]]) -> None:
        names = sql.SQL(", ").join(sql.Identifier(column) for column in columns)
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
        try:
            with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
                for row in values:
                    copy.write_row(row)
        except _REFUSED as error:
            raise _translated(error) from error

    def write_lock(self) -> None:
        self.run("BEGIN")
        try:
            self.run(f"SET LOCAL lock_timeout = {self._wait_milliseconds}")
            self.rows("SELECT pg_advisory_xact_lock(?)", (WRITE_LOCK,))
        except BaseException:
            self.rollback()
            raise

    def commit(self) -> None:
        self.run("COMMIT")

    def rollback(self) -> None:
        if not self._connection.closed:
            self._connection.rollback()

    def close(self) -> None:
        self._connection.close()

    def size(self) -> int:
        return int(self.one("SELECT pg_database_size(current_database())")[0])

    def check(self) -> list[str]:
        """Read every row: PostgreSQL's own checksums and types complain about what is damaged."""
        found = []
        for (table,) in self.rows(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
        ):
            try:
                self.rows(f'SELECT count(*) FROM "{table}"')
            except DatabaseError as error:
                found.append(f"{table}: {error.message}")
        return found

    def compact(self) -> None:
        self.run("VACUUM (FULL, ANALYZE)")

    def backup(self, target: Path) -> None:
        """Say which tool of PostgreSQL makes a copy."""
        raise DatabaseError(
            "a copy of a PostgreSQL database is made by its own tool",
            f'Run `pg_dump --format=custom --file={target} "$DASHCAM_DATABASE_URL"`; pg_restore reads it back.',
        )


def _theirs(statement: str) -> str:
    """Write the placeholders as psycopg has them; no statement of ours holds a percent sign or a question mark."""
    return statement.replace("?", "%s")


def _translated(error: Exception) -> DatabaseError:
    said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if isinstance(error, _LOCKED):
        return DatabaseLocked("the database is locked by another process", "Try again once it is done.")
    if isinstance(error, errors.DiskFull):
        return DatabaseFull(
            "no room left on the database server",
            "Free some room, then run the command again: nothing is lost.",
        )
    if isinstance(error, errors.DataCorrupted | errors.IndexCorrupted):
        return DatabaseDamaged(f"the database is damaged: {said}", "Restore it from a copy.")
    if isinstance(error, psycopg.OperationalError) and not isinstance(error, errors.ProgramLimitExceeded):
        return DatabaseError(f"the database is gone: {said}", "Check that the server runs, then try again.")
    if isinstance(error, psycopg.DataError):
        return ValueRefused(f"the database refused: {said}")
    return DatabaseError(f"the database refused: {said}")
