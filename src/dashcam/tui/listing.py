"""A table of any length: only the lines in sight are drawn, so that fifty thousand rows are as quick as fifty.

What a stranger would get wrong: it holds no cells, only rows and a way to show each. Columns come and go with the
width; those with the smallest `rank` stay the longest.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from textwrap import wrap
from typing import Any, ClassVar, Generic, TypeVar

import msgspec
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip

from dashcam.tui import look

Row = TypeVar("Row")
GAP = 2


class Column(msgspec.Struct, Generic[Row], frozen=True, kw_only=True):
    """One column."""

    title: str
    show: Callable[[Row], str | Text]
    width: int
    """Signs at least."""
    grows: int = 0
    """Its share of the room that is left over."""
    right: bool = False
    rank: int = 0
    draw: Callable[[Row, int], Text] | None = None
    """How it is shown where that depends on the room, as a bar does."""


class Listing(ScrollView, Generic[Row], can_focus=True):
    """Rows below a header, with a cursor on one of them."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"listing--cursor", "listing--header", "listing--sorted"}
    DEFAULT_CSS = """
    Listing { height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; }
    Listing > .listing--header { color: $text-muted; text-style: underline; }
    Listing > .listing--sorted { color: $text; text-style: bold underline; }
    Listing > .listing--cursor { background: $block-cursor-blurred-background; }
    Listing:focus > .listing--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
    Listing:nocolor > .listing--cursor { text-style: reverse; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False),
        Binding("g,home", "edge(0)", "First", show=False),
        Binding("G,end", "edge(1)", "Last", show=False),
        Binding("enter", "open", "Open"),
    ]

    cursor: var[int] = var(0)

    class Opened(Message):
        """A row was opened."""

        def __init__(self, listing: "Listing[Any]", row: Any) -> None:  # noqa: ANN401  rows of any kind
            super().__init__()
            self.listing = listing
            self.row = row

    class Moved(Message):
        """The cursor stands on another row."""

        def __init__(self, listing: "Listing[Any]", row: Any) -> None:  # noqa: ANN401  rows of any kind
            super().__init__()
            self.listing = listing
            self.row = row

    class HeaderClicked(Message):
        """The title of a column was clicked."""

        def __init__(self, listing: "Listing[Any]", title: str) -> None:
            super().__init__()
            self.listing = listing
            self.title = title

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        *,
        empty: str = "Nothing here.",
        opens: bool = True,
        id: str | None = None,  # noqa: A002  textual's own word
    ) -> None:
        super().__init__(id=id)
        self._columns = columns
        self._empty = empty
        self._opens = opens
        self._drawn: dict[int, Strip] = {}
        """Lines that were drawn, by their row's place; the one under the cursor is not among them."""
        self._drawn_for: tuple[int, Style | None] = (0, None)
        self.rows: Sequence[Row] = []
        self.sorted_by = ""
        """The title of the column that the rows are sorted by, with an arrow."""

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if 0 <= self.cursor < len(self.rows) else None

    def show(self, rows: Sequence[Row], *, keep: Callable[[Row], object] | None = None) -> None:
        """Show other rows, from the first on. With `keep` the cursor stays on the row that has the same key.

        Unless the first line is in sight, where new rows come in, that row stays where it is in the window.
        """
        top = self.scroll_offset.y
        place = shift = 0
        if keep is not None and self.current is not None:
            held = keep(self.current)
            is_there = self.cursor < len(rows) and keep(rows[self.cursor]) == held
            others = enumerate(() if is_there else rows)
            place = next((at for at, row in others if keep(row) == held), self.cursor)
            shift = place - self.cursor
        self.rows = rows
        self._drawn.clear()
        self._reach(len(rows))
        self.set_reactive(Listing.cursor, max(0, min(place, len(rows) - 1)))
        self.scroll_to(y=top + shift if keep is not None and top else 0, animate=False, force=True)
        self._keep_in_sight()
        self.refresh()

    def add(self, rows: Sequence[Row]) -> None:
        """Show further rows behind those that are shown."""
        self.rows = [*self.rows, *rows]
        self._reach(len(self.rows))

    def _reach(self, count: int) -> None:
        """Be as long as so many rows. What can be scrolled before and after is not laid out anew, but its bar."""
        size = Size(self.size.width, count + 1)
        if self.show_vertical_scrollbar and size.height > self.size.height:
            self.set_reactive(Listing.virtual_size, size)
            self.vertical_scrollbar.window_virtual_size = size.height
        else:
            self.virtual_size = size

    def lay(self, columns: "Sequence[Column[Row]]") -> None:
        """Show other columns."""
        self._columns = columns
        self._drawn.clear()
        self.refresh()

    def mark_sorted(self, words: str) -> None:
        """Say what the rows are sorted by: the title of a column, with an arrow."""
        if words == self.sorted_by:
            return
        width = self.scrollable_content_region.width
        before = self._fitted(width)
        self.sorted_by = words
        if [(one.title, room) for one, room in self._fitted(width)] == [(one.title, room) for one, room in before]:
            self.refresh(Region(0, 0, self.size.width, 1))
        else:
            self._drawn.clear()
            self.refresh()

    def say_when_empty(self, words: str) -> None:
        """Say why there is nothing."""
        self._empty = words
        if not self.rows:
            self.refresh()

    def on_resize(self, event: Resize) -> None:
        """Fit into another window."""
        self.virtual_size = Size(event.size.width, len(self.rows) + 1)
        self._keep_in_sight()

    def watch_cursor(self, before: int, now: int) -> None:
        """Follow the cursor."""
        top = self.scroll_offset.y
        self._keep_in_sight()
        if self.scroll_offset.y == top:
            for place in (before, now):
                self.refresh_line(place + 1)
        else:
            self.refresh()
        if self.current is not None:
            self.post_message(self.Moved(self, self.current))

    def action_move(self, by: int) -> None:
        """Go some rows down, or up."""
        self._go(self.cursor + by)

    def action_page(self, by: int) -> None:
        """Go a window's height down, or up."""
        self._go(self.cursor + by * max(1, self.size.height - 2))

    def action_edge(self, last: int) -> None:
        """Go to the first row, or the last."""
        self._go(len(self.rows) - 1 if last else 0)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to open a row only where there is something behind it."""
        return super().check_action(action, parameters) and (action != "open" or self._opens)

    def action_open(self) -> None:
        """Open the row under the cursor."""
        if self.current is not None and self._opens:
            self.post_message(self.Opened(self, self.current))

    def on_click(self, event: Click) -> None:
        """Choose the row that is clicked; open it by a second click."""
        if event.y == 0:
            self._tell_header(event.x - self.styles.padding.left)
            return
        row = event.y - 1 + self.scroll_offset.y
        if 0 <= row < len(self.rows):
            again = row == self.cursor
            self._go(row)
            if again or event.chain > 1:
                self.action_open()

    def _tell_header(self, x: int) -> None:
        start = 0
        for column, room in self._fitted(self.scrollable_content_region.width):
            if start <= x < start + room and column.title:
                self.post_message(self.HeaderClicked(self, column.title))
            start += room + GAP

    def _go(self, row: int) -> None:
        self.cursor = max(0, min(row, len(self.rows) - 1))

    def _keep_in_sight(self) -> None:
        self.scroll_to_region(Region(0, self.cursor, 1, 2), animate=False, force=True)

    def render_line(self, y: int) -> Strip:
        """Draw one line of the window: the header, or a row."""
        width = self.scrollable_content_region.width
        if y == 0:
            return self._header(width)
        place = y - 1 + self.scroll_offset.y
        if place == self.cursor and place < len(self.rows):
            return self._row(place, width, self.get_component_rich_style("listing--cursor"), is_chosen=True)
        plain = self.rich_style
        if place >= len(self.rows):
            said = wrap(self._empty, max(1, width)) if not self.rows else []
            words = said[y - 1] if y <= len(said) else ""
            return Strip([Segment(set_cell_size(words, width), plain + Style(dim=True))], width)
        if self._drawn_for != (width, plain):
            self._drawn_for = (width, plain)
            self._drawn.clear()
        drawn = self._drawn.get(place)
        if drawn is None:
            drawn = self._drawn[place] = self._row(place, width, plain, is_chosen=False)
        return drawn

    def _row(self, place: int, width: int, style: Style, *, is_chosen: bool) -> Strip:
        """Draw a row; in the one that is chosen a colour that cannot be read there gives way."""
        row = self.rows[place]
        segments: list[Segment] = []
        for at, (column, room) in enumerate(self._fitted(width)):
            segments += [Segment(" " * GAP)] if at else []
            shown = column.draw(row, room) if column.draw is not None else column.show(row)
            segments += _cell(shown, room, right=column.right)
        laid = Segment.apply_style(segments, style)
        if is_chosen:
            laid = (Segment(part.text, look.readable(part.style or style, part.text, style)) for part in laid)
        return Strip(laid).adjust_cell_length(width, style)

    def _header(self, width: int) -> Strip:
        plain = self.get_component_rich_style("listing--header")
        marked = self.get_component_rich_style("listing--sorted")
        segments: list[Segment] = []
        for at, (column, room) in enumerate(self._fitted(width)):
            is_sorted = self._is_sorted(column)
            words = self.sorted_by if is_sorted else column.title
            segments += [Segment(" " * GAP)] if at else []
            style = marked if is_sorted else plain if column.title else Style.null()
            segments += Segment.apply_style(_cell(words, room, right=column.right), style)
        return Strip(Segment.apply_style(segments, self.rich_style)).adjust_cell_length(width, self.rich_style)

    def _fitted(self, width: int) -> list[tuple[Column[Row], int]]:
        """Choose the columns that fit, and give what is left over to those that grow."""
        chosen = _fitting([self._with_arrow(one) if self._is_sorted(one) else one for one in self._columns], width)
        if not any(map(self._is_sorted, chosen)):
            chosen = _fitting(self._columns, width)
        left = width - sum(one.width for one in chosen) - GAP * (len(chosen) - 1)
        shares = sum(one.grows for one in chosen)
        return [(one, one.width + (left * one.grows // shares if shares and left > 0 else 0)) for one in chosen]

    def _is_sorted(self, column: Column[Row]) -> bool:
        return bool(column.title) and self.sorted_by.startswith(column.title)

    def _with_arrow(self, column: Column[Row]) -> Column[Row]:
        """Give the column that the rows are sorted by room for its arrow; it goes last but for what it is about."""
        return msgspec.structs.replace(
            column, width=max(column.width, cell_len(self.sorted_by)), rank=min(column.rank, 0)
        )


def _fitting(columns: Sequence[Column[Row]], width: int) -> list[Column[Row]]:
    """Leave columns out, those with the greatest rank first, until the others have room."""
    chosen = list(columns)
    while len(chosen) > 1 and sum(one.width for one in chosen) + GAP * (len(chosen) - 1) > width:
        chosen.remove(max(reversed(chosen), key=lambda one: one.rank))
    return chosen


def _cell(shown: str | Text, width: int, *, right: bool) -> list[Segment]:
    """Fit a text into its room: cut with an ellipsis, or filled up."""
    if isinstance(shown, str):
        parts = [Segment(_cut(shown, width))]
    else:
        shown = shown.copy()
        shown.truncate(width, overflow="ellipsis")
        parts = [Segment(part, style) for part, style in _parts(shown)]
    room = Segment(" " * (width - sum(part.cell_length for part in parts)))
    return [room, *parts] if right else [*parts, room]


def _cut(words: str, width: int) -> str:
    return words if cell_len(words) <= width else set_cell_size(words, width - 1) + "…"


def _parts(text: Text) -> list[tuple[str, Style | None]]:
    """Take a text apart by its styles."""
    base = text.style if isinstance(text.style, Style) else Style.parse(text.style) if text.style else None
    if not text.spans:
        return [(text.plain, base)]
    edges = sorted({0, len(text.plain), *(span.start for span in text.spans), *(span.end for span in text.spans)})
    made: list[tuple[str, Style | None]] = []
    for start, end in pairwise(edges):
        style = base or Style.null()
        for span in text.spans:
            if span.start <= start and span.end >= end:
                style += span.style if isinstance(span.style, Style) else Style.parse(span.style)
        made.append((text.plain[start:end], style))
    return made
