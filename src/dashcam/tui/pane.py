"""What the screens by number have in common."""

from typing import Any

from rich.table import Table
from rich.text import Text
from textual.containers import Vertical
from textual.widgets import Static

from dashcam.queries.answers import UsageAnswer
from dashcam.records.errors import DashcamError
from dashcam.tui import look
from dashcam.tui.data import Data
from dashcam.writing import words
from dashcam.writing.safe import safe_text


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
        self.query_one(".said", Static).update(f"{error.message}. {error.hint}")


def bars(rows: list[tuple[str, UsageAnswer]], width: int, data: Data) -> Table:
    """Draw usage as bars by cost beside names and figures."""
    table = Table.grid(padding=(0, 1))
    room = max(8, min(40, width - 50))
    table.add_column(no_wrap=True, width=min(28, max(10, width // 3)))
    table.add_column(width=room)
    table.add_column(justify="right")
    table.add_column(justify="right", style=look.QUIET)
    most = max((row.cost_usd or 0.0 for _, row in rows), default=0.0)
    for name, row in rows:
        table.add_row(
            Text(safe_text(name), no_wrap=True, overflow="ellipsis"),
            Text(words.bar(row.cost_usd or 0.0, most, room), style=look.CACHE_READ),
            look.cost(row, data.machine.currency),
            words.tokens(row.total_tokens),
        )
    return table


def heading(title: str, beside: str = "") -> Text:
    """A heading, and words beside it."""
    made = Text(title, style="bold underline")
    return made.append(f"  {beside}", style="not bold not underline dim") if beside else made
