"""Every page and every state of one that a person meets: what is pictured, and what is looked through for barriers.

A row leads there; nothing of it is about how it looks.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from playwright.sync_api import Route, expect

from tests.support import stories
from tests.support.pages import App

SHOWCASE = f"/sessions/{stories.identity(1)}"
LONG = f"/sessions/{stories.identity(11)}"
HOSTILE = f"/sessions/{stories.identity(10)}"
NOTHING = "2020-01-01..2020-01-02"


def _stay(_: App) -> None:
    pass


class Place(NamedTuple):
    """A page or a state of one. `before` is done before its address is opened, `then` after it has settled."""

    name: str
    path: str
    query: Mapping[str, str] = MappingProxyType({})
    then: Callable[[App], None] = _stay
    before: Callable[[App], None] = _stay
    settles: bool = True
    screens: tuple[str, ...] = ("wide", "phone")


def _press(*keys: str) -> Callable[[App], None]:
    def then(app: App) -> None:
        for key in keys:
            app.page.keyboard.press(key)
        expect(app.page.get_by_role("dialog").first).to_be_visible()

    return then


NEVER = """const asked = window.fetch;
window.fetch = (...words) => words[0].url?.includes('/api/') ? new Promise(() => {}) : asked(...words);"""


def hold(app: App) -> None:
    """Let the server's answers never come."""
    app.page.add_init_script(NEVER)


def fail(app: App) -> None:
    """Let the server fail, whatever it is asked."""
    def answer(route: Route) -> None:
        route.fulfill(
            status=500,
            json={"status": 500, "error": "the database does not answer", "hint": "Look into it: dashcam doctor"},
        )

    app.page.route(lambda url: "/api/" in url and "/api/live" not in url, answer)


def _open_range(app: App) -> None:
    app.page.get_by_role("button", name="Time range").first.click()
    expect(app.page.get_by_role("listbox", name="Quick ranges")).to_be_visible()


def _open_filter(app: App) -> None:
    app.page.get_by_role("button", name="Filter", exact=True).click()
    expect(app.page.get_by_role("dialog", name="Filter")).to_be_visible()


def _more(app: App) -> None:
    app.page.get_by_role("button", name="More pages").click()
    expect(app.page.get_by_role("dialog", name="More pages")).to_be_visible()


def _open_session(app: App) -> None:
    app.page.get_by_role("link", name="Checkout totals with tax").first.click()
    expect(app.dialog("Session")).to_be_visible()
    app.settled()


def _open_project(app: App) -> None:
    app.page.get_by_role("main").get_by_role("link", name="shop").first.click()
    expect(app.page.get_by_role("heading", level=2, name="shop")).to_be_visible()
    app.settled()


ALL = {"range": "all"}
PLACES = (
    Place("overview", "/"),
    Place("overview-nothing", "/", {"range": NOTHING}),
    Place("overview-loading", "/", before=hold, settles=False),
    Place("overview-failed", "/", before=fail),
    Place("sessions", "/sessions"),
    Place("sessions-filtered", "/sessions", ALL | {"agent_type": "claude-code", "sort": "cost", "min_cost": "0.05"}),
    Place("sessions-nothing", "/sessions", {"range": NOTHING}),
    Place("sessions-loading", "/sessions", before=hold, settles=False),
    Place("sessions-failed", "/sessions", before=fail),
    Place("range", "/sessions", then=_open_range),
    Place("filter", "/sessions", then=_open_filter),
    Place("session-modal", "/sessions", then=_open_session),
    Place("session", SHOWCASE),
    Place("session-replay", SHOWCASE, {"view": "replay"}),
    Place("session-replay-long", LONG, {"view": "replay"}),
    Place("session-calls", SHOWCASE, {"view": "calls"}),
    Place("session-files", SHOWCASE, {"view": "files"}),
    Place("session-hostile-replay", HOSTILE, {"view": "replay"}),
    Place("session-hostile", HOSTILE),
    Place("session-unpriced", f"/sessions/{stories.identity(9)}"),
    Place("session-missing", "/sessions/no-such-session"),
    Place("usage", "/usage"),
    Place("usage-nothing", "/usage", {"range": NOTHING}),
    Place("projects", "/projects"),
    Place("project", "/projects", then=_open_project),
    Place("models", "/models"),
    Place("search", "/search"),
    Place("search-found", "/search", ALL | {"q": "tax"}),
    Place("search-nothing", "/search", ALL | {"q": "zyxwvut"}),
    Place("settings", "/settings"),
    Place("settings-prices", "/settings", {"part": "prices"}),
    Place("settings-display", "/settings", {"part": "display"}),
    Place("settings-data", "/settings", {"part": "data"}),
    Place("settings-doctor", "/settings", {"part": "doctor"}),
    Place("api", "/docs"),
    Place("palette", "/", then=_press("ControlOrMeta+k")),
    Place("keys", "/sessions", then=_press("?")),
    Place("nowhere", "/nowhere"),
    Place("more", "/", then=_more, screens=("phone",)),
)
