"""Projects, what they cost, and what was used in one of them or in all."""

from collections.abc import Iterator

import pytest

from dashcam.queries.moment import Moment
from dashcam.queries.projects import (
    global_usage,
    project_by_id,
    project_id,
    project_listing,
    project_name,
    project_usage,
)
from dashcam.records.clock import Range
from dashcam.records.errors import NotFound
from dashcam.records.filters import Filter
from dashcam.store.store import Store
from tests.support import build
from tests.support.build import DAY, HOUR, MINUTE, SECOND, START
from tests.support.saving import news, save

AT = Moment(now=START + 2 * DAY)
APP, LONGER, WEB = "/home/ada/app", "/home/ada/app2", "/srv/web"


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """Three projects: one with a session, its subagent and another agent's session; one whose path begins like it."""
    with Store.open(store_url) as opened:
        for name, day, calls, facts in (
            ("ada-1", 0, 2, {"project": APP}),
            ("ada-1:helper", 0, 1, {"project": APP, "relation": "subagent", "parent": "ada-1", "branch": "main"}),
            ("bob-1", 1, 1, {"project": APP, "branch": "fix"}),
            ("cat-1", 0, 1, {"project": LONGER}),
            ("dog-1", 0, 9, {"project": WEB, "branch": ""}),
            ("eel-1", 0, 0, {"project": "", "branch": ""}),
        ):
            at = START + day * DAY
            told = build.session_facts(session=name, **{"born": at, "first_at": at, "last_at": at + MINUTE} | facts)
            made = tuple(build.model_call(key=f"{name}-{nth}", at=at) for nth in range(calls))
            events = (
                build.event(at=at, lines_added=10, lines_removed=1),
                build.event(line=1, at=at + MINUTE, lines_added=5, lines_removed=2),
            )
            one = news(name, calls=made, events=events, facts=told)
            if name == "bob-1":
                one.source = build.source(path="/home/ada/bob.jsonl", agent="codex", agent_name="codex-default")
            save(opened, one)
        yield opened


def test_projects_are_listed_what_cost_most_first(store: Store) -> None:
    found = project_listing(store.database, Filter(), AT)
    assert [(row.project, row.name, row.calls) for row in found.rows] == [
        (WEB, "web", 9), (APP, "app", 4), (LONGER, "app2", 1), ("", "", 0)
    ]  # fmt: skip
    app = found.rows[1]
    assert (app.sessions, app.subagents, app.branches, app.agents) == (2, 1, 2, ["claude-code", "codex"])
    assert (app.cost_usd, app.total_tokens, app.lines_added, app.lines_removed) == (0.015, 15_000, 45, 9)
    assert (app.first_at, app.last_at) == ("2026-11-01T12:00:00.000+00:00", "2026-11-02T12:01:00.000+00:00")
    assert app.cache_hit_rate == 3_000 / 3_550
    assert (found.totals.projects, found.totals.sessions, found.totals.calls) == (4, 5, 14)


@pytest.mark.parametrize(
    ("asked", "lines"),
    [
        (Range(since=START + DAY), {APP: (15, 3)}),
        (Range(until=START + 1), {APP: (20, 2), LONGER: (10, 1), WEB: (10, 1), "": (10, 1)}),
        (Range(since=START + SECOND, until=START + HOUR), {APP: (10, 4), LONGER: (5, 2), WEB: (5, 2), "": (5, 2)}),
        (Range(since=START + SECOND, until=START + 2 * SECOND), {}),
        (Range(since=START, until=START + DAY + MINUTE), {APP: (40, 7), LONGER: (15, 3), WEB: (15, 3), "": (15, 3)}),
    ],
    ids=str,
)
def test_lines_are_those_of_the_range_exactly(store: Store, asked: Range, lines: dict[str, tuple[int, int]]) -> None:
    found = project_listing(store.database, Filter(range=asked), AT)
    assert {row.project: (row.lines_added, row.lines_removed) for row in found.rows} == lines


def test_filters_select_among_the_sessions_of_a_project(store: Store) -> None:
    found = project_listing(store.database, Filter(agents=("codex",)), AT)
    assert [(row.project, row.sessions, row.calls, row.agents) for row in found.rows] == [(APP, 1, 1, ["codex"])]


def test_a_project_is_found_by_its_id_which_depends_on_the_path_alone(store: Store) -> None:
    assert project_id(APP) == "10f2b547946c47b7"
    assert project_by_id(store.database, project_id(APP).upper()) == APP
    with pytest.raises(NotFound, match="no project 'x'"):
        project_by_id(store.database, "x")


def test_the_usage_of_one_project_leaves_out_others_whose_paths_begin_like_it(store: Store) -> None:
    found = project_usage(store.database, project_id(APP), Filter(), AT)
    assert (found.project, found.name, found.sessions, found.subagents, found.calls) == (APP, "app", 2, 1, 4)
    assert [(row.agent, row.calls) for row in found.by_agent] == [("claude-code", 3), ("codex", 1)]
    assert [(row.day, row.calls) for row in found.by_day] == [("2026-11-01", 3), ("2026-11-02", 1)]
    assert [(row.model, row.cost_usd) for row in found.by_model] == [("claude-sonnet-5", 0.015)]


def test_the_usage_of_a_project_keeps_to_a_range(store: Store) -> None:
    asked = Filter(range=Range(since=START + DAY))
    found = project_usage(store.database, project_id(APP), asked, AT)
    assert (found.sessions, found.calls) == (1, 1)


def test_sessions_without_a_project_have_an_id_too(store: Store) -> None:
    assert project_usage(store.database, project_id(""), Filter(), AT).sessions == 1


def test_the_usage_of_all(store: Store) -> None:
    found = global_usage(store.database, Filter(), AT)
    assert (found.projects, found.sessions, found.subagents, found.calls) == (3, 5, 1, 14)
    assert [(row.project, row.calls) for row in found.by_project] == [(WEB, 9), (APP, 4), (LONGER, 1)]


@pytest.mark.parametrize(
    ("path", "name"),
    [("/home/ada/app", "app"), ("/home/ada/app/", "app"), ("C:\\work\\app", "app"), ("/", "/"), ("app", "app")],
)
def test_a_project_is_called_by_the_last_part_of_its_path(path: str, name: str) -> None:
    assert project_name(path) == name
