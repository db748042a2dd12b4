"""Seeing to it that a launched agent does not outlive the process that drives it, even where that one is killed.

What a stranger would get wrong: a process that is killed ends nobody, and only Linux can be asked to. So another one
waits beside it, and needs no record of process ids: as long as the agent's group has members, nobody else gets its id.
"""

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

GUARDIAN = Path(__file__).with_name("guardian.py")

Step = tuple[int, float]
"""A signal, 0 for none, and for how many seconds it is given a chance."""


@asynccontextmanager
async def guarded(group: int, steps: Sequence[Step]) -> AsyncIterator[None]:
    """End a group of processes by these steps if this process dies before this is left. Raises OSError."""
    listening, telling = os.pipe()
    try:
        os.set_inheritable(listening, True)  # noqa: FBT003  named by the function
        guardian = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-S", str(GUARDIAN), str(listening), str(group),
            *(f"{int(sign)}:{seconds}" for sign, seconds in steps),
            stdin=DEVNULL,
            stdout=DEVNULL,
            close_fds=False,  # The lock of the launch is inherited, as the pipe is.
            start_new_session=True,
        )  # fmt: skip
    except BaseException:
        os.close(telling)
        raise
    finally:
        os.close(listening)
    try:
        yield
    finally:
        with contextlib.suppress(BrokenPipeError):
            os.write(telling, b".")
        os.close(telling)
        await guardian.wait()
