"""Settings: agents, prices, money and times, re-indexing, the doctor; and the page that describes the API."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support import stories
from tests.support.build import HOUR
from tests.support.history import History
from tests.support.pages import App
from tests.support.serving import Started

Serve = Callable[..., Started]
EURO = 'currencies = [{ code = "EUR", per_dollar = "0.5", symbol = "€" }]\n'


def prices_in_use(app: App, model: str) -> Locator:
    return app.table("Prices in use").get_by_role("row").filter(has_text=model)


@pytest.fixture
def own(page: Page, machine: History, serve: Serve) -> App:
    """The app over a machine of the test's own, with an unpriced session; its settings know the euro."""
    stories.unpriced(machine.now - HOUR).write(machine.claude)
    stories.forked(machine.now - 2 * HOUR)[0].write(machine.claude)
    settings = machine.home / "dashcam" / "settings.toml"
    settings.parent.mkdir(exist_ok=True)
    settings.write_text(EURO, encoding="utf-8")
    return App(page, serve(sessions=2).address)


def test_agents_are_told_with_where_they_are_and_what_their_files_can_tell(app: App) -> None:
    app.open("/settings")
    claude, codex = (app.page.get_by_role("region", name=name) for name in ("Claude Code", "Codex"))
    expect(claude).to_contain_text("161 sessions")
    expect(claude.get_by_text(re.compile(r"/\.claude$"))).to_be_visible()
    expect(codex).to_contain_text(re.compile("Tokens\\s*yes"))
    expect(codex).to_contain_text(re.compile("Cost\\s*no"))
    codex.get_by_role("link", name="4 sessions").click()
    expect(app.table("Sessions").get_by_role("row").filter(has_text="Is anybody there?")).to_be_visible()


def test_a_price_of_ones_own_prices_the_calls_that_had_none_and_can_be_taken_back(own: App) -> None:
    own.open("/settings", part="prices")
    expect(prices_in_use(own, stories.NOBODYS)).to_contain_text("N/A")
    own.page.get_by_role("region", name="Models without a price").get_by_role("button", name="Set a price").click()
    form = own.dialog(f"Price of {stories.NOBODYS}")
    form.get_by_label(re.compile("^Input")).fill("3")
    form.get_by_label(re.compile("^Output")).fill("15")
    form.get_by_role("button", name=re.compile("^(Keep|Set|Save)")).click()
    expect(form).to_have_count(0)
    expect(prices_in_use(own, stories.NOBODYS)).to_contain_text("$0.047")
    mine = own.page.get_by_role("region", name="Your own prices")
    expect(mine).to_contain_text("input 3, output 15 dollars per million tokens")
    mine.get_by_role("button", name="Take back").click()
    expect(prices_in_use(own, stories.NOBODYS)).to_contain_text("N/A")


def test_an_unknown_model_can_be_told_to_be_a_known_one(own: App) -> None:
    own.open("/settings", part="prices")
    own.page.get_by_role("button", name="It is a known model").click()
    form = own.dialog(f"Price of {stories.NOBODYS}")
    form.get_by_role("searchbox", name="Known model").fill("claude-sonnet-4-5")
    form.get_by_role("button", name="anthropic/claude-sonnet-4-5").first.click()
    expect(form).to_have_count(0)
    expect(prices_in_use(own, stories.NOBODYS)).to_contain_text("$0.047")


def test_money_is_shown_in_the_currency_that_is_chosen(own: App) -> None:
    own.open("/settings", part="display")
    own.page.get_by_label("Currency").select_option("EUR")
    expect(own.page.get_by_role("status").filter(has_text="Money is shown in EUR")).to_be_visible()
    own.open("/sessions")
    expect(own.row("Tests for the parser")).to_contain_text(re.compile(r"€\s?0\.2[23]|0\.2[23]\s?€"))


