"""What every format of a transcript shares: whose it is, who speaks, and what is worth a heading.

All words of a transcript are hostile: they go through `safe_block` here, and each format escapes its own signs.
"""

from collections.abc import Iterable, Iterator

import msgspec

from dashcam.pricing.currency import Currency
from dashcam.queries.answers import SessionAnswer
from dashcam.queries.entries import EntryAnswer
from dashcam.records.event import Compaction, FileChange
from dashcam.writing import words
from dashcam.writing.safe import safe_block, safe_text

_MARKS = {"pending": "[ ]", "active": "[>]", "done": "[x]", "dropped": "[-]", "": "[?]"}
_ALWAYS = frozenset({"tool_call", "tool_result", "error"})
SPEAKERS = {
    "user": "You",
    "assistant": "Assistant",
    "thinking": "Thinking",
    "tool_call": "Tool call",
    "tool_result": "Tool result",
    "system": "Notice",
    "error": "Error",
    "context": "Context",
    "hook": "Hook",
}


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """The session that a transcript is of."""

    session: SessionAnswer
    agent: str
    """The agent's name for people."""
    sign: str
    currency: Currency

    @property
    def title(self) -> str:
        """The session's title, made harmless."""
        return safe_text(self.session.title) or "(no title)"

    def facts(self) -> list[tuple[str, str]]:
        """List what a reader wants to know first, in words."""
        session = self.session
        cost = words.money(words.nano(session.cost_usd), self.currency)
        if session.cost_is_partial and session.cost_usd is not None:
            cost = words.AT_LEAST + cost
        told = (
            ("Session", session.session_id),
            ("Agent", f"{self.sign} {self.agent}"),
            ("Project", session.project),
            ("Branch", session.branch),
            ("Started", words.time(session.started_at)),
            ("Duration", words.seconds(session.duration_seconds)),
            ("Models", ", ".join(session.models)),
            ("Tokens", words.count(session.total_tokens)),
            ("Cost", cost),
        )
        return [(name, safe_text(value)) for name, value in told if value]


class Diff(msgspec.Struct, frozen=True, kw_only=True):
    """A change of a file, its words made harmless."""

    title: str
    """The file, and what became of it."""
    patch: str


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One event, its words made harmless."""

    kind: str
    speaker: str
    detail: str
    """The tool, the type of a notice, and how it went."""
    time: str
    text: str
    given: str
    """What a tool was called with, one line or block for each argument that no diff shows; tasks as a list."""
    diffs: tuple[Diff, ...] = ()


def spoken(entries: Iterable[EntryAnswer]) -> Iterator[Said]:
    """Yield what has anything to say: agents leave many notices without words."""
    calls: dict[str, bool] = {}
    for entry in entries:
        changes = _news(entry, calls)
        said = Said(
            kind=entry.kind,
            speaker=SPEAKERS.get(entry.kind, entry.kind),
            detail=_detail(entry),
            time=words.time(entry.at, with_seconds=True),
            text=safe_block(entry.text).strip("\n"),
            given=safe_block("\n".join(filter(None, (_given(entry), *_tasks(entry), *_images(entry))))).strip("\n"),
            diffs=tuple(_diff(change) for change in changes),
        )
        if said.text.strip() or said.given or entry.compaction or entry.kind in _ALWAYS:
            yield said


def _news(entry: EntryAnswer, calls: dict[str, bool]) -> tuple[FileChange, ...]:
    """Leave out the changes of a result whose call showed them, unless it did not know what was there before."""
    if entry.kind == "tool_call" and entry.changes:
        calls[entry.call_id] = all(change.kind for change in entry.changes)
    elif entry.kind == "tool_result" and entry.call_id in calls:
        known = calls.pop(entry.call_id)
        return () if known else tuple(change for change in entry.changes if change.kind != "created")
    return entry.changes


def _detail(entry: EntryAnswer) -> str:
    parts = [entry.tool or entry.name]
    if entry.ok is False:
        parts.append("failed")
    if entry.duration_seconds:
        parts.append(words.seconds(entry.duration_seconds))
    if entry.lines_added or entry.lines_removed:
        parts.append(f"+{entry.lines_added or 0:,} -{entry.lines_removed or 0:,} lines")
    if entry.compaction:
        parts += [entry.compaction.trigger, _tokens(entry.compaction)]
    if entry.subagent_session_id:
        parts.append(f"subagent {entry.subagent_session_id}")
    if entry.inherited:
        parts.append("inherited")
    return safe_text(" · ".join(part for part in parts if part))


def _tokens(compaction: Compaction) -> str:
    told = [f"{count:,}" for count in (compaction.tokens_before, compaction.tokens_after) if count is not None]
    return f"{' -> '.join(told)} tokens" if told else ""


def _diff(change: FileChange) -> Diff:
    path = f"{change.old_path} -> {change.path}" if change.old_path else change.path
    counted = change.lines_added is not None or change.lines_removed is not None
    lines = f"+{change.lines_added or 0:,} -{change.lines_removed or 0:,}" if counted else ""
    title = safe_text(" · ".join(filter(None, (path, change.kind, lines))))
    cut = f"\n({change.lines_left_out:,} more lines)" if change.lines_left_out else ""
    return Diff(title=title, patch=safe_block(change.patch + cut).strip("\n"))


def _tasks(entry: EntryAnswer) -> Iterator[str]:
    for todo in entry.todos:
        yield " ".join(filter(None, (_MARKS[todo.state], todo.id and f"#{todo.id}", todo.text)))


def _images(entry: EntryAnswer) -> Iterator[str]:
    for image in entry.images:
        yield f"({image.media_type or 'image'}, {words.size(image.size)})"


def _given(entry: EntryAnswer) -> str:
    """Write a tool's JSON input as `name: value` lines; what is no JSON object stays as it is.

    What the diffs or the list of tasks show is left out; a value that holds one word more is there as a whole.
    """
    shown = {line[1:] for change in entry.changes for line in change.patch.split("\n")}
    shown.update(change.path for change in entry.changes)
    try:
        given = msgspec.json.decode(entry.tool_input)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        given = None
    if not isinstance(given, dict):
        return "" if shown and _is_shown(entry.tool_input, shown) else entry.tool_input
    left = {
        name: value
        for name, value in given.items()
        if not (shown and _is_shown(value, shown)) and not (entry.todos and isinstance(value, list))
    }
    return "\n".join(f"{name}:{_value(value)}" for name, value in left.items())


def _is_shown(value: object, shown: set[str]) -> bool:
    """Whether a diff shows all lines of a text, which may itself be a patch with the signs that name its files."""
    if not isinstance(value, str):
        return False
    return all(line in shown or line[1:] in shown or line.startswith("*** ") for line in value.splitlines())


def _value(value: object) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return "\n" + text.rstrip("\n") if "\n" in text else f" {text}"
