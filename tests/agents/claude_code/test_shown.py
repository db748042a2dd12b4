"""What a line shows beyond its words: diffs, tasks, images, subagents, compactions."""

from base64 import b64encode
from typing import Any

import pytest

from dashcam.agents.claude_code import AGENT
from dashcam.agents.claude_code.body import MOST_IMAGES
from dashcam.agents.patches import LONGEST_PATCH
from dashcam.records.event import COMPACTION, Body, Compaction, FileChange, Image, Todo
from tests.support.build import SESSION
from tests.support.claude_lines import Transcript, text, tool_use
from tests.support.claude_reading import told

PNG = b"\x89PNG\r\n\x1a\n" + b"0123456789"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"
HUNK = {
    "oldStart": 3,
    "oldLines": 2,
    "newStart": 3,
    "newLines": 2,
    "lines": [" def hello():", "-    return 'hi'", "+    return 'hello'"],
}


def bodies(session: Transcript) -> list[Body]:
    lines = session.encoded()
    return [AGENT.body(lines[event.line], event) for event in told(lines).events]


def result_of(name: str, result: object, **given: Any) -> Body:
    session = Transcript()
    session.answer(tool_use(name, "toolu_1", **given))
    session.tool_result("toolu_1", "done", toolUseResult=result)
    return bodies(session)[-1]


def call_of(name: str, **given: Any) -> Body:
    session = Transcript()
    session.answer(tool_use(name, "toolu_1", **given))
    return bodies(session)[0]


def picture(data: bytes, **source: Any) -> dict[str, Any]:
    return {"type": "image", "source": {"type": "base64", "data": b64encode(data).decode()} | source}


def test_an_edits_result_shows_its_diff_with_line_numbers() -> None:
    body = result_of("Edit", {"filePath": "/w/hello.py", "structuredPatch": [HUNK], "originalFile": "x" * 100})
    assert body.changes == (
        FileChange(
            path="/w/hello.py",
            kind="modified",
            patch="@@ -3,2 +3,2 @@\n def hello():\n-    return 'hi'\n+    return 'hello'",
            lines_added=1,
            lines_removed=1,
        ),
    )
    assert body.text == "done"


def test_a_file_that_was_created_is_a_diff_of_all_its_lines() -> None:
    body = result_of(
        "Write", {"type": "create", "filePath": "/w/a.py", "content": "a = 1\nb = 2\n", "structuredPatch": []}
    )
    assert body.changes == (
        FileChange(
            path="/w/a.py", kind="created", patch="@@ -0,0 +1,2 @@\n+a = 1\n+b = 2", lines_added=2, lines_removed=0
        ),
    )


def test_the_counts_of_a_result_are_those_of_its_event() -> None:
    session = Transcript()
    session.tool_result(toolUseResult={"filePath": "/a", "structuredPatch": [HUNK, {"lines": ["+x", "+y"]}]})
    (event,) = told(session.encoded()).events
    (change,) = bodies(session)[0].changes
    assert (change.lines_added, change.lines_removed) == (event.lines_added, event.lines_removed) == (3, 1)
    assert change.patch.splitlines()[4:] == ["@@", "+x", "+y"]


@pytest.mark.parametrize("result", [{"stdout": "x"}, "Error: no", [{"type": "text", "text": "x"}], {"type": "create"}])
def test_a_result_without_a_patch_shows_none(result: object) -> None:
    assert result_of("Edit", result).changes == ()


def test_only_the_first_result_of_a_line_has_the_structured_one() -> None:
    session = Transcript()
    line = session.tool_result(toolUseResult={"filePath": "/a", "structuredPatch": [HUNK]})
    line["message"]["content"] *= 2
    assert [len(body.changes) for body in bodies(session)] == [1, 0]


def test_a_call_shows_what_it_means_to_change() -> None:
    (change,) = call_of("Edit", file_path="/a", old_string="one\ntwo\nthree", new_string="one\n2\nthree").changes
    assert change.patch == "@@\n one\n-two\n+2\n three"
    assert (change.path, change.kind, change.lines_added, change.lines_removed) == ("/a", "modified", 1, 1)


def test_a_call_that_edits_several_places_shows_each() -> None:
    edits = [{"old_string": "a", "new_string": "b"}, {"old_string": "c", "new_string": "", "replace_all": True}]
    (change,) = call_of("MultiEdit", file_path="/a", edits=edits).changes
    assert (change.patch, change.lines_added) == ("@@\n-a\n+b\n@@\n-c", None)


