"""The foot of a session that dashcam launched: how it stands, what it writes, what it asks, what a person says to it.

What a stranger would get wrong: everybody who looks may answer, so what is asked can go away while one reads it. And
an answer is for what has been seen: a key that was on its way when a request came is none.
"""

import asyncio
from collections.abc import Iterator
from time import monotonic

import msgspec
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from dashcam.agents.launching import Ask, LaunchState
from dashcam.queries.outline import PageEntry
from dashcam.records.errors import DashcamError
from dashcam.tui import look
from dashcam.tui.data import Data
from dashcam.tui.launched import Blocks, Launched, Told
from dashcam.tui.pane import Scrolled
from dashcam.tui.plain import Plain
from dashcam.tui.wanted import KEY, is_question, keys_line, wanted, written
from dashcam.writing import words
from dashcam.writing.safe import safe_text

STEP_SECONDS, SEARCH_SECONDS = 0.15, 1.0
"""How often a launch is looked at, and how often one is looked for."""
SEEN_SECONDS = 0.4
"""How long a request stands there before a key is an answer to it."""
ANSWERED_SECONDS = 5.0
"""How long an answer may be on its way; what is still asked then is shown again."""
SURE_SECONDS = 4.0
SHARE = 3
"""The part of the window that is left to the dock."""
BESIDE = 6
"""Lines that everything else needs where the dock takes all it can."""
GAP = 3
MARGIN = 4
"""What stands beside the lines of what is asked: a bar, two spaces, and what scrolls."""


class Wanted(Scrolled):
    """What is asked for; it scrolls once it has the focus."""


