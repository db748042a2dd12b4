"""One session: its totals, tokens by type and model, tokens per minute, tools, subagents and the receipt."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

import msgspec
from rich.table import Table
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from dashcam.agents.launching import Order
from dashcam.pricing.currency import DOLLAR
from dashcam.queries.detail import session_detail
from dashcam.queries.details import DetailAnswer, detail_answer
from dashcam.queries.moment import Moment
from dashcam.queries.receipts import receipt_of
from dashcam.queries.series import MinuteAnswer, session_minutes
from dashcam.queries.sessions import one_session
from dashcam.records.clock import moment
from dashcam.records.errors import DashcamError
from dashcam.store.database import Database
from dashcam.tui import look
from dashcam.tui.calls import Calls
from dashcam.tui.copying import copy, copy_resume
from dashcam.tui.data import Data
from dashcam.tui.footer import Footer
from dashcam.tui.launching import LaunchPanel
from dashcam.tui.minutes import MINUTE_MS
from dashcam.tui.pane import Bar, Scrolled, bars, heading
from dashcam.tui.plain import Plain
from dashcam.tui.replay import Replay
from dashcam.writing import words
from dashcam.writing.safe import safe_text
from dashcam.writing.sums import cost_of_all, known_together, tokens_of_all

CHART_HEIGHT = 5
MOST_MINUTES = 120
"""As many minutes and more are written as hours or days."""
MOST_EACH, EDGES_GAP = 4, 2
"""How wide a minute is at most, and how far apart at least the two ends are that stand below a chart."""
MOST_LINES = 24
NARROW = 100


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """All that the screen shows."""

    detail: DetailAnswer
    minutes: list[MinuteAnswer]


class Detail(Screen[None]):
    """A session's numbers."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,backspace", "app.pop_screen", "Back"),
        Binding("t", "transcript", "Transcript"),
        Binding("c", "calls", "Calls"),
        Binding("y", "copy", "Copy id"),
        Binding("Y", "copy_resume", "Copy the resume command", show=False),
        Binding("r", "resume", "Resume"),
        Binding("question_mark", "app.keys", "Keys"),
    ]
    DEFAULT_CSS = """
    Detail #name { height: auto; padding: 0 1; text-style: bold; background: $panel; }
    Detail #whole { padding: 0 1; }
    """

    def __init__(self, data: Data, address: str) -> None:
        super().__init__()
        self._data = data
        self.address = address
        self.told: Told | None = None

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield Plain("Reading the session...", id="name")
        with Scrolled(id="whole"):
            yield Plain(id="body")
        yield Footer()

    def on_mount(self) -> None:
        """Ask."""
        self.load()

    def on_resize(self) -> None:
        """Draw it for another window."""
        if self.told is not None:
            self._draw(self.told)

    def changed(self) -> None:
        """Take in what the database has heard of since."""
        self.load()

    @work(exclusive=True)
    async def load(self) -> None:
        """Ask for the session."""
        try:
            self.told = await self._data.ask(self._ask, self)
        except DashcamError as error:
            self.query_one("#name", Plain).update(error.in_line)
            return
        self._draw(self.told)

    def _ask(self, database: Database, at: Moment) -> Told:
        found = one_session(database, self.address, at)
        detail = session_detail(database, found, at)
        receipt = receipt_of(database, [found.row, *(row.row for row in detail.subagents)])
        minutes = session_minutes(database, found, at, subagents=True).minutes
        return Told(detail=detail_answer(detail, receipt, at), minutes=minutes)

    def _draw(self, told: Told) -> None:
        row, width = told.detail, max(20, self.size.width - 4)
        self.query_one("#name", Plain).update(Text(look.title(row), no_wrap=True, overflow="ellipsis"))
        self.query_one("#body", Plain).update(self._body(told, row, width))

    def _body(self, told: Told, row: DetailAnswer, width: int) -> Table:
        currency = self._data.machine.currency
        whole = Table.grid(expand=True)
        whole.add_column()
        whole.add_row(self._facts(row))
        whole.add_row("")
        tokens = tokens_of_all(row.together.total_tokens, known_together(row), words.count)
        whole.add_row(heading("Tokens", f"{tokens} together"))
        whole.add_row(look.token_bar(row.together, width - 2))
        whole.add_row(_types(row))
        whole.add_row("")
        for line in self._minutes(told.minutes, width - 2):
            whole.add_row(line)
        whole.add_row("")
        whole.add_row(heading("Models"))
        models = [_bar(one.model or "", one.total_tokens, look.cost(one, currency)) for one in row.model_usage]
        whole.add_row(bars(models, width, look.ACCENT, are_numbers=True))
        whole.add_row("")
        whole.add_row(heading("Tools", _listed(words.some(row.tool_calls, "call"), _failures(row.tool_failures))))
        tools = [
            Bar(
                name=one.tool,
                worth=one.calls,
                figure=words.some(one.calls, "call"),
                beside=_listed(_took(one.duration_seconds), _failures(one.failures)),
            )
            for one in row.tools
        ]
        if tools:
            whole.add_row(bars(tools, width, look.ACCENT))
        if row.subagents:
            whole.add_row("")
            whole.add_row(heading("Subagents", str(len(row.subagents))))
            below = [_bar(look.title(one), one.total_tokens, look.cost(one, currency)) for one in row.subagents]
            whole.add_row(bars(below, width, look.ACCENT, are_numbers=True))
        whole.add_row("")
        whole.add_row(heading("Receipt"))
        whole.add_row(self._receipt(row))
        for note in row.notes:
            whole.add_row(Text(f"· {safe_text(note)}", style=look.QUIET))
        return whole

    def _minutes(self, minutes: Sequence[MinuteAnswer], width: int) -> list[Text]:
        """Tokens per minute by type, and from when to when that is."""
        if not minutes:
            return [heading("Tokens per minute"), Text("No call to a model is on record.", style=look.QUIET)]
        first, last = minutes[0].minute, minutes[-1].minute
        values = (((one.minute - first) // MINUTE_MS, _parts(one)) for one in minutes)
        per, columns = look.over_time(values, (last - first) // MINUTE_MS + 1, width, len(look.TYPES))
        each = max(1, min(MOST_EACH, width // len(columns)))
        drawn = [column for column in columns for _ in range(each)]
        most = words.tokens(round(max(map(sum, columns))))
        zone = self._data.machine.moment().zone
        edges = _edges(moment(first * 1_000, zone), moment(last * 1_000, zone), len(drawn), width)
        span = f"{per} minutes" if per < MOST_MINUTES else words.seconds(per * 60)
        unit = "Tokens per minute" if per == 1 else f"Tokens per {span}"
        chart = look.stacked(drawn, look.TYPE_COLORS, CHART_HEIGHT, width)
        return [heading(unit, f"at most {most}"), *chart, Text(edges, style=look.QUIET)]

    def _facts(self, row: DetailAnswer) -> Table:
        facts = Table.grid(padding=(0, 2))
        machine = self._data.machine
        cost, source = cost_of_all(row.together, known_together(row), machine.currency), look.sources([row.source])
        own = f"  {look.cost(row, machine.currency)} without subagents" if row.subagents else ""
        duration = words.seconds(row.duration_seconds)
        # Without times nobody knows how long it worked, either.
        active = words.UNKNOWN if row.duration_seconds is None else words.seconds(row.active_seconds)
        pairs = [
            ("Session", Text(safe_text(row.session_id))),
            ("Agent", look.agent(row.agent)),
            ("Status", look.status(row.status)),
            ("Project", Text(safe_text(row.project) or words.UNKNOWN)),
            ("Started", Text(words.time(row.started_at))),
            ("Duration", Text(f"{duration}, active {active}")),
            ("Cost", Text.assemble((cost, "bold"), (f"{own}  {source}", look.QUIET))),
            ("Model", Text(look.models(row))),
        ]
        if row.error:
            pairs.append(("Error", Text(safe_text(row.error), style=look.STATUS["failed"][1])))
        if row.resume:
            pairs.append(("Resume", Text(safe_text(row.resume), style=look.QUIET)))
        if self.size.width >= NARROW:
            facts.add_column(style=look.QUIET)
            facts.add_column(ratio=1)
            facts.add_column(style=look.QUIET)
            facts.add_column(ratio=1)
            halves = -(-len(pairs) // 2)
            for at in range(halves):
                facts.add_row(*pairs[at], *(pairs[at + halves] if at + halves < len(pairs) else ("", "")))
            return facts
        facts.add_column(style=look.QUIET)
        facts.add_column()
        for name, shown in pairs:
            facts.add_row(name, shown)
        return facts

    def _receipt(self, row: DetailAnswer) -> Table:
        table = Table.grid(padding=(0, 2))
        for justify in ("left", "left", "right", "right", "right"):
            table.add_column(justify=justify)
        currency = self._data.machine.currency
        # Prices are listed in dollars: beside money of another currency they say so.
        dollar = "" if currency.code == DOLLAR.code else DOLLAR.symbol
        for line in row.receipt[:MOST_LINES]:
            rate = "" if line.usd_per_million is None else f"{dollar}{words.rate(line.usd_per_million)} per million"
            table.add_row(
                Text(safe_text(line.model), no_wrap=True, overflow="ellipsis"),
                Text(line.label, style=look.QUIET),
                "" if line.count is None else words.tokens(line.count),
                Text(rate, style=look.QUIET),
                words.money(words.nano(line.cost_usd), currency),
            )
        if rest := row.receipt[MOST_LINES:]:
            known = [words.nano(line.cost_usd) or 0 for line in rest if line.cost_usd is not None]
            cost = words.money(sum(known) if known else None, currency, at_least=len(known) < len(rest))
            table.add_row(Text(f"and {len(rest)} more", style=look.QUIET), "", "", "", cost)
        table.add_row("cost", "", "", "", cost_of_all(row.together, known_together(row), currency), style="bold")
        return table

    def action_transcript(self) -> None:
        """Open the conversation."""
        self.app.push_screen(Replay(self._data, self.address))

    def action_calls(self) -> None:
        """Show every model call, and why each cost what it cost."""
        self.app.push_screen(Calls(self._data, self.address))

    def action_copy(self) -> None:
        """Copy the session's id."""
        if self.told is not None:
            copy(self, self.told.detail.session_id)

    def action_copy_resume(self) -> None:
        """Copy the command that resumes it."""
        copy_resume(self, self.told.detail.resume if self.told is not None else "")

    def action_resume(self) -> None:
        """Go on with the session: a prompt is asked for."""
        if self.told is not None:
            panel = LaunchPanel(self._data, resume=self.address, title=look.title(self.told.detail))
            self.app.push_screen(panel, self._launched)

    def _launched(self, order: Order | None) -> None:
        if order is not None:
            self.app.push_screen(Replay(self._data, self.address, follow=True))


def _edges(first: datetime, last: datetime, drawn: int, width: int) -> str:
    """Say from when to when a chart of a width goes, with the days where they are two; else the beginning alone."""
    is_one_day = first.date() == last.date()
    form = "%H:%M" if is_one_day else "%m-%d %H:%M" if first.year == last.year else "%Y-%m-%d %H:%M"
    left, right = first.strftime(form), last.strftime(form)
    if len(left) + EDGES_GAP + len(right) <= drawn:
        return left + right.rjust(drawn - len(left))
    both = f"{left} to {right}"
    return both if not is_one_day and len(both) <= width else left


def _parts(one: MinuteAnswer) -> tuple[float, ...]:
    """The tokens of a minute by type."""
    return one.input_tokens, one.output_tokens, one.cache_read_tokens, one.cache_write_tokens


def _types(row: DetailAnswer) -> Text:
    made, known = Text(), known_together(row)
    for name, count, color in zip(look.TYPES, look.by_type(row.together), look.TYPE_COLORS, strict=True):
        made.append_text(look.key(name, color)).append(f" {tokens_of_all(count, known, words.count)}   ")
    return made


def _failures(count: int) -> str:
    return f"{count:,} failed" if count else ""


def _took(span: float) -> str:
    """How long calls took; nothing where it is 0, as it is where no line tells it."""
    return words.seconds(span) if span else ""


def _listed(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _bar(name: str, count: int | None, beside: str) -> Bar:
    return Bar(name=name, worth=count or 0, figure=f"{words.tokens(count)} tokens", beside=beside)
