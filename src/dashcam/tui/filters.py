"""The filter panel: which sessions the table shows."""

from typing import ClassVar

from msgspec import structs
from rich.segment import Segment
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, Horizontal, Vertical
from textual.strip import Strip
from textual.widgets import Button, Input, Label, Select, SelectionList
from textual.widgets.selection_list import Selection

from dashcam.agents.faces import FACES, Face
from dashcam.tui import look
from dashcam.tui.asking import RANGES, Chosen
from dashcam.tui.panel import Panel

STATUSES = (("All", "all"), ("Active", "active"), *((name.capitalize(), name) for name in look.STATUS))


class Agents(SelectionList[str]):
    """Agents to choose from; a chosen one has a tick. Textual tells the two apart by their colour alone."""

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        place = self.scroll_offset.y + y
        strip = super().render_line(y)
        if place >= self.option_count:
            return strip
        left, inner, *rest = strip
        is_chosen = self.get_option_at_index(place).value in self.selected
        return Strip([left, Segment("✓" if is_chosen else " ", inner.style), *rest], strip.cell_length)


class FilterPanel(Panel[Chosen | None]):
    """Asks which sessions are wanted; gives None where nothing is to change."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel"),
        Binding("ctrl+s", "apply", "Show them", priority=True),
    ]
    DEFAULT_CSS = """
    FilterPanel { align: center middle; }
    FilterPanel > Vertical {
        width: 64; max-width: 100%; height: auto; max-height: 100%; padding: 0 2; background: $surface;
        border: round $primary; overflow-y: auto;
    }
    FilterPanel Grid { grid-size: 2; grid-columns: 10 1fr; grid-rows: 1 1 1 1 6; height: auto; grid-gutter: 0 1; }
    FilterPanel Label { padding: 0; color: $text-muted; }
    FilterPanel Select, FilterPanel Input { height: 1; border: none; padding: 0; }
    FilterPanel SelectionList { height: 6; border: none; padding: 0; }
    FilterPanel SelectionList:nocolor > .option-list--option-highlighted { text-style: bold underline; }
    FilterPanel Horizontal { height: auto; align-horizontal: right; }
    FilterPanel Button { height: 1; border: none; min-width: 12; margin-left: 2; }
    """

    def __init__(self, chosen: Chosen) -> None:
        super().__init__()
        self._chosen = chosen

    def compose(self) -> ComposeResult:
        """Lay it out."""
        chosen = self._chosen
        picked = [self._selection(one) for one in FACES.values()]
        with Vertical():
            with Grid():
                yield Label("Status")
                yield Select(STATUSES, value=chosen.status, allow_blank=False, id="status", compact=True)
                yield Label("Time")
                yield Select(RANGES, value=chosen.range, allow_blank=False, id="range", compact=True)
                yield Label("Project")
                yield Input(chosen.project, placeholder="part of its path", id="project", compact=True)
                yield Label("Model")
                yield Input(chosen.model, placeholder="part of its name", id="model", compact=True)
                yield Label("Agents")
                yield Agents(*picked, id="agents", compact=True)
            with Horizontal():
                yield Button("Cancel", id="cancel", compact=True)
                yield Button("Show (ctrl+s)", variant="primary", id="apply", compact=True)

    def _selection(self, face: Face) -> Selection[str]:
        said = Text.assemble((face.sign, face.color), f" {face.title}")
        return Selection(said, face.name, face.name in self._chosen.agents)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Do what a button says."""
        if event.button.id == "apply":
            self.action_apply()
        else:
            self.action_cancel()

    def on_input_submitted(self) -> None:
        """Show what was typed."""
        self.action_apply()

    def action_cancel(self) -> None:
        """Change nothing."""
        self.dismiss(None)

    def action_apply(self) -> None:
        """Show what is chosen."""
        self.dismiss(
            structs.replace(
                self._chosen,
                status=str(self.query_one("#status", Select).value),
                range=str(self.query_one("#range", Select).value),
                project=self.query_one("#project", Input).value.strip(),
                model=self.query_one("#model", Input).value.strip(),
                agents=tuple(self.query_one(Agents).selected),
            )
        )
