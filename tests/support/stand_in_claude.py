"""A stand-in for the program `claude`: speaks stream-json over its standard input and output, as the genuine one does.

What it does is chosen by words of the prompt (WORKS below); without one of them it says the prompt back. It imports
nothing of ours, since it runs in a process of its own.
"""

import itertools
import json
import os
import queue
import re
import signal
import sys
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

VERSION = "2.1.329"
MODEL = "claude-sonnet-4-5"
INPUT, OUTPUT = 10, 20
"""Tokens of each response: 0.00033 dollars at 3 and 15 dollars a million."""
COST = 0.00033

Json = dict[str, Any]


class Interrupted(Exception):
    pass


class Over(Exception):
    pass


class StandIn:
    def __init__(self, arguments: list[str]) -> None:
        named = {name: value for name, _, value in (one.partition("=") for one in arguments) if value}
        self.arguments = arguments
        goes_on = named.get("--resume", "") if "--fork-session" not in arguments else ""
        self.session = goes_on or named.get("--session-id") or str(uuid.uuid4())
        self.asks = "--permission-prompt-tool" in arguments
        self.numbers = itertools.count(1)
        self.heard: queue.Queue[Json | None] = queue.Queue()
        self.waiting: list[Json] = []
        self.allowed: set[str] = set()
        self.responses = 0

    def run(self) -> None:
        threading.Thread(target=self._listen, daemon=True).start()
        try:
            while True:
                self._turn(self.waiting.pop(0) if self.waiting else self._next())
        except Over:
            pass

    def _listen(self) -> None:
        for line in sys.stdin:
            if line.strip():
                self.heard.put(json.loads(line))
        self.heard.put(None)

    def _next(self) -> Json:
        """Wait for what is said next; control requests are answered on the way."""
        while True:
            message = self.heard.get()
            if message is None:
                raise Over
            if message["type"] != "control_request":
                return message
            self._control(message)

    def _control(self, message: Json) -> None:
        kind = message["request"]["subtype"]
        if kind == "initialize" and os.environ.get("CLAUDE_STAND_IN") == "deaf":
            return
        known: Json = (
            {"commands": [], "models": [], "account": {}, "output_style": "default"} if kind == "initialize" else {}
        )
        answer = {"subtype": "success", "request_id": message["request_id"], "response": known}
        self.out({"type": "control_response", "response": answer})
        if kind == "interrupt":
            raise Interrupted

    def pause(self, seconds: float) -> None:
        """Wait, and hear an interrupt meanwhile."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            try:
                message = self.heard.get(timeout=left)
            except queue.Empty:
                return
            if message is None:
                raise Over
            if message["type"] == "control_request":
                self._control(message)
            else:
                self.waiting.append(message)

    def ask(self, request: Json) -> Json:
        name = f"ask_{next(self.numbers)}"
        self.out({"type": "control_request", "request_id": name, "request": request})
        while True:
            try:
                message = self._next()
            except Interrupted:
                self.out({"type": "control_cancel_request", "request_id": name})
                raise
            if message["type"] == "control_response" and message["response"]["request_id"] == name:
                answer: Json = message["response"]["response"]
                return answer
            self.waiting.append(message)

    def out(self, message: Json) -> None:
        self.raw(json.dumps(message, ensure_ascii=False))

    def raw(self, line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    def tell(self, kind: str, **more: Any) -> None:
        known = {"type": kind, "session_id": self.session, "uuid": str(uuid.uuid4()), "parent_tool_use_id": None}
        self.out({**known, **more})

    def event(self, kind: str, **more: Any) -> None:
        self.tell("stream_event", event={"type": kind, **more})

    def _turn(self, message: Json) -> None:
        if message["type"] != "user":
            return
        content = message["message"]["content"]
        prompt = content if isinstance(content, str) else " ".join(one.get("text", "") for one in content)
        self.tell(
            "system", subtype="init", cwd=os.getcwd(), tools=["Bash"], mcp_servers=[], model=MODEL,  # noqa: PTH109
            permissionMode="default", apiKeySource="none", slash_commands=[], output_style="default",
            claude_code_version=VERSION,
        )  # fmt: skip
        try:
            for word, work in WORKS.items():
                if re.search(rf"\b{word}\b", prompt):
                    work(self, prompt)
                    break
            else:
                self.respond([text(f"You said: {prompt}")])
        except Interrupted:
            self.result("error_during_execution", is_error=True)
            return
        self.result("success", is_error=False)

    def respond(self, blocks: list[Json], *, reason: str = "end_turn") -> None:
        """Stream one response: pieces of each block, then the block whole, with the counts at the end."""
        known = self.begin()
        for number, block in enumerate(blocks):
            self.pieces(number, block)
            self.tell("assistant", message={**known, "content": [block]}, request_id=f"req_{self.responses}")
            self.event("content_block_stop", index=number)
        self.event("message_delta", delta={"stop_reason": reason}, usage={"output_tokens": OUTPUT})
        self.event("message_stop")

    def begin(self) -> Json:
        self.responses += 1
        known: Json = {
            "id": f"msg_{uuid.uuid4().hex[:12]}", "type": "message", "role": "assistant", "model": MODEL, "content": [],
            "stop_reason": None, "usage": {"input_tokens": INPUT, "output_tokens": 1},
        }  # fmt: skip
        self.event("message_start", message=known)
        return known

    def pieces(self, number: int, block: Json) -> None:
        kind = block["type"]
        if kind == "tool_use":
            self.event("content_block_start", index=number, content_block={**block, "input": {}})
            delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
            self.event("content_block_delta", index=number, delta=delta)
            return
        self.event("content_block_start", index=number, content_block={**block, kind: ""})
        words: str = block[kind]
        for at in range(0, len(words), 12):
            delta = {"type": f"{kind}_delta", kind: words[at : at + 12]}
            self.event("content_block_delta", index=number, delta=delta)

    def result(self, subtype: str, *, is_error: bool, words: str = "") -> None:
        """Tell the end of a turn, with what the whole session came to."""
        used = {
            "inputTokens": INPUT * self.responses, "outputTokens": OUTPUT * self.responses, "cacheReadInputTokens": 0,
            "cacheCreationInputTokens": 0, "webSearchRequests": 0, "costUSD": COST * self.responses,
        }  # fmt: skip
        self.tell(
            "result", subtype=subtype, is_error=is_error, duration_ms=5, duration_api_ms=3, num_turns=1, result=words,
            total_cost_usd=COST * self.responses, usage={"input_tokens": INPUT, "output_tokens": OUTPUT},
            modelUsage={MODEL: used}, permission_denials=[],
        )  # fmt: skip

    def tool(self, command: str, call: str, *, asks: bool) -> None:
        """Use a tool: ask where it must, and say what came of it."""
        given = {"command": command}
        self.respond([text("Let me look."), tool_use(call, given)], reason="tool_use")
        denied = ""
        if asks and self.asks and "Bash" not in self.allowed:
            answer = self.ask(
                {
                    "subtype": "can_use_tool", "tool_name": "Bash", "input": given, "tool_use_id": call,
                    "title": f"Claude wants to run {command}", "permission_suggestions": [],
                }
            )  # fmt: skip
            denied = answer.get("message", "denied") if answer["behavior"] != "allow" else ""
            for update in answer.get("updatedPermissions") or []:
                self.allowed |= {rule["toolName"] for rule in update["rules"]}
        content = denied or f"ran {command}"
        block = {"type": "tool_result", "tool_use_id": call, "content": content, "is_error": bool(denied)}
        self.tell(
            "user",
            message={"role": "user", "content": [block]},
            tool_use_result={"stdout": content, "stderr": "", "interrupted": False},
        )


def text(words: str) -> Json:
    return {"type": "text", "text": words}


def thinking(words: str) -> Json:
    return {"type": "thinking", "thinking": words}


def tool_use(call: str, given: Json) -> Json:
    return {"type": "tool_use", "id": call, "name": "Bash", "input": given}


def number_in(prompt: str, word: str) -> int:
    found = re.search(rf"\b{word} (\d+)", prompt)
    return int(found[1]) if found else 1


def _think(one: StandIn, _prompt: str) -> None:
    one.respond([thinking("I should look first."), text("I have thought.")])


def _use_tool(one: StandIn, _prompt: str) -> None:
    one.tool("ls", "toolu_1", asks=False)
    one.respond([text("All done.")])


def _ask_once(one: StandIn, _prompt: str) -> None:
    one.tool("rm -r nothing", "toolu_1", asks=True)
    one.respond([text("So it is.")])


def _ask_twice(one: StandIn, _prompt: str) -> None:
    one.tool("rm -r nothing", "toolu_1", asks=True)
    one.tool("rm -r more", "toolu_2", asks=True)
    one.respond([text("So it is.")])


def _fail(one: StandIn, _prompt: str) -> None:
    one.respond([text("It does not work.")])
    one.result("error_during_execution", is_error=True, words="the model said no")
    sys.exit(1)


def _talk_long(one: StandIn, _prompt: str) -> None:
    one.begin()
    one.event("content_block_start", index=0, content_block=text(""))
    while True:
        one.event("content_block_delta", index=0, delta={"type": "text_delta", "text": "word "})
        one.pause(0.02)


def _speak_and_crash(one: StandIn, prompt: str) -> None:
    one.respond([text("This came whole.")])
    _crash(one, prompt)


def _crash(one: StandIn, _prompt: str) -> None:
    one.begin()
    one.event("content_block_start", index=0, content_block=text(""))
    for piece in ("This was ", "half a sen"):
        one.event("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
    os.kill(os.getpid(), signal.SIGKILL)


def _talk_garbage(one: StandIn, _prompt: str) -> None:
    one.raw("[Debug] this is no JSON")
    one.raw('{"type": "assistant", "message": {"content": [')
    one.respond([text("Between the garbage.")])
    for odd in ("[1, 2]", "null", '{"type": 7}', '{"type": "assistant", "message": 3}', "\x00\x01", "[" * 3000):
        one.raw(odd)


def _hang(_one: StandIn, _prompt: str) -> None:
    while True:
        time.sleep(3600)


def _talk_much(one: StandIn, prompt: str) -> None:
    for number in range(number_in(prompt, "many") // 9 + 1):
        one.respond([text(f"This is answer {number}, in some pieces.")])


def _leave(_one: StandIn, prompt: str) -> None:
    sys.stderr.write("I leave without a result\n")
    sys.stdout.flush()
    os._exit(number_in(prompt, "exit"))


def _tell_variable(one: StandIn, prompt: str) -> None:
    found = re.search(r"\bvariable (\w+)", prompt)
    name = found[1] if found else ""
    one.respond([text(f"{name} is {os.environ.get(name, 'not set')}")])


def _tell_arguments(one: StandIn, _prompt: str) -> None:
    one.respond([text(json.dumps(one.arguments))])


WORKS: dict[str, Callable[[StandIn, str], None]] = {
    "thinking": _think,
    "tool": _use_tool,
    "permission twice": _ask_twice,
    "permission": _ask_once,
    "error": _fail,
    "long": _talk_long,
    "speak": _speak_and_crash,
    "crash": _crash,
    "garbage": _talk_garbage,
    "hang": _hang,
    "many": _talk_much,
    "exit": _leave,
    "variable": _tell_variable,
    "arguments": _tell_arguments,
}


def main() -> None:
    arguments = sys.argv[1:]
    if "-v" in arguments or "--version" in arguments:
        sys.stdout.write(f"{VERSION} (Claude Code)\n")
        return
    StandIn(arguments).run()


if __name__ == "__main__":
    main()
