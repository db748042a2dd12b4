"""What the lines tell of the session as a whole: its title, its state, where it came from.

What a stranger would get wrong: `born` is the time of the first line in the order of the file. In a fork that
line stands above the copied history and is later than it, and by that the parent is known to be the owner.
"""

from collections.abc import Iterator
from typing import Literal

from dashcam.agents.claude_code.blocks import Piece, bare
from dashcam.agents.claude_code.lines import Line, Message
from dashcam.agents.claude_code.memory import (
    MAIN_ROLES,
    MAX_PROMPT,
    MAX_PULL_REQUESTS,
    MAX_SUBAGENTS,
    MAX_TITLE,
    Memory,
    Subagent,
)
from dashcam.records.session import TITLE_FIRST_PROMPT, TITLE_GENERATED, SessionFacts

_LEAVING = ("/exit", "/quit")
_AMBIENT = frozenset(
    {"local-command-caveat", "session-start-hook", "system-reminder", "ide_opened_file", "ide_selection"}
)
"""Words on a user line that stand beside a prompt, and ask nothing by themselves."""
_TURN_OVER = ("turn_duration", "stop_hook_summary", "local_command")


def settle(memory: Memory, line: Line, *, conversation: bool) -> None:
    """Learn from a line which session it belongs to, where the path did not tell."""
    if line.session_id == memory.home and memory.own and memory.seen:
        return
    named = bare(line.session_id)
    if not named and not conversation:
        return
    memory.seen = True
    if not memory.session:
        memory.home = named
        main = named or memory.stem
        memory.session = f"{named}:{memory.agent_id}" if memory.role == "subagent" and named else main
    if named and named == memory.home:
        memory.own = True
    elif named and memory.home and not memory.foreign:
        memory.foreign = named


def describe(memory: Memory, line: Line) -> None:
    """Learn the circumstances that stand on every line of the conversation."""
    if not memory.project:
        memory.project = bare(line.cwd)
    if line.git_branch and line.git_branch != memory.branch:
        memory.branch = bare(line.git_branch)
    if line.version and line.version != memory.version:
        memory.version = bare(line.version)
    if not memory.entrypoint:
        memory.entrypoint = bare(line.entrypoint)


def entitle(memory: Memory, title: str | None, rank: int) -> None:
    """Offer a title: the better kind wins, and of one kind the later."""
    said = shorten(title)
    if said and rank >= memory.title_rank:
        memory.title, memory.title_rank = said, rank


def shorten(text: str | None) -> str:
    """Bring a title to one line of bearable length."""
    return " ".join(bare(text)[: MAX_TITLE * 4].split())[:MAX_TITLE]


def link_pull_request(memory: Memory, address: str | None) -> None:
    """Keep the address of a pull request, once."""
    said = bare(address)
    if said and said not in memory.pull_requests and len(memory.pull_requests) < MAX_PULL_REQUESTS:
        memory.pull_requests.append(said)


def prompted(memory: Memory, text: str) -> None:
    """Take note of a prompt: the first names the session, if nothing better does.

    A slash command counts only until a prompt comes.
    """
    known = memory.first_prompt
    if not text or (known and (text.startswith("/") or not known.startswith("/"))):
        return
    memory.first_prompt = text[:MAX_PROMPT]
    entitle(memory, text, TITLE_FIRST_PROMPT)


def follow_asking(memory: Memory, kind: str, parts: list[Piece]) -> None:
    """Learn whether a model was asked anything. A command that a model answers is followed by words put in for it."""
    if memory.asked:
        return
    for piece in parts:
        if piece.name in {"command", "local_command"}:
            memory.commands = True
        elif piece.kind == "context":
            # Attachments come with every start; of them only a queued command waits for an answer.
            memory.asked = piece.name == "queued_command" if kind == "attachment" else piece.name not in _AMBIENT
        else:
            memory.asked = piece.kind not in {"system", "hook"}
        if memory.asked:
            return


def follow_user(memory: Memory, parts: list[Piece]) -> None:
    """Move the state on by a user line."""
    for piece in parts:
        if piece.kind == "user":
            prompted(memory, piece.text)
            memory.state = "completed" if piece.text.split(" ", 1)[0] in _LEAVING else "open"
        elif piece.kind == "tool_result":
            memory.state = "open"
        elif piece.name == "interrupted":
            memory.state = "stopped"
        elif piece.kind == "system" and memory.state == "open":
            memory.state = "waiting"


def follow_assistant(memory: Memory, line: Line, parts: list[Piece]) -> None:
    """Move the state on by a line of the model.

    Before 2.1.97 most lines bear no stop reason. Then words at the end are taken for the end of a turn: a
    tool call that follows them stands on the next line and opens it again.
    """
    last = parts[-1] if parts else None
    if last is None or last.kind == "system":
        return
    if last.kind == "error":
        memory.state, memory.error = "failed", last.text[:MAX_PROMPT]
        return
    reason = line.message.stop_reason if isinstance(line.message, Message) else None
    over = last.kind == "assistant" if reason is None else reason not in {"tool_use", "pause_turn"}
    memory.state = _ended(memory) if over and last.kind != "tool_call" else "open"


def follow_notice(memory: Memory, name: str) -> None:
    """Move the state on by one of the agent's own notices."""
    if name in _TURN_OVER and memory.state == "open":
        memory.state = _ended(memory)


def _ended(memory: Memory) -> Literal["completed", "waiting"]:
    """Say what the end of a turn means: a subagent's work is done, a person is waited for."""
    return "completed" if memory.role == "subagent" else "waiting"


def session_facts(memory: Memory) -> SessionFacts:
    """Tell all that is known of the source's own session."""
    parent = memory.home if memory.role == "subagent" and memory.home != memory.session else ""
    forked_from = memory.foreign if memory.role in MAIN_ROLES and memory.own else ""
    return SessionFacts(
        session=memory.session,
        born=memory.born,
        first_at=memory.born,
        last_at=memory.latest or None,
        project=memory.project,
        branch=memory.branch,
        version=memory.version,
        entrypoint=memory.entrypoint,
        title=memory.title,
        title_rank=memory.title_rank,
        first_prompt=memory.first_prompt,
        parent=parent or forked_from,
        relation="subagent" if memory.role == "subagent" else "fork" if forked_from else "",
        state=memory.state,
        error=memory.error if memory.state == "failed" else "",
        pull_requests=tuple(memory.pull_requests),
        commands_only=memory.role in MAIN_ROLES and memory.commands and not memory.asked,
    )


def subagent_named(memory: Memory, agent_id: str) -> Subagent:
    """Give what is remembered of a subagent, and keep it from being forgotten first."""
    subagent = memory.subagents.pop(agent_id, None) or Subagent()
    memory.subagents[agent_id] = subagent
    if len(memory.subagents) > MAX_SUBAGENTS:
        del memory.subagents[next(iter(memory.subagents))]
    return subagent


def subagent_facts(memory: Memory, touched: list[str]) -> Iterator[SessionFacts]:
    """Tell what this source knows of the subagents that its lines touched."""
    for agent_id in touched:
        subagent = memory.subagents.get(agent_id)
        if subagent is None or agent_id == memory.agent_id:
            continue
        yield SessionFacts(
            session=f"{memory.home or memory.session}:{agent_id}",
            born=subagent.born,
            first_at=subagent.born,
            last_at=subagent.last_at,
            title=subagent.title,
            title_rank=TITLE_GENERATED if subagent.title else 0,
            parent=memory.home or memory.session,
            relation="subagent",
            agent_type=subagent.agent_type,
            parent_call=subagent.parent_call,
            state="completed" if subagent.completed else "open",
        )
