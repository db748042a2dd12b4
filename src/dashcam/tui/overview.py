"""What it comes to: this day, week and month, cost by the day, models, and who is at work."""

from rich.table import Table
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.containers import VerticalScroll

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
from dashcam.tui.pane import Bar, Pane, bars, heading
from dashcam.tui.plain import Plain
from dashcam.writing import words

PERIODS = {"today": "Today", "yesterday": "Yesterday", "thisweek": "This week", "thismonth": "This month"}
DAYS_SHOWN = 30
CHART_HEIGHT = 6
CARD_WIDTH = 20


class Overview(Pane):
    """The day, week and month; cost by the day; models; who is at work."""

    DEFAULT_CSS = "Overview VerticalScroll { padding: 0 1; }"

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with VerticalScroll():
            yield Plain("Adding up...", classes="said")

    def on_resize(self) -> None:
        """Draw it for another window."""
        self.load()

    @work(exclusive=True)
    async def load(self) -> None:
        """Ask, and show."""
        try:
            told, days = await self._data.ask(_overview)
        except DashcamError as error:
            self.fail(error)
            return
        self.query_one(".said", Plain).update(self._body(told, days))

    def _body(self, told: OverviewAnswer, days: list[UsageAnswer]) -> Table:
        machine, width = self._data.machine, max(20, self.size.width - 4)
        whole = Table.grid(expand=True)
        whole.add_column()
        cards = Table.grid(padding=(0, 3))
        shown = [row for row in told.rows if row.period in PERIODS][: max(1, width // (CARD_WIDTH + 3))]
        cards.add_row(*(Text(PERIODS[row.period], style=look.QUIET) for row in shown))
        cards.add_row(*(Text(look.cost(row, machine.currency), style="bold") for row in shown))
        cards.add_row(*(Text(f"{words.tokens(row.total_tokens)} tokens", style=look.QUIET) for row in shown))
        whole.add_row(cards)
        whole.add_row("")
        whole.add_row(heading("Cost per day", f"last {len(days)} days"))
        costs = [one.cost_usd or 0.0 for one in days]
        wide = max(1, min(4, width // max(1, len(costs))))
        for line in look.columns_of([one for one in costs for _ in range(wide)], CHART_HEIGHT, width, look.CACHE_READ):
            whole.add_row(line)
        if days:
            edges = Text(str(days[0].day), style=look.QUIET)
            edges.append(" " * max(1, len(costs) * wide - len(edges.plain) - 10)).append(str(days[-1].day))
            whole.add_row(edges)
        whole.add_row("")
        whole.add_row(heading("Models", "this month"))
        models = [
            Bar(
                name=row.model or "",
                worth=row.cost_usd or 0.0,
                figure=look.cost(row, machine.currency),
                beside=words.tokens(row.total_tokens),
            )
            for row in told.models
        ]
        whole.add_row(bars(models, width, look.CACHE_READ, are_numbers=True))
        whole.add_row("")
        whole.add_row(heading("Running", words.some(len(told.active_sessions), "session")))
        running = Table.grid(padding=(0, 2))
        for row in told.active_sessions:
            running.add_row(
                look.status(row.status),
                look.agent(machine.agents, row.agent, with_name=False),
                Text(look.title(row), no_wrap=True, overflow="ellipsis"),
                Text(look.folder(row.project), style=look.QUIET),
                look.cost(row, machine.currency),
            )
        whole.add_row(running if told.active_sessions else Text("Nothing runs now.", style=look.QUIET))
        for note in told.notes:
            whole.add_row(Text(f"· {note}", style=look.QUIET))
        return whole


def _overview(database: Database, at: Moment) -> tuple[OverviewAnswer, list[UsageAnswer]]:
    asked = Filter(range=parse_range("30d", now=at.now, zone=at.zone))
    days = [usage_row_answer(("day",), row) for row in usage(database, asked, ("day",), at)]
    return overview(database, at), sorted(days, key=lambda one: str(one.day))[-DAYS_SHOWN:]
