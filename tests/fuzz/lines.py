"""Lines that no agent wrote: real-looking ones with anything in the place of anything.

A line is made in two steps. First values are exchanged, dropped or put in, by names that the readers know; then the
bytes are hurt: cut, joined, nested deeply, with double keys, NULs and halves of characters.
"""

import copy
import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from hypothesis import strategies as st

from tests.support.build import SESSION, START
from tests.support.claude_lines import Transcript, text, thinking, tool_use, usage
from tests.support.codex_lines import Rollout

Json = Any
DEEP = 3_000

wrong: st.SearchStrategy[Json] = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, -1, 1, 10**9, 10**12, 2**31, 2**53, 2**63 - 1, 2**63, -(2**63) - 1, 10**30, 10**400]),
    st.sampled_from([0.0, -0.0, 0.5, 1e18, 1e300, -1e300, float("nan"), float("inf"), float("-inf")]),
    st.sampled_from(
        ["", "\0", "\ud800", "\udc00x", "é", "日本", "\x1b[31m", "x" * 5_000, "user", "assistant", SESSION]
    ),
    st.sampled_from(
        [
            "2019-12-31T23:59:59Z",
            "2026-11-01T12:00:00",
            "2026-11-01T12:00:00+25:00",
            "2026-11-01T12:00:00.123456789Z",
            "9999-12-31T23:59:59Z",
            "0001-01-01T00:00:00+14:00",
            "1700000000",
            "2026-02-30T00:00:00Z",
        ]
    ),
    st.sampled_from([1_793_534_400, 1_793_534_400_000, START, -START]),
    st.sampled_from([[], {}, [[]], [None], [{}], {"": None}, {"type": []}, {"text": {}}, ["a", 1]]),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
).map(copy.deepcopy)


