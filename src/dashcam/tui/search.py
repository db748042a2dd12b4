"""Words in all that was said."""

from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from dashcam.queries.found import HitAnswer, found_listing
from dashcam.queries.search import search
from dashcam.records.errors import DashcamError
from dashcam.records.filters import Filter
from dashcam.tui import look
from dashcam.tui.data import Data
from dashcam.tui.drawing import LABELS
from dashcam.tui.listing import Column, Listing
from dashcam.tui.pane import Pane
from dashcam.tui.plain import OneLine
from dashcam.writing import words
from dashcam.writing.safe import safe_text

MOST_HITS = 200
LEAD_SHARE = 3
"""Which share of the room beside a mark goes to the words before it, where those behind it are many."""


class Search(Pane):
    """Words in all that was said."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "ask", "Search", priority=True),
        Binding("escape", "results", "To the results"),
        Binding("down", "results", "To the results", show=False),
    ]
    DEFAULT_CSS = """
    Search #words { border: none; height: 1; padding: 0 1; background: $panel; }
    Search Listing { padding: 0 1; }
    Search .said { height: 1; padding: 0 1; color: $text-muted; }
    """

    def __init__(self, data: Data) -> None:
        super().__init__(data)
        self._said = ""

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield Input(placeholder='Words, or "a phrase in quotes"', id="words")
        yield OneLine("", classes="said")
        yield Listing(_hit_columns(), empty="Type what you look for.")

    def take_focus(self) -> None:
        """Type at once."""
        self.screen.set_focus(self.query_one(Input))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let the key that opens the search be a sign of it while one types there."""
        is_typing = isinstance(self.screen.focused, Input)
        if action in {"ask", "results"} and is_typing == (action == "ask"):
            return False
        return super().check_action(action, parameters)

    def action_ask(self) -> None:
        """Type another search."""
        self.take_focus()

    def action_results(self) -> None:
        """Go to what was found; keys are keys again there."""
        self.screen.set_focus(self.query_one(Listing))

    def changed(self) -> None:
        """What was found stays until something else is asked for."""

    def on_input_changed(self) -> None:
        """Search as one types."""
        self.load()

    def on_input_submitted(self) -> None:
        """Go to what was found."""
        self.action_results()

    @work(exclusive=True)
    async def load(self) -> None:
        """Ask, and show."""
        said = self.query_one(Input).value.strip()
        listing = self.query_one(Listing)
        if len(said) < 2:  # noqa: PLR2004  one letter stands everywhere
            listing.say_when_empty("Type what you look for.")
            listing.show([])
            self.query_one(".said", OneLine).update()
            return
        agents = self._data.machine.agents
        try:
            found = await self._data.ask(
                lambda database, at: found_listing(
                    search(database, agents, said, Filter(), at), at.zone, limit=MOST_HITS
                ),
                self,
            )
        except DashcamError as error:
            self.fail(error)
            return
        listing.say_when_empty(f"Nothing holds “{safe_text(said)}”.")
        listing.show(found.rows, keep=(lambda row: (row.session_id, row.event_id)) if said == self._said else None)
        self._said = said
        more = words.some(found.totals.hits, "hit") + (" and more" if found.totals.more else "")
        self.query_one(".said", OneLine).update(f"{more} in {words.some(found.totals.sessions, 'session')}")


def _hit_columns() -> tuple[Column[HitAnswer], ...]:
    return (
        Column(title="", show=lambda row: look.agent(row.agent, with_name=False), width=1),
        Column(title="Session", show=lambda row: safe_text(row.title) or "(no title)", width=14, grows=1, rank=-1),
        Column(title="Who", show=_who, width=9, rank=3),
        Column(title="Found", show=_snippet, draw=_fitted_snippet, width=18, grows=3, rank=1),
        Column(title="When", show=lambda row: words.time(row.at), width=16, rank=2),
    )


def _who(row: HitAnswer) -> str:
    return LABELS[row.kind][0] if row.kind in LABELS else safe_text(row.kind)


def _snippet(row: HitAnswer) -> Text:
    """Make a snippet harmless piece by piece, so that its marks stay where the words are."""
    made, at = Text(), 0
    for start, end in row.marks:
        if end > at:
            made.append(_harmless(row.snippet[at:start]))
            made.append(_harmless(row.snippet[max(start, at) : end]), "reverse")
            at = end
    return made.append(_harmless(row.snippet[at:]))


def _fitted_snippet(row: HitAnswer, room: int) -> Text:
    """Leave out as much of what comes before the first mark as must be for the mark to be in sight."""
    made = _snippet(row)
    if made.cell_len <= room or not made.spans:
        return made
    start, end, _ = made.spans[0]
    marked, behind = cell_len(made.plain[start:end]), cell_len(made.plain[end:])
    if cell_len(made.plain[:start]) + marked + min(behind, 1) <= room:
        return made
    left = room - marked - 1
    lead = max(left // LEAD_SHARE, left - behind)
    cut = next(at for at in range(start + 1) if at == start or cell_len(made.plain[at:start]) <= lead)
    while cut < start and not cell_len(made.plain[cut]):
        cut += 1
    return Text("…") + made[cut:]


def _harmless(piece: str) -> str:
    """Make a piece of a text harmless, and keep the space at its ends."""
    made = safe_text(piece)
    if not made:
        return " " if piece.isspace() else ""
    return " " * piece[0].isspace() + made + " " * piece[-1].isspace()
