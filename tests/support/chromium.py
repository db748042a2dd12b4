"""Which Chromium the browser tests drive: one that is there already, else one that is installed on demand.

`python -m tests.support.chromium` installs one where none is found. Tests never skip for want of a browser: they fail
and say how to get one.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

VARIABLE = "DASHCAM_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome")
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
NONE_HERE = f"""no Chromium to test in: install one (Debian: `apt-get install chromium`; elsewhere
`.venv/bin/playwright install chromium`), or name one in {VARIABLE}."""


def find_chromium() -> str | None:
    """Find the browser: the one that the variable names, else one on the PATH, else Playwright's own."""
    named = os.environ.get(VARIABLE)
    if named:
        return named if Path(named).is_file() else None
    return next(_found(), None)


def _found() -> Iterator[str]:
    yield from filter(None, map(shutil.which, NAMES))
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    if Path(own).is_file():
        yield own


def installers() -> Iterator[list[list[str]]]:
    """Give what would install one, the most likely first; each is a list of commands."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        yield [["apt-get", "update", "-q"], ["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"]]
    yield [[sys.executable, "-m", "playwright", "install", "chromium"]]


def main() -> None:
    """Install a browser where there is none. Whether that worked is for the tests to say."""
    for commands in installers():
        if find_chromium():
            return
        sys.stdout.write(f"Installing a browser for the tests: {' '.join(commands[-1])}\n")
        sys.stdout.flush()
        for command in commands:
            subprocess.run(command, check=False, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"})
    if not find_chromium():
        sys.stderr.write(f"The browser tests will fail: {NONE_HERE}\n")


if __name__ == "__main__":
    main()
