"""Which session a rollout is, where it comes from, what it is called and how it stands."""

from typing import Any

import msgspec
import pytest

from dashcam.records.session import TITLE_FIRST_PROMPT, TITLE_GENERATED, TITLE_NAMED, Sample, SessionFacts
from tests.support.build import PROJECT, SECOND, START
from tests.support.codex_lines import THREAD, Rollout
from tests.support.codex_reading import NAME, facts, only, records, troubles

PARENT = "019f0000-0000-7000-8000-0000000000aa"
OTHER = "019f0000-0000-7000-8000-000000000002"


def test_the_header_tells_the_session() -> None:
    rollout = Rollout()
    rollout.turn()
    told = facts(rollout.encoded())
    assert told == SessionFacts(
        session=THREAD,
        born=START,
        first_at=START,
        last_at=START + SECOND,
        project=PROJECT,
        branch="main",
        version="0.146.0",
        entrypoint="cli",
    )


def test_a_thread_is_born_when_its_header_says_and_not_when_it_was_written() -> None:
    rollout = Rollout(timestamp="2026-11-01T11:59:58.000Z")
    assert facts(rollout.encoded()).born == START - 2 * SECOND


@pytest.mark.parametrize(
    ("header", "session"),
    [
        ({"id": "abc-123"}, "abc-123"),
        ({"id": None, "session_id": "root"}, THREAD),
        ({"id": 5}, THREAD),
    ],
)
def test_the_id_is_the_headers_or_the_file_names(header: dict[str, Any], session: str) -> None:
    assert facts(Rollout(**header).encoded()).session == session


def test_without_a_header_the_file_names_the_session_and_the_first_line_its_birth() -> None:
    rollout = Rollout()
    rollout.turn()
    told = facts(rollout.encoded()[1:], "/home/ada/.codex/sessions/session-alpha.jsonl")
    assert (told.session, told.born, told.project) == ("session-alpha", START + SECOND, PROJECT)


@pytest.mark.parametrize(
    ("header", "parent", "relation", "kind"),
    [
        ({}, "", "", ""),
        ({"forked_from_id": PARENT}, PARENT, "fork", ""),
        ({"parent_thread_id": PARENT, "agent_role": "explorer"}, PARENT, "subagent", "explorer"),
        ({"parent_thread_id": PARENT, "forked_from_id": OTHER}, PARENT, "subagent", ""),
        (
            {"source": {"subagent": {"thread_spawn": {"parent_thread_id": PARENT, "agent_role": "worker"}}}},
            PARENT,
            "subagent",
            "worker",
        ),
        ({"source": {"subagent": "review"}}, "", "subagent", "review"),
        ({"source": {"subagent": {"other": "guardian"}}}, "", "subagent", "guardian"),
    ],
)
def test_forks_and_subagents_name_their_parent(header: dict[str, Any], parent: str, relation: str, kind: str) -> None:
    told = facts(Rollout(**header).encoded())
    assert (told.parent, told.relation, told.agent_type) == (parent, relation, kind)


def test_a_header_that_comes_late_does_not_rename_what_was_told_before_it() -> None:
    rollout = Rollout("late-header")
    rollout.prompt("First")
    lines = rollout.encoded()
    told = facts([lines[1], lines[0]])
    assert (told.session, told.project, told.title) == (THREAD, PROJECT, "First")


def test_the_root_of_the_family_is_not_the_session() -> None:
    assert facts(Rollout(session_id=PARENT, parent_thread_id=PARENT).encoded()).session == THREAD


def test_a_copied_header_changes_nothing_of_the_session() -> None:
    parent = Rollout(PARENT, cwd="/elsewhere", version="0.1.0")
    child = Rollout()
    child.lines += parent.lines
    told = facts(child.encoded())
    assert (told.session, told.project, told.version) == (THREAD, PROJECT, "0.146.0")


