"""What is said in a rollout is told once, as who said it, and read back from its line."""

from typing import Any

import pytest

from dashcam.agents.codex import AGENT
from dashcam.records.event import Event
from tests.support.build import SECOND, START
from tests.support.codex_lines import Rollout
from tests.support.codex_reading import events

OTHER = "019f0000-0000-7000-8000-000000000002"


def told(rollout: Rollout) -> list[tuple[str, str, str]]:
    """Give kind, name and words of each event."""
    lines = rollout.encoded()
    return [(event.kind, event.name, AGENT.body(lines[event.line], event).text) for event in events(lines)]


def only_event(rollout: Rollout) -> Event:
    (event,) = events(rollout.encoded())
    return event


def test_a_conversation_is_told_in_order() -> None:
    rollout = Rollout()
    rollout.turn()
    rollout.prompt("List the files")
    rollout.reasoning("Look around.")
    rollout.tool_call("shell", command=["ls"])
    rollout.tool_result(output="a.txt")
    rollout.answer("One file.")
    seen = events(rollout.encoded())
    assert [(event.kind, event.name, event.line) for event in seen] == [
        ("user", "", 2),
        ("thinking", "", 3),
        ("tool_call", "shell", 4),
        ("tool_result", "shell", 5),
        ("assistant", "", 6),
    ]
    assert [event.at for event in seen] == [START + line * SECOND for line in (2, 3, 4, 5, 6)]


def test_a_call_and_its_result_share_an_id_and_the_call_shows_its_input() -> None:
    rollout = Rollout()
    rollout.tool_call("shell", "call_7", command=["ls"])
    rollout.tool_result("call_7", "a.txt")
    lines = rollout.encoded()
    call, result = (AGENT.body(lines[event.line], event) for event in events(lines))
    assert (call.tool, call.tool_input, call.call_id) == ("shell", '{"command":["ls"]}', "call_7")
    assert (result.tool, result.call_id) == ("shell", "call_7")
    assert "a.txt" in result.text


@pytest.mark.parametrize(
    ("item", "name", "given"),
    [
        ({"type": "function_call", "name": "f", "arguments": {"a": 1}}, "f", '{"a":1}'),
        ({"type": "function_call", "namespace": "web", "name": "run", "arguments": "{}"}, "web.run", "{}"),
        ({"type": "custom_tool_call", "name": "apply_patch", "input": "*** x"}, "apply_patch", "*** x"),
        ({"type": "local_shell_call", "action": {"command": ["ls"]}}, "local_shell", '{"command":["ls"]}'),
        ({"type": "web_search_call", "action": {"query": "q"}}, "web_search", '{"query":"q"}'),
        ({"type": "tool_search_call", "arguments": {}}, "tool_search", "{}"),
        ({"type": "image_generation_call", "result": "aGk="}, "image_generation", ""),
        ({"type": "tool_call", "function": {"name": "git"}, "arguments": "status"}, "git", "status"),
    ],
)
def test_every_kind_of_tool_call_has_a_name_and_an_input(item: dict[str, Any], name: str, given: str) -> None:
    rollout = Rollout()
    rollout.line("response_item", **item)
    event = only_event(rollout)
    body = AGENT.body(rollout.encoded()[event.line], event)
    assert (event.kind, event.name, body.tool_input) == ("tool_call", name, given)


@pytest.mark.parametrize(
    ("output", "ok", "duration"),
    [
        ('{"output":"x","metadata":{"exit_code":0,"duration_seconds":0.5}}', True, 500_000),
        ('{"output":"x","metadata":{"exit_code":2}}', False, None),
        ("Exit code: 0\nWall time: 2 seconds\nOutput:\nx", True, 2_000_000),
        ("Chunk ID: 1\nWall time: 0.25 seconds\nProcess exited with code 3\nOutput:\nx", False, 250_000),
        ("Chunk ID: 1\nWall time: 1 seconds\nProcess running with session ID 5\nOutput:\n", None, 1_000_000),
        ("Output:\nExit code: 1", None, None),
        ("the log says:\nExit code: 1", None, None),
        ("Plan updated", None, None),
        ("{not json", None, None),
        ([{"type": "input_text", "text": "x"}], None, None),
        ({"content": "x", "success": False}, False, None),
    ],
)
def test_the_end_of_a_call_is_read_from_its_output(output: object, ok: object, duration: int | None) -> None:
    rollout = Rollout()
    rollout.line("response_item", type="function_call_output", call_id="c", output=output)
    event = only_event(rollout)
    assert (event.kind, event.ok, event.duration_us) == ("tool_result", ok, duration)


