"""What a session does, waits for and failed at last, read from the end of its events.

What a stranger would get wrong: a hook tells of the same call as the transcript, only sooner, and calls run beside each
other. So a call is over where either of both says so by its id; a count per tool says which ids have to be looked up.
A permission that was given is known only when its tool is done: nothing but a launch tells of the consent itself.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

import msgspec

from dashcam.agents.pushed import envelope_of, part_of, words
from dashcam.records.clock import HOUR
from dashcam.records.event import Body
from dashcam.records.rows import EventRow

WaitKind = Literal["permission", "answer", "input"]
ErrorKind = Literal["tool", "request", "agent"]

QUESTIONS = frozenset({"AskUserQuestion", "ExitPlanMode", "ask_user", "ask_followup_question", "request_user_input"})
"""Tools that do nothing but ask a person."""
NOTICES: dict[str, WaitKind] = {
    "permission_prompt": "permission",
    "elicitation_dialog": "answer",
    "agent_needs_input": "answer",
    "idle_prompt": "input",
}
"""The types of a notification that says that a person is waited for."""
DONE = frozenset({"PostToolUse", "PostToolUseFailure", "PermissionDenied"})
DECIDED = frozenset({"tool_decision", "tool_result"})
"""Telemetry that says of a tool that nobody is asked about it any more."""
ASKED, ANSWERED = "permission_asked", "permission_answered"
"""What a launch tells of permissions."""
TURNS = frozenset({"SessionStart", "UserPromptSubmit", "Stop", "StopFailure", "SessionEnd"})
"""Hooks that tell that a turn begins or ends: no tool runs then, and no question is open."""
SPOKEN = frozenset({"user", "assistant", "thinking"})
FAILED_REQUESTS = frozenset({"api_error", "api_retries_exhausted", "api_refusal", "internal_error"})
_FAILED_HOOKS: dict[str, ErrorKind] = {"PostToolUseFailure": "tool", "StopFailure": "agent"}
TELLING = (
    "command", "cmd", "pattern", "file_path", "path", "notebook_path", "query", "url", "description", "subject",
    "prompt", "skill", "name",
)  # fmt: skip
"""Fields of a tool's input that say best what it is about, the best first."""
LONGEST_WORDS = 240
ERRORS_FOR = HOUR


class Journal(msgspec.Struct, frozen=True, kw_only=True):
    """Where the words of events are looked up; only of the few that matter."""

    body: Callable[[EventRow], Body]
    line: Callable[[EventRow], dict[str, Any]]
    """The event's line as an object; empty where it is none."""


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """A tool that is called and did not answer yet, or, without a tool, a model that is asked."""

    tool: str
    words: str
    since: int
    others: int = 0
    """Further tools that run beside it, begun before."""


class Wait(msgspec.Struct, frozen=True, kw_only=True):
    """A person who is waited for."""

    kind: WaitKind
    tool: str
    words: str
    since: int


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """What failed."""

    kind: ErrorKind
    tool: str
    words: str
    at: int


def running_tool(events: Sequence[EventRow], journal: Journal) -> Running | None:
    """Find the tool that was called last and still runs, among a session's last events in their order."""
    turn = events[_turn_begins(events) :]
    calls = [*_unanswered(turn, _is_call, _is_result), *_unanswered(turn, _is_hooked_call, _is_hooked_result)]
    answered = _answered(turn, calls, journal)
    running: dict[str, EventRow] = {}
    for call in sorted(calls, key=lambda event: event.place):
        ident = journal.body(call).call_id
        if not ident or ident not in answered:
            running.setdefault(ident or f"{call.source}.{call.line}.{call.part}", call)
    if not running:
        return None
    last = max(running.values(), key=lambda event: event.place)
    said = one_line(journal.body(last).tool_input)
    return Running(tool=tool_of(last), words=said, since=last.at, others=len(running) - 1)


def asked_model(events: Sequence[EventRow]) -> Running | None:
    """Say since when the model is asked, where no tool runs: since a person or a tool last spoke to it."""
    for event in reversed(events):
        head = _head(event)
        if event.kind in {"user", "tool_result"} or (event.kind == "hook" and head in {*DONE, "UserPromptSubmit"}):
            return Running(tool="", words="", since=event.at)
    return None


