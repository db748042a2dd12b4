"""The program of the terminal: screens by number, kept up to date by the database's revision.

What a stranger would get wrong: keys are answered from what is held, never from the database. And a database that is
gone for a while changes nothing on the screen but one line that says so.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import App, ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.theme import Theme
from textual.widgets import ContentSwitcher

from dashcam.queries.answers import SessionAnswer
from dashcam.queries.sessions import SessionPage
from dashcam.records.errors import DashcamError
from dashcam.tui.data import Begun, Data, is_gone
from dashcam.tui.footer import Footer
from dashcam.tui.listing import Listing
from dashcam.tui.panel import Panel
from dashcam.tui.plain import OneLine, Plain
from dashcam.tui.sessions import Sessions
from dashcam.tui.tabs import Tabs

if TYPE_CHECKING:
    from textual.filter import LineFilter
    from textual.worker import Worker

    from dashcam.tui.pane import Pane
    from dashcam.tui.watching import Watching

POLL_SECONDS, SOON_SECONDS = 0.1, 0.2
TIME_SECONDS = 30.0
"""So often all is asked anew though nothing was saved: sessions fall silent, and days end."""
PANES = ("Overview", "Live", "Sessions", "Usage", "Search", "Settings")
FIRST = "Sessions"
TEXTUALS = ("scroll_", "page_", "app.focus", "screen.copy", "screen.text", "help_", "app.help")
"""How actions of Textual's own begin: what they do, ours do by the same keys."""
CALM = Theme(
    name="dashcam", primary="#2563eb", secondary="#22d3ee", accent="#6ea2ff", warning="#f59e0b", error="#ef4444",
    success="#22c55e", background="#0b0d10", surface="#14171c", panel="#1b1f26", foreground="#e5e7eb", dark=True,
    variables={"block-cursor-background": "#13274f", "block-cursor-foreground": "#ffffff"},
)  # fmt: skip
CONTRAST = Theme(
    name="high-contrast", primary="#ffff00", secondary="#00ffff", accent="#ff00ff", warning="#ffff00", error="#ff5555",
    success="#00ff00", background="#000000", surface="#000000", panel="#000000", foreground="#ffffff", dark=True,
)  # fmt: skip


