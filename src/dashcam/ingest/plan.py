"""What a scan has to do: which files are new, longer, replaced, renamed or gone. Stats only, nothing is read."""

from collections.abc import Iterable, Mapping

import msgspec

from dashcam.agents.agent import Agent, Candidate, Environment, Root, Trouble
from dashcam.records.paths import in_full
from dashcam.records.settings import ExtraRoot
from dashcam.records.source import Source
from dashcam.store.batch import KnownSource


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A file that an agent left, and whose it is."""

    source: Source
    candidate: Candidate


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A file to look into, with what the store knows of it."""

    source: Source
    candidate: Candidate
    known: KnownSource | None

    @property
    def bytes_to_read(self) -> int:
        """About how much is new; for a compressed file, its packed size."""
        read = self.known.bookmark.offset if self.known and not self.candidate.compressed else 0
        return max(self.candidate.size - read, 0) if self.candidate.size >= read else self.candidate.size


class Plan(msgspec.Struct, kw_only=True):
    """All that a scan found to do."""

    tasks: list[Task] = []
    missing: list[KnownSource] = []
    """Sources whose files have vanished since they were last seen."""
    troubles: list[Trouble] = []
    files: int = 0
    spent: list[str] = []
    """Files of the inbox that the journal holds and nobody needs any more."""
    whole: bool = True
    """Whether it was looked at everything, rather than at some files."""
    unread: list[KnownSource] = []
    """Sources whose records an older reader made, or none yet: to be read again from the journal."""


def discover(
    agents: Iterable[Agent], environment: Environment, extra: Iterable[ExtraRoot], machine: str
) -> tuple[list[Found], list[Trouble]]:
    """Find every file of every agent, each path once, in the order of the paths."""
    found: dict[str, Found] = {}
    troubles: list[Trouble] = []
    extra = tuple(extra)
    for agent in agents:
        for root, name in roots_of(agent, environment, extra):
            for candidate in agent.discover(root):
                if isinstance(candidate, Trouble):
                    troubles.append(candidate)
                elif candidate.path not in found:
                    source = Source(
                        agent=agent.name,
                        agent_name=name,
                        kind=candidate.kind,
                        shape=candidate.shape,
                        path=candidate.path,
                        machine=machine,
                    )
                    found[candidate.path] = Found(source=source, candidate=candidate)
    return [found[path] for path in sorted(found)], troubles


def roots_of(agent: Agent, environment: Environment, extra: Iterable[ExtraRoot]) -> list[tuple[Root, str]]:
    """List the roots of an agent with the name of the instance that each is, those of the settings first."""
    default = f"{agent.name}-default"
    named = [
        (Root(path=in_full(root.path), why="settings"), root.name or default)
        for root in extra
        if root.agent == agent.name
    ]
    return named + [(root, default) for root in agent.roots(environment)]


def plan(
    found: Iterable[Found],
    troubles: list[Trouble],
    known: Iterable[KnownSource],
    agents: Mapping[str, Agent],
    *,
    full: bool,
) -> Plan:
    """Compare what is there with what is known. A full scan looks into every file, also an unchanged one."""
    made = Plan(tasks=[], missing=[], troubles=troubles, files=0, unread=[], spent=[])
    current: dict[str, KnownSource] = {}
    for source in known:
        if source.current:
            current[source.source.path] = source
        if is_unread(source, agents):
            made.unread.append(source)
    seen = set()
    for one in found:
        made.files += 1
        seen.add(one.candidate.path)
        before = current.get(one.candidate.path)
        if full or before is None or not is_unchanged(one.candidate, before):
            made.tasks.append(Task(source=one.source, candidate=one.candidate, known=before))
    made.missing = [source for path, source in current.items() if path not in seen and not source.missing]
    return made


def is_unread(source: KnownSource, agents: Mapping[str, Agent]) -> bool:
    """Whether the records of a source are not those of today's reader, or not all; without a reader nothing can be."""
    agent = agents.get(source.source.agent)
    return agent is not None and (source.bookmark.reader != agent.reader or source.lines_read < source.bookmark.lines)


def is_unchanged(candidate: Candidate, known: KnownSource) -> bool:
    """Whether a file is as it was when it was last read, as far as its size, times and identity tell."""
    mark = known.bookmark
    return not known.missing and (candidate.size, candidate.mtime_ns, candidate.inode, candidate.device) == (
        mark.size, mark.mtime_ns, mark.inode, mark.device
    )  # fmt: skip
