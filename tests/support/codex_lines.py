"""Made-up Codex rollouts: a conversation told call by call becomes the lines that the agent writes.

Its usage is told twice, as what the last request spent and as a running total; here the total is kept by the
builder. Cached tokens are inside the input, reasoning inside the output.
"""

import copy
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from tests.support.build import PROJECT, SECOND, START
from tests.support.claude_lines import stamp

Json = dict[str, Any]
THREAD = "019f0000-0000-7000-8000-000000000001"
COUNTS = (
    "input_tokens",
    "cached_input_tokens",
    "cache_write_input_tokens",
    "output_tokens",
    "reasoning_output_tokens",
    "total_tokens",
)


def counts(*, given: int = 1_000, cached: int = 800, written: int = 0, output: int = 100, reasoning: int = 40) -> Json:
    """Build one request's usage; `given` is all of the input, with what came from the cache."""
    return dict(zip(COUNTS, (given, cached, written, output, reasoning, given + output), strict=True))


class Rollout:
    """A rollout that grows; each line is one second later than the one before."""

    def __init__(
        self,
        thread: str = THREAD,
        *,
        at: int = START,
        cwd: str = PROJECT,
        version: str = "0.146.0",
        **meta: Any,
    ) -> None:
        self.thread, self.at, self.cwd, self.version = thread, at, cwd, version
        self.began = at
        self.total = dict.fromkeys(COUNTS, 0)
        self.turns = 0
        self.turn_id = ""
        self.lines: list[Json] = []
        self._header(meta)

    def _header(self, meta: Mapping[str, Any]) -> None:
        about: Json = {
            "id": self.thread,
            "timestamp": stamp(self.began),
            "cwd": self.cwd,
            "originator": "codex_cli_rs",
            "cli_version": self.version,
            "source": "cli",
            "model_provider": "openai",
            "git": {"branch": "main"},
        }
        self.line("session_meta", **(about | dict(meta)))

    def turn(self, model: str | None = "gpt-5.5", turn_id: str = "", **more: Any) -> Json:
        """Begin a turn: what follows belongs to it. `model=None` names no model."""
        self.turns += 1
        self.turn_id = turn_id or f"turn_{self.thread[-4:]}_{self.turns}"
        named = {"model": model} if model else {}
        return self.line("turn_context", turn_id=self.turn_id, cwd=self.cwd, **named, **more)

    def prompt(self, words: str = "Add a test") -> Json:
        return self._message("user", "input_text", words)

    def answer(self, words: str = "Done.") -> Json:
        return self._message("assistant", "output_text", words)

    def _message(self, role: str, kind: str, words: str) -> Json:
        content = [{"type": kind, "text": words}]
        return self.line("response_item", type="message", role=role, content=content)

    def reasoning(self, words: str = "Let me look.") -> Json:
        summary = [{"type": "summary_text", "text": words}]
        return self.line("response_item", type="reasoning", summary=summary, encrypted_content="x")

    def tool_call(self, name: str = "shell", call: str = "call_1", **given: Any) -> Json:
        arguments = msgspec.json.encode(given or {"command": ["pytest"]}).decode()
        return self.line("response_item", type="function_call", name=name, arguments=arguments, call_id=call)

    def tool_result(self, call: str = "call_1", output: str = "1 passed", code: int = 0) -> Json:
        told = msgspec.json.encode({"output": output, "metadata": {"exit_code": code}}).decode()
        return self.line("response_item", type="function_call_output", call_id=call, output=told)

    def tokens(self, spent: Mapping[str, int] | None = None, **more: Any) -> Json:
        """The model has answered: tell what this request spent, and the running total after it."""
        last = dict(counts() if spent is None else spent)
        self.total = {name: self.total[name] + last[name] for name in COUNTS}
        return self.token_count(last, dict(self.total), **more)

    def repeat_tokens(self) -> Json:
        """Tell the last count once more, as real rollouts often do."""
        told = [line for line in self.lines if line["payload"].get("type") == "token_count"]
        return self.line("event_msg", **copy.deepcopy(told[-1]["payload"]))

    def token_count(self, last: Json | None, total: Json, **more: Any) -> Json:
        info = {"total_token_usage": total, "model_context_window": 272_000}
        if last is not None:
            info["last_token_usage"] = last
        return self.line("event_msg", **({"type": "token_count", "info": info, "rate_limits": None} | more))

    def usage_record(self, response: str = "resp_1", spent: Mapping[str, int] | None = None) -> Json:
        """Write the newer form of a count, then its older twin as Codex does; gives the newer one."""
        last = dict(counts() if spent is None else spent)
        after = {name: self.total[name] + last[name] for name in COUNTS}
        record = self.line(
            "token_usage_record",
            thread_id=self.thread,
            turn_id=self.turn_id,
            response_id=response,
            usage=last,
            thread_token_usage=after,
        )
        self.tokens(last)
        return record

    def line(self, envelope: str, **payload: Any) -> Json:
        """Add any line."""
        written = {"timestamp": stamp(self.at), "type": envelope, "payload": payload}
        self.at += SECOND
        self.lines.append(written)
        return written

    def fork(self, thread: str, **meta: Any) -> "Rollout":
        """Begin another thread that replays ours: its own header, then our lines at the time of the fork."""
        child = Rollout(
            thread,
            at=self.at,
            cwd=self.cwd,
            version=self.version,
            **({"forked_from_id": self.thread} | meta),
        )
        child.lines += [copy.deepcopy(line) | {"timestamp": stamp(child.began)} for line in self.lines]
        child.total, child.turn_id = dict(self.total), self.turn_id
        return child

    def encoded(self) -> list[bytes]:
        """Give the lines as the agent writes them, without their newlines."""
        return [msgspec.json.encode(line) for line in self.lines]

    def path(self, codex_home: Path, *, archived: bool = False) -> Path:
        moment = datetime.fromtimestamp(self.began / SECOND, UTC)
        name = f"rollout-{moment:%Y-%m-%dT%H-%M-%S}-{self.thread}.jsonl"
        if archived:
            return codex_home / "archived_sessions" / name
        return codex_home / "sessions" / f"{moment:%Y/%m/%d}" / name

    def write(self, codex_home: Path, *, archived: bool = False) -> Path:
        """Write the file where the agent would, replacing what stands there."""
        path = self.path(codex_home, archived=archived)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(line + b"\n" for line in self.encoded()))
        return path