class Keys(Panel[None]):
    """The keys of the screen below."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter", "dismiss(None)", "Close"),
    ]
    DEFAULT_CSS = """
    Keys { align: center middle; }
    Keys > Vertical {
        width: 60; max-width: 100%; height: auto; max-height: 100%; padding: 0 2; background: $surface;
        border: round $primary; overflow-y: auto;
    }
    """

    def __init__(self, keys: list[tuple[str, str]]) -> None:
        super().__init__()
        self._keys = keys

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with Vertical():
            yield Plain("\n".join(f"{key:>16}  {words}" for key, words in self._keys))


class Dashcam(App[None]):
    """dashcam in a terminal."""

    TITLE = "dashcam"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(number), f"pane('{name}')", f"Screen {name}", show=False)
            for number, name in enumerate(PANES, 1)
        ),
        Binding("question_mark", "keys", "Keys"),
        Binding("q", "quit", "Quit"),
        Binding("ctrl+p", "command_palette", "Palette"),
    ]
    CSS = """
    VerticalScroll { scrollbar-size-vertical: 1; }
    #trouble { display: none; height: 1; background: $error; color: $text; padding: 0 1; }
    #trouble.on { display: block; }
    ContentSwitcher { height: 1fr; }
    .-short #asked, .-short #totals, .-short OneLine.said, .-short Footer { display: none; }
    """
    VERTICAL_BREAKPOINTS: "list[tuple[int, str]] | None" = [(0, "-short"), (8, "-tall")]  # noqa: RUF012  textual's own

    def __init__(self, data: Data, begun: Begun[SessionPage] | None = None, *, watch: bool = True) -> None:
        super().__init__()
        self.register_theme(CALM)
        self.register_theme(CONTRAST)
        # Not by assignment: that would style everything a second time.
        self.set_reactive(App.theme, CALM.name)
        self.stylesheet.set_variables(self.get_css_variables())
        self.animation_level = "none"
        self.data = data
        self._begun = begun
        self._is_to_watch = watch
        self._watching: Watching | None = None
        self._revision = -1
        self._told_at = 0.0
        self._looking: Worker[None] | None = None
        self._pane = FIRST
        self._troubles = {"asking": "", "watching": ""}
        self._darker: LineFilter | None = None

    def get_line_filters(self) -> "Sequence[LineFilter]":
        """On a light ground colours are darkened."""
        theirs = super().get_line_filters()
        if self.current_theme.dark:
            return theirs
        from dashcam.tui.shades import Darker

        self._darker = self._darker or Darker()
        return [*theirs, self._darker]

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield Tabs(PANES, FIRST)
        yield OneLine(id="trouble")
        with ContentSwitcher(initial=FIRST):
            sessions = Sessions(self.data, self._begun)
            sessions.id = FIRST
            yield sessions
        yield Footer()

    def on_mount(self) -> None:
        """Begin."""
        self.query_one(Sessions).take_focus()
        self.set_interval(POLL_SECONDS, self.look)
        self.set_timer(SOON_SECONDS, self._begin_the_rest)

    @work(group="rest")
    async def _begin_the_rest(self) -> None:
        """Import the other screens before somebody waits for one, and watch: both after the first screen is there."""
        await asyncio.to_thread(_import_the_rest)
        if self._is_to_watch:
            from dashcam.tui.watching import Watching

            self._watching = Watching(self.data.machine, self._heard)
            self._watching.start()

    async def on_unmount(self) -> None:
        """End what was begun. Whoever watches may just be saying something, and waits until it was heard."""
        if self._watching is not None:
            await asyncio.to_thread(self._watching.stop)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,  # noqa: ARG002  textual's own word; brackets in what is said are no orders
    ) -> None:
        """Say something for a few seconds."""
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=False)

    def look(self) -> None:
        """Look whether anything was saved, unless that is being asked just now."""
        if not self.data.rests and (self._looking is None or self._looking.is_finished):
            self._looking = self._look()

    @work(group="revision")
    async def _look(self) -> None:
        """Tell the screens of what was saved; and now and then that time went on, which alone may change something."""
        try:
            revision = await self.data.revision()
        except DashcamError as error:
            self._say("asking", error.in_line)
            return
        now = time.monotonic()
        # What was asked for while the database was gone got no answer.
        is_back = bool(self._troubles["asking"])
        self._say("asking", "")
        if revision == self._revision and now < self._told_at + TIME_SECONDS and not is_back:
            return
        self._revision, self._told_at = revision, now
        # What lies below another screen is asked as well: it is there again in a moment.
        first, above = self.screen_stack[:1], self.screen_stack[1:]  # None is left while it ends.
        below = [one.visible_content for screen in first for one in screen.query(ContentSwitcher)]
        for shown in (*below, *above):
            if shown is not None and hasattr(shown, "changed") and not is_gone(shown):
                shown.changed()

    def _heard(self, trouble: str) -> None:
        self.call_from_thread(self._say, "watching", trouble)
        if not trouble:
            self.call_from_thread(self.look)

    def _say(self, doing: str, trouble: str) -> None:
        if trouble == self._troubles[doing]:
            return
        self._troubles[doing] = trouble
        said = next(filter(None, self._troubles.values()), "")
        for screen in self.screen_stack[:1]:  # None is left while it ends.
            for line in screen.query("#trouble").results(OneLine):
                line.set_class(bool(said), "on")
                line.update(said)

    async def action_pane(self, name: str) -> None:
        """Go to a screen by its number."""
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        switcher = self.query_one(ContentSwitcher)
        if not switcher.query(f"#{name}"):
            pane = _pane(name, self.data)
            pane.id = name
            await switcher.add_content(pane)
        elif name != self._pane:
            switcher.query_one(f"#{name}").changed()  # type: ignore[attr-defined]  # every pane has it
        switcher.current = name
        self._pane = name
        self.query_one(Tabs).chosen = name
        switcher.query_one(f"#{name}").take_focus()  # type: ignore[attr-defined]  # every pane has it

    def action_help_quit(self) -> None:
        """Say how to leave to whoever presses Ctrl+C, as they do elsewhere."""
        self.notify("Press q to quit. Where you type, Escape first.")

    def action_keys(self) -> None:
        """Show the keys of this screen."""
        known: dict[str, list[str]] = {}
        for _, binding, is_on, _ in self.screen.active_bindings.values():
            if is_on and binding.description and not binding.action.startswith(TEXTUALS):
                known.setdefault(binding.description, []).append(self.get_key_display(binding))
        self.push_screen(Keys([(", ".join(keys), words) for words, keys in known.items()]))

    def on_listing_opened(self, event: Listing.Opened) -> None:
        """Open what was chosen."""
        from dashcam.queries.found import HitAnswer
        from dashcam.queries.now import NowAnswer
        from dashcam.tui.detail import Detail
        from dashcam.tui.replay import Replay

        row = event.row
        match row:
            case SessionAnswer():
                self.push_screen(Detail(self.data, f"{row.agent}:{row.session_id}"))
            case NowAnswer():
                self.push_screen(Replay(self.data, f"{row.session.agent}:{row.session.session_id}", follow=True))
            case HitAnswer():
                sought = row.snippet[slice(*row.marks[0])] if row.marks else ""
                address = f"{row.agent}:{row.session_id}"
                self.push_screen(Replay(self.data, address, event=row.event_id, sought=sought))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the palette offers."""
        theirs = super().get_system_commands(screen)
        yield from (one for one in theirs if one.title not in {"Keys", "Maximize", "Minimize"})
        yield SystemCommand("Keys", "What the keys of this screen do", self.action_keys)
        for number, name in enumerate(PANES, 1):
            yield SystemCommand(f"Go to {name}", f"The screen by key {number}", partial(self._go, name))

    def _go(self, name: str) -> None:
        self.run_worker(self.action_pane(name))


def _import_the_rest() -> None:
    from dashcam.tui import detail, live, overview, replay, search, settings, usage, watching  # noqa: F401


def _pane(name: str, data: Data) -> "Pane":
    """Make a screen by its name; imported no sooner, since the first screen waits for imports alone."""
    from dashcam.tui.live import Live
    from dashcam.tui.overview import Overview
    from dashcam.tui.search import Search
    from dashcam.tui.settings import Settings
    from dashcam.tui.usage import Usage

    made = {"Overview": Overview, "Live": Live, "Usage": Usage, "Search": Search, "Settings": Settings}
    return made[name](data)
