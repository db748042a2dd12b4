"""Words on the screen as they are.

What a stranger would get wrong: Textual's own Static takes brackets in a text for orders, and ends the program at one
that makes no sense; and it lays out the whole screen anew whenever a text changes, even where all keep their size.
"""

from textual.visual import VisualType
from textual.widgets import Static


class Plain(Static):
    """Words of any height."""

    def __init__(self, content: VisualType = "", *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  textual's own word
        super().__init__(content, id=id, classes=classes, markup=False)


class OneLine(Plain):
    """Words of one line; what is longer is cut."""

    DEFAULT_CSS = "OneLine { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }"

    def update(self, content: VisualType = "", *, layout: bool = False) -> None:
        """Show other words."""
        super().update(content, layout=layout)
