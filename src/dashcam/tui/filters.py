"""The filter panel: which sessions the table shows."""

from typing import ClassVar

from msgspec import structs
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Select, SelectionList
from textual.widgets.selection_list import Selection

from dashcam.tui.asking import Chosen
from dashcam.tui.data import Data

RANGES = (
    ("All time", "all"), ("Today", "today"), ("This week", "thisweek"), ("This month", "thismonth"),
    ("Last hour", "1h"), ("Last 8 hours", "8h"), ("Last 24 hours", "24h"), ("Last 2 days", "2d"),
    ("Last 7 days", "7d"), ("Last 30 days", "30d"), ("Yesterday", "yesterday"), ("Last month", "lastmonth"),
)  # fmt: skip
STATUSES = (("All", "all"), ("Active", "active"), ("Completed", "completed"), ("Failed", "failed"))


class FilterPanel(ModalScreen[Chosen | None]):
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
    FilterPanel Horizontal { height: auto; align-horizontal: right; }
    FilterPanel Button { height: 1; border: none; min-width: 12; margin-left: 2; }
    """

    def __init__(self, data: Data, chosen: Chosen) -> None:
        super().__init__()
        self._agents = data.machine.agents
        self._chosen = chosen

    def compose(self) -> ComposeResult:
        """Lay it out."""
        chosen = self._chosen
        picked = [Selection(one.title, one.name, one.name in chosen.agents) for one in self._agents.values()]
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
                yield SelectionList(*picked, id="agents", compact=True)
            with Horizontal():
                yield Button("Cancel", id="cancel", compact=True)
                yield Button("Show (ctrl+s)", variant="primary", id="apply", compact=True)

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
                agents=tuple(self.query_one("#agents", SelectionList).selected),
            )
        )