def test_a_header_of_the_thread_itself_tells_the_version_that_took_it_up_again() -> None:
    rollout = Rollout(forked_from_id=PARENT)
    rollout.line("session_meta", id=THREAD, cli_version="0.169.0", cwd="/elsewhere")
    told = facts(rollout.encoded())
    assert (told.version, told.project, told.parent) == ("0.169.0", PROJECT, PARENT)


def test_the_first_prompt_is_the_title_until_the_thread_is_named() -> None:
    rollout = Rollout()
    rollout.prompt("<environment_context>x")
    rollout.prompt("Add a test\nfor the parser")
    rollout.prompt("Thanks")
    told = facts(rollout.encoded())
    assert (told.title, told.title_rank) == ("Add a test", TITLE_FIRST_PROMPT)
    assert told.first_prompt == "Add a test\nfor the parser"
    rollout.line("event_msg", type="thread_name_updated", thread_id=THREAD, thread_name="Parser")
    rollout.line("event_msg", type="thread_name_updated", thread_id=PARENT, thread_name="Another's")
    told = facts(rollout.encoded())
    assert (told.title, told.title_rank) == ("Parser", TITLE_NAMED)


def test_what_an_editor_put_before_the_request_is_no_title() -> None:
    rollout = Rollout()
    rollout.prompt("# Context from my IDE setup:\n- a.py\n\n## My request for Codex:\nFix it\n")
    assert facts(rollout.encoded()).title == "Fix it"


@pytest.mark.parametrize("own_evidence", ["settings", "record", "turn", "later"])
def test_a_forks_first_prompt_is_its_own(own_evidence: str) -> None:
    parent = Rollout(PARENT)
    parent.prompt("The parent's")
    child = parent.fork(THREAD)
    if own_evidence == "settings":
        child.line("event_msg", type="thread_settings_applied", thread_id=THREAD, thread_settings={})
    if own_evidence == "record":
        child.usage_record()
    if own_evidence == "turn":
        child.turn(turn_id="01a1fbe3-7c90-7b90-9169-5229b6064b58")
    if own_evidence == "later":
        child.at += 61 * SECOND
    child.prompt("The child's")
    told = facts(child.encoded())
    assert (told.first_prompt, told.title) == ("The child's", "The child's")


def test_ordinals_tell_where_a_subagents_own_history_begins() -> None:
    parent = Rollout(PARENT)
    parent.prompt("The parent's")
    child = parent.fork(THREAD, subagent_history_start_ordinal="3", parent_thread_id=PARENT)
    child.prompt("The child's")
    for ordinal, line in enumerate(child.lines):
        line["ordinal"] = ordinal
    assert facts(child.encoded()).first_prompt == "The child's"


@pytest.mark.parametrize(
    ("steps", "state", "error"),
    [
        ([], "open", ""),
        (["prompt"], "open", ""),
        (["prompt", "answer"], "waiting", ""),
        (["prompt", "answer", "tool_call"], "open", ""),
        (["task_started", "prompt", "answer"], "open", ""),
        (["task_started", "prompt", "answer", "task_complete"], "waiting", ""),
        (["task_started", "prompt", "turn_aborted"], "stopped", ""),
        (["task_started", "prompt", "error"], "failed", "out of credits"),
        (["task_started", "prompt", "error", "task_started"], "open", ""),
        (["task_started", "prompt", "failed"], "failed", "out of room"),
    ],
)
def test_the_last_line_tells_how_the_session_stands(steps: list[str], state: str, error: str) -> None:
    rollout = Rollout()
    payloads: dict[str, dict[str, Any]] = {
        "task_started": {"turn_id": "t"},
        "task_complete": {"turn_id": "t"},
        "turn_aborted": {"reason": "interrupted"},
        "error": {"message": "out of credits"},
        "failed": {"type": "task_complete", "error": {"message": "out of room"}},
    }
    for step in steps:
        if step in payloads:
            rollout.line("event_msg", **({"type": step} | payloads[step]))
        else:
            getattr(rollout, step)()
    told = facts(rollout.encoded())
    assert (told.state, told.error) == (state, error)