def _report(**item: Any) -> dict[str, Any]:
    return {"type": "item_completed", "item": item}


@pytest.mark.parametrize(
    "report",
    [
        {"type": "exec_command_end", "call_id": "call_1", "exit_code": 1},
        _report(type="CommandExecution", id="call_1", exit_code=1, status="completed"),
        {"type": "mcp_tool_call_end", "call_id": "call_1", "result": {"Err": "no"}},
        {
            "type": "mcp_tool_call_end",
            "call_id": "call_1",
            "result": {"Ok": {"isError": True, "content": []}},
        },
        _report(type="McpToolCall", id="call_1", result={"content": [], "isError": True}),
        {"type": "dynamic_tool_call_response", "call_id": "call_1", "success": False},
        _report(type="FileChange", id="call_1", status="failed"),
    ],
)
def test_a_report_of_an_execution_is_joined_with_the_result(report: dict[str, Any]) -> None:
    rollout = Rollout()
    rollout.tool_call()
    rollout.line("event_msg", **report, duration={"secs": 1, "nanos": 5_000})
    rollout.line("response_item", type="function_call_output", call_id="call_1", output="no")
    call, result = events(rollout.encoded())
    assert (call.kind, result.kind, result.ok) == ("tool_call", "tool_result", False)
    assert result.duration_us in {1_000_005, None}


def test_an_execution_without_a_call_of_the_model_is_told_by_its_report() -> None:
    rollout = Rollout()
    command = {"command": ["ls"], "exit_code": 0, "aggregated_output": "a.txt"}
    rollout.line("event_msg", type="exec_command_end", call_id="user_1", source="user_shell", **command)
    rollout.line("event_msg", **_report(type="CommandExecution", id="user_1", **command))
    lines = rollout.encoded()
    call, result = events(lines)
    assert (call.kind, call.name, call.part) == ("tool_call", "exec_command", 0)
    assert (result.kind, result.part, result.ok) == ("tool_result", 1, True)
    assert AGENT.body(lines[1], call).tool_input == '["ls"]'
    assert AGENT.body(lines[1], result).text == "a.txt"


def test_a_patch_counts_its_lines_from_the_call_if_no_report_does() -> None:
    patch = "*** Begin Patch\n*** Update File: a.sql\n@@\n--- old comment\n+-- new comment\n+more\n*** End Patch"
    rollout = Rollout()
    rollout.line("response_item", type="custom_tool_call", name="apply_patch", input=patch, call_id="c")
    rollout.line("response_item", type="custom_tool_call_output", call_id="c", output="Exit code: 0\nOutput:\n")
    _, result = events(rollout.encoded())
    assert (result.lines_added, result.lines_removed) == (2, 1)


def test_a_patch_inside_a_shell_command_is_counted_too() -> None:
    rollout = Rollout()
    script = "apply_patch <<'EOF'\n*** Begin Patch\n*** Delete File: b\n*** Add File: a\n+x\n*** End Patch\nEOF"
    rollout.tool_call(command=["bash", "-lc", script])
    rollout.tool_result()
    _, result = events(rollout.encoded())
    assert (result.lines_added, result.lines_removed) == (1, None)


def test_a_report_of_changes_counts_added_deleted_and_changed_lines() -> None:
    changes = {
        "new": {"type": "add", "content": "1\n2\n"},
        "gone": {"type": "delete", "content": "1\n2\n3\n"},
        "both": {"type": "update", "unified_diff": "--- a\n+++ b\n@@ -1 +1,2 @@\n-x\n+y\n+z\n"},
    }
    rollout = Rollout()
    rollout.line("event_msg", type="patch_apply_end", call_id="c", success=True, changes=changes)
    _, result = events(rollout.encoded())
    assert (result.lines_added, result.lines_removed) == (4, 4)


def test_a_patch_that_failed_changed_no_lines() -> None:
    rollout = Rollout()
    rollout.line(
        "event_msg",
        type="patch_apply_end",
        call_id="c",
        success=False,
        changes={"new": {"type": "add", "content": "1\n"}},
    )
    _, result = events(rollout.encoded())
    assert (result.ok, result.lines_added) == (False, None)


