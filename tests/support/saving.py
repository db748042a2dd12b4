"""Saving made-up records straight into a store, as one file's news.

Each file is named after its session. What it says comes in one go, unless `after` names the advance before.
"""

from typing import Any

import msgspec

from dashcam.pricing.price import price
from dashcam.records.call import ModelCall, Priced
from dashcam.records.event import Event
from dashcam.records.rate import Rate, TokenRates
from dashcam.records.session import SessionFacts
from dashcam.records.source import Bookmark, SourceKind
from dashcam.store.batch import Advance, Batch, Saved
from dashcam.store.database import Database
from dashcam.store.store import Store
from tests.support import build

DOLLAR_A_MILLION = Rate(
    provider="anthropic",
    model="claude-sonnet-5",
    source="test",
    base=TokenRates(
        input=1_000_000_000,
        output=1_000_000_000,
        cache_read=1_000_000_000,
        cache_write_5m=1_000_000_000,
        cache_write_1h=1_000_000_000,
    ),
)
"""A rate by which every token costs 1,000 nano-dollars."""


def priced(call: ModelCall) -> Priced:
    return price(call, DOLLAR_A_MILLION)


def news(  # noqa: PLR0913 - one word for each thing that a file may tell
    session: str = build.SESSION,
    *,
    path: str = "",
    kind: SourceKind = "transcript",
    calls: tuple[ModelCall, ...] = (),
    events: tuple[Event, ...] = (),
    facts: SessionFacts | None = None,
    raw: bytes = b"",
    after: Advance | None = None,
    **more: Any,
) -> Advance:
    """What one file says: these calls and events of a session, and its facts."""
    expected = after.bookmark if after else Bookmark()
    first = after.lines_read if after else 0
    lines = first + (raw.count(b"\n") or 10)
    offset = expected.offset + (len(raw) or 1_000)
    told = facts or build.session_facts(session=session)
    return Advance(
        source=build.source(path=path or f"/home/ada/{session}.jsonl", kind=kind),
        expected=expected,
        bookmark=build.bookmark(offset=offset, lines=lines, tail=b"%d" % offset),
        first_line=first,
        lines_read=lines,
        raw=raw,
        calls=[(msgspec.structs.replace(call, session=session), priced(call)) for call in calls],
        events=[msgspec.structs.replace(event, session=session) for event in events],
        facts={session: told},
        **more,
    )


def save(store: Store, *advances: Advance, **more: Any) -> Saved:
    return store.save(Batch(advances=list(advances), **more), price)


def session_row(database: Database, *columns: str, session: str = build.SESSION) -> tuple[Any, ...]:
    return database.one(f"SELECT {', '.join(columns)} FROM session WHERE native_id = ?", (session,))
