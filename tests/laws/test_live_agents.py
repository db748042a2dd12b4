"""What genuine agents sent by telemetry comes to what their own files tell, and changes nothing of it."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.captures import Replay, Use, shuffled, telemetry

Bill = tuple[int, int, int, int, int]
"""Calls, uncached input, cache read, output, reasoning."""


def bill(use: Use) -> Bill:
    return (use.calls, use.input, use.cache_read, use.output, use.reasoning)


def added(calls: Iterator[tuple[str, int, int, int, int]]) -> dict[str, Bill]:
    """Add up sessions, inclusive input, cached input, output and reasoning of single requests."""
    bills: dict[str, Bill] = {}
    for session, given, cached, output, reasoning in calls:
        count, *sums = bills.get(session, (0, 0, 0, 0, 0))
        more = (given - cached, cached, output, reasoning)
        one, two, three, four = (a + b for a, b in zip(sums, more, strict=True))
        bills[session] = (count + 1, one, two, three, four)
    return bills


def place(fixtures_dir: Path, agent: str, version: str) -> Path:
    found = fixtures_dir / "generated" / agent / version
    if not found.is_dir():
        pytest.skip(f"these fixtures hold no {agent} {version}")
    return found


def alone(tmp_path: Path, files: Path, *signals: str) -> Replay:
    replay = Replay(tmp_path / "-".join(signals))
    pushes = telemetry(files / "otlp", *signals)
    replay.push(shuffled([*pushes, *pushes], seed=3))
    return replay.scan()


def bills(replay: Replay) -> dict[str, Bill]:
    return {name: bill(use) for name, use in replay.uses().items() if any(use.tokens)}


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.mark.parametrize("version", ["0.44.0", "0.169.0"])
def test_codex_records_are_what_its_rollouts_tell(fixtures_dir: Path, tmp_path: Path, version: str) -> None:
    files = place(fixtures_dir, "codex", version)
    sent = alone(tmp_path, files, "logs")
    both = Replay(tmp_path / "both")
    both.push(telemetry(files / "otlp", "logs"))
    both.scan().leave(files / "sessions", ".codex/sessions")
    written = Replay(tmp_path / "rollouts")
    written.leave(files / "sessions", ".codex/sessions")
    known = written.scan().uses()
    # The sixth run failed before its thread told anything.
    assert bills(sent) == bills(written)
    assert len(bills(sent)) == 5
    assert {name: use.cost_nano for name, use in sent.uses().items()} == {
        name: use.cost_nano for name, use in known.items() if use.calls
    }
    assert both.scan().uses() == known
    assert {kind for (kind,) in both.rows("SELECT kind FROM source")} >= {"transcript", "otlp_log"}


def gemini_calls(files: Path) -> Iterator[tuple[str, int, int, int, int]]:
    for path in sorted(files.glob("dot-gemini/tmp/*/chats/*.jsonl")):
        told = lines(path)
        last = {line["id"]: line["tokens"] for line in told if line.get("tokens")}
        for used in last.values():
            yield told[0]["sessionId"], used["input"], used["cached"], used["output"], used["thoughts"]


def test_gemini_records_are_what_its_chats_tell(fixtures_dir: Path, tmp_path: Path) -> None:
    files = place(fixtures_dir, "gemini-cli", "0.61.0")
    written = added(gemini_calls(files))
    assert bills(alone(tmp_path, files, "logs")) == written
    assert bills(alone(tmp_path, files, "logs", "traces")) == written
    # The stand-in for Google counts thoughts inside the output, as its totals say; metrics have no total, and Google
    # counts them beside it.
    counted = bills(alone(tmp_path, files, "metrics"))
    assert counted == {
        name: (0, given, cached, output + thoughts, 0) for name, (_, given, cached, output, thoughts) in written.items()
    }


def qwen_calls(files: Path, *, telemetry_too: bool) -> Iterator[tuple[str, int, int, int, int]]:
    """Give the requests of its chats; those of its helpers stand there only as what it sent by telemetry."""
    for path in sorted(files.glob("dot-qwen/projects/*/chats/*.jsonl")):
        for line in lines(path):
            event = (line.get("systemPayload") or {}).get("uiEvent") or {}
            if (used := line.get("usageMetadata")) and not telemetry_too:
                names = ("promptTokenCount", "cachedContentTokenCount", "candidatesTokenCount", "thoughtsTokenCount")
                one, two, three, four = (used[name] for name in names)
                yield path.stem, one, two, three, four
            if telemetry_too and str(event.get("event.name")).endswith("api_response"):
                given, cached = event["input_token_count"], event["cached_content_token_count"]
                yield path.stem, given, cached, event["output_token_count"], event["thoughts_token_count"]


@pytest.mark.parametrize(("version", "helpers"), [("0.15.10", 2), ("0.24.4", 1)])
def test_qwen_records_are_what_its_chats_tell_and_its_helpers(
    fixtures_dir: Path, tmp_path: Path, version: str, helpers: int
) -> None:
    files = place(fixtures_dir, "qwen-code", version)
    sent = bills(alone(tmp_path, files, "logs"))
    assert sent == added(qwen_calls(files, telemetry_too=True))
    written = added(qwen_calls(files, telemetry_too=False))
    # The memory extractor and a failed compression asked the model too: no message of a chat is theirs.
    assert sum(one[0] for one in sent.values()) - sum(one[0] for one in written.values()) == helpers
    assert bills(alone(tmp_path, files, "logs", "traces")) == sent
    counted = bills(alone(tmp_path, files, "metrics"))
    if version == "0.15.10":
        assert counted == {name: (0, one[1], one[2], one[3], 0) for name, one in sent.items()}
    else:
        assert counted == {}  # Its metrics name no session any more.
        assert bills(alone(tmp_path, files, "traces")) == sent


def test_copilot_spans_are_what_its_store_tells(fixtures_dir: Path, tmp_path: Path) -> None:
    files = place(fixtures_dir, "copilot-cli", "1.0.102")
    store = sqlite3.connect(f"file:{files / 'session-store.db'}?mode=ro&immutable=1", uri=True)
    rows = store.execute(
        "SELECT session_id, input_tokens, cache_read_tokens, output_tokens, reasoning_tokens "
        "FROM assistant_usage_events"
    ).fetchall()
    store.close()
    sent = alone(tmp_path, files, "traces", "metrics")
    assert bills(sent) == added(iter(rows))
    failed = sent.rows("SELECT native_id, state, error FROM session WHERE state = 'failed'")
    assert [row[1:] for row in failed] == [
        ("failed", "Session error: 400 This model's maximum context length is 200000 tokens.")
    ]


@pytest.mark.parametrize(
    ("agent", "version", "told"),
    [
        ("codex", "0.169.0", {"tool_result": 6, "tool_decision": 6, "user_prompt": 5}),
        ("gemini-cli", "0.61.0", {"tool_call": 6, "user_prompt": 5}),
        ("qwen-code", "0.24.4", {"tool_call": 6, "user_prompt": 6, "api_error": 1, "subagent_execution": 2}),
        ("copilot-cli", "1.0.102", {"execute_tool": 6, "chat": 1}),
    ],
)
def test_each_event_is_told_once(
    fixtures_dir: Path, tmp_path: Path, agent: str, version: str, told: dict[str, int]
) -> None:
    replay = alone(tmp_path, place(fixtures_dir, agent, version), "logs", "traces", "metrics")
    counts: dict[str, int] = {}
    for _, _, kind, name, _ in replay.events():
        assert kind == "telemetry"
        head = name.partition(":")[0]
        counts[head] = counts.get(head, 0) + 1
    assert counts == told
    assert replay.rows("SELECT code, why FROM diagnostic") == []
