"""One transcript file, line by line, as three generations of Claude Code write it.

A response is several lines with one `message.id`, and what their `usage` says depends on the generation:
growing counts, placeholders that never grow, or the final counts on every line. Only the greatest is counted.
"""

import base64
import time
from random import Random
from typing import Literal

import msgspec

from benchmarks.dialects import Dialect
from benchmarks.prose import Project, chance
from benchmarks.rates import Tally, Usage
from benchmarks.tools import Line

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789"
CHARACTERS_PER_TOKEN = 3.5
SYSTEM_PROMPT_TOKENS = 14_000
NEWEST_CACHE_MS = {"5m": 300_000, "1h": 3_600_000}

encode = msgspec.json.Encoder().encode


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """What all lines of one session have in common."""

    id: str
    dialect: Dialect
    version: str
    project: Project
    branch: str
    model: str
    ttl: Literal["5m", "1h"]
    fast: bool = False
    geo_us: bool = False
    slug: str = ""


class Clock:
    """The story's time in milliseconds: while a subagent works, its parent waits."""

    def __init__(self, now: int) -> None:
        self.now = now

    def wait(self, milliseconds: float) -> None:
        """Let time pass."""
        self.now += max(1, int(milliseconds))


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What all files of one story share."""

    rng: Random
    clock: Clock
    tally: Tally


def iso(milliseconds: int) -> str:
    """Write a time as the CLI does."""
    second, rest = divmod(milliseconds, 1_000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(second))}.{rest:03}Z"


def uuid(rng: Random) -> str:
    """Make a version 4 uuid."""
    text = rng.randbytes(16).hex()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def name_id(rng: Random, prefix: str) -> str:
    """Make an id such as `msg_01...`."""
    return prefix + "".join(rng.choices(LETTERS, k=22))


class Transcript:
    """The lines of one file, with the context that its requests carry along."""

    def __init__(self, told: Told, session: Session, *, agent: str = "", model: str = "") -> None:
        self.rng, self.clock, self.tally = told.rng, told.clock, told.tally
        self.session, self.agent = session, agent
        self.model = model or session.model
        self.lines: list[bytes] = []
        self.size = 0
        self.parent: str | None = None
        self.prompt_id = uuid(self.rng)
        self.cached, self.pending, self.last_request = 0, SYSTEM_PROMPT_TOKENS, 0
        self.turns: list[int] = []
        """Where turns end, as a number of lines: a fork starts from one of them."""
        self.origin = self._origin()

    def _origin(self) -> Line:
        session = self.session
        origin: Line = {"userType": "external"}
        if session.dialect.attachments:
            origin["entrypoint"] = "cli"
        origin |= {"cwd": session.project.cwd, "sessionId": session.id, "version": session.version}
        origin["gitBranch"] = session.branch
        if self.agent:
            origin["agentId"] = self.agent
        if session.slug:
            origin["slug"] = session.slug
        return origin

    def add(self, line: Line) -> None:
        """Append a line as it is."""
        data = encode(line) + b"\n"
        self.lines.append(data)
        self.size += len(data)

    def chain(self, body: Line, tail: Line | None = None) -> Line:
        """Append a line that hangs on the one before, and return it."""
        line: Line = {"parentUuid": self.parent, "isSidechain": bool(self.agent)}
        if not self.session.dialect.attachments:
            line |= self.origin
        line |= body
        line["uuid"] = self.parent = uuid(self.rng)
        line["timestamp"] = iso(self.clock.now)
        line |= tail or {}
        if self.session.dialect.attachments:
            line |= self.origin
        self.add(line)
        return line

    def carry(self, text_size: int) -> None:
        """Let text of this size be sent with the next request."""
        self.pending += int(text_size / CHARACTERS_PER_TOKEN) + 8

    def next_usage(self, output: int, reasoning: int) -> Usage:
        """Say what the next request uses, and move what it sends into the cache."""
        stale = self.clock.now - self.last_request > NEWEST_CACHE_MS[self.session.ttl]
        read = min(self.cached, SYSTEM_PROMPT_TOKENS) if stale else self.cached
        written = self.cached - read + self.pending
        in_5m = written if self.session.ttl == "5m" else 0
        if self.session.ttl == "1h" and chance(self.rng, 0.1):
            in_5m = written // 3
        usage = Usage(
            input=self.rng.choice((1, 2, 3, 4, 8, 10, 12, 310)),
            output=output,
            cache_read=read,
            cache_write_5m=in_5m,
            cache_write_1h=written - in_5m,
            reasoning=reasoning,
            web_searches=int(self.session.dialect.attachments and chance(self.rng, 0.004)),
            fast=self.session.fast and not self.agent,
            geo_us=self.session.geo_us and not self.agent,
        )
        self.cached, self.pending, self.last_request = self.cached + self.pending, output, self.clock.now
        return usage

    def respond(self, blocks: list[Line], stop: str) -> list[Line]:
        """Append one response, a line for each block, and count it."""
        rng, counts = self.rng, self.session.dialect.counts
        spoken = sum(len(block.get("text", "")) + len(block.get("thinking", "")) for block in blocks)
        asked = sum(len(encode(block["input"])) for block in blocks if "input" in block)
        thought = sum(len(block.get("thinking", "")) for block in blocks)
        reasoning = int(thought / 3.1) if counts == "final" else 0
        output = int((spoken + asked) / 3.1) + 9 if counts != "placeholder" else rng.randint(1, 3)
        self.clock.wait(rng.lognormvariate(8.2, 0.7))
        usage = self.next_usage(output, reasoning)
        message_id, request_id = name_id(rng, "msg_01"), name_id(rng, "req_011C")
        lines: list[Line] = []
        for place, block in enumerate(blocks):
            is_last = place == len(blocks) - 1
            seen = min(output, 1 + 3 * place) if counts == "growing" and not is_last else output
            message: Line = {"model": self.model, "id": message_id, "type": "message", "role": "assistant"}
            message |= {"content": [block], "stop_sequence": None}
            message["stop_reason"] = stop if counts == "final" or (counts == "growing" and is_last) else None
            message["usage"] = self.usage_field(usage, seen)
            body: Line = {"message": message, "requestId": request_id, "type": "assistant"}
            if self.session.dialect.attachments:
                body |= {"apiBlockIndex": place, "requestedModel": self.model}
            lines.append(self.chain(body))
            self.clock.wait(rng.lognormvariate(5.5, 0.5))
        self.tally.call(str(lines[-1]["timestamp"])[:10], self.model, usage)
        return lines

    def usage_field(self, usage: Usage, output: int) -> Line:
        """Write usage down as this generation does."""
        split = {
            "ephemeral_5m_input_tokens": usage.cache_write_5m,
            "ephemeral_1h_input_tokens": usage.cache_write_1h,
        }
        field: Line = {
            "input_tokens": usage.input,
            "cache_creation_input_tokens": usage.cache_write_5m + usage.cache_write_1h,
            "cache_read_input_tokens": usage.cache_read,
            "cache_creation": split,
            "output_tokens": output,
            "service_tier": "standard",
        }
        if self.session.dialect.counts == "final":
            field["output_tokens_details"] = {"thinking_tokens": usage.reasoning}
            field["server_tool_use"] = {"web_search_requests": usage.web_searches, "web_fetch_requests": 0}
            field["inference_geo"] = "us" if usage.geo_us else "not_available"
            field |= {"iterations": [], "speed": "fast" if usage.fast else "standard"}
        return field

    def compact(self) -> None:
        """Replace a long context by its summary."""
        words = self.session.project.words
        before, self.cached = self.cached + self.pending, 0
        summary = words.prose(self.rng, self.rng.randint(500, 1_400))
        boundary: Line = {"type": "system", "subtype": "compact_boundary"}
        boundary |= {"content": "Conversation compacted", "level": "info", "isMeta": False}
        boundary |= {
            "logicalParentUuid": self.parent,
            "compactMetadata": {"trigger": "auto", "preTokens": before},
        }
        self.parent = None
        self.chain(boundary)
        said = f"This session is being continued from a previous conversation.\n{summary}"
        self.chain(
            {"type": "user", "message": {"role": "user", "content": said}},
            {"isCompactSummary": True, "isVisibleInTranscriptOnly": True},
        )
        self.pending = SYSTEM_PROMPT_TOKENS + int(len(said) / CHARACTERS_PER_TOKEN)

    def thinking(self) -> Line:
        """Compose a thinking block with its signature."""
        text = self.session.project.words.prose(self.rng, self.rng.randint(20, 160))
        signature = base64.b64encode(self.rng.randbytes(180 + len(text) // 2)).decode()
        return {"type": "thinking", "thinking": text, "signature": signature}
