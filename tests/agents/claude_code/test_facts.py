"""What is known of a session: who it is, what it is called, how it was left."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from dashcam.records.identity import key64
from dashcam.records.session import (
    TITLE_FIRST_PROMPT,
    TITLE_GENERATED,
    TITLE_LAST_PROMPT,
    TITLE_NAMED,
    ReportedTotal,
    SessionFacts,
    TitleHint,
)
from tests.support.build import PROJECT, SECOND, SESSION, START
from tests.support.claude_lines import Transcript, stamp, text, thinking, tool_use
from tests.support.claude_reading import PROJECTS, told

OTHER = "5e551011-0000-4000-8000-000000000002"


def facts(session: Transcript, **more: Any) -> SessionFacts:
    return told(session.encoded(), **more).session


def test_a_session_is_described_by_its_lines() -> None:
    session = Transcript()
    session.prompt("Add a test")
    session.answer()
    assert facts(session) == SessionFacts(
        session=SESSION,
        born=START,
        first_at=START,
        last_at=START + SECOND,
        project=PROJECT,
        branch="main",
        version="2.1.329",
        entrypoint="cli",
        title="Add a test",
        title_rank=TITLE_FIRST_PROMPT,
        first_prompt="Add a test",
        state="waiting",
    )


def test_the_project_is_where_it_began_and_the_branch_where_it_is() -> None:
    session = Transcript()
    session.prompt()
    session.prompt(cwd="/elsewhere", gitBranch="topic", version="2.1.330", entrypoint="sdk-py")
    found = facts(session)
    assert (found.project, found.entrypoint) == (PROJECT, "cli")
    assert (found.branch, found.version) == ("topic", "2.1.330")


def test_the_files_name_is_the_session_even_where_lines_say_otherwise() -> None:
    session = Transcript(OTHER)
    session.prompt()
    assert facts(session).session == SESSION


def test_a_fork_is_born_after_its_history_and_names_its_parent() -> None:
    parent = Transcript(OTHER)
    parent.prompt("Add a test")
    parent.answer()
    own = Transcript(SESSION, at=START + 60 * SECOND)
    own.line("queue-operation", operation="enqueue", timestamp=stamp(own.at))
    own.lines += parent.lines
    own.prompt("And one more")
    found = facts(own)
    assert (found.born, found.parent, found.relation) == (START + 60 * SECOND, OTHER, "fork")


def test_a_file_that_was_merely_renamed_is_no_fork() -> None:
    session = Transcript(OTHER)
    session.prompt()
    assert (facts(session).parent, facts(session).relation) == ("", "")


@pytest.mark.parametrize("first", [{"type": "summary", "summary": "x", "leafUuid": "y"}, {"type": "mode"}])
def test_an_export_is_named_by_its_lines(first: dict[str, Any]) -> None:
    session = Transcript("ses_1")
    session.prompt()
    result = told([first, *session.encoded()], path=f"{PROJECTS}/chat.jsonl")
    assert result.session.session == "ses_1"
    assert {event.session for event in result.events} == {"ses_1"}


def test_an_export_whose_lines_name_no_session_is_named_by_its_file() -> None:
    session = Transcript()
    session.prompt()
    session.answer()
    for line in session.lines:
        del line["sessionId"]
    result = told(session.encoded(), path=f"{PROJECTS}/chat.jsonl")
    assert result.session.session == "chat"
    assert result.call.rank == 0


def test_a_subagent_in_the_old_flat_place_is_named_by_its_lines() -> None:
    agent = Transcript().subagent("a1")
    agent.prompt("Find it")
    found = facts(agent, path=f"{PROJECTS}/agent-a1.jsonl")
    assert (found.session, found.parent, found.relation) == (f"{SESSION}:a1", SESSION, "subagent")


def test_a_subagent_that_names_no_session_has_no_parent() -> None:
    agent = Transcript().subagent("a1")
    del agent.prompt("Find it")["sessionId"]
    found = facts(agent, path=f"{PROJECTS}/agent-a1.jsonl")
    assert (found.session, found.parent, found.relation) == ("agent-a1", "", "subagent")


def test_a_subagent_whose_turn_ended_is_done() -> None:
    agent = Transcript().subagent("a1")
    agent.answer()
    assert facts(agent, path=f"{PROJECTS}/{SESSION}/subagents/agent-a1.jsonl").state == "completed"


def start_agent(session: Transcript, status: str) -> SessionFacts:
    session.answer(tool_use("Agent", "toolu_a", subagent_type="Explore", description="Find the parser"))
    session.tool_result("toolu_a", toolUseResult={"status": status, "agentId": "a7", "usage": {"input_tokens": 9}})
    return told(session.encoded()).facts[f"{SESSION}:a7"]


@pytest.mark.parametrize(("status", "state"), [("completed", "completed"), ("async_launched", "open")])
def test_a_parent_tells_of_the_subagent_it_started(status: str, state: str) -> None:
    found = start_agent(Transcript(), status)
    assert (found.parent, found.relation, found.state) == (SESSION, "subagent", state)
    assert (found.agent_type, found.title, found.parent_call) == ("Explore", "Find the parser", "toolu_a")


def test_what_a_subagent_reports_of_its_usage_is_never_added() -> None:
    session = Transcript()
    start_agent(session, "completed")
    assert len(told(session.encoded()).calls) == 1


def test_a_fork_tells_nothing_of_its_parents_subagents() -> None:
    session = Transcript(OTHER)
    session.answer(tool_use("Agent", "toolu_a"))
    session.tool_result("toolu_a", toolUseResult={"status": "completed", "agentId": "a7"})
    assert set(told(session.encoded()).facts) == {SESSION}


def test_the_best_kind_of_title_wins_and_of_one_kind_the_last() -> None:
    session = Transcript()
    titles = []
    session.prompt("First words")
    for kind, fields in [
        ("last-prompt", {"lastPrompt": "Last words"}),
        ("ai-title", {"aiTitle": "Generated"}),
        ("custom-title", {"customTitle": "Mine"}),
        ("ai-title", {"aiTitle": "Generated later"}),
        ("custom-title", {"customTitle": "Mine\n now"}),
        ("custom-title", {"customTitle": ""}),
    ]:
        session.line(kind, **fields)
        found = facts(session)
        titles.append((found.title, found.title_rank))
    assert titles == [
        ("Last words", TITLE_LAST_PROMPT),
        ("Generated", TITLE_GENERATED),
        ("Mine", TITLE_NAMED),
        ("Mine", TITLE_NAMED),
        ("Mine now", TITLE_NAMED),
        ("Mine now", TITLE_NAMED),
    ]


def test_a_slash_command_names_the_session_only_until_a_prompt_comes() -> None:
    session = Transcript()
    session.prompt("<command-name>/clear</command-name>")
    assert facts(session).title == "/clear"
    session.prompt("Add a test")
    session.prompt("And another")
    assert (facts(session).title, facts(session).first_prompt) == ("Add a test", "Add a test")


def test_a_title_is_one_line_of_bearable_length() -> None:
    session = Transcript()
    session.prompt("word " * 1_000)
    found = facts(session)
    assert (len(found.title), len(found.first_prompt)) == (200, 2_000)


def test_a_summary_is_a_title_for_whoever_holds_its_leaf() -> None:
    session = Transcript()
    leaf = session.prompt()
    result = told([{"type": "summary", "summary": "Tests", "leafUuid": leaf["uuid"]}, leaf])
    (event,) = result.events
    assert result.titles == [TitleHint(key=key64(leaf["uuid"], "0"), title="Tests", line=0)]
    assert event.key == result.titles[0].key


def test_a_file_of_summaries_alone_is_no_session() -> None:
    result = told([{"type": "summary", "summary": "Tests", "leafUuid": "u"}])
    assert (result.facts, len(result.titles)) == ({}, 1)


def test_pull_requests_are_kept_once() -> None:
    session = Transcript()
    for number in (1, 2, 1):
        session.line("pr-link", prUrl=f"https://example.invalid/pull/{number}", timestamp=stamp(START))
    assert facts(session).pull_requests == ("https://example.invalid/pull/1", "https://example.invalid/pull/2")


def test_the_agents_own_total_is_reported_at_the_latest_time() -> None:
    session = Transcript()
    session.prompt()
    session.prompt()
    numbers = {
        "inputTokens": 24,
        "outputTokens": 395,
        "cacheReadInputTokens": 2_000,
        "cacheCreationInputTokens": 10_000,
        "cacheCreationEphemeral5mInputTokens": 0,
        "cacheCreationEphemeral1hInputTokens": 6_000,
        "webSearchRequests": 1,
        "costUSD": 0.0422,
    }
    session.cost_state(claude_sonnet_5=numbers)
    result = told(session.encoded())
    assert result.session.state == "completed"
    assert result.totals == [
        ReportedTotal(
            session=SESSION,
            line=2,
            at=START + SECOND,
            model="claude-sonnet-5",
            input=24,
            output=395,
            cache_read=2_000,
            cache_write_5m=4_000,
            cache_write_1h=6_000,
            web_searches=1,
            cost_nano=42_200_000,
        )
    ]


def note(kind: str, **fields: Any) -> Callable[[Transcript], object]:
    return lambda session: session.line(kind, **fields)


def unstopped(block: Mapping[str, Any]) -> Callable[[Transcript], object]:
    """Answer as versions before 2.1.97 do, which mostly write no reason to stop."""
    return lambda session: session.answer(block, stop=None)


WAYS: dict[str, Callable[[Transcript], object]] = {
    "prompt": Transcript.prompt,
    "answer": Transcript.answer,
    "call": lambda session: session.answer(text(), tool_use(), stop="tool_use"),
    "result": Transcript.tool_result,
    "old words": unstopped(text()),
    "old thought": unstopped(thinking()),
    "old call": unstopped(tool_use()),
    "interrupt": lambda session: session.prompt("[Request interrupted by user]"),
    "error": lambda session: session.answer(text("API Error: 400 no"), isApiErrorMessage=True),
    "turn over": note("system", subtype="turn_duration"),
    "stop hook": note("system", subtype="stop_hook_summary"),
    "retry": note("system", subtype="api_error"),
    "attachment": note("attachment", attachment={"type": "date", "date": "2026-11-01"}),
    "command output": lambda session: session.prompt("<local-command-stdout>ok</local-command-stdout>"),
    "exit": lambda session: session.prompt("<command-name>/exit</command-name>"),
    "sidechain": lambda session: session.prompt("Find it", isSidechain=True),
    "total": note("cost-state"),
    "last prompt": note("last-prompt"),
}


@pytest.mark.parametrize(
    ("how", "state"),
    [
        ("prompt", "open"),
        ("prompt, answer", "waiting"),
        ("prompt, answer, attachment, last prompt", "waiting"),
        ("prompt, call", "open"),
        ("prompt, call, result", "open"),
        ("prompt, answer, prompt", "open"),
        ("prompt, old thought", "open"),
        ("prompt, old words", "waiting"),
        ("prompt, old words, old call", "open"),
        ("prompt, call, turn over", "waiting"),
        ("prompt, call, stop hook", "waiting"),
        ("prompt, call, retry", "open"),
        ("prompt, call, interrupt", "stopped"),
        ("prompt, interrupt, turn over", "stopped"),
        ("prompt, interrupt, prompt", "open"),
        ("prompt, error", "failed"),
        ("prompt, error, stop hook", "failed"),
        ("prompt, error, prompt", "open"),
        ("prompt, command output", "waiting"),
        ("prompt, answer, exit", "completed"),
        ("prompt, answer, exit, command output", "completed"),
        ("prompt, answer, total", "completed"),
        ("prompt, answer, total, prompt", "open"),
        ("prompt, answer, sidechain", "waiting"),
    ],
)
def test_the_last_line_that_counts_leaves_the_state(how: str, state: str) -> None:
    session = Transcript()
    for way in how.split(", "):
        WAYS[way](session)
    assert facts(session).state == state


def test_a_failed_session_says_what_the_agent_said() -> None:
    session = Transcript()
    WAYS["error"](session)
    assert facts(session).error == "API Error: 400 no"
    session.prompt()
    assert facts(session).error == ""


COMMAND = "<command-name>/usage</command-name><command-message>usage</command-message><command-args></command-args>"
OUTPUT = "<local-command-stdout>12% used</local-command-stdout>"


def probe() -> Transcript:
    made = Transcript()
    made.prompt("<local-command-caveat>Not for you.</local-command-caveat>", isMeta=True)
    made.prompt(COMMAND)
    made.prompt(OUTPUT)
    return made


@pytest.mark.parametrize("cuts", [(), (1, 2, 3)])
def test_a_session_of_commands_that_the_agent_answers_itself_says_so(cuts: tuple[int, ...]) -> None:
    made = probe()
    made.line("attachment", attachment={"type": "hook_success", "hookName": "SessionStart"})
    made.line("system", subtype="local_command", content=COMMAND)
    made.cost_state(0)
    assert told(made.encoded(), cuts=cuts).session.commands_only


@pytest.mark.parametrize("cuts", [(), (1, 3)])
@pytest.mark.parametrize(
    "more",
    [
        lambda made: made.prompt("Add a test"),
        lambda made: made.prompt("<bash-input>ls</bash-input>"),
        lambda made: made.prompt("Words that stand for the command.", isMeta=True),
        lambda made: made.answer(),
        lambda made: made.answer(isApiErrorMessage=True),
        lambda made: made.tool_result(),
        lambda made: made.line("attachment", attachment={"type": "queued_command", "prompt": "Go on"}),
        lambda made: made.cost_state(0.01, claude_haiku_5_5={"inputTokens": 1}),
    ],
    ids=["prompt", "shell", "command for a model", "answer", "failed", "result", "queued", "spent"],
)
def test_whatever_is_for_a_model_makes_it_a_session(
    more: Callable[[Transcript], object], cuts: tuple[int, ...]
) -> None:
    before, behind = probe(), probe()
    more(before)
    first = Transcript()
    more(first)
    behind.lines[:0] = first.lines
    assert not told(before.encoded(), cuts=cuts).session.commands_only
    assert not told(behind.encoded(), cuts=cuts).session.commands_only


def test_a_session_without_any_command_is_not_taken_for_one_of_commands() -> None:
    made = Transcript()
    made.line("attachment", attachment={"type": "hook_success", "hookName": "SessionStart"})
    assert not told(made.encoded()).session.commands_only
