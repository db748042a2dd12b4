"""Records with every field filled in, so that a test names only what it is about.

`model_call(output=500)` is an ordinary call in which 500 tokens came out. All of them stand in one session
that begins at `START`, a Sunday noon in UTC. An unknown field is an error; a wrong type is not seen here.
"""

from typing import Any

import msgspec

from dashcam.records.call import ModelCall
from dashcam.records.event import Event
from dashcam.records.session import TITLE_NAMED, ReportedTotal, SessionFacts
from dashcam.records.source import Bookmark, Source

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

START = 1_793_534_400 * SECOND
"""2026-11-01T12:00:00Z in microseconds."""

SESSION = "5e551011-0000-4000-8000-000000000001"
PROJECT = "/home/ada/app"

_CALL = ModelCall(
    key="msg_1",
    variant="req_1",
    session=SESSION,
    at=START,
    line=0,
    model="claude-sonnet-5",
    provider="anthropic",
    input=100,
    output=200,
    cache_read=3_000,
    cache_write_5m=400,
    cache_write_1h=50,
)
_EVENT = Event(session=SESSION, line=0, at=START, order=START, kind="user", text="Add a test")
_FACTS = SessionFacts(
    session=SESSION,
    born=START,
    first_at=START,
    last_at=START + MINUTE,
    project=PROJECT,
    branch="main",
    version="2.1.329",
    entrypoint="cli",
    title="Add a test",
    title_rank=TITLE_NAMED,
    first_prompt="Add a test",
)
_TOTAL = ReportedTotal(session=SESSION, line=0, at=START + MINUTE, model="claude-sonnet-5", input=100, output=200)
_SOURCE = Source(
    agent="claude-code",
    agent_name="claude-code-default",
    kind="transcript",
    shape="lines",
    path=f"/home/ada/.claude/projects/-home-ada-app/{SESSION}.jsonl",
    machine="desk",
)
_BOOKMARK = Bookmark(size=1_000, mtime_ns=START * 1_000, inode=1, device=1, offset=1_000, lines=10, reader=1)


def model_call(**changes: Any) -> ModelCall:
    return msgspec.structs.replace(_CALL, **changes)


def event(**changes: Any) -> Event:
    """Build an event; its place in the order follows its time unless told."""
    changes.setdefault("order", changes.get("at", START))
    return msgspec.structs.replace(_EVENT, **changes)


def session_facts(**changes: Any) -> SessionFacts:
    return msgspec.structs.replace(_FACTS, **changes)


def reported_total(**changes: Any) -> ReportedTotal:
    return msgspec.structs.replace(_TOTAL, **changes)


def source(**changes: Any) -> Source:
    return msgspec.structs.replace(_SOURCE, **changes)


def bookmark(**changes: Any) -> Bookmark:
    return msgspec.structs.replace(_BOOKMARK, **changes)
