"""Where lines come from: one stream of lines, how far it was read, and what went wrong in it."""

from typing import Literal

import msgspec

from dashcam.records.call import ModelCall
from dashcam.records.counter import CounterPoint
from dashcam.records.event import Event
from dashcam.records.session import ReportedTotal, Sample, SessionFacts, TitleHint

SourceKind = Literal["transcript", "stream", "otlp_log", "hook", "counter", "statusline", "sidecar"]
"""Best first, as billing ranks them; a status line holds gauges and a sidecar titles and links, never usage."""

PUSHED: tuple[SourceKind, ...] = ("otlp_log", "hook", "counter", "statusline")
"""Kinds that are sent to us: they tell of a session beside its own lines."""

Shape = Literal["lines", "document"]
"""`lines`: append-only, read from the bookmark. `document`: rewritten whole; each version is one journal line."""


class Diagnostic(msgspec.Struct, frozen=True, kw_only=True):
    """Something that could not be read, or a check that failed. `count` like it were seen, `line` is the first."""

    line: int
    code: str
    """A short stable word, such as `bad-json`, `wrong-type`, `unknown-type`."""
    why: str
    count: int = 1


Record = Event | ModelCall | SessionFacts | TitleHint | ReportedTotal | Sample | CounterPoint | Diagnostic
"""Anything that a reader may find in lines."""


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One stream of lines, named by where it stands on its machine."""

    agent: str
    agent_name: str
    """The instance: `<agent>-default` unless the settings name it."""
    kind: SourceKind
    shape: Shape
    path: str
    """Absolute; for a compressed file the name it would have unpacked."""
    machine: str = ""


class Bookmark(msgspec.Struct, frozen=True, kw_only=True):
    """How far a source was read, and what to recognise it by."""

    size: int = 0
    mtime_ns: int = 0
    inode: int = 0
    device: int = 0
    offset: int = 0
    """Bytes of whole lines that the journal holds; for a document, of all versions."""
    lines: int = 0
    head: bytes = b""
    """Digest of the first `min(offset, HEAD_BYTES)` bytes."""
    tail: bytes = b""
    """Digest of the last `min(offset, TAIL_BYTES)` bytes before `offset`."""
    memory: bytes = b""
    """The reader's memory, encoded by the reader."""
    reader: int = 0
    """Version of the reader that wrote `memory`."""
