"""The person's own status line command, run inside ours: same input, its output first.

What a stranger would get wrong: it runs in a process group of its own, because ending a shell alone leaves what the
shell began, which would hold the pipe and us.
"""

import contextlib
import os
import signal
import subprocess
from types import FrameType

PATIENCE_SECONDS = 3.0


def output_of(command: str, payload: bytes) -> bytes:
    """Run a command by the shell and give what it wrote, without the last line end. Its failure is no error of ours.

    After three seconds it is ended, and what it had written until then is kept.
    """
    process: subprocess.Popen[bytes] | None = None
    is_starting, is_unwanted = True, False

    # An agent ends us when it wants a newer line: what we began must not be left behind, also if it only just begins.
    def leave(_number: int, _frame: FrameType | None) -> None:
        nonlocal is_unwanted
        is_unwanted = True
        if is_starting:
            return
        if process is not None:
            _end(process.pid)
        os._exit(0)

    for sign in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(sign, leave)
    with contextlib.suppress(OSError, ValueError):
        process = subprocess.Popen(
            ["/bin/sh", "-c", command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    is_starting = False
    if is_unwanted:
        leave(0, None)
    if process is None:
        return b""
    try:
        said, _ = process.communicate(payload, timeout=PATIENCE_SECONDS)
    except subprocess.TimeoutExpired as late:
        _end(process.pid)
        said = late.stdout or b""
    return said.rstrip(b"\r\n")


def _end(group: int) -> None:
    with contextlib.suppress(OSError):
        os.killpg(group, signal.SIGKILL)
