"""Both databases behind their few verbs: transactions, errors of each kind, and several writers at once."""

from collections.abc import Iterator
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path

import pytest

from dashcam.records.errors import DatabaseDamaged, DatabaseError, DatabaseFull, DatabaseLocked
from dashcam.store.database import Database, insert, marks, upsert
from dashcam.store.postgres import PostgresDatabase
from dashcam.store.sqlite import SqliteDatabase
from dashcam.store.store import Store, connect, without_password
from tests.support import build
from tests.support.machine import contents
from tests.support.saving import news, save, session_row

SAVES = 25


@pytest.fixture
def database(store_url: str) -> Iterator[Database]:
    with Store.open(store_url) as store:
        yield store.database


def keys(database: Database) -> list[str]:
    return [row[0] for row in database.rows("SELECT key FROM meta WHERE key LIKE 'x%' ORDER BY key")]


def put(database: Database, key: str) -> None:
    database.run(insert("meta", ("key", "value")), (key, ""))


def put_and_fail(database: Database) -> None:
    with database.writing():
        put(database, "x1")
        raise DatabaseError("no such luck")


def test_what_a_transaction_wrote_is_kept_at_its_end(database: Database) -> None:
    with database.writing():
        put(database, "x1")
    assert keys(database) == ["x1"]


def test_a_transaction_that_fails_is_forgotten(database: Database) -> None:
    with pytest.raises(DatabaseError):
        put_and_fail(database)
    assert keys(database) == []
    with database.writing():
        put(database, "x2")
    assert keys(database) == ["x2"]


def test_a_refused_statement_is_an_error_of_ours_and_the_next_one_works(database: Database) -> None:
    with pytest.raises(DatabaseError), database.writing():
        database.run("UPDATE no_such_table SET a = 1")
    assert database.rows("SELECT 1") == [(1,)]


@pytest.mark.parametrize("value", ["\ud800", 1 << 70, "a\0b"])
def test_a_value_that_no_database_holds_is_an_error_of_ours_or_is_kept(database: Database, value: str | int) -> None:
    found: list[object] = []
    with suppress(DatabaseError):
        found += database.rows("SELECT count(*) FROM source WHERE inode = ? OR path = ?", (1, value))
    assert found in ([], [(0,)])
    assert database.rows("SELECT 1") == [(1,)]


def test_several_reads_see_one_state(store_url: str, database: Database) -> None:
    other = connect(store_url)
    with database.reading():
        assert keys(database) == []
        put(other, "x1")
        assert keys(database) == []
    assert keys(database) == ["x1"]
    other.close()


def test_a_writer_waits_for_another_and_gives_up_in_time(store_url: str, database: Database) -> None:
    other = connect(store_url, wait_seconds=0.05)
    with database.writing(), pytest.raises(DatabaseLocked, match="locked by another process"):
        other.write_lock()
    with other.writing():
        put(other, "x1")
    assert keys(database) == ["x1"]
    other.close()


def test_any_number_of_keys_can_be_asked_for(database: Database) -> None:
    database.run_many(insert("meta", ("key", "value")), [(f"x{number:04}", "") for number in range(1_200)])
    wanted = [f"x{number:04}" for number in range(0, 1_200, 2)]
    assert len(database.rows_in("SELECT key FROM meta WHERE key IN (??)", wanted)) == 600
    assert database.rows_in("SELECT key FROM meta WHERE key IN (??)", []) == []
    database.run_in("DELETE FROM meta WHERE key IN (??)", wanted)
    assert len(keys(database)) == 600


def test_a_row_that_must_exist_is_missed_with_a_word(database: Database) -> None:
    with pytest.raises(DatabaseError, match="a row that must exist is not there"):
        database.one("SELECT value FROM meta WHERE key = ?", ("nobody",))


