"""What `codex exec --json` writes, as the lines of a launch hold it.

What a stranger would get wrong: no call and no word of the conversation is read from here. Codex writes the rollout of
the same thread beside it, and the usage in the stream is the thread's total since its beginning, not this turn's.
"""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from dashcam.agents import launched
from dashcam.agents.agent import Line
from dashcam.agents.codex.changes import PLAN
from dashcam.agents.codex.memory import EVENTS, Launch, Memory
from dashcam.agents.codex.thread import note_prompt, set_facts
from dashcam.agents.launching import LONGEST_PIECE, Ending, Happening, Launching, Mailbox, Order, Tape, shown
from dashcam.agents.lenient import Tally, decode_leniently
from dashcam.agents.pushed import Object, part_of, when, words
from dashcam.records.event import Body, Event
from dashcam.records.source import Record

_LONGEST_ID = 200
_TRIES_AGAIN = "Reconnecting"
"""How an error begins after which Codex asks its model once more."""


def read(lines: Iterable[Line], memory: Memory, launch: Launch) -> Iterator[Record]:
    """Read lines of a launch: which session it is, how that stands, and what no rollout tells."""
    tally = Tally()
    is_any = False
    for number, raw in lines:
        found = decode_leniently(raw, tally, number)
        if found is None:
            continue
        is_any = True
        if "text" in found and "payload" not in found:
            tally.add(number, "bad-json", "what the agent wrote is not JSON")
        _take_time(found, memory)
        _note(found, memory, launch)
        happened = launched.events(found, memory.facts.session, number, memory.clock, memory.order)
        launch.held = [*launch.held, *(one for one in happened if not _is_told_by_rollout(one, launch))][-EVENTS:]
        if launch.known:
            yield from (launched.belonging(one, memory.facts.session) for one in launch.held)
            launch.held = []
    if is_any and launch.known:
        yield msgspec.structs.replace(memory.facts, first_at=memory.first_at, last_at=memory.last_at)
    yield from tally.diagnostics()


def _take_time(found: Object, memory: Memory) -> None:
    at = when(found.get("received"))
    if at is not None:
        memory.clock = at
        memory.first_at = at if memory.first_at is None else min(memory.first_at, at)
        memory.last_at = at if memory.last_at is None else max(memory.last_at, at)
    memory.order = max(memory.order, memory.clock)


def _note(found: Object, memory: Memory, launch: Launch) -> None:
    """Learn what a line tells of the session."""
    if order := part_of(found, "launch"):
        _begin(order, memory, launch)
    if part_of(found, "sent"):
        set_facts(memory, state="open", error="")
    payload = part_of(found, "payload")
    match payload.get("type"):
        case "thread.started" if thread := _thread_of(payload):
            set_facts(memory, session=thread)
            launch.known = True
        case "turn.started":
            launch.failure = ""
            set_facts(memory, state="open", error="")
        case "turn.completed":
            set_facts(memory, state="waiting", error="")
        case "turn.failed":
            launch.failure = failure(payload)
            set_facts(memory, state="failed", error=launch.failure)
    if (state := launched.state_after(found)) is not None:
        error = words(part_of(found, "ended").get("error")) or memory.facts.error
        set_facts(memory, state=state, error=error if state == "failed" else "")
        launch.known = True


def _begin(order: Object, memory: Memory, launch: Launch) -> None:
    """Take in what was asked. Of a session that goes on it is neither the first prompt nor the title."""
    resumed = words(order.get("resume"), _LONGEST_ID)
    set_facts(memory, project=words(order.get("directory")), entrypoint="dashcam")
    if memory.first_at is not None:
        set_facts(memory, born=memory.first_at)
    if resumed:
        set_facts(memory, session=resumed)
        launch.known = True
    else:
        note_prompt(words(order.get("prompt")), memory)


def _is_told_by_rollout(one: Event, launch: Launch) -> bool:
    return one.name == launched.FAILURE and one.text == launch.failure


def _thread_of(payload: Object) -> str:
    return words(payload.get("thread_id"), _LONGEST_ID) if payload.get("type") == "thread.started" else ""


def failure(payload: Object) -> str:
    """Say why a turn failed."""
    return words(part_of(payload, "error").get("message")) or "the agent says that it failed"


def body(raw: bytes, event: Event) -> Body:
    """Say what an event says, from its line of a launch."""
    told = launched.events_of(decode_leniently(raw, Tally(), event.line) or {})
    return Body(text=told[event.part][2]) if event.part < len(told) else Body()


# What a screen shows meanwhile


