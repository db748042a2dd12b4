"""The keys of a launch, for the screen that shows its dock.

What a stranger would get wrong: a key does one thing where a launch runs and another where none does, so one key stands
here twice. Which of both is meant is said by `check_action`.
"""

from textual.binding import Binding, BindingType
from textual.screen import Screen

from dashcam.agents.launching import Order
from dashcam.tui.data import Data
from dashcam.tui.dock import LaunchDock
from dashcam.tui.wanted import is_question
from dashcam.writing.safe import safe_text

KEYS: tuple[BindingType, ...] = (
    Binding("a", "answer('allow')", "Allow once", show=False),
    Binding("A", "answer('allow_session')", "Allow for this session", show=False),
    Binding("d", "deny", "Deny", show=False),
    Binding("v", "whole", "Show all of what is asked", show=False),
    Binding("r", "say", "Say more"),
    Binding("r", "resume", "Resume"),
    Binding("i", "interrupt", "Interrupt", show=False),
    Binding("ctrl+x", "stop", "Stop", show=False),
)


class Steered(Screen[None]):
    """A screen with a dock: its keys are the dock's as long as no words are typed."""

    def __init__(self, data: Data, address: str) -> None:
        super().__init__()
        self._data = data
        self.address = address
        self.title_of_session = ""

    def take_keys(self) -> None:
        """Take the keys back from the dock."""
        raise NotImplementedError

    def go_along(self) -> None:
        """Show what comes of what was said."""
        raise NotImplementedError

    @property
    def dock(self) -> LaunchDock:
        """What stands at the foot."""
        return self.query_one(LaunchDock)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what the launch can do now."""
        docks = self.query(LaunchDock)
        if not docks or action not in {"answer", "deny", "whole", "say", "resume", "interrupt", "stop"}:
            return super().check_action(action, parameters)
        dock = docks.first()
        if action == "answer":
            return bool(dock.asked) and not (parameters == ("allow_session",) and is_question(dock.asked[0]))
        can = {
            "say": dock.hears, "interrupt": dock.interrupts, "stop": dock.is_live, "resume": not dock.is_live,
        }  # fmt: skip
        return can.get(action, bool(dock.asked))

    def action_answer(self, behavior: str) -> None:
        """Answer what is asked."""
        self.dock.answer(behavior)

    def action_deny(self) -> None:
        """Deny it, with a reason or without."""
        self.dock.deny()

    def action_whole(self) -> None:
        """Show all of what is asked, or less."""
        self.dock.toggle()

    def action_say(self) -> None:
        """Say a further prompt."""
        self.dock.write()

    def action_interrupt(self) -> None:
        """Interrupt the agent."""
        self.dock.interrupt()

    def action_stop(self) -> None:
        """Stop the launch."""
        self.dock.stop()

    def action_resume(self) -> None:
        """Go on with the session: a prompt is asked for."""
        from dashcam.tui.launching import LaunchPanel

        panel = LaunchPanel(self._data, resume=self.address, title=safe_text(self.title_of_session))
        self.app.push_screen(panel, self._resumed)

    def _resumed(self, order: Order | None) -> None:
        if order is not None:
            self.dock.search()
            self.go_along()

    def on_launch_dock_left(self, event: LaunchDock.Left) -> None:
        """Take the keys back; who said something wants to see what comes of it."""
        self.take_keys()
        if event.has_said:
            self.go_along()
