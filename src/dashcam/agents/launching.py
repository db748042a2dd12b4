"""What a launched agent says while it runs, in the same few words for every agent.

A launch is a file of lines in the inbox, of the kind `stream`: what was asked of it, what a person did, and each line
that the agent wrote, as it wrote it. A line stands there before anybody is shown what it says.

What a stranger would get wrong: this is no second reader of conversations. The agent's own module reads the same file
into events and calls, beside the transcript that the agent leaves; here is only what a screen shows meanwhile.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any, Literal, Protocol

import msgspec

from dashcam.agents.lenient import clean
from dashcam.agents.pushed import Object, part_of, when, words
from dashcam.records.source import SourceKind

STREAM: SourceKind = "stream"
"""The kind of source, and the folder in the inbox."""

HappeningKind = Literal[
    "prompt", "text", "thinking", "tool_call", "tool_result", "asked", "answered", "error", "retry", "turn", "ended"
]
LaunchState = Literal["queued", "running", "waiting", "completed", "failed", "stopped"]
"""`waiting` is for a person: a permission, or what to do next."""
OVER: frozenset[LaunchState] = frozenset({"completed", "failed", "stopped"})
Ability = Literal["allowed_tools", "fork", "interrupt", "max_cost", "max_turns", "message", "permissions", "resume"]

LONGEST_PIECE = 100_000
MOST_LINE_BYTES = 64 << 20
LINGER_STEP_SECONDS = 0.5
LONGEST_ERROR = 2_000


class Happening(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that a launched agent, or its person, just did."""

    kind: HappeningKind
    at: int
    """Microseconds UTC."""
    block: str = ""
    """Names what is being written, until it comes whole under the same name."""
    whole: bool = True
    """False for a piece that goes behind those before it."""
    text: str = ""
    tool: str = ""
    tool_input: str = ""
    """JSON."""
    call_id: str = ""
    ok: bool | None = None
    request: str = ""
    """Names a request for permission."""
    state: LaunchState = "running"
    """Of an end."""
    cost_nano: int | None = None
    """What the agent says that this launch came to so far."""
    tokens: int | None = None
    duration_us: int | None = None
    turns: int | None = None


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """A permission that an agent waits for."""

    request: str
    tool: str
    tool_input: str
    """What it wants to call the tool with, as JSON."""
    call_id: str = ""
    title: str = ""
    """The agent's own sentence, where it has one."""
    reason: str = ""
    at: int


class Partial(msgspec.Struct, kw_only=True):
    """What is being written."""

    kind: Literal["text", "thinking"]
    text: str


