"""Events: who said what, and what a search finds it by."""

from typing import Any

import pytest

from dashcam.agents.claude_code import AGENT
from dashcam.records.event import Body, Event
from dashcam.records.identity import key64
from tests.support.build import SECOND, SESSION, START
from tests.support.claude_lines import Transcript, text, thinking, tool_use
from tests.support.claude_reading import PROJECTS, told


def shown(session: Transcript) -> list[tuple[str, str, str]]:
    return [(event.kind, event.name, event.text) for event in told(session.encoded()).events]


def said(content: object, **more: Any) -> tuple[str, str, str]:
    session = Transcript()
    session.line("user", message={"role": "user", "content": content}, **more)
    (event,) = shown(session)
    return event


@pytest.mark.parametrize(
    ("content", "kind", "name", "words"),
    [
        ("Add a test", "user", "", "Add a test"),
        ([{"type": "text", "text": "Add a test"}], "user", "", "Add a test"),
        ("<b>bold</b> is HTML", "user", "", "<b>bold</b> is HTML"),
        (
            "<command-message>init is running</command-message>\n<command-name>/init</command-name>",
            "user",
            "command",
            "/init",
        ),
        (
            "<command-name>/model</command-name><command-args>opus</command-args>",
            "user",
            "command",
            "/model opus",
        ),
        ("<bash-input>git status</bash-input>", "user", "bash", "! git status"),
        (
            "<bash-stdout>clean</bash-stdout>",
            "system",
            "bash_output",
            "<bash-stdout>clean</bash-stdout>",
        ),
        (
            "<local-command-stdout>Bye!</local-command-stdout>",
            "system",
            "local_command",
            "<local-command-stdout>Bye!</local-command-stdout>",
        ),
        (
            "<system-reminder>x</system-reminder>",
            "context",
            "system-reminder",
            "<system-reminder>x</system-reminder>",
        ),
        ("<ide_opened_file>x", "context", "ide_opened_file", "<ide_opened_file>x"),
        (
            "[Request interrupted by user for tool use]",
            "system",
            "interrupted",
            "[Request interrupted by user for tool use]",
        ),
        ([{"type": "image", "source": {"data": "aGk="}}], "user", "image", ""),
        ([{"type": "something_new", "text": "hm"}], "context", "something_new", "hm"),
    ],
)
def test_a_user_line_is_known_by_its_words(content: object, kind: str, name: str, words: str) -> None:
    assert said(content) == (kind, name, words)


@pytest.mark.parametrize(
    ("marks", "name"),
    [
        ({"isMeta": True}, "meta"),
        ({"isCompactSummary": True}, "compact_summary"),
        ({"origin": {"kind": "task-notification"}}, "task-notification"),
    ],
)
def test_words_that_were_put_in_are_context(marks: dict[str, Any], name: str) -> None:
    assert said("Continue.", **marks) == ("context", name, "Continue.")


def test_a_persons_words_are_a_persons() -> None:
    assert said("Go on", origin={"kind": "human"}) == ("user", "", "Go on")


def test_the_models_blocks_are_an_event_each() -> None:
    session = Transcript()
    session.answer(thinking("Hm."), text("I look."), tool_use("Grep", "toolu_1", pattern="def", path="src"))
    assert shown(session) == [
        ("thinking", "", "Hm."),
        ("assistant", "", "I look."),
        ("tool_call", "Grep", "Grep\ndef\nsrc"),
    ]


def test_several_blocks_of_one_line_are_its_parts() -> None:
    session = Transcript()
    (line,) = session.answer(text("one"))
    line["message"]["content"] = [text("one"), text("two")]
    first, second = told(session.encoded()).events
    assert (first.part, second.part) == (0, 1)
    assert (first.key, second.key) == (key64(line["uuid"], "0"), key64(line["uuid"], "1"))


def test_inputs_that_are_no_text_are_found_by_their_values() -> None:
    session = Transcript()
    session.answer(tool_use("TodoWrite", "t", todos=[{"content": "Write it", "priority": 1}, {"content": "Test it"}]))
    assert shown(session) == [("tool_call", "TodoWrite", "TodoWrite\nWrite it\n1\nTest it")]


