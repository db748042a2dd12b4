"""The program of the terminal: screens by number, kept up to date by the database's revision.

What a stranger would get wrong: keys are answered from what is held, never from the database. And a database that is
gone for a while changes nothing on the screen but one line that says so.
"""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import App, ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.notifications import SeverityLevel
from textual.screen import ModalScreen, Screen
from textual.theme import Theme
from textual.widgets import ContentSwitcher

from dashcam.queries.answers import SessionAnswer
from dashcam.queries.sessions import SessionPage
from dashcam.records.errors import DashcamError
from dashcam.tui.data import Begun, Data
from dashcam.tui.footer import Footer
from dashcam.tui.listing import Listing
from dashcam.tui.plain import OneLine, Plain
from dashcam.tui.sessions import Sessions
from dashcam.tui.tabs import Tabs

if TYPE_CHECKING:
    from dashcam.tui.pane import Pane
    from dashcam.tui.watching import Watching

POLL_SECONDS, SOON_SECONDS = 0.1, 0.2
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


class Keys(ModalScreen[None]):
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
        self._pane = FIRST
        self._trouble = ""

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

    @work(thread=True, group="rest")
    def _begin_the_rest(self) -> None:
        """Import the other screens before somebody waits for one, and watch: both after the first screen is there."""
        from dashcam.tui import detail, live, overview, replay, search, settings, usage  # noqa: F401

        if self._is_to_watch:
            from dashcam.tui.watching import Watching

            self._watching = Watching(self.data.machine, self._heard)
            self._watching.start()

    def on_unmount(self) -> None:
        """End what was begun."""
        if self._watching is not None:
            self._watching.stop()

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

    @work(exclusive=True, group="revision")
    async def look(self) -> None:
        """Look whether anything was saved."""
        try:
            revision = await self.data.revision()
        except DashcamError as error:
            self._say(error.in_line)
            return
        self._say("")
        if revision == self._revision:
            return
        is_first, self._revision = self._revision < 0, revision
        if is_first:
            return
        # What lies below another screen is asked as well: it is there again in a moment.
        below = [one.visible_content for one in self.screen_stack[0].query(ContentSwitcher)]
        for shown in (*below, *self.screen_stack[1:]):
            if shown is not None and hasattr(shown, "changed"):
                shown.changed()

    def _heard(self, trouble: str) -> None:
        if trouble:
            self.call_from_thread(self._say, trouble)
        else:
            self.call_from_thread(self.look)

    def _say(self, trouble: str) -> None:
        if trouble == self._trouble:
            return
        self._trouble = trouble
        for screen in self.screen_stack[:1]:  # None is left while it ends.
            for line in screen.query("#trouble").results(OneLine):
                line.set_class(bool(trouble), "on")
                line.update(trouble)

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
                self.push_screen(Replay(self.data, f"{row.agent}:{row.session_id}", event=row.event_id))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the palette offers."""
        yield from super().get_system_commands(screen)
        for number, name in enumerate(PANES, 1):
            yield SystemCommand(f"Go to {name}", f"The screen by key {number}", partial(self._go, name))

    def _go(self, name: str) -> None:
        self.run_worker(self.action_pane(name))


def _pane(name: str, data: Data) -> "Pane":
    """Make a screen by its name; imported no sooner, since the first screen waits for imports alone."""
    from dashcam.tui.live import Live
    from dashcam.tui.overview import Overview
    from dashcam.tui.search import Search
    from dashcam.tui.settings import Settings
    from dashcam.tui.usage import Usage

    made = {"Overview": Overview, "Live": Live, "Usage": Usage, "Search": Search, "Settings": Settings}
    return made[name](data)
