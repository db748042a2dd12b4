"""Every page and every state of one that a person meets: what is pictured, and what is looked through for barriers.

A row leads there; nothing of it is about how it looks.
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import msgspec
from playwright.sync_api import Route, expect

from dashcam.ingest.prometheus import detail, sessions, trial
from dashcam.records.settings import PrometheusSetting
from tests.support import stories
from tests.support.history import AUDITED
from tests.support.metered import DEAR, SESSIONS, Metered, standing_in
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
window.fetch = (...words) => words[0].url?.includes('%s') ? new Promise(() => {}) : asked(...words);"""


def hold(app: App, addresses: str = "/api/") -> None:
    """Let the server's answers never come."""
    app.page.add_init_script(NEVER % addresses)


def fail(app: App) -> None:
    """Let the server fail, whatever it is asked."""

    def answer(route: Route) -> None:
        route.fulfill(
            status=500,
            json={"status": 500, "error": "the database does not answer", "hint": "Look into it: dashcam doctor"},
        )

    app.page.route(lambda url: "/api/" in url and "/api/live" not in url, answer)


def ask_for_permission(app: App) -> None:
    """Let the session that runs ask for permission, as hooks would tell, with a subagent and a failure."""

    def answer(route: Route) -> None:
        found = route.fetch().json()
        for row in found["rows"]:
            if row["phase"] == "running":
                since = row["doing"]["since"]
                asked = {"kind": "permission", "tool": "Bash", "words": "rm -r build && make release", "since": since}
                row |= {"phase": "waiting", "doing": None, "waiting_for": asked}
                row["last_error"] = {"kind": "tool", "tool": "Bash", "words": "make: *** no rule", "at": since}
                row["subagents"] = [{"session_id": "a:b", "title": "", "agent_type": "Explore", "doing": None}]
        found["rows"].sort(key=lambda row: row["waiting_for"]["kind"] != "permission" if row["waiting_for"] else True)
        route.fulfill(json=found)

    app.page.route(lambda url: "/api/now" in url, answer)


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


def _metered(*known: Metered) -> Callable[[App], None]:
    """Let a Prometheus server be set that knows these sessions; the server of the app, which others share, is not."""

    def answer(route: Route) -> None:
        with ThreadPoolExecutor(1) as beside, standing_in(known) as prometheus:
            found = beside.submit(asyncio.run, _asked(route.request.url, prometheus.address)).result()
        body = msgspec.json.encode(found).decode().replace(prometheus.address, "http://127.0.0.1:9090")
        route.fulfill(body=body, content_type="application/json")

    def before(app: App) -> None:
        app.page.route("**/api/prometheus/**", answer)

    return before


async def _asked(url: str, address: str) -> object:
    """Answer what the app asks of Prometheus."""
    parts = urlsplit(url)
    window: Any = parse_qs(parts.query).get("range", ["24h"])[0]
    said = PrometheusSetting(url=address)
    match parts.path.removeprefix("/api/prometheus/").split("/"):
        case ["sessions"]:
            return await sessions.sessions(said, window)
        case ["sessions", ident]:
            return await detail.session(said, ident, window)
        case ["test"]:
            return await trial.trial(said)
        case _:
            return {
                **msgspec.to_builtins(said),
                "has_token": True,
                "has_password": False,
                "settings_file": "/home/ada/.local/share/dashcam/settings.toml",
            }


def _refused(app: App) -> None:
    """Let Prometheus want credentials."""
    _metered()(app)
    said = {
        "status": 502,
        "error": "Prometheus at http://127.0.0.1:9090 wants credentials (401)",
        "hint": "Write token, or username and password, under [prometheus].",
    }
    app.page.route("**/api/prometheus/sessions*", lambda route: route.fulfill(status=502, json=said))


def _asking(app: App) -> None:
    """Let Prometheus take its time."""
    _metered()(app)
    hold(app, "/api/prometheus/sessions")


def _still_asking(app: App) -> None:
    expect(app.page.get_by_text("Asking http://127.0.0.1:9090")).to_be_visible()


def _open_metered(app: App) -> None:
    app.row(DEAR).get_by_role("link").click()
    expect(app.dialog("Prometheus session")).to_be_visible()
    app.settled()


def _see_sources(app: App) -> None:
    app.page.get_by_role("region", name="Sources").scroll_into_view_if_needed()


def _test_prometheus(app: App) -> None:
    app.page.get_by_role("button", name="Test").click()
    expect(app.page.get_by_text("http://127.0.0.1:9090 answers")).to_be_visible()


ALL = {"range": "all"}
PROMETHEUS = {"source": "prometheus"}
PLACES = (
    Place("overview", "/"),
    Place("overview-nothing", "/", {"range": NOTHING}),
    Place("overview-loading", "/", before=hold, settles=False),
    Place("overview-failed", "/", before=fail),
    Place("live", "/live", ALL),
    Place("live-asking", "/live", ALL | {"by": "session"}, before=ask_for_permission),
    Place("live-nothing", "/live", {"range": NOTHING, "project": "nowhere"}),
    Place("live-loading", "/live", before=hold, settles=False),
    Place("live-failed", "/live", before=fail),
    Place("sessions", "/sessions"),
    Place("sessions-filtered", "/sessions", ALL | {"agent_type": "claude-code", "sort": "cost", "min_cost": "0.05"}),
    Place("sessions-nothing", "/sessions", {"range": NOTHING}),
    Place("sessions-loading", "/sessions", before=hold, settles=False),
    Place("sessions-failed", "/sessions", before=fail),
    Place("prometheus", "/sessions", PROMETHEUS | {"range": "7d"}, before=_metered(*SESSIONS)),
    Place("prometheus-unset", "/sessions", PROMETHEUS),
    Place("prometheus-nothing", "/sessions", PROMETHEUS | {"range": "1h"}, before=_metered(SESSIONS[-1])),
    Place("prometheus-loading", "/sessions?source=prometheus", then=_still_asking, before=_asking, settles=False),
    Place("prometheus-refused", "/sessions", PROMETHEUS, before=_refused),
    Place("prometheus-modal", "/sessions", PROMETHEUS, then=_open_metered, before=_metered(*SESSIONS)),
    Place("prometheus-session", f"/prometheus/{DEAR}", {"range": "7d"}, before=_metered(*SESSIONS)),
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
    Place("session-sources", f"/sessions/{AUDITED}", {"by": "model"}, then=_see_sources),
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
    Place(
        "settings-prometheus", "/settings", {"part": "prometheus"}, then=_test_prometheus, before=_metered(*SESSIONS)
    ),
    Place("settings-data", "/settings", {"part": "data"}),
    Place("settings-doctor", "/settings", {"part": "doctor"}),
    Place("api", "/docs"),
    Place("palette", "/", then=_press("ControlOrMeta+k")),
    Place("keys", "/sessions", then=_press("?")),
    Place("nowhere", "/nowhere"),
    Place("more", "/", then=_more, screens=("phone",)),
)
