"""Usage by day, project, model and agent, with bars."""

from typing import ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from dashcam.queries.answers import UsageAnswer, usage_row_answer
from dashcam.queries.moment import Moment
from dashcam.queries.usage import usage
from dashcam.records.clock import parse_range
from dashcam.records.errors import DashcamError
from dashcam.records.filters import Filter
from dashcam.store.database import Database
from dashcam.tui import look
from dashcam.tui.data import Data
from dashcam.tui.listing import Column, Listing
from dashcam.tui.pane import Pane
from dashcam.tui.plain import OneLine
from dashcam.writing import words
from dashcam.writing.safe import safe_text

USAGE_BY = ("day", "project", "model", "agent")
USAGE_RANGES = (("30d", "last 30 days"), ("7d", "last 7 days"), ("thismonth", "this month"), ("all", "all time"))


class Usage(Pane):
    """Usage by day, project, model and agent, with bars."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "by", "By day, project, model, agent"),
        Binding("f", "range", "Time"),
    ]
    DEFAULT_CSS = "Usage Listing { padding: 0 1; } Usage .said { height: 1; padding: 0 1; color: $text-muted; }"

    def __init__(self, data: Data) -> None:
        super().__init__(data)
        self._by = 0
        self._range = 0
        self._most = 0.0
        self._whole = 0.0

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield OneLine("Adding up...", classes="said")
        yield Listing(self._columns(), empty="Nothing was used in this time.", opens=False)

    def _columns(self) -> tuple[Column[UsageAnswer], ...]:
        currency = self._data.machine.currency
        return (
            Column(title=USAGE_BY[self._by].capitalize(), show=self._named, width=14, grows=2, rank=-2),
            Column(title="Calls", show=lambda row: words.count(row.calls), width=7, right=True, rank=4),
            Column(title="Tokens", show=lambda row: words.tokens(row.total_tokens), width=8, right=True, rank=1),
            Column(title="By type", show=lambda _: "", draw=look.token_bar, width=8, grows=1, rank=3),
            Column(title="Cost", show=lambda row: look.cost(row, currency), width=10, right=True, rank=-1),
            Column(title="Share", show=lambda _: "", draw=self._share, width=10, grows=2, rank=2),
        )

    def _named(self, row: UsageAnswer) -> str | Text:
        by = USAGE_BY[self._by]
        said = str(getattr(row, by) or "(unknown)")
        if by == "agent":
            return look.agent(self._data.machine.agents, said)
        return look.folder(said) if by == "project" else safe_text(said)

    def _share(self, row: UsageAnswer, room: int) -> Text:
        """Percent of the whole, and a bar that is full for the dearest row."""
        made = Text(f"{words.share(row.cost_usd or 0.0, self._whole):>4} ")
        return made.append(words.bar(row.cost_usd or 0.0, self._most, room - 5), style=look.ACCENT)

    @work(exclusive=True)
    async def load(self) -> None:
        """Ask, and show."""
        by, (span, said) = USAGE_BY[self._by], USAGE_RANGES[self._range]

        def ask(database: Database, at: Moment) -> list[UsageAnswer]:
            asked = Filter(range=parse_range(span, now=at.now, zone=at.zone))
            return [usage_row_answer((by,), row) for row in usage(database, asked, (by,), at)]

        try:
            rows = await self._data.ask(ask, self)
        except DashcamError as error:
            self.fail(error)
            return
        costs = [row.cost_usd or 0.0 for row in rows]
        self._most, self._whole = max(costs, default=0.0), sum(costs)
        if by == "day":
            rows.sort(key=lambda row: str(row.day), reverse=True)
        listing = self.query_one(Listing)
        listing.lay(self._columns())
        listing.show(rows)
        self.query_one(".said", OneLine).update(f"{said}   {self._totals(rows)}   {words.some(len(rows), by)}")

    def _totals(self, rows: list[UsageAnswer]) -> str:
        is_partial = any(row.cost_usd is None or row.unpriced_calls or row.inexact_calls for row in rows)
        cost = words.money(words.nano(self._whole), self._data.machine.currency, at_least=is_partial)
        return f"{words.tokens(sum(row.total_tokens for row in rows))} tokens   {cost}"

    def action_by(self) -> None:
        """Take it apart by something else."""
        self._by = (self._by + 1) % len(USAGE_BY)
        self.load()

    def action_range(self) -> None:
        """Another time."""
        self._range = (self._range + 1) % len(USAGE_RANGES)
        self.load()
