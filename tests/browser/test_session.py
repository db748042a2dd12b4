"""One session in figures: what it was, what it cost and why, its subagents, its tools and files, what is not known."""

import re

from playwright.sync_api import expect

from tests.support import stories
from tests.support.complaints import Complaints
from tests.support.pages import App
from tests.support.places import SHOWCASE


def session(number: int) -> str:
    return f"/sessions/{stories.identity(number)}"


def test_the_summary_tells_cost_tokens_duration_and_status_with_subagents_counted_in(app: App) -> None:
    app.open(SHOWCASE)
    page = app.page.get_by_role("article", name="Session")
    expect(page.get_by_role("heading", name="Checkout totals with tax")).to_be_visible()
    for said in ("$1.42", "$1.35 own, 1 subagent", "384K", "9m", "completed", "3 prompts", "1 failed"):
        expect(page.get_by_text(said).first).to_be_visible()


def test_the_totals_tell_their_source(app: App) -> None:
    app.open(SHOWCASE)
    page = app.page.get_by_role("article", name="Session")
    expect(page.get_by_role("img", name=re.compile("transcript: exact"))).to_have_count(2)


def test_subagents_and_cache_reads_can_be_left_out_of_the_chart(app: App) -> None:
    app.open(SHOWCASE)
    app.drawn()
    chart = app.page.get_by_role("figure", name=re.compile("^Tokens per minute"))
    chart.get_by_role("button", name="Subagents").click()
    expect(app.page).to_have_url(re.compile("subagents=false"))
    chart.get_by_role("button", name=re.compile("as a table$")).click()
    expect(chart.get_by_role("row").filter(has_text="50K")).to_have_count(0)
    expect(chart.get_by_role("columnheader", name="Cache read")).to_have_count(1)
    chart.get_by_role("button", name="Cache reads").click()
    expect(chart.get_by_role("columnheader", name="Cache read")).to_have_count(0)


def test_the_command_that_resumes_it_and_its_id_are_copied(app: App) -> None:
    app.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    app.open(SHOWCASE)
    app.page.get_by_role("button", name="Copy the command that resumes it").click()
    resumes = f"claude --resume {stories.identity(1)}"
    assert app.page.evaluate("navigator.clipboard.readText()").endswith(resumes)
    app.page.get_by_role("button", name="Copy the id").click()
    assert app.page.evaluate("navigator.clipboard.readText()") == stories.identity(1)


def test_tokens_are_broken_down_by_model_and_kind(app: App) -> None:
    app.open(SHOWCASE)
    rows = app.page.get_by_role("table", name="Tokens by model and kind").get_by_role("row")
    expect(rows.filter(has_text="claude-sonnet-4-5")).to_contain_text(re.compile("300K.*30K.*330K.*1\\.35"))
    expect(rows.filter(has_text="claude-haiku-4-5")).to_contain_text(re.compile("50K.*4K.*54K.*0\\.070"))
    expect(rows.last).to_contain_text(re.compile("Together.*384K.*1\\.42"))
    for ring in ("Tokens by kind", "Tokens by model"):
        expect(app.page.get_by_role("figure", name=ring)).to_be_visible()


def test_a_receipt_tells_why_it_costs_that(app: App) -> None:
    app.open(SHOWCASE)
    rows = app.page.get_by_role("table", name="Receipt").get_by_role("row")
    expect(rows.filter(has_text="input").first).to_contain_text(re.compile(r"300K.*\$3\.00.*\$0\.90"))
    expect(rows.filter(has_text="output").first).to_contain_text(re.compile(r"30K.*\$15\.00.*\$0\.45"))
    expect(rows.filter(has_text="Unattributed")).to_contain_text("N/A")
    expect(rows.last).to_contain_text("$1.42")


def test_every_call_has_a_receipt_of_its_own(app: App) -> None:
    app.open(SHOWCASE)
    app.page.get_by_role("tab", name="Calls").click()
    calls = app.table("Model calls").get_by_role("row")
    expect(calls).to_have_count(4)
    calls.nth(1).click()
    receipt = app.dialog("Why this call costs that")
    expect(receipt.get_by_role("row").filter(has_text="input")).to_contain_text("100,000")
    expect(receipt.get_by_role("row").last).to_contain_text("$0.45")
    app.page.keyboard.press("Escape")
    expect(receipt).to_have_count(0)


