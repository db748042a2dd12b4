"""What every test may ask for: a machine of its own, fixtures to read, and databases of both kinds.

No test sees the person's own home or settings, and none may call out.
"""

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import settings

from tests.support import postgres

REPOSITORY = Path(__file__).parent.parent
TEMPLATE = "dashcam_template"

settings.register_profile("thorough", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=25)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "thorough"))

PERSONAL = ("CLAUDE_CONFIG_DIR", "CODEX_HOME", "DASHCAM_DATABASE_URL", "NO_COLOR", "FORCE_COLOR", "COLUMNS")


def refuse_to_call_out(event: str, arguments: tuple[Any, ...]) -> None:
    """Stop a connection to another machine before it is made."""
    if event == "socket.connect" and arguments[0].family in {socket.AF_INET, socket.AF_INET6}:
        host = arguments[1][0]
        if host not in {"127.0.0.1", "::1", "localhost"}:
            raise AssertionError(f"a test called out to {host}")


def pytest_configure() -> None:
    sys.addaudithook(refuse_to_call_out)


@pytest.fixture(autouse=True, scope="session")
def _nobodys_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Hide the person's own home and settings from all tests and from the processes that they start."""
    nowhere = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(nowhere))
        patch.setenv("DASHCAM_HOME", str(nowhere / "dashcam"))
        patch.setenv("TZ", "UTC")
        for name in list(os.environ):
            if name in PERSONAL or name.startswith("XDG_"):
                patch.delenv(name)
        yield


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's home of this test's own, with dashcam's data beside it."""
    place = tmp_path / "home"
    place.mkdir()
    monkeypatch.setenv("HOME", str(place))
    monkeypatch.setenv("DASHCAM_HOME", str(tmp_path / "dashcam"))
    return place


@pytest.fixture(scope="session")
def fixtures_dir() -> Path:
    """Sessions of many agents to read, which are no part of this repository."""
    chosen = os.environ.get("DASHCAM_FIXTURES")
    place = Path(chosen) if chosen else REPOSITORY.parent / "shared" / "fixtures"
    if not place.is_dir():
        pytest.skip(f"no fixtures: {place} is no directory; set DASHCAM_FIXTURES to where they are")
    return place


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The directory of a PostgreSQL server's socket; where none can start, tests fail rather than skip."""
    with postgres.server() as directory:
        yield directory


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """The name of a database with our tables and nothing in them."""
    import psycopg

    from dashcam.store.store import Store

    with psycopg.connect(postgres.url_of(postgres_server, "postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
    Store.open(postgres.url_of(postgres_server, TEMPLATE)).close()
    return TEMPLATE


def new_postgres_database(directory: str, template: str) -> Iterator[str]:
    """Lend a database made from a template, and drop it afterwards even if somebody still holds it."""
    import psycopg

    name = f"t{uuid4().hex}"
    with psycopg.connect(postgres.url_of(directory, "postgres"), autocommit=True) as connection:
        # Quicker here than PostgreSQL's own choice, which copies through its log.
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY".encode())
        yield postgres.url_of(directory, name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """A PostgreSQL database of this test's own, without our tables."""
    yield from new_postgres_database(postgres_server, "template0")


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """A PostgreSQL database of this test's own, with our tables and nothing in them."""
    yield from new_postgres_database(postgres_server, postgres_template)


@pytest.fixture(params=["sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of this test's own; a test that asks for it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'dashcam.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def shared_store_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database for all tests of one module that only read it: once SQLite, once PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('shared') / 'dashcam.db'}"
        return
    server, template = request.getfixturevalue("postgres_server"), request.getfixturevalue("postgres_template")
    yield from new_postgres_database(server, template)
