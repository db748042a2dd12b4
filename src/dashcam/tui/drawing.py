"""Entries of a conversation as lines: Markdown, code, thinking, tools and changes, each folded or whole.

What a stranger would get wrong: agents write whatever they like, orders to a terminal too, so every text is made
harmless before it becomes a line. And a line is drawn for one width: another window is drawn anew.
"""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import ClassVar

from markdown_it.token import Token
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.markdown import Heading, Markdown
from rich.padding import Padding
from rich.segment import Segment
from rich.style import Style
from rich.syntax import Syntax
from rich.text import Text

from dashcam.queries.doing import ASKED, one_line
from dashcam.queries.outline import PageEntry
from dashcam.records.event import Todo, TodoState
from dashcam.tui import look
from dashcam.writing import words
from dashcam.writing.safe import safe_block, safe_text

SHOWN_LINES = 12
"""Lines of a tool's result that are shown unless it is opened."""
LONGEST_MARKDOWN = 20_000
FAILED = f"bold {look.STATUS['failed'][1]}"
LABELS = {
    "user": ("You", f"bold {look.INPUT}"),
    "assistant": ("Assistant", f"bold {look.OUTPUT}"),
    "thinking": ("Thinking", "dim italic"),
    "tool_call": ("Tool", f"bold {look.CACHE_WRITE}"),
    "tool_result": ("Result", "dim"),
    "system": ("System", "dim"),
    "error": ("Error", FAILED),
}
TASKS: "dict[TodoState, tuple[str, str]]" = {
    "pending": ("☐", ""),
    "active": ("▣", f"bold {look.STATUS['running'][1]}"),
    "done": ("☑", look.QUIET),
    "dropped": ("☒", f"{look.QUIET} strike"),
    "": ("☐", look.QUIET),
}
Line = list[Segment]
MARK = Style(reverse=True)
HEAD = "head"
"""Marks who says something and when."""


class LeftHeading(Heading):
    """A heading at the left, as all other text is; Rich puts it into the middle of the window."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it."""
        self.text.justify = "left"
        yield self.text


class Prose(Markdown):
    """What an agent wrote. Markdown spells signs as `&#x202e;`, too: so what it means is made harmless as well."""

    elements: ClassVar = {**Markdown.elements, "heading_open": LeftHeading}

    def __init__(self, text: str) -> None:
        super().__init__(text, code_theme="ansi_dark", hyperlinks=False)
        for token in _all(self.parsed):
            token.content = safe_block(token.content)
            token.attrs = {
                name: safe_text(value) if isinstance(value, str) else value for name, value in token.attrs.items()
            }


def _all(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or ())


def draw(entry: PageEntry, width: int, *, is_open: bool, console: Console) -> list[Line]:
    """Draw one entry: a line that says who and when, and what was said."""
    options = console.options.update(width=max(10, width), height=None)
    lines: list[Line] = []
    parts = _parts(entry, is_open=is_open) if is_open or folds(entry) else []
    for part in (_head(entry, is_open=is_open), *parts):
        lines += console.render_lines(part, options, pad=False)
    return [*lines, []]


def folds(entry: PageEntry) -> bool:
    """Whether an entry is shown folded, by its first lines, unless it is opened."""
    return entry.kind in {"thinking", "tool_result", "tool_call"} or entry.name == ASKED


def _head(entry: PageEntry, *, is_open: bool) -> Text:
    label, style = LABELS.get(entry.kind, (entry.kind, look.QUIET))
    made = Text(no_wrap=True, overflow="ellipsis")
    said = safe_text(one_line(entry.tool_input)) if entry.kind == "tool_call" else ""
    made.append("▾ " if is_open else "▸ ", style=look.QUIET)
    if entry.ok is False:
        style = FAILED
        label = f"{label} failed"
    made.append(label, style=style)
    if entry.kind in {"tool_call", "tool_result"}:
        made.append(f" {safe_text(entry.tool or entry.name)}", style="bold" if entry.kind == "tool_call" else "dim")
    made.stylize(Style(meta={HEAD: True}))
    if said:
        made.append(f"  {said}", style=look.QUIET)
    rest = len(made)
    if entry.at:
        made.append(f"  {words.time(entry.at, with_seconds=True)[11:]}", style=look.QUIET)
    if entry.duration_seconds is not None:
        made.append(f"  {words.seconds(entry.duration_seconds)}", style=look.QUIET)
    if entry.inherited:
        made.append("  inherited", style=look.QUIET)
    made.stylize(Style(meta={HEAD: True}), rest)
    return made


