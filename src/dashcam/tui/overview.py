"""What it comes to: this day, week and month, cost by the day, models, and who is at work."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.table import Table
from rich.text import Text
from textual import work
from textual.app import ComposeResult

from dashcam.queries.answers import UsageAnswer, usage_row_answer
from dashcam.queries.moment import Moment
from dashcam.queries.overview import Overview as OverviewAnswer
from dashcam.queries.overview import overview
from dashcam.queries.usage import usage
from dashcam.records.clock import parse_range
from dashcam.records.errors import DashcamError
from dashcam.records.filters import Filter
from dashcam.store.database import Database
from dashcam.tui import look
from dashcam.tui.data import Data
from dashcam.tui.pane import Bar, Pane, Scrolled, bars, heading
from dashcam.tui.plain import Plain
from dashcam.writing import words
from dashcam.writing.safe import safe_text
from dashcam.writing.sums import cost_of_all, is_partial, known_of, tokens_of_all

PERIODS = {"today": "Today", "yesterday": "Yesterday", "thisweek": "This week", "thismonth": "This month"}
DAYS_SHOWN = 30
LEAST_CHART, MOST_CHART, OTHER_LINES = 5, 14, 19
"""Lines of the chart, and of all that stands above and below it."""
CARD_WIDTH, CARD_GAP = 14, 3
WIDE = 140
"""Models and sessions stand beside each other."""


class Day(NamedTuple):
    """What one day used and cost."""

    day: str
    cost: float | None
    """Of what has a price; None where nothing of it has."""
    is_partial: bool = False
    """Whether the true cost is more."""
    calls: int = 0
    tokens: int = 0


class Told(NamedTuple):
    """All that the screen shows."""

    overview: OverviewAnswer
    days: list[Day]
    sources: str


class Overview(Pane):
    """The day, week and month; cost by the day; models; who is at work."""

    DEFAULT_CSS = "Overview VerticalScroll { padding: 0 1; }"

    def __init__(self, data: Data) -> None:
        super().__init__(data)
        self._told: Told | None = None

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with Scrolled():
            yield Plain("Adding up...", classes="said")

    def on_resize(self) -> None:
        """Draw it for another window."""
        if self._told is not None:
            self._draw(self._told)

    @work(exclusive=True)
    async def load(self) -> None:
        """Ask, and show."""
        try:
            self._told = await self._data.ask(_overview, self)
        except DashcamError as error:
            self.fail(error)
            return
        self._draw(self._told)

    def _draw(self, told: Told) -> None:
        self.query_one(".said", Plain).update(self._body(told.overview, told.days, told.sources))

    def _body(self, told: OverviewAnswer, days: list[Day], sources: str) -> Table:
        width = max(16, self.size.width - 4)
        whole = Table.grid(expand=True)
        whole.add_column()
        whole.add_row(self._cards(told, width))
        whole.add_row("")
        for line in self._chart(days, width, sources):
            whole.add_row(line)
        whole.add_row("")
        if width >= WIDE:
            beside = Table.grid(expand=True, padding=(0, 4))
            beside.add_column(ratio=1)
            beside.add_column(ratio=1)
            beside.add_row(self._models(told, width // 2 - 4), self._active(told))
            whole.add_row(beside)
        else:
            whole.add_row(self._models(told, width))
            whole.add_row("")
            whole.add_row(self._active(told))
        if told.notes:
            whole.add_row("")
        for note in told.notes:
            whole.add_row(Text(f"· {safe_text(note)}", style=look.QUIET))
        return whole

    def _cards(self, told: OverviewAnswer, width: int) -> Table:
        cards = Table.grid(padding=(0, CARD_GAP))
        most = max(1, (width + CARD_GAP) // (CARD_WIDTH + CARD_GAP))
        shown = [row for row in told.rows if row.period in PERIODS][:most]
        cards.add_row(*(Text(PERIODS[row.period], style=look.QUIET) for row in shown))
        known = [known_of(row, row.unknown_sessions) for row in shown]
        costs = [cost_of_all(row, how, self._data.machine.currency) for row, how in zip(shown, known, strict=True)]
        tokens = [tokens_of_all(row.total_tokens, how) for row, how in zip(shown, known, strict=True)]
        cards.add_row(*(Text(cost, style="bold") for cost in costs))
        cards.add_row(*(Text(f"{said} tokens", style=look.QUIET) for said in tokens))
        return cards

    def _chart(self, days: list[Day], width: int, sources: str) -> list[Text]:
        """Cost of every day, those without a call too; where there is room, with a gap between them."""
        dearest = max(one.cost or 0.0 for one in days)
        if not dearest:
            return [heading("Cost per day"), Text(_without_cost(days), style=look.QUIET)]
        is_partial = any(one.is_partial for one in days)
        money = words.money(words.nano(dearest), self._data.machine.currency, at_least=is_partial)
        each = max(1, width // len(days))
        gap = 1 if each > 2 else 0  # noqa: PLR2004  a column at least twice as wide as its gap
        values = [value for one in days for value in (*[one.cost or 0.0] * (each - gap), *[0.0] * gap)]
        height = max(LEAST_CHART, min(MOST_CHART, self.size.height - OTHER_LINES))
        edges = Text(days[0].day, style=look.QUIET)
        edges.append(" " * max(1, len(look.joined([(one,) for one in values], width)) - gap - 20)).append(days[-1].day)
        return [
            heading("Cost per day", f"last {len(days)} days, at most {money}   {sources}"),
            *look.columns_of(values, height, width, look.ACCENT),
            edges,
        ]

    def _models(self, told: OverviewAnswer, width: int) -> Table:
        made = Table.grid()
        made.add_row(heading("Models", "this month"))
        models = [
            Bar(
                name=row.model or "",
                worth=row.cost_usd or 0.0,
                figure=look.cost(row, self._data.machine.currency),
                beside=f"{words.tokens(row.total_tokens)} tokens",
            )
            for row in told.models
        ]
        empty = Text("No model was called this month.", style=look.QUIET)
        made.add_row(bars(models, width, look.ACCENT, are_numbers=True) if models else empty)
        return made

    def _active(self, told: OverviewAnswer) -> Table:
        machine = self._data.machine
        made = Table.grid(expand=True)
        made.add_row(heading("Active", words.some(len(told.active_sessions), "session")))
        if not told.active_sessions:
            made.add_row(Text("Nothing runs now.", style=look.QUIET))
            return made
        active = Table.grid(padding=(0, 2), expand=True)
        active.add_column(no_wrap=True)
        active.add_column(no_wrap=True)
        active.add_column(no_wrap=True, overflow="ellipsis", ratio=3)
        active.add_column(no_wrap=True, overflow="ellipsis", ratio=1, style=look.QUIET)
        active.add_column(no_wrap=True, justify="right")
        for row in told.active_sessions:
            active.add_row(
                look.status(row.status),
                look.agent(row.agent, with_name=False),
                Text(look.title(row)),
                Text(look.folder(row.project)),
                look.cost(row, machine.currency),
            )
        made.add_row(active)
        return made


def _overview(database: Database, at: Moment) -> Told:
    days = at.last_days(DAYS_SHOWN)
    asked = Filter(range=parse_range(f"{days[0]}..", now=at.now, zone=at.zone))
    by = ("day", "source")
    told = [usage_row_answer(by, row) for row in usage(database, asked, by, at)]
    sources = look.sources(str(one.source) for one in told)
    return Told(overview(database, at), [_day(day, [one for one in told if one.day == day]) for day in days], sources)


def _day(day: str, rows: Sequence[UsageAnswer]) -> Day:
    """Add up what a day used, from every source."""
    costs = [one.cost_usd for one in rows if one.cost_usd is not None]
    return Day(
        day=day,
        cost=sum(costs) if costs or not rows else None,
        is_partial=any(map(is_partial, rows)),
        calls=sum(one.calls for one in rows),
        tokens=sum(one.total_tokens for one in rows),
    )


def _without_cost(days: Sequence[Day]) -> str:
    """Say why there is no cost to draw."""
    last = f"the last {len(days)} days"
    if not any(one.calls or one.tokens for one in days):
        return f"Nothing was used in {last}."
    if any(one.is_partial for one in days):
        return f"No price is known of what was used in {last}."
    return f"What was used in {last} cost nothing."
