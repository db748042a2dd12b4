"""A stand-in for the Responses API on loopback: enough of it for a genuine agent to hold a conversation.

What it answers is chosen by the first word of the last prompt: `command` wants a command to be run and then says what
came of it, `fail` is refused, `slow` never ends its answer; to all else it says the prompt back.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

INPUT, OUTPUT = 100, 20
"""Tokens of each response."""
COMMAND = "echo counted-$((40 + 2))"
REFUSAL = "This prompt is refused."
SLOW_SECONDS = 60

Json = dict[str, Any]


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  as the class above calls it
        pass

    def do_GET(self) -> None:
        self._whole(200, {"models": [], "data": []})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        prompt, answered = _last(asked["input"])
        word = prompt.split(" ")[0]
        if word == "fail":
            self._whole(400, {"error": {"code": "invalid_prompt", "type": "invalid_request", "message": REFUSAL}})
        elif word == "command" and not answered:
            self._stream(asked, _call(asked))
        else:
            self._stream(asked, _message(f"You said: {prompt}"), is_slow=word == "slow")

    def _whole(self, status: int, said: Json) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, asked: Json, item: Json, *, is_slow: bool = False) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True
        response = {"id": f"resp_{uuid4().hex}", "object": "response", "model": asked["model"], "output": []}
        usage = {
            "input_tokens": INPUT, "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": OUTPUT, "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": INPUT + OUTPUT,
        }  # fmt: skip
        try:
            self._event("response.created", response={**response, "status": "in_progress"})
            self._event("response.output_item.added", output_index=0, item={**item, "content": []})
            if is_slow:
                time.sleep(SLOW_SECONDS)
            self._event("response.output_item.done", output_index=0, item=item)
            over = {**response, "status": "completed", "output": [item], "usage": usage}
            self._event("response.completed", response=over)
        except ConnectionError:
            return

    def _event(self, kind: str, **said: Any) -> None:
        self.wfile.write(f"event: {kind}\ndata: {json.dumps({'type': kind, **said})}\n\n".encode())
        self.wfile.flush()


def _last(said: list[Json]) -> tuple[str, bool]:
    """Find the last prompt, and whether a tool has answered since."""
    prompt, answered = "", False
    for item in said:
        if item.get("type", "message") == "message" and item.get("role") == "user":
            words = " ".join(part.get("text", "") for part in item["content"])
            if not words.startswith("<"):
                prompt, answered = words.strip(), False
        elif str(item.get("type")).endswith("_output"):
            answered = True
    return prompt, answered


def _message(words: str) -> Json:
    content = [{"type": "output_text", "text": words, "annotations": []}]
    return {"type": "message", "id": f"msg_{uuid4().hex}", "role": "assistant", "content": content}


def _call(asked: Json) -> Json:
    """Call whichever tool for commands is offered."""
    offered = {tool.get("name") for tool in asked["tools"]}
    given: dict[str, Json] = {
        "exec_command": {"cmd": COMMAND},
        "shell_command": {"command": COMMAND},
        "shell": {"command": ["sh", "-c", COMMAND]},
    }
    name = next(name for name in given if name in offered)
    call = {"name": name, "arguments": json.dumps(given[name]), "call_id": f"call_{uuid4().hex}"}
    return {"type": "function_call", "id": f"fc_{uuid4().hex}", **call}


@contextmanager
def answering() -> Iterator[str]:
    """Answer while the context lasts; gives the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
