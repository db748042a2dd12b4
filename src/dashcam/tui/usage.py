"""Usage by day, project, model and agent, with bars."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from dashcam.queries.answers import UsageAnswer
from dashcam.queries.moment import Moment
from dashcam.queries.usage import UsageListing, usage, usage_listing
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
from dashcam.writing.sums import is_partial, share_of

USAGE_BY = ("day", "project", "model", "agent")
SHORT_TYPES = ("in", "out", "read", "write")
USAGE_RANGES = ((30, "last 30 days"), (7, "last 7 days"), ("thismonth", "this month"), ("all", "all time"))
"""So many days, today with them, or a range in the words of --range."""

SHARE_WIDTH = 4


class Usage(Pane):
    """Usage by day, project, model and agent, with bars."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "by", "Group by"),
        Binding("f", "range", "Time"),
    ]
    DEFAULT_CSS = "Usage Listing { padding: 0 1; } Usage .said { height: 1; padding: 0 1; color: $text-muted; }"

    def __init__(self, data: Data) -> None:
        super().__init__(data)
        self._by = 0
        self._range = 0
        self._totals: UsageAnswer | None = None
        self._most = 0.0
        self._partial = 0

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield OneLine("Adding up...", classes="said")
        yield Listing(self._columns(), empty="Nothing was used in this time.", opens=False)

    def _columns(self) -> tuple[Column[UsageAnswer], ...]:
        currency = self._data.machine.currency
        share = "Share" if self._is_by_cost else "% of tokens"
        return (
            Column(title=USAGE_BY[self._by].capitalize(), show=self._named, width=14, grows=2, rank=-2),
            Column(title="Calls", show=lambda row: words.count(row.calls), width=7, right=True, rank=4),
            Column(title="Tokens", show=lambda row: words.tokens(row.total_tokens), width=8, right=True, rank=1),
            Column(title="By type", show=lambda _: "", draw=look.token_bar, width=8, grows=1, rank=3),
            Column(title="Cost", show=lambda row: look.cost(row, currency), width=10, right=True, rank=-1),
            Column(title=share, show=lambda _: "", draw=self._share, width=max(10, len(share)), grows=2, rank=2),
        )

    def _named(self, row: UsageAnswer) -> str | Text:
        by = USAGE_BY[self._by]
        said = str(getattr(row, by) or "(unknown)")
        if by == "agent":
            return look.agent(said)
        return look.folder(said) if by == "project" else safe_text(said)

    @property
    def _is_by_cost(self) -> bool:
        """Whether shares are of the cost; of the tokens where nothing has a price."""
        return self._totals is None or bool(self._totals.cost_usd) or not self._totals.total_tokens

    def _share(self, row: UsageAnswer, room: int) -> Text:
        """Percent of the whole, and a bar that is full for the row with the most."""
        worth, width = self._worth(row), SHARE_WIDTH + (len(words.AT_LEAST) if self._partial else 0)
        made = Text(f"{self._percent(row, worth):>{width}} ")
        return made.append(words.bar(worth or 0, self._most, room - width - 1), style=look.ACCENT)

    def _worth(self, row: UsageAnswer) -> float | None:
        return row.cost_usd if self._is_by_cost else row.total_tokens

    def _percent(self, row: UsageAnswer, worth: float | None) -> str:
        whole = (self._totals.cost_usd if self._is_by_cost else self._totals.total_tokens) if self._totals else 0
        mine = bool(self._partial) and is_partial(row)
        return share_of(worth, whole, is_partial=mine, others=self._partial - mine)

    @work(exclusive=True)
    async def load(self) -> None:
        """Ask, and show."""
        by, (span, said) = USAGE_BY[self._by], USAGE_RANGES[self._range]

        def ask(database: Database, at: Moment) -> tuple[UsageListing, str]:
            first = f"{at.last_days(span)[0]}.." if isinstance(span, int) else span
            asked = Filter(range=parse_range(first, now=at.now, zone=at.zone))
            found = usage_listing(database, asked, (by,), at)
            return found, look.sources(row.keys[0] for row in usage(database, asked, ("source",), at))

        try:
            found, sources = await self._data.ask(ask, self)
        except DashcamError as error:
            self.fail(error)
            return
        rows, self._totals = found.rows, found.totals
        self._most = max((self._worth(row) or 0.0 for row in rows), default=0.0)
        self._partial = sum(map(is_partial, rows)) if self._is_by_cost else 0
        if by == "day":
            rows.sort(key=lambda row: str(row.day), reverse=True)
        listing = self.query_one(Listing)
        listing.lay(self._columns())
        listing.show(rows, keep=lambda row: getattr(row, by))
        cost = look.cost(found.totals, self._data.machine.currency)
        told = f"{said}   {words.tokens(found.totals.total_tokens)} tokens   {cost}   {words.some(len(rows), by)}"
        room = self.size.width - 2 - len(told)
        legends = (_legend(names, gap) for names, gap in ((look.TYPES, 3), (SHORT_TYPES, 2)))
        legend = next((one for one in legends if one.cell_len <= room), Text())
        source = f"   {sources}" if legend.cell_len + len(sources) + 3 <= room else ""
        self.query_one(".said", OneLine).update(Text.assemble(told, source, legend))

    def action_by(self) -> None:
        """Take it apart by something else."""
        self._by = (self._by + 1) % len(USAGE_BY)
        self.load()

    def action_range(self) -> None:
        """Another time."""
        self._range = (self._range + 1) % len(USAGE_RANGES)
        self.load()


def _legend(names: Sequence[str], gap: int) -> Text:
    """Say what the colours of the bars stand for."""
    made = Text()
    for name, color in zip(names, look.TYPE_COLORS, strict=True):
        made.append(" " * gap).append_text(look.key(name, color))
    return made
