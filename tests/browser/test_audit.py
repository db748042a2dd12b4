"""The audit on screen: a session's sources side by side with what explains them, and how far the cost is confirmed.

A session of three requests costs $0.0135; telemetry tells of them too, and of a compaction of $0.024 more.
"""

import re
from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, Route, ViewportSize, expect

from tests.browser.test_accessibility import AXE, barriers
from tests.support import stories
from tests.support.build import HOUR, MINUTE
from tests.support.claude_lines import Transcript, usage
from tests.support.complaints import Complaints
from tests.support.history import History
from tests.support.pages import PHONE, App
from tests.support.serving import Started, wait_until
from tests.support.telemetry import Json, request, retold, send

WIDE: ViewportSize = {"width": 1440, "height": 900}
SCHEMES: tuple[Literal["dark", "light"], ...] = ("dark", "light")
Serve = Callable[..., Started]
SESSION, OTHER = stories.identity(1), stories.identity(2)


def talk(machine: History, session: str = SESSION, cwd: str = stories.SHOP) -> Transcript:
    """Write a session of three requests of 1,000 tokens in and 100 out, an hour ago."""
    made = Transcript(session, at=machine.now - HOUR, cwd=cwd)
    made.model = stories.SONNET
    made.prompt("Count the stars")
    for _ in range(3):
        made.answer(spent=usage(given=1_000, output=100))
    made.title("Stars")
    made.write(machine.claude)
    return made


def compaction(made: Transcript) -> Json:
    spent = usage(given=5_000, output=600)
    return request(made.session, "req_compact", made.at - MINUTE, stories.SONNET, spent, query_source="compact")


def told(server: Started, *records: Json, sources: int = 2, session: str = SESSION) -> None:
    """Send telemetry and wait until the audit has it."""
    send(server, *records)
    path = f"/api/sessions/{session}/audit"
    wait_until(lambda: sum(not row["model"] for row in server.ask(path)["rows"]) == sources)


def sources(app: App) -> Locator:
    return app.page.get_by_role("region", name="Sources", exact=True)


def confirmed(app: App) -> Locator:
    return app.page.get_by_role("region", name="Confirmed", exact=True)


def row(app: App, name: str) -> Locator:
    return sources(app).get_by_role("table", name="Sources side by side").get_by_role("row").filter(has_text=name)


@pytest.fixture
def audited(page: Page, machine: History, serve: Serve) -> App:
    """The app over a session of which telemetry tells more, and another of the same cost that it does not know."""
    made = talk(machine)
    talk(machine, OTHER, stories.COMPILER)
    server = serve(sessions=2)
    told(server, *retold(made), compaction(made))
    return App(page, server.address)


def test_the_sources_of_a_session_stand_side_by_side_and_the_billed_one_is_marked(audited: App) -> None:
    audited.open(f"/sessions/{SESSION}")
    expect(row(audited, "transcript")).to_have_text(re.compile(r"billed\s*3\s*3K\s*300\s*0\s*0\s*\$0\.014\s*N/A$"))
    expect(row(audited, "telemetry")).to_have_text(re.compile(r"telemetry\s*4\s*8K\s*900\s*0\s*0\s*\$0\.038\s*N/A$"))


def test_a_difference_is_told_in_dollars_and_tokens_with_what_explains_it(audited: App) -> None:
    audited.open(f"/sessions/{SESSION}")
    differences = sources(audited).get_by_role("list", name="Differences from the transcript")
    expect(differences).to_contain_text("telemetry: $0.024 and 5.6K tokens more than the transcript")
    expect(differences).to_contain_text("$0.024 more: requests that left no line: compact (1)")
    expect(sources(audited)).to_contain_text("all explained")


def test_each_source_can_be_seen_by_model_and_the_address_keeps_it(audited: App) -> None:
    audited.open(f"/sessions/{SESSION}")
    expect(row(audited, stories.SONNET)).to_have_count(0)
    sources(audited).get_by_role("button", name="By model").click()
    expect(row(audited, stories.SONNET)).to_have_count(2)
    audited.page.reload()
    expect(row(audited, stories.SONNET)).to_have_count(2)


