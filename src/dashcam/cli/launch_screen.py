"""A launch on a terminal, as it happens: what the agent says, thinks and does, or a line of JSON for each of these.

What a stranger would get wrong: an agent's words may hold anything, and come in pieces. Each piece is made harmless by
itself, so that an order to the terminal which is cut in two is none in either half.
"""

from typing import TYPE_CHECKING, Protocol

import click
import msgspec

from dashcam.agents.launching import Happening
from dashcam.cli.output import console
from dashcam.queries.doing import one_line
from dashcam.writing import words
from dashcam.writing.safe import safe_block, safe_json, safe_text

if TYPE_CHECKING:
    from rich.console import Console

LONGEST_RESULT = 160


class Screen(Protocol):
    """Where a launch is shown."""

    def show(self, one: Happening) -> None:
        """Show what just happened."""
        ...


class Lines:
    """A line of JSON for everything that happens."""

    def show(self, one: Happening) -> None:
        """Print it as JSON."""
        click.echo(safe_json(msgspec.json.encode(one).decode()))


class Talk:
    """Words for a person."""

    def __init__(self) -> None:
        self._paper: Console = console()
        self._block = ""
        """What is being written; empty at the beginning of a line."""

    def show(self, one: Happening) -> None:
        """Print it."""
        match one.kind:
            case "text" | "thinking":
                self._say(one, "dim" if one.kind == "thinking" else "")
            case "tool_call":
                self._line(f"→ {_wanted(one)}", "cyan")
            case "tool_result":
                self._line(_result(one), "dim" if one.ok else "red")
            case "asked":
                self._line(f"? {_wanted(one)}{f' ({one.text})' if one.text else ''}", "yellow")
            case "answered":
                said = "allowed" if one.ok else "denied"
                self._line(f"  {said}{': ' if one.text else ''}{one.text}", "dim")
            case "retry":
                self._line(f"  tries again: {one.text}", "yellow")
            case "error":
                self._line(f"✗ {one.text}", "red")
            case _:
                self._end_line()

    def _say(self, one: Happening, style: str) -> None:
        if one.block != self._block:
            self._end_line()
            self._print(one.text, style)
        elif not one.whole:
            self._print(one.text, style)
        self._block = one.block or "?"
        if one.whole:
            self._end_line()

    def _line(self, text: str, style: str) -> None:
        self._end_line()
        indent = "  " if text.startswith("  ") else ""
        self._print(f"{indent}{safe_text(text)}\n", style)

    def _end_line(self) -> None:
        if self._block:
            self._print("\n", "")
        self._block = ""

    def _print(self, text: str, style: str) -> None:
        from rich.text import Text

        self._paper.print(Text(safe_block(text), style=style, end=""), end="", soft_wrap=True)


def _wanted(one: Happening) -> str:
    given = one_line(one.tool_input)
    return f"{one.tool}: {given}" if given else one.tool


def _result(one: Happening) -> str:
    """The first line of what came of a tool, and how many more there are."""
    lines = [line for line in one.text.splitlines() if line.strip()]
    first = lines[0].strip()[:LONGEST_RESULT] if lines else "nothing"
    more = f" ({words.some(len(lines) - 1, 'more line')})" if len(lines) > 1 else ""
    return f"  {'✓' if one.ok else '✗'} {first}{more}"
