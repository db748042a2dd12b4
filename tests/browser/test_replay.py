"""The conversation of a session beside its timeline: what is shown, how one moves in it, how it plays and follows."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support import stories
from tests.support.build import SECOND
from tests.support.claude_lines import Transcript, text, usage
from tests.support.history import History
from tests.support.pages import App
from tests.support.places import LONG, SHOWCASE
from tests.support.serving import Started, append

REPLAY = {"view": "replay"}


def conversation(app: App) -> Locator:
    return app.page.get_by_role("feed", name=re.compile("^Conversation"))


def block(app: App, words: str) -> Locator:
    """Find the block of the conversation that says something."""
    return conversation(app).get_by_role("article").filter(has_text=words).first


def here(app: App) -> Locator:
    """Find the block that the cursor is at."""
    return conversation(app).locator("[aria-current='location']")


def place(app: App) -> Locator:
    return app.page.get_by_role("slider", name="Place in the session")


def at(app: App) -> int:
    return int(place(app).get_attribute("aria-valuenow") or 0)


def jump(app: App, name: str) -> None:
    app.page.get_by_role("button", name=name, exact=True).click()


def test_prompts_answers_and_results_stand_in_their_order(app: App) -> None:
    app.open(SHOWCASE, **REPLAY)
    said = [
        "The checkout adds the wrong tax",
        "Thinking",
        "I will look for the place",
        "Find where tax is added",
        "AssertionError: 119 != 125",
        "Compacted",
        "Now write down what changed",
        "Tax is taken from the net amount now",
    ]
    for words in said:
        app.scroll_to(block(app, words), within=conversation(app))
        expect(block(app, words)).to_be_visible()


def test_thinking_is_folded_until_it_is_opened(app: App) -> None:
    app.open(SHOWCASE, **REPLAY)
    whole = conversation(app).get_by_text("I should look at the table of rates first.", exact=False)
    fold = block(app, "Thinking").get_by_role("button", name=re.compile("^Thinking"))
    expect(fold).to_have_attribute("aria-expanded", "false")
    fold.click()
    expect(fold).to_have_attribute("aria-expanded", "true")
    expect(whole.last).to_be_visible()


def test_a_tool_call_holds_its_result_and_says_that_it_failed(app: App) -> None:
    app.open(SHOWCASE, **REPLAY)
    call = block(app, "pytest -q tests/test_total.py")
    app.scroll_to(call, within=conversation(app))
    expect(call.get_by_text("failed", exact=True)).to_be_visible()
    call.get_by_role("button", name=re.compile("^Bash")).click()
    expect(call.get_by_text("result (failed)")).to_be_visible()
    expect(call.get_by_text("AssertionError: 119 != 125").last).to_be_visible()


def test_an_edit_is_a_diff(app: App) -> None:
    app.open(SHOWCASE, **REPLAY)
    app.scroll_to(app.page.get_by_role("region", name=re.compile("^Changes of .*total.py")), within=conversation(app))
    diff = app.page.get_by_role("region", name=re.compile("^Changes of .*total.py"))
    expect(diff.get_by_role("row").filter(has_text="return net + net * rate // 100")).to_contain_text("+")
    expect(diff.get_by_role("row").filter(has_text="return net + net * 19 // 100")).to_contain_text("−")


def test_a_list_of_tasks_tells_the_state_of_each(app: App) -> None:
    app.open(SHOWCASE, **REPLAY)
    tasks = conversation(app).get_by_role("list", name="Tasks").get_by_role("listitem")
    expect(tasks).to_have_text([re.compile("done.*Find"), re.compile("Use the table"), re.compile("Test each")])


def test_an_image_is_shown(app: App) -> None:
    app.open(SHOWCASE, **REPLAY)
    image = conversation(app).get_by_role("img", name=re.compile("^Image 1 of 1"))
    expect(image).to_be_visible()
    assert image.evaluate("(one) => one.decode().then(() => one.naturalWidth)") == 24


def test_a_subagent_opens_in_its_place(app: App) -> None:
    app.open(SHOWCASE, **REPLAY)
    child = app.page.get_by_role("region", name="Subagent")
    app.scroll_to(child, within=conversation(app))
    expect(child).to_contain_text("$0.070")
    child.get_by_role("button", name=re.compile("Review the rates")).click()
    expect(child.get_by_text("The rates are right.").first).to_be_visible()


def test_markdown_and_code_are_set(app: App) -> None:
    app.open(SHOWCASE, **REPLAY)
    answer = block(app, "Tax is taken from")
    app.scroll_to(answer, within=conversation(app))
    expect(answer.get_by_role("table").get_by_role("row").filter(has_text="DK")).to_contain_text("25 %")
    expect(answer.get_by_role("listitem").first).to_contain_text("total() asks the table of rates")
    link = answer.get_by_role("link", name="the notes")
    expect(link).to_have_attribute("rel", re.compile("noreferrer"))
    assert answer.locator("code span").count() > 3, "the code has no colours"


def test_the_timeline_tells_context_and_cost_at_the_cursor(app: App) -> None:
    app.open(SHOWCASE, **REPLAY)
    place(app).press("End")
    expect(app.page.get_by_text("Cost so far $1.35")).to_be_visible()
    expect(app.page.get_by_text("Context 100K")).to_be_visible()
    place(app).press("Home")
    expect(app.page.get_by_text("Cost so far $0.00")).to_be_visible()


def test_scrubbing_moves_the_conversation(app: App) -> None:
    app.open(LONG, **REPLAY)
    box = place(app).bounding_box()
    assert box is not None
    app.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(here(app)).to_be_in_viewport()
    assert 800 < at(app) < 1_200


def test_keys_move_the_cursor(app: App) -> None:
    app.open(LONG, **REPLAY)
    app.page.keyboard.press("j")
    app.page.keyboard.press("j")
    expect(here(app)).to_be_in_viewport()
    before = at(app)
    app.page.keyboard.press("k")
    assert at(app) < before


def test_jumps_lead_to_prompts_errors_and_expensive_calls(app: App) -> None:
    app.open(LONG, **REPLAY)
    jump(app, "Next prompt")
    expect(here(app)).to_contain_text("Step 2: check module 2")
    jump(app, "Next error")
    expect(here(app)).to_contain_text("module_100.py")
    app.page.keyboard.press("e")
    expect(here(app)).to_contain_text("module_200.py")
    app.page.keyboard.press("E")
    expect(here(app)).to_contain_text("module_100.py")
    jump(app, "Next expensive call")
    expect(here(app)).to_contain_text(re.compile("Module 4[0-9]{2} is read"))


def test_it_plays_and_pauses(app: App) -> None:
    app.open(LONG, **REPLAY)
    app.page.get_by_role("combobox", name="Speed").select_option("64×")
    before = at(app)
    app.page.get_by_role("button", name="Play", exact=True).click()
    expect(place(app)).not_to_have_attribute("aria-valuenow", str(before))
    app.page.get_by_role("button", name="Pause", exact=True).click()
    stopped = at(app)
    app.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert at(app) == stopped


def test_every_speed_from_one_to_sixty_four_is_offered(app: App) -> None:
    app.open(SHOWCASE, **REPLAY)
    speeds = app.page.get_by_role("combobox", name="Speed").get_by_role("option").all_inner_texts()
    assert (speeds[0], speeds[-1]) == ("1×", "64×")


def test_words_are_found_inside_the_session(app: App) -> None:
    app.open(LONG, **REPLAY)
    app.page.keyboard.press("/")
    field = app.page.get_by_role("searchbox", name="Search in this session")
    expect(field).to_be_focused()
    field.fill("module 321")
    expect(app.page.get_by_role("search", name="In this session").get_by_role("status")).to_contain_text(
        re.compile("^[1-9]")
    )
    field.press("Enter")
    expect(here(app)).to_contain_text("321")
    expect(here(app)).to_be_in_viewport()


def test_the_address_of_an_event_leads_to_it(app: App) -> None:
    app.open(LONG, **REPLAY)
    jump(app, "Next error")
    expect(app.page).to_have_url(re.compile("event="))
    address = app.page.url
    app.page.goto("about:blank")
    app.page.goto(address)
    expect(here(app)).to_contain_text("module_100.py")
    expect(here(app)).to_be_in_viewport()


def test_kinds_of_blocks_can_be_left_out(app: App) -> None:
    app.open(LONG, **REPLAY)
    app.page.get_by_role("group", name="What is shown").get_by_role("button", name=re.compile("^Tools")).click()
    expect(block(app, "Module 1 is read.")).to_be_visible()
    expect(block(app, "mypy module_1.py")).to_have_count(0)
    expect(app.page).to_have_url(re.compile("hide=tools"))


def test_only_what_is_in_sight_of_a_long_session_is_drawn(app: App) -> None:
    app.open(LONG, **REPLAY)
    expect(block(app, "Step 1: check module 1")).to_be_visible()
    assert conversation(app).get_by_role("article").count() < 100
    place(app).press("End")
    expect(block(app, "All modules are checked.")).to_be_in_viewport()


def test_a_running_session_is_followed(page: Page, machine: History, serve: Callable[..., Started]) -> None:
    talk = Transcript(stories.identity(77), at=machine.now - 30 * SECOND, cwd=stories.SHOP)
    talk.prompt("Count the stars")
    talk.answer(text("One star."), spent=usage(output=10), stop="tool_use")
    talk.write(machine.claude)
    app = App(page, serve(sessions=1).address)
    app.open(f"/sessions/{stories.identity(77)}", **REPLAY)
    expect(block(app, "One star.")).to_be_in_viewport()
    before = len(talk.lines)
    for number in range(2, 60):
        talk.answer(text(f"{number} stars."), spent=usage(output=10), stop="tool_use")
    append(talk.path(machine.claude), talk, since=before)
    expect(block(app, "59 stars.")).to_be_in_viewport()


@pytest.mark.parametrize(
    ("kind", "begins"),
    [
        ("Markdown", "# Checkout totals with tax"),
        ("HTML", "<!doctype html>"),
        ("JSON", "{"),
        ("Original JSONL", '{"type"'),
    ],
)
def test_the_conversation_is_downloaded_as_a_file(app: App, kind: str, begins: str) -> None:
    app.open(SHOWCASE, **REPLAY)
    app.page.get_by_role("button", name="Download", exact=True).click()
    with app.page.expect_download() as given:
        app.page.get_by_role("link", name=re.compile(f"^{kind}")).click()
    held = given.value.path().read_text(encoding="utf-8")
    assert held.lower().startswith(begins.lower())
    if kind == "Original JSONL":
        assert json.loads(held.splitlines()[0])["sessionId"] == stories.identity(1)


def test_an_answer_is_copied(app: App) -> None:
    app.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    app.open(SHOWCASE, **REPLAY)
    answer = block(app, "I will look for the place")
    answer.hover()
    answer.get_by_role("button", name="Copy answer").click()
    held = app.page.evaluate("navigator.clipboard.readText()")
    assert held == "I will look for the place where tax is added."