def test_echoes_of_messages_are_passed_over() -> None:
    rollout = Rollout()
    rollout.prompt("Go")
    rollout.line("event_msg", type="user_message", message="Go")
    rollout.line("event_msg", type="agent_reasoning", text="Hm.")
    rollout.reasoning("Hm.")
    rollout.line("event_msg", type="agent_message", message="Done.")
    rollout.answer("Done.")
    assert [kind for kind, _, _ in told(rollout)] == ["user", "thinking", "assistant"]


def test_an_echo_that_comes_first_is_told_and_its_message_is_not() -> None:
    rollout = Rollout()
    rollout.line("event_msg", type="user_message", message="Go")
    rollout.prompt("Go")
    rollout.prompt("Go")
    assert told(rollout) == [("user", "", "Go"), ("user", "", "Go")]


def test_a_file_of_echoes_alone_is_told_by_them() -> None:
    rollout = Rollout()
    rollout.line("event_msg", type="user_message", message="Go")
    rollout.line("event_msg", type="agent_reasoning", text="Hm.")
    rollout.line("event_msg", type="agent_message", message="Done.")
    rollout.line("event_msg", type="user_message", message="<environment_context>x")
    assert told(rollout) == [
        ("user", "", "Go"),
        ("thinking", "", "Hm."),
        ("assistant", "", "Done."),
        ("context", "environment_context", "<environment_context>x"),
    ]


def test_a_thought_without_words_is_told_and_raw_words_after_it_too() -> None:
    rollout = Rollout()
    rollout.prompt()
    rollout.line("response_item", type="reasoning", summary=[], encrypted_content="x")
    rollout.line("event_msg", type="agent_reasoning_raw_content", text="Plan.")
    rollout.reasoning("Look.")
    rollout.line("event_msg", type="agent_reasoning_raw_content", text="Look, at length.")
    thoughts = [(name, text) for kind, name, text in told(rollout) if kind == "thinking"]
    assert thoughts == [("", ""), ("raw", "Plan."), ("", "Look.")]


@pytest.mark.parametrize(
    ("words", "kind", "name"),
    [
        ("<environment_context>\n  <cwd>/</cwd>", "context", "environment_context"),
        ("# AGENTS.md instructions for /x", "context", "AGENTS.md"),
        ("  <turn_aborted>\nstopped", "context", "turn_aborted"),
        ("<permissions instructions>x", "context", "permissions"),
        ("> a quoted line\n\nand a question", "user", ""),
        ("<div> is a tag", "user", ""),
        ("", "user", ""),
    ],
)
def test_what_codex_put_under_the_role_user_is_context(words: str, kind: str, name: str) -> None:
    rollout = Rollout()
    rollout.prompt(words)
    assert told(rollout) == [(kind, name, words)]


def test_blocks_of_one_message_are_parted_by_who_wrote_them() -> None:
    rollout = Rollout()
    blocks = [{"type": "input_text", "text": text} for text in ("<skill>x", "<b>bold</b>, please")]
    passed = {"content_item_kinds": ["skills.body", "user.text"]}
    rollout.line(
        "response_item",
        type="message",
        role="user",
        content=blocks,
        internal_chat_message_metadata_passthrough=passed,
    )
    assert told(rollout) == [("context", "skill", "<skill>x"), ("user", "", "<b>bold</b>, please")]
    assert [event.part for event in events(rollout.encoded())] == [0, 1]


def test_a_developers_message_is_context_and_is_not_searched() -> None:
    rollout = Rollout()
    content = [{"type": "input_text", "text": "Be brief."}]
    rollout.line("response_item", type="message", role="developer", content=content)
    event = only_event(rollout)
    assert (event.kind, event.name, event.text) == ("context", "developer", "")


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"type": "error", "message": "overloaded"}, ("error", "error", "overloaded")),
        ({"type": "error", "error": {"message": "limit"}}, ("error", "error", "limit")),
        ({"type": "turn_aborted", "reason": "interrupted"}, ("error", "turn_aborted", "interrupted")),
        ({"type": "context_compacted"}, ("system", "compaction", "")),
        ({"type": "thread_rolled_back", "num_turns": 2}, ("system", "thread_rolled_back", "2")),
        ({"type": "task_complete", "duration_ms": 70}, ("system", "task_complete", "")),
        ({"type": "task_complete", "error": {"message": "full"}}, ("error", "task_complete", "full")),
        (
            {"type": "exited_review_mode", "review_output": {"overall_explanation": "fine"}},
            ("system", "exited_review_mode", "fine"),
        ),
        (
            {"type": "collab_agent_spawn_end", "new_thread_id": "t", "prompt": "look"},
            ("system", "collab_agent_spawn_end", "t\nlook"),
        ),
        (_report(type="Plan", text="1. Look"), ("system", "plan", "1. Look")),
    ],
)
def test_notices_are_told(payload: dict[str, Any], expected: tuple[str, str, str]) -> None:
    rollout = Rollout()
    rollout.line("event_msg", **payload)
    assert told(rollout) == [expected]


