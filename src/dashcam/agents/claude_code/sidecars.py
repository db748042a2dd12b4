"""The small files beside the transcripts: a subagent's description, a title, the history of typed prompts.

What a stranger would get wrong: a sidecar tells nothing of a session's state, so the `state` of its facts
says nothing, save that a subagent is finished.
"""

from collections.abc import Iterable, Iterator

import msgspec

from dashcam.agents.agent import Line as RawLine
from dashcam.agents.claude_code.blocks import bare
from dashcam.agents.claude_code.facts import shorten
from dashcam.agents.claude_code.memory import MAX_PAST_SESSIONS, Memory, Past
from dashcam.agents.claude_code.mending import Note, objects
from dashcam.agents.claude_code.reading import Reading
from dashcam.agents.lenient import plausible
from dashcam.records.session import (
    TITLE_FIRST_PROMPT,
    TITLE_GENERATED,
    TITLE_NAMED,
    TITLE_NONE,
    SessionFacts,
)
from dashcam.records.source import Record

_ANSWERED_BY_ITSELF = frozenset(
    {
        "/clear",
        "/config",
        "/context",
        "/cost",
        "/doctor",
        "/exit",
        "/extra-usage",
        "/help",
        "/hooks",
        "/login",
        "/logout",
        "/mcp",
        "/memory",
        "/model",
        "/permissions",
        "/privacy-settings",
        "/quit",
        "/release-notes",
        "/settings",
        "/stats",
        "/status",
        "/theme",
        "/upgrade",
        "/usage",
    }
)
"""Commands that no model sees. The history tells no answers, so any other command counts as a prompt."""


class _Description(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    agent_type: str | None = None
    description: str | None = None
    tool_use_id: str | None = None
    finished: bool | None = None


class _Title(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    custom_title: str | None = None


class _Prompt(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    display: str | None = None
    timestamp: int | None = None
    project: str | None = None
    session_id: str | None = None


def description(lines: Iterable[RawLine], memory: Memory) -> Iterator[Record]:
    """Read `agent-*.meta.json`: what kind of subagent it is, and which call started it."""
    reading = Reading(memory)
    for number, raw in lines:
        reading.number = number
        for said in objects(raw, _Description, reading.note):
            title = shorten(said.description)
            yield SessionFacts(
                session=memory.session or memory.agent_id,
                parent=memory.home,
                relation="subagent",
                agent_type=bare(said.agent_type),
                parent_call=bare(said.tool_use_id),
                title=title,
                title_rank=TITLE_GENERATED if title else TITLE_NONE,
                state="completed" if said.finished else "open",
            )
    yield from reading.tally.diagnostics()


def named(lines: Iterable[RawLine], memory: Memory) -> Iterator[Record]:
    """Read `custom-title.json`: the name that a person gave the session."""
    reading = Reading(memory)
    for number, raw in lines:
        reading.number = number
        for said in objects(raw, _Title, reading.note):
            title = shorten(said.custom_title)
            rank = TITLE_NAMED if title else TITLE_NONE
            yield SessionFacts(session=memory.session, title=title, title_rank=rank)
    yield from reading.tally.diagnostics()


def history(lines: Iterable[RawLine], memory: Memory) -> Iterator[Record]:
    """Read `history.jsonl`: one line for each typed prompt. It tells of sessions whose transcript is gone.

    Lines of old versions name no session; they tell nothing here.
    """
    reading = Reading(memory)
    touched: dict[str, None] = {}
    for number, raw in lines:
        reading.number = number
        if not raw.strip():
            continue
        for prompt in objects(raw, _Prompt, reading.note):
            session = bare(prompt.session_id)
            if session and _remember(memory, session, prompt, reading.note):
                touched[session] = None
    for session in touched:
        if past := memory.past.get(session):
            yield _past_facts(session, past)
    yield from reading.tally.diagnostics()


def _remember(memory: Memory, session: str, prompt: _Prompt, note: Note) -> bool:
    at = plausible((prompt.timestamp or 0) * 1000)
    if at is None:
        note("bad-time", "a timestamp cannot be read or cannot be true")
        return False
    past = memory.past.pop(session, None) or Past(first_at=at, last_at=at, project=bare(prompt.project))
    memory.past[session] = past
    past.first_at, past.last_at = min(past.first_at, at), max(past.last_at, at)
    text = shorten(prompt.display)
    if text and (not past.prompt or (past.prompt.startswith("/") and not text.startswith("/"))):
        past.prompt = text
    past.asked = past.asked or text.partition(" ")[0] not in _ANSWERED_BY_ITSELF
    if len(memory.past) > MAX_PAST_SESSIONS:
        del memory.past[next(iter(memory.past))]
    return True


def _past_facts(session: str, past: Past) -> SessionFacts:
    return SessionFacts(
        session=session,
        first_at=past.first_at,
        last_at=past.last_at,
        project=past.project,
        first_prompt=past.prompt,
        title=past.prompt,
        title_rank=TITLE_FIRST_PROMPT if past.prompt else TITLE_NONE,
        commands_only=not past.asked,
    )
