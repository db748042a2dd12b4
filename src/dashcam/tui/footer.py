"""The last line: the keys that are used most on this screen, as many as there is room for; each can be clicked.

What a stranger would get wrong: Textual has a footer of its own, of one widget for every key. It is made anew whenever
another widget takes the focus, which took longer than all else that a key does (benchmarks/terminal.py).
"""

from rich.cells import cell_len
from rich.text import Text
from textual.events import Click
from textual.screen import Screen
from textual.widgets import Static

GAP = 2
ALWAYS = "keys"
"""The action that shows all keys."""


class Footer(Static):
    """One line of keys and what they do."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES = {"footer--key"}  # noqa: RUF012  textual's own
    DEFAULT_CSS = """
    Footer { dock: bottom; height: 1; color: $footer-description-foreground; background: $footer-background; }
    Footer > .footer--key { color: $footer-key-foreground; text-style: bold; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._places: list[tuple[int, int, str]] = []
        """From where to where each key stands, and the key."""

    def on_mount(self) -> None:
        """Hear of other keys."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, screen: Screen[object]) -> None:
        if screen is self.screen:
            self.refresh()

    def render(self) -> Text:
        """Draw it: for each action its first key; the one that shows all keys has its room before the others."""
        shown: dict[str, tuple[str, str, str]] = {}
        for _, binding, is_on, _ in self.screen.active_bindings.values():
            if binding.show and is_on and binding.description:
                shown.setdefault(binding.action, (binding.key, self.app.get_key_display(binding), binding.description))
        left = self.size.width - 1
        chosen: set[str] = set()
        for action in sorted(shown, key=lambda one: not one.endswith(ALWAYS)):
            _, sign, words = shown[action]
            left -= cell_len(sign) + 1 + len(words) + GAP
            if left + GAP < 0:
                break
            chosen.add(action)
        key_style = self.get_component_rich_style("footer--key", partial=True)
        made = Text(" ", no_wrap=True, overflow="crop")
        self._places = []
        for action, (key, sign, words) in shown.items():
            if action in chosen:
                start = made.cell_len
                made.append(sign, style=key_style).append(f" {words}").append(" " * GAP)
                self._places.append((start, made.cell_len - GAP, key))
        return made

    def on_click(self, event: Click) -> None:
        """Do what the key does that is clicked."""
        for start, end, key in self._places:
            if start <= event.x < end:
                self.app.simulate_key(key)
