"""Servers to ask: on either database, with sessions on record."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.serving import Client, Server, seed


@pytest.fixture
def server(tmp_path: Path) -> Server:
    """A server on an empty SQLite database."""
    return Server(tmp_path, f"sqlite:///{tmp_path / 'dashcam.db'}")


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    """What asks the server."""
    with server.asked() as asking:
        yield asking


@pytest.fixture
def seeded(tmp_path: Path, store_url: str) -> Server:
    """A server with two sessions; a test that asks for it runs on both databases."""
    made = Server(tmp_path, store_url)
    seed(made)
    return made


@pytest.fixture
def seeded_client(seeded: Server) -> Iterator[Client]:
    """What asks the server that has sessions."""
    with seeded.asked() as asking:
        yield asking
