"""A stand-in for the program `codex`: `codex exec --json` with its options, its lines, its rollout and its signals.

What it does is chosen by words of the prompt (WORKS below); without one of them it says the prompt back. It imports
nothing of ours, since it runs in a process of its own. Each turn costs 100 tokens of input and 20 of output.
"""

import itertools
import json
import os
import signal
import sys
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

MODEL = "gpt-5.5"
INPUT, OUTPUT = 100, 20
KNOWN = {"-C": True, "-m": True, "--sandbox": True, "--json": False, "--skip-git-repo-check": False}
"""Its options, and whether a value follows."""
SANDBOXES = {"", "read-only", "workspace-write", "danger-full-access"}

Json = dict[str, Any]


def complain(words: str, status: int) -> None:
    sys.stderr.write(words + "\n")
    raise SystemExit(status)


def out(**said: Any) -> None:
    sys.stdout.write(json.dumps(said, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def asked(arguments: list[str]) -> tuple[dict[str, str], str]:
    """Read the command line as the genuine one does; gives the options and the thread to go on with."""
    if arguments[:1] != ["exec"] or arguments[-1:] != ["-"]:
        complain("error: unexpected arguments", 2)
    rest = iter(arguments[1:-1])
    options: dict[str, str] = {}
    for one in rest:
        if one == "resume":
            return options, next(rest)
        if one not in KNOWN:
            complain(f"error: unexpected argument '{one}' found", 2)
        options[one] = next(rest) if KNOWN[one] else "yes"
    return options, ""


def timed_uuid() -> str:
    """Make a UUIDv7: it begins with the time."""
    time_ms, chance = f"{int(time.time() * 1000):012x}", uuid.uuid4().hex
    return f"{time_ms[:8]}-{time_ms[8:]}-7{chance[:3]}-8{chance[3:6]}-{chance[6:18]}"


class Thread:
    """A thread, its rollout and what it said so far."""

    def __init__(self, home: Path, directory: str, resumed: str) -> None:
        self.id = resumed or timed_uuid()
        self.directory = directory
        self.total = 0
        self.items = itertools.count()
        known = sorted(home.glob(f"sessions/*/*/*/rollout-*-{resumed}.jsonl")) if resumed else []
        if resumed and not known:
            why = f"no rollout found for thread id {resumed} (code -32600)"
            complain(f"Error: thread/resume: thread/resume failed: {why}", 1)
        now = datetime.now(UTC)
        name = f"sessions/{now:%Y/%m/%d}/rollout-{now:%Y-%m-%dT%H-%M-%S}-{self.id}.jsonl"
        self.path = known[0] if known else home / name
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if known:
            self.total = self.path.read_text().count('"last_token_usage"')
        else:
            about = {"id": self.id, "cwd": directory, "cli_version": "0.169.0", "source": "exec"}
            self.write("session_meta", timestamp=self.now(), originator="codex_exec", **about, model_provider="openai")

    def now(self) -> str:
        return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def write(self, kind: str, **payload: Any) -> None:
        with self.path.open("a") as file:
            file.write(json.dumps({"timestamp": self.now(), "type": kind, "payload": payload}) + "\n")

    def message(self, role: str, words: str) -> None:
        kind = "input_text" if role == "user" else "output_text"
        self.write("response_item", type="message", role=role, content=[{"type": kind, "text": words}])

    def tells(self, **payload: Any) -> None:
        self.write("event_msg", **payload)

    def tokens(self) -> None:
        """Write the count of one request, and the total."""
        self.total += 1

        def counted(times: int) -> Json:
            given = {"input_tokens": INPUT * times, "cached_input_tokens": 0, "output_tokens": OUTPUT * times}
            return given | {"reasoning_output_tokens": 0, "total_tokens": (INPUT + OUTPUT) * times}

        info = {"total_token_usage": counted(self.total), "last_token_usage": counted(1)}
        self.tells(type="token_count", info=info, rate_limits=None)

    def item(self, kind: str, stage: str = "completed", ident: str = "", **given: Any) -> str:
        name = ident or f"item_{next(self.items)}"
        out(type=f"item.{stage}", item={"id": name, "type": kind, **given})
        return name

    def says(self, words: str) -> None:
        self.message("assistant", words)
        self.item("agent_message", text=words)


def echo(thread: Thread, prompt: str) -> None:
    thread.says(f"You said: {prompt}")


def think(thread: Thread, prompt: str) -> None:
    thread.write("response_item", type="reasoning", summary=[{"type": "summary_text", "text": "Let me see."}])
    thread.item("reasoning", text="Let me see.")
    echo(thread, prompt)


def command(thread: Thread, _: str) -> None:
    """Run a command that goes well, and one that does not."""
    for number, (line, said, status) in enumerate((("pytest", "1 passed\n", 0), ("false", "", 1))):
        call = f"call_{thread.id[-4:]}_{thread.total}_{number}"
        arguments = json.dumps({"cmd": line})
        thread.write("response_item", type="function_call", name="exec_command", arguments=arguments, call_id=call)
        given: Json = {"command": f"/bin/bash -lc {line}"}
        open_: Json = {"aggregated_output": "", "exit_code": None, "status": "in_progress"}
        name = thread.item("command_execution", "started", **given, **open_)
        output = json.dumps({"output": said, "metadata": {"exit_code": status}})
        thread.write("response_item", type="function_call_output", call_id=call, output=output)
        over: Json = {"aggregated_output": said, "exit_code": status, "status": "failed" if status else "completed"}
        thread.item("command_execution", ident=name, **given, **over)
    thread.says("Ran it.")


def fail(thread: Thread, _: str) -> None:
    words = "The model is overloaded."
    thread.tells(type="task_complete", turn_id="turn", last_agent_message=None, error={"message": words})
    out(type="error", message=words)
    out(type="turn.failed", error={"message": words})
    raise SystemExit(1)


def crash(thread: Thread, _: str) -> None:
    thread.says("Here it")
    sys.stderr.write("thread 'main' panicked at src/main.rs\n")
    sys.stderr.flush()
    os.kill(os.getpid(), signal.SIGKILL)


def mute(thread: Thread, _: str) -> None:
    """Leave in the middle of a turn, as if all were well."""
    thread.says("Well")
    raise SystemExit(0)


def garbage(thread: Thread, prompt: str) -> None:
    sys.stdout.write('no JSON at all\n[1, 2]\n{"half": \n\x00\n{"type":"item.completed","item":"odd"}\n{"type":7}\n')
    sys.stdout.flush()
    sys.stdout.buffer.write(b"\xff\xfe\n")
    out(type="a.new.kind", about={"deep": [1]})
    thread.item("a_new_tool", size=3, status="completed")
    echo(thread, prompt)


def large(thread: Thread, _: str) -> None:
    """Say one line that is longer than any pipe."""
    thread.says("word " * 200_000)


def wait(thread: Thread, _: str) -> None:
    """Be busy until interrupted."""
    thread.says("This takes long.")
    while True:
        time.sleep(0.05)


def deaf(thread: Thread, _: str) -> None:
    """Be busy whatever is said."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    wait(thread, _)


def variables(thread: Thread, _: str) -> None:
    thread.says(" ".join(sorted(os.environ)))


def flags(thread: Thread, _: str) -> None:
    thread.says(json.dumps([sys.argv[1:], str(Path.cwd())]))


WORKS: dict[str, Callable[[Thread, str], None]] = {
    work.__name__: work
    for work in (think, command, fail, crash, mute, garbage, large, wait, deaf, variables, flags)
}  # fmt: skip


def main() -> None:
    options, resumed = asked(sys.argv[1:])
    if options.get("--sandbox", "") not in SANDBOXES:
        complain(f"error: invalid value '{options['--sandbox']}' for '--sandbox <SANDBOX_MODE>'", 2)
    directory = Path(options["-C"])
    if "--skip-git-repo-check" not in options and not any(
        (one / ".git").exists() for one in (directory, *directory.parents)
    ):
        complain("Not inside a trusted directory and --skip-git-repo-check was not specified.", 1)
    prompt = sys.stdin.read()
    if not prompt.strip():
        complain("No prompt provided via stdin.", 1)
    thread = Thread(Path(os.environ.get("CODEX_HOME") or Path.home() / ".codex"), str(directory), resumed)

    def interrupted(*_: object) -> None:
        thread.tells(type="turn_aborted", turn_id="turn", reason="interrupted")
        os._exit(1)

    signal.signal(signal.SIGINT, interrupted)
    out(type="thread.started", thread_id=thread.id)
    out(type="turn.started")
    thread.tells(type="task_started", turn_id="turn")
    thread.write("turn_context", turn_id=f"turn_{thread.total}", cwd=str(directory), model=options.get("-m", MODEL))
    thread.message("user", prompt)
    WORKS.get(next(iter(prompt.split())), echo)(thread, prompt)
    thread.tokens()
    thread.tells(type="task_complete", turn_id="turn", last_agent_message="")
    total = thread.total
    usage = {"input_tokens": INPUT * total, "cached_input_tokens": 0, "output_tokens": OUTPUT * total}
    out(type="turn.completed", usage={**usage, "reasoning_output_tokens": 0})


main()
