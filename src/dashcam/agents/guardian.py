"""A program of its own that ends a launched agent when the process that drives it was killed.

It waits for a word on a pipe. The system closes the pipe however that process dies, and then no word came: the agent is
ended, step by step, with all that runs in its group.

What a stranger would get wrong: it is run as a file, without the rest of dashcam, so that it is there in a moment and
costs next to nothing while it waits. It inherits the lock of its launch, which is therefore not over before the agent
is gone.
"""

import os
import sys
import time

LOOK_SECONDS = 0.05


def main() -> None:
    """Guard a group: the pipe's descriptor, the group, and steps such as `15:5`, a signal and how long it may take."""
    listening, group, *steps = sys.argv[1:]
    if os.read(int(listening), 1):
        return
    for step in steps:
        sign, _, seconds = step.partition(":")
        if _is_gone_after(int(group), int(sign), float(seconds)):
            return


def _is_gone_after(group: int, sign: int, seconds: float) -> bool:
    """Send a signal, or none for 0, and wait until the group is gone, or has had its time."""
    until = time.monotonic() + seconds
    if not _sent(group, sign):
        return True
    while time.monotonic() < until:
        time.sleep(LOOK_SECONDS)
        if not _sent(group, 0):
            return True
    return False


def _sent(group: int, sign: int) -> bool:
    try:
        os.killpg(group, sign)
    except OSError:
        return False  # Nobody is there, or, as macOS puts it, nobody who still takes signals.
    return True


if __name__ == "__main__":
    main()
