"""The model calls of a whole file and nothing else, several times faster than reading it.

What a stranger would get wrong: this is no second reader. It leaves out lines that bill nothing, and takes a plain
answer (one of this session, with nothing odd about it) by a shorter way; whatever else it meets goes the way of `read`.
"""

from collections.abc import Iterable, Iterator

import msgspec

from dashcam.agents.claude_code import accounts, facts
from dashcam.agents.claude_code.blocks import SYNTHETIC, kind_of
from dashcam.agents.claude_code.lines import PASSED_OVER, Content, Usage, decode
from dashcam.agents.claude_code.memory import Memory, Response
from dashcam.agents.claude_code.read import is_copied, transcript
from dashcam.agents.claude_code.reading import Reading
from dashcam.agents.claude_code.responses import MAIN, SUBAGENT, take_answer, take_progress
from dashcam.agents.lenient import micros
from dashcam.records.call import ModelCall
from dashcam.records.session import SessionFacts
from dashcam.records.source import Record

FIRST_LINES = 16
"""At most so many are read whole, to settle which session it is, where, and when it was born."""
_ANSWER = b'"assistant"'
"""Stands on every line that bills, as its type, as the role of its message or in the line that it repeats."""
_LINKED = b'"searchCount"'


class _Message(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    id: str
    model: str
    usage: Usage
    stop_reason: str | None = None
    content: msgspec.Raw = msgspec.Raw()


class _Answer(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """An assistant line as far as its account needs it. What does not fit it is read whole."""

    type: str
    session_id: str
    timestamp: str
    message: _Message
    request_id: str = ""
    version: str = ""
    is_sidechain: bool = False
    is_api_error_message: bool = False
    forked_from: None = None
    duration_ms: None = None
    cost_usd: None = msgspec.field(name="costUSD", default=None)


class _Timed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    timestamp: str


_decoder = msgspec.json.Decoder(_Answer)
_time_decoder = msgspec.json.Decoder(_Timed)
_content_decoder = msgspec.json.Decoder(Content)


def first_look(raw: bytes, memory: Memory) -> Iterator[ModelCall | SessionFacts]:
    """Yield the calls and the facts in the content of a whole file. Facts lack titles and the end of the session."""
    if memory.role not in {"main", "subagent"} or _LINKED in raw:
        found = transcript(enumerate(raw.split(b"\n")), memory)
    else:
        found = _calls(raw, memory)
    for record in found:
        if isinstance(record, ModelCall | SessionFacts):
            yield record


def _calls(raw: bytes, memory: Memory) -> Iterator[Record]:
    reading = Reading(memory)
    start = 0
    while reading.number < FIRST_LINES and start < len(raw) and not _is_settled(memory):
        end = raw.find(b"\n", start)
        end = len(raw) if end < 0 else end
        _take(raw[start:end], reading)
        reading.number += 1
        start = end + 1
    usages: dict[str, Usage] = {}
    settled = _is_settled(memory)
    for begin, end in _billing(raw, start):
        reading.number += 1
        line = raw[begin:end]
        if settled and _take_plain(line, reading, usages):
            continue
        usages.clear()
        if not _has_time(line):
            _catch_up(raw[start:begin], reading)
            start = begin
        _take(line, reading)
    yield from reading.found
    yield from reading.closing()


def _is_settled(memory: Memory) -> bool:
    return memory.own and memory.seen and memory.born is not None and bool(memory.project)


def _billing(raw: bytes, start: int) -> Iterable[tuple[int, int]]:
    """Find where the lines that may bill begin and end, in their order.

    They are looked for from the end: an answer names its type behind its words, which are thus passed over.
    """
    spans = []
    stop = len(raw)
    while (hit := raw.rfind(_ANSWER, start, stop)) >= 0:
        end = raw.find(b"\n", hit, stop)
        before = raw.rfind(b"\n", start, hit)
        spans.append((before + 1 if before >= 0 else start, end if end >= 0 else stop))
        stop = max(before, start)
    return reversed(spans)


def _take_plain(line: bytes, reading: Reading, usages: dict[str, Usage]) -> bool:
    """Add a plain answer to its response's account, as `take_answer` would; False for any other line."""
    memory = reading.memory
    try:
        answer = _decoder.decode(line)
        message = answer.message
        final = message.stop_reason is not None or accounts.writes_final_counts(answer.version)
        # Words only stand in for a count that is not final, so mostly they need not be read.
        content = None if final else _content_decoder.decode(message.content or b"null")
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return False
    at = micros(answer.timestamp)
    slot = f"{message.id} {answer.request_id}"
    if at is None or at < (memory.born or 0) or "\0" in slot or not _is_plain(answer, memory):
        return False
    rank = SUBAGENT if memory.role == "subagent" else MAIN
    response = memory.responses.get(slot)
    if response is None:
        response = Response(key=message.id, variant=answer.request_id, slot=slot, session=memory.session, rank=rank)
        usages.pop(slot, None)
    elif rank < response.rank:
        response.session, response.rank = memory.session, rank
    response.at = at
    memory.latest = max(memory.latest, at)
    response.model = message.model
    response.line = reading.number
    response.sidechain = memory.aside or (rank == MAIN and answer.is_sidechain)
    response.final = response.final or final
    response.counted = True
    accounts.gather_words(response, content)
    if usages.get(slot) != message.usage:
        usages[slot] = message.usage
        accounts.gather_usage(response, message.usage, reading.note)
    reading.touch(response)
    return True


def _is_plain(answer: _Answer, memory: Memory) -> bool:
    """Whether a line is an answer of a model in this very session."""
    return (
        answer.type == "assistant"
        and answer.session_id == memory.home
        and answer.message.id != ""
        and answer.message.model not in {"", SYNTHETIC}
        and "\0" not in answer.message.model
        and not answer.is_api_error_message
    )


def _has_time(line: bytes) -> bool:
    try:
        return micros(_time_decoder.decode(line).timestamp) is not None
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return False


def _catch_up(passed_over: bytes, reading: Reading) -> None:
    """Learn the latest time of lines that were passed over: it stands in for that of a line which has none."""
    for raw in passed_over.split(b"\n"):
        for line in decode(raw, reading.note):
            if kind_of(line) not in PASSED_OVER:
                reading.time(line, expected=False)


def _take(raw: bytes, reading: Reading) -> None:
    memory = reading.memory
    for line in decode(raw, reading.note):
        kind = kind_of(line)
        billing = kind in {"assistant", "progress"}
        facts.settle(memory, line, conversation=billing or kind in {"user", "system", "attachment"})
        at = reading.time(line, expected=billing)
        facts.describe(memory, line)
        if not billing:
            continue
        copied = is_copied(memory, line, at, kind)
        if kind == "progress":
            take_progress(reading, line, at, copied=copied)
        else:
            take_answer(reading, line, at, copied=copied)
