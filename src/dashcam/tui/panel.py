"""A panel over a screen, which shines through dimly."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from textual.app import App
from textual.screen import ModalScreen

if TYPE_CHECKING:
    from textual.filter import LineFilter

Answer = TypeVar("Answer")


class Panel(ModalScreen[Answer]):
    """A panel that gives an answer when it is closed."""

    def get_line_filters(self) -> "Sequence[LineFilter]":
        """Without those of dashcam's own: what lies below is to stay dim."""
        return App.get_line_filters(self.app)
