"""Reading is a fold that nothing stops: pieces give what the whole gives, and damage is counted."""

import copy
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashcam.agents.codex import AGENT
from dashcam.agents.codex.memory import CALLS, EVENTS, KEYS, LIMITS, PROMPTS, Memory
from dashcam.records.call import ModelCall
from dashcam.records.event import Event
from dashcam.records.session import Sample, SessionFacts
from dashcam.records.source import Diagnostic, Record, SourceKind
from tests.support.codex_lines import Rollout
from tests.support.codex_reading import NAME, begin, calls, events, found, records, troubles, whole_lines

OTHER = "019f0000-0000-7000-8000-000000000002"
ENVELOPES = ["session_meta", "turn_context", "response_item", "event_msg", "token_usage_record", "compacted"]
TYPES = [
    "message",
    "reasoning",
    "function_call",
    "function_call_output",
    "token_count",
    "user_message",
    "agent_reasoning_raw_content",
    "item_completed",
    "exec_command_end",
    "task_started",
    "task_complete",
    "thread_settings_applied",
    "thread_name_updated",
    "turn_aborted",
]
FIELDS = [
    *["id", "role", "content", "call_id", "output", "info", "rate_limits", "usage", "thread_token_usage"],
    *["thread_settings", "item", "changes", "duration", "turn_id", "model", "timestamp", "source", "git"],
    *["last_token_usage", "total_token_usage", "thread_id", "arguments", "latest_token_usage_record"],
]


def pieces(lines: Sequence[bytes], cuts: set[int], path: str = NAME, kind: SourceKind = "transcript") -> list[Record]:
    """Read lines cut apart, with the memory packed and unpacked at each cut, as between two scans."""
    memory = begin(path, kind)
    told: list[Record] = []
    edges = [0, *sorted(cut for cut in cuts if cut < len(lines)), len(lines)]
    for first, last in pairwise(edges):
        told += AGENT.read(list(enumerate(lines))[first:last], memory)
        memory = msgspec.msgpack.decode(msgspec.msgpack.encode(memory), type=AGENT.memory)
    return told


def outcome(told: list[Record]) -> tuple[object, ...]:
    """Say what a store would hold: the last account of each session, and diagnostics added up.

    `nothing-recognised` is left out: it says how a file stands when a reading ends.
    """
    noted: dict[tuple[str, str], tuple[int, int]] = {}
    for each in told:
        if isinstance(each, Diagnostic) and each.code != "nothing-recognised":
            line, count = noted.get((each.code, each.why), (each.line, 0))
            noted[each.code, each.why] = (min(line, each.line), count + each.count)
    rest = [each for each in told if isinstance(each, (Event, ModelCall, Sample))]
    facts = {each.session: each for each in told if isinstance(each, SessionFacts)}
    return rest, facts, noted


def a_long_rollout() -> Rollout:
    """Tell a bit of everything: two generations of counts, tools, echoes, limits, a fork's copies."""
    parent = Rollout()
    parent.prompt("Start")
    parent.line("event_msg", type="user_message", message="Start")
    parent.turn()
    parent.reasoning()
    parent.tool_call()
    parent.tokens(rate_limits={"primary": {"used_percent": 5, "window_minutes": 300}})
    parent.tool_result()
    parent.repeat_tokens()
    child = parent.fork(OTHER)
    child.line("event_msg", type="thread_settings_applied", thread_id=OTHER, thread_settings={"model": "gpt-5.6"})
    child.line("event_msg", type="task_started", turn_id="t2")
    child.prompt("Go on")
    child.tool_call("exec_command", "call_2")
    child.usage_record("resp_2")
    child.line("event_msg", type="exec_command_end", call_id="call_2", exit_code=1, duration={"secs": 1, "nanos": 0})
    child.tool_result("call_2", code=1)
    child.answer("Same.")
    child.answer("Same.")
    child.tokens()
    child.tool_call("late", "call_3")
    child.line("compacted", message="Summary", latest_token_usage_record=child.lines[-1]["payload"])
    child.line("event_msg", type="thread_name_updated", thread_id=OTHER, thread_name="Named")
    child.line("event_msg", type="task_complete", turn_id="t2", duration_ms=5)
    return child


