"""The door to the database: opening it by its URL, saving to it."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Self

from dashcam.records.errors import BadSettings
from dashcam.store import migrations
from dashcam.store.database import Database

if TYPE_CHECKING:
    from dashcam.store.batch import Batch, Saved
    from dashcam.store.save import Reprice

SQLITE = "sqlite:///"
POSTGRES = ("postgresql://", "postgres://")
CACHE_KIB = 64 * 1024


class Store:
    """An open database whose tables are up to date."""

    def __init__(self, database: Database, url: str = "") -> None:
        self.database = database
        self.url = url

    @classmethod
    def open(cls, url: str, *, wait_seconds: float = 60.0, cache_kib: int = CACHE_KIB) -> "Store":
        """Open the database, make or upgrade its tables. Raises BadSettings and DatabaseError."""
        store = cls(connect(url, wait_seconds=wait_seconds, cache_kib=cache_kib), url)
        try:
            migrations.upgrade(store.database)
        except BaseException:
            store.close()
            raise
        return store

    def save(self, batch: "Batch", reprice: "Reprice") -> "Saved":
        """Keep a batch in one transaction. Raises DatabaseError, and then nothing of it was kept."""
        from dashcam.store.save import save  # Most programs only read, and one that begins is waited for.

        return save(self.database, batch, reprice)

    def close(self) -> None:
        """Close the connection."""
        self.database.close()

    def reopen(self) -> None:
        """Connect again after `close`. Raises DatabaseError."""
        self.database = connect(self.url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def connect(url: str, *, wait_seconds: float = 60.0, cache_kib: int = CACHE_KIB) -> Database:
    """Connect without looking at the tables. Raises BadSettings and DatabaseError.

    `cache_kib` is how much of the file SQLite may hold in memory; PostgreSQL's own server sees to that.
    """
    if url.startswith(SQLITE):
        from dashcam.store.sqlite import SqliteDatabase

        return SqliteDatabase(Path(url.removeprefix(SQLITE)), wait_seconds=wait_seconds, cache_kib=cache_kib)
    if url.startswith(POSTGRES):
        try:
            from dashcam.store.postgres import PostgresDatabase
        except ModuleNotFoundError:
            raise BadSettings("PostgreSQL needs psycopg", "Run `pip install 'dashcam[postgres]'`.") from None
        return PostgresDatabase(url, wait_seconds=wait_seconds)
    raise BadSettings(
        f"'{url.partition(':')[0]}' is not a database that dashcam knows",
        "Write sqlite:///PATH or postgresql://USER@HOST/NAME.",
    )


def without_password(url: str) -> str:
    """Write a database's URL so that it may be shown."""
    if url.startswith(SQLITE):
        return url
    named = re.sub(r"^([^:]+://[^:/@]*):[^/]*@", r"\1:***@", url)
    return re.sub(r"((?:password|secret)=)[^&]*", r"\1***", named, flags=re.IGNORECASE)
