"""Files that Codex itself wrote, and files of other projects' tests, give the figures that are known of them."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from dashcam.records.call import ModelCall
from dashcam.records.event import Event
from dashcam.records.session import SessionFacts
from dashcam.records.source import Diagnostic
from tests.support.codex_reading import all_records, billed, calls, facts, found, only, records, whole_lines

SYNTHETIC = [
    "cache-write-pending-tail",
    "counter-drop-reemit",
    "mixed-generations",
    "subagent-legacy-burst",
    "subagent-paginated",
    "usage-records-fork",
    "zst-and-archive",
]


def figures(told: list[ModelCall]) -> dict[str, int]:
    return {
        "input_uncached": sum(call.input for call in told),
        "cache_read": sum(call.cache_read for call in told),
        "cache_write": sum(call.cache_write_5m for call in told),
        "output": sum(call.output for call in told),
        "reasoning": sum(call.reasoning for call in told),
        "total": sum(call.total for call in told),
    }


@pytest.mark.parametrize("case", SYNTHETIC)
def test_a_made_up_home_gives_what_is_expected_of_it(fixtures_dir: Path, case: str) -> None:
    place = fixtures_dir / "synthetic" / "codex" / case
    if not place.is_dir():
        pytest.skip(f"these fixtures hold no case {case}")
    expected: dict[str, Any] = json.loads((place / "expected.json").read_bytes())
    told = all_records(place / "home" / ".codex")
    paid = billed(told)
    assert len(paid) == expected["api_calls"]
    wanted = {name: count for name, count in expected["tokens"].items() if name != "reasoning_in_output"}
    assert figures(paid) == wanted
    sessions = {each.session: each for each in only(SessionFacts, told)}
    assert len(sessions) == expected["sessions"]
    for session, some in expected.get("per_session", {}).items():
        own = [call for call in paid if call.session == session]
        assert len(own) == some.pop("api_calls")
        assert some.items() <= figures(own).items()
    for session, title in expected.get("titles", {}).items():
        assert sessions[session].title == title
    for child, parent in expected.get("subagent_of", {}).items():
        told_of = [each for each in only(SessionFacts, told) if each.session == child]
        assert (told_of[0].parent, told_of[0].relation) == (parent, "subagent")
    assert only(Diagnostic, told) == []


FAMILIES = {
    "archived-fork-33ce-3869": (155, 15_309_178),
    "harness-smoke": (2, 17),
    "live-fork-4d90-52bf": (194, 26_801_911),
    "missing-parent-siblings": (158, 15_312_271),
}


@pytest.mark.parametrize(("family", "expected"), FAMILIES.items())
def test_a_real_family_of_forks_is_counted_once(fixtures_dir: Path, family: str, expected: tuple[int, int]) -> None:
    folder = "real/codex/steipete+CodexBar/Tests/CodexBarTests/Fixtures/CostUsage/Issue2037"
    told = all_records(fixtures_dir / folder / family / "codex-home")
    paid = billed(told)
    assert (len(paid), sum(call.total for call in paid)) == expected
    assert only(Diagnostic, told) == []


REAL: dict[str, tuple[int, int, int, int, int, dict[str, int]]] = {
    "codex_050_legacy.jsonl": (0, 0, 0, 0, 0, {"unknown-type": 2, "no-usage": 1}),
    "codex_051_usage.jsonl": (0, 0, 0, 0, 0, {"unknown-type": 2}),
    "codex_052_raw.jsonl": (0, 0, 0, 0, 0, {"unknown-type": 5}),
    "codex_053_rate_limit.jsonl": (1, 1_211, 10_880, 182, 128, {"unknown-type": 1}),
    "session_branch.jsonl": (0, 0, 0, 0, 0, {"unknown-type": 1}),
    "session_simple.jsonl": (0, 0, 0, 0, 0, {}),
    "session_toolcall.jsonl": (0, 0, 0, 0, 0, {}),
    "large.jsonl": (1, 1_211, 10_880, 182, 128, {}),
    "schema_drift.jsonl": (0, 0, 0, 0, 0, {}),
    "small.jsonl": (1, 12_757, 3_584, 81, 63, {"bad-time": 92}),
    "rollout_subagent.jsonl": (1, 600, 3_600, 180, 64, {}),
    "sample-session.jsonl": (2, 400, 100, 200, 0, {"unknown-type": 2, "bad-json": 1}),
    "session-alpha.jsonl": (2, 2_750, 750, 425, 275, {"bad-total": 2}),
    "codex-historical-usage-real-legacy.jsonl": (0, 0, 0, 0, 0, {"unknown-type": 6, "nothing-recognised": 1}),
}


@pytest.mark.parametrize(("name", "expected"), REAL.items())
def test_another_projects_file_gives_its_known_figures(
    fixtures_dir: Path, name: str, expected: tuple[int, int, int, int, int, dict[str, int]]
) -> None:
    (file,) = (fixtures_dir / "real" / "codex").rglob(name)
    lines = whole_lines(file)
    told = calls(lines, str(file))
    noted: Counter[str] = Counter()
    for each in only(Diagnostic, records(lines, str(file))):
        noted[each.code] += each.count
    sums = figures(told)
    assert (
        len(told),
        sums["input_uncached"],
        sums["cache_read"],
        sums["output"],
        sums["reasoning"],
        dict(noted),
    ) == expected


@pytest.mark.parametrize("version", ["0.44.0", "0.80.0", "0.169.0"])
def test_what_codex_wrote_adds_up_to_what_it_reported(fixtures_dir: Path, version: str) -> None:
    """`codex exec --json` ends with the thread's running total; a request that failed has none."""
    place = fixtures_dir / "generated" / "codex" / version
    totals = _reported(place / "exec-json")
    assert len(totals) == 5
    for each in found(place):
        lines = whole_lines(Path(each.file))
        told = figures(calls(lines, each.path))
        prompt = told["input_uncached"] + told["cache_read"]
        reported = totals.get(facts(lines, each.path).session, (0, 0, 0))
        assert (prompt, told["cache_read"], told["output"]) == reported
        assert only(Diagnostic, records(lines, each.path)) == []


def _reported(place: Path) -> dict[str, tuple[int, int, int]]:
    totals: dict[str, tuple[int, int, int]] = {}
    for file in place.glob("*.jsonl"):
        thread = ""
        for line in map(json.loads, whole_lines(file)):
            thread = line.get("thread_id", thread)
            if usage := line.get("usage"):
                totals[thread] = (usage["input_tokens"], usage["cached_input_tokens"], usage["output_tokens"])
    return totals


@pytest.mark.parametrize("version", ["0.44.0", "0.80.0", "0.169.0"])
def test_every_generation_tells_the_same_conversation(fixtures_dir: Path, version: str) -> None:
    """The `edit` task: a patch or a heredoc, a run of it, a command that fails, an answer."""
    for each in found(fixtures_dir / "generated" / "codex" / version):
        lines = whole_lines(Path(each.file))
        if not facts(lines, each.path).project.endswith("/edit"):
            continue
        seen = [event for event in only(Event, records(lines, each.path)) if event.kind != "context"]
        steps = [event.kind for event in seen if event.kind != "system"]
        assert steps == ["user", *["tool_call", "tool_result"] * 3, "assistant"]
        assert [event.ok for event in seen if event.kind == "tool_result"] == [True, True, False]
        assert [bool(call.tools) for call in calls(lines, each.path)] == [True, True, True, False]
        return
    pytest.fail("no edit task among the fixtures")