def test_rarer_blocks_of_the_model_are_known() -> None:
    session = Transcript()
    found = [
        {
            "type": "web_search_result",
            "title": "T",
            "url": "https://example.invalid",
            "encrypted_content": "x",
        }
    ]
    session.answer(
        {"type": "redacted_thinking", "data": "x"},
        {"type": "fallback", "from": {"model": "a"}, "to": {"model": "b"}},
        {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {"query": "q"}},
        {"type": "web_search_tool_result", "tool_use_id": "s", "content": found},
    )
    assert shown(session) == [
        ("thinking", "redacted", ""),
        ("system", "fallback", "a -> b"),
        ("tool_call", "web_search", "web_search\nq"),
        ("tool_result", "web_search", "T\nhttps://example.invalid"),
    ]


def test_a_result_is_joined_to_its_call() -> None:
    session = Transcript()
    session.answer(tool_use("Bash", "toolu_1"))
    session.tool_result("toolu_1", "1 passed")
    _, result = told(session.encoded()).events
    assert (result.kind, result.name, result.ok, result.text) == ("tool_result", "Bash", True, "1 passed")
    assert result.duration_us == SECOND


def test_a_result_without_its_call_has_no_name_and_no_duration() -> None:
    session = Transcript()
    session.tool_result("toolu_9", failed=True)
    (result,) = told(session.encoded()).events
    assert (result.name, result.duration_us, result.ok) == ("", None, False)


def test_a_results_blocks_are_read_without_images() -> None:
    session = Transcript()
    line = session.tool_result()
    line["message"]["content"][0]["content"] = [
        text("a"),
        {"type": "image", "source": {"data": "x"}},
        text("b"),
    ]
    assert shown(session) == [("tool_result", "", "a\nb")]


@pytest.mark.parametrize(
    ("result", "changed"),
    [
        ({"structuredPatch": [{"lines": [" a", "-b", "+c", "+d"]}, {"lines": ["-e"]}]}, (2, 2)),
        ({"type": "create", "content": "one\ntwo\n", "structuredPatch": []}, (2, 0)),
        ({"type": "create", "content": "one\ntwo", "structuredPatch": []}, (2, 0)),
        ({"type": "update", "content": "x", "structuredPatch": []}, (0, 0)),
        ({"stdout": "+ no change"}, (None, None)),
        ("Error: no", (None, None)),
        ([{"type": "text", "text": "x"}], (None, None)),
    ],
)
def test_changed_lines_are_counted(result: object, changed: tuple[int | None, int | None]) -> None:
    session = Transcript()
    session.tool_result(toolUseResult=result)
    (event,) = told(session.encoded()).events
    assert (event.lines_added, event.lines_removed) == changed


def test_an_error_of_the_service_is_an_error() -> None:
    session = Transcript()
    session.answer(text("API Error: 529 Overloaded"), isApiErrorMessage=True, error="server_error", model="<synthetic>")
    session.line("system", subtype="api_error", error={"message": "529 {}", "formatted": "529 Overloaded"})
    assert shown(session) == [
        ("error", "server_error", "API Error: 529 Overloaded"),
        ("error", "api_error", "529 Overloaded"),
    ]


def test_words_that_no_model_wrote_are_the_systems() -> None:
    session = Transcript()
    session.answer(text("No response requested."), model="<synthetic>")
    assert shown(session) == [("system", "synthetic", "No response requested.")]


def test_a_notice_is_named_by_its_subtype() -> None:
    session = Transcript()
    session.line("system", subtype="compact_boundary", content="Conversation compacted")
    session.line("system", subtype="turn_duration", durationMs=511)
    boundary, turn = told(session.encoded()).events
    assert (boundary.kind, boundary.name, boundary.text) == (
        "system",
        "compaction",
        "Conversation compacted",
    )
    assert (turn.name, turn.duration_us) == ("turn_duration", 511_000)


