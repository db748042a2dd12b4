"""The table of sessions: filtered, sorted, searched as one types, and kept up to date while they run."""

import asyncio
import time
from typing import TYPE_CHECKING, ClassVar

from msgspec import structs
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input
from textual.worker import Worker

from dashcam.pricing.currency import Currency
from dashcam.queries.answers import SessionAnswer
from dashcam.queries.sessions import SessionPage, SessionTotals
from dashcam.records.clock import moment
from dashcam.records.errors import DashcamError
from dashcam.tui import look
from dashcam.tui.asking import MORE, Chosen, Sorting, key_of, news_of, page_of, patched
from dashcam.tui.copying import copy, copy_resume
from dashcam.tui.data import Begun, Data
from dashcam.tui.listing import Column, Listing
from dashcam.tui.plain import OneLine
from dashcam.writing import words
from dashcam.writing.safe import safe_text
from dashcam.writing.sums import cost_of_all, known_of, tokens_of_all

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future

    from dashcam.agents.launching import Order

NONE_YET = "No session is on record yet. Press 6 to see where dashcam looks for what agents leave."
NONE_FITS = "No session fits. Press f to change the filter, / to search for something else."
RANGE_SECONDS = 60.0
"""So often a range of time is asked anew: it goes on, and sessions fall out of it."""
REST_SECONDS = 0.03
"""Between two pages of rows that nobody waits for, so that keys come between."""