def test_a_call_that_writes_does_not_know_what_was_there_before() -> None:
    (change,) = call_of("Write", file_path="/a", content="x\n").changes
    assert change == FileChange(path="/a", patch="@@ -0,0 +1,1 @@\n+x")


def test_a_notebooks_cell_is_shown() -> None:
    (change,) = call_of("NotebookEdit", notebook_path="/a.ipynb", new_source="x = 1").changes
    assert (change.path, change.kind, change.patch) == ("/a.ipynb", "modified", "@@\n+x = 1")
    (gone,) = call_of("NotebookEdit", notebook_path="/a.ipynb", edit_mode="delete", new_source="").changes
    assert (gone.patch, gone.lines_added) == ("", None)


@pytest.mark.parametrize(
    "given",
    [
        {"file_path": ["/a"], "old_string": 1, "new_string": None},
        {"edits": "x"},
        {"edits": [1, None, {"old_string": []}]},
        {"content": {"a": 1}},
        {"new_source": 5, "edit_mode": []},
    ],
)
@pytest.mark.parametrize("tool", ["Edit", "MultiEdit", "Write", "NotebookEdit", "TodoWrite"])
def test_a_call_of_wrong_types_is_shown_as_far_as_it_goes(tool: str, given: dict[str, Any]) -> None:
    body = call_of(tool, **given)
    assert body.tool == tool
    assert all(change.path == "" for change in body.changes)


def test_hunks_of_wrong_types_are_shown_as_far_as_they_go() -> None:
    hunks = [
        {"oldStart": "x", "oldLines": -1, "newStart": 10**400, "newLines": None, "lines": ["+a", 5, "-b\n+c"]},
        "x",
    ]
    (change,) = result_of("Edit", {"filePath": 5, "structuredPatch": hunks}).changes
    assert (change.path, change.patch) == ("", "@@\n+a\n-b +c")