class Order(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was asked of a launch. Its file begins with it."""

    id: str
    agent: str
    prompt: str
    directory: str
    created: int
    """Microseconds UTC."""
    program: str = ""
    """The agent's program; empty for the one that is found."""
    model: str = ""
    permission_mode: str = ""
    allowed_tools: tuple[str, ...] = ()
    max_turns: int | None = None
    max_cost: float | None = None
    """Dollars."""
    session_id: str = ""
    """The agent's own id for the session, where it can be chosen."""
    resume: str = ""
    """The session to go on with."""
    fork: bool = False
    """Go on in a session of its own, beside the one that is resumed."""
    linger: float = 0
    """For how many seconds of silence it stays for a further prompt."""


class Standing(msgspec.Struct, kw_only=True):
    """How a launch stands: the fold of its file."""

    order: Order
    state: LaunchState = "queued"
    session_id: str = ""
    error: str = ""
    started: int | None = None
    ended: int | None = None
    last_at: int = 0
    pid: int = 0
    cost_nano: int | None = None
    tokens: int | None = None
    duration_us: int | None = None
    turns: int | None = None
    asked: dict[str, Ask] = {}
    partial: dict[str, Partial] = {}
    """By block."""


Told = Callable[[Object, int], Iterable[Happening]]
"""Says what an agent's own line tells; one is made for each launch, since some lines mean what others said before."""


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """How a launch ended."""

    state: LaunchState
    error: str = ""


class Tape(Protocol):
    """What records a launch; each line is on disk when a call returns."""

    def say(self, **said: Any) -> None:
        """Record a line of ours."""
        ...

    def take(self, line: bytes) -> bool:
        """Record what the agent wrote; says whether it was a JSON object."""
        ...


class Mailbox(Protocol):
    """What people say to a launch."""

    @property
    def is_stopped(self) -> bool:
        """Whether anybody said stop."""
        ...

    async def next(self) -> Object:
        """Wait for what is said next."""
        ...


Driver = Callable[[Order, Tape, Mailbox, Callable[[], bool]], Awaitable[Ending]]
"""Runs an agent to its end. The last argument says whether others wait for their turn."""


class Launching(msgspec.Struct, frozen=True, kw_only=True):
    """How an agent is launched: a part of its row."""

    drive: Driver
    program: str
    """What it is called on the PATH."""
    package: str = ""
    """The Python package that its driver needs."""
    bundled: str = ""
    """The program within that package, for where none is on the PATH."""
    variables: tuple[str, ...] = ()
    """How the names of the variables begin that it is given, beside those that every program needs."""
    hidden: frozenset[str] = frozenset()
    """Variables that it is not given all the same: what it tells its own children."""
    modes: tuple[str, ...]
    """How it asks for permission; the first one is what it does by itself."""
    can: frozenset[Ability]
    told: Callable[[], Told]
    session_of: Callable[[Object], str]
    """The agent's own id of the session that a line tells of; empty where it does not say."""


class Following:
    """Follows the lines of one launch, and keeps how it stands."""

    def __init__(self, launching: Launching) -> None:
        self.launching = launching
        self._told = launching.told()
        self.standing: Standing | None = None
        """None before the first line."""

    def take(self, line: Object) -> list[Happening]:
        """Take in one line of the file; give what it tells."""
        at = when(line.get("received")) or 0
        if self.standing is None:
            if not (said := part_of(line, "launch")):
                return []
            self.standing = Standing(order=msgspec.convert(said, Order, strict=False))
            self.standing.session_id = self.standing.order.session_id
        standing = self.standing
        standing.last_at = max(standing.last_at, at)
        if payload := part_of(line, "payload"):
            standing.session_id = self.launching.session_of(payload) or standing.session_id
            happened = list(self._told(payload, at))
        else:
            happened = list(_common(line, at))
        if line.get("state") == "started":
            standing.state, standing.started, standing.pid = "running", at, int(line.get("pid") or 0)
        for one in happened:
            _follow(standing, one)
        return happened


def _common(line: Object, at: int) -> Iterator[Happening]:
    """Say what the lines that every launch has tell."""
    if sent := part_of(line, "sent"):
        yield Happening(kind="prompt", at=at, text=words(sent.get("text"), LONGEST_PIECE))
    elif asked := part_of(line, "asked"):
        ask = msgspec.convert({**asked, "at": at}, Ask, strict=False)
        yield Happening(
            kind="asked", at=at, request=ask.request, tool=ask.tool, tool_input=ask.tool_input, call_id=ask.call_id,
            text=ask.title or ask.reason,
        )  # fmt: skip
    elif answered := part_of(line, "answered"):
        yield Happening(
            kind="answered", at=at, request=words(answered.get("request")), text=words(answered.get("message")),
            ok=answered.get("behavior") != "deny",
        )  # fmt: skip
    elif ended := part_of(line, "ended"):
        state = ended.get("state")
        yield Happening(
            kind="ended",
            at=at,
            state=state if state in OVER else "failed",
            text=words(ended.get("error"), LONGEST_ERROR),
        )


def _follow(standing: Standing, one: Happening) -> None:  # noqa: C901  one case a kind
    match one.kind:
        case "prompt":
            standing.state = "running"
        case "text" | "thinking" if not one.whole:
            _grow(standing, one)
        case "text" | "thinking":
            standing.partial.pop(one.block, None)
        case "asked":
            standing.state = "waiting"
            standing.asked[one.request] = Ask(
                request=one.request, tool=one.tool, tool_input=one.tool_input, call_id=one.call_id, title=one.text,
                at=one.at,
            )  # fmt: skip
        case "answered":
            standing.asked.pop(one.request, None)
            if not standing.asked and standing.state == "waiting":
                standing.state = "running"
        case "turn":
            standing.state = "waiting"
            standing.partial.clear()
            standing.error = "" if one.ok else one.text
        case "ended":
            standing.state, standing.ended = one.state, one.at
            standing.error = one.text or (standing.error if one.state == "failed" else "")
            standing.asked.clear()
    standing.cost_nano = one.cost_nano if one.cost_nano is not None else standing.cost_nano
    standing.tokens = one.tokens if one.tokens is not None else standing.tokens
    if one.duration_us is not None:
        standing.duration_us = (standing.duration_us or 0) + one.duration_us
    if one.turns is not None:
        standing.turns = (standing.turns or 0) + one.turns


def _grow(standing: Standing, one: Happening) -> None:
    known = standing.partial.get(one.block)
    if known is None:
        standing.partial[one.block] = Partial(kind="thinking" if one.kind == "thinking" else "text", text=one.text)
    elif len(known.text) < LONGEST_PIECE:
        known.text += one.text


def cut_off(following: Following) -> list[dict[str, str]]:
    """List what is being written, for the line that tells of its end: nothing that was shown may be lost."""
    standing = following.standing
    return [{"kind": one.kind, "text": one.text} for one in standing.partial.values()] if standing else []


def shown(value: object) -> str:
    """Spell a tool's input out as JSON."""
    try:
        return clean(msgspec.json.encode(value).decode())
    except (TypeError, ValueError, RecursionError):
        return ""
