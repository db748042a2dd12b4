"""Sessions from a Prometheus server on screen: the table, one of them, every way of getting none, and the settings."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_accessibility import AXE, barriers
from tests.support import stories
from tests.support.build import HOUR
from tests.support.complaints import Complaints
from tests.support.history import History
from tests.support.metered import DEAR, OLD, RECORDED, SHORT, StandIn, standing_in
from tests.support.pages import PHONE, App
from tests.support.serving import Started, wait_until

Opened = Callable[..., App]
TABLE = "Sessions that Prometheus knows"
COLUMNS = ("Session", "Agent", "Model", "By type", "Active", "Tokens", "Cost")
SECRET = "made-up-secret"
OURS = {"source": "prometheus"}


@pytest.fixture
def prometheus() -> Iterator[StandIn]:
    """What answers in place of a Prometheus server."""
    with standing_in() as made:
        yield made


@pytest.fixture(scope="module")
def dashcam(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """A server for the tests of this page: they change its settings. One of the sessions is on record here, too."""
    machine = History(tmp_path_factory.mktemp("machine"))
    stories.showcase(machine.now - HOUR)[0].write(machine.claude)
    with Started(machine.home, "--port", "0") as server:
        wait_until(lambda: server.ask("/api/status")["sessions"] >= 1)
        yield server


@pytest.fixture
def opened(page: Page, dashcam: Started) -> Opened:
    """Give the app while Prometheus is asked at an address, or not at all."""

    def start(address: str = "", **more: Any) -> App:
        kept = page.request.post(f"{dashcam.address}/api/prometheus/settings", data={"url": address, **more})
        assert kept.ok, kept.text()
        return App(page, dashcam.address)

    return start


@pytest.fixture
def app(opened: Opened, prometheus: StandIn) -> App:
    return opened(prometheus.address)


def rows(app: App) -> Locator:
    return app.table(TABLE).get_by_role("row")


def ids(app: App) -> list[str]:
    """List the sessions of the table, in their order."""
    return rows(app).get_by_role("link").all_inner_texts()


def header(app: App, name: str) -> Locator:
    return app.table(TABLE).get_by_role("columnheader", name=re.compile(rf"^{name}\b"))


def alert(app: App) -> Locator:
    return app.page.get_by_role("main").get_by_role("alert")


def modal(app: App) -> Locator:
    return app.dialog("Prometheus session")


def test_the_source_is_switched_and_stands_in_the_address(app: App) -> None:
    app.open("/sessions")
    source = app.page.get_by_role("group", name="Source")
    source.get_by_role("button", name="Prometheus").click()
    expect(app.page).to_have_url(re.compile(r"source=prometheus"))
    expect(app.row(DEAR)).to_be_visible()
    expect(app.page.get_by_role("button", name="Filter", exact=True)).to_have_count(0)
    app.page.reload()
    expect(app.row(DEAR)).to_be_visible()
    source.get_by_role("button", name="Recorded").click()
    expect(app.row("Checkout totals with tax")).to_be_visible()
    assert "source" not in app.query()


def test_a_row_tells_cost_tokens_models_and_time(app: App) -> None:
    app.open("/sessions", **OURS)
    row = app.row(DEAR)
    for said in ("Claude Code", "claude-opus-4-5", "+1", "2h 10m", "3M", "$4.30"):
        expect(row).to_contain_text(said)
    told = row.get_by_text("3M").get_attribute("title") or ""
    for said in ("3,019,000 tokens", "Input 52,000", "Output 57,000", "Cache read 2,600,000", "Cache write 310,000"):
        assert said in told
    mark = row.get_by_role("img", name=re.compile(r"from a Prometheus server; increase\(\) extrapolates"))
    expect(mark).to_be_visible()
    sums = app.table(TABLE).get_by_role("row").last
    expect(sums).to_contain_text("3 sessions")
    expect(sums).to_contain_text("$5.66")


def test_the_notes_of_the_answer_are_shown(app: App) -> None:
    app.open("/sessions", **OURS)
    app.page.get_by_role("button", name=re.compile("1 note")).click()
    expect(app.page.get_by_text("Prometheus estimates these numbers from samples")).to_be_visible()


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_sorts_both_ways(app: App, name: str) -> None:
    app.open("/sessions", range="7d", **OURS)
    up, down = ("descending", "ascending") if name in COLUMNS[3:] else ("ascending", "descending")
    if name != "Cost":
        header(app, name).get_by_role("button").click()
    expect(header(app, name)).to_have_attribute("aria-sort", up)
    first = ids(app)
    header(app, name).get_by_role("button").click()
    expect(header(app, name)).to_have_attribute("aria-sort", down)
    assert sorted(first) == sorted(ids(app))
    assert name == "Agent" or ids(app) != first


def test_the_dearest_stands_first_and_another_order_stands_in_the_address(app: App) -> None:
    app.open("/sessions", range="7d", **OURS)
    assert ids(app) == [DEAR, RECORDED, OLD, SHORT]
    header(app, "Active").get_by_role("button").click()
    expect(app.page).to_have_url(re.compile("sort=active"))
    app.page.reload()
    app.settled()
    assert ids(app) == [DEAR, OLD, RECORDED, SHORT]


def test_another_range_asks_again(app: App, prometheus: StandIn) -> None:
    app.open("/sessions", **OURS)
    ranges = app.page.get_by_role("group", name="Time range")
    expect(ranges.get_by_role("button", pressed=True)).to_have_text("24h")
    expect(app.row(OLD)).to_have_count(0)
    ranges.get_by_role("button", name="7d").click()
    expect(app.row(OLD)).to_be_visible()
    assert any("[7d]" in query for query in prometheus.asked)
    app.page.reload()
    expect(ranges.get_by_role("button", pressed=True)).to_have_text("7d")
    app.page.go_back()
    expect(app.row(OLD)).to_have_count(0)


def test_a_slow_server_is_named_while_it_is_waited_for(app: App, prometheus: StandIn) -> None:
    prometheus.hold()
    app.page.goto(f"{app.address}/sessions?source=prometheus")
    expect(app.table(TABLE)).to_have_attribute("aria-busy", "true")
    expect(app.page.get_by_text("No sessions")).to_have_count(0)
    waiting = app.page.get_by_role("status").filter(has_text=f"Asking {prometheus.address}")
    expect(waiting).to_be_visible()
    prometheus.release()
    expect(app.row(DEAR)).to_be_visible()
    expect(waiting).to_have_count(0)


def test_a_session_opens_over_the_table_with_its_shares_and_its_course(app: App, prometheus: StandIn) -> None:
    app.open("/sessions", **OURS)
    app.row(DEAR).get_by_role("link").click()
    expect(app.page).to_have_url(f"{app.address}/prometheus/{DEAR}?range=24h")
    for said in ("$4.30", "3M", "cli 1h 45m, user 25m", f"From Prometheus at {prometheus.address}"):
        expect(modal(app)).to_contain_text(said)
    types = modal(app).get_by_role("table", name="Tokens by type")
    expect(types.get_by_role("row").first).to_have_text(re.compile(r"Cache read\s*2\.6M\s*86%"))
    expect(modal(app).get_by_role("table", name="Tokens by model").get_by_role("row")).to_have_count(2)
    expect(modal(app).get_by_role("table", name="Cost by model")).to_contain_text("$4.20")
    expect(modal(app).get_by_text("need not add up")).to_be_visible()
    modal(app).get_by_role("button", name="Show Cost over time as a table").click()
    course = modal(app).get_by_role("figure", name="Cost over time").get_by_role("row")
    expect(course.filter(has_text="$1.72")).to_have_count(1)
    app.page.reload()
    expect(modal(app)).to_contain_text("$4.30")
    app.page.keyboard.press("Escape")
    expect(modal(app)).to_have_count(0)
    expect(app.page).to_have_url(re.compile("source=prometheus"))


def test_a_session_that_is_recorded_here_too_leads_to_it(app: App) -> None:
    app.open("/sessions", **OURS)
    app.row(DEAR).get_by_role("link").click()
    expect(modal(app)).to_contain_text("$4.30")
    expect(modal(app).get_by_role("link", name="Also recorded here")).to_have_count(0)
    app.page.keyboard.press("Escape")
    app.row(RECORDED).get_by_role("link").click()
    modal(app).get_by_role("link", name="Also recorded here").click()
    expect(app.dialog("Session").get_by_text("Checkout totals with tax").first).to_be_visible()


def test_another_range_of_a_session_may_not_have_it(app: App, complaints: Complaints) -> None:
    complaints.expect("404", because="the session has no samples of one range")
    app.open(f"/prometheus/{OLD}", range="7d")
    here = app.page.get_by_role("article", name="Prometheus session")
    expect(here).to_contain_text("$0.64")
    here.get_by_role("group", name="Time range").get_by_role("button", name="1h").click()
    expect(here.get_by_text("Not in this range")).to_be_visible()
    here.get_by_role("button", name="Last 30 days").click()
    expect(here).to_contain_text("$0.64")


def test_a_range_without_sessions_offers_a_longer_one(app: App, prometheus: StandIn) -> None:
    prometheus.sessions = prometheus.sessions[-1:]
    app.open("/sessions", range="1h", **OURS)
    expect(app.page.get_by_text("No sessions in this range")).to_be_visible()
    expect(app.page.get_by_text("no session's cost grew in the last hour")).to_be_visible()
    app.page.get_by_role("button", name="Last 30 days").click()
    expect(app.row(OLD)).to_be_visible()


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, b"", "wants credentials (401)"),
        (200, b"<html>Log in</html>", "that is not how Prometheus answers: a page of HTML"),
        (200, b'{"status":"success","data":[]}', "JSON of another shape"),
        (422, b'{"status":"error","error":"too many samples"}', "Prometheus cannot answer: too many samples"),
    ],
)
def test_an_answer_that_cannot_be_shown_says_why(
    app: App, prometheus: StandIn, complaints: Complaints, status: int, body: bytes, words: str
) -> None:
    complaints.expect("502", because="the server refuses at first")
    prometheus.refuse(status, body)
    app.open("/sessions", **OURS)
    expect(alert(app)).to_contain_text(words, ignore_case=True)
    expect(alert(app).get_by_role("link", name="Prometheus settings")).to_be_visible()
    prometheus.refusal = None
    alert(app).get_by_role("button", name="Try again").click()
    expect(app.row(DEAR)).to_be_visible()
    expect(alert(app)).to_have_count(0)


def test_a_failed_range_shows_no_rows_of_the_one_before(app: App, prometheus: StandIn, complaints: Complaints) -> None:
    complaints.expect("502", because="the server refuses the second question")
    app.open("/sessions", **OURS)
    expect(app.row(DEAR)).to_be_visible()
    prometheus.refuse(500)
    app.page.get_by_role("button", name="Ask again").click()
    expect(alert(app)).to_contain_text("answers with status 500")
    expect(app.row(DEAR)).to_be_visible()
    app.page.get_by_role("group", name="Time range").get_by_role("button", name="8h").click()
    expect(app.row(DEAR)).to_have_count(0)
    expect(alert(app)).to_contain_text("answers with status 500")


def test_a_server_that_is_away_says_so_and_leads_to_the_settings(opened: Opened, complaints: Complaints) -> None:
    complaints.expect("502", because="nothing listens there")
    app = opened("http://127.0.0.1:1")
    app.open("/sessions", **OURS)
    expect(alert(app)).to_contain_text("nothing listens at http://127.0.0.1:1", ignore_case=True)
    alert(app).get_by_role("link", name="Prometheus settings").click()
    expect(app.page.get_by_label("Address")).to_have_value("http://127.0.0.1:1")


def test_a_server_that_takes_too_long_says_how_long(
    opened: Opened, prometheus: StandIn, complaints: Complaints
) -> None:
    complaints.expect("504", because="the server is too slow")
    prometheus.hold()
    app = opened(prometheus.address, timeout_seconds=0.5)
    app.open("/sessions", **OURS)
    expect(alert(app)).to_contain_text("did not answer within 0.5 s")
    expect(alert(app)).to_contain_text("Choose a shorter range")


def test_a_server_without_counters_of_agents_says_so(
    app: App, prometheus: StandIn, complaints: Complaints, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaints.expect("404", because="there are no metrics")
    prometheus.sessions = ()
    data = prometheus._data
    monkeypatch.setattr(prometheus, "_data", lambda path, said: [] if "label/" in path else data(path, said))
    app.open("/sessions", **OURS)
    expect(alert(app)).to_contain_text("no Claude Code metrics here", ignore_case=True)


def test_it_is_set_up_tested_and_removed_on_the_page(opened: Opened, prometheus: StandIn) -> None:
    app = opened()
    app.open("/sessions", **OURS)
    expect(app.page.get_by_text("No Prometheus server is set")).to_be_visible()
    app.page.get_by_role("main").get_by_role("link", name="Set up Prometheus").click()
    panel = app.page.get_by_role("region", name="Prometheus")
    panel.get_by_label("Address").fill(prometheus.address)
    panel.get_by_text("Bearer token").click()
    panel.get_by_label("Token", exact=True).fill(SECRET)
    panel.get_by_role("button", name="Test").click()
    for said in (f"{prometheus.address} answers", "3.1.0", "ms", "look like running totals", "claude_code_cost_usage"):
        expect(panel).to_contain_text(said)
    panel.get_by_role("button", name="Save").click()
    token = panel.get_by_label("Token", exact=True)
    expect(token).to_have_attribute("placeholder", "Kept, unchanged")
    expect(token).to_have_value("")
    app.page.reload()
    expect(token).to_have_attribute("placeholder", "Kept, unchanged")
    panel.get_by_label("Address").fill("http://127.0.0.1:1")
    expect(token).to_have_attribute("placeholder", "Write it again: the server is another one")
    app.page.reload()
    panel.get_by_role("link", name="Sessions that it knows").click()
    expect(app.row(DEAR)).to_be_visible()
    app.open("/settings", part="prometheus")
    panel.get_by_role("button", name="Remove", exact=True).click()
    panel.get_by_role("button", name="Remove them").click()
    expect(panel.get_by_label("Address")).to_have_value("")
    expect(panel.get_by_role("button", name="Remove")).to_have_count(0)


def test_a_test_that_fails_says_why_and_keeps_nothing(opened: Opened, complaints: Complaints) -> None:
    complaints.expect("502", because="nothing listens there")
    app = opened()
    app.open("/settings", part="prometheus")
    panel = app.page.get_by_role("region", name="Prometheus")
    panel.get_by_label("Address").fill("http://127.0.0.1:1")
    panel.get_by_role("button", name="Test").click()
    expect(panel.get_by_role("alert")).to_contain_text("nothing listens at", ignore_case=True)
    app.page.reload()
    expect(panel.get_by_label("Address")).to_have_value("")


def test_user_name_timeout_authority_and_deltas_are_kept(opened: Opened) -> None:
    app = opened()
    app.open("/settings", part="prometheus")
    panel = app.page.get_by_role("region", name="Prometheus")
    panel.get_by_label("Address").fill("https://metrics.example/prometheus")
    panel.get_by_role("radiogroup", name="Credentials").get_by_text("Password", exact=True).click()
    panel.get_by_label("User name", exact=True).fill("ada")
    panel.get_by_role("textbox", name="Password").fill(SECRET)
    panel.get_by_label("CA file").fill("/etc/ours.pem")
    panel.get_by_label("Timeout").fill("2.5")
    panel.get_by_label("Deltas").check()
    panel.get_by_role("button", name="Save").click()
    expect(app.page.get_by_text("Prometheus is asked at https://metrics.example/prometheus")).to_be_visible()
    app.page.reload()
    expect(panel.get_by_label("User name", exact=True)).to_have_value("ada")
    expect(panel.get_by_role("textbox", name="Password")).to_have_attribute("placeholder", "Kept, unchanged")
    expect(panel.get_by_label("CA file")).to_have_value("/etc/ours.pem")
    expect(panel.get_by_label("Timeout")).to_have_value("2.5")
    expect(panel.get_by_label("Deltas")).to_be_checked()
    expect(panel.get_by_role("button", name="Save")).to_be_disabled()
    assert SECRET not in app.page.content()


@pytest.mark.parametrize("path", ["/sessions?source=prometheus", f"/prometheus/{DEAR}", "/settings?part=prometheus"])
def test_nobody_is_kept_out_and_a_phone_scrolls_no_sideways(app: App, path: str) -> None:
    app.open(path)
    app.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = barriers(app.page)
    app.page.emulate_media(color_scheme="light")
    found += barriers(app.page)
    app.page.set_viewport_size(PHONE)
    assert [*found, *barriers(app.page)] == []
    assert app.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert app.page.evaluate("document.querySelector('main').scrollWidth") <= PHONE["width"]