def test_a_long_patch_is_cut_and_says_so_but_counts_all() -> None:
    lines = [f"+{number:099}" for number in range(LONGEST_PATCH // 50)]
    (change,) = result_of("Edit", {"filePath": "/a", "structuredPatch": [{"lines": lines}]}).changes
    shown = change.patch.count("\n") + 1
    assert len(change.patch) <= LONGEST_PATCH
    assert shown + change.lines_left_out == len(lines) + 1
    assert change.lines_added == len(lines)


def test_a_list_of_tasks_is_told_by_the_call_that_writes_it() -> None:
    todos = [
        {"content": "Look", "status": "completed", "activeForm": "Looking"},
        {"content": "Change", "status": "in_progress", "priority": "high", "id": "1"},
        {"content": "Test", "status": "pending"},
        {"content": "Rest", "status": ["odd"]},
        "no task",
    ]
    assert call_of("TodoWrite", todos=todos).todos == (
        Todo(text="Look", state="done"),
        Todo(text="Change", state="active"),
        Todo(text="Test", state="pending"),
        Todo(text="Rest", state=""),
    )


@pytest.mark.parametrize(
    ("tool", "result", "todos"),
    [
        ("TaskCreate", {"task": {"id": "1", "subject": "Look"}}, (Todo(id="1", text="Look", state="pending"),)),
        (
            "TaskUpdate",
            {"success": True, "taskId": "1", "statusChange": {"from": "pending", "to": "completed"}},
            (Todo(id="1", state="done"),),
        ),
        ("TaskUpdate", {"success": True, "taskId": "1", "updatedFields": ["owner"]}, ()),
        (
            "TaskList",
            {"tasks": [{"id": "1", "subject": "A", "status": "deleted"}, {"id": "2", "subject": "B", "status": "odd"}]},
            (Todo(id="1", text="A", state="dropped"), Todo(id="2", text="B", state="")),
        ),
        ("TaskCreate", {"task": "1"}, ()),
    ],
)
def test_a_task_is_told_by_the_result_that_names_it(tool: str, result: object, todos: tuple[Todo, ...]) -> None:
    assert result_of(tool, result).todos == todos


def test_an_image_in_a_prompt_is_told_and_can_be_fetched() -> None:
    session = Transcript()
    session.line("user", message={"role": "user", "content": [text("See"), picture(PNG, media_type="image/jpeg")]})
    lines = session.encoded()
    words, image = told(lines).events
    assert AGENT.body(lines[0], words).images == ()
    assert AGENT.body(lines[0], image).images == (Image(media_type="image/png", size=18),)
    found = AGENT.image(lines[0], image, 0)
    assert found is not None
    assert (found.media_type, found.data) == ("image/png", PNG)
    assert AGENT.image(lines[0], image, 1) is None
    assert AGENT.image(lines[0], image, -1) is None
    assert AGENT.image(lines[0], words, 0) is None


def test_images_in_a_result_keep_their_numbers_and_only_real_ones_are_given_out() -> None:
    session = Transcript()
    line = session.tool_result()
    sources = [picture(SVG, media_type="image/png"), text("b"), picture(b"GIF89a" + b"x" * 20), {"type": "image"}]
    line["message"]["content"][0]["content"] = sources
    (event,) = told(session.encoded()).events
    (body,) = bodies(session)
    assert [image.media_type for image in body.images] == ["", "image/gif", ""]
    given = [AGENT.image(session.encoded()[0], event, number) for number in range(3)]
    assert [found.media_type if found else None for found in given] == [None, "image/gif", None]


def test_an_image_in_a_prompt_that_waited_is_told() -> None:
    session = Transcript()
    waited = {"type": "queued_command", "commandMode": "prompt", "prompt": [text("See"), picture(PNG)]}
    session.line("attachment", attachment=waited)
    assert [image.media_type for image in bodies(session)[0].images] == ["image/png"]


@pytest.mark.parametrize(
    "source", [{"data": 5}, {"data": "é" * 50}, {"data": "iVBORw0"}, {"type": "url", "data": None}, None, "x"]
)
def test_an_image_that_is_none_is_listed_and_not_given_out(source: object) -> None:
    session = Transcript()
    session.line("user", message={"role": "user", "content": [{"type": "image", "source": source}]})
    (event,) = told(session.encoded()).events
    assert [image.media_type for image in bodies(session)[0].images] == [""]
    assert AGENT.image(session.encoded()[0], event, 0) is None


def test_no_more_images_are_told_than_a_page_can_show() -> None:
    session = Transcript()
    session.tool_result()["message"]["content"][0]["content"] = [picture(PNG)] * (MOST_IMAGES + 5)
    assert len(bodies(session)[0].images) == MOST_IMAGES


def test_a_result_names_the_subagent_that_it_started() -> None:
    assert result_of("Task", {"agentId": "a12", "status": "completed"}).session == f"{SESSION}:a12"
    assert result_of("Task", {"agentId": "", "status": "completed"}).session == ""


def test_a_copied_result_names_the_subagent_of_the_session_that_it_was_copied_from() -> None:
    session = Transcript()
    forked = {"sessionId": "parent", "messageUuid": "u"}
    session.tool_result(toolUseResult={"agentId": "a12"}, forkedFrom=forked)
    assert bodies(session)[0].session == "parent:a12"


@pytest.mark.parametrize(
    ("metadata", "told_of_it"),
    [
        (
            {"trigger": "auto", "preTokens": 167_370, "postTokens": 2_705},
            Compaction(trigger="auto", tokens_before=167_370, tokens_after=2_705),
        ),
        ({"trigger": "manual", "preTokens": 17_881}, Compaction(trigger="manual", tokens_before=17_881)),
        ({"trigger": 5, "preTokens": -1, "postTokens": 10**400}, Compaction()),
        (None, Compaction()),
    ],
)
def test_a_compaction_is_a_notice_of_its_own_name(metadata: object, told_of_it: Compaction) -> None:
    session = Transcript()
    session.line("system", subtype="compact_boundary", content="Conversation compacted", compactMetadata=metadata)
    (event,) = told(session.encoded()).events
    assert (event.kind, event.name) == ("system", COMPACTION)
    assert bodies(session)[0] == Body(text="Conversation compacted", compaction=told_of_it)


def test_what_stands_in_the_second_object_of_a_line_is_its_own() -> None:
    session = Transcript()
    session.tool_result(toolUseResult={"filePath": "/a", "structuredPatch": [HUNK]})
    session.tool_result("toolu_2", toolUseResult={"filePath": "/b", "structuredPatch": []})
    line = b"".join(session.encoded())
    events = told([line]).events
    assert [AGENT.body(line, event).changes[0].path for event in events] == ["/a", "/b"]
