"""What the reader remembers of a source between two readings; it is saved with the bookmark.

What a stranger would get wrong: everything here is bounded, because it is saved anew with every few lines
that are appended. And nothing else may influence a reading, or pieces would differ from the whole.
"""

from typing import Literal

import msgspec

MAX_RESPONSES = 64
MAX_OPEN_CALLS = 512
MAX_SUBAGENTS = 256
MAX_PULL_REQUESTS = 100
MAX_PAST_SESSIONS = 512
MAX_PROMPT = 2000
MAX_TITLE = 200

Role = Literal["main", "subagent", "meta", "title", "history", "launch"]

MAIN_ROLES = frozenset({"main", "launch"})
"""Those whose lines are a session's own, and no subagent's."""


class Step(msgspec.Struct, kw_only=True, array_like=True):
    """One step of a response that has several, or an advisor's part in it: a request of its own price."""

    advisor: bool
    model: str = ""
    input: int = 0
    output: int = 0
    cache_read: int = 0
    write_5m: int = 0
    write_1h: int = 0


class Response(msgspec.Struct, kw_only=True, array_like=True):
    """All that is known of one response so far: the field-wise maximum over its lines."""

    key: str
    variant: str
    slot: str
    """Its name within the memory."""
    session: str
    rank: int
    sidechain: bool = False
    model: str = ""
    at: int = 0
    line: int = 0
    counted: bool = False
    """Whether a line of it held usage: without, there is nothing to bill."""
    final: bool = False
    """Whether its output count is the final one."""
    input: int = 0
    output: int = 0
    cache_read: int = 0
    write_total: int = 0
    write_5m: int = 0
    write_1h: int = 0
    reasoning: int = 0
    characters: int = 0
    tools: list[str] = []
    searches: int = 0
    """Web searches by the usage itself."""
    linked_searches: dict[str, int] = {}
    """Web searches by the results of the response's tool calls."""
    speed: str = ""
    geo: str = ""
    tier: str = ""
    duration_us: int | None = None
    reported_nano: int | None = None
    steps: list[Step] = []


class OpenCall(msgspec.Struct, kw_only=True, array_like=True):
    """A tool call that has no result yet."""

    name: str
    at: int
    response: str = ""
    """Names the response that made it, within the memory."""
    agent_type: str = ""
    description: str = ""


class Subagent(msgspec.Struct, kw_only=True, array_like=True):
    """What a parent's lines tell of a subagent."""

    born: int | None = None
    last_at: int | None = None
    agent_type: str = ""
    title: str = ""
    parent_call: str = ""
    completed: bool = False


class Past(msgspec.Struct, kw_only=True, array_like=True):
    """What the prompt history tells of a session."""

    first_at: int
    last_at: int
    project: str = ""
    prompt: str = ""
    asked: bool = False
    """Whether a prompt was more than a command that the agent answers itself."""


class Memory(msgspec.Struct, kw_only=True):
    """The state of the fold, begun from what a source's path tells."""

    role: Role
    session: str = ""
    """The session's id; empty until a line settles it, where the path does not."""
    stem: str = ""
    agent_id: str = ""
    """For a subagent: its id within its parent."""
    home: str = ""
    """The main session: what a line's own session id should be."""
    aside: bool = False
    """Whether the file repeats its parent's calls, as `/btw` does."""
    seen: bool = False
    """Whether a line belonged to a session: a file of mere titles for others is none."""
    own: bool = False
    foreign: str = ""
    """The first other session whose id stood on a line: what this one was forked from."""
    born: int | None = None
    latest: int = 0
    project: str = ""
    branch: str = ""
    version: str = ""
    entrypoint: str = ""
    title: str = ""
    title_rank: int = 0
    first_prompt: str = ""
    commands: bool = False
    """Whether the agent answered a command itself, as it does `/usage`."""
    asked: bool = False
    """Whether anything was for a model, or came from one."""
    state: Literal["open", "waiting", "completed", "failed", "stopped"] = "open"
    error: str = ""
    pull_requests: list[str] = []
    responses: dict[str, Response] = {}
    calls: dict[str, OpenCall] = {}
    subagents: dict[str, Subagent] = {}
    past: dict[str, Past] = {}
    streaming: tuple[str, str, str] = ("", "", "")
    """Of a launch: the message that is being written, its model and its request."""
