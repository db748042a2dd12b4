"""Which lines speak of which response, and how near to the truth each of them is.

What a stranger would get wrong: a subagent's responses stand in its own file and, in versions 2.1.1x to
2.1.4x, again inside its parent's progress lines. Where the file is gone, the nested copy is all that is left.
"""

from dashcam.agents.claude_code import accounts, facts
from dashcam.agents.claude_code.blocks import SYNTHETIC, bare
from dashcam.agents.claude_code.lines import Line, Message, NestedLine
from dashcam.agents.claude_code.memory import MAIN_ROLES, Response
from dashcam.agents.claude_code.reading import Reading, microseconds
from dashcam.agents.lenient import micros

MAIN, SUBAGENT, NESTED, COPIED = range(4)
"""The ranks of `ModelCall`."""


def take_answer(reading: Reading, line: Line, at: int, *, copied: bool) -> str:
    """Add an assistant line to its response's account; give the response's name within the memory."""
    memory = reading.memory
    message = line.message
    if not isinstance(message, Message) or line.is_api_error_message:
        return ""
    rank = COPIED if copied else SUBAGENT if memory.role == "subagent" else MAIN
    response = _find(reading, message, line, session=memory.session, rank=rank)
    if response is None:
        return ""
    accounts.gather(response, message, line.version, reading.note)
    response.at = at
    response.sidechain = memory.aside or (memory.role in MAIN_ROLES and bool(line.is_sidechain))
    reported = accounts.nano(line.cost_usd)
    response.reported_nano = response.reported_nano if reported is None else reported
    response.duration_us = microseconds(line.duration_ms) or response.duration_us
    return response.slot


def take_progress(reading: Reading, line: Line, at: int, *, copied: bool) -> None:
    """Read a subagent's line that its parent's progress repeats."""
    memory = reading.memory
    nested = line.data.message if line.data and line.data.type == "agent_progress" else None
    if not isinstance(nested, NestedLine) or line.data is None:
        return
    agent_id = bare(line.data.agent_id)
    then = micros(nested.timestamp) or at
    session = memory.session
    if agent_id and not copied:
        session = f"{memory.home or memory.session}:{agent_id}"
        _meet_subagent(reading, agent_id, bare(line.parent_tool_use_id), then)
    if nested.type != "assistant" or not isinstance(nested.message, Message):
        return
    response = _find(reading, nested.message, nested, session=session, rank=COPIED if copied else NESTED)
    if response is not None:
        accounts.gather(response, nested.message, line.version, reading.note)
        response.at = then


def _meet_subagent(reading: Reading, agent_id: str, parent_call: str, then: int) -> None:
    subagent = facts.subagent_named(reading.memory, agent_id)
    reading.subagents[agent_id] = None
    if then:
        subagent.born = then if subagent.born is None else subagent.born
        subagent.last_at = max(then, subagent.last_at or 0)
    subagent.parent_call = parent_call or subagent.parent_call


def _find(reading: Reading, message: Message, line: Line | NestedLine, *, session: str, rank: int) -> Response | None:
    """Find or begin the account of a response; None for words that no model wrote."""
    if message.model == SYNTHETIC or (message.usage is None and not message.id):
        return None
    variant = bare(line.request_id)
    key = bare(message.id) or variant or bare(line.uuid) or f"{reading.memory.session}:{reading.number}"
    slot = f"{key} {variant}"
    response = reading.memory.responses.get(slot)
    if response is None:
        response = Response(key=key, variant=variant, slot=slot, session=session, rank=rank)
    elif rank < response.rank:
        response.session, response.rank = session, rank
    response.model = bare(message.model) or response.model
    response.line = reading.number
    reading.touch(response)
    return response