@given(st.sets(st.integers(0, 40)))
def test_reading_in_pieces_gives_what_reading_whole_gives(cuts: set[int]) -> None:
    lines = a_long_rollout().encoded()
    assert outcome(pieces(lines, cuts)) == outcome(records(lines))


values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5_000) | st.floats() | st.sampled_from([*TYPES, "user", "t1", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*FIELDS, "type", "text"]), inner),
    max_leaves=6,
)
counts = st.fixed_dictionaries(
    {"input_tokens": st.integers(-1, 3), "output_tokens": st.integers(0, 2)},
    optional={"cached_input_tokens": st.integers(0, 3), "total_tokens": st.integers(0, 5)},
)
payloads = st.fixed_dictionaries(
    {"type": st.sampled_from(TYPES)},
    optional={
        "role": st.sampled_from(["user", "assistant", "developer"]),
        "content": st.lists(st.fixed_dictionaries({"text": st.sampled_from(["a", "b", "<skill>"])}), max_size=2),
        "id": st.sampled_from(["one", "two"]),
        "call_id": st.sampled_from(["c1", "c2"]),
        "name": st.sampled_from(["shell", "web_search"]),
        "output": st.sampled_from(["x", "Exit code: 1\nOutput:\n", '{"metadata":{"exit_code":0}}']),
        "turn_id": st.sampled_from(["t1", "t2"]),
        "model": st.sampled_from(["m1", "m2"]),
        "thread_id": st.sampled_from(["one", "two"]),
        "usage": counts,
        "thread_token_usage": counts,
        "info": st.fixed_dictionaries({}, optional={"last_token_usage": counts, "total_token_usage": counts}),
        "message": st.sampled_from(["a", "b"]),
        "exit_code": st.integers(0, 1),
    },
)
sensible = st.builds(
    lambda second, kind, payload: {
        "timestamp": f"2026-11-01T12:00:{second:02}Z",
        "type": kind,
        "payload": payload,
    },
    st.integers(0, 59),
    st.sampled_from(ENVELOPES),
    payloads,
)
wild = st.dictionaries(st.sampled_from(["timestamp", "type", "payload", "session", "items", "role"]), values)
any_line = (sensible | wild).map(msgspec.json.encode) | st.binary(max_size=30)


@given(st.lists(any_line, max_size=15), st.sets(st.integers(1, 14)))
def test_the_fold_holds_for_lines_that_nobody_wrote(lines: list[bytes], cuts: set[int]) -> None:
    told = records(lines)
    assert outcome(pieces(lines, cuts)) == outcome(told)
    for each in told:
        msgspec.json.encode(each)
        if isinstance(each, Event):
            msgspec.json.encode(AGENT.body(lines[each.line], each))


@given(st.lists(wild.map(msgspec.json.encode), max_size=5), st.sampled_from(["session_index", "history"]))
def test_the_lists_take_any_line(lines: list[bytes], name: str) -> None:
    path = f"/home/ada/.codex/{name}.jsonl"
    whole = outcome(records(lines, path, "sidecar"))
    assert outcome(pieces(lines, {1, 2, 3}, path, "sidecar")) == whole


def test_every_synthetic_rollout_reads_the_same_in_every_piece(fixtures_dir: Path) -> None:
    read = 0
    for case in sorted((fixtures_dir / "synthetic" / "codex").iterdir()):
        for each in found(case / "home" / ".codex"):
            lines = whole_lines(Path(each.file), compressed=each.compressed)
            whole = outcome(records(lines, each.path, each.kind))
            for cut in range(1, len(lines)):
                assert outcome(pieces(lines, {cut}, each.path, each.kind)) == whole
            assert outcome(pieces(lines, set(range(len(lines))), each.path, each.kind)) == whole
            read += 1
    assert read >= 9


def test_reading_twice_tells_the_same() -> None:
    lines = a_long_rollout().encoded()
    assert records(lines) == records(lines)


def test_no_lines_tell_nothing() -> None:
    assert records([]) == []


