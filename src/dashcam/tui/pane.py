"""What the screens by number have in common."""

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec
from rich.table import Table
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll

from dashcam.records.errors import DashcamError
from dashcam.tui import look
from dashcam.tui.data import Data
from dashcam.tui.plain import Plain
from dashcam.writing import words
from dashcam.writing.safe import safe_text

MOST_ROWS = 12
MOST_WIDE = 60


class Scrolled(VerticalScroll):
    """Text that scrolls, by the keys of everything else."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "line(1)", "Down", show=False),
        Binding("k,up", "line(-1)", "Up", show=False),
        Binding("pagedown", "window(1)", "Page down", show=False),
        Binding("pageup", "window(-1)", "Page up", show=False),
        Binding("g,home", "edge(0)", "First", show=False),
        Binding("G,end", "edge(1)", "Last", show=False),
    ]

    def action_line(self, by: int) -> None:
        """Scroll a line."""
        self.scroll_relative(y=by, animate=False)

    def action_window(self, by: int) -> None:
        """Scroll a window's height."""
        self.scroll_relative(y=by * max(1, self.size.height - 1), animate=False)

    def action_edge(self, last: int) -> None:
        """Go to the beginning, or the end."""
        self.scroll_to(y=self.max_scroll_y * last, animate=False)


class Pane(Vertical):
    """What every screen by number does: it loads when it is shown, and again when the database has news."""

    def __init__(self, data: Data) -> None:
        super().__init__()
        self._data = data

    def on_mount(self) -> None:
        """Begin with what there is."""
        self.load()

    def changed(self) -> None:
        """Take in what the database has heard of since."""
        self.load()

    def take_focus(self) -> None:
        """Let keys go to what can be moved in."""
        for child in self.query("Listing, VerticalScroll"):
            child.focus()
            return

    def load(self) -> Any:  # noqa: ANN401  a worker of textual's
        """Ask, and show."""
        raise NotImplementedError

    def fail(self, error: DashcamError) -> None:
        """Say what went wrong where the answer would stand."""
        self.query_one(".said", Plain).update(error.in_line)


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """One row of bars."""

    name: str
    worth: float
    """What the bar is as long as."""
    figure: str
    beside: str


def bars(rows: Sequence[Bar], width: int, color: str, *, are_numbers: bool = False) -> Table:
    """Draw rows as bars beside their names and figures; numbers beside them stand to the right."""
    table = Table.grid(padding=(0, 1))
    named = min(28, max(10, width // 3))
    figures = 3 + sum(
        max(map(len, column), default=0) for column in zip(*((row.figure, row.beside) for row in rows), strict=True)
    )
    room = max(4, min(MOST_WIDE, width - named - figures))
    table.add_column(no_wrap=True, width=named)
    table.add_column(width=room)
    table.add_column(justify="right")
    table.add_column(justify="right" if are_numbers else "left", style=look.QUIET)
    most = max((row.worth for row in rows), default=0.0)
    for row in rows[:MOST_ROWS]:
        name = Text(safe_text(row.name), no_wrap=True, overflow="ellipsis")
        said = Text(row.figure, no_wrap=True), Text(row.beside, no_wrap=True)
        table.add_row(name, Text(words.bar(row.worth, most, room), style=color), *said)
    if len(rows) > MOST_ROWS:
        table.add_row(Text(f"and {len(rows) - MOST_ROWS} more", style=look.QUIET), "", "", "")
    return table


def heading(title: str, beside: str = "") -> Text:
    """A heading, and words beside it."""
    made = Text.assemble((title, "bold underline"), no_wrap=True, overflow="ellipsis")
    return made.append(f"  {beside}", style=look.QUIET) if beside else made
