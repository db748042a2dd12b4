"""How long an agent waits for the commands that it runs itself: `dashcam hook` and `dashcam statusline`.

    python -m benchmarks.quick [--rounds N]

Beside them in the same run: the least that any hook in Python takes, and one that imports what others import.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.report import milliseconds, table
from tests.support.quick import Quick

HOOK = {"session_id": "s1", "hook_event_name": "PostToolUse", "cwd": "/home/ada/app", "tool_response": "x" * 10_000}
STATUS = {"session_id": "s1", "cost": {"total_cost_usd": 1.25}, "context_window": {"used_percentage": 40}}
LIMIT_MS = 60


def python(code: str) -> None:
    """Run Python, and nothing of ours."""
    subprocess.run([sys.executable, "-c", code], check=True, input=b"")


def timed(what: Callable[[], object], rounds: int) -> list[float]:
    """Do something again and again; milliseconds, without the first time, which pays for the disk."""
    taken = []
    for _ in range(rounds + 1):
        begun = time.perf_counter()
        what()
        taken.append((time.perf_counter() - begun) * 1_000)
    return taken[1:]


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as home:
        quick = Quick(Path(home) / "dashcam")
        given, status = json.dumps(HOOK).encode(), json.dumps(STATUS).encode()
        rows = {
            "dashcam hook": (lambda: quick.run("hook", given=given), f"{LIMIT_MS} ms"),
            "dashcam statusline": (lambda: quick.run("statusline", given=status), f"{LIMIT_MS} ms"),
            "python -c ''": (lambda: python(""), "-"),
            "python -c 'import asyncio, click'": (lambda: python("import asyncio, click"), "-"),
        }
        told = [[name, *milliseconds(timed(what, rounds)), limit] for name, (what, limit) in rows.items()]
    print("# What an agent waits for\n\n" + table(("what", "p50", "p95", "at most"), told))


if __name__ == "__main__":
    main()