class LaunchDock(Vertical):
    """One launch; of no height where none is known."""

    DEFAULT_CSS = """
    LaunchDock { height: auto; display: none; background: $surface; }
    LaunchDock > * { display: none; }
    LaunchDock #written { height: auto; padding: 0 1 0 2; }
    LaunchDock Wanted { height: auto; padding: 0 1; border-left: thick #f59e0b; scrollbar-size-vertical: 1; }
    LaunchDock Wanted:focus { background: $panel; }
    LaunchDock Wanted Static { height: auto; }
    LaunchDock #answers { height: 1; padding: 0 1; border-left: thick #f59e0b; }
    LaunchDock #words { height: 1; border: none; padding: 0 1; }
    LaunchDock #standing { height: 1; padding: 0 1; background: $panel; }
    """

    class Left(Message):
        """Nothing here needs the keys any more."""

        def __init__(self, *, has_said: bool = False) -> None:
            super().__init__()
            self.has_said = has_said

    def __init__(self, data: Data, address: str) -> None:
        super().__init__(id="dock")
        machine = data.machine
        self._currency = machine.currency
        self._launched = Launched(machine.settings_path.parent, machine.agents, address)
        self.told: Told | None = None
        self._trouble = ""
        self._looked = -SEARCH_SECONDS
        self._blocks = Blocks()
        self._seen: tuple[str, float] = ("", 0.0)
        """The request that is shown, and since when."""
        self._answered: dict[str, float] = {}
        self._denies = ""
        """The request that is being denied; else what is typed is a prompt."""
        self._stops = ""
        """The launch that was told to stop."""
        self._stops_until = 0.0
        self._is_whole = False
        self._could: tuple[bool, ...] = ()
        self._drawn: object = None

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield Plain(id="written")
        with Wanted():
            yield Plain(id="wanted")
        yield Plain(id="answers")
        yield Input(id="words")
        yield Plain(id="standing")

    def on_mount(self) -> None:
        """Begin to look."""
        self.set_interval(STEP_SECONDS, self._look)

    def on_resize(self) -> None:
        """Fit it into another window."""
        self.draw()

    @property
    def is_live(self) -> bool:
        """Whether a launch of this session goes on."""
        return self.told is not None and not self.told.is_over

    @property
    def asked(self) -> list[Ask]:
        """What waits for an answer, and has none on its way."""
        if self.told is None or self.told.is_over:
            return []
        late = monotonic() - ANSWERED_SECONDS
        return [one for one in self.told.asked if self._answered.get(one.request, late) <= late]

    @property
    def hears(self) -> bool:
        """Whether a further prompt can be said."""
        return self.told is not None and self.is_live and "message" in self.told.can

    @property
    def works(self) -> bool:
        """Whether it does anything that could be interrupted."""
        return self.is_live and (self.state == "running" or bool(self.asked))

    @property
    def interrupts(self) -> bool:
        """Whether it can be interrupted now."""
        return self.told is not None and self.works and "interrupt" in self.told.can

    @property
    def state(self) -> LaunchState:
        """How it stands; an answer that is on its way sets it to work."""
        if self.told is None:
            return "queued"
        return "running" if self.told.state == "waiting" and self.told.asked and not self.asked else self.told.state

    async def _look(self) -> None:
        """Look at the launch, or for one, in a thread."""
        if not self.is_live and monotonic() - self._looked < SEARCH_SECONDS:
            return
        self._looked = monotonic()
        try:
            told = await asyncio.to_thread(self._launched.look)
            self._trouble = ""
        except (OSError, msgspec.MsgspecError) as error:
            self._trouble = f"What is recorded of this launch cannot be read: {error}"
            told = self.told
        if self.is_attached:
            self._take(told)

    def search(self) -> None:
        """Look for a launch at once."""
        self._looked = -SEARCH_SECONDS

    def _take(self, told: Told | None) -> None:
        self.told = told
        self._blocks.take(told)
        first = self.asked[0].request if self.asked else ""
        is_gone = bool(self._denies) and self._denies not in {one.request for one in self.asked}
        if is_gone:
            self.notify("It is no longer asked.")
        if first != self._seen[0]:
            self._seen = first, monotonic()
            box = self.query_one(Wanted)
            box.scroll_home(animate=False)
            is_gone = is_gone or self._is_whole or box.has_focus
        if is_gone:
            self._close()
        self.draw()

    @property
    def abilities(self) -> tuple[bool, ...]:
        """What can be done now."""
        return self.is_live, bool(self.asked), self.hears, self.interrupts

    def arrived(self, entries: list[PageEntry]) -> None:
        """Let go of the blocks that the conversation holds by now."""
        self._blocks.arrived(entry.text for entry in entries)
        self.draw()

    @property
    def is_typing(self) -> bool:
        """Whether the line for words is open."""
        return bool(self.query_one("#words", Input).display)

    def answer(self, behavior: str) -> None:
        """Answer the request that is shown, once it has been seen."""
        request, since = self._seen
        if monotonic() - since >= SEEN_SECONDS:
            self._answer(request, behavior)

    def _answer(self, request: str, behavior: str, message: str = "") -> None:
        if request in {one.request for one in self.asked}:
            self._answered[request] = monotonic()
            self._say(do="answer", request=request, behavior=behavior, message=message)
            self.draw()

    def deny(self) -> None:
        """Ask for a reason; none is needed."""
        if self.asked:
            self._denies = self.asked[0].request
            what = "Your answer; the agent is told" if is_question(self.asked[0]) else "Why; the agent is told"
            self._open(what)

    def write(self) -> None:
        """Ask for a further prompt."""
        busy = "Say something; it is heard after what goes on now" if self.works else "What to do next"
        self._open(busy)

    def toggle(self) -> None:
        """Show all of what is asked, in as much of the window as there is; or as before."""
        if self._is_whole:
            self._close()
        elif self.asked:
            self._is_whole = True
            self.draw()
            self.query_one(Wanted).focus()

    def stop(self) -> None:
        """Stop it: at once where nothing goes on, else when the key comes a second time."""
        if not self.works or monotonic() < self._stops_until:
            self._stops_until = 0.0
            self._stops = self.told.id if self.told is not None else ""
            self._say(do="stop")
        else:
            self._stops_until = monotonic() + SURE_SECONDS
        self.draw()

    def interrupt(self) -> None:
        """End what it does now."""
        self._say(do="interrupt")

    def leave(self) -> bool:
        """Take back what was begun last; says whether anything was."""
        is_open = (
            self.is_typing or self.query_one(Wanted).has_focus or self._is_whole or monotonic() < self._stops_until
        )
        if is_open:
            self._close()
        return is_open

    def _open(self, placeholder: str) -> None:
        field = self.query_one("#words", Input)
        field.placeholder = placeholder
        field.value = ""
        field.display = True
        # At once: what is typed meanwhile would else be taken for other keys.
        self.screen.set_focus(field)
        self.draw()

    def _close(self, *, has_said: bool = False) -> None:
        self._denies, self._is_whole, self._stops_until = "", False, 0.0
        self.query_one("#words", Input).display = False
        self.post_message(self.Left(has_said=has_said))
        self.draw()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep to itself what is typed here."""
        event.stop()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Say it."""
        event.stop()
        text = event.value.strip()
        if self._denies:
            self._answer(self._denies, "deny", text)
            self._close()
        elif text:
            self._say(do="message", text=text)

    @work(group="say")
    async def _say(self, **said: str) -> None:
        """Say something to the launch; what it does not hear is not lost."""
        try:
            await asyncio.to_thread(self._launched.say, **said)
        except (DashcamError, OSError) as error:
            self._answered.pop(said.get("request", ""), None)
            told = error.in_line if isinstance(error, DashcamError) else str(error)
            self.notify(told, severity="error", markup=False)
            return
        if said["do"] == "message":
            self._close(has_said=True)

    def draw(self) -> None:
        """Draw what changed."""
        size = self.screen.size
        is_sure = monotonic() < self._stops_until
        now = (
            self.told, self.asked, self._blocks.shown(), self._trouble, self.is_typing, self._is_whole, self._stops,
            is_sure, size,
        )  # fmt: skip
        if now == self._drawn:
            return
        self._drawn = now
        if self._could != self.abilities:
            self._could = self.abilities
            self.screen.refresh_bindings()
        self.display = self.told is not None or bool(self._trouble)
        room = max(1, size.height - BESIDE if self._is_whole else size.height // SHARE)
        asked = self.asked
        has_standing = room > 2 or not (asked or self.is_typing)  # noqa: PLR2004  what is asked, and its answers
        self._show("#standing", self._standing(size.width - 2) if has_standing else None)
        room -= has_standing + self.is_typing
        has_answers = bool(asked) and not self._denies and room > 1
        room = max(1, room - has_answers)
        lines = wanted(asked[0], size.width - MARGIN, self.app.console) if asked else []
        self._show("#answers", self._answers(len(lines) - room) if has_answers else None)
        box = self.query_one(Wanted)
        box.display = bool(asked)
        box.styles.max_height = room
        self.query_one("#wanted", Plain).update(Text("\n").join(lines))
        blocks = [] if asked else self._blocks.shown()
        self._show("#written", written(blocks, size.width - 3, room, self.app.console) if blocks else None)

    def _show(self, name: str, text: Text | None) -> None:
        line = self.query_one(name, Plain)
        line.display = text is not None
        if text is not None:
            line.update(text)

    def _standing(self, width: int) -> Text:
        """Say in one line how it stands, what it came to or why it failed, and what can be done."""
        made = Text(no_wrap=True, overflow="ellipsis")
        told = self.told
        if told is None or self._trouble:
            return made.append(safe_text(self._trouble), style=look.STATUS["failed"][1])
        if monotonic() < self._stops_until:
            made.append("Stop it? ", style=f"bold {look.STATUS['waiting'][1]}")
            return keys_line(made, (("^X", "stop; what it wrote is kept"), ("Esc", "go on")))
        if told.is_lost:
            does = "what became of it" if told.is_over else "what it does"
            made.append(f"✗ Its record is gone: nobody can see {does}", style=look.STATUS["failed"][1])
            return made
        sign, style = look.STATUS.get(self.state, ("○", look.QUIET))
        name = self.state if self.state != "waiting" else f"waiting for {self._awaited()}"
        name = "stopping" if self.is_live and self._stops == told.id else name
        made.append(f"{sign} {'The launch ' if told.is_over else ''}{name}", style=f"bold {style}")
        if told.turns:
            made.append(f"  {words.some(told.turns, 'turn')}")
        cost = words.money(told.cost_nano, self._currency)
        made.append(f"  {cost}" if told.cost_nano is not None else f"  cost {cost}", style="bold")
        if told.error:
            made.append("  " if told.is_over else "  the last turn ended early: ", style=look.QUIET)
            made.append(safe_text(told.error), style=look.STATUS["failed"][1])
        tokens = f"  {words.tokens(told.tokens)} tokens"
        acts = keys_line(Text(), self._acts())
        if told.tokens is not None and made.cell_len + len(tokens) + acts.cell_len + GAP <= width:
            made.append(tokens)
        return made.append(" " * GAP).append_text(acts)

    def _awaited(self) -> str:
        if not self.asked:
            return "you"
        return "an answer" if is_question(self.asked[0]) else "permission"

    def _acts(self) -> Iterator[tuple[str, str]]:
        if self.is_typing:
            yield "Enter", "deny" if self._denies else "send"
            yield "Esc", "back"
            return
        if self.hears:
            yield "r", "say more"
        if self.interrupts:
            yield "i", "interrupt"
        yield ("^X", "stop") if self.is_live else ("r", "resume")

    def _answers(self, hidden: int) -> Text:
        """The keys that answer, what is out of sight, and how many more requests wait."""
        keys = (
            [("d", "answer in words"), ("a", "go on without")]
            if is_question(self.asked[0])
            else [("a", "allow once"), ("A", "allow for this session"), ("d", "deny")]
        )
        made = keys_line(Text(no_wrap=True, overflow="ellipsis"), keys)
        if hidden > 0:
            made.append(f"  {'j' if self._is_whole else 'v'}", style=KEY)
            made.append(f" {words.some(hidden, 'more line')}", style=look.STATUS["waiting"][1])
        if self._is_whole:
            made.append("  Esc", style=KEY).append(" less", style=look.QUIET)
        if more := len(self.asked) - 1:
            made.append(f"  {words.some(more, 'more request')}", style=look.QUIET)
        return made