def test_a_source_that_says_the_same_is_told_quietly(page: Page, machine: History, serve: Serve) -> None:
    made = talk(machine)
    server = serve(sessions=1)
    told(server, *retold(made))
    app = App(page, server.address)
    app.open(f"/sessions/{SESSION}")
    expect(sources(app)).to_contain_text("telemetry: the same as the transcript")
    expect(sources(app)).to_contain_text("all of them say the same")


def test_the_agents_own_total_never_stands_under_our_prices(page: Page, machine: History, serve: Serve) -> None:
    made = talk(machine)
    used = {"inputTokens": 3_000, "outputTokens": 400, "costUSD": 0.015}
    made.cost_state(0.015, claude_sonnet_4_5=used)
    made.write(machine.claude)
    app = App(page, serve(sessions=1).address)
    app.open(f"/sessions/{SESSION}")
    expect(row(app, "own total")).to_have_text(re.compile(r"total\s*N/A\s*3K\s*400\s*0\s*0\s*N/A\s*\$0\.015$"))
    expect(sources(app)).to_contain_text("own total: $0.0015 and 100 tokens more than the transcript")
    expect(sources(app)).to_contain_text("not all explained")


def test_where_nothing_else_tells_it_is_said_with_the_command_that_changes_it(audited: App) -> None:
    audited.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    audited.open(f"/sessions/{OTHER}")
    expect(sources(audited)).to_contain_text("Nothing else tells what this session used")
    expect(sources(audited).get_by_role("table")).to_have_count(0)
    sources(audited).get_by_role("button", name="Copy dashcam otel env").click()
    assert audited.page.evaluate("navigator.clipboard.readText()") == "dashcam otel env"


def test_telemetry_that_comes_later_appears_by_itself(page: Page, machine: History, serve: Serve) -> None:
    made = talk(machine)
    server = serve(sessions=1)
    app = App(page, server.address)
    app.open(f"/sessions/{SESSION}")
    expect(sources(app)).to_contain_text("Nothing else tells")
    send(server, *retold(made), compaction(made))
    expect(sources(app)).to_contain_text("$0.024 more: requests that left no line: compact (1)")


def test_a_failure_stays_in_the_panel_and_can_be_tried_again(audited: App, complaints: Complaints) -> None:
    complaints.expect("500", because="the audit fails at first")

    def fail(route: Route) -> None:
        route.fulfill(status=500, json={"status": 500, "error": "the database does not answer", "hint": ""})

    audited.page.route("**/audit", fail)
    audited.open(f"/sessions/{SESSION}")
    expect(sources(audited)).to_contain_text("database does not answer")
    expect(audited.page.get_by_role("heading", name="Stars")).to_be_visible()
    audited.page.unroute("**/audit")
    sources(audited).get_by_role("button", name="Try again").click()
    expect(row(audited, "telemetry")).to_have_count(1)


def test_overview_tells_how_much_of_the_cost_is_confirmed(audited: App) -> None:
    audited.open("/")
    expect(confirmed(audited)).to_contain_text("50% of the cost by two sources or more, 1 of 2 sessions in whole")
    expect(confirmed(audited).get_by_title(re.compile(r"\$0\.014 of \$0\.027 .*told by two"))).to_be_visible()


@pytest.mark.parametrize(
    ("project", "said"), [(stories.SHOP, "100% of the cost"), (stories.COMPILER, "Nothing to compare with yet")]
)
def test_what_is_confirmed_follows_the_filters(audited: App, project: str, said: str) -> None:
    audited.open("/", project=project)
    expect(confirmed(audited)).to_contain_text(said)


def test_a_range_in_which_nothing_happened_has_nothing_to_confirm(audited: App) -> None:
    audited.open("/", range="2020-01-01..2020-01-02")
    expect(confirmed(audited)).to_have_count(0)


@pytest.mark.parametrize("path", [f"/sessions/{SESSION}?by=model", f"/sessions/{OTHER}", "/"])
def test_axe_finds_no_serious_barrier_on_any_screen(audited: App, path: str) -> None:
    found = []
    for size in (WIDE, PHONE):
        audited.page.set_viewport_size(size)
        for scheme in SCHEMES:
            audited.page.emulate_media(color_scheme=scheme)
            audited.open(path)
            audited.page.evaluate(AXE.read_text(encoding="utf-8"))
            found += barriers(audited.page)
    assert found == []
