"""A browser, and servers to look at: one with a made-up history for all tests that only look, others of a test's own.

Whatever the browser complains of fails the test that caused it: an error or a warning on its console (a breach of the
content policy is one), an error that nobody caught, a request that failed, a dialog that a script opened.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.chromium import ARGUMENTS, NONE_HERE, find_chromium
from tests.support.complaints import Complaints
from tests.support.history import History
from tests.support.pages import App
from tests.support.serving import Started, wait_until

PATIENCE_MS = 30_000
WIDE = {"width": 1440, "height": 900}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, and run them last: once a browser is open, `asyncio.run` fails in its process."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: item.path.is_relative_to(here))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Start the Chromium of this machine; where there is none every test says so."""
    found = find_chromium()
    if not found:
        pytest.fail(NONE_HERE, pytrace=False)
    return {"executable_path": found, "args": list(ARGUMENTS)}


@pytest.fixture(scope="session")
def base_url() -> None:
    """Know no address: each server has its own. The plugin's fixture of this name is one that pytest warns of."""


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """Hear what the browser complains of, and fail the test at its end if that was not meant."""
    made = Complaints()
    yield made
    assert made.unmeant == []


@pytest.fixture
def context(new_context: Callable[..., BrowserContext], complaints: Complaints) -> BrowserContext:
    """A window of its own, of a large screen, dark."""
    opened: BrowserContext = new_context(viewport=WIDE, color_scheme="dark", reduced_motion="reduce")
    opened.set_default_timeout(PATIENCE_MS)
    complaints.listen(opened)
    return opened


@pytest.fixture(autouse=True, scope="session")
def _patience() -> None:
    expect.set_options(timeout=PATIENCE_MS)


def scanned(server: Started, sessions: int) -> None:
    """Wait until a server has read so many sessions."""
    wait_until(lambda: server.ask("/api/status")["sessions"] >= sessions)


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    """Two months on a person's machine. Tests only look at it; what runs there runs as long as all of them."""
    made = History(tmp_path_factory.mktemp("machine"))
    made.write()
    settings = made.home / "dashcam" / "settings.toml"
    settings.parent.mkdir()
    settings.write_text("running_minutes = 45\n")
    return made


@pytest.fixture(scope="session")
def served(history: History) -> Iterator[Started]:
    """A server over the history; it runs as long as the tests do."""
    with Started(history.home, "--port", "0") as server:
        scanned(server, history.sessions)
        history.tell(server)
        yield server
        assert server.process.poll() is None, f"the server ended by itself: {server.stop()}"


@pytest.fixture
def app(page: Page, served: Started) -> App:
    """The web app over the history."""
    return App(page, served.address)


@pytest.fixture
def machine(tmp_path: Path) -> History:
    """A machine of the test's own, on which no agent has done anything yet."""
    return History(tmp_path)


@pytest.fixture
def serve(machine: History) -> Iterator[Callable[..., Started]]:
    """Start servers on the test's own machine; all are stopped at its end."""
    begun: list[Started] = []

    def start(*words: str, sessions: int = 0) -> Started:
        server = Started(machine.home, *(words or ("--port", "0"))).__enter__()
        begun.append(server)
        scanned(server, sessions)
        return server

    yield start
    for server in begun:
        server.stop()
