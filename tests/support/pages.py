"""The web app as a person uses it: going places, finding things by what they are called.

Nothing here knows a CSS class or an element's id; what cannot be found by its role and name is a fault of the app.
"""

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, ViewportSize, expect

if TYPE_CHECKING:
    from tests.support.places import Place

PHONE: ViewportSize = {"width": 390, "height": 844}
PAGES = {
    "Overview": "/",
    "Live": "/live",
    "Sessions": "/sessions",
    "Usage": "/usage",
    "Projects": "/projects",
    "Models": "/models",
    "Search": "/search",
    "Settings": "/settings",
    "API": "/docs",
}
"""Every page of the navigation, and where it is."""

TWO_FRAMES = "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
WHEEL, MOST_TURNS = 400, 300


class App:
    """One tab that shows the app."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address

    def open(self, path: str = "/", **query: str | list[str]) -> None:
        """Go to an address and wait until what it shows has come."""
        words = f"?{urlencode(query, doseq=True)}" if query else ""
        self.page.goto(f"{self.address}{path}{words}")
        self.settled()

    def visit(self, place: "Place") -> None:
        """Go to one of the places, into the state that it is about."""
        place.before(self)
        if place.settles:
            self.open(place.path, **place.query)
        else:
            self.page.goto(f"{self.address}{place.path}")
            expect(self.page.locator("main [aria-busy='true']:not(p)").first).to_be_attached()
        place.then(self)

    def settled(self) -> None:
        """Wait until nothing on the page says that it is busy."""
        expect(self.page.locator("main")).to_be_visible()
        expect(self.page.locator("[aria-busy='true']:not([role='img']):visible")).to_have_count(0)

    def drawn(self) -> None:
        """Wait until the charts in sight are drawn too; their code comes after everything else."""
        self.page.evaluate(TWO_FRAMES)
        expect(self.page.locator("[aria-busy='true']:visible")).to_have_count(0)
        self.page.evaluate(TWO_FRAMES)

    def link_to(self, name: str) -> Locator:
        """Find a page's link in the navigation."""
        return self.page.get_by_role("navigation", name="Pages").get_by_role("link", name=name)

    def choose_range(self, title: str) -> None:
        """Choose a time range by what it is called."""
        self.page.get_by_role("button", name=re.compile("^Time range")).click()
        self.page.get_by_role("option", name=title).click()

    def heading(self) -> Locator:
        """Find the title of the page that fills the window."""
        return self.page.get_by_role("heading", level=1)

    def table(self, name: str) -> Locator:
        """Find a table by its whole name."""
        return self.page.get_by_role("grid", name=name, exact=True)

    def row(self, words: str) -> Locator:
        """Find the row that says something."""
        return self.page.get_by_role("row").filter(has_text=words)

    def scroll_to(self, wanted: Locator, *, within: Locator) -> None:
        """Turn the wheel over a list, which draws only what is in sight, until the wanted is there."""
        within.hover()
        for _ in range(MOST_TURNS):
            if wanted.count():
                wanted.scroll_into_view_if_needed()
                return
            self.page.mouse.wheel(0, WHEEL)
            self.page.evaluate(TWO_FRAMES)
        raise AssertionError("it did not come into sight")

    def connection(self) -> Locator:
        """Find what says whether the page is live."""
        return self.page.get_by_role("button", name=re.compile("^(Connecting|Live|Reconnecting|Offline)$"))

    def dialog(self, name: str | re.Pattern[str]) -> Locator:
        """Find an open dialog by its name."""
        return self.page.get_by_role("dialog", name=name)

    def query(self) -> str:
        """Give what the address says after its question mark."""
        return self.page.url.partition("?")[2]
