"""Made-up lines of a launch of Claude Code, as its file in the inbox holds them; each is a second after the last."""

from typing import Any

from tests.support.build import PROJECT, SECOND, SESSION, START
from tests.support.claude_lines import usage

Json = dict[str, Any]
PATH = "/home/ada/dashcam/inbox/claude-code/stream/0a1b2c3d4e5f.jsonl"


class Stream:
    """The file of a launch that grows."""

    def __init__(self, session: str = SESSION) -> None:
        self.session = session
        self.lines: list[Json] = []
        self._uuids = 0

    def line(self, **said: Any) -> None:
        """Append a line of ours."""
        self.lines.append({"received": START + len(self.lines) * SECOND, **said})

    def payload(self, kind: str, **said: Any) -> None:
        """Append what the agent said."""
        known = {"type": kind, "session_id": self.session, "uuid": self._uuid(), "parent_tool_use_id": None}
        self.line(payload={**known, **said})

    def launched(self, prompt: str = "Add a test", **more: Any) -> None:
        order = {"id": "0a1b2c3d4e5f", "agent": "claude-code", "prompt": prompt, "directory": PROJECT, "created": START}
        self.line(launch={**order, "session_id": self.session, **more})
        self.line(state="started", pid=4711, program="/usr/bin/claude")

    def sent(self, text: str = "Add a test") -> None:
        self.line(sent={"text": text, "uuid": self._uuid()})

    def event(self, kind: str, **more: Any) -> None:
        self.payload("stream_event", event={"type": kind, **more})

    def piece(self, words: str, *, index: int = 0, kind: str = "text") -> None:
        self.event("content_block_delta", index=index, delta={"type": f"{kind}_delta", kind: words})

    def begun(self, message: str = "msg_1", model: str = "claude-sonnet-5") -> None:
        spent = usage(output=1)
        self.event("message_start", message={"id": message, "model": model, "content": [], "usage": spent})

    def said(self, *blocks: Json, message: str = "msg_1", model: str = "claude-sonnet-5", **more: Any) -> None:
        """Say blocks whole, with the counts of the response's beginning, as the agent does."""
        for block in blocks:
            inner = {"id": message, "role": "assistant", "model": model, "content": [block], "usage": usage(output=1)}
            self.payload("assistant", message=inner, request_id=f"req_{message}", **more)

    def counted(self, output: int, reason: str = "end_turn") -> None:
        """End a response, with its counts."""
        self.event("message_delta", delta={"stop_reason": reason}, usage={"output_tokens": output})
        self.event("message_stop")

    def tool_result(self, call: str = "toolu_1", words: str = "ok", *, failed: bool = False) -> None:
        block = {"type": "tool_result", "tool_use_id": call, "content": words, "is_error": failed}
        self.payload("user", message={"role": "user", "content": [block]}, tool_use_result={"stdout": words})

    def result(self, *, failed: bool = False, **more: Any) -> None:
        self.payload(
            "result", subtype="success", is_error=failed, duration_ms=1_500, num_turns=2, total_cost_usd=0.25,
            modelUsage={"claude-sonnet-5": {"inputTokens": 10, "outputTokens": 100, "costUSD": 0.25}}, **more,
        )  # fmt: skip

    def asked(self, request: str = "toolu_1", tool: str = "Bash", tool_input: str = '{"command":"ls"}') -> None:
        self.line(asked={"request": request, "tool": tool, "tool_input": tool_input, "call_id": request})

    def answered(self, request: str = "toolu_1", behavior: str = "allow", message: str = "") -> None:
        self.line(answered={"request": request, "behavior": behavior, "message": message})

    def ended(self, state: str = "completed", error: str = "", cut: tuple[Json, ...] = ()) -> None:
        self.line(ended={"state": state, "error": error, "cut": list(cut)})

    def _uuid(self) -> str:
        self._uuids += 1
        return f"5e551011-0000-4000-9000-{self._uuids:012}"
