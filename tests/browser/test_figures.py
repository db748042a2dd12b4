"""Overview, usage, projects and models: their figures, their charts, and what a click on each of them does.

The three Codex sessions that left usage spent 40,000 tokens of input, 30,000 of them from the cache, and 2,000 of
output each. By the prices of gpt-5.1-codex that is 3.625 cents.
"""

import csv
import json
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.support import stories
from tests.support.pages import App

CODEX = {"agent_type": "codex"}
NOTHING = "2020-01-01..2020-01-02"


def card(app: App, title: str) -> Locator:
    return app.page.get_by_role("main").get_by_role("link", name=re.compile(f"^{title}"))


def chart(app: App, name: str) -> Locator:
    return app.page.get_by_role("figure", name=re.compile(f"^{name}"))


def drag(app: App, over: Locator, begin: float, end: float) -> None:
    """Drag over a chart between two parts of its width."""
    over.scroll_into_view_if_needed()
    box: Any = over.get_by_role("img").bounding_box()
    middle = box["y"] + box["height"] / 2
    app.page.mouse.move(box["x"] + begin * box["width"], middle)
    app.page.mouse.down()
    app.page.mouse.move(box["x"] + end * box["width"], middle, steps=4)
    app.page.mouse.up()


def sees(app: App, part: Locator) -> None:
    """Scroll until a part that is made when it is needed has come."""
    app.page.get_by_role("main").hover()
    app.scroll_to(part, within=app.page.get_by_role("main"))
    app.settled()


@pytest.mark.parametrize("path", ["/", "/usage"])
def test_cards_tell_the_range_in_figures(app: App, path: str) -> None:
    app.open(path, **CODEX)
    expect(card(app, "Cost")).to_contain_text("$0.11")
    expect(card(app, "Tokens")).to_contain_text("126K")
    expect(card(app, "Sessions")).to_contain_text("4")
    expect(card(app, "Cache hit rate")).to_contain_text("75%")
    expect(card(app, "Projects")).to_contain_text("3")


def test_cards_tell_the_change_against_the_period_before(app: App) -> None:
    app.open("/", range="7d")
    changed = card(app, "Sessions").get_by_text("vs before")
    expect(changed).to_be_visible()
    expect(changed).to_have_attribute("title", re.compile("the 7 days before"))


@pytest.mark.parametrize("path", ["/", "/usage"])
def test_cards_tell_where_a_total_comes_from(app: App, path: str) -> None:
    app.open(path)
    for total, said in {"Cost": r"transcript: exact; \$16\.", "Tokens": "transcript: exact"}.items():
        expect(card(app, total).get_by_role("img", name=re.compile(said))).to_be_visible()


def test_a_card_leads_to_what_it_counts(app: App) -> None:
    app.open("/", range="7d")
    card(app, "Active now").click()
    expect(app.heading()).to_have_text("Sessions")
    rows = app.table("Sessions").get_by_role("row")
    expect(rows.filter(has_text="A faster parser")).to_be_visible()
    expect(rows.filter(has_text="Checkout totals with tax")).to_have_count(0)


def test_cost_and_tokens_over_time_are_charts_with_their_table(app: App) -> None:
    app.open("/", **CODEX)
    app.drawn()
    for name, said in {"Cost by model per": "$0.036", "Tokens by kind per": "30K"}.items():
        expect(chart(app, name)).to_be_visible()
        chart(app, name).get_by_role("button", name=re.compile("as a table$")).click()
        expect(chart(app, name).get_by_role("row").filter(has_text=said).first).to_be_visible()


def test_a_drag_over_a_chart_selects_the_range(app: App) -> None:
    app.open("/")
    app.drawn()
    drag(app, chart(app, "Cost by model per"), 0.5, 0.7)
    expect(app.page).to_have_url(re.compile(r"range=\d{4}-\d\d-\d\d\.\.\d{4}"))
    app.page.go_back()
    expect(app.page.get_by_role("button", name="Time range: Last 30 days")).to_be_visible()


def test_running_sessions_are_listed_with_their_cost(app: App) -> None:
    app.open("/")
    running = app.table("Running sessions")
    expect(running.get_by_role("row").filter(has_text="A faster parser")).to_contain_text(
        re.compile(r"running.*\$0\.56")
    )
    expect(running.get_by_role("row").filter(has_text="Notes without a date")).to_contain_text("waiting")


