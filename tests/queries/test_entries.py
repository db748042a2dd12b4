"""What an event says, as it goes out: whole, or cut and saying how much there is."""

from datetime import UTC
from typing import Any

import msgspec

from dashcam.queries.entries import entry_answer
from dashcam.queries.transcript import Entry
from dashcam.records.event import Body, Compaction, FileChange, Image, Todo
from dashcam.records.rows import EventRow
from tests.support.build import START


def entry(**said: Any) -> Entry:
    event = EventRow(
        source=1,
        line=2,
        part=0,
        at=START,
        place=START,
        kind="tool_call",
        name="",
        ok=None,
        duration_us=None,
        lines_added=None,
        lines_removed=None,
        counted=True,
    )
    return Entry(event=event, body=Body(**said))


def test_what_an_event_does_not_have_is_left_out() -> None:
    given = msgspec.to_builtins(entry_answer(entry(text="Hello"), UTC))
    assert given["text"] == "Hello"
    assert not {"changes", "todos", "images", "subagent_session_id", "compaction", "text_length"} & set(given)


def test_what_an_event_has_is_given() -> None:
    said = entry(
        changes=(FileChange(path="a.py", kind="created", patch="@@ -0,0 +1,1 @@\n+x", lines_added=1, lines_removed=0),),
        todos=(Todo(text="Look", state="done"),),
        images=(Image(media_type="image/png", size=5),),
        session="parent:a1",
        compaction=Compaction(trigger="auto", tokens_before=5),
    )
    given = msgspec.json.decode(msgspec.json.encode(entry_answer(said, UTC)))
    assert given["changes"] == [
        {"path": "a.py", "kind": "created", "patch": "@@ -0,0 +1,1 @@\n+x", "lines_added": 1, "lines_removed": 0}
    ]
    assert (given["todos"], given["images"]) == (
        [{"text": "Look", "state": "done"}],
        [{"media_type": "image/png", "size": 5}],
    )
    assert (given["subagent_session_id"], given["compaction"]) == ("parent:a1", {"trigger": "auto", "tokens_before": 5})


def test_long_words_are_cut_and_their_whole_length_is_told() -> None:
    answer = entry_answer(entry(text="x" * 100, tool_input="y" * 50), UTC, longest=60)
    assert (len(answer.text), answer.text_length) == (60, 100)
    assert (len(answer.tool_input), answer.tool_input_length) == (50, None)


def test_patches_are_cut_by_whole_lines_and_together() -> None:
    changes = tuple(FileChange(path=name, patch="@@\n+aaaa\n+bbbb", lines_added=2) for name in ("a", "b"))
    answer = entry_answer(entry(changes=changes), UTC, longest=20)
    assert [(change.patch, change.lines_left_out, change.lines_added) for change in answer.changes] == [
        ("@@\n+aaaa\n+bbbb", 0, 2),
        ("@@", 2, 2),
    ]
    assert [change.lines_left_out for change in entry_answer(entry(changes=changes), UTC, longest=0).changes] == [3, 3]
