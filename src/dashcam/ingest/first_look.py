"""The first totals of a history that was never read: the calls alone, before the long way into the archive.

Nothing is kept. The same readers, the same prices and the same rule of who owns a call make the numbers, so the
archive will say the same a little later.
"""

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec
from zstandard import ZstdError

from dashcam.agents.agent import Agent
from dashcam.ingest.files import open_lines
from dashcam.ingest.plan import Task
from dashcam.pricing.price import costs
from dashcam.pricing.prices import Prices
from dashcam.records.call import ModelCall
from dashcam.records.filters import Filter
from dashcam.records.rows import Sums
from dashcam.records.session import SessionFacts
from dashcam.store.settle import TOKENS, Account, settle
from dashcam.store.totals import QUARTER

FILES_AT_ONCE = 4
_Grouped = list[tuple[tuple[int | str, ...], Sums]]


_Counts = tuple[int, ...]
"""What a call adds to sums, in the order of _SUMMED."""


class Look(msgspec.Struct, kw_only=True):
    """What one file says of calls."""

    agent: str
    path: str
    calls: list[tuple[ModelCall, _Counts]]
    facts: Sequence[SessionFacts]


class _Carried(ModelCall, frozen=True, kw_only=True, array_like=True, gc=False):
    """A call on its way between processes: the names of its fields are not written out a thousand times."""


_Told = tuple[str, str, Sequence[ModelCall], Sequence[SessionFacts]]
"""What one file says: its agent and path, calls and facts."""
_decoder = msgspec.msgpack.Decoder(tuple[str, str, list[_Carried], list[SessionFacts]])


def can_answer(asked: Filter, groups: Sequence[str]) -> bool:
    """Whether a question needs nothing but calls: what a session is like at its end, only a whole reading tells."""
    simple = Filter(range=asked.range, agents=asked.agents, projects=asked.projects, models=asked.models)
    return asked == simple and not {"tool", "branch", "source"} & set(groups)


def look(tasks: Iterable[Task], agents: Mapping[str, Agent], prices: Prices, processes: int) -> list[Look]:
    """Look into the files of tasks, in several processes where that can be. Unreadable files are left out."""
    ordered = sorted((task for task in tasks if task.source.kind != "sidecar"), key=lambda task: -task.bytes_to_read)
    processes = processes or os.cpu_count() or 1
    if processes == 1 or sys.platform != "linux":
        return [_priced(_look(task, agents), prices) for task in ordered]
    _mine.append(agents)
    # Forked, so that what is imported is shared and nothing has to be sent.
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        answers = pool.imap_unordered(_look_for_another, ordered, FILES_AT_ONCE)
        # The price list takes long to load, so this process does it, and all pricing, while the others look.
        found = [_priced(_decoder.decode(answer), prices) for answer in answers]
    _mine.clear()
    return found


_mine: list[Mapping[str, Agent]] = []
"""What a forked process works with; empty but while `look` runs."""


def _look_for_another(task: Task) -> bytes:
    agent, path, calls, facts = _look(task, _mine[0])
    return msgspec.msgpack.encode((agent, path, [msgspec.structs.astuple(call) for call in calls], facts))


def _look(task: Task, agents: Mapping[str, Agent]) -> _Told:
    name, path = task.source.agent, task.source.path
    try:
        with open_lines(task.candidate) as file:
            raw = file.read()
    except (OSError, ZstdError):
        return name, path, [], []
    calls: dict[tuple[str, str], ModelCall] = {}
    facts: dict[str, SessionFacts] = {}
    agent = agents[name]
    for record in agent.first_look(raw, agent.remember(task.source)):
        if isinstance(record, ModelCall):
            calls[record.key, record.variant] = record
        else:
            facts[record.session] = record
    return name, path, list(calls.values()), list(facts.values())


def _priced(told: _Told, prices: Prices) -> Look:
    agent, path, calls, facts = told
    return Look(agent=agent, path=path, calls=[(call, _counts(call, prices)) for call in calls], facts=facts)


_VALUES: dict[str, Callable[[str, str, ModelCall], int | str]] = {
    "bucket": lambda _, __, call: call.at // QUARTER,
    "model": lambda _, __, call: call.model,
    "project": lambda _, project, __: project,
    "agent": lambda agent, _, __: agent,
    "session": lambda _, __, call: call.session,
}
"""What calls are grouped by, of the agent, the project and the call."""