class _Told:
    """Says what the lines of one launch tell; remembers which items are open.

    Codex counts the items of each of its runs from 0: a follow-up is another run, so its items bear its number.
    """

    def __init__(self) -> None:
        self._runs = 0
        self._open: set[str] = set()
        self._began: int | None = None

    def __call__(self, payload: Object, at: int) -> Iterator[Happening]:
        item = part_of(payload, "item")
        match payload.get("type"):
            case "thread.started":
                self._runs += 1
                self._open.clear()
            case "turn.started":
                self._began = at
            case "item.started" | "item.updated":
                yield from self._writes(item, at)
            case "item.completed":
                yield from self._wrote(item, at)
            case "turn.completed":
                yield self._turn(at, failed="")
            case "turn.failed":
                yield self._turn(at, failed=failure(payload))
            case "error":
                text = words(payload.get("message"))
                yield Happening(kind="retry" if text.startswith(_TRIES_AGAIN) else "error", at=at, text=text)

    def _name(self, item: Object) -> str:
        return f"{self._runs}:{words(item.get('id'), _LONGEST_ID)}"

    def _writes(self, item: Object, at: int) -> Iterator[Happening]:
        """Tell a call when it begins, and a list once more when it changes."""
        name = self._name(item)
        if item.get("type") in _SPOKEN or (name in self._open and item.get("type") != _LIST):
            return
        self._open.add(name)
        tool, given = _call(item)
        yield Happening(kind="tool_call", at=at, tool=tool, tool_input=shown(given), call_id=name)

    def _wrote(self, item: Object, at: int) -> Iterator[Happening]:
        name = self._name(item)
        match item.get("type"):
            case "agent_message":
                yield Happening(kind="text", at=at, block=name, text=words(item.get("text"), LONGEST_PIECE))
            case "reasoning":
                yield Happening(kind="thinking", at=at, block=name, text=words(item.get("text"), LONGEST_PIECE))
            case "error":
                yield Happening(kind="error", at=at, text=words(item.get("message")))
            case _:
                if name not in self._open:
                    yield from self._writes(item, at)
                self._open.discard(name)
                ok = item.get("status", "completed") == "completed"
                yield Happening(kind="tool_result", at=at, call_id=name, ok=ok, text=_result(item))

    def _turn(self, at: int, *, failed: str) -> Happening:
        took = None if self._began is None else max(0, at - self._began)
        self._began = None
        return Happening(kind="turn", at=at, ok=not failed, text=failed, duration_us=took, turns=1)


_SPOKEN = frozenset({"agent_message", "reasoning", "error"})
_LIST = "todo_list"
_ABOUT_ITSELF = frozenset({"id", "type", "status", "aggregated_output", "exit_code", "result", "error"})


def _call(item: Object) -> tuple[str, Object]:
    """Name the tool of an item as rollouts do, and say what it was given."""
    given = {name: value for name, value in item.items() if name not in _ABOUT_ITSELF}
    match item.get("type"):
        case "command_execution":
            return "exec_command", given
        case "file_change":
            return "apply_patch", given
        case "mcp_tool_call":
            arguments = item.get("arguments")
            server, tool = words(item.get("server")), words(item.get("tool"))
            return f"{server}.{tool}".strip("."), arguments if isinstance(arguments, dict) else {}
        case "todo_list":
            return PLAN, {"plan": list(_steps(item.get("items")))}
        case kind:
            return words(item.get("tool")) or words(kind), given


def _steps(listed: object) -> Iterator[Object]:
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict):
            yield {"step": words(one.get("text")), "status": "completed" if one.get("completed") else "pending"}


def _result(item: Object) -> str:
    """Say what came of an item."""
    error = part_of(item, "error")
    content = part_of(item, "result").get("content")
    changes = item.get("changes")
    if output := words(item.get("aggregated_output"), LONGEST_PIECE):
        return output
    if error:
        return words(error.get("message"), LONGEST_PIECE)
    if isinstance(content, list):
        return "\n".join(words(one.get("text"), LONGEST_PIECE) for one in content if isinstance(one, dict))
    if isinstance(changes, list):
        known = [one for one in changes if isinstance(one, dict)]
        return "\n".join(f"{words(one.get('kind'))} {words(one.get('path'))}" for one in known)
    code = item.get("exit_code")
    return f"ended with status {code}" if type(code) is int and code else ""


async def _drive(order: Order, tape: Tape, mailbox: Mailbox, others: Callable[[], bool]) -> Ending:
    from dashcam.agents.codex.drive import drive  # asyncio is for those alone who launch.

    return await drive(order, tape, mailbox, others)


LAUNCHING = Launching(
    drive=_drive,
    program="codex",
    variables=("AWS_", "AZURE_", "CODEX_", "OLLAMA_", "OPENAI_", "OPENROUTER_", "OTEL_", "RUST_LOG"),
    hidden=frozenset({"CODEX_SANDBOX", "CODEX_SANDBOX_NETWORK_DISABLED", "CODEX_THREAD_ID"}),
    modes=("read-only", "workspace-write", "danger-full-access"),
    can=frozenset({"interrupt", "message", "resume"}),
    told=_Told,
    session_of=_thread_of,
)