class Sessions(Vertical):
    """All sessions."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", priority=True),
        Binding("f", "filter", "Filter"),
        Binding("s", "sort", "Sort"),
        Binding("S", "turn", "Turn the order", show=False),
        Binding("e", "export", "Export"),
        Binding("y", "copy", "Copy id"),
        Binding("r", "resume", "Resume"),
        Binding("R", "launch", "New session", show=False),
        Binding("Y", "copy_resume", "Copy the resume command", show=False),
        Binding("escape", "leave_search", "Leave the search"),
    ]
    DEFAULT_CSS = """
    Sessions #asked { height: 1; color: $text-muted; padding: 0 1; }
    Sessions #totals { height: 1; padding: 0 1; color: $text-muted; }
    Sessions #search { border: none; height: 1; padding: 0 1; display: none; }
    Sessions Listing { padding: 0 1; }
    """

    def __init__(self, data: Data, begun: Begun[SessionPage] | None = None) -> None:
        super().__init__()
        self._data = data
        self._begun = begun
        self._currency = data.machine.currency
        self.chosen = Chosen()
        self._sorting = self._shown_sorting = Sorting()
        self._first: SessionPage | None = None
        self._totals: SessionTotals | None = None
        self._revision = self._quiet_since = 0
        self._complete = False
        self._asked_at = 0.0
        self._loading: Worker[None] | None = None
        self._year = self._year_now

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield OneLine(id="asked")
        yield Input(placeholder="Part of the title, the prompt, the project or the id", id="search")
        yield Listing(columns(self._currency, self._year), empty="Reading the sessions...", id="sessions")
        yield OneLine(id="totals")

    @property
    def _year_now(self) -> int:
        at = self._data.machine.moment()
        return moment(at.now, at.zone).year

    @property
    def listing(self) -> "Listing[SessionAnswer]":
        """The table."""
        return self.query_one("#sessions", Listing)

    def on_mount(self) -> None:
        """Begin with what there is; where the answer is here already, it is in the first drawing."""
        self.listing.mark_sorted(self._sorting.title)
        begun, self._begun = self._begun, None
        answer = begun.answer if begun is not None else None
        if answer is not None and answer.done() and answer.exception() is None:
            self._show_first(answer.result())
        self.load(answer)

    def take_focus(self) -> None:
        """Let keys go to the table."""
        self.listing.focus()

    def changed(self) -> None:
        """Take in what the database has heard of since."""
        self.follow()

    def load(self, begun: "Future[SessionPage] | None" = None) -> None:
        """Ask for everything anew, and show it from the top."""
        self._loading = self._load(begun, held=())

    @work(exclusive=True, group="load")
    async def _load(self, begun: "Future[SessionPage] | None", *, held: "Sequence[SessionAnswer]") -> None:
        """Show the first rows at once, and the others as they come; behind rows that are held all of them at once."""
        chosen, sorting = self.chosen, self._sorting
        self.listing.mark_sorted(sorting.title)
        self._complete, self._asked_at = False, time.monotonic()
        try:
            if begun is not None:
                page = await asyncio.wrap_future(begun)
            else:
                page = await self._data.ask(page_of(chosen, sorting), self)
            if page is not self._first:
                self._show_first(page, held)
            self._shown_sorting = sorting
            rows = list(page.rows)
            while page.next is not None:
                await asyncio.sleep(REST_SECONDS)
                more = page_of(chosen, sorting, cursor=page.next, limit=MORE)
                page = await self._data.ask(more, self)
                rows += page.rows
                if not held:
                    self.listing.add(page.rows)
                    self._say(complete=page.next is None)
        except DashcamError as error:
            self.listing.mark_sorted(self._shown_sorting.title)
            self._fail(error)
            return
        if held:
            self.listing.show(rows, keep=key_of)
            self._say(complete=True)
        self._complete = True
        self._follow()  # What was saved meanwhile.

    def _show_first(self, page: SessionPage, held: "Sequence[SessionAnswer]" = ()) -> None:
        self._first, self._totals, self._revision = page, page.totals, page.revision
        self.listing.say_when_empty(NONE_YET if self.chosen == Chosen() else NONE_FITS)
        if held:
            new = set(map(key_of, page.rows))
            self.listing.show([*page.rows, *(row for row in held if key_of(row) not in new)], keep=key_of)
        else:
            self.listing.show(page.rows)
        self.query_one("#asked", OneLine).update(safe_text(" · ".join(self.chosen.words())))
        self._say(complete=page.next is None or bool(held))

    def _say(self, *, complete: bool) -> None:
        totals = self._totals
        if totals is None:
            return
        shown = len(self.listing.rows)
        some = words.some(totals.sessions, "session") if complete else f"{shown:,} of {totals.sessions:,} sessions"
        sources = look.sources(row.source for row in self.listing.rows) if complete else ""
        known = known_of(totals, totals.unknown_sessions)
        tokens = tokens_of_all(totals.total_tokens, known)
        cost = cost_of_all(totals, known, self._currency)
        self.query_one("#totals", OneLine).update(f"{some}   {tokens} tokens   {cost}   {sources}")

    def follow(self) -> None:
        """Take in the sessions that changed; a table that is still being read does so at its end."""
        if self._year != self._year_now:
            self._year = self._year_now
            self.listing.lay(columns(self._currency, self._year))
        if self._loading is not None and self._loading.is_running:
            return
        if self.chosen.range != Chosen().range and time.monotonic() > self._asked_at + RANGE_SECONDS:
            self._loading = self._load(None, held=self.listing.rows)
        else:
            self._follow()

    @work(exclusive=True, group="follow")
    async def _follow(self) -> None:
        """Take in the sessions that changed; where one is new or belongs elsewhere, ask for all anew."""
        chosen, sorting = self.chosen, self._sorting
        try:
            news = await self._data.ask(news_of(chosen, self._revision, self._quiet_since), self)
        except DashcamError as error:
            self._fail(error)
            return
        if (chosen, sorting) != (self.chosen, self._sorting):
            return  # Other rows are on their way.
        self._revision, self._quiet_since = news.revision, news.quiet_since
        rows = patched(self.listing.rows, news, sorting) if news.complete and self._complete else None
        if rows is None:
            self._loading = self._load(None, held=self.listing.rows)
        elif news.changed:
            self._totals = news.totals
            self.listing.show(rows, keep=key_of)
            self._say(complete=True)

    def _fail(self, error: DashcamError) -> None:
        self.query_one("#totals", OneLine).update(error.in_line)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let the key that opens the search be a sign of it while one types there."""
        if action == "search" and isinstance(self.screen.focused, Input):
            return False
        if action == "leave_search":
            return bool(self.query_one("#search", Input).display)
        return super().check_action(action, parameters)

    def action_search(self) -> None:
        """Search as one types."""
        field = self.query_one("#search", Input)
        field.display = True
        # At once (as the key goes first of all): what is typed meanwhile would else be taken for other keys.
        self.screen.set_focus(field)

    def action_leave_search(self) -> None:
        """Close the search and take it back."""
        field = self.query_one("#search", Input)
        if field.display:
            field.value = ""
            field.display = False
            self.take_focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search for what is typed so far."""
        if event.input.id == "search" and event.value != self.chosen.text:
            self.chosen = structs.replace(self.chosen, text=event.value)
            self.load()

    def on_input_submitted(self) -> None:
        """Go to what was found."""
        self.take_focus()

    def action_sort(self) -> None:
        """Sort by the next column."""
        self._sorting = self._sorting.next()
        self.load()

    def on_listing_header_clicked(self, event: Listing.HeaderClicked) -> None:
        """Sort by a column."""
        sorting = self._sorting.by(event.title)
        if sorting != self._sorting:
            self._sorting = sorting
            self.load()

    def action_turn(self) -> None:
        """Turn the order round."""
        self._sorting = self._sorting.turned()
        self.load()

    def action_filter(self) -> None:
        """Open the filter panel."""
        from dashcam.tui.filters import FilterPanel

        self.app.push_screen(FilterPanel(self.chosen), self._choose)

    def _choose(self, chosen: Chosen | None) -> None:
        if chosen is not None:
            self.chosen = chosen
            self.load()

    def action_export(self) -> None:
        """Write what is shown to a file."""
        from dashcam.tui.export import ExportPanel

        if not self._complete:
            self.notify("The sessions are still being read; try again in a moment.")
            return
        self.app.push_screen(ExportPanel(list(self.listing.rows)))

    def action_resume(self) -> None:
        """Go on with the session under the cursor: a prompt is asked for."""
        from dashcam.tui.launching import LaunchPanel

        row = self.listing.current
        if row is not None:
            address = f"{row.agent}:{row.session_id}"
            self.app.push_screen(LaunchPanel(self._data, resume=address, title=look.title(row)), self._launched)

    def action_launch(self) -> None:
        """Begin a session: a prompt is asked for."""
        from dashcam.tui.launching import LaunchPanel

        self.app.push_screen(LaunchPanel(self._data), self._launched)

    def _launched(self, order: "Order | None") -> None:
        from dashcam.tui.replay import Replay

        if order is not None and order.session_id:
            address = f"{order.agent}:{order.session_id}"
            self.app.push_screen(Replay(self._data, address, follow=True))

    def action_copy(self) -> None:
        """Copy the session's id."""
        row = self.listing.current
        if row is not None:
            copy(self, row.session_id)

    @work
    async def action_copy_resume(self) -> None:
        """Copy the command that resumes the session."""
        from dashcam.queries.resuming import resume_line
        from dashcam.queries.sessions import one_session

        row = self.listing.current
        if row is None:
            return
        address = f"{row.agent}:{row.session_id}"
        try:
            line = await self._data.ask(lambda database, at: resume_line(one_session(database, address, at)), self)
        except DashcamError as error:
            self.notify(error.in_line, severity="error")
            return
        copy_resume(self, line)


def columns(currency: Currency, year: int) -> "tuple[Column[SessionAnswer], ...]":
    """The columns of the table; the first to go where it is narrow have the greatest rank."""
    return (
        Column(title="", show=lambda row: look.status(row.status)[:1], width=1),
        Column(title="Status", show=lambda row: look.status(row.status)[2:], width=9, rank=7),
        Column(title="", show=lambda row: look.agent(row.agent, with_name=False), width=1),
        Column(title="Session", show=look.title, width=20, grows=4, rank=-1),
        Column(title="Agent", show=lambda row: safe_text(row.agent), width=13, rank=6),
        Column(title="Project", show=lambda row: look.folder(row.project), width=10, grows=1, rank=3),
        Column(title="Model", show=look.models, draw=look.short_models, width=12, grows=1, rank=4),
        Column(title="Duration", show=lambda row: words.seconds(row.duration_seconds), width=8, right=True, rank=5),
        Column(title="Tokens", show=lambda row: words.tokens(row.total_tokens), width=7, right=True, rank=1),
        Column(title="Cost", show=lambda row: look.cost(row, currency), width=9, right=True),
        Column(title="Started", show=lambda row: look.when(row.started_at, year), width=11, rank=2),
    )
