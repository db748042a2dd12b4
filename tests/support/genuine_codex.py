"""A genuine `codex`, launched in a network that holds nothing but this machine's loopback.

It is a program of its own: `unshare --net python -m tests.support.genuine_codex HOME PROGRAM`. What happened is
printed as JSON, by prompt. The network is closed since Codex looks for the outside world, and no test may.
"""

import json
import socket
import struct
import sys
from pathlib import Path
from typing import Any

from tests.support.codex_launching import CodexLaunches
from tests.support.launching import Running
from tests.support.responses_api import answering

SET_FLAGS, UP = 0x8914, 1
CONFIG = """\
model = "gpt-5.5"
model_provider = "loopback"
check_for_update_on_startup = false
[model_providers.loopback]
name = "loopback"
base_url = "{address}"
wire_api = "responses"
env_key = "OPENAI_API_KEY"
request_max_retries = 0
stream_max_retries = 0
supports_websockets = false
[analytics]
enabled = false
"""


def open_loopback() -> None:
    """Bring up the one interface that a new network has."""
    import fcntl

    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sh14x", b"lo", UP))


def told(running: Running) -> dict[str, Any]:
    standing = running.over()
    happened = [(one.kind, one.tool, one.text, one.ok) for one in running.happened]
    known = {"state": standing.state, "error": standing.error, "session": standing.session_id}
    return {**known, "happened": happened}


def launched(launches: CodexLaunches) -> dict[str, Any]:
    """Launch it in each way; the variables are those that a person's shell holds."""
    given = {"OPENAI_API_KEY": "none"}
    hello = launches.launch("hello there", variables=given, linger=60)
    hello.until(lambda: hello.standing.state == "waiting")
    hello.say(do="message", text="hello again")
    hello.until(lambda: len(hello.texts()) == 2)
    hello.until(lambda: hello.standing.state == "waiting")
    hello.say(do="stop")
    said = {"hello": told(hello)}
    options: dict[str, Any] = {"resume": hello.standing.session_id, "permission_mode": "danger-full-access"}
    said["command"] = told(launches.launch("command please", variables=given, **options))
    said["fail"] = told(launches.launch("fail please", variables=given))
    slow = launches.launch("slow please", variables=given)
    slow.until(lambda: b"turn.started" in slow.place.lines.read_bytes())
    slow.say(do="interrupt")
    return said | {"slow": told(slow)}


def main() -> None:
    home, program = map(Path, sys.argv[1:])
    open_loopback()
    with answering() as address:
        (home / ".codex").mkdir(parents=True)
        (home / ".codex" / "config.toml").write_text(CONFIG.format(address=address))
        said = launched(CodexLaunches(home, program))
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
