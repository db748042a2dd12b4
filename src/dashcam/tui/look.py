"""How things look in a terminal: one meaning, one colour, the same as everywhere."""

from collections.abc import Mapping

from rich.text import Text

from dashcam.agents.agent import Agent
from dashcam.pricing.currency import Currency
from dashcam.queries.answers import SessionAnswer, UsageAnswer
from dashcam.writing import words
from dashcam.writing.safe import safe_text

INPUT, OUTPUT, CACHE_READ, CACHE_WRITE = "#22d3ee", "#a855f7", "#22c55e", "#f59e0b"
STATUS = {
    "running": ("●", "#3b82f6"),
    "waiting": ("◐", "#f59e0b"),
    "completed": ("✓", "#6b8f71"),
    "failed": ("✗", "#ef4444"),
    "stopped": ("■", "#8b8f98"),
}
QUIET = "dim"
_EIGHTHS = " ▁▂▃▄▅▆▇█"


def status(name: str) -> Text:
    """A status with its sign and colour."""
    sign, color = STATUS.get(name, ("?", ""))
    return Text(f"{sign} {name}", style=color)


def agent(agents: Mapping[str, Agent], name: str, *, with_name: bool = True) -> Text:
    """An agent's sign in its colour, and its name."""
    known = agents.get(name)
    made = Text(known.sign if known else "?", style=known.color if known else "")
    return made.append(f" {name}", style="") if with_name else made


def title(row: SessionAnswer) -> str:
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
    whole = sum(count for count, _ in parts)
    made = Text()
    if not whole:
        return made
    drawn = 0
    for place, (count, color) in enumerate(parts):
        cells = width - drawn if place == len(parts) - 1 else round(width * count / whole)
        cells = max(cells, 1) if count else 0
        cells = min(cells, width - drawn)
        made.append("█" * cells, style=color)
        drawn += cells
    return made


def columns_of(values: list[float], height: int, width: int, color: str) -> list[Text]:
    """A chart of columns, `height` lines high, that is as wide as there is room: values are joined where they must."""
    if not values or width < 1:
        return [Text("") for _ in range(height)]
    per = max(1, -(-len(values) // width))
    joined = [sum(values[at : at + per]) for at in range(0, len(values), per)]
    most = max(joined) or 1
    lines = []
    for line in range(height, 0, -1):
        signs = []
        for value in joined:
            eighths = round(value / most * height * 8)
            eighths = max(eighths, 1) if value > 0 else 0
            signs.append(_EIGHTHS[min(8, max(0, eighths - (line - 1) * 8))])
        lines.append(Text("".join(signs), style=color))
    return lines
