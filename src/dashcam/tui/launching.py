"""Asking for a prompt, and launching or resuming a session with it."""

import asyncio
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Label

from dashcam.agents.launching import Order
from dashcam.ingest.launch import start
from dashcam.ingest.launch.resuming import check_resumable
from dashcam.queries.sessions import one_session
from dashcam.records.errors import DashcamError
from dashcam.tui.data import Data
from dashcam.tui.machine import Machine
from dashcam.tui.panel import Panel
from dashcam.writing.safe import safe_text


class LaunchPanel(Panel[Order | None]):
    """Asks for a prompt; gives the order of the session that was launched with it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]
    DEFAULT_CSS = """
    LaunchPanel { align: center middle; }
    LaunchPanel > Vertical {
        width: 76; max-width: 100%; height: auto; padding: 0 2; background: $surface; border: round $primary;
    }
    LaunchPanel Input { height: 1; border: none; padding: 0; }
    LaunchPanel #said { color: $text-muted; width: 100%; }
    """

    def __init__(self, data: Data, *, resume: str = "", title: str = "") -> None:
        super().__init__()
        self._data = data
        self._resume = resume
        self._title = title
        self._is_launching = False
        self._is_starting = False
        """Whether what began can no longer be called back."""

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with Vertical():
            yield Label(f"Go on with: {self._title}" if self._resume else "A new session in:", markup=False)
            if not self._resume:
                yield Input(str(Path.cwd()), id="directory", compact=True)
            yield Input(placeholder="What it is to do", id="prompt", compact=True)
            yield Label("Enter launches it, Escape does not.", id="said", markup=False)

    def on_mount(self) -> None:
        """Type the prompt at once."""
        self.query_one("#prompt", Input).focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Stay while the agent is started: who left would not hear of it."""
        return super().check_action(action, parameters) and not (action == "dismiss" and self._is_starting)

    def on_input_submitted(self) -> None:
        """Launch it, once."""
        if not self._is_launching:
            self._is_launching = True
            self.launch()

    @work(exclusive=True)
    async def launch(self) -> None:
        """Start the agent; what it says is then read as it says it."""
        machine = self._data.machine
        prompt = self.query_one("#prompt", Input).value
        directory = "" if self._resume else self.query_one("#directory", Input).value
        agent = start.first_of(machine.agents)
        resume = ""
        self._say("Launching...")
        try:
            if self._resume:
                row = await self._data.ask(lambda database, at: one_session(database, self._resume, at), self)
                await asyncio.to_thread(check_resumable, machine, row, is_fork=False)
                agent, directory, resume = row.agent, row.project, row.session_id
            order = start.new_order(
                agent=agent, prompt=prompt, directory=directory, resume=resume, linger=start.LINGER_SECONDS
            )
            self._is_starting = True
            order = await asyncio.to_thread(_started, machine, order)
        except (DashcamError, OSError) as error:
            self._say(error.in_line if isinstance(error, DashcamError) else str(error))
            return
        finally:
            self._is_launching = self._is_starting = False
        self.dismiss(order)

    def _say(self, said: str) -> None:
        self.query_one("#said", Label).update(safe_text(said))


def _started(machine: Machine, order: Order) -> Order:
    """Check an order and start it. Raises DashcamError and OSError."""
    launching = start.launchable(machine.agents, order.agent)
    variables = machine.environment.variables
    order = start.checked(order, launching, variables.get("PATH", ""))
    home = machine.settings_path.parent
    start.start(home, order, launching, variables, at_once=machine.settings.launch_at_once)
    return order
