"""Lines of a launch of Codex, read as a source and as what a screen shows."""

import json
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashcam.agents.codex import AGENT
from dashcam.agents.codex.memory import Memory
from dashcam.agents.codex.stream import LAUNCHING
from dashcam.agents.launching import Happening
from dashcam.records.call import ModelCall
from dashcam.records.event import Event
from dashcam.records.session import SessionFacts
from dashcam.records.source import Diagnostic, Record
from tests.support.build import PROJECT, SECOND, START
from tests.support.codex_lines import THREAD
from tests.support.codex_reading import begin, only

LAUNCH = "0b6cc613f0f5"
PATH = f"/home/ada/.local/share/dashcam/inbox/codex/stream/{LAUNCH}.jsonl"
Json = dict[str, Any]


def lines(*said: Json | bytes) -> list[bytes]:
    """Spell lines as they stand in the file, a second apart."""
    return [
        one if isinstance(one, bytes) else b'{"received":%d,%s' % (START + at * SECOND, msgspec.json.encode(one)[1:])
        for at, one in enumerate(said)
    ]


def ordered(**more: Any) -> Json:
    order = {"id": LAUNCH, "agent": "codex", "prompt": "Add a test\nfor it", "directory": PROJECT, "created": START}
    return {"launch": order | more}


def wrote(kind: str, **more: Any) -> Json:
    return {"payload": {"type": kind, **more}}


def item(stage: str, kind: str, **more: Any) -> Json:
    return wrote(f"item.{stage}", item={"id": "item_0", "type": kind, **more})


def command(do: str) -> Json:
    return {"command": {"do": do}}


def ended(state: str, error: str = "", **more: Any) -> Json:
    return {"ended": {"state": state, "error": error, "cut": [], **more}}


STARTED: Json = {"state": "started", "pid": 7, "program": "/usr/bin/codex"}
SENT: Json = {"sent": {"text": "Add a test"}}
NAMED = wrote("thread.started", thread_id=THREAD)
BEGAN = wrote("turn.started")
USAGE = {"input_tokens": 9_000_000, "cached_input_tokens": 0, "output_tokens": 5}
TURNED = wrote("turn.completed", usage=USAGE)
FAILED = wrote("turn.failed", error={"message": "The model is overloaded."})
WHOLE = (ordered(), STARTED, SENT, NAMED, BEGAN, item("completed", "agent_message", text="Done."), TURNED)


def read(*said: Json | bytes) -> list[Record]:
    return list(AGENT.read(enumerate(lines(*said)), begin(PATH, "stream")))


def facts(*said: Json | bytes) -> SessionFacts:
    return only(SessionFacts, read(*said))[-1]


def told(*said: Json | bytes) -> list[tuple[str, str, str, str]]:
    return [(one.session, one.kind, one.name, one.text) for one in only(Event, read(*said))]


def test_a_launch_that_waits_for_its_turn_is_no_session_yet() -> None:
    assert read(ordered()) == []
    assert read(ordered(), STARTED, SENT) == []


def test_the_session_is_known_from_the_thread_on() -> None:
    assert facts(ordered(), STARTED, SENT, NAMED) == SessionFacts(
        session=THREAD,
        born=START,
        first_at=START,
        last_at=START + 3 * SECOND,
        project=PROJECT,
        entrypoint="dashcam",
        title="Add a test",
        title_rank=1,
        first_prompt="Add a test\nfor it",
    )


def test_no_call_and_no_word_of_the_conversation_is_read_from_the_stream() -> None:
    assert only(ModelCall, read(*WHOLE, ended("completed"))) == []
    assert only(Event, read(*WHOLE, ended("completed"))) == []


@pytest.mark.parametrize(
    ("last", "state", "error"),
    [
        ((), "waiting", ""),
        ((SENT,), "open", ""),
        ((FAILED,), "failed", "The model is overloaded."),
        ((FAILED, SENT, BEGAN), "open", ""),
        ((ended("completed"),), "completed", ""),
        ((ended("stopped"),), "stopped", ""),
        ((ended("failed", "codex ended with status 1"),), "failed", "codex ended with status 1"),
        ((FAILED, ended("failed", "")), "failed", "The model is overloaded."),
        ((FAILED, ended("stopped")), "stopped", ""),
    ],
)
def test_the_last_line_says_how_the_session_stands(last: tuple[Json, ...], state: str, error: str) -> None:
    found = facts(*WHOLE, *last)
    assert (found.state, found.error) == (state, error)


