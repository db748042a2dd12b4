"""What a record shows beyond its words: patches, plans, images, subagents, compactions."""

from base64 import b64encode
from typing import Any

import msgspec
import pytest

from dashcam.agents.codex import AGENT
from dashcam.agents.patches import MOST_FILES
from dashcam.records.event import COMPACTION, Body, Compaction, FileChange, Image, Todo
from tests.support.codex_lines import Rollout
from tests.support.codex_reading import events

PNG = b"\x89PNG\r\n\x1a\n" + b"0123456789"
URL = f"data:image/png;base64,{b64encode(PNG).decode()}"
CHILD = "019f0000-0000-7000-8000-000000000002"
PATCH = """*** Begin Patch
*** Add File: docs/new.md
+# New
+text
*** Update File: src/a.py
@@ def a():
 context
-old
+new
+newer
*** Update File: src/b.py
*** Move to: src/c.py
-x
+y
*** End of File
*** Delete File: src/d.py
*** End Patch
"""
CHANGES = (
    FileChange(
        path="docs/new.md", kind="created", patch="@@ -0,0 +1,2 @@\n+# New\n+text", lines_added=2, lines_removed=0
    ),
    FileChange(
        path="src/a.py",
        kind="modified",
        patch="@@ def a():\n context\n-old\n+new\n+newer",
        lines_added=2,
        lines_removed=1,
    ),
    FileChange(
        path="src/c.py", old_path="src/b.py", kind="renamed", patch="@@\n-x\n+y", lines_added=1, lines_removed=1
    ),
    FileChange(path="src/d.py", kind="deleted"),
)


def bodies(rollout: Rollout) -> list[Body]:
    lines = rollout.encoded()
    return [AGENT.body(lines[event.line], event) for event in events(lines)]


def call_of(given: object, name: str = "apply_patch") -> Body:
    rollout = Rollout()
    rollout.line("response_item", type="custom_tool_call", name=name, input=given, call_id="call_1")
    return bodies(rollout)[0]


@pytest.mark.parametrize(
    "given",
    [
        PATCH,
        {"input": PATCH},
        msgspec.json.encode({"command": ["apply_patch", PATCH]}).decode(),
        {"cmd": f"cd /w && apply_patch <<'EOF'\n{PATCH}EOF\n"},
    ],
)
def test_a_patch_is_told_file_by_file_wherever_it_stands_in_a_call(given: object) -> None:
    assert call_of(given).changes == CHANGES


@pytest.mark.parametrize(
    "given",
    [
        "",
        "*** Begin Patch",
        "*** Begin Patch\n+a\n*** End Patch",
        r'tools.apply_patch("*** Begin Patch\n*** Add File: a\n+x\n*** End Patch")',
        {"command": ["ls"]},
        {"*** Begin Patch": 1},
        '{"patch": "*** Begin Patch',
    ],
)
def test_what_is_no_patch_changes_no_file(given: object) -> None:
    assert call_of(given).changes == ()


def test_a_patch_of_very_many_files_is_told_in_part() -> None:
    files = "\n".join(f"*** Delete File: {number}" for number in range(MOST_FILES + 5))
    assert len(call_of(f"*** Begin Patch\n{files}\n*** End Patch").changes) == MOST_FILES


def test_a_report_that_stands_alone_shows_its_changes_on_the_result() -> None:
    rollout = Rollout()
    changes = {
        "/w/new.py": {"type": "add", "content": "a\nb\n"},
        "/w/a.py": {"type": "update", "unified_diff": "--- a\n+++ b\n@@ -1,1 +1,1 @@\n-x\n+y\n", "move_path": None},
        "/w/b.py": {"type": "update", "unified_diff": "@@ -1 +1 @@\n-x\n+y", "move_path": "/w/c.py"},
        "/w/d.py": {"type": "delete", "content": "gone\n"},
    }
    rollout.line("event_msg", type="patch_apply_end", call_id="c", success=True, changes=changes)
    call, result = bodies(rollout)
    assert call.changes == ()
    assert [(one.path, one.old_path, one.kind, one.patch) for one in result.changes] == [
        ("/w/new.py", "", "created", "@@ -0,0 +1,2 @@\n+a\n+b"),
        ("/w/a.py", "", "modified", "@@ -1,1 +1,1 @@\n-x\n+y"),
        ("/w/c.py", "/w/b.py", "renamed", "@@ -1 +1 @@\n-x\n+y"),
        ("/w/d.py", "", "deleted", "@@ -1,1 +0,0 @@\n-gone"),
    ]
    event = events(rollout.encoded())[1]
    assert sum(one.lines_added or 0 for one in result.changes) == event.lines_added == 4
    assert sum(one.lines_removed or 0 for one in result.changes) == event.lines_removed == 3


@pytest.mark.parametrize(
    "changes", [5, [], {"/a": 1}, {"/a": {"type": [], "unified_diff": 5, "move_path": {}, "content": []}}]
)
def test_a_report_of_wrong_types_is_shown_as_far_as_it_goes(changes: object) -> None:
    rollout = Rollout()
    rollout.line("event_msg", type="patch_apply_end", call_id="c", changes=changes)
    _, result = bodies(rollout)
    assert all(one == FileChange(path="/a", kind="modified") for one in result.changes)


