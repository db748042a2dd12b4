"""What an event says, read back from its line.

What a stranger would get wrong: a part is counted over all objects of a line, for a line whose newline is
missing holds two. The split is the one that reading uses, so both always agree.
"""

import msgspec

from dashcam.agents import pictures
from dashcam.agents.claude_code.blocks import Piece, as_json, bare, pieces
from dashcam.agents.claude_code.changes import listed, made, meant, tasks
from dashcam.agents.claude_code.lines import PASSED_OVER, Line, decode
from dashcam.agents.claude_code.shown import Compacted, Result, Shown, ShownLine, ShownMessage, encoded_images, shown
from dashcam.agents.pictures import Picture
from dashcam.records.event import COMPACTION, Body, Compaction, Event

MOST_IMAGES = 200
_MOST_TOKENS = 10**9


class _Spot(msgspec.Struct, frozen=True, kw_only=True):
    """A piece in its line: `index` counts within the line's object, whose place among them is `number`."""

    line: Line
    number: int
    split: list[Piece]
    index: int

    @property
    def piece(self) -> Piece:
        return self.split[self.index]


def body(raw: bytes, event: Event) -> Body:
    """Give what an event says: its words, or the input of a tool call, and what these show."""
    spot = _find(raw, event.part)
    if spot is None:
        return Body()
    piece = spot.piece
    if piece.kind == "tool_call":
        return Body(
            tool=piece.name,
            tool_input=as_json(piece.input),
            call_id=piece.call_id,
            changes=meant(piece.name, piece.input),
            todos=listed(piece.name, piece.input),
        )
    if piece.kind == "tool_result":
        return _result(raw, spot, event)
    return Body(
        text=piece.text,
        call_id=piece.call_id,
        images=tuple(map(pictures.image, _images(raw, spot))),
        compaction=_compaction(raw, spot) if piece.name == COMPACTION and piece.kind == "system" else None,
    )


def image(raw: bytes, event: Event, number: int) -> Picture | None:
    """Decode one of an event's images, counted from 0; None for one that is not there or not given out."""
    spot = _find(raw, event.part)
    encoded = _images(raw, spot) if spot else []
    return pictures.picture(encoded[number]) if 0 <= number < len(encoded) else None


def _find(raw: bytes, part: int) -> _Spot | None:
    for number, line in enumerate(decode(raw, _unsaid)):
        split = [] if line.type in PASSED_OVER else pieces(line)
        if part < len(split):
            return _Spot(line=line, number=number, split=split, index=part)
        part -= len(split)
    return None


def _more(raw: bytes, spot: _Spot) -> ShownLine:
    """Read again the object that a piece stands in, now for more than words."""
    objects = shown(raw)
    return objects[spot.number] if spot.number < len(objects) else ShownLine()


def _result(raw: bytes, spot: _Spot, event: Event) -> Body:
    """Read a result with its structured half, which stands once for the line and belongs to its first result."""
    is_first = all(piece.kind != "tool_result" for piece in spot.split[: spot.index])
    more = _more(raw, spot)
    told = more.tool_use_result
    result = told if is_first and isinstance(told, Result) else Result()
    return Body(
        text=spot.piece.text,
        tool=event.name,
        call_id=spot.piece.call_id,
        changes=made(result),
        todos=tasks(result),
        images=tuple(map(pictures.image, _images_in(more, spot))),
        session=_subagent(spot.line, result),
    )


def _subagent(line: Line, result: Result) -> str:
    """Name the subagent that a result tells of as its session is named: behind the session that started it."""
    origin = line.forked_from.session_id if line.forked_from else None
    home, agent = bare(origin or line.session_id), bare(result.agent_id)
    return f"{home}:{agent}" if home and agent else ""


def _images(raw: bytes, spot: _Spot) -> list[str]:
    """List the images of a piece as base64; a line that names none is not read again."""
    may_hold = spot.piece.kind in {"user", "context", "tool_result"} and b'"image"' in raw
    return _images_in(_more(raw, spot), spot) if may_hold else []


def _images_in(more: ShownLine, spot: _Spot) -> list[str]:
    if more.attachment is not None:
        return encoded_images(more.attachment.prompt)[:MOST_IMAGES]
    content = more.message.content if isinstance(more.message, ShownMessage) else None
    if not isinstance(content, list) or spot.index >= len(content):
        return []
    block = content[spot.index]
    if not isinstance(block, Shown):
        return []
    return encoded_images(block if block.type == "image" else block.content)[:MOST_IMAGES]


def _compaction(raw: bytes, spot: _Spot) -> Compaction:
    told = _more(raw, spot).compact_metadata or Compacted()
    return Compaction(
        trigger=bare(told.trigger), tokens_before=_tokens(told.pre_tokens), tokens_after=_tokens(told.post_tokens)
    )


def _tokens(count: int | None) -> int | None:
    return count if count is not None and 0 <= count <= _MOST_TOKENS else None


def _unsaid(code: str, why: str) -> None:
    """Hear of what could not be read: the reading has told it already."""
