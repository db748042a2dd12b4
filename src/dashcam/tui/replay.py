"""The conversation, from end to end: loaded by the page, drawn by the line, with a cursor of time below it.

What a stranger would get wrong: of a long session only a stretch is held, since to draw all of it would take minutes.
The stretch moves with the cursor, and the outline knows of everything else: prompts, errors, minutes.
"""

from typing import ClassVar

import msgspec
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import MouseScrollDown, MouseScrollUp
from textual.widgets import Input

from dashcam.queries.moment import Moment
from dashcam.queries.outline import EntriesPage, Outline, Span, entries_page, outline
from dashcam.queries.sessions import one_session
from dashcam.records.clock import moment
from dashcam.records.errors import DashcamError, NotFound
from dashcam.records.rows import SessionRow
from dashcam.store.database import Database
from dashcam.tui import look
from dashcam.tui.conversation import Conversation
from dashcam.tui.data import Data
from dashcam.tui.dock import LaunchDock
from dashcam.tui.finding import holding
from dashcam.tui.footer import Footer
from dashcam.tui.plain import OneLine
from dashcam.tui.steered import KEYS, Steered

PAGE = 60
LONGEST = 20_000
CHART_HEIGHT = 2
MINUTE_MS = 60_000
GAP, LEAST_TITLE = 3, 12
JUST_LAUNCHED = "Just launched; what it does comes in a moment"


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """What a question about the conversation answers."""

    page: EntriesPage
    outline: Outline | None
    session: SessionRow


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """Output by the minute."""

    outline: Outline
    """What it is of."""
    width: int
    minutes_a_sign: int
    lines: list[Text]


