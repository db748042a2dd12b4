"""How things look in a terminal: one meaning, one colour, the same as everywhere."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from rich.color import Color
from rich.style import Style
from rich.text import Text

from dashcam.agents.agent import Agent
from dashcam.pricing.currency import Currency
from dashcam.queries.answers import SessionAnswer, UsageAnswer
from dashcam.records.rows import SessionRow
from dashcam.writing import words
from dashcam.writing.safe import safe_text

ACCENT = "#6ea2ff"
"""Of what has no colour of its own: cost, counts."""
INPUT, OUTPUT, CACHE_READ, CACHE_WRITE = "#22d3ee", "#a855f7", "#22c55e", "#f59e0b"
STATUS = {
    "running": ("●", "#60a5fa"),
    "waiting": ("◐", "#fbbf24"),
    "completed": ("✓", "#7f9a88"),
    "failed": ("✗", "#f87171"),
    "stopped": ("■", "#8b95a1"),
}
QUIET = "dim"
_EIGHTHS = " ▁▂▃▄▅▆▇█"
_BLOCKS = " ▏▎▍▌▋▊▉█"

_LEAST_CONTRAST = 4.5


def status(name: str) -> Text:
    """A status with its sign and colour."""
    sign, color = STATUS.get(name, ("?", ""))
    return Text(f"{sign} {name}", style=color)


def agent(agents: Mapping[str, Agent], name: str, *, with_name: bool = True) -> Text:
    """An agent's sign in its colour, and its name."""
    known = agents.get(name)
    made = Text(known.sign if known else "?", style=known.color if known else "")
    return made.append(f" {name}", style="") if with_name else made


def title(row: SessionAnswer | SessionRow) -> str:
    """A session's title, or what stands for it."""
    mark = {"subagent": "↳ ", "fork": "⑂ "}.get(row.relation, "")
    return mark + (safe_text(row.title) or "(no title)")


def folder(project: str) -> str:
    """The last part of a project's path."""
    return safe_text(project.rstrip("/\\").replace("\\", "/").rpartition("/")[2] or project)


def cost(row: SessionAnswer | UsageAnswer, currency: Currency) -> str:
    """What something cost; at least so much where that is not all."""
    partial = row.cost_is_partial if isinstance(row, SessionAnswer) else bool(row.unpriced_calls or row.inexact_calls)
    return words.money(words.nano(row.cost_usd), currency, at_least=partial)


def models(row: SessionAnswer) -> str:
    """The model, and how many others there were."""
    rest = len(row.models) - 1
    return safe_text(row.model) + (f" +{rest}" if rest > 0 else "") if row.model or row.models else words.UNKNOWN


def token_bar(row: SessionAnswer | UsageAnswer, width: int) -> Text:
    """Tokens by type as one bar, each in its colour."""
    parts = (
        (row.input_tokens or 0, INPUT),
        (row.output_tokens or 0, OUTPUT),
        (row.cache_read_tokens or 0, CACHE_READ),
        ((row.cache_write_5m_tokens or 0) + (row.cache_write_1h_tokens or 0), CACHE_WRITE),
    )
    made = Text()
    for (_, color), cells in zip(parts, _cells([count for count, _ in parts], width), strict=True):
        made.append("█" * cells, style=color)
    return made


def _cells(counts: Sequence[int], width: int) -> list[int]:
    """Share signs out: all of them, and one at least for whatever there is any of, as far as they go."""
    whole = sum(counts)
    if not whole:
        return [0] * len(counts)
    exact = [count * width / whole for count in counts]
    cells = [max(1, int(share)) if share else 0 for share in exact]
    while sum(cells) < width:
        cells[max(range(len(cells)), key=lambda at: exact[at] - cells[at] if counts[at] else -width)] += 1
    while sum(cells) > width:
        cells[max(range(len(cells)), key=lambda at: (cells[at] > 1, bool(cells[at]), cells[at] - exact[at]))] -= 1
    return cells


def readable(style: Style, words: str, ground: Style) -> Style:
    """A style on a ground: with its own colour where that can be told from it; a bar keeps its colour anyway."""
    if not words.strip(_BLOCKS):
        return style + Style(reverse=False) if words.strip() else style
    if style.color is None or ground.bgcolor is None:
        return style
    is_seen = not ground.reverse and _contrast(style.color, ground.bgcolor) >= _LEAST_CONTRAST
    return style if is_seen else style + Style(color=ground.color)


@lru_cache
def _contrast(first: Color, second: Color) -> float:
    """How far apart two colours are, from 1 to 21 (WCAG 2)."""
    lower, higher = sorted(map(_luminance, (first, second)))
    return (higher + 0.05) / (lower + 0.05)


def _luminance(color: Color) -> float:
    parts = (value / 255 for value in color.get_truecolor())
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)  # noqa: PLR2004  as WCAG has it
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def columns_of(values: list[float], height: int, width: int, color: str) -> list[Text]:
    """A chart of columns, `height` lines high, that is as wide as there is room: values are joined where they must."""
    return stacked([(value,) for value in values], (color,), height, width)


def joined(values: Sequence[Sequence[float]], width: int) -> list[list[float]]:
    """Add up neighbours, as many as it takes for all to stand in a width."""
    per = max(1, -(-len(values) // max(1, width)))
    return [[sum(part) for part in zip(*values[at : at + per], strict=True)] for at in range(0, len(values), per)]


def stacked(values: Sequence[Sequence[float]], colors: Sequence[str], height: int, width: int) -> list[Text]:
    """A chart of columns whose parts stand on each other, the first at the bottom, each in its colour."""
    columns = joined(values, width)
    most = max(map(sum, columns), default=0) or 1
    lines = [Text() for _ in range(height)]
    for parts in columns:
        reached = sum(parts)
        eighths = max(1, round(reached / most * height * 8)) if reached > 0 else 0
        for line, made in enumerate(reversed(lines)):
            filled = min(8, max(0, eighths - line * 8))
            scale = reached / max(1, eighths)
            made.append(*_sign([(line * 8 + at + 0.5) * scale for at in range(filled)], parts, colors))
    return lines


def _sign(heights: Sequence[float], parts: Sequence[float], colors: Sequence[str]) -> tuple[str, str]:
    """One sign of a column and its style: where two parts meet in it, the upper one is its ground."""
    filled = len(heights)
    if not filled or len(colors) == 1:
        return _EIGHTHS[filled], colors[0]
    seen = [_color_at(height, parts, colors) for height in heights]
    if filled < 8 or seen[0] == seen[-1]:  # noqa: PLR2004  eighths
        return _EIGHTHS[filled], seen[filled // 2]
    return _EIGHTHS[seen.count(seen[0])], f"{seen[0]} on {seen[-1]}"


def _color_at(height: float, parts: Sequence[float], colors: Sequence[str]) -> str:
    for part, color in zip(parts, colors, strict=True):
        height -= part
        if height < 0:
            return color
    return colors[-1]
