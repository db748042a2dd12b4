"""Output by the minute, as the foot of a conversation shows it, and where in it the cursor stands."""

import msgspec
from rich.text import Text

from dashcam.queries.outline import Outline
from dashcam.tui import look

HEIGHT = 2
MINUTE_MS = 60_000


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """Output by the minute."""

    outline: Outline
    """What it is of."""
    width: int
    start: int
    """The first time that is known, in milliseconds since 1970."""
    minutes_a_sign: int
    lines: list[Text]

    def with_mark(self, at: int) -> Text:
        """Mark a time, in milliseconds since 1970; one that is not known, 0, stands nowhere."""
        place = min(self.width - 1, max(0, at - self.start) // MINUTE_MS // self.minutes_a_sign)
        mark = " " * place + "▲" if at > 0 else ""
        return Text("\n").join([*self.lines, Text(mark, style=look.INPUT)])


def chart_of(drawn: Outline, width: int) -> Chart:
    """Add output up by the column. A call whose time is not known has the time 0, and stands nowhere."""
    times = [drawn.start + at for at in (*drawn.at, *drawn.calls.at) if drawn.start + at > 0]
    start, last = (min(times), max(times)) if times else (0, 0)
    calls = zip(drawn.calls.at, drawn.calls.output_tokens, strict=True)
    values = (((drawn.start + at - start) // MINUTE_MS, (tokens,)) for at, tokens in calls if drawn.start + at > 0)
    per, columns = look.over_time(values, (last - start) // MINUTE_MS + 1, width)
    lines = look.columns_of([column for (column,) in columns], HEIGHT, width, look.OUTPUT)
    return Chart(outline=drawn, width=width, start=start, minutes_a_sign=per, lines=lines)
