"""Claude Code's row of the registry.

What a stranger would get wrong: raising `READER` re-reads every journal of every user; it must be raised
whenever the same lines would now give other records.
"""

from collections.abc import Iterable, Iterator

from dashcam.agents.agent import Agent, Capabilities
from dashcam.agents.agent import Line as RawLine
from dashcam.agents.claude_code import sidecars, stream
from dashcam.agents.claude_code.changes import CHANGING
from dashcam.agents.claude_code.first_look import first_look
from dashcam.agents.claude_code.memory import Memory
from dashcam.agents.claude_code.places import HISTORY, PROJECTS, discover, remember, roots
from dashcam.agents.claude_code.pushed_lines import PUSHED, SERVICES
from dashcam.agents.claude_code.read import transcript
from dashcam.agents.faces import CLAUDE_CODE
from dashcam.records.source import Record

READER = 2


def read(lines: Iterable[RawLine], memory: Memory) -> Iterator[Record]:
    """Read lines of a source of whatever kind; its memory knows which."""
    match memory.role:
        case "launch":
            return stream.read(lines, memory)
        case "meta":
            return sidecars.description(lines, memory)
        case "title":
            return sidecars.named(lines, memory)
        case "history":
            return sidecars.history(lines, memory)
    return transcript(lines, memory)


AGENT = Agent(
    face=CLAUDE_CODE,
    reader=READER,
    gives=Capabilities(
        conversation="yes",
        thinking="partial",
        tools="yes",
        tokens="partial",
        cache="yes",
        reasoning="partial",
        cost="partial",
        title="yes",
    ),
    roots=roots,
    discover=discover,
    watched=(PROJECTS, HISTORY),
    remember=remember,
    memory=Memory,
    read=read,
    body=stream.body,
    image=stream.image,
    launching=stream.LAUNCHING,
    pushed=PUSHED,
    services=SERVICES,
    changing=CHANGING,
    first_look=first_look,
)