def claude_lines() -> list[Json]:
    """Give a line of each kind that Claude Code writes."""
    talk = Transcript()
    talk.prompt("Why does it fail?")
    talk.answer(
        thinking(),
        tool_use("WebSearch", "toolu_2", query="x"),
        tool_use("Agent", "toolu_3", subagent_type="Explore", description="Look", prompt="Look"),
        text("Done."),
        spent=usage(
            write_5m=3,
            write_1h=2,
            web_searches=1,
            iterations=[{"type": "message", "model": "claude-opus-5", "input_tokens": 1, "output_tokens": 2}],
        ),
    )
    talk.tool_result("toolu_2", toolUseResult={"searchCount": 2, "results": []})
    talk.tool_result(
        "toolu_3", toolUseResult={"agentId": "a1", "status": "completed", "structuredPatch": [{"lines": ["+a", "-b"]}]}
    )
    hunk = {"oldStart": 1, "oldLines": 1, "newStart": 1, "newLines": 1, "lines": ["-a", "+b"]}
    image = {
        "type": "image",
        "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgoAAAANSUhEUg=="},
    }
    talk.answer(
        tool_use("MultiEdit", "toolu_4", file_path="/a", edits=[{"old_string": "a", "new_string": "b"}]),
        tool_use("TodoWrite", "toolu_5", todos=[{"content": "Look", "status": "pending"}]),
    )
    shown = talk.tool_result("toolu_4", toolUseResult={"filePath": "/a", "structuredPatch": [hunk]})
    shown["message"]["content"][0]["content"] = [text(), image]
    talk.tool_result("toolu_5", toolUseResult={"task": {"id": "1", "subject": "Look"}, "taskId": "1"})
    talk.line("user", message={"role": "user", "content": [image]})
    talk.line("system", subtype="compact_boundary", compactMetadata={"trigger": "auto", "preTokens": 5})
    nested = {"type": "assistant", "message": talk.lines[1]["message"], "timestamp": talk.lines[1]["timestamp"]}
    talk.line(
        "progress", parentToolUseID="toolu_3", data={"type": "agent_progress", "agentId": "a1", "message": nested}
    )
    talk.line("system", subtype="turn_duration", durationMs=1_234, content="x")
    hook = {"type": "hook_success", "hookName": "Stop", "content": "", "stdout": "x", "stderr": "", "durationMs": 5}
    talk.line("attachment", attachment=hook)
    talk.line("attachment", attachment={"type": "queued_command", "prompt": "x", "commandMode": "prompt"})
    talk.title()
    talk.cost_state(0.5, claude_sonnet_5={"inputTokens": 5, "outputTokens": 6, "costUSD": 0.5, "webSearchRequests": 1})
    for kind, fields in (
        ("summary", {"summary": "Title", "leafUuid": talk.lines[0]["uuid"]}),
        ("ai-title", {"aiTitle": "Generated"}),
        ("last-prompt", {"lastPrompt": "Last"}),
        ("pr-link", {"prUrl": "https://example.invalid/1", "prNumber": 1}),
        ("queue-operation", {"operation": "enqueue", "timestamp": "2026-11-01T12:00:00Z"}),
        ("file-history-snapshot", {"snapshot": {}}),
    ):
        talk.line(kind, **fields)
    prompt = {"display": "hello", "timestamp": START // 1_000, "project": "/home/ada/app", "sessionId": SESSION}
    meta = {"agentType": "Explore", "description": "Look", "toolUseId": "toolu_3", "finished": True}
    return [*talk.lines, *talk.fork("f0f0f0f0-0000-4000-8000-000000000002").lines[:2], prompt, meta]


def codex_lines() -> list[Json]:
    """Give a line of each kind that Codex writes."""
    rollout = Rollout(forked_from_id="019f0000-0000-7000-8000-000000000009")
    rollout.turn(effort="high")
    rollout.prompt()
    rollout.reasoning()
    rollout.tool_call()
    rollout.tool_result(code=1)
    rollout.answer()
    limits = {"limit_id": "codex", "primary": {"used_percent": 12.5, "window_minutes": 300}, "secondary": None}
    rollout.tokens(rate_limits=limits)
    rollout.repeat_tokens()
    rollout.usage_record()
    for kind, fields in (
        ("user_message", {"message": "hello", "images": []}),
        ("agent_message", {"message": "hello"}),
        ("agent_reasoning", {"text": "hm"}),
        ("exec_command_end", {"call_id": "call_1", "exit_code": 1, "duration": {"secs": 1, "nanos": 5}, "stdout": "x"}),
        (
            "patch_apply_end",
            {"call_id": "call_1", "success": True, "changes": {"/a": {"update": {"unified_diff": "+a"}}}},
        ),
        ("mcp_tool_call_end", {"call_id": "call_2", "invocation": {"server": "s", "tool": "t"}, "result": {"Ok": {}}}),
        ("turn_aborted", {"reason": "interrupted"}),
        ("error", {"message": "overloaded"}),
        ("task_complete", {"last_agent_message": "x"}),
        ("thread_name_updated", {"thread_name": "Name"}),
    ):
        rollout.line("event_msg", type=kind, **fields)
    rollout.line(
        "response_item", type="custom_tool_call", name="apply_patch", input="*** Begin Patch\n+a", call_id="c3"
    )
    patch = "*** Begin Patch\n*** Update File: a\n*** Move to: b\n-a\n+b\n*** End Patch"
    rollout.line("response_item", type="custom_tool_call", name="apply_patch", input=patch, call_id="c4")
    rollout.tool_call("update_plan", "c5", plan=[{"step": "Look", "status": "pending"}])
    rollout.tool_call("spawn_agent", "c6", message="Look")
    rollout.line("response_item", type="function_call_output", call_id="c6", output='{"agent_id": "a1"}')
    changed = {"/a": {"type": "update", "unified_diff": "@@ -1 +1 @@\n-a\n+b", "move_path": "/b"}}
    rollout.line("event_msg", type="patch_apply_end", call_id="c7", success=True, changes=changed)
    image = {"type": "input_image", "image_url": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg=="}
    rollout.line("response_item", type="message", role="user", content=[image])
    rollout.line("event_msg", type="context_compacted")
    rollout.line("response_item", type="web_search_call", action={"type": "search", "query": "x"}, status="completed")
    rollout.line("compacted", message="short", replacement_history=[])
    index = {"id": rollout.thread, "thread_name": "Name", "updated_at": "2026-11-01T12:00:00Z"}
    prompt = {"session_id": rollout.thread, "ts": START // 1_000_000, "text": "hello"}
    return [*rollout.lines, index, prompt]


@cache
def names(which: Callable[[], list[Json]]) -> list[str]:
    """List every name that stands in the lines."""
    return sorted({path[-1] for line in which() for path in paths(line) if type(path[-1]) is str})


def paths(value: Json, before: tuple[Json, ...] = ()) -> Iterator[tuple[Json, ...]]:
    """Give the way to each value inside a value."""
    inside = value.items() if type(value) is dict else enumerate(value) if type(value) is list else ()
    for key, inner in inside:
        yield (*before, key)
        yield from paths(inner, (*before, key))


def at(value: Json, path: tuple[Json, ...]) -> Json:
    for key in path:
        value = value[key]
    return value


def mutate(draw: st.DrawFn, line: Json, which: Callable[[], list[Json]]) -> Json:
    """Exchange, drop, put in or copy a value somewhere."""
    line = copy.deepcopy(line)
    for _ in range(draw(st.integers(0, 3))):
        known = list(paths(line))
        if not known:
            return draw(wrong)
        path = draw(st.sampled_from(known))
        holder = at(line, path[:-1])
        match draw(st.sampled_from(["exchange", "exchange", "drop", "put", "copy", "wrap"])):
            case "exchange":
                holder[path[-1]] = draw(wrong)
            case "drop":
                del holder[path[-1]]
            case "put" if type(holder) is dict:
                holder[draw(st.sampled_from(names(which)))] = draw(wrong)
            case "copy":
                holder[path[-1]] = copy.deepcopy(at(line, draw(st.sampled_from(known))))
            case "wrap" if draw(st.booleans()):
                holder[path[-1]] = [holder[path[-1]]]
            case "wrap":
                holder[path[-1]] = {draw(st.sampled_from(names(which))): holder[path[-1]]}
    return line


def hurt(draw: st.DrawFn, raw: bytes) -> bytes:  # noqa: PLR0911 - one for each way to hurt
    """Do to the bytes of a line what disks, crashes and strange writers do."""
    place = draw(st.integers(0, len(raw)))
    match draw(st.sampled_from(["no", "no", "no", "no", "cut", "put", "double", "join", "deep", "flip"])):
        case "cut":
            return raw[:place]
        case "put":
            odd = [b"\0", b"\xff", b"\\ud83d", b"\\u0000", b"\r", b'"', b"\xed\xa0\x80", b"NaN", b"\xef\xbb\xbf", b" "]
            return raw[:place] + draw(st.sampled_from(odd)) + raw[place:]
        case "double":
            return raw[:-1] + b"," + raw[1:] if raw.startswith(b"{") and len(raw) > 2 else raw
        case "join":
            return raw[place:] + raw if draw(st.booleans()) else raw + raw
        case "deep":
            sign = draw(st.sampled_from([b"[", b'{"message":', b'{"content":[']))
            return raw[:place] + sign * DEEP
        case "flip" if place < len(raw):
            return raw[:place] + bytes([draw(st.integers(0, 9)) + 48]) + raw[place + 1 :]
    return raw


@st.composite
def hurt_lines(draw: st.DrawFn, which: Callable[[], list[Json]]) -> list[bytes]:
    """Draw some lines of one file."""
    made = []
    for _ in range(draw(st.integers(1, 8))):
        line = mutate(draw, draw(st.sampled_from(which())), which)
        encoded = json.dumps(line, separators=(",", ":"), ensure_ascii=draw(st.booleans()))
        made.append(hurt(draw, encoded.encode("utf-8", "surrogatepass")).replace(b"\n", b" "))
    return made
