"""How tables come to be: from nothing to the newest version, and never from a version that is not known."""

from pathlib import Path

import pytest

from dashcam.records.errors import BadSettings, DatabaseNewer
from dashcam.store import migrations
from dashcam.store.store import Store, connect
from tests.support.machine import contents
from tests.support.saving import news, save


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new' / 'dashcam.db'}"
    url: str = request.getfixturevalue("empty_postgres_url")
    return url


def test_an_empty_database_gets_all_tables(empty_url: str) -> None:
    database = connect(empty_url)
    assert migrations.version(database) == 0
    assert migrations.upgrade(database) == migrations.NEWEST
    assert migrations.version(database) == migrations.NEWEST
    assert all(rows == [] for rows in contents(database).values())
    database.close()


def test_an_upgrade_that_is_done_does_nothing(empty_url: str) -> None:
    Store.open(empty_url).close()
    with Store.open(empty_url) as store:
        save(store, news())
        assert migrations.upgrade(store.database) == 0
        assert len(contents(store.database)["session"]) == 1


def test_a_database_of_every_older_version_ends_in_the_same_tables(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(migrations, "STEPS", migrations.STEPS[:1])
        older.setattr(migrations, "NEWEST", 1)
        Store.open(empty_url).close()
    with Store.open(empty_url) as store:
        assert migrations.version(store.database) == migrations.NEWEST
        save(store, news())
        assert len(contents(store.database)["session"]) == 1


def test_an_upgrade_that_fails_leaves_nothing_behind(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_database: object) -> None:
        raise RuntimeError("no such luck")

    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, fail))
    monkeypatch.setattr(migrations, "NEWEST", migrations.NEWEST + 1)
    with pytest.raises(RuntimeError):
        Store.open(empty_url)
    database = connect(empty_url)
    assert migrations.version(database) == 0
    database.close()


def test_a_database_of_a_newer_version_is_refused_and_left_alone(empty_url: str) -> None:
    with Store.open(empty_url) as store:
        save(store, news())
        store.database.run("UPDATE meta SET value = '999' WHERE key = 'schema'")
    with pytest.raises(DatabaseNewer, match="newer dashcam"):
        Store.open(empty_url)
    database = connect(empty_url)
    assert migrations.version(database) == 999
    assert len(contents(database)["session"]) == 1
    database.close()


@pytest.mark.parametrize("url", ["", "mysql://host/name", "dashcam.db"])
def test_a_url_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(BadSettings, match="not a database that dashcam knows"):
        connect(url)
