"""The inbox as a scan sees it: its files are sources like any other, and go once the journal holds them.

What a stranger would get wrong: a file of the present hour may still grow, also by a process that has it open already,
so only what nobody has touched for a long time is taken away.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from dashcam.agents.agent import Agent, Candidate
from dashcam.agents.launching import STREAM
from dashcam.ingest.plan import Found
from dashcam.records.source import PUSHED, Source, SourceKind
from dashcam.store.batch import KnownSource

log = logging.getLogger(__name__)

KEPT_SECONDS = 48 * 3600
KINDS: tuple[SourceKind, ...] = (STREAM, *PUSHED)


def arrivals(inbox: Path, agents: Mapping[str, Agent], machine: str) -> Iterator[Found]:
    """Find the files of an inbox, in the order of their paths; whose agent or kind is not known waits there."""
    for path in sorted(inbox.glob("*/*/*.jsonl")):
        found = arrived(path, agents, machine)
        if found is not None:
            yield found


def arrived(path: Path, agents: Mapping[str, Agent], machine: str) -> Found | None:
    """Describe one file of an inbox; None where nobody can read it."""
    agent, kind = agents.get(path.parent.parent.name), next((one for one in KINDS if one == path.parent.name), None)
    if agent is None or kind is None or path.suffix != ".jsonl":
        return None
    if (agent.launching if kind == STREAM else agent.pushed) is None:
        return None
    try:
        status = path.stat()
    except OSError:
        return None
    source = Source(
        agent=agent.name,
        agent_name=f"{agent.name}-default",
        kind=kind,
        shape="lines",
        path=str(path),
        machine=machine,
    )
    candidate = Candidate(
        path=source.path,
        file=source.path,
        kind=kind,
        shape="lines",
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        inode=status.st_ino,
        device=status.st_dev,
    )
    return Found(source=source, candidate=candidate)


def spent(found: Iterable[Found], known: Iterable[KnownSource], now: float) -> list[str]:
    """List the files that the journal holds whole and nobody has written for two days; `now` in seconds since 1970."""
    old = (now - KEPT_SECONDS) * 1e9
    aged = {one.candidate.path: one.candidate.size for one in found if one.candidate.mtime_ns < old}
    if not aged:
        return []
    return [source.source.path for source in known if aged.get(source.source.path) == source.bookmark.offset]


def sweep(paths: Iterable[str]) -> None:
    """Take files away; what cannot be taken away stays."""
    for path in paths:
        try:
            Path(path).unlink(missing_ok=True)
        except OSError as error:
            log.warning("cannot take %s away: %s", path, error.strerror)
