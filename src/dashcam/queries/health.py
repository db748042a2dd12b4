"""Why a number may be zero or too small, what could not be read, whether the database is sound; and what to do.

A finding is data, not a failure: only `broken` means that dashcam cannot do its work.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from dashcam.agents.agent import Agent, Environment
from dashcam.agents.habits import HABITS
from dashcam.queries.agents import without_roots
from dashcam.queries.answers import Listing, model_name
from dashcam.records.paths import in_full
from dashcam.records.rows import DiagnosticRow, Sums
from dashcam.records.settings import Settings
from dashcam.records.source import PUSHED
from dashcam.store import events, holdings, migrations, models
from dashcam.store.database import Database

Level = Literal["ok", "note", "warning", "broken"]
LEVELS: tuple[Level, ...] = ("broken", "warning", "note", "ok")
SOON_DAYS = 30
EXAMPLES = 3


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at, how it is, and what to do next."""

    topic: str
    level: Level
    what: str
    examples: list[str] = []
    next: str = ""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the checks need to know of the machine."""

    agents: Mapping[str, Agent]
    environment: Environment
    settings: Settings
    machine: str
    troubles: Sequence[tuple[str, str]] = ()
    """Files that the last scan could not read, and why."""


class Health(Listing[Finding], frozen=True, kw_only=True):
    """What was found, the worst first; the totals count each level."""

    rows: list[Finding]
    totals: dict[Level, int]


def health(database: Database, asked: Asked, *, before: Sequence[Finding] = ()) -> Health:
    """Look at everything; the worst comes first."""
    found = [*before, *of_database(database)]
    if not any(finding.level == "broken" for finding in found):
        found += [
            *of_places(database, asked),
            *of_files(asked.troubles),
            *of_retention(asked),
            *of_sessions(database),
            *of_lines(database),
            *of_prices(database),
            *of_readers(database, asked),
        ]
    found.sort(key=lambda finding: LEVELS.index(finding.level))
    totals = {level: sum(finding.level == level for finding in found) for level in LEVELS}
    return Health(rows=found, totals=totals, notes=[])


def of_database(database: Database) -> Iterable[Finding]:
    """Whether the database is sound, of which version, and how large."""
    faults = holdings.quick_check(database)
    if faults:
        yield Finding(
            topic="database",
            level="broken",
            what=f"the database is damaged: {faults[0]}",
            examples=faults[1 : EXAMPLES + 1],
            next="Run `dashcam db verify`, then put a copy made by `dashcam db backup` in its place.",
        )
        return
    held = holdings.sizes(database)
    share = f", {100 * held.database / held.raw:.0f} % of the {_mib(held.raw)} that agents wrote" if held.raw else ""
    yield Finding(
        topic="database",
        level="ok",
        what=f"sound, version {migrations.version(database)}, {_mib(held.database)}{share}",
    )
    rows = ", ".join(
        f"{count:,} {table}s" for table, count in held.rows.items() if table in {"source", "session", "call", "event"}
    )
    yield Finding(topic="contents", level="ok", what=rows)


def of_places(database: Database, asked: Asked) -> Iterable[Finding]:
    """Where files were looked for, if none were found; of agents without files, what they have sent."""
    groups = holdings.source_groups(database)
    seen = {group.agent for group in groups if group.kind not in PUSHED}
    sent = {group.agent for group in groups if group.kind in PUSHED}
    senders = without_roots(asked.agents, asked.environment)
    for agent in asked.agents.values():
        if agent not in senders or agent.name in seen:
            yield _place(agent, asked, is_seen=agent.name in seen)
    if senders:
        heard = [agent.title for agent in senders if agent.name in sent]
        yield Finding(
            topic="telemetry",
            level="ok",
            what=f"known only by what they send: {', '.join(agent.title for agent in senders)}; "
            + (f"heard of: {', '.join(heard)}" if heard else "none has sent anything"),
        )
    if not seen | sent:
        yield Finding(
            topic="sessions",
            level="warning",
            what="no agent has left a session here, so every number is zero",
            next="Run `dashcam agents` to see where was looked.",
        )


def _place(agent: Agent, asked: Asked, *, is_seen: bool) -> Finding:
    roots = [root.path for root in agent.roots(asked.environment)]
    roots += [in_full(root.path) for root in asked.settings.roots if root.agent == agent.name]
    there = [root for root in roots if root.is_dir()]
    if is_seen:
        return Finding(topic=agent.title, level="ok", what="files were found", examples=[str(root) for root in there])
    if there:
        what = "its directory is there, but holds no session"
        return Finding(topic=agent.title, level="note", what=what, examples=[str(root) for root in there])
    return Finding(
        topic=agent.title,
        level="note",
        what="nothing was found",
        examples=[f"{root} is not there" for root in roots],
        next="If its files stand elsewhere, name the place under [[roots]] in the settings.",
    )


def of_files(troubles: Sequence[tuple[str, str]]) -> Iterable[Finding]:
    """Files and directories that could not be looked at."""
    if troubles:
        yield Finding(
            topic="files",
            level="warning",
            what=f"{_some(len(troubles), 'file')} could not be read",
            examples=_shortened([f"{path}: {why}" for path, why in troubles]),
            next="Mend the permissions; the next scan reads them.",
        )


def of_retention(asked: Asked) -> Iterable[Finding]:
    """Agents that delete their own transcripts soon."""
    for name, habits in HABITS.items():
        agent = asked.agents.get(name)
        for root in agent.roots(asked.environment) if agent else ():
            days = habits.kept_days(root.path)
            if agent and days is not None and days <= SOON_DAYS:
                yield Finding(
                    topic=agent.title,
                    level="note",
                    what=f"it deletes its transcripts after {days} days; dashcam keeps what it has scanned",
                    next=f"Scan at least that often, or raise {habits.kept_by} in {root.path / 'settings.json'}.",
                )


def of_sessions(database: Database) -> Iterable[Finding]:
    """Sessions whose files are gone, and those whose usage nobody wrote down."""
    counts = holdings.counts_of_sessions(database)
    if counts["vanished"]:
        yield Finding(
            topic="archive",
            level="ok",
            what=f"{_some(counts['vanished'], 'session')} whose files are gone {_are(counts['vanished'])} kept here",
            next="`dashcam restore ID` writes the files back.",
        )
    if counts["known_by_name"]:
        yield Finding(
            topic="sessions",
            level="note",
            what=f"{_some(counts['known_by_name'], 'session')} {_are(counts['known_by_name'])} known by prompts alone: "
            "the transcripts were gone before the first scan",
            next="Their tokens and cost are shown as N/A; nothing can bring them back but a copy of the files.",
        )
    if counts["without_usage"]:
        yield Finding(
            topic="sessions",
            level="note",
            what=f"{_some(counts['without_usage'], 'session')} with answers: no line says what they used",
            next="Their tokens and cost are shown as N/A, and are in no total.",
        )


def of_lines(database: Database) -> Iterable[Finding]:
    """What could not be read in the lines, by agent and kind."""
    groups: dict[tuple[str, str], list[DiagnosticRow]] = {}
    for row in events.diagnostics(database):
        groups.setdefault((row.agent, row.code), []).append(row)
    ranked = sorted(groups.items(), key=lambda item: (-sum(row.count for row in item[1]), item[0]))
    for (agent, code), rows in ranked:
        count = sum(row.count for row in rows)
        files = len({row.path for row in rows})
        yield Finding(
            topic="lines",
            level="note",
            what=f"{agent}: {code}, {_some(count, 'time')} in {_some(files, 'file')}",
            examples=_shortened([f"{row.path}:{row.line + 1}: {row.why}" for row in rows]),
            next="The lines are kept as they are; a newer dashcam may read them.",
        )


def of_prices(database: Database) -> Iterable[Finding]:
    """Calls without a price, and counts that are placeholders."""
    used = models.used(database)
    unpriced = sorted({one.model for one in used if one.sums.unpriced_calls}, key=lambda model: (not model, model))
    total = sum((one.sums for one in used), Sums())
    if unpriced:
        # No price can be set for the calls of no model; they come last.
        model = unpriced[0]
        yield Finding(
            topic="prices",
            level="warning",
            what=f"{_some(total.unpriced_calls, 'call')} of {_some(len(unpriced), 'model')} without a price: "
            "totals are least sums",
            examples=_shortened([model_name(one) for one in unpriced]),
            next=f"dashcam prices set {model} --input 3 --output 15, or dashcam prices alias {model} MODEL"
            if model
            else "No line says which model they were of.",
        )
    if total.inexact_calls:
        yield Finding(
            topic="counts",
            level="note",
            what=f"{_some(total.inexact_calls, 'call')} of {total.calls:,} hold a placeholder for their output tokens",
            next="Their cost is a least sum; an estimate from the visible text stands beside it.",
        )


def of_readers(database: Database, asked: Asked) -> Iterable[Finding]:
    """Sources that were not read to their end by today's reader."""
    waiting = elsewhere = unknown = 0
    for agent, machine, reader, unfinished, count in holdings.readers(database):
        if agent not in asked.agents:
            unknown += count
        elif unfinished or reader != asked.agents[agent].reader:
            waiting += count
            elsewhere += count if machine != asked.machine else 0
    if waiting:
        yield Finding(
            topic="sources",
            level="warning",
            what=f"{_some(waiting, 'source')} {_are(waiting)} not yet read by this version",
            next="Run `dashcam rebuild`." if elsewhere else "Run `dashcam scan`; it reads them from the journal.",
        )
    if unknown:
        yield Finding(
            topic="sources",
            level="warning",
            what=f"{_some(unknown, 'source')} {_are(unknown)} of agents that this version does not know",
            next="Their lines are kept; upgrade dashcam to read them.",
        )


def _shortened(examples: Sequence[str]) -> list[str]:
    more = len(examples) - EXAMPLES
    return [*examples[:EXAMPLES], *([f"and {more:,} more"] if more > 0 else [])]


def _some(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _mib(size: int) -> str:
    return f"{size / (1 << 20):,.1f} MiB"