def test_a_launch_that_never_came_to_a_thread_is_a_session_under_its_own_id() -> None:
    why = "codex ended with status 1"
    found = facts(ordered(), STARTED, SENT, ended("failed", why))
    assert (found.session, found.state, found.error, found.title) == (LAUNCH, "failed", why, "Add a test")
    assert told(ordered(), STARTED, SENT, ended("failed", why)) == [(LAUNCH, "error", "launch", why)]


def test_a_session_that_goes_on_is_known_at_once_and_keeps_its_first_prompt() -> None:
    found = facts(ordered(resume=THREAD))
    assert (found.session, found.title, found.title_rank, found.first_prompt) == (THREAD, "", 0, "")


def test_what_a_person_did_before_the_thread_was_known_is_told_with_it() -> None:
    assert told(ordered(), STARTED, SENT, command("interrupt")) == []
    assert told(ordered(), STARTED, SENT, command("interrupt"), NAMED, command("stop"), ended("stopped")) == [
        (THREAD, "system", "person_interrupt", "a person said interrupt"),
        (THREAD, "system", "person_stop", "a person said stop"),
    ]


def test_a_failure_that_the_rollout_tells_is_not_told_again() -> None:
    assert told(*WHOLE, FAILED, ended("failed", "The model is overloaded.")) == []
    assert told(*WHOLE, FAILED, ended("failed", "Something else.")) == [(THREAD, "error", "launch", "Something else.")]


def test_the_body_of_an_event_is_read_from_its_line() -> None:
    said = (*WHOLE, command("stop"), ended("failed", "No space is left."))
    written = lines(*said)
    bodies = [AGENT.body(written[one.line], one).text for one in only(Event, read(*said))]
    assert bodies == ["a person said stop", "No space is left."]


def test_what_is_no_json_is_counted_and_does_no_harm() -> None:
    records = read(*WHOLE[:4], {"text": "Segmentation fault"}, b"half a li", {"text": "again"}, *WHOLE[4:])
    assert [(one.code, one.count) for one in only(Diagnostic, records)] == [("bad-json", 2), ("bad-json", 1)]
    assert only(SessionFacts, records)[-1].state == "waiting"


STRANGE: list[Json | bytes] = [
    ordered(),
    ordered(resume="other"),
    {"launch": {"directory": 7, "prompt": None, "resume": []}},
    STARTED,
    SENT,
    NAMED,
    wrote("thread.started", thread_id=3),
    BEGAN,
    TURNED,
    FAILED,
    wrote("turn.failed", error="odd"),
    item("completed", "agent_message", text="Done."),
    command("stop"),
    {"command": {"do": 3}},
    ended("stopped"),
    ended("failed", "why", cut=[{"kind": "text", "text": "half"}, 3]),
    {"asked": {"request": "1", "tool": "x", "tool_input": "{}"}},
    {"answered": {"request": "1", "behavior": "deny", "message": "no"}},
    {"text": "no JSON"},
    {"payload": 3},
    b"{",
    b"",
]


@given(st.lists(st.sampled_from(STRANGE), max_size=12), st.lists(st.integers(0, 12), max_size=4))
def test_reading_in_pieces_gives_what_reading_whole_gives(said: list[Json | bytes], cuts: list[int]) -> None:
    written = list(enumerate(lines(*said)))
    whole = list(AGENT.read(written, begin(PATH, "stream")))
    memory = begin(PATH, "stream")
    pieces: list[Record] = []
    edges = sorted({0, len(written), *(cut for cut in cuts if cut < len(written))})
    for start, end in pairwise(edges):
        memory = msgspec.msgpack.decode(msgspec.msgpack.encode(memory), type=Memory)
        pieces += AGENT.read(written[start:end], memory)
    assert only(Event, pieces) == only(Event, whole)
    assert only(SessionFacts, pieces)[-1:] == only(SessionFacts, whole)[-1:]


# What a screen shows meanwhile


def shown(*said: Json) -> list[Happening]:
    follow = LAUNCHING.told()
    return [one for at, line in enumerate(said) for one in follow(line["payload"], START + at * SECOND)]