def test_models_are_shares_of_one_whole_and_a_click_filters(app: App) -> None:
    app.open("/")
    app.page.get_by_role("button", name="claude-haiku-4-5").click()
    expect(app.page).to_have_url(re.compile("model=claude-haiku-4-5"))
    expect(app.page.get_by_role("list", name="Filters")).to_contain_text("claude-haiku-4-5")


def test_the_dearest_projects_and_sessions_are_listed(app: App) -> None:
    app.open("/")
    expect(app.table("Top projects").get_by_role("row").nth(1)).to_contain_text("compiler")
    top = app.table("Top sessions").get_by_role("row")
    expect(top.nth(1)).to_contain_text(re.compile(r"Types for every module.*\$5\.88"))
    expect(top.nth(2)).to_contain_text("Checkout totals with tax")
    top.nth(2).get_by_role("link").click()
    expect(app.dialog("Session")).to_be_visible()


def test_the_year_is_a_map_of_days_and_a_busy_day_is_a_click_away(app: App) -> None:
    app.open("/")
    expect(app.page.get_by_role("img", name="Cost by day over a year")).to_be_visible()
    days = app.page.get_by_role("list").filter(has=app.page.get_by_title("Show only this day"))
    days.get_by_role("button").first.click()
    expect(app.page).to_have_url(re.compile(r"range=\d{4}-\d\d-\d\d\.\."))


@pytest.mark.parametrize("path", ["/", "/usage", "/projects", "/models"])
def test_an_empty_range_says_so_and_offers_all_time(app: App, path: str) -> None:
    app.open(path, range=NOTHING)
    app.page.get_by_role("main").get_by_role("button", name="Show all time").first.click()
    expect(app.page.get_by_role("button", name="Time range: All time")).to_be_visible()
    expect(app.page.get_by_role("main").get_by_role("button", name="Show all time")).to_have_count(0)


@pytest.mark.parametrize("width", ["Hour", "Day", "Week", "Month"])
def test_usage_over_time_is_shown_by_any_width(app: App, width: str) -> None:
    app.open("/usage", range="30d" if width != "Hour" else "2d")
    app.page.get_by_role("group", name="Width of the bars").or_(
        app.page.get_by_role("radiogroup", name="Width of the bars")
    ).get_by_text(width, exact=True).click()
    expect(chart(app, f"Cost by model per {width.lower()}")).to_be_visible()


@pytest.mark.parametrize(
    ("part", "row", "cost"),
    [
        ("Project", "shop", "$0.036"),
        ("Model", "gpt-5.1-codex", "$0.11"),
        ("Agent", "Codex", "$0.11"),
        ("Branch", "main", "$0.11"),
        ("Tool", "shell", "$"),
    ],
)
def test_usage_is_taken_apart_by_project_model_agent_branch_and_tool(app: App, part: str, row: str, cost: str) -> None:
    app.open("/usage", **CODEX)
    app.page.get_by_role("tab", name=part).click()
    table = app.table(f"Usage by {part.lower()}")
    expect(table.get_by_role("row").filter(has_text=row).first).to_contain_text(cost)


def test_the_width_of_the_bars_and_the_part_stand_in_the_address(app: App) -> None:
    app.open("/usage", per="week", by="agent", **CODEX)
    expect(chart(app, "Cost by model per week")).to_be_visible()
    expect(app.page.get_by_role("tab", name="Agent")).to_have_attribute("aria-selected", "true")
    expect(app.table("Usage by agent").get_by_role("row").filter(has_text="Codex")).to_be_visible()


def test_a_row_of_usage_filters_the_page_by_it(app: App) -> None:
    app.open("/usage")
    app.table("Usage by project").get_by_role("button", name="shop").click()
    expect(app.page.get_by_role("list", name="Filters")).to_contain_text("shop")
    expect(app.table("Usage by project").get_by_role("row").filter(has_text="compiler")).to_have_count(0)
    expect(card(app, "Projects")).to_contain_text("1")


@pytest.mark.parametrize("column", ["Cost", "Tokens", "Sessions"])
def test_usage_tables_sort_by_cost_tokens_and_sessions(app: App, column: str) -> None:
    app.open("/usage")
    header = app.table("Usage by project").get_by_role("columnheader", name=re.compile(f"^{column}"))
    if column != "Cost":
        header.get_by_role("button").click()
    expect(header).to_have_attribute("aria-sort", "descending")
    header.get_by_role("button").click()
    expect(header).to_have_attribute("aria-sort", "ascending")