def test_the_memory_stays_small_however_long_the_file_is() -> None:
    rollout = Rollout()
    for number in range(600):
        rollout.prompt(f"Prompt {number}")
        rollout.tool_call("shell", f"call_{number}", command=["x" * 100])
        rollout.line(
            "event_msg", type="token_count", rate_limits={"limit_id": f"l{number}", "primary": {"used_percent": 1}}
        )
        rollout.tokens()
    memory = begin()
    list(AGENT.read(enumerate(rollout.encoded()), memory))
    assert len(memory.calls) <= CALLS
    assert len(memory.seen) <= EVENTS
    assert len(memory.keys) <= KEYS
    assert len(memory.limits) <= LIMITS
    history = [b'{"session_id":"s%d","ts":1793534400,"text":"x"}' % number for number in range(600)]
    listed = begin("/home/ada/.codex/history.jsonl", "sidecar")
    list(AGENT.read(enumerate(history), listed))
    assert len(listed.prompts) <= PROMPTS
    assert len(msgspec.msgpack.encode(memory)) < 30_000


def test_one_turn_of_very_many_events_keeps_the_memory_small() -> None:
    rollout = Rollout()
    rollout.turn()
    for number in range(EVENTS * 2):
        rollout.answer(f"Step {number}")
    memory = begin()
    told = [each for each in AGENT.read(enumerate(rollout.encoded()), memory) if isinstance(each, Event)]
    assert len(memory.seen) == EVENTS
    assert len({event.key for event in told}) == EVENTS * 2


def damaged(change: dict[str, Any]) -> Rollout:
    rollout = Rollout()
    rollout.turn()
    rollout.prompt()
    rollout.tokens()
    rollout.lines[2] = copy.deepcopy(rollout.lines[2]) | change
    return rollout


@pytest.mark.parametrize("time", [None, "soon", 5, "1999-01-01T00:00:00Z", "2200-01-01T00:00:00Z"])
def test_a_bad_time_is_noted_and_the_last_one_stands_for_it(time: object) -> None:
    lines = damaged({"timestamp": time}).encoded()
    before, after = calls(lines)[0].at - 2_000_000, calls(lines)[0].at
    assert before <= events(lines)[0].at < after
    assert troubles(lines) == [("bad-time", 1)]


def test_what_has_no_known_time_at_all_is_left_out() -> None:
    lines = [b'{"type":"message","role":"user","content":"Hi"}']
    path = "/home/ada/.codex/sessions/alpha.jsonl"
    assert events(lines, path) == []
    assert troubles(lines, path) == [("bad-time", 1)]


def test_a_payload_of_a_wrong_type_is_noted() -> None:
    assert troubles(damaged({"payload": "text"}).encoded()) == [("wrong-type", 1)]


@pytest.mark.parametrize(
    ("line", "code"),
    [(b"{torn", "bad-json"), (b"[]", "wrong-type"), (b'{"type":"event_msg"}', "wrong-type")],
)
def test_a_bad_line_is_noted_and_the_rest_is_read(line: bytes, code: str) -> None:
    lines = damaged({}).encoded()
    lines.insert(1, line)
    assert len(calls(lines)) == 1
    assert (code, 1) in troubles(lines)


def test_lone_surrogates_are_replaced() -> None:
    lines = damaged({}).encoded()
    lines[2] = lines[2].replace(b"Add a test", b"Add \\ud83d a test")
    assert events(lines)[0].text == "Add \ufffd a test"
    assert troubles(lines) == [("bad-utf8", 1)]


def test_unknown_records_are_counted_by_their_type() -> None:
    rollout = damaged({})
    for _ in range(3):
        rollout.line("event_msg", type="brand_new")
    rollout.line("newer_envelope", type="x")
    assert troubles(rollout.encoded()) == [("unknown-type", 3), ("unknown-type", 1)]


def test_known_records_that_say_nothing_are_passed_over() -> None:
    rollout = damaged({})
    rollout.line("world_state", full=True, state={})
    rollout.line("event_msg", type="web_search_end", call_id="c")
    rollout.line("response_item", type="ghost_snapshot")
    assert troubles(rollout.encoded()) == []


def test_a_file_in_which_nothing_is_known_says_so() -> None:
    lines = [b'{"accountKey":"x","usedPercent":5}'] * 2
    assert troubles(lines) == [("unknown-type", 2), ("nothing-recognised", 1)]


def test_a_packed_memory_is_read_back_as_it_was() -> None:
    memory = begin()
    list(AGENT.read(enumerate(a_long_rollout().encoded()), memory))
    packed = msgspec.msgpack.encode(memory)
    assert msgspec.msgpack.decode(packed, type=Memory) == memory
