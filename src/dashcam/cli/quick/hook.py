"""`dashcam hook`: what an agent's hook calls. It keeps the payload and is gone, whatever happens.

What a stranger would get wrong: it talks to no server. Appending to the inbox took 0.1 ms, and is how the server keeps
a payload, too. To connect, send and wait for an answer took 1 ms, and importing `socket` 5 more; the inbox would still
be needed for when no server answers. The server watches the inbox, so the line is read at once.

Standard output stays empty, because agents read it as an answer; the exit code is always 0, because 2 would block.
"""

import os
import sys
from collections.abc import Sequence

from dashcam.agents.quick import HOOK_AGENT
from dashcam.cli.quick.data import home_of
from dashcam.cli.quick.keeping import keep
from dashcam.cli.quick.standard_input import read_input

KIND = "hook"
AGENT_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


def run(words: Sequence[str]) -> None:
    """Keep the payload on standard input. Nothing is raised; what went wrong stands on standard error."""
    try:
        payload = read_input()
        if payload.strip():
            keep(home_of(os.environ), agent_in(words), KIND, payload)
    except Exception as error:  # noqa: BLE001  whatever it is, the agent must not hear of it
        complain("hook", error)


def agent_in(words: Sequence[str]) -> str:
    """Find the agent among the words; any word that makes no sense is passed over, since a hook must not fail."""
    for at, word in enumerate(words):
        name, sign, value = word.partition("=")
        if name == "--agent":
            chosen = value if sign else "".join(words[at + 1 : at + 2])
            # It becomes the name of a directory.
            if chosen and AGENT_SIGNS.issuperset(chosen):
                return chosen
    return HOOK_AGENT


def complain(command: str, error: Exception) -> None:
    """Say in one line what went wrong, if anybody listens."""
    try:
        sys.stderr.write(f"dashcam {command}: {type(error).__name__}: {error}\n")
        sys.stderr.flush()
    except (AttributeError, OSError, ValueError):
        os._exit(0)
