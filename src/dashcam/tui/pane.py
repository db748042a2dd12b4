"""What the screens by number have in common."""

from collections.abc import Sequence
from typing import Any

import msgspec
from rich.table import Table
from rich.text import Text
from textual.containers import Vertical

from dashcam.records.errors import DashcamError
from dashcam.tui import look
from dashcam.tui.data import Data
from dashcam.tui.plain import Plain
from dashcam.writing import words
from dashcam.writing.safe import safe_text

MOST_ROWS = 12


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
        self.query_one(".said", Plain).update(f"{error.message}. {error.hint}")


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
    room = max(8, min(40, width - 50))
    table.add_column(no_wrap=True, width=min(28, max(10, width // 3)))
    table.add_column(width=room)
    table.add_column(justify="right")
    table.add_column(justify="right" if are_numbers else "left", style=look.QUIET)
    most = max((row.worth for row in rows), default=0.0)
    for row in rows[:MOST_ROWS]:
        name = Text(safe_text(row.name), no_wrap=True, overflow="ellipsis")
        table.add_row(name, Text(words.bar(row.worth, most, room), style=color), row.figure, row.beside)
    if len(rows) > MOST_ROWS:
        table.add_row(Text(f"and {len(rows) - MOST_ROWS} more", style=look.QUIET), "", "", "")
    return table


def heading(title: str, beside: str = "") -> Text:
    """A heading, and words beside it."""
    made = Text(title, style="bold underline")
    return made.append(f"  {beside}", style="not bold not underline dim") if beside else made
