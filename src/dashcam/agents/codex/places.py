"""Where Codex leaves its files: rollouts by day under `sessions/`, later moved to `archived_sessions/`.

What a stranger would get wrong: one thread may stand there several times. A plain file hides its compressed
twin, and a file in `sessions/` hides one of the same name in `archived_sessions/`.
"""

import os
from collections.abc import Iterator
from pathlib import PurePosixPath

from dashcam.agents.agent import Candidate, Environment, Root, Trouble
from dashcam.agents.files import FileFound, look, walk
from dashcam.records.source import Shape, SourceKind

VARIABLE = "CODEX_HOME"
INDEX = "session_index.jsonl"
HISTORY = "history.jsonl"
ROLLOUTS = ("sessions", "archived_sessions")
_COMPRESSED = ".zst"


def roots(environment: Environment) -> list[Root]:
    """Name the homes: those of CODEX_HOME (a comma may part several), and only without it `~/.codex`.

    A home that CODEX_HOME names and that is not there stays the answer: Codex does not fall back either.
    """
    named = [part.strip() for part in environment.variables.get(VARIABLE, "").split(",") if part.strip()]
    if not named:
        return [Root(path=environment.home / ".codex", why="default")]
    paths = [environment.home / part.removeprefix("~/") for part in named]
    return [Root(path=path, why=VARIABLE) for path in dict.fromkeys(paths)]


def discover(root: Root) -> Iterator[Candidate | Trouble]:
    """Find the rollouts of a home, then its lists of titles and of prompts."""
    taken: set[str] = set()
    for folder in ROLLOUTS:
        found: dict[str, FileFound] = {}
        for item in walk(root.path / folder, _is_rollout):
            if isinstance(item, Trouble):
                yield item
                continue
            name = item.path.removesuffix(_COMPRESSED)
            if name == item.path or name not in found:
                found[name] = item
        names = {name.rpartition(os.sep)[2] for name in found}
        for name, item in sorted(found.items()):
            if name.rpartition(os.sep)[2] not in taken:
                yield _candidate(name, item, kind="transcript")
        taken |= names
    for name in (INDEX, HISTORY):
        beside = look(root.path / name)
        if isinstance(beside, Trouble):
            yield beside
        elif beside is not None:
            yield _candidate(beside.path, beside, kind="sidecar")


def _is_rollout(relative: str) -> bool:
    name = PurePosixPath(relative).name
    return name.endswith((".jsonl", ".jsonl.zst")) or (name.startswith("rollout-") and name.endswith(".json"))


def _candidate(path: str, found: FileFound, *, kind: SourceKind) -> Candidate:
    shape: Shape = "document" if path.endswith(".json") else "lines"
    return Candidate(
        path=path,
        file=found.path,
        kind=kind,
        shape=shape,
        size=found.size,
        mtime_ns=found.mtime_ns,
        inode=found.inode,
        device=found.device,
        compressed=path != found.path,
    )
