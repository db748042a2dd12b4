"""The lines of a conversation: a stretch of it, with a cursor on one of its entries.

What a stranger would get wrong: Markdown takes its time, so entries are drawn in a thread before they are shown, and
what was drawn is kept. An entry is drawn again only where it changed, was folded, or the window got another width.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar

import msgspec
from rich.segment import Segment
from rich.style import Style
from textual import work
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from dashcam.queries.outline import PageEntry
from dashcam.tui import look
from dashcam.tui.drawing import Line, draw, folds, marked


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as it was drawn."""

    entry: PageEntry
    width: int
    is_open: bool
    lines: list[Line]


class Conversation(ScrollView, can_focus=True):
    """A stretch of the conversation as lines; the entry that the cursor stands on is marked at its side."""

    BINDINGS: ClassVar[list[BindingType]] = [  # Here, since a ScrollView has keys of its own for them.
        Binding("j,down", "screen.step(1)", "Down", show=False),
        Binding("k,up", "screen.step(-1)", "Up", show=False),
        Binding("pagedown,ctrl+f", "screen.page(1)", "Page down", show=False),
        Binding("pageup,ctrl+b", "screen.page(-1)", "Page up", show=False),
        Binding("g,home", "screen.edge(0)", "First", show=False),
        Binding("G,end", "screen.edge(1)", "Last", show=False),
    ]

    class Scrolled(Message):
        """A person has moved the window by the wheel or the bar, and the cursor was put into sight."""

        def __init__(self, *, is_at_end: bool) -> None:
            super().__init__()
            self.is_at_end = is_at_end

    DEFAULT_CSS = "Conversation { height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; }"

    def __init__(self) -> None:
        super().__init__(id="conversation")
        self.entries: list[PageEntry] = []
        self.cursor = 0
        self.opened: set[str] = set()
        self.closed: set[str] = set()
        self.found = ""
        """Words that are marked."""
        self._sought = ""
        """Words that the entry which is gone to next is to show, and as long as the cursor stands there."""
        self._sought_in = ""
        self._drawn: dict[str, Drawn] = {}
        self._lines: list[Line] = []
        self._owner: list[int] = []
        self._first: list[int] = []
        self._width = 0
        self._is_moved_by_us = False

    async def prepare(self, entries: Sequence[PageEntry]) -> None:
        """Draw in a thread what will be shown, so that keys are answered meanwhile."""
        width = self._room()

        def draw_all() -> None:
            for entry in entries:
                if width != self._room():
                    return  # The window has got another width meanwhile, and draws it for that.
                self._drawn[entry.id] = self._drawing(entry, width)

        await asyncio.to_thread(draw_all)

    def show(self, entries: list[PageEntry], *, cursor: int, stay: bool = False) -> None:
        """Show a stretch. With `stay` the entry under the cursor keeps its height in the window."""
        above = self._first[self.cursor] - self.scroll_offset.y if stay and self._first else None
        self.entries = entries
        self.cursor = max(0, min(cursor, len(entries) - 1))
        with self._moving():
            self.redraw()
            if above is None:
                self.bring()
            elif self._first:
                self.scroll_to(y=max(0, self._first[self.cursor] - above), animate=False, force=True)

    @contextmanager
    def _moving(self) -> Iterator[None]:
        """Tell movements of ours from those of a person."""
        before, self._is_moved_by_us = self._is_moved_by_us, True
        try:
            yield
        finally:
            self._is_moved_by_us = before

    def _room(self) -> int:
        return max(20, self.size.width - 3)

    def redraw(self) -> None:
        """Lay out all lines of the stretch; only what is new or looks different is drawn."""
        self._width = self._room()
        self._lines, self._owner, self._first = [], [], []
        self._drawn = {entry.id: self._drawing(entry, self._width) for entry in self.entries}
        for place, entry in enumerate(self.entries):
            lines = self._drawn[entry.id].lines
            self._first.append(len(self._lines))
            self._lines += lines
            self._owner += [place] * len(lines)
        self.virtual_size = Size(self.size.width, len(self._lines))
        self.refresh()

    def _drawing(self, entry: PageEntry, width: int) -> Drawn:
        is_open, before = self.is_open(entry), self._drawn.get(entry.id)
        if before is not None and (before.entry, before.width, before.is_open) == (entry, width, is_open):
            return before
        lines = draw(entry, width, is_open=is_open, console=self.app.console)
        return Drawn(entry=entry, width=width, is_open=is_open, lines=lines)

    def is_open(self, entry: PageEntry) -> bool:
        """Whether an entry is shown whole."""
        return entry.id in self.opened or (not folds(entry) and entry.id not in self.closed)

    def toggle(self) -> None:
        """Fold or unfold the entry under the cursor."""
        if not self.entries:
            return
        self._sought = ""
        self._fold(self.entries[self.cursor])
        with self._moving():
            self.redraw()
            self.bring()

    def _fold(self, entry: PageEntry) -> None:
        chosen, other = (self.closed, self.opened) if self.is_open(entry) else (self.opened, self.closed)
        chosen.add(entry.id)
        other.discard(entry.id)

    def seek(self, words: str) -> None:
        """Have the entry that is gone to next show some words: unfolded, and at the line that holds them."""
        self._sought, self._sought_in = words, ""

    def go(self, place: int) -> None:
        """Put the cursor on an entry of the stretch."""
        self.cursor = max(0, min(place, len(self.entries) - 1))
        self.bring()
        self.refresh()

    def bring(self) -> None:
        """Bring the entry under the cursor into sight; where words were sought, the line that holds them."""
        if not self._first:
            return
        entry = self.entries[self.cursor]
        if self._sought_in not in {"", entry.id}:
            self._sought = ""
        self._sought_in = entry.id
        with self._moving():
            at = self._line_with(self._sought)
            if self._sought and at is None and not self.is_open(entry):
                self._fold(entry)
                self.redraw()
                at = self._line_with(self._sought)
            y = self._first[self.cursor] - 1
            if at is not None and at - y > self.size.height - 2:
                y = at - self.size.height // 3
            self.scroll_to(y=max(0, y), animate=False, force=True)

    def _line_with(self, words: str) -> int | None:
        """The first line of the entry under the cursor that holds some words."""
        lines = range(self._first[self.cursor], len(self._lines)) if words else ()
        mine = (at for at in lines if self._owner[at] == self.cursor)
        return next((at for at in mine if marked(self._lines[at], words) is not self._lines[at]), None)

    def page(self, by: int) -> None:
        """Scroll by a window's height, with the cursor at its top; at an end the cursor goes to the last entry."""
        before = self.scroll_offset.y
        with self._moving():
            self.scroll_relative(y=by * max(1, self.size.height - 2), animate=False, force=True)
        last = len(self.entries) - 1 if by > 0 else 0
        self.cursor = self.in_sight()[0] if self.scroll_offset.y != before else last
        self.refresh()

    def in_sight(self) -> tuple[int, int]:
        """The entries at the top and at the foot of the window."""
        if not self._owner:
            return 0, 0
        last = len(self._owner) - 1
        top = min(self.scroll_offset.y, last)
        return self._owner[top], self._owner[min(top + max(1, self.size.height) - 1, last)]

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Put the cursor into sight where a person scrolls."""
        super().watch_scroll_y(old_value, new_value)
        if self._is_moved_by_us or round(old_value) == round(new_value) or not self.entries:
            return
        first, last = self.in_sight()
        self.cursor = max(first, min(self.cursor, last))
        self.post_message(self.Scrolled(is_at_end=new_value >= self.max_scroll_y))

    def on_resize(self, event: Resize) -> None:
        """Draw it for another width."""
        if event.size.width - 3 != self._width:
            self._draw_anew()
        elif self.cursor == len(self.entries) - 1:
            self.bring()

    @work(exclusive=True, group="draw")
    async def _draw_anew(self) -> None:
        await self.prepare(self.entries)
        with self._moving():
            self.redraw()
            self.bring()

    def render_line(self, y: int) -> Strip:
        """Draw one line of the window."""
        place = y + self.scroll_offset.y
        if place >= len(self._lines):
            return Strip.blank(self.size.width, self.rich_style)
        line = marked(self._lines[place], self.found) if self.found else self._lines[place]
        is_here = self._owner[place] == self.cursor
        side = Segment("▌ " if is_here else "  ", Style(color=look.INPUT) if is_here else None)
        laid = Segment.apply_style([side, *line], self.rich_style)
        return Strip(laid).adjust_cell_length(self.scrollable_content_region.width, self.rich_style)