def test_the_thread_is_the_session() -> None:
    assert LAUNCHING.session_of(NAMED["payload"]) == THREAD
    assert LAUNCHING.session_of(BEGAN["payload"]) == ""


def test_a_turn_tells_how_long_it_took_and_no_tokens_since_codex_counts_the_whole_thread() -> None:
    (turn,) = shown(NAMED, BEGAN, TURNED)
    assert (turn.kind, turn.ok, turn.duration_us, turn.turns, turn.tokens) == ("turn", True, SECOND, 1, None)
    (failed,) = shown(NAMED, BEGAN, FAILED)
    assert (failed.ok, failed.text) == (False, "The model is overloaded.")


@pytest.mark.parametrize(
    ("kind", "started", "completed", "told"),
    [
        (
            "command_execution",
            {"command": "ls", "aggregated_output": "", "exit_code": None, "status": "in_progress"},
            {"command": "ls", "aggregated_output": "a\n", "exit_code": 0, "status": "completed"},
            ("exec_command", {"command": "ls"}, True, "a\n"),
        ),
        (
            "command_execution",
            {"command": "rm x", "status": "in_progress"},
            {"command": "rm x", "aggregated_output": "", "exit_code": None, "status": "declined"},
            ("exec_command", {"command": "rm x"}, False, ""),
        ),
        (
            "file_change",
            None,
            {"changes": [{"path": "/a.py", "kind": "add"}], "status": "completed"},
            ("apply_patch", {"changes": [{"path": "/a.py", "kind": "add"}]}, True, "add /a.py"),
        ),
        (
            "mcp_tool_call",
            {"server": "docs", "tool": "search", "arguments": {"q": "x"}, "status": "in_progress"},
            {"result": {"content": [{"type": "text", "text": "found"}]}, "error": None, "status": "completed"},
            ("docs.search", {"q": "x"}, True, "found"),
        ),
        (
            "mcp_tool_call",
            {"server": "docs", "tool": "search", "arguments": {}, "status": "in_progress"},
            {"error": {"message": "no such tool"}, "status": "failed"},
            ("docs.search", {}, False, "no such tool"),
        ),
        ("web_search", {"query": ""}, {"query": "python 3.15"}, ("web_search", {"query": ""}, True, "")),
    ],
)
def test_an_item_is_a_call_and_its_result(
    kind: str, started: Json | None, completed: Json, told: tuple[Any, ...]
) -> None:
    first = [item("started", kind, **started)] if started is not None else []
    call, result = shown(NAMED, *first, item("completed", kind, **completed))
    assert (call.kind, result.kind, result.call_id) == ("tool_call", "tool_result", call.call_id)
    assert (call.tool, json.loads(call.tool_input), result.ok, result.text) == told


def test_a_list_of_tasks_is_told_again_when_it_changes() -> None:
    open_, done = ({"items": [{"text": "Look", "completed": is_done}]} for is_done in (False, True))
    said = shown(item("started", "todo_list", **open_), item("updated", "todo_list", **done))
    assert [(one.tool, json.loads(one.tool_input)) for one in said] == [
        ("update_plan", {"plan": [{"step": "Look", "status": "pending"}]}),
        ("update_plan", {"plan": [{"step": "Look", "status": "completed"}]}),
    ]
    assert len(shown(item("started", "todo_list", **open_), item("completed", "todo_list", **done))) == 2


def test_words_and_thoughts_come_whole_and_once() -> None:
    said = shown(
        NAMED,
        item("completed", "reasoning", text="Let me see."),
        item("started", "agent_message", text=""),
        item("completed", "agent_message", text="Done."),
    )
    assert [(one.kind, one.whole, one.text) for one in said] == [
        ("thinking", True, "Let me see."),
        ("text", True, "Done."),
    ]


def test_an_error_after_which_codex_asks_again_is_a_retry() -> None:
    said = shown(
        wrote("error", message="Reconnecting... 1/5 (stream closed)"),
        wrote("error", message="stream closed"),
        item("completed", "error", message="An option is out of date."),
    )
    assert [one.kind for one in said] == ["retry", "error", "error"]


def test_items_of_a_follow_up_are_not_those_of_the_first_prompt() -> None:
    call = item("started", "command_execution", command="ls")
    assert [one.call_id for one in shown(NAMED, call, NAMED, call)] == ["1:item_0", "2:item_0"]
