"""Every model call of a session, and why each cost what it cost.

What a stranger would get wrong: in a wide window the receipt below the table follows the cursor, a moment behind, so
that who runs through the calls asks for one receipt and not for all.
"""

import asyncio
from collections.abc import Callable
from operator import attrgetter
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widget import Widget

from dashcam.pricing.currency import Currency
from dashcam.queries.moment import Moment
from dashcam.queries.prices import CallReceiptAnswer, one_receipt
from dashcam.records.errors import DashcamError
from dashcam.store.database import Database
from dashcam.tui.call_list import Call, CallList, CallsRead, event_of
from dashcam.tui.copying import copy
from dashcam.tui.data import Data
from dashcam.tui.footer import Footer
from dashcam.tui.listing import Column, Listing
from dashcam.tui.panel import Panel
from dashcam.tui.plain import OneLine, Plain
from dashcam.tui.receipt import receipt_text
from dashcam.tui.replay import Replay
from dashcam.writing import words
from dashcam.writing.safe import safe_text
from dashcam.writing.sums import cost_of_all, tokens_of_all

WIDE = 120
SETTLE_SECONDS = 0.05
SORTS: tuple[tuple[str, Callable[[Call], float], bool], ...] = (
    ("Time", lambda row: row.when, False),
    ("Cost", lambda row: -1 if row.call.cost_usd is None else row.call.cost_usd, True),
    ("Tokens", lambda row: row.call.total_tokens, True),
)
"""The column, what it sorts by, and whether it begins with the greatest."""


class Calls(Screen[None]):
    """A session's model calls, its subagents' among them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,backspace", "app.pop_screen", "Back"),
        Binding("s", "sort", "Sort"),
        Binding("S", "turn", "Turn the order", show=False),
        Binding("t", "transcript", "Transcript"),
        Binding("y", "copy", "Copy id"),
        Binding("question_mark", "app.keys", "Keys"),
    ]
    DEFAULT_CSS = """
    Calls #name { height: 1; padding: 0 1; text-style: bold; background: $panel; }
    Calls Listing { padding: 0 1; }
    Calls .said { height: 1; padding: 0 1; color: $text-muted; }
    Calls #receipt { display: none; height: 40%; padding: 0 1; border-top: solid $panel; scrollbar-size-vertical: 1; }
    Calls.-wide #receipt { display: block; }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012  textual's own

    def __init__(self, data: Data, address: str) -> None:
        super().__init__()
        self._data = data
        self._list = CallList(address)
        self._read: CallsRead | None = None
        self._sort = 0
        self._descending = False
        self._explained: Call | None = None
        self._is_loading = False
        self._is_stale = False

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield OneLine("Reading the calls...", id="name")
        yield Listing(columns(self._data.machine.currency), empty="", id="calls")
        with VerticalScroll(id="receipt", can_focus=False):
            yield Plain()
        yield OneLine(classes="said")
        yield Footer()

    @property
    def listing(self) -> "Listing[Call]":
        """The table."""
        return self.query_one("#calls", Listing)

    def on_mount(self) -> None:
        """Begin with what there is."""
        self.listing.focus()
        self.load()

    def on_resize(self) -> None:
        """A wide window has room for the receipt."""
        self.call_after_refresh(self._explain)

    def changed(self) -> None:
        """Take in what the database has heard of since."""
        self.load()

    @work(group="load")
    async def load(self) -> None:
        """Ask for what is new: the first calls are shown at once, the others as they come."""
        self._is_stale = True
        if self._is_loading:
            return
        self._is_loading = True
        try:
            while self._is_stale or self._read is None or not self._read.complete:
                question = self._list.begin if self._is_stale else self._list.more
                self._is_stale = False
                self._read = await self._data.ask(question, self)
                self._draw(self._read)
        except DashcamError as error:
            self.query_one(".said", OneLine).update(error.in_line)
        finally:
            self._is_loading = False

    def _draw(self, read: CallsRead, *, anew: bool = False) -> None:
        """Show what is read so far; in another order than that of time what comes later is sorted in at the end."""
        self.query_one("#name", OneLine).update(Text(f"Calls of {read.title}", no_wrap=True, overflow="ellipsis"))
        listing = self.listing
        title, key, _ = SORTS[self._sort]
        listing.mark_sorted(f"{title} {'↓' if self._descending else '↑'}")
        listing.say_when_empty("No call to a model is on record." if read.complete else "")
        by_time = self._sort == 0 and not self._descending
        if by_time or anew or read.complete or not listing.rows:
            rows = read.rows if by_time else sorted(read.rows, key=key, reverse=self._descending)
            listing.show(rows, keep=attrgetter("key"))
        self.query_one(".said", OneLine).update(self._totals(read))
        self._explain()

    def _totals(self, read: CallsRead) -> str:
        if read.known == "none":
            return "This session left no usage on record: its tokens and cost are unknown."
        calls = words.some(read.totals.calls, "call")
        some = words.some(len(read.rows), "call") if read.complete else f"{len(read.rows):,} of {calls}"
        below = sum(bool(row.subagent) for row in read.rows)
        of_them = f", {below:,} of them by subagents" if below else ""
        tokens = tokens_of_all(read.totals.total_tokens, read.known)
        cost = cost_of_all(read.totals, read.known, self._data.machine.currency)
        return f"{some}{of_them}   {tokens} tokens   {cost}"

    def on_listing_moved(self) -> None:
        """Explain the call that the cursor stands on."""
        self._explain()

    def on_listing_opened(self, event: Listing.Opened) -> None:
        """Explain the call in a panel of its own."""
        event.stop()
        self.app.push_screen(ReceiptPanel(self._data, event.row), self._left)

    def _left(self, wanted: Call | None) -> None:
        if wanted is not None:
            self._open(wanted)

    @work(exclusive=True, group="receipt")
    async def _explain(self) -> None:
        row = self.listing.current
        if row is None or row == self._explained or self.size.width < WIDE:
            return
        await asyncio.sleep(SETTLE_SECONDS)
        shown = self.query_one("#receipt", VerticalScroll)
        found = await explained(self._data, row, self.size.width - 4, self)
        shown.query_one(Plain).update(found)
        if self._explained is None or self._explained.key != row.key:
            shown.scroll_home(animate=False)
        self._explained = row

    def action_sort(self) -> None:
        """Sort by the next column."""
        self._sort = (self._sort + 1) % len(SORTS)
        self._descending = SORTS[self._sort][2]
        self._sorted()

    def action_turn(self) -> None:
        """Turn the order round."""
        self._descending = not self._descending
        self._sorted()

    def _sorted(self) -> None:
        if self._read is not None:
            self._draw(self._read, anew=True)
            self.listing.action_edge(0)

    def action_transcript(self) -> None:
        """Open the conversation at the call."""
        if self.listing.current is not None:
            self._open(self.listing.current)

    @work(exclusive=True, group="open")
    async def _open(self, row: Call) -> None:
        try:
            event = await self._data.ask(lambda database, at: event_of(database, row, at), self)
        except DashcamError as error:
            self.query_one(".said", OneLine).update(error.in_line)
            return
        self.app.push_screen(Replay(self._data, row.address, event=event))

    def action_copy(self) -> None:
        """Copy the call's id."""
        row = self.listing.current
        if row is not None:
            copy(self, row.call.call_id)