def waits_for(events: Sequence[EventRow], journal: Journal) -> Wait | None:
    """Find what a person was asked and nobody has answered since."""
    open_ones: list[EventRow] = []
    for event in events:
        if _asks(event):
            open_ones.append(event)
        elif open_ones:
            open_ones = [one for one in open_ones if not _settles(event, one, events, journal)]
    waits = [wait for one in open_ones if (wait := _wait(one, journal))]
    if waits:
        first = min(waits, key=lambda wait: (wait.kind == "input", wait.since))
        said = next((wait.words for wait in waits if wait.words and wait.kind == first.kind), "")
        return msgspec.structs.replace(first, words=first.words or said)
    question = running_tool(events, journal)
    if question and question.tool in QUESTIONS:
        return Wait(kind="answer", tool=question.tool, words=question.words, since=question.since)
    return None


def last_spoken(events: Sequence[EventRow]) -> int | None:
    """Say when the last turn ended, as far as events tell."""
    over = ("Stop", "StopFailure")
    return next((e.at for e in reversed(events) if e.kind in SPOKEN or (e.kind == "hook" and _head(e) in over)), None)


def last_failure(events: Sequence[EventRow], journal: Journal, now: int) -> Failure | None:
    """Find what failed last within the hour."""
    for event in reversed(events):
        if (kind := _failure_kind(event)) and now - ERRORS_FOR <= event.at:
            tool = tool_of(event) if kind == "tool" else ""
            return Failure(kind=kind, tool=tool, words=_failure_words(event, journal), at=event.at)
    return None


def tool_of(event: EventRow) -> str:
    """Name the tool that an event is of."""
    return event.name if event.kind in {"tool_call", "tool_result"} else event.name.partition(":")[2]


def one_line(tool_input: str) -> str:
    """Say in one line what a tool was asked: its command, path or pattern, or the first text that it was given."""
    try:
        return _in_line(_telling(json.loads(tool_input), tool_input))
    except (ValueError, RecursionError):
        return _in_line(tool_input)


def _telling(given: object, tool_input: str) -> str:
    if not isinstance(given, dict):
        return given if isinstance(given, str) else tool_input
    texts = {name: text for name, value in given.items() if (text := _text(value))}
    return next((texts[name] for name in TELLING if name in texts), next(iter(texts.values()), ""))


def _text(value: object) -> str:
    """A text as it is, of a list of questions the first one; empty for anything else."""
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return " ".join(value)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return _text(value[0].get("question"))
    return value if isinstance(value, str) else ""


def _in_line(text: str) -> str:
    return " ".join(text[: 4 * LONGEST_WORDS].split())[:LONGEST_WORDS]


def _head(event: EventRow) -> str:
    return event.name.partition(":")[0]


def _is_call(event: EventRow) -> bool:
    return event.kind == "tool_call"


def _is_result(event: EventRow) -> bool:
    return event.kind == "tool_result"


def _is_hooked_call(event: EventRow) -> bool:
    return event.kind == "hook" and _head(event) == "PreToolUse"


def _is_hooked_result(event: EventRow) -> bool:
    return event.kind == "hook" and _head(event) in DONE


def _answered(events: Sequence[EventRow], calls: Sequence[EventRow], journal: Journal) -> set[str]:
    """Gather the ids of the calls that were answered, as far as they may be some of these."""
    first: dict[str, int] = {}
    for call in calls:
        first[tool_of(call)] = min(call.place, first.get(tool_of(call), call.place))
    return {
        journal.body(event).call_id
        for event in events
        if (_is_result(event) or _is_hooked_result(event)) and event.place >= first.get(tool_of(event), event.place + 1)
    }


def _answers(event: EventRow, tool: str) -> bool:
    return (_is_result(event) or _is_hooked_result(event)) and tool_of(event) == tool


def _turn_begins(events: Sequence[EventRow]) -> int:
    """Where the last turn begins: a prompt leaves no call of the turn before running."""
    turns = (place for place, event in enumerate(events) if _is_turn(event))
    return max(turns, default=0)


def _is_turn(event: EventRow) -> bool:
    return event.kind == "user" or (event.kind == "hook" and _head(event) in TURNS)


Kind = Callable[[EventRow], bool]