def _parts(entry: PageEntry, *, is_open: bool) -> list[RenderableType]:
    text = safe_block(entry.text)
    match entry.kind:
        case "assistant" if len(text) <= LONGEST_MARKDOWN:
            parts: list[RenderableType] = [Padding(Prose(text), (0, 0, 0, 2))]
        case "thinking":
            parts = _quiet(text, is_open=is_open, at_first=1)
        case "tool_call":
            parts = _call(entry, is_open=is_open)
        case "tool_result":
            parts = _quiet(text, is_open=is_open, at_first=SHOWN_LINES)
        case "system" if entry.name == ASKED and not is_open:
            tool, _, given = entry.text.partition(": ")
            parts = [Padding(Text(safe_text(f"{tool}: {one_line(given)}")), (0, 0, 0, 2))]
        case _:
            parts = [Padding(Text(text), (0, 0, 0, 2))] if text else []
    if entry.images:
        said = (
            f"{words.some(len(entry.images), 'image')}; the web app shows {'it' if len(entry.images) == 1 else 'them'}"
        )
        parts.append(Padding(Text(said, style=look.QUIET), (0, 0, 0, 2)))
    parts += [Padding(_task(todo), (0, 0, 0, 2)) for todo in entry.todos if todo.id or entry.kind == "tool_call"]
    for change in entry.changes if is_open or entry.kind == "tool_result" else ():
        parts.append(Padding(Text(safe_text(change.path), style="bold"), (0, 0, 0, 2)))
        parts.append(Padding(_diff(safe_block(change.patch), is_open=is_open), (0, 0, 0, 2)))
    if entry.left_out:
        parts.append(Padding(Text(f"{entry.left_out:,} more signs are not shown here", style=look.QUIET), (0, 0, 0, 2)))
    return parts


def _quiet(text: str, *, is_open: bool, at_first: int) -> list[RenderableType]:
    """Text in a quiet colour, of which at first only some lines are shown."""
    if not text:
        return []
    lines = text.split("\n")
    shown = lines if is_open else lines[:at_first]
    made = Text("\n".join(shown), style=look.QUIET)
    if len(shown) < len(lines):
        made.append(f"\n… {words.some(len(lines) - len(shown), 'more line')}", style="italic dim")
    return [Padding(made, (0, 0, 0, 2))]


def _call(entry: PageEntry, *, is_open: bool) -> list[RenderableType]:
    if not is_open or not entry.tool_input:
        return []
    try:
        shown = json.dumps(json.loads(entry.tool_input), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        shown = entry.tool_input
    code = Syntax(safe_block(shown), "json", theme="ansi_dark", word_wrap=True, background_color="default")
    return [Padding(code, (0, 0, 0, 2))]


def _task(todo: Todo) -> Text:
    """A task with how it stands; the whole list stands at the call alone, its result says the same."""
    sign, style = TASKS[todo.state]
    named = f"#{todo.id} " if todo.id else ""
    return Text(f"{sign} {safe_text(named + todo.text)}".rstrip(), style=style)


def _diff(patch: str, *, is_open: bool) -> Text:
    lines = patch.split("\n")
    made = Text()
    for line in lines if is_open else lines[:SHOWN_LINES]:
        style = (
            look.CACHE_READ
            if line.startswith("+")
            else look.STATUS["failed"][1]
            if line.startswith("-")
            else look.QUIET
        )
        made.append(line + "\n", style=style)
    if not is_open and len(lines) > SHOWN_LINES:
        made.append(f"… {words.some(len(lines) - SHOWN_LINES, 'more line')}\n", style="italic dim")
    made.rstrip()
    return made


def marked(line: Line, found: str) -> Line:
    """Mark wherever words stand in a line; who says it, and when, is no part of what is searched."""
    pattern = re.compile(re.escape(found), re.IGNORECASE)
    plain = "".join("\0" * len(one.text) if _is_of_head(one) else one.text for one in line)
    edges = sorted({edge for hit in pattern.finditer(plain) for edge in hit.span()})
    hits = {place for hit in pattern.finditer(plain) for place in range(*hit.span())}
    if not hits:
        return line
    made: Line = []
    at = 0
    for segment in line:
        end = at + len(segment.text)
        cuts = [at, *(edge for edge in edges if at < edge < end), end]
        for first, last in pairwise(cuts):
            style = (segment.style or Style.null()) + MARK if first in hits else segment.style
            made.append(Segment(segment.text[first - at : last - at], style))
        at = end
    return made


def _is_of_head(segment: Segment) -> bool:
    return segment.style is not None and HEAD in segment.style.meta