class Replay(Steered):
    """A session's conversation."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,backspace", "leave", "Back"),
        Binding("n", "prompt(1)", "Next prompt"),
        Binding("N", "prompt(-1)", "Prompt before", show=False),
        Binding("x", "error", "Next error"),
        Binding("space", "fold", "Fold"),
        Binding("slash", "find", "Find", priority=True),
        Binding("f", "follow", "Follow"),
        Binding("question_mark", "app.keys", "Keys"),
        *KEYS,
    ]
    DEFAULT_CSS = """
    Replay #where { height: 1; padding: 0 1; background: $panel; }
    Replay #time { height: 3; padding: 0 1; }
    Replay.-short #time { display: none; }
    Replay #find { border: none; height: 0; padding: 0 1; }
    Replay #find.open { height: 1; }
    """

    def __init__(self, data: Data, address: str, *, event: str = "", follow: bool = False) -> None:
        super().__init__(data, address)
        self._event = event
        self.outline: Outline | None = None
        self._session: SessionRow | None = None
        self._chart: Chart | None = None
        self.following = follow
        self._total = 0

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield OneLine("Reading the conversation...", id="where")
        yield Conversation()
        yield Input(placeholder="Find in what is shown, Enter for the next one", id="find")
        yield LaunchDock(self._data, self.address)
        yield OneLine(id="time")
        yield Footer()

    @property
    def conversation(self) -> Conversation:
        """The lines."""
        return self.query_one(Conversation)

    @property
    def position(self) -> int:
        """Where in the whole session the cursor stands."""
        shown = self.conversation
        return shown.entries[shown.cursor].position if shown.entries else 0

    def on_mount(self) -> None:
        """Begin at the beginning, or at the event that was asked for."""
        self.conversation.focus()
        self.load(0, with_outline=True, to_end=self.following)

    def on_resize(self) -> None:
        """Draw the time anew."""
        self.dock.draw()
        self._say()

    def changed(self) -> None:
        """Take in what was said since; who follows goes along."""
        position = self._total if self.following else self.position
        self.load(position, with_outline=True, to_end=self.following, stay=not self.following)

    @work(exclusive=True)
    async def load(
        self, position: int, *, with_outline: bool = False, to_end: bool = False, stay: bool = False
    ) -> None:
        """Load the stretch around a position, and put the cursor there; with `stay` nothing moves."""

        def ask(database: Database, at: Moment) -> Stretch:
            session = one_session(database, self.address, at)
            drawn = outline(database, session) if with_outline or self.outline is None else None
            whole = drawn or self.outline
            wanted = position
            if self._event and whole is not None and self._event in whole.id:
                wanted = whole.id.index(self._event)
            total = len(whole.id) if whole is not None else 0
            first = max(0, min(total, total if to_end else wanted) - PAGE // 2)
            span = Span(position=first, limit=PAGE, longest=LONGEST)
            return Stretch(
                page=entries_page(database, self._data.machine.agents, session, span, at),
                outline=drawn,
                session=session,
            )

        try:
            found = await self._data.ask(ask, self)
        except DashcamError as error:
            is_coming = self.following and isinstance(error, NotFound)
            said = JUST_LAUNCHED if is_coming else error.in_line
            self.query_one("#where", OneLine).update(said)
            return
        if not self.query(Conversation):
            return  # The program ends, and takes its screens apart.
        if found.outline is not None:
            self.outline = found.outline
            if self._event in found.outline.id:
                position = found.outline.id.index(self._event)
        self._event = ""
        self.title_of_session = found.session.title
        self._session = found.session
        rows = found.page.rows
        self._total = found.page.total
        wanted = self._total - 1 if to_end else position
        place = next((at for at, row in enumerate(rows) if row.position >= wanted), len(rows) - 1)
        self.conversation.show(rows, cursor=place, stay=stay)
        self.dock.arrived(rows)
        self._say()

    def _say(self) -> None:
        drawn = self.outline
        if drawn is None:
            return
        at = drawn.at[self.position] if self.position < len(drawn.at) else 0
        if not self._total:
            self.query_one("#where", OneLine).update("Nothing of this session is on record.")
            return
        clock = moment((drawn.start + at) * 1000, self._data.machine.moment().zone)
        where = Text(f"{self.position + 1:,} of {self._total:,}", style="bold")
        where.append(f"   {clock:%Y-%m-%d %H:%M:%S}", style=look.QUIET)
        if self.following:
            where.append("   ● follows", style=look.STATUS["running"][1])
        self.query_one("#where", OneLine).update(self._headed(where))
        self.query_one("#time", OneLine).update(self._time(drawn, at))

    def _headed(self, where: Text) -> Text:
        """Say which session it is, in what room is left beside the place in it."""
        room = self.size.width - 2 - where.cell_len - GAP
        if self._session is None or room < LEAST_TITLE:
            return where
        made = Text(no_wrap=True)
        made.append_text(look.status(self._session.status)[:1]).append(" ")
        made.append_text(look.agent(self._data.machine.agents, self._session.agent, with_name=False)).append(" ")
        made.append(look.title(self._session))
        made.truncate(room, overflow="ellipsis", pad=True)
        return made.append(" " * GAP).append_text(where)

    def _time(self, drawn: Outline, at: int) -> Text:
        """Draw output by the minute, and where the cursor stands in it."""
        width = max(10, self.size.width - 3)
        if self._chart is None or self._chart.outline is not drawn or self._chart.width != width:
            self._chart = _chart_of(drawn, width)
        cursor = min(width - 1, max(0, at) // MINUTE_MS // self._chart.minutes_a_sign)
        return Text("\n").join([*self._chart.lines, Text(" " * cursor + "▲", style=look.INPUT)])

    def action_leave(self) -> None:
        """Close what was opened last: something in the dock, the search, or the screen."""
        if self.dock.leave():
            return
        field = self.query_one("#find", Input)
        if field.has_class("open"):
            field.remove_class("open")
            self.conversation.found = ""
            self.conversation.refresh()
            self.conversation.focus()
        else:
            self.app.pop_screen()

    def action_step(self, by: int) -> None:
        """Go to the next entry, or the one before."""
        self._to(self.position + by)

    def action_page(self, by: int) -> None:
        """Scroll by a window's height; the cursor comes along."""
        shown = self.conversation
        shown.scroll_relative(y=by * max(1, shown.size.height - 2), animate=False, force=True)
        self._to(shown.entries[shown.top()].position if shown.entries else 0, bring=False)

    def action_edge(self, last: int) -> None:
        """Go to the beginning, or the end."""
        self._to(self._total - 1 if last else 0)

    def action_prompt(self, by: int) -> None:
        """Go to the next prompt, or the one before."""
        self._to_next("user", by)

    def action_error(self) -> None:
        """Go to the next thing that failed, from the last one round to the first."""
        drawn = self.outline
        if drawn is None:
            return
        errors = {at for at, kind in enumerate(drawn.kind) if drawn.kinds[kind] == "error"}
        places = sorted(errors | set(drawn.failed))
        if not places:
            self.notify("Nothing failed here.")
            return
        self._to(next((place for place in places if place > self.position), places[0]))

    def _to_next(self, kind: str, by: int) -> None:
        drawn = self.outline
        if drawn is None or kind not in drawn.kinds:
            return
        wanted = drawn.kinds.index(kind)
        places = [at for at, each in enumerate(drawn.kind) if each == wanted]
        ahead = [at for at in places if (at > self.position if by > 0 else at < self.position)]
        if ahead:
            self._to(ahead[0] if by > 0 else ahead[-1])
        else:
            self.notify("There is no further prompt." if by > 0 else "There is no prompt before.")

    def _to(self, position: int, *, bring: bool = True) -> None:
        self.following = False
        position = max(0, min(position, self._total - 1))
        shown = self.conversation
        held = {row.position: at for at, row in enumerate(shown.entries)}
        if position not in held:
            self.load(position)
            return
        place = held[position]
        is_near_edge = (place < PAGE // 8 and shown.entries[0].position > 0) or (
            place >= len(shown.entries) - PAGE // 8 and shown.entries[-1].position < self._total - 1
        )
        if bring:
            shown.go(place)
        else:
            shown.cursor = place
            shown.refresh()
        self._say()
        if is_near_edge:
            self.load(position, stay=True)

    def action_fold(self) -> None:
        """Fold or unfold what the cursor stands on."""
        self.conversation.toggle()

    def action_follow(self) -> None:
        """Go to the end, and along with it as it grows."""
        self.following = not self.following
        if self.following:
            self.go_along()
        self._say()

    def go_along(self) -> None:
        """Follow what is said."""
        self.following = True
        self.load(self._total, with_outline=True, to_end=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let the key that opens the search be a sign of it while one types there."""
        if action == "find" and isinstance(self.focused, Input):
            return False
        return super().check_action(action, parameters)

    def take_keys(self) -> None:
        """Move in the conversation again."""
        self.conversation.focus()

    def action_find(self) -> None:
        """Find words in the conversation."""
        field = self.query_one("#find", Input)
        field.add_class("open")
        self.set_focus(field)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Mark what is typed so far."""
        self.conversation.found = event.value
        self.conversation.refresh()

    @work(exclusive=True, group="find")
    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the next entry that holds it, from the last one round to the first."""
        wanted = event.value.lower()
        if not wanted:
            return
        start = self.position + 1
        found = await self._data.ask(
            lambda database, at: holding(database, self._data, self.address, wanted, start, at), self
        )
        if found is None:
            self.notify(f"“{event.value}” is not in this conversation.")
        else:
            self._to(found)

    def on_mouse_scroll_down(self, _event: MouseScrollDown) -> None:
        """Let the cursor follow the wheel."""
        self.call_after_refresh(self._after_wheel)

    def on_mouse_scroll_up(self, _event: MouseScrollUp) -> None:
        """Let the cursor follow the wheel."""
        self.call_after_refresh(self._after_wheel)

    def _after_wheel(self) -> None:
        shown = self.conversation
        if shown.entries:
            self._to(shown.entries[shown.top()].position, bring=False)


def _chart_of(drawn: Outline, width: int) -> Chart:
    last = max([*drawn.at, *drawn.calls.at, 0])
    minutes = [0.0] * (last // MINUTE_MS + 1)
    for when, tokens in zip(drawn.calls.at, drawn.calls.output_tokens, strict=True):
        minutes[max(0, when) // MINUTE_MS] += tokens
    return Chart(
        outline=drawn,
        width=width,
        minutes_a_sign=max(1, -(-len(minutes) // width)),
        lines=look.columns_of(minutes, CHART_HEIGHT, width, look.OUTPUT),
    )