def test_a_plan_is_a_list_of_tasks() -> None:
    rollout = Rollout()
    plan = [
        {"step": "Look", "status": "completed"},
        {"step": "Change", "status": "in_progress"},
        {"step": "Test", "status": "pending"},
        {"step": 5, "status": {}},
        "odd",
    ]
    rollout.tool_call("update_plan", plan=plan, explanation="Because")
    assert bodies(rollout)[0].todos == (
        Todo(text="Look", state="done"),
        Todo(text="Change", state="active"),
        Todo(text="Test", state="pending"),
        Todo(),
    )


@pytest.mark.parametrize("given", ["", "{", "[]", '{"plan": 5}', '{"plan": {}}'])
def test_a_plan_that_is_none_has_no_tasks(given: str) -> None:
    assert call_of(given, "update_plan").todos == ()


def test_an_image_that_a_person_gave_is_told_and_can_be_fetched() -> None:
    rollout = Rollout()
    blocks = [{"type": "input_text", "text": "See"}, {"type": "input_image", "image_url": URL, "detail": "auto"}]
    rollout.line("response_item", type="message", role="user", content=blocks)
    lines = rollout.encoded()
    (event,) = events(lines)
    assert bodies(rollout)[0].images == (Image(media_type="image/png", size=18),)
    found = AGENT.image(lines[event.line], event, 0)
    assert found is not None
    assert (found.media_type, found.data) == ("image/png", PNG)
    assert AGENT.image(lines[event.line], event, 1) is None


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (
            "response_item",
            {"type": "function_call_output", "call_id": "c", "output": [{"type": "input_image", "image_url": URL}]},
        ),
        ("response_item", {"type": "image_generation_call", "id": "c", "result": b64encode(PNG).decode()}),
        ("event_msg", {"type": "user_message", "message": "See", "images": [URL]}),
        (
            "event_msg",
            {
                "type": "mcp_tool_call_end",
                "call_id": "c",
                "invocation": {"server": "s", "tool": "t"},
                "result": {
                    "Ok": {"content": [{"type": "image", "data": b64encode(PNG).decode(), "mimeType": "image/png"}]}
                },
            },
        ),
    ],
)
def test_images_are_found_wherever_codex_puts_them(kind: str, fields: dict[str, Any]) -> None:
    rollout = Rollout()
    rollout.line(kind, **fields)
    assert [body.images for body in bodies(rollout)][-1] == (Image(media_type="image/png", size=18),)


@pytest.mark.parametrize(
    "image", [None, 5, {"url": 5}, "https://example.invalid/a.png", "data:text/html;base64,PHN2Zz4=", "data:,x"]
)
def test_an_image_that_is_not_in_the_line_is_listed_and_never_fetched(image: object) -> None:
    rollout = Rollout()
    block = {"type": "input_image", "image_url": image}
    rollout.line("response_item", type="message", role="user", content=[block, {"type": ["odd"]}])
    lines = rollout.encoded()
    (event,) = events(lines)
    assert [shown.media_type for shown in bodies(rollout)[0].images] == [""]
    assert AGENT.image(lines[event.line], event, 0) is None


def test_a_subagent_is_named_by_the_notice_of_its_start_and_by_the_starting_calls_result() -> None:
    rollout = Rollout()
    rollout.tool_call("spawn_agent", "c1", message="Look")
    rollout.line("event_msg", type="collab_agent_spawn_end", call_id="c1", new_thread_id=CHILD, prompt="Look")
    told = msgspec.json.encode({"agent_id": CHILD, "nickname": "Ada"}).decode()
    rollout.line("response_item", type="function_call_output", call_id="c1", output=told)
    assert [body.session for body in bodies(rollout)] == ["", CHILD, CHILD]


@pytest.mark.parametrize("output", ["", "{", "[]", '{"agent_id": 5}', '{"agent_id": "' + "x" * 101 + '"}'])
def test_a_start_that_names_no_thread_leads_to_none(output: str) -> None:
    rollout = Rollout()
    rollout.tool_call("spawn_agent", "c1", message="Look")
    rollout.line("response_item", type="function_call_output", call_id="c1", output=output)
    assert bodies(rollout)[1].session == ""


def test_a_compaction_is_told_once_though_codex_writes_it_twice() -> None:
    rollout = Rollout()
    rollout.line("compacted", message="So far.", replacement_history=[])
    rollout.line("event_msg", type="context_compacted")
    (event,) = events(rollout.encoded())
    assert (event.kind, event.name) == ("system", COMPACTION)
    assert bodies(rollout) == [Body(text="So far.", compaction=Compaction())]


def test_compactions_of_which_only_the_echo_is_left_are_told() -> None:
    rollout = Rollout()
    for _ in range(2):
        rollout.line("event_msg", type="context_compacted")
    assert [event.name for event in events(rollout.encoded())] == [COMPACTION, COMPACTION]
