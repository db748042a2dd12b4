"""The first line: the screens by their numbers, and which of them is shown; each can be clicked."""

from collections.abc import Sequence

from rich.text import Text
from textual.events import Click
from textual.reactive import reactive
from textual.widgets import Static

GAP = 2
NARROW, NARROWEST = 60, 30
"""Signs below which only the screen that is shown has its name, and they stand close to each other."""


class Tabs(Static):
    """One line of screens."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "Tabs { height: 1; background: $panel; padding: 0 1; }"
    chosen: reactive[str] = reactive("")

    def __init__(self, names: Sequence[str], chosen: str) -> None:
        super().__init__()
        self._names = names
        self._places: list[tuple[int, int, str]] = []
        """From where to where each name stands."""
        self.set_reactive(Tabs.chosen, chosen)

    def render(self) -> Text:
        """Draw it."""
        made = Text(no_wrap=True, overflow="crop")
        self._places = []
        gap = GAP if self.size.width >= NARROWEST else 1
        for number, name in enumerate(self._names, 1):
            start = made.cell_len
            if name == self.chosen:
                made.append(f" {number} {name} ", style="reverse")
            else:
                made.append(str(number), style="dim").append("" if self.size.width < NARROW else f" {name}")
            self._places.append((start, made.cell_len, name))
            made.append(" " * gap)
        return made

    async def on_click(self, event: Click) -> None:
        """Go to the screen that is clicked."""
        for start, end, name in self._places:
            if start <= event.x - self.styles.padding.left < end:
                await self.app.run_action(f"pane('{name}')")