def test_a_rate_limit_is_told_when_it_changes() -> None:
    rollout = Rollout()
    for used in (7.0, 7.0, 8):
        limits = {
            "primary": {"used_percent": used, "window_minutes": 300},
            "secondary": {"used_percent": 1, "window_minutes": 10_080},
        }
        rollout.line("event_msg", type="token_count", info=None, rate_limits=limits)
    told = [record for record in records(rollout.encoded()) if isinstance(record, Sample)]
    assert [(each.label, each.value, each.line) for each in told] == [
        ("primary 300m", 7.0, 1),
        ("secondary 10080m", 1.0, 1),
        ("primary 300m", 8.0, 3),
    ]
    assert {each.name for each in told} == {"rate_limit_percent"}


def test_a_limit_of_another_kind_is_named() -> None:
    rollout = Rollout()
    limits = {"limit_id": "codex_other", "primary": {"used_percent": 3}, "secondary": {"used_percent": None}}
    rollout.line("event_msg", type="token_count", info=None, rate_limits=limits)
    (told,) = [record for record in records(rollout.encoded()) if isinstance(record, Sample)]
    assert told.label == "codex_other primary"


def test_copied_limits_are_not_told_again() -> None:
    parent = Rollout(PARENT)
    parent.tokens(rate_limits={"primary": {"used_percent": 5, "window_minutes": 300}})
    told = records(parent.fork(THREAD).encoded())
    assert not [record for record in told if isinstance(record, Sample)]


def sidecar(*lines: dict[str, Any], name: str) -> list[SessionFacts]:
    encoded = [msgspec.json.encode(line) for line in lines]
    return only(SessionFacts, records(encoded, f"/home/ada/.codex/{name}", "sidecar"))


def test_the_index_names_threads_and_the_last_name_holds() -> None:
    told = sidecar(
        {"id": THREAD, "thread_name": "Old", "updated_at": "2026-11-01T12:00:00Z"},
        {"id": OTHER, "thread_name": "Other", "updated_at": "2026-11-01T12:00:00Z"},
        {"id": THREAD, "thread_name": "New", "updated_at": "2026-11-01T12:00:01Z"},
        name="session_index.jsonl",
    )
    assert [(each.session, each.title, each.title_rank) for each in told] == [
        (THREAD, "Old", TITLE_GENERATED),
        (OTHER, "Other", TITLE_GENERATED),
        (THREAD, "New", TITLE_GENERATED),
    ]


def test_the_history_tells_the_first_prompt_and_the_times() -> None:
    told = sidecar(
        {"session_id": THREAD, "ts": START // SECOND, "text": "First\nthing"},
        {"session_id": THREAD, "ts": START // SECOND + 60, "text": "Second"},
        name="history.jsonl",
    )
    assert told[-1] == SessionFacts(
        session=THREAD,
        first_at=START,
        last_at=START + 60 * SECOND,
        first_prompt="First\nthing",
        title="First",
        title_rank=TITLE_FIRST_PROMPT,
    )


@pytest.mark.parametrize(
    ("name", "line", "code"),
    [
        ("session_index.jsonl", b'{"id":"t"}', "unknown-type"),
        ("session_index.jsonl", b'{"id":"t","thread_name":"n","updated_at":"soon"}', "bad-time"),
        ("history.jsonl", b'{"session_id":"t"}', "unknown-type"),
        ("history.jsonl", b'{"session_id":"t","text":"x","ts":"soon"}', "bad-time"),
        ("history.jsonl", b"{", "bad-json"),
    ],
)
def test_bad_lines_of_the_lists_are_noted(name: str, line: bytes, code: str) -> None:
    from dashcam.records.source import Diagnostic

    told = only(Diagnostic, records([line], f"/home/ada/.codex/{name}", "sidecar"))
    assert told[0].code == code


def test_the_name_of_a_list_means_nothing_among_rollouts() -> None:
    rollout = Rollout()
    path = NAME.rpartition("/")[0] + "/history.jsonl"
    assert facts(rollout.encoded(), path).session == THREAD
    assert troubles(rollout.encoded(), path) == []