def test_subagents_stand_in_a_tree_with_their_costs(app: App) -> None:
    app.open(SHOWCASE)
    tree = app.page.get_by_role("table", name="Subagents and what they cost")
    child = tree.get_by_role("row").filter(has_text="claude-haiku-4-5")
    expect(child).to_contain_text(re.compile("54K.*0\\.070"))
    child.get_by_role("link").click()
    expect(app.page.get_by_text("Subagent of")).to_be_visible()
    app.page.go_back()
    expect(tree).to_be_visible()


def test_a_fork_is_told_where_it_came_from_and_counts_only_its_own(app: App) -> None:
    app.open(session(7))
    expect(app.page.get_by_text("Fork of")).to_be_visible()
    expect(app.page.get_by_text("$0.45").first).to_be_visible()


def test_tools_and_their_failures_are_counted(app: App) -> None:
    app.open(SHOWCASE)
    tools = app.table("Tools").get_by_role("row")
    expect(tools.filter(has_text="Bash")).to_contain_text(re.compile(r"Bash\D*1\D*1"))
    expect(tools.filter(has_text="Edit")).to_contain_text(re.compile(r"Edit\D*1\D*0"))


def test_changed_files_are_listed_with_their_lines(app: App) -> None:
    app.open(SHOWCASE)
    app.page.get_by_role("tab", name="Files").click()
    expect(app.table("Files changed").get_by_role("row").filter(has_text="total.py")).to_contain_text(
        re.compile("\\+3.*−2")
    )


def test_the_minutes_are_a_large_chart_and_a_table(app: App) -> None:
    app.open(SHOWCASE)
    app.drawn()
    chart = app.page.get_by_role("figure", name=re.compile("^Tokens per minute"))
    box = chart.get_by_role("img").bounding_box()
    assert box is not None
    assert box["height"] > 300
    chart.get_by_role("button", name=re.compile("as a table$")).click()
    expect(chart.get_by_role("table").get_by_role("row").filter(has_text="$0.45").first).to_contain_text("100K")


def test_a_session_without_usage_says_that_it_is_unknown_and_not_nothing(app: App) -> None:
    app.open("/sessions/019f0000-0000-7000-8000-000000000099")
    page = app.page.get_by_role("article", name="Session")
    expect(page.get_by_text("N/A").first).to_be_visible()
    expect(page.get_by_text("$0")).to_have_count(0)


def test_a_session_of_an_unpriced_model_has_tokens_and_no_cost(app: App) -> None:
    app.open(session(9))
    page = app.page.get_by_role("article", name="Session")
    expect(page.get_by_text("12.7K").first).to_be_visible()
    expect(page.get_by_text("N/A").first).to_be_visible()


def test_placeholder_counts_make_a_least_with_an_estimate_beside(app: App) -> None:
    app.open(session(8))
    page = app.page.get_by_role("article", name="Session")
    expect(page.get_by_text(re.compile(r"≥\s*\$0\.45")).first).to_be_visible()
    expect(page.get_by_text(re.compile("~")).first).to_be_visible()


def test_why_it_failed_is_told(app: App) -> None:
    app.open(session(4))
    expect(app.page.get_by_text("failed").first).to_be_visible()
    expect(app.page.get_by_text("529").first).to_be_visible()


def test_a_session_that_is_not_there_says_so(app: App, complaints: Complaints) -> None:
    complaints.expect("404", because="it is not there")
    app.open("/sessions/00000099-0000-4000-8000-000000000000")
    expect(app.page.get_by_role("alert")).to_contain_text("00000099-0000-4000-8000-000000000000")
    expect(app.page.get_by_role("tab")).to_have_count(0)
    app.page.get_by_role("link", name="All sessions").click()
    expect(app.heading()).to_have_text("Sessions")


def test_digits_choose_the_view_and_the_address_keeps_it(app: App) -> None:
    app.open(SHOWCASE)
    app.page.keyboard.press("4")
    expect(app.page.get_by_role("tab", name="Files")).to_have_attribute("aria-selected", "true")
    expect(app.page).to_have_url(re.compile("view=files"))
    app.page.reload()
    expect(app.page.get_by_role("tab", name="Files")).to_have_attribute("aria-selected", "true")


def test_the_next_session_of_the_list_is_a_key_away(app: App) -> None:
    app.open("/sessions", text="for the parser", sort="title")
    app.page.keyboard.press("j")
    app.page.keyboard.press("Enter")
    expect(app.dialog("Session").get_by_role("heading", name="Laws for the parser")).to_be_visible()
    app.page.keyboard.press("j")
    expect(app.dialog("Session").get_by_role("heading", name="Tests for the parser")).to_be_visible()
    expect(app.dialog("Session").get_by_role("button", name="Next session of the list")).to_be_disabled()