def test_times_are_shown_in_the_zone_that_is_chosen(own: App) -> None:
    own.open("/settings", part="display")
    own.page.get_by_label("Time zone").fill("Asia/Tokyo")
    own.page.get_by_role("button", name="Keep").click()
    expect(own.page.get_by_text("Days and ranges are of Asia/Tokyo")).to_be_visible()


def test_looks_are_chosen_here_too(app: App) -> None:
    app.open("/settings", part="display")
    app.page.get_by_role("radiogroup", name="Theme").get_by_text("Light").click()
    expect(app.page.get_by_role("button", name=re.compile("^Theme: light"))).to_be_visible()
    app.page.get_by_role("radiogroup", name="Density of tables").get_by_text("Comfortable").click()
    app.open("/sessions")
    box = app.row("A faster parser").bounding_box()
    assert box is not None
    assert 40 <= box["height"] <= 41


def test_everything_is_indexed_again_and_nothing_counts_twice(own: App) -> None:
    own.open("/settings", part="data")
    own.page.get_by_role("button", name="Re-index everything").click()
    expect(own.page.get_by_role("status").filter(has_text="Done: everything that was found is read.")).to_be_visible()
    own.open("/sessions")
    expect(own.row("Tests for the parser")).to_contain_text("$0.45")
    expect(own.table("Sessions")).to_have_attribute("aria-rowcount", "3")


def test_the_doctor_reports(own: App) -> None:
    own.open("/settings", part="doctor")
    report = own.page.get_by_role("tabpanel")
    expect(report.get_by_role("listitem").filter(has_text="prices").first).to_contain_text("warning")
    expect(report.get_by_role("listitem").filter(has_text="database").first).to_contain_text("ok")


def test_a_scan_finds_what_was_written_since(page: Page, machine: History, serve: Serve) -> None:
    app = App(page, serve("--no-watch", "--port", "0").address)
    app.open("/settings", part="data")
    stories.forked(machine.now - HOUR)[0].write(machine.claude)
    app.page.get_by_role("button", name="Scan now").click()
    expect(app.page.get_by_role("status").filter(has_text="Done")).to_be_visible()
    app.open("/sessions")
    expect(app.row("Tests for the parser")).to_contain_text("$0.45")


def test_the_report_is_made_anew_and_copied(app: App) -> None:
    app.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    app.open("/settings", part="doctor")
    app.page.get_by_role("button", name="Look again").click()
    expect(app.page.get_by_role("button", name="Look again")).to_be_enabled()
    app.page.get_by_role("button", name="Copy the report").click()
    report = app.page.evaluate("navigator.clipboard.readText()")
    assert "1 call of 1 model" in report
    assert "database" in report


def test_an_unpriced_model_is_told_on_the_tab_of_prices(app: App) -> None:
    app.open("/settings")
    expect(app.page.get_by_role("tab", name=re.compile("^Prices"))).to_contain_text("1")


def test_keys_move_through_the_routes_and_a_request_is_copied(app: App) -> None:
    app.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    app.open("/docs")
    app.page.keyboard.press("j")
    expect(app.page).to_have_url(re.compile("route="))
    described = app.page.get_by_role("article")
    expect(described).to_contain_text("/api/sessions/{session_id}")
    described.get_by_role("textbox", name="Value of session_id").fill("abc")
    described.get_by_role("button", name="Copy as curl").click()
    copied = app.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("curl")
    assert "/api/sessions/abc" in copied


def test_the_api_is_described_offline_and_a_route_opens(app: App) -> None:
    app.open("/docs")
    routes = app.page.get_by_role("navigation", name="Routes")
    routes.get_by_role("searchbox", name="Filter routes").fill("tokens/sessions")
    routes.get_by_role("link").filter(has_text="/tokens/sessions").click()
    described = app.page.get_by_role("article")
    expect(described.get_by_role("cell", name=re.compile("^hours"))).to_be_visible()
    expect(described.get_by_text("/api/tokens/sessions").first).to_be_visible()
    described.get_by_role("textbox", name="Value of hours").fill("8")
    expect(described.get_by_role("link", name="Try it")).to_have_attribute("href", re.compile("hours=8"))
