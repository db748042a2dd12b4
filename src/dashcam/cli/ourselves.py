"""How others call this program, and where they reach its server: what goes into the settings of agents."""

import sys
from pathlib import Path

from dashcam.cli.setup import Setup
from dashcam.server.standing import standing

NAME = "dashcam"
PORT = 4747
"""Where `dashcam serve` listens unless told otherwise."""


def program() -> list[str]:
    """Give the words that call this very program from anywhere, whatever the path holds."""
    called = Path(sys.argv[0])
    for place in (called, Path(sys.executable).with_name(NAME)):
        if place.name == NAME and place.is_file():
            return [str(place.absolute())]
    return [sys.executable, "-m", NAME]


def address_of(setup: Setup, port: int | None) -> str:
    """Say where the server is, or will be: at a port that was named, else where it runs, else at its own port."""
    if port:
        return f"http://127.0.0.1:{port}"
    running = standing(setup.home)
    return running.address if running else f"http://127.0.0.1:{PORT}"


def asks_for_token(setup: Setup) -> bool:
    """Whether the server asks, or will ask, for a token."""
    running = standing(setup.home)
    return running.token if running else bool(setup.variables.get("DASHCAM_TOKEN"))