def test_models_are_compared_and_the_same_work_is_priced_on_another(app: App) -> None:
    app.open("/usage", project="/home/ada/shop", model="claude-haiku", range="1d")
    compared = app.table("Models compared")
    sees(app, compared)
    app.page.get_by_label("The same work on").select_option("claude-haiku-4-5")
    row = compared.get_by_role("row").filter(has_text="claude-haiku-4-5")
    expect(row).to_contain_text("±0")
    for column in ("Sessions", "Cache hit", "Cost . session", "Cost . 1K output", "Other model", "Difference"):
        expect(compared.get_by_role("columnheader", name=re.compile(f"^{column}"))).to_be_visible()


def test_caches_are_told_by_hit_rate_savings_and_what_expired(app: App) -> None:
    app.open("/usage", **CODEX)
    title = app.page.get_by_role("heading", name="Cache efficiency")
    sees(app, title)
    main = app.page.get_by_role("main")
    for name, value in {"Cache hit rate": "75%", "Saved by reads": "$0.10", "Expired caches cost": "$0.00"}.items():
        fact = main.get_by_role("term").filter(has_text=re.compile(f"^{name}$"))
        expect(fact.locator("xpath=following-sibling::dd[1]")).to_have_text(value)


def test_the_trend_adds_up_the_cost_beside_the_period_before(app: App) -> None:
    app.open("/usage")
    sees(app, chart(app, "Running total of the cost"))
    expect(app.page.get_by_text("At this pace")).to_be_visible()


def exported(app: App, name: str) -> str:
    app.page.get_by_role("button", name="Export", exact=True).click()
    with app.page.expect_download() as given:
        app.page.get_by_role("link", name=name, exact=True).click()
    return given.value.path().read_text(encoding="utf-8")


def test_usage_is_exported_as_csv_and_json(app: App) -> None:
    app.open("/usage", **CODEX)
    rows = list(csv.DictReader(exported(app, "By project, CSV").splitlines()))
    assert {row["project"]: row["total_tokens"] for row in rows}[stories.SHOP] == "42000"
    told = json.loads(exported(app, "By project, JSON"))
    assert told["totals"]["total_tokens"] == 126_000


def test_projects_tell_their_use_and_sort_by_it(app: App) -> None:
    app.open("/projects", **CODEX)
    projects = app.table("Projects")
    expect(projects.get_by_role("row").filter(has_text=stories.SHOP)).to_contain_text(re.compile(r"75%.*42K.*\$0\.036"))
    expect(projects.get_by_role("row").last).to_contain_text(re.compile(r"3 projects.*126K.*\$0\.11"))
    for column in ("Cost", "Tokens", "Sessions"):
        header = projects.get_by_role("columnheader", name=re.compile(f"^{column}"))
        if column != "Cost":
            header.get_by_role("button").click()
        expect(header).to_have_attribute("aria-sort", "descending")


def test_a_project_opens_with_all_about_it(app: App) -> None:
    app.open("/projects", range="all")
    app.table("Projects").get_by_role("row").filter(has_text="/home/ada/notes").get_by_role("link").click()
    expect(app.heading()).to_have_text("Project")
    expect(app.page.get_by_role("heading", name="notes")).to_be_visible()
    expect(app.table("Sessions of the project").get_by_role("row").filter(has_text="The week in short")).to_be_visible()
    for part in ("Models", "Agents", "Days"):
        expect(app.table(part)).to_be_visible()


def test_models_are_listed_with_their_prices_and_the_unpriced_one_with_its_remedy(app: App) -> None:
    app.open("/models")
    models = app.table("Models")
    expect(models.get_by_role("row").filter(has_text="claude-sonnet-4-5")).to_contain_text(
        re.compile(r"\$3\.00.*\$15\.00")
    )
    expect(models.get_by_role("row").filter(has_text=stories.NOBODYS)).to_contain_text("Set price")
    app.page.get_by_role("region", name="Models without a price").get_by_role("link", name="Set prices").click()
    expect(app.page.get_by_role("tab", name=re.compile("^Prices"))).to_have_attribute("aria-selected", "true")


def test_models_sort_and_a_row_filters_by_its_model(app: App) -> None:
    app.open("/models")
    models = app.table("Models")
    models.get_by_role("columnheader", name=re.compile("^Model")).get_by_role("button").click()
    expect(models.get_by_role("row").nth(1)).to_contain_text(stories.NOBODYS)
    models.get_by_role("row").filter(has_text=stories.OPUS).click()
    expect(app.page.get_by_role("list", name="Filters")).to_contain_text(stories.OPUS)
    expect(models.get_by_role("row").filter(has_text=stories.SONNET)).to_have_count(0)
