"""Pictures of every page and state of the web app, over the made-up history: `make screenshots`.

Each is taken in dark and light, 1440 and 390 dots wide. They are for looking at: nothing compares them.
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests.support.chromium import ARGUMENTS, NONE_HERE, find_chromium
from tests.support.history import History
from tests.support.pages import App
from tests.support.places import PLACES, Place
from tests.support.serving import Started, wait_until
from tests.support.sources import REPOSITORY

SCREENS = {"wide": (1440, 900), "phone": (390, 844)}
THEMES = ("dark", "light")
FOLDER = REPOSITORY / "docs" / "screenshots"
PATIENCE_MS = 15_000


@contextmanager
def served() -> Iterator[Started]:
    """Lend a server over the history."""
    with tempfile.TemporaryDirectory() as home:
        history = History(Path(home))
        history.write()
        with Started(history.home, "--port", "0") as server:
            wait_until(lambda: server.ask("/api/status")["sessions"] >= history.sessions)
            history.tell(server)
            yield server


def picture(browser: Browser, address: str, place: Place, screen: str, theme: str, folder: Path) -> Path:
    """Take one picture."""
    width, height = SCREENS[screen]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
        is_mobile=screen == "phone",
        has_touch=screen == "phone",
        timezone_id="UTC",
        locale="en-GB",
    )
    page = context.new_page()
    app = App(page, address)
    app.visit(place)
    if place.settles:
        app.drawn()
    page.evaluate("document.fonts.ready")
    path = folder / f"{place.name}-{theme}-{width}.png"
    page.screenshot(path=path)
    context.close()
    return path


def main(words: Sequence[str] | None = None) -> None:
    """Take all pictures, or those of the places that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("places", nargs="*", help=f"which: {', '.join(place.name for place in PLACES)}")
    parser.add_argument("--to", type=Path, default=FOLDER, help="the folder to write them into")
    parser.add_argument("--theme", choices=THEMES, help="only this one")
    parser.add_argument("--screen", choices=SCREENS, help="only this one")
    chosen = parser.parse_args(words)
    chromium = find_chromium()
    if not chromium:
        raise SystemExit(NONE_HERE)
    chosen.to.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=PATIENCE_MS)
    with served() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        taken = [
            picture(browser, server.address, place, screen, theme, chosen.to)
            for place in PLACES
            if not chosen.places or place.name in chosen.places
            for screen in place.screens
            if chosen.screen in {None, screen}
            for theme in THEMES
            if chosen.theme in {None, theme}
        ]
    print(f"{len(taken)} pictures are in {chosen.to}")  # noqa: T201  a command says what it did


if __name__ == "__main__":
    main()
