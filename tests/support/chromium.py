"""Which Chromium the browser tests drive: one that is there already, else one that is installed on demand.

`python -m tests.support.chromium` installs one where none is found. Tests never skip for want of a browser: they fail
and say how to get one.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

VARIABLE = "DASHCAM_CHROMIUM"
LIGHT = "chromium-headless-shell"
"""Chromium without its window: it draws the same pages in half of the processor's time."""
WHOLE = ("chromium", "chromium-browser", "google-chrome")
INSTALL_SECONDS = 300.0
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""It opens pages of this machine alone, also as root and without a graphics card, and calls nobody."""
NONE_HERE = f"""no Chromium to test in: install one (Debian: `apt-get install chromium-headless-shell`; elsewhere
`.venv/bin/playwright install chromium`), or name one in {VARIABLE}."""


def find_chromium(*, whole: bool = False) -> str | None:
    """Find the browser: the one that the variable names, else one on the PATH, else Playwright's own.

    The light one is taken before a whole one, unless it is to be as people have it.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return named if Path(named).is_file() else None
    return next(_found((*WHOLE, LIGHT) if whole else (LIGHT, *WHOLE)), None)


def _found(names: Iterable[str]) -> Iterator[str]:
    yield from filter(None, map(shutil.which, names))
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    if Path(own).is_file():
        yield own


def installers() -> Iterator[list[list[str]]]:
    """Give what would install one, the most likely first; each is a list of commands."""
    if shutil.which("apt-get") and os.geteuid() == 0 and not shutil.which(LIGHT):
        yield [["apt-get", "update", "-q"], ["apt-get", "install", "-q", "-y", "--no-install-recommends", LIGHT]]
    if not find_chromium():
        yield [[sys.executable, "-m", "playwright", "install", "chromium"]]


def main() -> None:
    """Install a browser where there is none, and the light one where that is easy. The tests say whether it worked."""
    for commands in [] if os.environ.get(VARIABLE) else installers():
        sys.stdout.write(f"Installing a browser for the tests: {' '.join(commands[-1])}\n")
        sys.stdout.flush()
        for command in commands:
            _run(command)
    if not find_chromium():
        sys.stderr.write(f"The browser tests will fail: {NONE_HERE}\n")


def _run(command: list[str]) -> None:
    try:
        subprocess.run(
            command, check=False, timeout=INSTALL_SECONDS, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        )
    except subprocess.TimeoutExpired as error:
        sys.stderr.write(f"{error}\n")


if __name__ == "__main__":
    main()
