"""Connections are lent to one request at a time, and one that failed is not lent again."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from dashcam.records.errors import DatabaseError, DatabaseLocked
from dashcam.server import readers
from dashcam.server.readers import Readers
from dashcam.store.database import Database
from dashcam.store.store import Store
from tests.support.serving import Server


@pytest.fixture
def connect(tmp_path: Path) -> Callable[[], Database]:
    """Opens a connection to one database."""
    url = f"sqlite:///{tmp_path / 'dashcam.db'}"
    return lambda: Store.open(url).database


def test_a_connection_is_lent_again(connect: Callable[[], Database]) -> None:
    pool = Readers(connect)
    with pool.lend() as first:
        pass
    with pool.lend() as second:
        assert second is first
    pool.close()


def test_two_requests_have_a_connection_each(connect: Callable[[], Database]) -> None:
    pool = Readers(connect)
    with pool.lend() as first, pool.lend() as second:
        assert first is not second
    pool.close()


def test_a_connection_that_failed_is_not_lent_again(connect: Callable[[], Database]) -> None:
    pool = Readers(connect, 1)
    with pytest.raises(DatabaseError), pool.lend() as broken:
        broken.rows("SELECT nothing FROM nowhere")
    with pool.lend() as fresh:
        assert fresh is not broken
        assert fresh.rows("SELECT 1") == [(1,)]
    pool.close()


def test_a_request_that_fails_gives_its_connection_back(connect: Callable[[], Database]) -> None:
    pool = Readers(connect, 1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), pool.lend():
            raise ZeroDivisionError
    with pool.lend() as database:
        assert database.rows("SELECT 1") == [(1,)]
    pool.close()


def test_a_database_that_is_away_is_asked_for_again(connect: Callable[[], Database]) -> None:
    away = True

    def sometimes() -> Database:
        if away:
            raise DatabaseError("the server is away")
        return connect()

    pool = Readers(sometimes, 1)
    with pytest.raises(DatabaseError), pool.lend():
        pass
    away = False
    with pool.lend() as database:
        assert database.rows("SELECT 1") == [(1,)]
    pool.close()


def test_more_requests_than_connections_wait_for_one(connect: Callable[[], Database]) -> None:
    pool = Readers(connect, 1)
    got = threading.Event()

    def ask() -> None:
        with pool.lend():
            got.set()

    waiting = threading.Thread(target=ask)
    with pool.lend():
        waiting.start()
        assert not got.wait(0.05)
    waiting.join(10)
    assert got.is_set()
    pool.close()


def test_nobody_waits_for_ever(connect: Callable[[], Database], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "PATIENCE_SECONDS", 0.01)
    pool = Readers(connect, 1)
    with pool.lend(), pytest.raises(DatabaseLocked), pool.lend():
        pass
    pool.close()


def test_all_reads_of_one_request_see_one_state(server: Server) -> None:
    with server.desk.readers.lend() as database:
        before = database.one("SELECT count(*) FROM session")
        with server.setup.connect() as store, store.database.writing():
            store.database.run("INSERT INTO meta (key, value) VALUES ('test', 1)")
        assert database.rows("SELECT value FROM meta WHERE key = 'test'") == []
        assert database.one("SELECT count(*) FROM session") == before
    server.desk.readers.close()


def test_closed_connections_are_opened_anew(connect: Callable[[], Database]) -> None:
    pool = Readers(connect, 2)
    with pool.lend() as first:
        pass
    pool.close()
    with pool.lend() as second:
        assert second is not first
    pool.close()
