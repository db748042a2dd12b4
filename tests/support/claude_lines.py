"""Made-up Claude Code transcripts: a conversation told call by call becomes the lines that the agent writes.

One response of the model is one line for each content block, and each of these lines repeats the same usage.
"""

import copy
import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from tests.support.build import PROJECT, SECOND, SESSION, START

Block = Mapping[str, Any]
Json = dict[str, Any]

IN_THE_CHAIN = frozenset({"user", "assistant", "system", "attachment", "progress"})
"""The types of line that point to the line before them; all others are notes about the session."""


def text(words: str = "Done.") -> Json:
    return {"type": "text", "text": words}


def thinking(words: str = "Let me look.") -> Json:
    return {"type": "thinking", "thinking": words, "signature": "c2ln"}


def tool_use(name: str = "Bash", call: str = "toolu_1", **given: Any) -> Json:
    return {"type": "tool_use", "id": call, "name": name, "input": given or {"command": "pytest"}}


def usage(  # noqa: PLR0913 - one word for each number that a response carries
    *,
    given: int = 10,
    output: int = 100,
    cache_read: int = 0,
    write_5m: int = 0,
    write_1h: int = 0,
    reasoning: int = 0,
    web_searches: int = 0,
    **more: Any,
) -> Json:
    """Build a response's usage; `given` is the input that no cache held. More fields go in as they are."""
    return {
        "input_tokens": given,
        "output_tokens": output,
        "cache_read_input_tokens": cache_read,
        "cache_creation_input_tokens": write_5m + write_1h,
        "cache_creation": {"ephemeral_5m_input_tokens": write_5m, "ephemeral_1h_input_tokens": write_1h},
        "output_tokens_details": {"thinking_tokens": reasoning},
        "server_tool_use": {"web_search_requests": web_searches, "web_fetch_requests": 0},
        "service_tier": "standard",
        "inference_geo": "global",
        "speed": "standard",
        **more,
    }


def stamp(at: int) -> str:
    moment = datetime.fromtimestamp(at / SECOND, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Transcript:
    """A transcript that grows; each line is one second later than the one before."""

    def __init__(
        self,
        session: str = SESSION,
        *,
        at: int = START,
        cwd: str = PROJECT,
        version: str = "2.1.329",
        agent: str = "",
    ) -> None:
        self.session, self.at, self.cwd, self.version, self.agent = session, at, cwd, version, agent
        self.model = "claude-sonnet-5"
        self.branch = "main"
        self.lines: list[Json] = []
        self._responses = 0

    def prompt(self, words: str = "Add a test", **more: Any) -> Json:
        """A person asks for something; in a subagent's file it is its parent that asks."""
        return self.line("user", message={"role": "user", "content": words}, **more)

    def answer(
        self,
        *blocks: Block,
        message_id: str = "",
        request: str | None = "",
        spent: Mapping[str, Any] | None = None,
        model: str = "",
        stop: str | None = "end_turn",
        **more: Any,
    ) -> list[Json]:
        """The model answers: one line for each block. `request=None` writes no request id."""
        self._responses += 1
        mark = f"{self.session[:8]}_{self.agent}{self._responses}"
        if request is not None:
            more["requestId"] = request or f"req_{mark}"
        message = {
            "id": message_id or f"msg_{mark}",
            "type": "message",
            "role": "assistant",
            "model": model or self.model,
            "stop_reason": stop,
            "usage": dict(usage() if spent is None else spent),
        }
        return [
            self.line("assistant", message=message | {"content": [dict(block)]}, **more)
            for block in blocks or (text(),)
        ]

    def tool_result(
        self, call: str = "toolu_1", output: str = "1 passed", *, failed: bool = False, **more: Any
    ) -> Json:
        block = {"type": "tool_result", "tool_use_id": call, "content": output, "is_error": failed}
        more.setdefault("toolUseResult", f"Error: {output}" if failed else {"stdout": output, "stderr": ""})
        return self.line("user", message={"role": "user", "content": [block]}, **more)

    def title(self, words: str = "Tests for the parser") -> Json:
        return self.line("custom-title", customTitle=words)

    def cost_state(self, dollars: float = 0.01, **models: Mapping[str, Any]) -> Json:
        """The agent's own cumulative total, which stands at the end of a process. Names take `_` for `-`."""
        named = {name.replace("_", "-"): dict(numbers) for name, numbers in models.items()}
        return self.line("cost-state", totalCostUSD=dollars, modelUsage=named, hasUnknownModelCost=False)

    def line(self, kind: str, **fields: Any) -> Json:
        """Add any line; fields of the same name replace what would stand there."""
        if kind in IN_THE_CHAIN:
            fields = self._envelope() | fields
        written = {"type": kind, "sessionId": self.session} | fields
        self.lines.append(written)
        return written

    def _envelope(self) -> Json:
        chained = [line["uuid"] for line in self.lines if "uuid" in line]
        when, self.at = stamp(self.at), self.at + SECOND
        place = f"{self.session}/{self.agent}/{len(self.lines)}"
        return {
            "uuid": str(uuid.uuid5(uuid.NAMESPACE_OID, place)),
            "parentUuid": chained[-1] if chained else None,
            "timestamp": when,
            "isSidechain": bool(self.agent),
            "userType": "external",
            "entrypoint": "cli",
            "cwd": self.cwd,
            "gitBranch": self.branch,
            "version": self.version,
            **({"agentId": self.agent} if self.agent else {}),
        }

    def fork(self, session: str) -> "Transcript":
        """Begin another session as `--fork-session` does: our chained lines, behind one that tells the time."""
        child = Transcript(session, at=self.at, cwd=self.cwd, version=self.version)
        child.line("queue-operation", operation="enqueue", timestamp=stamp(self.at))
        child.lines += [copy.deepcopy(line) | {"sessionId": session} for line in self.lines if "uuid" in line]
        return child

    def subagent(self, agent: str = "a0123456789abcdef") -> "Transcript":
        """Begin the transcript of an agent that this session started."""
        return Transcript(self.session, at=self.at, cwd=self.cwd, version=self.version, agent=agent)

    def encoded(self) -> list[bytes]:
        """Give the lines as the agent writes them, without their newlines."""
        return [msgspec.json.encode(line) for line in self.lines]

    def path(self, config_home: Path) -> Path:
        folder = config_home / "projects" / re.sub(r"[^A-Za-z0-9]", "-", self.cwd)
        if self.agent:
            return folder / self.session / "subagents" / f"agent-{self.agent}.jsonl"
        return folder / f"{self.session}.jsonl"

    def write(self, config_home: Path) -> Path:
        """Write the file where the agent would, replacing what stands there."""
        path = self.path(config_home)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(line + b"\n" for line in self.encoded()))
        return path
