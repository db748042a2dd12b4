"""Where things are kept, which agents were found, and what the doctor says."""

from rich.table import Table
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from dashcam.queries.agents import agent_listing
from dashcam.queries.health import Asked as Examined
from dashcam.queries.health import health
from dashcam.queries.moment import Moment
from dashcam.records.errors import DashcamError
from dashcam.store.database import Database
from dashcam.tui import look
from dashcam.tui.pane import Pane, heading
from dashcam.tui.plain import Plain
from dashcam.writing import words
from dashcam.writing.safe import safe_text


class Settings(Pane):
    """Where things are kept, which agents were found, and what the doctor says."""

    DEFAULT_CSS = "Settings VerticalScroll { padding: 0 1; }"

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with VerticalScroll():
            yield Plain("Looking at everything...", classes="said")

    @work(exclusive=True)
    async def load(self) -> None:
        """Ask, and show."""
        try:
            made = await self._data.ask(self._ask)
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
        facts.add_row("Settings", Text(str(machine.settings_path)))
        facts.add_row("Database", Text(machine.database_url.rpartition("@")[2]))
        facts.add_row("Currency", machine.currency.code)
        facts.add_row("Time zone", Text(str(at.zone)))
        whole.add_row(facts)
        whole.add_row("")
        whole.add_row(heading("Agents"))
        found = Table.grid(padding=(0, 2))
        listed = agent_listing(
            database, machine.agents, machine.environment, machine.settings, machine=machine.machine, zone=at.zone
        )
        for row in listed.rows:
            found.add_row(
                look.agent(machine.agents, row.agent),
                words.some(row.sessions, "session"),
                words.some(row.files, "file"),
            )
        whole.add_row(found)
        whole.add_row("")
        whole.add_row(heading("Doctor"))
        colors = {"broken": "#ef4444", "warning": "#f59e0b", "ok": "#22c55e"}
        examined = Examined(
            agents=machine.agents, environment=machine.environment, settings=machine.settings,
            machine=machine.machine, troubles=[],
        )  # fmt: skip
        for one in health(database, examined).rows:
            said = Text(f"{one.level:8}", style=colors.get(one.level, look.QUIET))
            said.append(safe_text(one.what), style="default")
            if one.next:
                said.append(f"  {safe_text(one.next)}", style=look.QUIET)
            whole.add_row(said)
        return whole