def _unanswered(events: Sequence[EventRow], is_call: Kind, is_result: Kind) -> Iterator[EventRow]:
    """List calls that may still run: of each tool, all since the last time that every call of it had its answer."""
    calls: dict[str, list[EventRow]] = {}
    answered: dict[str, int] = {}
    for event in events:
        tool = tool_of(event)
        if is_call(event):
            calls.setdefault(tool, []).append(event)
        elif is_result(event) and tool in calls:
            answered[tool] = answered.get(tool, 0) + 1
            if answered[tool] >= len(calls[tool]):
                del calls[tool], answered[tool]
    for some in calls.values():
        yield from some


def _asks(event: EventRow) -> bool:
    is_hook = event.kind == "hook" and _head(event) in {"PermissionRequest", "Elicitation", "Notification"}
    return is_hook or _is_launched(event, ASKED)


def _is_launched(event: EventRow, name: str) -> bool:
    return event.kind == "system" and event.name == name


def _settles(event: EventRow, asked: EventRow, events: Sequence[EventRow], journal: Journal) -> bool:
    """Say whether something that happened later means that a question is no longer open."""
    return _is_turn(event) or event.kind in SPOKEN or _decides(event, asked, events, journal)


def _decides(event: EventRow, asked: EventRow, events: Sequence[EventRow], journal: Journal) -> bool:
    head = _head(event)
    of_asked = _head(asked)
    if of_asked == ASKED:
        return _is_launched(event, ANSWERED) and _request(event, "answered", journal) == _request(
            asked, "asked", journal
        )
    if of_asked == "Elicitation":
        return event.kind == "hook" and head == "ElicitationResult"
    is_decided = event.kind == "telemetry" and head in DECIDED
    if of_asked == "Notification":
        return is_decided or event.kind in {"tool_call", "tool_result"} or _tells_of_work(event, head)
    tool = tool_of(asked)
    if is_decided:
        return tool_of(event) == tool
    if not _answers(event, tool):
        return False
    ident = _call_of(asked, events, journal)
    return not ident or journal.body(event).call_id in {ident, ""}


def _request(event: EventRow, name: str, journal: Journal) -> str:
    return words(part_of(journal.line(event), name).get("request"))


def _tells_of_work(event: EventRow, head: str) -> bool:
    return event.kind == "hook" and head in {*DONE, "PreToolUse", "ElicitationResult"}


def _call_of(asked: EventRow, events: Sequence[EventRow], journal: Journal) -> str:
    """Find the id of the call that a permission was asked for, which itself has none: that of the same input."""
    wanted = journal.body(asked).tool_input
    for event in reversed(events):
        is_before = event.place <= asked.place and _is_hooked_call(event) and tool_of(event) == tool_of(asked)
        if is_before and (body := journal.body(event)).tool_input == wanted:
            return body.call_id
    return ""


def _wait(asked: EventRow, journal: Journal) -> Wait | None:
    head, tool = _head(asked), tool_of(asked)
    if head == ASKED:
        wanted = part_of(journal.line(asked), "asked")
        return _permission(words(wanted.get("tool")), words(wanted.get("tool_input")), asked)
    body = journal.body(asked)
    if head == "PermissionRequest":
        return _permission(tool, body.tool_input, asked)
    if head == "Elicitation":
        return Wait(kind="answer", tool="", words=_in_line(body.text), since=asked.at)
    payload = envelope_of(journal.line(asked))[1] or {}
    notice = NOTICES.get(str(payload.get("notification_type")))
    return notice and Wait(kind=notice, tool="", words=_in_line(body.text), since=asked.at)


def _permission(tool: str, tool_input: str, asked: EventRow) -> Wait:
    kind: WaitKind = "answer" if tool in QUESTIONS else "permission"
    return Wait(kind=kind, tool=tool, words=one_line(tool_input), since=asked.at)


def _failure_kind(event: EventRow) -> ErrorKind | None:
    head = _head(event)
    if event.kind == "hook":
        return _FAILED_HOOKS.get(head)
    if event.kind == "error":
        return "agent"
    if event.ok is not False:
        return None
    if event.kind == "telemetry" and head in FAILED_REQUESTS:
        return "request"
    return "tool" if event.kind == "tool_result" or head == "tool_result" else None


def _failure_words(event: EventRow, journal: Journal) -> str:
    if event.kind != "telemetry":
        text = journal.body(event).text
        return _in_line(next((line for line in text.splitlines() if line.strip()), ""))
    attributes = journal.line(event).get("attributes")
    error = attributes.get("error") if isinstance(attributes, dict) else None
    return _in_line(error if isinstance(error, str) else tool_of(event))
