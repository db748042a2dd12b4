"""The lines of a conversation: a stretch of it, with a cursor on one of its entries.

What a stranger would get wrong: Markdown takes its time, so what was drawn is kept, by entry. An entry is drawn again
only where it changed, was folded, or the window got another width.
"""

from typing import ClassVar

import msgspec
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.geometry import Size
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
    DEFAULT_CSS = "Conversation { height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; }"

    def __init__(self) -> None:
        super().__init__(id="conversation")
        self.entries: list[PageEntry] = []
        self.cursor = 0
        self.opened: set[str] = set()
        self.closed: set[str] = set()
        self.found = ""
        self._drawn: dict[str, Drawn] = {}
        self._lines: list[Line] = []
        self._owner: list[int] = []
        self._first: list[int] = []
        self._width = 0

    def show(self, entries: list[PageEntry], *, cursor: int, stay: bool = False) -> None:
        """Show a stretch. With `stay` the entry under the cursor keeps its height in the window."""
        above = self._first[self.cursor] - self.scroll_offset.y if stay and self._first else None
        self.entries = entries
        self.cursor = max(0, min(cursor, len(entries) - 1))
        self.redraw()
        if above is None:
            self.bring()
        elif self._first:
            self.scroll_to(y=max(0, self._first[self.cursor] - above), animate=False, force=True)

    def redraw(self) -> None:
        """Lay out all lines of the stretch; only what is new or looks different is drawn."""
        self._width = max(20, self.size.width - 3)
        self._lines, self._owner, self._first = [], [], []
        self._drawn = {entry.id: self._drawing(entry) for entry in self.entries}
        for place, entry in enumerate(self.entries):
            lines = self._drawn[entry.id].lines
            self._first.append(len(self._lines))
            self._lines += lines
            self._owner += [place] * len(lines)
        self.virtual_size = Size(self.size.width, len(self._lines))
        self.refresh()

    def _drawing(self, entry: PageEntry) -> Drawn:
        is_open, before = self.is_open(entry), self._drawn.get(entry.id)
        if before is not None and (before.entry, before.width, before.is_open) == (entry, self._width, is_open):
            return before
        lines = draw(entry, self._width, is_open=is_open, console=self.app.console)
        return Drawn(entry=entry, width=self._width, is_open=is_open, lines=lines)

    def is_open(self, entry: PageEntry) -> bool:
        """Whether an entry is shown whole."""
        return entry.id in self.opened or (not folds(entry) and entry.id not in self.closed)

    def toggle(self) -> None:
        """Fold or unfold the entry under the cursor."""
        if not self.entries:
            return
        ident = self.entries[self.cursor].id
        self.opened ^= {ident}
        self.redraw()
        self.bring()

    def go(self, place: int) -> None:
        """Put the cursor on an entry of the stretch."""
        self.cursor = max(0, min(place, len(self.entries) - 1))
        self.bring()
        self.refresh()

    def bring(self) -> None:
        """Bring the entry under the cursor into sight."""
        if self._first:
            self.scroll_to(y=max(0, self._first[self.cursor] - 1), animate=False, force=True)

    def top(self) -> int:
        """The entry at the top of the window."""
        at = min(self.scroll_offset.y, len(self._owner) - 1)
        return self._owner[at] if self._owner else 0

    def on_resize(self, event: Resize) -> None:
        """Draw it for another width."""
        if event.size.width - 3 != self._width:
            self.redraw()
            self.bring()
        elif self.cursor == len(self.entries) - 1:
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
