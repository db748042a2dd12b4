"""The tests' own PostgreSQL: one database for each test, and nothing left behind, not even by a kill -9."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.support import postgres
from tests.support.sources import REPOSITORY

HOLDER = """
from tests.support import postgres
with postgres.server() as directory:
    print(directory, flush=True)
    input()
"""


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_gets_a_database_of_its_own(empty_postgres_url: str, turn: str) -> None:
    with psycopg.connect(empty_postgres_url) as connection:
        connection.execute("CREATE TABLE mine (turn text)")
        connection.execute("INSERT INTO mine VALUES (%s)", (turn,))
        assert connection.execute("SELECT turn FROM mine").fetchall() == [(turn,)]


def test_a_database_from_the_template_has_our_tables(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        found = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert found is not None
    assert found[0] > 0


def test_a_server_ends_when_the_process_that_asked_for_it_is_killed() -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    directory = Path(holder.stdout.readline().strip())
    server = int((directory / "cluster" / "postmaster.pid").read_text().split()[0])
    os.kill(server, 0)

    holder.send_signal(signal.SIGKILL)
    holder.communicate()

    deadline = time.monotonic() + postgres.PATIENCE_SECONDS
    while directory.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not directory.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(server, 0)


def test_a_server_that_cannot_start_is_an_error_with_its_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    with pytest.raises(postgres.CannotStart, match="cannot be started for the tests"), postgres.server():
        pass
