"""How things look in a terminal: one meaning, one colour, the same as everywhere."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from rich.color import Color
from rich.style import Style
from rich.text import Text

from dashcam.agents.faces import face_of
from dashcam.pricing.currency import Currency
from dashcam.queries.answers import SessionAnswer, UsageAnswer
from dashcam.records.rows import SessionRow
from dashcam.writing import words
from dashcam.writing.safe import safe_text
from dashcam.writing.sums import is_partial

ACCENT = "#6ea2ff"
"""Of what has no colour of its own: cost, counts."""
INPUT, OUTPUT, CACHE_READ, CACHE_WRITE = "#22d3ee", "#a855f7", "#22c55e", "#f59e0b"
TYPES, TYPE_COLORS = ("input", "output", "cache read", "cache write"), (INPUT, OUTPUT, CACHE_READ, CACHE_WRITE)
STATUS = {
    "running": ("●", "#60a5fa"),
    "waiting": ("◐", "#fbbf24"),
    "completed": ("✓", "#7f9a88"),
    "failed": ("✗", "#f87171"),
    "stopped": ("■", "#8b95a1"),
}
QUIET = "dim"
MAKER = "claude-"
"""What most names of models begin with, and what says the least of them."""
_EIGHTHS = " ▁▂▃▄▅▆▇█"

LEAST_CONTRAST = 4.5
"""Of words and their ground (WCAG 2, level AA)."""
MIDDLE = 0.18
"""The luminance of a ground on which black and white can be read as well."""


def status(name: str) -> Text:
    """A status with its sign and colour."""
    sign, color = STATUS.get(name, ("?", ""))
    return Text(f"{sign} {name}", style=color)


def agent(name: str, *, with_name: bool = True) -> Text:
    """An agent's sign in its colour, and its name."""
    face = face_of(name)
    made = Text(face.sign, style=face.color)
    return made.append(f" {safe_text(name)}", style="") if with_name else made


def title(row: SessionAnswer | SessionRow) -> str:
    """A session's title, or what stands for it."""
    mark = {"subagent": "↳ ", "fork": "⋎ "}.get(row.relation, "")
    return mark + (safe_text(row.title) or "(no title)")


def folder(project: str) -> str:
    """The last part of a project's path."""
    return safe_text(project.rstrip("/\\").replace("\\", "/").rpartition("/")[2] or project)


def cost(row: SessionAnswer | UsageAnswer, currency: Currency) -> str:
    """What something cost; at least so much where that is not all."""
    partial = row.cost_is_partial if isinstance(row, SessionAnswer) else is_partial(row)
    return words.money(words.nano(row.cost_usd), currency, at_least=partial)


def models(row: SessionAnswer) -> str:
    """The model, and how many others there were."""
    rest = len(row.models) - 1
    return safe_text(row.model) + (f" +{rest}" if rest > 0 else "") if row.model or row.models else words.UNKNOWN


def key(name: str, color: str) -> Text:
    """Say what a colour stands for."""
    return Text.assemble(("■ ", color), (name, QUIET))


def short_models(row: SessionAnswer, width: int) -> Text:
    """The same, without the maker's name where there is no room for it."""
    said = models(row)
    return Text(said if len(said) <= width else said.removeprefix(MAKER))


def sources(kinds: Iterable[str]) -> str:
    """Say which kinds of source a total comes from; nothing where nothing is on record."""
    found = set(kinds)
    known = [name for kind, name in words.SOURCES.items() if kind in found]
    return f"source: {', '.join(known)}" if known else ""


def when(at: str | None, year: int) -> str:
    """The day and time of an answer; of another year than that one the date alone."""
    said = words.time(at)
    if at is None:
        return said
    return said.removeprefix(f"{year}-") if said.startswith(f"{year}-") else said.partition(" ")[0]


def by_type(row: SessionAnswer | UsageAnswer) -> tuple[int, ...]:
    """How many tokens of each of the TYPES."""
    return (
        row.input_tokens or 0,
        row.output_tokens or 0,
        row.cache_read_tokens or 0,
        (row.cache_write_5m_tokens or 0) + (row.cache_write_1h_tokens or 0),
    )


def token_bar(row: SessionAnswer | UsageAnswer, width: int) -> Text:
    """Tokens by type as one bar, each in its colour."""
    made = Text()
    for color, cells in zip(TYPE_COLORS, _cells(by_type(row), width), strict=True):
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


def is_drawing(words: str) -> bool:
    """Whether signs are the parts of a bar, a frame or the key of a colour, or nothing at all."""
    return all(sign in " ■" or "─" <= sign <= "▟" for sign in words)


def readable(style: Style, words: str, ground: Style) -> Style:
    """A style on a ground: with its own colour where that can be told from it; a bar keeps its colour anyway."""
    if is_drawing(words):
        return style + Style(reverse=False) if words.strip() else style
    if style.color is None or ground.bgcolor is None:
        return style
    is_seen = not ground.reverse and contrast(style.color, ground.bgcolor) >= LEAST_CONTRAST
    return style if is_seen else style + Style(color=ground.color)


@lru_cache
def contrast(first: Color, second: Color) -> float:
    """How far apart two colours are, from 1 to 21 (WCAG 2)."""
    lower, higher = sorted(map(luminance, (first, second)))
    return (higher + 0.05) / (lower + 0.05)


def luminance(color: Color) -> float:
    """How light a colour is, from 0 to 1 (WCAG 2)."""
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


def over_time(
    values: Iterable[tuple[int, Sequence[float]]], length: int, width: int, kinds: int = 1
) -> tuple[int, list[list[float]]]:
    """Add up what came in some of `length` minutes, in so many kinds, in as many columns as there is room for.

    Gives the minutes that a column stands for, and the columns. However long the time is, no list is as long as it.
    """
    per = max(1, -(-length // max(1, width)))
    columns = [[0.0] * kinds for _ in range(-(-length // per))]
    for minute, parts in values:
        column = columns[minute // per]
        for kind, part in enumerate(parts):
            column[kind] += part
    return per, columns


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