def grouped(looks: Sequence[Look], asked: Filter, groups: Sequence[str], prices: Prices) -> _Grouped:
    """Add up the calls that count by quarter of an hour, model, project, agent or session, as the store would."""
    places = _places(looks)
    values = [_VALUES[group] for group in groups]
    found: dict[tuple[int | str, ...], list[_Counts]] = {}
    for agent, call, counts in _counted(looks, places, prices):
        project = places.get((agent, call.session), _NOWHERE).project
        if _is_asked(asked, agent, call, project):
            keys = tuple([value(agent, project, call) for value in values])
            found.setdefault(keys, []).append(counts)
    return [(keys, _sums(rows)) for keys, rows in sorted(found.items(), key=lambda item: item[0])]


class _Place(msgspec.Struct, kw_only=True):
    """What is known of a session over all files."""

    born: int | None = None
    project: str = ""


_NOWHERE = _Place()


def _places(looks: Iterable[Look]) -> dict[tuple[str, str], _Place]:
    places: dict[tuple[str, str], _Place] = {}
    for one in sorted(looks, key=lambda one: one.path):
        for facts in one.facts:
            place = places.setdefault((one.agent, facts.session), _Place())
            if facts.born is not None and (place.born is None or facts.born < place.born):
                place.born = facts.born
                place.project = facts.project or place.project
            place.project = place.project or facts.project
    return places


def _counted(
    looks: Sequence[Look], places: Mapping[tuple[str, str], _Place], prices: Prices
) -> Iterator[tuple[str, ModelCall, _Counts]]:
    """Yield the account of each call that counts; of several, the one that the store would let count."""
    by_key: dict[str, list[tuple[Look, ModelCall, _Counts]]] = {}
    for one in looks:
        for call, counts in one.calls:
            by_key.setdefault(call.key, []).append((one, call, counts))
    for told in by_key.values():
        if len(told) == 1:
            one, call, counts = told[0]
            yield one.agent, call, counts
            continue
        accounts = [_account(number, one, call, places) for number, (one, call, _) in enumerate(told)]
        for verdict in settle(accounts):
            if verdict.counted:
                one, call, counts = told[verdict.account.source]
                if verdict.tokens != verdict.account.tokens:
                    call = msgspec.structs.replace(call, **dict(zip(TOKENS, verdict.tokens, strict=True)))
                    counts = _counts(call, prices)
                yield one.agent, call, counts


def _account(number: int, one: Look, call: ModelCall, places: Mapping[tuple[str, str], _Place]) -> Account:
    return Account(
        is_streamed=0,
        key=call.key,
        variant=call.variant,
        source=number,
        session=0,
        rank=call.rank,
        sidechain=int(call.sidechain),
        born=places.get((one.agent, call.session), _NOWHERE).born,
        native_id=call.session,
        path=one.path,
        generation=0,
        tokens=tuple(getattr(call, name) for name in TOKENS),
        counted=1,
    )


def _is_asked(asked: Filter, agent: str, call: ModelCall, project: str) -> bool:
    since, until = asked.range.since, asked.range.until
    return (
        (since is None or call.at >= since)
        and (until is None or call.at < until)
        and (not asked.agents or agent in asked.agents)
        and (not asked.models or any(part.lower() in call.model.lower() for part in asked.models))
        and (not asked.projects or any(part.lower() in project.lower() for part in asked.projects))
    )


_SUMMED = (
    "calls", "input", "output", "cache_read", "cache_write_5m", "cache_write_1h", "reasoning", "web_searches",
    "cost_nano", "estimate_extra_nano", "unpriced_calls", "inexact_calls", "reported_nano", "reported_calls",
)  # fmt: skip


def _counts(call: ModelCall, prices: Prices) -> _Counts:
    """Say what a call adds to sums, in the order of _SUMMED."""
    cost, estimate = costs(call, prices.rate(call.provider, call.model, call.at))
    return (
        1, call.input, call.output, call.cache_read, call.cache_write_5m, call.cache_write_1h, call.reasoning,
        call.web_searches, cost or 0, 0 if estimate is None or cost is None else estimate - cost, int(cost is None),
        int(not call.exact), call.reported_nano or 0, int(call.reported_nano is not None),
    )  # fmt: skip


def _sums(rows: Iterable[_Counts]) -> Sums:
    named = dict(zip(_SUMMED, map(sum, zip(*rows, strict=True)), strict=True))
    reported, said = named.pop("reported_nano"), named.pop("reported_calls")
    return Sums(**named, reported_nano=reported if said else None)
