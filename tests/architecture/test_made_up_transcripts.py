"""The builders that other tests stand on: the files that they write look as the agents' own."""

import json
from pathlib import Path

from tests.support import claude_lines, codex_lines
from tests.support.claude_lines import Transcript
from tests.support.codex_lines import Rollout


def test_a_response_of_two_blocks_is_two_lines_with_one_message_and_usage() -> None:
    transcript = Transcript()
    transcript.prompt()
    first, second = transcript.answer(
        claude_lines.thinking(), claude_lines.tool_use(), spent=claude_lines.usage(output=345)
    )
    assert first["message"]["id"] == second["message"]["id"]
    assert first["message"]["usage"] == second["message"]["usage"]
    assert (first["requestId"], second["parentUuid"]) == (second["requestId"], first["uuid"])
    assert first["message"]["usage"]["output_tokens"] == 345


def test_a_fork_tells_its_own_time_and_repeats_the_chained_lines_under_its_own_session() -> None:
    parent = Transcript()
    parent.prompt()
    parent.answer()
    parent.title()
    child = parent.fork("00000000-0000-4000-8000-00000000000f")
    own, *copied = child.lines
    assert (own["type"], own["timestamp"]) == ("queue-operation", "2026-11-01T12:00:02.000Z")
    chained = ("uuid", "timestamp", "parentUuid")
    assert [[line[name] for name in chained] for line in copied] == [
        [line[name] for name in chained] for line in parent.lines[:2]
    ]
    assert [line["timestamp"] for line in copied] == ["2026-11-01T12:00:00.000Z", "2026-11-01T12:00:01.000Z"]
    assert {line["sessionId"] for line in child.lines} == {child.session}


def test_a_transcript_and_its_subagent_stand_where_the_agent_puts_them(tmp_path: Path) -> None:
    parent = Transcript(session="s", cwd="/home/ada/my_app")
    child = parent.subagent("a1")
    child.prompt()
    assert parent.path(tmp_path) == tmp_path / "projects/-home-ada-my-app/s.jsonl"
    written = child.write(tmp_path)
    assert written == tmp_path / "projects/-home-ada-my-app/s/subagents/agent-a1.jsonl"
    (line,) = map(json.loads, written.read_text().splitlines())
    assert (line["isSidechain"], line["agentId"], line["sessionId"]) == (True, "a1", "s")


def test_a_rollout_keeps_the_running_total() -> None:
    rollout = Rollout()
    rollout.turn()
    rollout.tokens(codex_lines.counts(given=1_000, output=100))
    line = rollout.tokens(codex_lines.counts(given=500, output=10))
    info = line["payload"]["info"]
    assert info["last_token_usage"]["total_tokens"] == 510
    assert info["total_token_usage"]["total_tokens"] == 1_610


def test_a_forked_rollout_replays_its_parent_at_the_time_of_the_fork(tmp_path: Path) -> None:
    parent = Rollout()
    parent.turn()
    parent.tokens()
    child = parent.fork("019f0000-0000-7000-8000-000000000002")
    own, *copied = child.lines
    assert own["payload"]["forked_from_id"] == parent.thread
    assert [line["payload"] for line in copied] == [line["payload"] for line in parent.lines]
    assert {line["timestamp"] for line in copied} == {"2026-11-01T12:00:03.000Z"}
    assert parent.path(tmp_path).name == f"rollout-2026-11-01T12-00-00-{parent.thread}.jsonl"
