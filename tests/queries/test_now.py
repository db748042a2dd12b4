"""What sessions do now, as their own lines and their hooks tell it: the same on both databases, whatever came first."""

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from dashcam.agents.registry import AGENTS
from dashcam.ingest import inbox
from dashcam.queries.moment import Moment
from dashcam.queries.now import Now, NowAnswer, now
from dashcam.records.filters import Filter
from dashcam.store.store import Store
from tests.support.build import HOUR, MINUTE, PROJECT, SECOND, SESSION, START
from tests.support.claude_lines import Transcript, text, tool_use, usage
from tests.support.serving import Server, append

T0 = "2026-11-01T12:00:"
"""Transcripts begin at this minute; each line is a second later than the one before."""


class Machine:
    """A person's machine, on which Claude Code writes transcripts and calls hooks."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def hooks(self, *payloads: dict[str, Any]) -> None:
        """Receive hook payloads; `at` is when, in seconds after the start."""
        lines = []
        for payload in payloads:
            known = {"session_id": SESSION, "cwd": PROJECT} | payload
            at = START + known.pop("at") * SECOND
            lines.append(inbox.payload_line(json.dumps(known).encode(), received=at))
        inbox.append(self.server.setup.home, "claude-code", "hook", lines)

    def telemetry(self, name: str, at: int, **attributes: object) -> None:
        """Receive a log record."""
        record = {
            "received": START + at * SECOND,
            "signal": "log",
            "name": f"claude_code.{name}",
            "at": START + at * SECOND,
            "attributes": {"session.id": SESSION, "event.name": name, **attributes},
            "resource": {},
        }
        inbox.append(self.server.setup.home, "claude-code", "otlp_log", [json.dumps(record).encode()])

    def ask(self, seconds: float = 60, asked: Filter | None = None) -> Now:
        """Read what there is, and ask what goes on so many seconds after the start."""
        self.server.scan()
        with Store.open(self.server.setup.database_url) as store:
            return now(store.database, AGENTS, asked or Filter(), Moment(now=START + int(seconds * SECOND)))

    def only(self, seconds: float = 60) -> NowAnswer:
        (row,) = self.ask(seconds).rows
        return row

    def write(self, talk: Transcript) -> Path:
        return talk.write(self.server.claude)


@pytest.fixture
def machine(tmp_path: Path, store_url: str) -> Machine:
    return Machine(Server(tmp_path, store_url))


def hook(event: str, at: int, **more: Any) -> dict[str, Any]:
    return {"hook_event_name": event, "at": at, **more}


def tool_hook(event: str, at: int, call: str, tool: str = "Bash", **given: Any) -> dict[str, Any]:
    ident = {} if event == "PermissionRequest" else {"tool_use_id": call}
    return hook(event, at, tool_name=tool, tool_input=given or {"command": "make test"}, **ident)


def working(*calls: str, session: str = SESSION) -> Transcript:
    """A transcript in the middle of a turn: line 0 asks, then each call is a line of one answer."""
    talk = Transcript(session)
    talk.prompt("Test it")
    blocks = [tool_use("Bash", call, command=f"make {call}") for call in calls] or [text("I look.")]
    talk.answer(*blocks, stop="tool_use" if calls else None, spent=usage(given=100, output=20))
    return talk


def test_a_call_without_its_answer_is_what_a_session_does(machine: Machine) -> None:
    machine.write(working("one"))
    row = machine.only()
    assert row.phase == "running"
    assert row.doing is not None
    assert (row.doing.tool, row.doing.words, row.doing.others) == ("Bash", "make one", 0)
    assert row.doing.since.startswith(T0 + "01")


def test_of_calls_beside_each_other_the_one_that_still_runs_is_shown(machine: Machine) -> None:
    talk = working("one", "two", "three")
    talk.tool_result("three")
    talk.tool_result("one")
    machine.write(talk)
    row = machine.only()
    assert row.doing is not None
    assert (row.doing.words, row.doing.others) == ("make two", 0)


def test_of_several_that_run_the_one_begun_last_stands_for_all(machine: Machine) -> None:
    machine.write(working("one", "two", "three"))
    row = machine.only()
    assert row.doing is not None
    assert (row.doing.words, row.doing.others) == ("make three", 2)


def test_without_a_tool_the_model_is_asked_since_it_was_last_spoken_to(machine: Machine) -> None:
    talk = working("one")
    talk.tool_result("one")
    machine.write(talk)
    row = machine.only()
    assert row.doing is not None
    assert (row.doing.tool, row.doing.words) == ("", "")
    assert row.doing.since.startswith(T0 + "02")


def test_a_hook_tells_of_a_call_before_the_transcript_does_and_of_its_end(machine: Machine) -> None:
    machine.write(working())
    machine.hooks(tool_hook("PreToolUse", 10, "early", command="make early"))
    first = machine.only().doing
    assert first is not None
    assert (first.words, first.others) == ("make early", 0)
    machine.hooks(tool_hook("PostToolUse", 12, "early", command="make early"))
    second = machine.only().doing
    assert second is not None
    assert second.tool == ""
    assert second.since.startswith(T0 + "12")


def test_a_call_that_both_tell_of_is_one(machine: Machine) -> None:
    machine.write(working("one"))
    machine.hooks(tool_hook("PreToolUse", 2, "one"))
    row = machine.only()
    assert row.doing is not None
    assert row.doing.others == 0
    machine.hooks(tool_hook("PostToolUse", 5, "one"))
    after = machine.only().doing
    assert after is not None
    assert after.tool == ""


def test_a_prompt_leaves_nothing_of_the_turn_before_running(machine: Machine) -> None:
    machine.hooks(
        tool_hook("PreToolUse", 1, "lost"),
        hook("UserPromptSubmit", 9, prompt="Never mind"),
    )
    row = machine.only()
    assert row.doing is not None
    assert row.doing.tool == ""


ASKED = (
    hook("UserPromptSubmit", 0, prompt="Test it"),
    tool_hook("PreToolUse", 5, "one"),
    tool_hook("PreToolUse", 5, "two", "Read", file_path="a.py"),
    tool_hook("PermissionRequest", 6, "one"),
    tool_hook("PostToolUse", 7, "two", "Read", file_path="a.py"),
    hook("Notification", 12, message="Claude needs your permission", notification_type="permission_prompt"),
)


def test_who_asks_for_permission_waits_since_then_for_that_tool(machine: Machine) -> None:
    machine.write(working("one"))
    machine.hooks(*ASKED)
    found = machine.ask()
    (row,) = found.rows
    assert (found.waiting, found.running, row.phase, row.doing) == (1, 0, "waiting", None)
    assert row.waiting_for is not None
    assert (row.waiting_for.kind, row.waiting_for.tool, row.waiting_for.words) == ("permission", "Bash", "make test")
    assert row.waiting_for.since.startswith(T0 + "06")
    assert row.has_hooks


def test_hooks_in_any_order_tell_the_same_each_time_that_they_come(machine: Machine) -> None:
    told = []
    for order in list(permutations(ASKED))[::97]:
        machine.hooks(*order)
        row = machine.only()
        assert row.waiting_for is not None
        told.append((row.phase, row.waiting_for.kind, row.waiting_for.tool, row.waiting_for.since))
    assert set(told) == {("waiting", "permission", "Bash", T0 + "06.000+00:00")}


@pytest.mark.parametrize(
    "answered",
    [
        tool_hook("PostToolUse", 20, "one"),
        tool_hook("PostToolUseFailure", 20, "one"),
        tool_hook("PermissionDenied", 20, "one"),
        hook("UserPromptSubmit", 20, prompt="No, stop"),
    ],
    ids=lambda event: event["hook_event_name"],
)
def test_permission_is_waited_for_until_it_is_settled(machine: Machine, answered: dict[str, Any]) -> None:
    machine.hooks(*ASKED, answered)
    assert machine.only().phase == "running"


def test_another_call_of_the_same_tool_settles_nothing(machine: Machine) -> None:
    machine.hooks(
        tool_hook("PreToolUse", 5, "one", command="make one"),
        tool_hook("PreToolUse", 5, "two", command="make two"),
        tool_hook("PermissionRequest", 6, "two", command="make two"),
        tool_hook("PostToolUse", 7, "one", command="make one"),
    )
    row = machine.only()
    assert row.waiting_for is not None
    assert row.waiting_for.words == "make two"


def test_what_telemetry_says_was_decided_is_decided(machine: Machine) -> None:
    machine.hooks(*ASKED)
    machine.telemetry("tool_decision", 15, tool_name="Bash", decision="accept")
    row = machine.only()
    assert (row.phase, row.doing and row.doing.tool) == ("running", "Bash")


def test_a_question_of_the_model_waits_for_an_answer_without_any_hook(machine: Machine) -> None:
    talk = Transcript()
    talk.prompt()
    question = tool_use("AskUserQuestion", "q", questions=[{"question": "Which database?"}])
    talk.answer(question, stop="tool_use")
    machine.write(talk)
    row = machine.only()
    assert (row.phase, row.has_hooks) == ("waiting", False)
    assert row.waiting_for is not None
    assert (row.waiting_for.kind, row.waiting_for.words) == ("answer", "Which database?")


def test_after_a_turn_the_next_prompt_is_waited_for(machine: Machine) -> None:
    talk = Transcript()
    talk.prompt()
    talk.answer(text("Done."))
    machine.write(talk)
    row = machine.only()
    assert (row.phase, row.doing) == ("waiting", None)
    assert row.waiting_for is not None
    assert (row.waiting_for.kind, row.waiting_for.since) == ("input", T0 + "01.000+00:00")


def test_an_mcp_server_that_asks_is_waited_for_until_it_is_answered(machine: Machine) -> None:
    machine.hooks(hook("Elicitation", 3, mcp_server_name="forge", message="Which token?"))
    row = machine.only()
    assert row.waiting_for is not None
    assert (row.waiting_for.kind, row.waiting_for.words) == ("answer", "Which token?")
    machine.hooks(hook("ElicitationResult", 5, mcp_server_name="forge", action="accept"))
    assert machine.only().phase == "running"


def test_a_question_stays_open_for_an_hour_of_silence_other_silence_ends_sooner(machine: Machine) -> None:
    machine.hooks(*ASKED)
    assert machine.only(50 * 60).phase == "waiting"
    assert machine.ask(62 * 60).rows == []


def test_who_is_over_stays_for_a_quarter_of_an_hour(machine: Machine) -> None:
    machine.hooks(*ASKED, hook("SessionEnd", 30, reason="logout"))
    assert machine.only(14 * 60).phase == "over"
    assert machine.ask(16 * 60).rows == []


def test_the_last_failure_within_the_hour_is_told_in_its_first_words(machine: Machine) -> None:
    talk = working("one")
    talk.tool_result("one", "\nmake: *** no rule\nstop", failed=True)
    machine.write(talk)
    machine.telemetry("api_error", 1, error="Overloaded", status_code=529)
    row = machine.only()
    assert row.last_error is not None
    assert (row.last_error.kind, row.last_error.tool, row.last_error.words) == ("tool", "Bash", "make: *** no rule")
    machine.telemetry("api_error", 8, error="Overloaded", status_code=529)
    later = machine.only().last_error
    assert later is not None
    assert (later.kind, later.words, later.at) == ("request", "Overloaded", T0 + "08.000+00:00")


def test_an_older_failure_is_forgotten(machine: Machine) -> None:
    talk = working("one")
    talk.tool_result("one", "no rule", failed=True)
    talk.at += HOUR
    talk.answer(text("I look."), stop=None)
    machine.write(talk)
    assert machine.only(HOUR / SECOND + 5).last_error is None


def test_tokens_by_the_minute_and_all_that_was_used_with_subagents(machine: Machine) -> None:
    talk = working("one")
    talk.at = START + 3 * MINUTE
    talk.answer(text("More."), spent=usage(given=1_000, output=1), stop=None)
    machine.write(talk)
    child = talk.subagent()
    child.prompt("Review")
    child.answer(tool_use("Read", "r", file_path="a.py"), spent=usage(given=7, output=3), stop="tool_use")
    machine.write(child)
    row = machine.only(4 * 60)
    assert row.minutes is not None
    assert (len(row.minutes), row.minutes[-1], row.minutes[-5]) == (15, 0, 120)
    assert sum(row.minutes) == 120 + 1_001 + 10
    assert row.tokens_per_minute == pytest.approx(1_131 / 15)
    assert row.together.total_tokens == 120 + 1_001 + 10
    assert row.session.total_tokens == 120 + 1_001
    (below,) = row.subagents
    assert below.session_id.startswith(SESSION)
    assert below.doing is not None
    assert (below.doing.tool, below.doing.words) == ("Read", "a.py")


def test_a_session_runs_while_its_subagent_does_however_silent_it_is_itself(machine: Machine) -> None:
    talk = working("one")
    machine.write(talk)
    child = talk.subagent()
    child.at = START + 30 * MINUTE
    child.prompt("Review")
    machine.write(child)
    row = machine.only(31 * 60)
    assert (row.session.session_id, row.session.status, row.phase) == (SESSION, "completed", "running")
    assert row.doing is not None
    assert row.doing.words == "make one"


def test_who_waits_comes_first_and_those_who_run_keep_their_places(machine: Machine) -> None:
    other, third = "5e551011-0000-4000-8000-000000000002", "5e551011-0000-4000-8000-000000000003"
    machine.write(working("one", session=other))
    late = Transcript(third, at=START + 30 * SECOND)
    late.prompt()
    path = machine.write(late)
    machine.hooks(*ASKED)
    before = [row.session.session_id for row in machine.ask().rows]
    late.answer(text("More."), stop=None)
    append(path, late, since=1)
    assert before == [row.session.session_id for row in machine.ask().rows] == [SESSION, third, other]


def test_a_filter_selects_sessions_but_its_range_does_not_matter(machine: Machine) -> None:
    machine.write(working("one"))
    assert machine.ask(asked=Filter(projects=("elsewhere",))).rows == []
    assert machine.ask(asked=Filter(exact_sessions=("nobody",))).rows == []
    assert len(machine.ask(asked=Filter(projects=("ada/app",))).rows) == 1


def test_what_lies_in_the_future_does_not_happen_now(machine: Machine) -> None:
    machine.write(working("one"))
    assert machine.ask(-HOUR / SECOND).rows == []