def test_the_end_of_a_turn_tells_how_long_it_took() -> None:
    rollout = Rollout()
    rollout.line("event_msg", type="task_complete", duration_ms=70)
    assert only_event(rollout).duration_us == 70_000


def test_a_copy_in_a_fork_keeps_the_keys_and_what_follows_has_new_ones() -> None:
    parent = Rollout()
    parent.turn()
    parent.prompt("Go on")
    parent.tool_call()
    parent.tool_result()
    parent.answer("Done.")
    child = parent.fork(OTHER)
    child.turn()
    child.prompt("Go on")
    parents, childs = events(parent.encoded()), events(child.encoded())
    assert [event.key for event in childs[:4]] == [event.key for event in parents]
    assert childs[4].key not in {event.key for event in parents}
    assert {event.session for event in childs} == {OTHER}


def test_copies_keep_their_keys_where_no_version_names_turns() -> None:
    parent = Rollout()
    parent.prompt("First")
    parent.answer("Done.")
    child = parent.fork(OTHER)
    parent.prompt("Second")
    parent.answer("Done.")
    child.prompt("Another")
    child.answer("Done.")
    parents, childs = events(parent.encoded()), events(child.encoded())
    shared = {event.key for event in parents} & {event.key for event in childs}
    assert shared == {event.key for event in parents[:2]}


def test_equal_words_in_one_turn_are_two_events() -> None:
    rollout = Rollout()
    rollout.turn()
    for _ in range(3):
        rollout.answer("Still waiting.")
    assert len({event.key for event in events(rollout.encoded())}) == 3


def test_the_order_of_the_file_holds_when_the_clock_goes_back() -> None:
    rollout = Rollout()
    rollout.prompt()
    rollout.at -= 60 * SECOND
    rollout.answer()
    first, second = events(rollout.encoded())
    assert second.at < first.at
    assert second.order == first.order


def test_a_search_finds_what_was_said_and_done() -> None:
    rollout = Rollout()
    rollout.prompt("Where is it?")
    rollout.tool_call(command=["grep", "needle"])
    rollout.tool_result(output="x" * 10_000)
    prompt, call, result = events(rollout.encoded())
    assert prompt.text == "Where is it?"
    assert "needle" in call.text
    assert len(result.text) == 8_192


def test_a_body_that_is_not_there_is_empty() -> None:
    rollout = Rollout()
    rollout.prompt()
    event = only_event(rollout)
    assert AGENT.body(b"no json", event).text == ""
    assert AGENT.body(rollout.encoded()[0], event).text == ""


def test_bare_lines_of_mid_2025_are_read() -> None:
    lines = [
        b'{"id":"5e551011-0000-4000-8000-000000000001","timestamp":"2025-06-01T10:00:00Z","instructions":null}',
        b'{"record_type":"state"}',
        b'{"type":"message","role":"user","content":[{"type":"input_text","text":"Go"}]}',
        b'{"type":"function_call","name":"shell","arguments":"{}","call_id":"c"}',
    ]
    seen = events(lines)
    assert [(event.kind, event.session[-4:]) for event in seen] == [("user", "0001"), ("tool_call", "0001")]
    assert {event.at for event in seen} == {1_748_772_000 * SECOND}


def test_a_document_of_early_2025_is_read_whole() -> None:
    document = (
        b'{"session":{"id":"5e551011-0000-4000-8000-000000000001","timestamp":"2025-04-20T10:00:00Z"},"items":['
        b'{"type":"message","role":"user","content":[{"type":"input_text","text":"Go"}]},'
        b'{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Done."}]}]}'
    )
    seen = events([document], "/home/ada/.codex/sessions/rollout-2025-04-20-x.json")
    assert [(event.kind, event.part, AGENT.body(document, event).text) for event in seen] == [
        ("user", 0, "Go"),
        ("assistant", 1, "Done."),
    ]
