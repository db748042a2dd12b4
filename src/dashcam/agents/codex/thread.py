"""Which thread a rollout is, where it comes from, and how its last line leaves it.

What a stranger would get wrong: only the first `session_meta` is this thread's own. Later ones with another
id are headers of the history that was copied when it was forked, and `session_id` names the family's root.
"""

from typing import Any

import msgspec

from dashcam.agents.codex.lines import Entry
from dashcam.agents.codex.memory import Memory, time_in
from dashcam.agents.codex.pieces import Piece
from dashcam.agents.lenient import micros
from dashcam.records.clock import SECOND
from dashcam.records.session import TITLE_FIRST_PROMPT, TITLE_NAMED, Relation, State

_COPYING_LASTS = 60 * SECOND
"""Copied lines bear the time of the fork; later ones are the thread's own. No count or key hangs on it."""
_TITLE_LENGTH = 120
_PROMPT_LENGTH = 4000
_REQUEST = "## My request for Codex:"
_PROVIDERS = {
    "openai": "openai",
    "azure": "azure",
    "azure-openai": "azure",
    "anthropic": "anthropic",
    "amazon-bedrock": "aws",
    "bedrock": "aws",
    "google": "google",
    "gemini": "google",
    "openrouter": "openrouter",
    "groq": "groq",
    "mistral": "mistral",
    "deepseek": "deepseek",
    "xai": "x-ai",
    "together": "together",
    "fireworks": "fireworks",
    "cerebras": "cerebras",
    "ollama": "ollama",
    "ollama-chat": "ollama",
    "lmstudio": "lmstudio",
    "oss": "ollama",
}
_TIERS = {"fast": ("fast", ""), "priority": ("", "priority"), "flex": ("", "flex"), "batch": ("", "batch")}
_STANDARD = frozenset({"", "default", "auto", "standard"})


def read_header(entry: Entry, memory: Memory) -> None:
    """Read a `session_meta`: the first begins the thread, one with another id announces copied history."""
    identifier = entry.text("id")
    if not memory.begun:
        _begin(identifier, entry, memory)
    elif identifier == memory.facts.session:
        version = entry.text("cli_version")
        set_facts(memory, version=version or memory.facts.version)
    else:
        memory.inherited = True
        _note_ancestor(identifier, micros(entry.payload.get("timestamp")), memory)


def _begin(identifier: str, entry: Entry, memory: Memory) -> None:
    """Take the header's word, but for the id: what was told under the file's name stays under it."""
    payload = entry.payload
    before = memory.facts
    session = identifier or memory.named or entry.text("session_id") or memory.stem
    if memory.recognised > 1:
        session = before.session
    source = payload.get("source")
    parent, relation, kind = _origin(payload, entry)
    git = entry.mapping("git") or {}
    born = micros(payload.get("timestamp")) or (entry.at or None)
    memory.facts = msgspec.structs.replace(
        before,
        session=session,
        born=born,
        project=entry.text("cwd") or before.project,
        branch=entry.text("branch", git),
        version=entry.text("cli_version"),
        entrypoint=source if type(source) is str else entry.text("originator"),
        parent=parent,
        relation=relation,
        agent_type=kind,
    )
    memory.begun = True
    memory.provider = provider_of(entry.text("model_provider"))
    memory.own_from = _ordinal(payload.get("subagent_history_start_ordinal"))
    forked_from = entry.text("forked_from_id")
    memory.ancestor = forked_from or session
    memory.ancestor_born = born


def _origin(payload: dict[str, Any], entry: Entry) -> tuple[str, Relation, str]:
    """Say which thread this one comes from, how, and as what kind of agent."""
    source = payload.get("source")
    spawned = source.get("subagent") if type(source) is dict else None
    kind = spawned if type(spawned) is str else ""
    parent = entry.text("parent_thread_id")
    if type(spawned) is dict:
        spawn = entry.mapping("thread_spawn", spawned) or {}
        parent = parent or entry.text("parent_thread_id", spawn)
        kind = entry.text("agent_role", spawn) or entry.text("other", spawned)
    if parent or spawned is not None:
        return parent, "subagent", entry.text("agent_role") or kind
    forked_from = entry.text("forked_from_id")
    return forked_from, "fork" if forked_from else "", ""


def _note_ancestor(identifier: str, born: int | None, memory: Memory) -> None:
    """Keep the oldest thread named before the first request; a fork and its parent then agree on it."""
    if not identifier or memory.counted:
        return
    if born is None or memory.ancestor_born is None or born < memory.ancestor_born:
        memory.ancestor = identifier
        memory.ancestor_born = born if born is not None else memory.ancestor_born


