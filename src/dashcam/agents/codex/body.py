"""What an event says, read back from its line.

What a stranger would get wrong: Codex writes a patch into the model's call, not into its result, and a plan is a call
like any other. Only where Codex's own report is all there is does the result hold the change.
"""

import msgspec

from dashcam.agents import launched, pictures
from dashcam.agents.codex import stream
from dashcam.agents.codex.changes import patched, planned, reported
from dashcam.agents.codex.lines import unfold
from dashcam.agents.codex.pieces import Piece, pieces_of
from dashcam.agents.lenient import Tally, decode_leniently
from dashcam.agents.pictures import Picture
from dashcam.records.event import COMPACTION, Body, Compaction, Event

MOST_IMAGES = 200
_IMAGES = frozenset({"input_image", "inputImage", "image", "image_url"})
_HOLDERS = ("content", "content_items", "output", "result", "Ok")
_DEEPEST = 12
_STARTS_AGENT = "spawn_agent"
_LONGEST_ID = 100


def body(line: bytes, event: Event) -> Body:
    """Give what an event says: its words, or the input of a tool call, and what these show."""
    if line.startswith(launched.PREFIX):
        return stream.body(line, event)
    piece = _find(line, event)
    if piece is None:
        return Body()
    tool = event.name if piece.kind in {"tool_call", "tool_result"} else ""
    is_call = piece.kind == "tool_call" and not piece.report
    is_report = piece.kind == "tool_result" and piece.report
    return Body(
        text=piece.text,
        tool=tool,
        tool_input=piece.tool_input,
        call_id=piece.call_id,
        changes=patched(piece.tool_input) if is_call else reported(piece.content) if is_report else (),
        todos=planned(tool, piece.tool_input) if is_call else (),
        images=tuple(map(pictures.image, _encoded(piece.content)[:MOST_IMAGES])),
        session=piece.session or (_started(piece.text) if _is_result_of_start(piece, tool) else ""),
        compaction=Compaction() if piece.kind == "system" and piece.name == COMPACTION else None,
    )


def image(line: bytes, event: Event, number: int) -> Picture | None:
    """Decode one of an event's images, counted from 0; None for one that is not there or not given out."""
    piece = _find(line, event)
    encoded = _encoded(piece.content)[:MOST_IMAGES] if piece else []
    return pictures.picture(encoded[number]) if 0 <= number < len(encoded) else None


def _find(line: bytes, event: Event) -> Piece | None:
    tally = Tally()
    record = decode_leniently(line, tally, event.line)
    entries = unfold(record, event.line, tally) if record else ()
    pieces = [piece for entry in entries for piece in pieces_of(entry)]
    return pieces[event.part] if event.part < len(pieces) else None


def _encoded(value: object, depth: int = 0) -> list[str]:
    """List the images of some blocks as base64, in their order; one that is not in the line is empty."""
    if depth > _DEEPEST:
        return []
    if type(value) is list:
        return [found for block in value for found in _encoded(block, depth + 1)]
    if type(value) is not dict:
        return []
    kind = value.get("type")
    if type(kind) is not str or kind not in _IMAGES:
        return [found for name in _HOLDERS if name in value for found in _encoded(value[name], depth + 1)]
    data, address = value.get("data"), value.get("image_url")
    if type(data) is str:
        return [data]
    address = address.get("url") if type(address) is dict else address
    return [pictures.without_scheme(address) if type(address) is str else ""]


def _is_result_of_start(piece: Piece, tool: str) -> bool:
    return piece.kind == "tool_result" and tool.rpartition(".")[2] == _STARTS_AGENT


def _started(output: str) -> str:
    """Read which thread the start of a subagent led to."""
    try:
        told = msgspec.json.decode(output)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return ""
    thread = told.get("agent_id") if type(told) is dict else None
    return thread if type(thread) is str and len(thread) <= _LONGEST_ID else ""
