"""Who answers when a launched agent asks whether it may use a tool: a person at a terminal, or nobody.

What a stranger would get wrong: what was typed before a question is no answer to it, and is thrown away.
"""

import os
import select
import sys
from collections.abc import Callable
from time import sleep
from typing import Protocol

import click

from dashcam.agents.launching import Happening

NOBODY = (
    "nobody is there to ask: `dashcam run` has no terminal. Its options --allowed-tools and --permission-mode allow "
    "tools beforehand"
)
QUESTION = "Allow? [y]es once, [s]ession, [n]o: reason "
Say = Callable[..., None]


class Answers(Protocol):
    """Answers requests for permission."""

    def hear(self, one: Happening) -> None:
        """Take note of what happened."""
        ...

    def wait(self, seconds: float) -> None:
        """Let so much time pass; an answer may come meanwhile."""
        ...


class Nobody:
    """Looks on: others answer."""

    def hear(self, one: Happening) -> None:
        """Let it happen."""

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        sleep(seconds)


class Denial(Nobody):
    """Says no at once: nobody is there to ask."""

    def __init__(self, say: Say) -> None:
        self._say = say

    def hear(self, one: Happening) -> None:
        """Deny what is asked."""
        if one.kind == "asked":
            self._say(do="answer", request=one.request, behavior="deny", message=NOBODY)


class Person:
    """Asks who sits at the terminal."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._asked: list[str] = []
        self._typed = b""

    def hear(self, one: Happening) -> None:
        """Ask, or forget what somebody else has answered."""
        if one.kind == "asked":
            self._asked.append(one.request)
            if len(self._asked) == 1:
                self._ask()
        elif one.kind == "answered" and one.request in self._asked:
            is_first = self._asked[0] == one.request
            self._asked.remove(one.request)
            if is_first and self._asked:
                self._ask()

    def wait(self, seconds: float) -> None:
        """Wait for a line, if there is anything to answer."""
        if not self._asked:
            sleep(seconds)
            return
        if select.select([sys.stdin], [], [], seconds)[0]:
            typed = os.read(sys.stdin.fileno(), 4096)
            if not typed:
                self._answer("deny", "the terminal was closed")
                return
            self._typed += typed
        if b"\n" in self._typed:
            line, _, self._typed = self._typed.partition(b"\n")
            self._take(line.decode("utf-8", "replace").strip())

    def _ask(self) -> None:
        import termios

        self._typed = b""
        termios.tcflush(sys.stdin, termios.TCIFLUSH)
        click.echo(QUESTION, err=True, nl=False)

    def _take(self, line: str) -> None:
        word, _, reason = line.partition(":")
        match word.strip().lower():
            case "y" | "yes":
                self._answer("allow", "")
            case "s" | "session":
                self._answer("allow_session", "")
            case "n" | "no":
                self._answer("deny", reason.strip())
            case _:
                click.echo(QUESTION, err=True, nl=False)

    def _answer(self, behavior: str, message: str) -> None:
        request = self._asked.pop(0)
        self._say(do="answer", request=request, behavior=behavior, message=message)
        if self._asked:
            self._ask()
