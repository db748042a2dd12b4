"""What runs now, and what it does."""

from rich.text import Text
from textual import work
from textual.app import ComposeResult

from dashcam.queries.moment import Moment
from dashcam.queries.now import Now, NowAnswer, now
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

EVERY_SECONDS = 5


class Live(Pane):
    """What runs now, and what it does."""

    DEFAULT_CSS = "Live Listing { padding: 0 1; } Live .said { height: 1; padding: 0 1; color: $text-muted; }"

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield OneLine("Looking...", classes="said")
        yield Listing(_live_columns(self._data), empty="Nothing runs now, and nothing did in the last 15 minutes.")

    def on_mount(self) -> None:
        """Look again while time goes on, though nothing is written."""
        super().on_mount()
        self.set_interval(EVERY_SECONDS, self.look_again)

    def look_again(self) -> None:
        """Ask anew, unless another screen is shown; what is hidden is asked when it is gone to."""
        if self.display and self.screen.is_active:
            self.load()

    @work(exclusive=True)
    async def load(self) -> None:
        """Ask, and show."""
        try:
            told = await self._data.ask(self._ask, self)
        except DashcamError as error:
            self.fail(error)
            return
        self.query_one(Listing).show(told.rows, keep=lambda row: row.session.session_id)
        self.query_one(".said", OneLine).update(_counts(told))

    def _ask(self, database: Database, at: Moment) -> Now:
        return now(database, self._data.machine.agents, Filter(), at)


def _counts(told: Now) -> str:
    waiting = "1 waits" if told.waiting == 1 else f"{told.waiting} wait"
    has_more = any(row.together.cost_usd != row.session.cost_usd for row in told.rows)
    below = "   costs include subagents" if has_more else ""
    return f"{waiting} for you, {words.some(told.running, 'session')} at work{below}"


def _live_columns(data: Data) -> tuple[Column[NowAnswer], ...]:
    machine = data.machine
    return (
        Column(title="", show=lambda row: look.status(row.session.status)[:1], width=1),
        Column(title="", show=lambda row: look.agent(row.session.agent, with_name=False), width=1),
        Column(title="Session", show=lambda row: look.title(row.session), width=14, grows=2, rank=-1),
        Column(title="Agent", show=lambda row: safe_text(row.session.agent), width=13, rank=6),
        Column(title="Project", show=lambda row: look.folder(row.session.project), width=12, rank=3),
        Column(title="Now", show=_doing, width=14, grows=3, rank=1),
        Column(title="Tokens/min", show=_per_minute, width=10, right=True, rank=5),
        Column(title="Cost", show=lambda row: look.cost(row.together, machine.currency), width=9, right=True, rank=2),
    )


def _doing(row: NowAnswer) -> Text:
    if row.waiting_for is not None:
        kinds = {"permission": "waits for permission", "answer": "waits for an answer", "input": "waits for you"}
        said = kinds.get(row.waiting_for.kind, row.waiting_for.kind)
        return Text(
            f"{said} {safe_text(row.waiting_for.tool)} {safe_text(row.waiting_for.words)}",
            style=look.STATUS["waiting"][1],
        )
    if row.doing is not None:
        tool = safe_text(row.doing.tool) or "asks the model"
        return Text(f"{tool} {safe_text(row.doing.words)}")
    return Text(row.phase, style=look.QUIET)


def _per_minute(row: NowAnswer) -> str:
    return words.tokens(None if row.tokens_per_minute is None else round(row.tokens_per_minute))
