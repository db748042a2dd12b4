"""The table of sessions: filtered, sorted, searched as one types, and kept up to date while they run."""

import asyncio
from typing import TYPE_CHECKING, ClassVar

from msgspec import structs
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from dashcam.pricing.currency import Currency
from dashcam.queries.answers import SessionAnswer
from dashcam.queries.sessions import SessionPage, changed_since
from dashcam.records.errors import DashcamError
from dashcam.tui import look
from dashcam.tui.asking import MORE, Chosen, Sorting, page_of
from dashcam.tui.data import Begun, Data
from dashcam.tui.listing import Column, Listing
from dashcam.tui.plain import OneLine
from dashcam.writing import words

if TYPE_CHECKING:
    from concurrent.futures import Future

    from dashcam.agents.launching import Order

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
    Sessions #search { border: none; height: 0; padding: 0 1; }
    Sessions #search.open { height: 1; }
    Sessions Listing { padding: 0 1; }
    """

    def __init__(self, data: Data, begun: Begun[SessionPage] | None = None) -> None:
        super().__init__()
        self._data = data
        self._begun = begun
        self._currency = data.machine.currency
        self.chosen = Chosen()
        self._sorting = Sorting()
        self._first: SessionPage | None = None
        self._revision = 0
        self._complete = False

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield OneLine(id="asked")
        yield Input(placeholder="Part of the title, the prompt, the project or the id", id="search")
        yield Listing(columns(self._data, self._currency), empty="Reading the sessions...", id="sessions")
        yield OneLine(id="totals")

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
        self._load(answer)

    def take_focus(self) -> None:
        """Let keys go to the table."""
        self.listing.focus()

    def changed(self) -> None:
        """Take in what the database has heard of since."""
        self.follow()

    def load(self) -> None:
        """Ask for everything anew."""
        self._load()

    @work(exclusive=True, group="load")
    async def _load(self, begun: "Future[SessionPage] | None" = None) -> None:
        """Show the first rows at once, and the others as they come."""
        machine, chosen, sorting = self._data.machine, self.chosen, self._sorting
        self.listing.mark_sorted(sorting.title)
        self._complete = False
        try:
            if begun is not None:
                page = await asyncio.wrap_future(begun)
            else:
                page = await self._data.ask(page_of(machine, chosen, sorting), self)
            if page is not self._first:
                self._show_first(page)
            while page.next is not None:
                await asyncio.sleep(REST_SECONDS)
                more = page_of(machine, chosen, sorting, cursor=page.next, limit=MORE)
                page = await self._data.ask(more, self)
                self.listing.add(page.rows)
                self._say(complete=page.next is None)
        except DashcamError as error:
            self._fail(error)
            return
        self._complete = True

    def _show_first(self, page: SessionPage) -> None:
        self._first, self._revision = page, page.revision
        self.listing.say_when_empty("No session fits. Press f to change the filter, / to search for something else.")
        self.listing.show(page.rows, keep=lambda row: row.session_id)
        self.query_one("#asked", OneLine).update(" · ".join(self.chosen.words()))
        self._say(complete=page.next is None)

    def _say(self, *, complete: bool) -> None:
        totals = self._first.totals if self._first is not None else None
        if totals is None:
            return
        shown = len(self.listing.rows)
        some = words.some(totals.sessions, "session") if complete else f"{shown:,} of {totals.sessions:,} sessions"
        self.query_one("#totals", OneLine).update(
            f"{some}   {words.tokens(totals.total_tokens)} tokens   {look.cost(totals, self._currency)}"
        )

    @work(exclusive=True, group="follow")
    async def follow(self) -> None:
        """Take in the sessions that changed; where a new one came, or too many did, ask for all anew."""
        revision = self._revision
        try:
            found = await self._data.ask(lambda database, at: changed_since(database, revision, at), self)
        except DashcamError as error:
            self._fail(error)
            return
        self._revision = found.revision
        if found.complete and not found.rows:
            return
        known = {row.session_id: at for at, row in enumerate(self.listing.rows)}
        if not found.complete or not self._complete or any(row.session_id not in known for row in found.rows):
            self.load()
            return
        rows = list(self.listing.rows)
        for row in found.rows:
            rows[known[row.session_id]] = row
        self.listing.show(rows, keep=lambda row: row.session_id)

    def _fail(self, error: DashcamError) -> None:
        self.query_one("#totals", OneLine).update(error.in_line)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let the key that opens the search be a sign of it while one types there."""
        if action == "search" and isinstance(self.screen.focused, Input):
            return False
        if action == "leave_search":
            return self.query_one("#search", Input).has_class("open")
        return super().check_action(action, parameters)

    def action_search(self) -> None:
        """Search as one types."""
        field = self.query_one("#search", Input)
        field.add_class("open")
        # At once (as the key goes first of all): what is typed meanwhile would else be taken for other keys.
        self.screen.set_focus(field)

    def action_leave_search(self) -> None:
        """Close the search and take it back."""
        field = self.query_one("#search", Input)
        if field.has_class("open"):
            field.value = ""
            field.remove_class("open")
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

        self.app.push_screen(FilterPanel(self._data, self.chosen), self._choose)

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
            self.app.copy_to_clipboard(row.session_id)
            self.notify(f"Copied {row.session_id}")

    @work
    async def action_copy_resume(self) -> None:
        """Copy the command that resumes the session."""
        from dashcam.queries.resuming import resume_line
        from dashcam.queries.sessions import one_session

        row = self.listing.current
        if row is None:
            return
        line = await self._data.ask(
            lambda database, at: resume_line(one_session(database, f"{row.agent}:{row.session_id}", at)), self
        )
        if line:
            self.app.copy_to_clipboard(line)
        self.notify(f"Copied {line}" if line else "This session cannot be resumed by itself.")


def columns(data: Data, currency: Currency) -> "tuple[Column[SessionAnswer], ...]":
    """The columns of the table; the first to go where it is narrow have the greatest rank."""
    agents = data.machine.agents
    return (
        Column(title="", show=lambda row: look.status(row.status)[:1], width=1),
        Column(title="Status", show=lambda row: look.status(row.status)[2:], width=9, rank=7),
        Column(title="", show=lambda row: look.agent(agents, row.agent, with_name=False), width=1),
        Column(title="Session", show=look.title, width=14, grows=4, rank=-1),
        Column(title="Agent", show=lambda row: row.agent, width=13, rank=6),
        Column(title="Project", show=lambda row: look.folder(row.project), width=10, grows=1, rank=3),
        Column(title="Model", show=look.models, width=12, grows=1, rank=4),
        Column(title="Duration", show=lambda row: words.seconds(row.duration_seconds), width=8, right=True, rank=5),
        Column(title="Tokens", show=lambda row: words.tokens(row.total_tokens), width=7, right=True, rank=1),
        Column(title="Cost", show=lambda row: look.cost(row, currency), width=9, right=True),
        Column(title="Started", show=lambda row: words.time(row.started_at), width=16, rank=2),
    )
