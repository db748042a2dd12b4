"""What an input hands to the store: the news of several sources, to be kept in one transaction."""

import msgspec

from dashcam.records.call import ModelCall, Priced
from dashcam.records.counter import CounterPoint
from dashcam.records.event import Event
from dashcam.records.rate import Rate
from dashcam.records.session import ReportedTotal, Sample, SessionFacts, TitleHint
from dashcam.records.source import Bookmark, Diagnostic, Source
from dashcam.store.journal import Frame, frames_of, whole_frame
from dashcam.store.words import Chunk


class Advance(msgspec.Struct, kw_only=True):
    """One source read a step further, from the bookmark `expected` to the bookmark `bookmark`."""

    source: Source
    expected: Bookmark
    """The bookmark that the reading began from. If the store's differs, another process was faster: nothing is kept."""
    bookmark: Bookmark
    row: int | None = None
    """The source's row, when its lines come from the journal; None to find the source by its path."""
    replaced: bool = False
    """The file is no longer the one that was read: its lines begin a new generation of the source."""
    last_line_end: bytes = b""
    """The newline that the journal's last line lacked and has got meanwhile."""
    first_line: int
    lines_read: int
    """How many lines of the journal the records account for, from its start."""
    raw: bytes = b""
    """The new bytes for the journal; empty when the lines come from the journal."""
    frames: list[Frame] = []
    """`raw` as the journal keeps it. `pack` makes them before the wait for the database, else the save does."""
    calls: list[tuple[ModelCall, Priced]] = []
    events: list[Event] = []
    facts: dict[str, SessionFacts] = {}
    hints: list[TitleHint] = []
    totals: list[ReportedTotal] = []
    samples: list[Sample] = []
    points: list[CounterPoint] = []
    diagnostics: list[Diagnostic] = []
    chunks: list[Chunk] = []

    def pack(self) -> None:
        """Compress the new bytes; they go behind all lines that the journal holds, of which some may be unread."""
        if self.raw and not self.frames:
            first = 0 if self.replaced else self.expected.lines
            is_lines = self.source.shape == "lines"
            self.frames = frames_of(self.raw, first) if is_lines else [whole_frame(self.raw, first)]


class Batch(msgspec.Struct, kw_only=True):
    """Several advances, and the rates that were resolved for their calls."""

    advances: list[Advance]
    pins: dict[tuple[str, str, str], Rate | None] = {}
    """By provider, model and UTC day."""


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a batch."""

    revision: int
    stale: tuple[Advance, ...] = ()
    """Advances that began from an old bookmark and were not kept."""
    sessions: tuple[int, ...] = ()
    """Rows of the sessions that changed."""


class KnownSource(msgspec.Struct, frozen=True, kw_only=True):
    """A source as the store knows it."""

    id: int
    source: Source
    generation: int
    current: bool
    missing: bool
    bookmark: Bookmark
    lines_read: int
