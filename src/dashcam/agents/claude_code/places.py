"""Where Claude Code leaves its files, and what a file's path tells of its session.

What a stranger would get wrong: the name of a project's folder is no path (every odd character became `-`),
so nothing is read from it; and a subagent's file has stood in two places over the versions.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from dashcam.agents.agent import Candidate, Environment, Root, Trouble
from dashcam.agents.claude_code.memory import Memory
from dashcam.agents.files import FileFound, look, walk
from dashcam.agents.launching import STREAM
from dashcam.records.source import Shape, Source, SourceKind

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
PROJECTS = "projects"
HISTORY = "history.jsonl"
_NO_SESSIONS = ("memory", "tool-results")


def roots(environment: Environment) -> list[Root]:
    """Name the directories that Claude Code, or a version of it, keeps its data in: what the user set, and else all."""
    home = environment.home
    variables = environment.variables
    named = [word.strip() for word in variables.get("CLAUDE_CONFIG_DIR", "").split(",")]
    found = {_config_home(home, word): "CLAUDE_CONFIG_DIR" for word in named if word}
    if found:
        return [Root(path=path, why=why) for path, why in found.items()]
    found[home / ".claude"] = "default"
    if xdg := variables.get("XDG_CONFIG_HOME", ""):
        found.setdefault(home / xdg / "claude", "XDG_CONFIG_HOME")
    found.setdefault(home / ".config" / "claude", "default")
    return [Root(path=path, why=why) for path, why in found.items()]


def discover(root: Root) -> Iterator[Candidate | Trouble]:
    """Find the transcripts, their sidecars and the history of prompts below a root."""
    for found in walk(root.path / PROJECTS, _is_wanted):
        if isinstance(found, Trouble):
            yield found
        elif found.size and found.path.endswith(".jsonl"):
            yield _candidate(found, "transcript", "lines")
        elif found.size:
            yield _candidate(found, "sidecar", "document")
    history = look(root.path / HISTORY)
    if isinstance(history, Trouble):
        yield history
    elif history and history.size:
        yield _candidate(history, "sidecar", "lines")


def remember(source: Source) -> Memory:
    """Begin the memory of a source with what its path tells."""
    parts = re.split(r"[/\\]", source.path)
    name = parts[-1]
    folder = parts[-2] if len(parts) > 1 else ""
    if source.kind == "sidecar" and name == "history.jsonl":
        return Memory(role="history")
    if source.kind == STREAM:
        return Memory(role="launch")
    if name == "custom-title.json":
        return Memory(role="title", session=folder)
    stem = name.removesuffix(".jsonl")
    if not stem.startswith("agent-"):
        known = _UUID.fullmatch(stem) is not None
        return Memory(role="main", stem=stem, session=stem if known else "", home=stem if known else "")
    parent = parts[parts.index("subagents") - 1] if "subagents" in parts[1:-1] else ""
    agent_id = stem.removesuffix(".meta.json").removeprefix("agent-")
    return Memory(
        role="meta" if name.endswith(".meta.json") else "subagent",
        stem=stem,
        agent_id=agent_id,
        session=f"{parent}:{agent_id}" if parent else "",
        home=parent,
        aside=agent_id.startswith("aside_question"),
    )


def _config_home(home: Path, word: str) -> Path:
    path = home / word.removeprefix("~/") if word.startswith("~/") else home / word
    return path.parent if path.name == "projects" else path


def _is_wanted(relative: str) -> bool:
    """Say by its path below `projects` whether a file holds lines or facts of a session."""
    *folders, name = relative.split("/")
    if name.endswith(".jsonl"):
        return name != "journal.jsonl" and not any(folder in _NO_SESSIONS for folder in folders[1:])
    return name == "custom-title.json" or (name.startswith("agent-") and name.endswith(".meta.json"))


def _candidate(found: FileFound, kind: SourceKind, shape: Shape) -> Candidate:
    return Candidate(
        path=found.path,
        file=found.path,
        kind=kind,
        shape=shape,
        size=found.size,
        mtime_ns=found.mtime_ns,
        inode=found.inode,
        device=found.device,
    )
