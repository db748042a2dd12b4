"""The model calls of a whole file and nothing else, several times faster than reading it.

What a stranger would get wrong: this is no second reader. It leaves out lines that bill nothing, and of a response
whose lines repeat the same usage all but the first; whatever else it meets goes the way of `read`.
"""

from collections.abc import Iterator

import msgspec

from dashcam.agents.claude_code import facts
from dashcam.agents.claude_code.accounts import writes_final_counts
from dashcam.agents.claude_code.blocks import kind_of
from dashcam.agents.claude_code.lines import decode
from dashcam.agents.claude_code.memory import Memory
from dashcam.agents.claude_code.read import is_copied, transcript
from dashcam.agents.claude_code.reading import Reading
from dashcam.agents.claude_code.responses import take_answer, take_progress
from dashcam.agents.lenient import micros
from dashcam.records.call import ModelCall
from dashcam.records.session import SessionFacts
from dashcam.records.source import Record

FIRST_LINES = 16
"""Read whole, since they settle which session it is and when it was born."""
_USAGE = b'"usage"'
_LINKED = b'"searchCount"'


class _Message(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    id: str = ""
    usage: msgspec.Raw = msgspec.Raw()


class _Answer(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """An assistant line as far as a repetition is told by it."""

    type: str = ""
    session_id: str = ""
    request_id: str = ""
    version: str = ""
    timestamp: str = ""
    message: _Message = _Message()


_decoder = msgspec.json.Decoder(_Answer)


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
    seen: dict[str, bytes] = {}
    for number, (start, end) in enumerate(_spans(raw)):
        reading.number = number
        line = raw[start:end]
        if number < FIRST_LINES or not _repeats(line, reading, seen):
            _take(line, reading)
    yield from reading.found
    yield from reading.closing()


def _spans(raw: bytes) -> Iterator[tuple[int, int]]:
    """Find the first lines, and behind them those that hold a usage."""
    start = 0
    for _ in range(FIRST_LINES):
        end = raw.find(b"\n", start)
        end = len(raw) if end < 0 else end
        yield start, end
        start = end + 1
        if start >= len(raw):
            return
    hit = raw.find(_USAGE, start)
    while hit >= 0:
        begin = raw.rfind(b"\n", start - 1, hit) + 1
        end = raw.find(b"\n", hit)
        end = len(raw) if end < 0 else end
        yield begin, end
        start = end + 1
        hit = raw.find(_USAGE, start)


def _repeats(line: bytes, reading: Reading, seen: dict[str, bytes]) -> bool:
    """Whether a line says of its response what an earlier one said already; if so only the time moves on."""
    try:
        answer = _decoder.decode(line)
    except (msgspec.MsgspecError, ValueError):
        return False
    if answer.type != "assistant" or not answer.message.id or not writes_final_counts(answer.version):
        return False
    slot = f"{answer.message.id} {answer.request_id}"
    usage = bytes(answer.message.usage)
    before, seen[slot] = seen.get(slot), usage
    response = reading.memory.responses.get(slot)
    at = micros(answer.timestamp)
    if before != usage or response is None or at is None or answer.session_id != reading.memory.home:
        return False
    response.at = at
    reading.memory.latest = max(reading.memory.latest, at)
    return True


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
