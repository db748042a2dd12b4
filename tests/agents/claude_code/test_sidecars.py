"""The small files beside the transcripts."""

import pytest

from dashcam.records.session import TITLE_FIRST_PROMPT, TITLE_GENERATED, TITLE_NAMED, SessionFacts
from tests.support.build import SECOND, SESSION, START
from tests.support.claude_reading import PROJECTS, told
from tests.support.told import Told

META = f"{PROJECTS}/{SESSION}/subagents/agent-a1.meta.json"
OTHER = "5e551011-0000-4000-8000-000000000002"


def test_a_subagents_description_names_its_type_and_its_call() -> None:
    line = {"agentType": "Explore", "description": "Find it", "toolUseId": "toolu_1", "finished": True}
    assert told([line], path=META, kind="sidecar", shape="document").session == SessionFacts(
        session=f"{SESSION}:a1",
        parent=SESSION,
        relation="subagent",
        agent_type="Explore",
        parent_call="toolu_1",
        title="Find it",
        title_rank=TITLE_GENERATED,
        state="completed",
    )


def test_a_description_over_several_lines_is_one_document() -> None:
    found = told([b'{\n  "agentType": "Plan"\n}\n'], path=META, kind="sidecar", shape="document").session
    assert (found.agent_type, found.state, found.title_rank) == ("Plan", "open", 0)


def test_a_title_is_the_persons_own() -> None:
    path = f"{PROJECTS}/{SESSION}/custom-title.json"
    found = told([{"customTitle": "Mine"}], path=path, kind="sidecar", shape="document").session
    assert (found.session, found.title, found.title_rank) == (SESSION, "Mine", TITLE_NAMED)


def test_a_broken_document_is_told() -> None:
    result = told([b"{"], path=META, kind="sidecar", shape="document")
    assert (result.facts, result.codes) == ({}, {"bad-json"})


def history(*typed: tuple[str, int, str]) -> Told:
    lines = [
        {"display": words, "timestamp": (START + after * SECOND) // 1000, "project": "/w/app", "sessionId": session}
        for words, after, session in typed
    ]
    return told(lines, path="/home/ada/.claude/history.jsonl", kind="sidecar", cuts=[1])


def test_the_history_knows_sessions_whose_transcripts_are_gone() -> None:
    result = history(("/model", 0, SESSION), ("Add a test", 5, SESSION), ("And docs", 9, SESSION), ("Hi", 7, OTHER))
    assert result.facts[SESSION] == SessionFacts(
        session=SESSION,
        first_at=START,
        last_at=START + 9 * SECOND,
        project="/w/app",
        first_prompt="Add a test",
        title="Add a test",
        title_rank=TITLE_FIRST_PROMPT,
    )
    assert result.facts[OTHER].first_prompt == "Hi"


@pytest.mark.parametrize(
    ("typed", "commands_only"),
    [
        (["/usage"], True),
        (["/usage", "/status now", "/exit"], True),
        (["/usage", "Hello"], False),
        (["Hello", "/usage"], False),
        (["/my-own-command"], False),
    ],
)
def test_a_history_of_commands_that_no_model_sees_is_no_session(typed: list[str], *, commands_only: bool) -> None:
    result = history(*((words, place, SESSION) for place, words in enumerate(typed)))
    assert result.session.commands_only is commands_only


def test_a_line_of_the_history_that_names_no_session_tells_nothing() -> None:
    result = told(
        [{"display": "x", "timestamp": 1, "project": "/w"}], path="/home/ada/.claude/history.jsonl", kind="sidecar"
    )
    assert (result.facts, result.diagnostics) == ({}, {})


def test_a_line_of_the_history_with_a_time_that_cannot_be_true_is_told() -> None:
    result = told(
        [{"display": "x", "timestamp": 1, "sessionId": SESSION}],
        path="/home/ada/.claude/history.jsonl",
        kind="sidecar",
    )
    assert (result.facts, result.codes) == ({}, {"bad-time"})