def test_statements_are_written_from_names() -> None:
    assert marks(3) == "?, ?, ?"
    assert insert("t", ("a", "offset")) == 'INSERT INTO t (a, "offset") VALUES (?, ?)'
    assert upsert("t", ("a", "b"), ("a",)) == (
        "INSERT INTO t (a, b) VALUES (?, ?) ON CONFLICT (a) DO UPDATE SET b = excluded.b"
    )


def test_a_sound_database_passes_its_check_and_shrinks(database: Database) -> None:
    assert database.check() == []
    database.compact()
    assert database.size() > 0


def save_many(url: str, writer: int) -> None:
    """What one process does: its own sessions, and in each the call that all of them share."""
    with Store.open(url) as store:
        for number in range(SAVES):
            own = build.model_call(key=f"{writer}-{number}", output=1)
            shared = build.model_call(key="shared", output=100 + writer)
            name = f"{writer}-{number}"
            facts = build.session_facts(session=name, born=build.START + writer * 1_000 + number)
            assert not save(store, news(name, calls=(own, shared), facts=facts)).stale


def test_two_processes_save_different_batches_at_once(store_url: str, tmp_path: Path) -> None:
    context = get_context("spawn")
    writers = [context.Process(target=save_many, args=(store_url, writer)) for writer in range(2)]
    for process in writers:
        process.start()
    for process in writers:
        process.join(60)
        assert process.exitcode == 0
    alone = f"sqlite:///{tmp_path / 'alone.db'}"
    for writer in range(2):
        save_many(alone, writer)
    with Store.open(store_url) as store, Store.open(alone) as one:
        assert contents(store.database) == contents(one.database)
        assert session_row(store.database, "calls", "output", session="0-0") == (2, 102)


def open_and_close(url: str) -> None:
    Store.open(url).close()


def test_many_processes_open_a_new_file_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'dashcam.db'}"
    context = get_context("fork")
    openers = [context.Process(target=open_and_close, args=(url,)) for _ in range(12)]
    for process in openers:
        process.start()
    for process in openers:
        process.join(60)
    assert [process.exitcode for process in openers] == [0] * 12


def test_a_file_that_is_no_database_is_called_damaged(tmp_path: Path) -> None:
    path = tmp_path / "dashcam.db"
    path.write_bytes(b"not a database at all, but long enough to be taken for one" * 40)
    with pytest.raises(DatabaseDamaged, match=r"dashcam\.db is damaged"):
        Store.open(f"sqlite:///{path}")
    assert path.read_bytes().startswith(b"not a database")


def test_a_directory_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="cannot"):
        Store.open(f"sqlite:///{tmp_path}")


def test_a_database_below_a_file_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseError, match="cannot open"):
        Store.open(f"sqlite:///{tmp_path / 'file' / 'dashcam.db'}")


def test_a_full_database_is_called_full_and_goes_on_once_there_is_room(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'dashcam.db'}") as store:
        (pages,) = store.database.one("PRAGMA page_count")
        store.database.rows(f"PRAGMA max_page_count = {pages}")
        big = news(raw=bytes(range(256)).replace(b"\n", b"") * 4_000 + b"\n")
        many = news("many", calls=tuple(build.model_call(key=f"msg_{number}") for number in range(2_000)))
        with pytest.raises(DatabaseFull, match="no room left"):
            save(store, big, many)
        assert contents(store.database)["session"] == []
        store.database.rows("PRAGMA max_page_count = 1000000")
        assert save(store, big, many).stale == ()
        assert session_row(store.database, "calls", session="many") == (2_000,)


def test_a_database_is_its_owners_alone(tmp_path: Path) -> None:
    Store.open(f"sqlite:///{tmp_path / 'dashcam.db'}").close()
    assert (tmp_path / "dashcam.db").stat().st_mode & 0o077 == 0


