"""Join a tool's call and its result, which stand on different lines.

What a stranger would get wrong: the structured result stands beside the message, once for the line, and
belongs to the line's first result. It alone tells of changed lines, web searches and subagents.
"""

from dashcam.agents.claude_code import accounts, facts
from dashcam.agents.claude_code.blocks import Piece, bare, plain
from dashcam.agents.claude_code.lines import ToolUseResult, loose
from dashcam.agents.claude_code.memory import MAX_OPEN_CALLS, Memory, OpenCall
from dashcam.agents.claude_code.reading import Reading

_STARTS_AGENT = ("Task", "Agent")


def open_call(memory: Memory, piece: Piece, at: int, response: str) -> None:
    """Remember a call until its result comes."""
    if not piece.call_id:
        return
    given = piece.input if piece.name in _STARTS_AGENT and isinstance(piece.input, dict) else {}
    memory.calls.pop(piece.call_id, None)
    memory.calls[piece.call_id] = OpenCall(
        name=piece.name,
        at=at,
        response=response,
        agent_type=facts.shorten(plain(given.get("subagent_type"))),
        description=facts.shorten(plain(given.get("description"))),
    )
    if len(memory.calls) > MAX_OPEN_CALLS:
        del memory.calls[next(iter(memory.calls))]


def close_call(reading: Reading, piece: Piece, result: object, *, copied: bool) -> OpenCall | None:
    """Give the call that a result answers, and learn what only the structured result tells of it."""
    call = reading.memory.calls.pop(piece.call_id, None)
    if isinstance(result, ToolUseResult):
        if call and result.search_count:
            _link_searches(reading, call, piece.call_id, result.search_count)
        if result.agent_id and not copied:
            _link_subagent(reading, call, piece.call_id, result)
    return call


def changed_lines(result: object) -> tuple[int | None, int | None]:
    """Count the lines that a tool added and removed; None and None where it changed no file."""
    if not isinstance(result, ToolUseResult):
        return None, None
    if result.type == "create":
        text = loose(result.content)
        return (len(text.splitlines()), 0) if isinstance(text, str) else (None, None)
    if result.structured_patch is None:
        return None, None
    marks = [line[:1] for patch in result.structured_patch for line in patch.lines or ()]
    return marks.count("+"), marks.count("-")


def _link_searches(reading: Reading, call: OpenCall, call_id: str, searches: int) -> None:
    response = reading.memory.responses.get(call.response)
    if response is not None:
        response.linked_searches[call_id] = accounts.count(searches, "searchCount", reading.note)
        reading.touch(response)


def _link_subagent(reading: Reading, call: OpenCall | None, call_id: str, result: ToolUseResult) -> None:
    agent_id = bare(result.agent_id)
    subagent = facts.subagent_named(reading.memory, agent_id)
    reading.subagents[agent_id] = None
    subagent.parent_call = call_id
    subagent.agent_type = bare(result.agent_type) or (call.agent_type if call else "") or subagent.agent_type
    subagent.title = (call.description if call else "") or subagent.title
    subagent.completed = result.status == "completed"