class ReceiptPanel(Panel[Call | None]):
    """The receipt of one call; gives the call where its conversation is wanted."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,backspace,enter", "dismiss(None)", "Close"),
        Binding("t", "transcript", "Transcript"),
        Binding("j,down", "scroll(1)", "Down", show=False),
        Binding("k,up", "scroll(-1)", "Up", show=False),
        Binding("question_mark", "app.keys", "Keys"),
    ]
    DEFAULT_CSS = """
    ReceiptPanel { align: center middle; }
    ReceiptPanel > VerticalScroll {
        width: 76; max-width: 100%; height: auto; max-height: 100%; padding: 0 2; background: $surface;
        border: round $primary;
    }
    """

    def __init__(self, data: Data, row: Call) -> None:
        super().__init__()
        self._data = data
        self._row = row

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with VerticalScroll() as whole:
            whole.border_title = "Why this call costs that"
            whole.border_subtitle = "t transcript, Escape back"
            yield Plain("Reading the receipt...")

    def on_mount(self) -> None:
        """Ask."""
        self.load()

    def on_resize(self) -> None:
        """Write it for another window."""
        self.load()

    def changed(self) -> None:
        """Take in what the database has heard of since."""
        self.load()

    @work(exclusive=True)
    async def load(self) -> None:
        """Ask for the receipt."""
        found = await explained(self._data, self._row, min(76, self.size.width) - 8, self)
        self.query_one(Plain).update(found)

    def action_scroll(self, by: int) -> None:
        """Scroll a line."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)

    def action_transcript(self) -> None:
        """Open the conversation at the call."""
        self.dismiss(self._row)


async def explained(data: Data, row: Call, width: int, asker: Widget) -> Text:
    """Ask why a call costs what it costs, and write it down; what went wrong is said in its place."""

    def ask(database: Database, at: Moment) -> CallReceiptAnswer | None:
        return one_receipt(database, data.machine.make_prices, row.call.call_id, row.call.request_id, at.zone)

    try:
        found = await data.ask(ask, asker)
    except DashcamError as error:
        return Text(error.in_line)
    return receipt_text(row, found, width, data.machine)


def columns(currency: Currency) -> "tuple[Column[Call], ...]":
    """The columns of the table; the first to go where it is narrow have the greatest rank."""

    def cost(row: Call) -> str:
        return words.money(words.nano(row.call.cost_usd), currency, at_least=not row.call.exact)

    return (
        Column(title="Time", show=_time, width=14),
        Column(title="Model", show=_model, width=16, grows=1, rank=1),
        Column(title="Input", show=lambda row: words.tokens(row.call.input_tokens), width=7, right=True, rank=6),
        Column(title="Output", show=_output, width=9, right=True, rank=3),
        Column(
            title="Cache read", show=lambda row: words.tokens(row.call.cache_read_tokens), width=10, right=True, rank=5
        ),
        Column(title="Cache write", show=_written, width=11, right=True, rank=7),
        Column(title="Tokens", show=lambda row: words.tokens(row.call.total_tokens), width=8, right=True, rank=2),
        Column(
            title="Duration", show=lambda row: words.seconds(row.call.duration_seconds), width=8, right=True, rank=8
        ),
        Column(title="Cost", show=cost, width=10, right=True),
        Column(title="Subagent", show=lambda row: row.subagent, width=12, grows=1, rank=9),
    )


def _time(row: Call) -> str:
    return words.time(row.call.at, with_seconds=True).partition("-")[2] if row.call.at else words.UNKNOWN


def _model(row: Call) -> str:
    return ("↳ " if row.subagent else "") + safe_text(row.call.model)


def _output(row: Call) -> str:
    return ("" if row.call.exact else words.AT_LEAST) + words.tokens(row.call.output_tokens)


def _written(row: Call) -> str:
    return words.tokens(row.call.cache_write_5m_tokens + row.call.cache_write_1h_tokens)