def test_a_copy_is_whole_and_replaces_nothing(tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    with Store.open(f"sqlite:///{tmp_path / 'dashcam.db'}") as store:
        save(store, news())
        store.database.backup(target)
        before = contents(store.database)
        with pytest.raises(DatabaseError, match="is there already"):
            store.database.backup(target)
    with Store.open(f"sqlite:///{target}") as copy:
        assert contents(copy.database) == before


def test_a_read_only_database_reads_and_refuses_to_write(tmp_path: Path) -> None:
    Store.open(f"sqlite:///{tmp_path / 'dashcam.db'}").close()
    database = SqliteDatabase(tmp_path / "dashcam.db", read_only=True)
    assert keys(database) == []
    with pytest.raises(DatabaseError, match="cannot write"):
        put(database, "x1")
    database.close()


def read_all(url: str) -> None:
    with Store.open(url) as store:
        contents(store.database)


def test_a_damaged_page_is_called_damaged(tmp_path: Path) -> None:
    path = tmp_path / "dashcam.db"
    with Store.open(f"sqlite:///{path}") as store:
        save(store, news(calls=tuple(build.model_call(key=f"msg_{number}") for number in range(500))))
        store.database.compact()
    whole = bytearray(path.read_bytes())
    whole[8192:] = b"\xa5" * (len(whole) - 8192)
    path.write_bytes(bytes(whole))
    with pytest.raises(DatabaseDamaged, match="is damaged"):
        read_all(f"sqlite:///{path}")


def test_a_server_that_is_not_there_is_an_error_without_its_password() -> None:
    with pytest.raises(DatabaseError, match="cannot reach the database") as caught:
        connect("postgresql://ada:sesame@127.0.0.1:1/none")
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize("password", ["50%sesame", "open sesame", "sesame%00"])
def test_an_address_that_makes_no_sense_is_an_error_without_its_password(password: str) -> None:
    with pytest.raises(DatabaseError, match="its address makes no sense") as caught:
        connect(f"postgresql://ada:{password}@127.0.0.1:1/none")
    assert "sesame" not in str(caught.value)


def test_a_connection_that_breaks_is_an_error_of_ours(postgres_url: str) -> None:
    with Store.open(postgres_url) as store:
        database = store.database
        assert isinstance(database, PostgresDatabase)
        (backend,) = database.one("SELECT pg_backend_pid()")
        other = connect(postgres_url)
        other.rows("SELECT pg_terminate_backend(?)", (backend,))
        other.close()
        with pytest.raises(DatabaseError, match="the database is gone"):
            save(store, news())


def test_a_copy_of_postgresql_is_made_by_its_own_tool(postgres_url: str, tmp_path: Path) -> None:
    with Store.open(postgres_url) as store, pytest.raises(DatabaseError, match="its own tool") as caught:
        store.database.backup(tmp_path / "copy")
    assert "pg_dump" in caught.value.hint


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://ada:secret@db.example:5432/dashcam", "postgresql://ada:***@db.example:5432/dashcam"),
        ("postgresql://ada:se#c?r@et@db.example/dashcam", "postgresql://ada:***@db.example/dashcam"),
        ("postgresql://ada@db.example/dashcam", "postgresql://ada@db.example/dashcam"),
        ("postgresql:///dashcam?host=/run/postgresql", "postgresql:///dashcam?host=/run/postgresql"),
        ("postgresql://db.example/x?password=secret&user=ada", "postgresql://db.example/x?password=***&user=ada"),
        ("postgresql://db.example/x?sslpassword=secret", "postgresql://db.example/x?sslpassword=***"),
        ("postgresql://db.example/x?oauth_client_secret=secret", "postgresql://db.example/x?oauth_client_secret=***"),
        ("sqlite:////home/ada@work:1/x.db", "sqlite:////home/ada@work:1/x.db"),
        ("sqlite:////home/ada/x.db", "sqlite:////home/ada/x.db"),
    ],
)
def test_no_password_is_shown(url: str, shown: str) -> None:
    assert without_password(url) == shown