def _ordinal(value: object) -> int | None:
    if type(value) is str and value.isdecimal() and len(value) < len("1000000000000"):
        return int(value)
    return value if type(value) is int else None


def read_turn(entry: Entry, memory: Memory) -> None:
    """Read a `turn_context`: model, directory and turn of what follows."""
    payload = entry.payload
    memory.turn = entry.turn
    memory.model = entry.text("model") or memory.model
    memory.open_call = None
    if not memory.facts.project:
        set_facts(memory, project=entry.text("cwd"))
    if "service_tier" in payload:
        _set_tier(entry.text("service_tier"), entry, memory)


def read_settings(entry: Entry, memory: Memory) -> None:
    """Read a `thread_settings_applied`: a whole snapshot, so what it leaves out is back at its default."""
    settings = entry.mapping("thread_settings")
    if settings is None:
        return
    memory.model = entry.text("model", settings) or memory.model
    provider = entry.text("model_provider_id", settings)
    if provider:
        memory.provider = provider_of(provider)
    _set_tier(entry.text("service_tier", settings), entry, memory)


def _set_tier(name: str, entry: Entry, memory: Memory) -> None:
    if name not in _TIERS and name not in _STANDARD:
        entry.complain("unknown-tier", "no rule knows this service tier; the standard one stands for it")
    memory.speed, memory.tier = _TIERS.get(name, ("", ""))


def provider_of(name: str) -> str:
    """Say whose prices apply. A name of the user's own making is most often a proxy before OpenAI's."""
    return _PROVIDERS.get(name.lower(), "openai")


def settle_inheritance(entry: Entry, memory: Memory) -> None:
    """Notice the first line that is this thread's own, after the history that it was forked with."""
    if not memory.inherited:
        return
    own = memory.facts.session
    thread = entry.payload.get("thread_id")
    turn_at, born_at = time_in(entry.turn), time_in(own)
    told = entry.type == "token_usage_record" or entry.payload.get("type") == "thread_settings_applied"
    if (
        (told and thread == own)
        or (turn_at is not None and born_at is not None and turn_at >= born_at)
        or (memory.own_from is not None and entry.ordinal is not None and entry.ordinal >= memory.own_from)
        or (memory.facts.born is not None and entry.at > memory.facts.born + _COPYING_LASTS)
    ):
        memory.inherited = False
        named = memory.facts.title_rank == TITLE_NAMED
        set_facts(memory, first_prompt="", title=memory.facts.title if named else "")


def read_name(entry: Entry, memory: Memory) -> None:
    """Read a `thread_name_updated`, unless it was copied from another thread."""
    thread = entry.text("thread_id")
    name = entry.text("thread_name").strip()
    if name and thread in {"", memory.facts.session}:
        set_facts(memory, title=name, title_rank=TITLE_NAMED)


def note_piece(piece: Piece, memory: Memory) -> None:
    """Let what was said change the session's state, and its title where it has none yet."""
    if piece.kind == "user":
        note_prompt(piece.text, memory)
        _set_state(memory, "open")
    elif piece.kind == "error":
        _set_state(memory, "stopped" if piece.name == "turn_aborted" else "failed", piece.text)
    elif piece.name == "task_complete" or (piece.kind == "assistant" and not memory.turns):
        _set_state(memory, "waiting")
    elif piece.kind in {"tool_call", "thinking", "assistant"} and memory.facts.state == "waiting":
        _set_state(memory, "open")


def note_prompt(prompt: str, memory: Memory) -> None:
    """Take the first prompt of a person; what an editor put before the request is no part of a title."""
    if memory.facts.first_prompt or not prompt.strip():
        return
    request = prompt.partition(_REQUEST)[2].strip() or prompt.strip()
    set_facts(memory, first_prompt=request[:_PROMPT_LENGTH])
    if memory.facts.title_rank <= TITLE_FIRST_PROMPT:
        set_facts(memory, title=request.splitlines()[0][:_TITLE_LENGTH], title_rank=TITLE_FIRST_PROMPT)


def begin_turn(memory: Memory, turn: str) -> None:
    """Note that a turn begins; a failure or a stop before it is over."""
    memory.turns = True
    memory.turn = turn or memory.turn
    _set_state(memory, "open")


def _set_state(memory: Memory, state: State, error: str = "") -> None:
    told = error[:_PROMPT_LENGTH] if state == "failed" else ""
    if memory.facts.state != state or memory.facts.error != told:
        set_facts(memory, state=state, error=told)


def set_facts(memory: Memory, **changes: str | int) -> None:
    """Change some facts of the session."""
    memory.facts = msgspec.structs.replace(memory.facts, **changes)
