"""What every format of a transcript shares: whose it is, who speaks, and what is worth a heading.

All words of a transcript are hostile: they go through `safe_block` here, and each format escapes its own signs.
"""

from collections.abc import Iterable, Iterator

import msgspec

from dashcam.pricing.currency import Currency
from dashcam.queries.answers import SessionAnswer
from dashcam.queries.entries import EntryAnswer
from dashcam.writing import words
from dashcam.writing.safe import safe_block, safe_text

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


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One event, its words made harmless."""

    kind: str
    speaker: str
    detail: str
    """The tool, the type of a notice, and how it went."""
    time: str
    text: str
    given: str
    """What a tool was called with, one line or block for each argument."""


def spoken(entries: Iterable[EntryAnswer]) -> Iterator[Said]:
    """Yield what has anything to say: agents leave many notices without words."""
    for entry in entries:
        said = Said(
            kind=entry.kind,
            speaker=SPEAKERS.get(entry.kind, entry.kind),
            detail=_detail(entry),
            time=words.time(entry.at, with_seconds=True),
            text=safe_block(entry.text).strip("\n"),
            given=safe_block(_given(entry.tool_input)).strip("\n"),
        )
        if said.text.strip() or said.given or entry.kind in {"tool_call", "tool_result", "error"}:
            yield said


def _detail(entry: EntryAnswer) -> str:
    parts = [entry.tool or entry.name]
    if entry.ok is False:
        parts.append("failed")
    if entry.duration_seconds:
        parts.append(words.seconds(entry.duration_seconds))
    if entry.lines_added or entry.lines_removed:
        parts.append(f"+{entry.lines_added or 0:,} -{entry.lines_removed or 0:,} lines")
    if entry.inherited:
        parts.append("inherited")
    return safe_text(" · ".join(part for part in parts if part))


def _given(tool_input: str) -> str:
    """Write a tool's JSON input as `name: value` lines; what is no JSON object stays as it is."""
    try:
        given = msgspec.json.decode(tool_input)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return tool_input
    if not isinstance(given, dict):
        return tool_input
    return "\n".join(f"{name}:{_value(value)}" for name, value in given.items())


def _value(value: object) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return "\n" + text.rstrip("\n") if "\n" in text else f" {text}"
