"""Where things are kept, which agents were found, and what the doctor says."""

from rich.table import Table
from rich.text import Text
from textual import work
from textual.app import ComposeResult

from dashcam.queries.agents import agent_listing
from dashcam.queries.health import Asked as Examined
from dashcam.queries.health import health
from dashcam.queries.moment import Moment
from dashcam.records.errors import DashcamError
from dashcam.store.database import Database
from dashcam.store.store import without_password
from dashcam.tui import look
from dashcam.tui.pane import Pane, Scrolled, heading
from dashcam.tui.plain import Plain
from dashcam.writing import words
from dashcam.writing.safe import safe_text

LEVELS = {
    "broken": ("✗", look.STATUS["failed"][1]),
    "warning": ("!", look.STATUS["waiting"][1]),
    "note": ("·", look.QUIET),
    "ok": ("✓", look.STATUS["completed"][1]),
}


class Settings(Pane):
    """Where things are kept, which agents were found, and what the doctor says."""

    DEFAULT_CSS = "Settings VerticalScroll { padding: 0 1; }"

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with Scrolled():
            yield Plain("Looking at everything...", classes="said")

    @work(exclusive=True)
    async def load(self) -> None:
        """Ask, and show."""
        try:
            made = await self._data.ask(self._ask, self)
        except DashcamError as error:
            self.fail(error)
            return
        self.query_one(".said", Plain).update(made)

    def _ask(self, database: Database, at: Moment) -> Table:
        machine = self._data.machine
        whole = Table.grid(expand=True)
        whole.add_column()
        facts = Table.grid(padding=(0, 2))
        facts.add_column(style=look.QUIET)
        facts.add_column()
        facts.add_row("Settings", Text(safe_text(str(machine.settings_path))))
        facts.add_row("Database", Text(safe_text(without_password(machine.database_url))))
        facts.add_row("Currency", machine.currency.code)
        facts.add_row("Time zone", Text(str(at.zone)))
        whole.add_row(facts)
        whole.add_row("")
        whole.add_row(heading("Agents"))
        found = Table.grid(padding=(0, 2))
        for justify in ("left", "right", "right"):
            found.add_column(justify=justify, no_wrap=True)
        found.add_row("", Text("Sessions", style=look.QUIET), Text("Files", style=look.QUIET))
        listed = agent_listing(
            database, machine.agents, machine.environment, machine.settings, machine=machine.machine, zone=at.zone
        )
        for row in listed.rows:
            found.add_row(
                look.agent(row.agent),
                words.count(row.sessions),
                words.count(row.files),
            )
        whole.add_row(found)
        whole.add_row("")
        whole.add_row(heading("Doctor"))
        doctor = Table.grid(padding=(0, 2))
        doctor.add_column(no_wrap=True)
        doctor.add_column()
        examined = Examined(
            agents=machine.agents, environment=machine.environment, settings=machine.settings,
            machine=machine.machine, troubles=[],
        )  # fmt: skip
        for one in health(database, examined).rows:
            sign, color = LEVELS[one.level]
            told = Text.assemble((f"{safe_text(one.topic)}  ", look.QUIET), safe_text(one.what))
            if one.next:
                told.append(f"\n{safe_text(one.next)}", style=look.QUIET)
            doctor.add_row(Text(f"{sign} {one.level}", style=color), told)
        whole.add_row(doctor)
        return whole
