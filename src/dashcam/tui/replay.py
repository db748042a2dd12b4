"""The conversation, from end to end: loaded by the page, drawn by the line, with a cursor of time below it.

What a stranger would get wrong: of a long session only a stretch is held, since to draw all of it would take minutes.
The stretch moves with the cursor, and the outline knows of everything else: prompts, errors, minutes. News that come
while a key's stretch is asked for take nothing from it: the wish stays until it is shown.
"""

from typing import ClassVar

import msgspec
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
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
from dashcam.tui.minutes import Chart, chart_of
from dashcam.tui.plain import OneLine
from dashcam.tui.steered import KEYS, Steered
from dashcam.writing import words

PAGE = 60
"""Entries of a stretch, at least: it holds four windows, and an entry has two lines at least."""
NEAR = 5
"""So small a part of a stretch before its end more of it is loaded."""
LONGEST = 20_000
GAP, LEAST_TITLE = 3, 12
JUST_LAUNCHED = "Just launched; what it does comes in a moment"


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """What a question about the conversation answers."""

    page: EntriesPage
    outline: Outline | None
    session: SessionRow


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What the next stretch is to show."""

    position: int | None = None
    """None where nothing is to move."""
    to_end: bool = False
    with_outline: bool = False


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
    Replay #find { border: none; height: 1; padding: 0 1; display: none; }
    """

    def __init__(self, data: Data, address: str, *, event: str = "", sought: str = "", follow: bool = False) -> None:
        """Make the screen; with an event it begins there, and shows the words that were sought in it."""
        super().__init__(data, address)
        self._sought = sought
        self._event = event
        self.outline: Outline | None = None
        self._session: SessionRow | None = None
        self._chart: Chart | None = None
        self.following = follow
        self._total = 0
        self._wish: Wish | None = None

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

    @property
    def goal(self) -> int:
        """Where the cursor stands as soon as everything that was asked for is shown."""
        wish = self._wish
        if wish is None or wish.position is None:
            return self.position
        return max(0, self._total - 1) if wish.to_end else wish.position

    def on_mount(self) -> None:
        """Begin at the beginning, or at the event that was asked for."""
        self.conversation.focus()
        self.conversation.found = self._sought
        self.conversation.seek(self._sought)
        self.want(0, with_outline=True, to_end=self.following)

    def on_resize(self) -> None:
        """Draw the time anew."""
        self.dock.draw()
        self._say()

    def changed(self) -> None:
        """Take in what was said since; who follows goes along."""
        self.want(self._total if self.following else None, with_outline=True, to_end=self.following)

    def want(self, position: int | None = None, *, to_end: bool = False, with_outline: bool = False) -> None:
        """Load the stretch around a position, and put the cursor there; without one nothing moves.

        What was wanted before and is not shown yet is still wanted, unless this says where to go.
        """
        before = self._wish
        if before is not None and position is None:
            position, to_end = before.position, before.to_end
        is_new = before is None or with_outline
        wish = Wish(position=position, to_end=to_end, with_outline=with_outline or bool(before and before.with_outline))
        if is_new or wish != before:
            self._wish = wish
            self.load(wish)

    @work(exclusive=True)
    async def load(self, wish: Wish) -> None:
        """Ask for what is wanted, draw it, and show it."""
        asked_at = self.position
        position = asked_at if wish.position is None else wish.position
        size = max(PAGE, 2 * self.conversation.size.height)

        def ask(database: Database, at: Moment) -> Stretch:
            session = one_session(database, self.address, at)
            drawn = outline(database, session) if wish.with_outline or self.outline is None else None
            whole = drawn or self.outline
            wanted = position
            if self._event and whole is not None and self._event in whole.id:
                wanted = whole.id.index(self._event)
            total = len(whole.id) if whole is not None else 0
            first = max(0, min(total, total if wish.to_end else wanted) - size // 2)
            span = Span(position=first, limit=size, longest=LONGEST)
            return Stretch(
                page=entries_page(database, self._data.machine.agents, session, span, at),
                outline=drawn,
                session=session,
            )

        try:
            found = await self._data.ask(ask, self)
        except DashcamError as error:
            self._wish = None
            is_coming = self.following and isinstance(error, NotFound)
            said = JUST_LAUNCHED if is_coming else error.in_line
            self.query_one("#where", OneLine).update(said)
            return
        await self.conversation.prepare(found.page.rows)
        if not self.query(Conversation):
            return  # The program ends, and takes its screens apart.
        self._take_in(found, wish, position)
        if self.position != asked_at:
            self._extend()

    def _take_in(self, found: Stretch, wish: Wish, position: int) -> None:
        """Show a stretch; where nothing is to move, the cursor is where it went meanwhile."""
        is_at_event = False
        if found.outline is not None:
            self.outline = found.outline
            is_at_event = self._event in found.outline.id
            position = found.outline.id.index(self._event) if is_at_event else position
        self._event = ""
        self._wish = None
        self.title_of_session = found.session.title
        self._session = found.session
        rows = found.page.rows
        self._total = found.page.total
        goes_along = wish.to_end and self.following
        stay = not goes_along and not is_at_event and (wish.position is None or wish.to_end)
        wanted = self._total - 1 if goes_along else min(self.position, self._total - 1) if stay else position
        if stay and rows and not rows[0].position <= wanted <= rows[-1].position:
            self.want()
            return
        place = next((at for at, row in enumerate(rows) if row.position >= wanted), len(rows) - 1)
        self.conversation.show(rows, cursor=place, stay=stay)
        self.dock.arrived(rows)
        self._say()

    def _say(self) -> None:
        drawn = self.outline
        if drawn is None:
            return
        at = drawn.at[self.position] if self.position < len(drawn.at) else -drawn.start
        if not self._total:
            self.query_one("#where", OneLine).update("Nothing of this session is on record.")
            return
        clock = words.UNKNOWN
        if drawn.start + at > 0:
            zone = self._data.machine.moment().zone
            clock = f"{moment((drawn.start + at) * 1000, zone):%Y-%m-%d %H:%M:%S}"
        where = Text(f"{self.position + 1:,} of {self._total:,}", style="bold")
        where.append(f"   {clock}", style=look.QUIET)
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
        made.append_text(look.agent(self._session.agent, with_name=False)).append(" ")
        made.append(look.title(self._session))
        made.truncate(room, overflow="ellipsis", pad=True)
        return made.append(" " * GAP).append_text(where)

    def _time(self, drawn: Outline, at: int) -> Text:
        """Draw output by the minute, and where the cursor stands in it."""
        width = max(10, self.size.width - 3)
        if self._chart is None or self._chart.outline is not drawn or self._chart.width != width:
            self._chart = chart_of(drawn, width)
        return self._chart.with_mark(drawn.start + at)

    def action_leave(self) -> None:
        """Close what was opened last: something in the dock, the search, or the screen."""
        if self.dock.leave():
            return
        field = self.query_one("#find", Input)
        if field.display:
            field.display = False
            self.conversation.found = ""
            self.conversation.refresh()
            self.conversation.focus()
        else:
            self.app.pop_screen()

    def action_step(self, by: int) -> None:
        """Go to the next entry, or the one before."""
        self._to(self.goal + by)

    def action_page(self, by: int) -> None:
        """Scroll by a window's height; the cursor comes along, and where nothing is left to scroll, to the last one."""
        shown = self.conversation
        if shown.entries:
            self.following = False
            shown.page(by)
            self._arrived()

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
        self._to(next((place for place in places if place > self.goal), places[0]))

    def _to_next(self, kind: str, by: int) -> None:
        drawn = self.outline
        if drawn is None or kind not in drawn.kinds:
            return
        wanted = drawn.kinds.index(kind)
        places = [at for at, each in enumerate(drawn.kind) if each == wanted]
        ahead = [at for at in places if (at > self.goal if by > 0 else at < self.goal)]
        if ahead:
            self._to(ahead[0] if by > 0 else ahead[-1])
        else:
            self.notify("There is no further prompt." if by > 0 else "There is no prompt before.")

    def _to(self, position: int) -> None:
        self.following = False
        position = max(0, min(position, self._total - 1))
        shown = self.conversation
        held = {row.position: at for at, row in enumerate(shown.entries)}
        if position not in held:
            self.want(position)
            return
        if self._wish is not None and self._wish.position is not None:
            self.want(position)
        shown.go(held[position])
        self._arrived()

    def _arrived(self) -> None:
        """Say where the cursor is now, and have at hand what comes next."""
        self._say()
        self._extend()

    def _extend(self) -> None:
        """Load further where what is in sight comes near an end of the stretch."""
        entries, (first, last) = self.conversation.entries, self.conversation.in_sight()
        if not entries:
            return
        near = len(entries) // NEAR
        is_near_start = first < near and entries[0].position > 0
        is_near_end = last >= len(entries) - near and entries[-1].position < self._total - 1
        if is_near_start or is_near_end:
            self.want()

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
        self.want(self._total, with_outline=True, to_end=True)

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
        field.display = True
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
        start = self.goal + 1
        try:
            found = await self._data.ask(
                lambda database, at: holding(database, self._data, self.address, wanted, start, at), self
            )
        except DashcamError as error:
            self.notify(error.in_line, severity="error")
            return
        if found is None:
            self.notify(f"“{event.value}” is not in this conversation.")
        else:
            self.conversation.seek(event.value)
            self._to(found)

    def on_conversation_scrolled(self, event: Conversation.Scrolled) -> None:
        """Let the cursor follow the wheel and the bar; who scrolls back no longer follows what is said."""
        if self.following and event.is_at_end:
            return
        self.following = False
        self._arrived()
