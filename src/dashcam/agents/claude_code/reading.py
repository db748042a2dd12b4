"""What one call of `read` gathers on its way through the lines.

What a stranger would get wrong: a Reading lives for one call of `read`, so anything that must outlast it
belongs into the memory. What is said of a response, a session or a subagent is said at the end, whole, and
again by every later reading that touches it: the last account replaces the earlier ones.
"""

from collections.abc import Iterator

from dashcam.agents.claude_code import accounts, facts
from dashcam.agents.claude_code.lines import Line
from dashcam.agents.claude_code.memory import MAX_RESPONSES, Memory, Response
from dashcam.agents.lenient import MOST, Tally, micros
from dashcam.records.source import Record


class Reading:
    """The findings of one call of `read`, and what it must still say at its end."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.found: list[Record] = []
        self.number = 0
        self.responses: dict[str, None] = {}
        """The names of those touched, in order."""
        self.subagents: dict[str, None] = {}
        self.tally = Tally()

    def note(self, code: str, why: str) -> None:
        """Count a thing that could not be read; it is told at the end."""
        self.tally.add(self.number, code, why)

    def time(self, line: Line, *, expected: bool) -> int:
        """Give a line's time; the latest one known of the source stands in for one that is missing."""
        memory = self.memory
        at = micros(line.timestamp)
        if at is None:
            if line.timestamp is not None:
                self.note("bad-time", "a timestamp cannot be read or cannot be true")
            elif expected:
                self.note("bad-time", "a line of the conversation has no timestamp")
            return memory.latest
        if memory.born is None:
            self._begin(at)
        memory.latest = max(memory.latest, at)
        return at

    def _begin(self, at: int) -> None:
        """Take the first time known for the session's beginning, and for the responses that stand before it."""
        self.memory.born = at
        for response in self.memory.responses.values():
            if not response.at:
                response.at = at
                self.responses[response.slot] = None

    def touch(self, response: Response) -> None:
        """Keep a response among the last ones; the one that was touched longest ago is told and forgotten."""
        responses = self.memory.responses
        slot = response.slot
        responses.pop(slot, None)
        responses[slot] = response
        self.responses[slot] = None
        if len(responses) > MAX_RESPONSES:
            oldest = responses.pop(next(iter(responses)))
            if oldest.slot in self.responses:
                del self.responses[oldest.slot]
                self.found.extend(accounts.calls(oldest))

    def closing(self) -> Iterator[Record]:
        """Yield what the lines added up to."""
        for slot in self.responses:
            yield from accounts.calls(self.memory.responses[slot])
        if self.memory.seen:
            yield facts.session_facts(self.memory)
        yield from facts.subagent_facts(self.memory, list(self.subagents))
        yield from self.tally.diagnostics()


def microseconds(milliseconds: float | None) -> int | None:
    """Turn a duration as the agent writes it into ours; what is no sensible duration is none."""
    if milliseconds is None or not 0 <= milliseconds <= MOST:
        return None
    return round(milliseconds * 1000)
