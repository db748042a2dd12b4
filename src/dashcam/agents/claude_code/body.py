"""What an event says, read back from its line.

What a stranger would get wrong: a part is counted over all objects of a line, for a line whose newline is
missing holds two. The split is the one that reading uses, so both always agree.
"""

from dashcam.agents.claude_code.blocks import Piece, as_json, pieces
from dashcam.agents.claude_code.lines import PASSED_OVER, decode
from dashcam.records.event import Body, Event


def body(raw: bytes, event: Event) -> Body:
    """Give the words of an event, or the input of a tool call."""
    part = event.part
    for line in decode(raw, _unsaid):
        split = [] if line.type in PASSED_OVER else pieces(line)
        if part < len(split):
            return _body(split[part], event)
        part -= len(split)
    return Body()


def _body(piece: Piece, event: Event) -> Body:
    if piece.kind == "tool_call":
        return Body(tool=piece.name, tool_input=as_json(piece.input), call_id=piece.call_id)
    tool = event.name if piece.kind == "tool_result" else ""
    return Body(text=piece.text, tool=tool, call_id=piece.call_id)


def _unsaid(code: str, why: str) -> None:
    """Hear of what could not be read: the reading has told it already."""
