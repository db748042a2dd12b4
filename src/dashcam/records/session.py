"""A session: one conversation of a person (or of another session) with a coding agent."""

from typing import Literal, get_args

import msgspec

State = Literal["open", "waiting", "completed", "failed", "stopped"]
"""How the last line left the session: `open` in the middle of a turn, `waiting` at the end of one."""

Status = Literal["running", "waiting", "completed", "failed", "stopped"]
STATUSES: tuple[str, ...] = get_args(Status)

Relation = Literal["", "subagent", "fork"]

TITLE_NAMED, TITLE_GENERATED, TITLE_LAST_PROMPT, TITLE_SUMMARY, TITLE_FIRST_PROMPT, TITLE_NONE = (
    5,
    4,
    3,
    2,
    1,
    0,
)
"""How good a title is; the highest known rank is shown."""


class SessionFacts(msgspec.Struct, frozen=True, kw_only=True):
    """All that one source knows of one session so far. A later account of the same source replaces an earlier one."""

    session: str
    """The agent's own id; a subagent's is `<parent>:<agent id>`."""
    born: int | None = None
    """Time of the first line with a time, in the order of the file: a fork's own first line is later than the
    copied history below it. The session with the earliest `born` owns what several hold."""
    first_at: int | None = None
    last_at: int | None = None
    project: str = ""
    """The working directory at the start, as the agent wrote it."""
    branch: str = ""
    version: str = ""
    """The agent's version, the last one seen."""
    entrypoint: str = ""
    title: str = ""
    title_rank: int = TITLE_NONE
    first_prompt: str = ""
    parent: str = ""
    relation: Relation = ""
    agent_type: str = ""
    """For a subagent: its type, such as `Explore`."""
    parent_call: str = ""
    """For a subagent: the id of the tool call that started it."""
    state: State = "open"
    error: str = ""
    """For a failed session: what the agent said."""
    pull_requests: tuple[str, ...] = ()
    commands_only: bool = False
    """All that happened are commands that the agent answered itself, such as `/usage`: no model was asked anything."""


class TitleHint(msgspec.Struct, frozen=True, kw_only=True):
    """A title for whichever session holds the event with this key; it may stand in another session's file."""

    key: int
    title: str
    line: int


class ReportedTotal(msgspec.Struct, frozen=True, kw_only=True):
    """A cumulative total that the agent itself wrote for a session and one model. It is compared, never added."""

    session: str
    line: int
    at: int
    """The latest event time before it in the source: these lines often have no time of their own."""
    model: str
    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    web_searches: int = 0
    cost_nano: int | None = None


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """A measured value that is no usage: a rate limit's percentage, a context gauge."""

    session: str
    line: int
    at: int
    name: str
    value: float
    label: str = ""
