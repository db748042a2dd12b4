"""Colours on a light ground: the same, as much darker as it takes to read them.

What a stranger would get wrong: the colours of `look.py` are meant for a dark ground, and most themes are dark. On a
light one this goes over every line that is drawn, so that nothing else has to know of it.
"""

from functools import lru_cache

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from dashcam.tui import look

DARKER = 0.92
"""By how much a colour gets darker a step."""


class Darker(LineFilter):
    """Darkens words that cannot be told from a light ground."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Darken what has to be."""
        ground = background.rich_color
        return [
            Segment(part.text, _darker(part.style, ground), part.control)
            if part.style is not None and part.style.color is not None and not look.is_drawing(part.text)
            else part
            for part in segments
        ]


@lru_cache(1024)
def _darker(style: Style, ground: RichColor) -> Style:
    """The style whose colour can be read on its own ground, or on that one; a dark ground needs nothing."""
    below = style.bgcolor or ground
    color = style.color
    if color is None or look.luminance(below) < look.MIDDLE:
        return style
    red, green, blue = color.get_truecolor()
    while look.contrast(color, below) < look.LEAST_CONTRAST and red + green + blue > 0:
        red, green, blue = (int(part * DARKER) for part in (red, green, blue))
        color = RichColor.from_rgb(red, green, blue)
    return style if color is style.color else style + Style(color=color)