@pytest.mark.parametrize(
    ("attachment", "expected"),
    [
        (
            {"type": "queued_command", "prompt": "and docs", "commandMode": "prompt"},
            ("user", "queued_command", "and docs"),
        ),
        (
            {"type": "queued_command", "prompt": "done", "commandMode": "task-notification"},
            ("context", "queued_command", "done"),
        ),
        ({"type": "prompt_snapshot", "systemPrompt": ["long"]}, ("context", "prompt_snapshot", "")),
        (
            {"type": "file", "displayPath": "a.txt", "content": {"type": "text", "file": {"content": "hi"}}},
            ("context", "file", "a.txt\nhi"),
        ),
        (
            {"type": "edited_text_file", "filename": "/w/a.txt", "snippet": "+x"},
            ("context", "edited_text_file", "/w/a.txt\n+x"),
        ),
        (
            {
                "type": "hook_success",
                "hookName": "PostToolUse:Bash",
                "content": "",
                "stdout": "ok",
                "stderr": "",
            },
            ("hook", "hook_success", "PostToolUse:Bash\nok"),
        ),
        (
            {"type": "hook_blocking_error", "hookName": "Stop", "blockingError": {"blockingError": "no"}},
            ("hook", "hook_blocking_error", "Stop\nno"),
        ),
    ],
)
def test_an_attachment_is_context_a_hook_or_a_prompt(
    attachment: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    session = Transcript()
    session.line("attachment", attachment=attachment)
    assert shown(session) == [expected]


def test_progress_is_no_event() -> None:
    session = Transcript()
    session.line("progress", data={"type": "bash_progress", "output": "x", "fullOutput": "x"})
    session.line("progress", data={"type": "hook_progress", "hookEvent": "Stop"})
    assert shown(session) == []


def test_the_prompt_of_a_sidechain_is_no_persons_prompt() -> None:
    session = Transcript(version="1.0.17")
    session.prompt("Find it", isSidechain=True)
    result = told(session.encoded())
    assert [(event.kind, event.name) for event in result.events] == [("context", "subagent_prompt")]
    assert result.session.first_prompt == ""


def test_a_subagents_own_file_shows_its_prompt_as_such() -> None:
    agent = Transcript().subagent("a1")
    agent.prompt("Find it")
    result = told(agent.encoded(), path=f"{PROJECTS}/{SESSION}/subagents/agent-a1.jsonl")
    assert [(event.session, event.kind) for event in result.events] == [(f"{SESSION}:a1", "user")]


def test_the_order_never_goes_back() -> None:
    session = Transcript()
    for at in (START, START - SECOND, START + SECOND):
        session.at = at
        session.prompt()
    events = told(session.encoded()).events
    assert [event.at - START for event in events] == [0, -SECOND, SECOND]
    assert [event.order - START for event in events] == [0, 0, SECOND]


def test_a_copied_event_keeps_its_key() -> None:
    session = Transcript()
    original = session.prompt()
    copy = dict(original, uuid="new", forkedFrom={"sessionId": "s", "messageUuid": original["uuid"]})
    first, second = told([original, copy]).events
    assert first.key == second.key == key64(original["uuid"], "0")


def test_a_line_without_uuid_has_no_key() -> None:
    session = Transcript()
    del session.prompt()["uuid"]
    (event,) = told(session.encoded()).events
    assert event.key is None


def body(session: Transcript, number: int = 0) -> Body:
    event = told(session.encoded()).events[number]
    return AGENT.body(session.encoded()[event.line], event)


def test_a_body_gives_back_a_call() -> None:
    session = Transcript()
    session.answer(tool_use("Bash", "toolu_1", command="ls", timeout=5))
    assert body(session) == Body(tool="Bash", tool_input='{"command":"ls","timeout":5}', call_id="toolu_1")


def test_a_body_gives_back_a_result_and_its_tool() -> None:
    session = Transcript()
    session.answer(tool_use("Bash", "toolu_1"))
    session.tool_result("toolu_1", "1 passed")
    assert body(session, 1) == Body(text="1 passed", tool="Bash", call_id="toolu_1")


def test_a_body_of_a_prompt_is_its_words() -> None:
    session = Transcript()
    session.prompt("<command-name>/init</command-name>")
    assert body(session) == Body(text="/init")


def test_a_body_is_found_in_the_second_object_of_a_line() -> None:
    session = Transcript()
    session.prompt("one")
    session.prompt("two")
    line = b"".join(session.encoded())
    first, second = told([line]).events
    assert (second.line, second.part, second.text) == (0, 1, "two")
    assert [AGENT.body(line, event).text for event in (first, second)] == ["one", "two"]


def test_a_body_that_is_not_there_is_empty() -> None:
    event = Event(session="s", line=0, part=3, at=0, order=0, kind="user")
    assert AGENT.body(b'{"type":"user","message":{"content":"x"}}', event) == Body()
