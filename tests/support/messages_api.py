"""A stand-in for Anthropic's Messages API on this machine: answers by server-sent events, as the genuine one does.

A conversation in which a tool has answered gets a last word; any other one is told to use a tool.
"""

import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]
COMMAND = "echo made-up"
THOUGHT = "I should look first."
FIRST = "Let me look."
LAST = "All done: it says made-up."
FAILING = "refuse this"
INPUT, CACHE_READ, CACHE_WRITE = 13, 2_000, 500
OUTPUT = 40
PIECE = 7
_numbers = itertools.count(1)


def answer_to(request: Json) -> list[Json]:
    """Choose the blocks to answer with."""
    if not request.get("tools"):
        return [{"type": "text", "text": json.dumps({"title": "A made-up title"})}]
    content = request["messages"][-1]["content"]
    if isinstance(content, list) and any(block.get("type") == "tool_result" for block in content):
        return [{"type": "text", "text": LAST}]
    call = {"type": "tool_use", "id": f"toolu_{next(_numbers):024}", "name": "Bash"}
    blocks: list[Json] = [
        {"type": "text", "text": FIRST},
        {**call, "input": {"command": COMMAND, "description": "Say something"}},
    ]
    if (request.get("thinking") or {}).get("type") in {"enabled", "adaptive"}:
        blocks.insert(0, {"type": "thinking", "thinking": THOUGHT, "signature": "bWFkZSB1cA=="})
    return blocks


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""

    def do_HEAD(self) -> None:
        self._json(200, {})

    def do_GET(self) -> None:
        self._json(404, {"type": "error", "error": {"type": "not_found_error", "message": self.path}})

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        path = self.path.partition("?")[0]
        if path.endswith("/count_tokens"):
            self._json(200, {"input_tokens": len(raw) // 4})
        elif path != "/v1/messages":
            self.do_GET()
        elif FAILING in raw.decode():
            error = {"type": "invalid_request_error", "message": "prompt is too long: 250000 tokens > 200000 maximum"}
            self._json(400, {"type": "error", "error": error})
        else:
            self._answer(json.loads(raw))

    def _answer(self, request: Json) -> None:
        blocks = answer_to(request)
        reason = "tool_use" if any(block["type"] == "tool_use" for block in blocks) else "end_turn"
        spent = {
            "input_tokens": INPUT, "cache_read_input_tokens": CACHE_READ, "cache_creation_input_tokens": CACHE_WRITE,
            "cache_creation": {"ephemeral_5m_input_tokens": CACHE_WRITE, "ephemeral_1h_input_tokens": 0},
            "service_tier": "standard",
        }  # fmt: skip
        message = {
            "id": f"msg_{next(_numbers):024}", "type": "message", "role": "assistant", "model": request["model"],
            "content": [], "stop_reason": None, "stop_sequence": None, "usage": {**spent, "output_tokens": 1},
        }  # fmt: skip
        end = {"stop_reason": reason, "stop_sequence": None}
        if not request.get("stream"):
            self._json(200, {**message, **end, "content": blocks, "usage": {**spent, "output_tokens": OUTPUT}})
            return
        self.send_response(200)
        for name, value in (("content-type", "text/event-stream"), ("connection", "close"), self._request_id()):
            self.send_header(name, value)
        self.end_headers()
        self.close_connection = True
        self._event("message_start", message=message)
        for number, block in enumerate(blocks):
            self._block(number, block)
        self._event("message_delta", delta=end, usage={"output_tokens": OUTPUT})
        self._event("message_stop")

    def _block(self, number: int, block: Json) -> None:
        empty = {"text": "", "thinking": "", "signature": "", "input": {}}
        started = {name: empty.get(name, value) for name, value in block.items()}
        self._event("content_block_start", index=number, content_block=started)
        kind, name, words = {
            "text": ("text_delta", "text", block.get("text")),
            "thinking": ("thinking_delta", "thinking", block.get("thinking")),
            "tool_use": ("input_json_delta", "partial_json", json.dumps(block.get("input"))),
        }[block["type"]]
        for at in range(0, len(str(words)), PIECE):
            delta = {"type": kind, name: str(words)[at : at + PIECE]}
            self._event("content_block_delta", index=number, delta=delta)
        if "signature" in block:
            delta = {"type": "signature_delta", "signature": block["signature"]}
            self._event("content_block_delta", index=number, delta=delta)
        self._event("content_block_stop", index=number)

    def _event(self, kind: str, **more: Any) -> None:
        self.wfile.write(f"event: {kind}\ndata: {json.dumps({'type': kind, **more})}\n\n".encode())
        self.wfile.flush()

    def _json(self, status: int, answer: Json) -> None:
        raw = json.dumps(answer).encode()
        self.send_response(status)
        length = ("content-length", str(len(raw)))
        for name, value in (("content-type", "application/json"), length, self._request_id()):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(raw)

    def _request_id(self) -> tuple[str, str]:
        return "request-id", f"req_{next(_numbers):024}"


@contextmanager
def serving() -> Iterator[str]:
    """Serve on a free port of loopback, and give the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
