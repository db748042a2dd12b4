"""The first totals of a history that was never read: the calls alone, before the long way into the archive.

Nothing is kept. The same readers, the same prices and the same rule of who owns a call make the numbers, so the
archive will say the same a little later.
"""

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from dashcam.agents.agent import Agent
from dashcam.ingest.files import open_lines
from dashcam.ingest.plan import Task
from dashcam.pricing.price import price
from dashcam.pricing.prices import Prices
from dashcam.records.call import ModelCall, Priced
from dashcam.records.filters import Filter
from dashcam.records.rows import Sums
from dashcam.records.session import SessionFacts
from dashcam.store.rates import Pins
from dashcam.store.settle import TOKENS, Account, settle
from dashcam.store.totals import QUARTER

FILES_AT_ONCE = 4
_Grouped = list[tuple[tuple[int | str, ...], Sums]]


class Look(msgspec.Struct, kw_only=True):
    """What one file says of calls."""

    agent: str
    path: str
    calls: list[tuple[ModelCall, Priced]] = []
    facts: list[SessionFacts] = []


class _Deal(msgspec.Struct, frozen=True, kw_only=True):
    agents: Mapping[str, Agent]
    prices: Prices


def can_answer(asked: Filter, groups: Sequence[str]) -> bool:
    """Whether a question needs nothing but calls: what a session is like at its end, only a whole reading tells."""
    simple = Filter(range=asked.range, agents=asked.agents, projects=asked.projects, models=asked.models)
    return asked == simple and not {"tool", "branch"} & set(groups)


def look(
    tasks: Iterable[Task], agents: Mapping[str, Agent], make_prices: Callable[[Pins], Prices], processes: int
) -> list[Look]:
    """Look into the files of tasks, in several processes where that can be. Unreadable files are left out."""
    prices = make_prices({})
    prices.warm_up()
    deal = _Deal(agents=agents, prices=prices)
    ordered = sorted((task for task in tasks if task.source.kind != "sidecar"), key=lambda task: -task.bytes_to_read)
    processes = processes or os.cpu_count() or 1
    if processes == 1 or sys.platform != "linux":
        return [_look(task, deal) for task in ordered]
    _mine.append(deal)
    decoder = msgspec.msgpack.Decoder(Look)
    # Forked, so that what is imported and the prices are shared and nothing has to be sent.
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        found = [decoder.decode(told) for told in pool.imap_unordered(_look_for_another, ordered, FILES_AT_ONCE)]
    _mine.clear()
    return found


_mine: list[_Deal] = []
"""What a forked process works with; empty but while `look` runs."""


def _look_for_another(task: Task) -> bytes:
    return msgspec.msgpack.encode(_look(task, _mine[0]))


def _look(task: Task, deal: _Deal) -> Look:
    seen = Look(agent=task.source.agent, path=task.source.path)
    agent = deal.agents[task.source.agent]
    try:
        with open_lines(task.candidate) as file:
            raw = file.read()
    except OSError:
        return seen
    calls: dict[tuple[str, str], ModelCall] = {}
    facts: dict[str, SessionFacts] = {}
    for record in agent.first_look(raw, agent.remember(task.source)):
        if isinstance(record, ModelCall):
            calls[record.key, record.variant] = record
        else:
            facts[record.session] = record
    seen.calls = [(call, price(call, deal.prices.rate(call.provider, call.model, call.at))) for call in calls.values()]
    seen.facts = list(facts.values())
    return seen


def grouped(looks: Sequence[Look], asked: Filter, groups: Sequence[str], prices: Prices) -> _Grouped:
    """Add up the calls that count by quarter of an hour, model, project, agent or session, as the store would."""
    places = _places(looks)
    sums: dict[tuple[int | str, ...], list[int]] = {}
    for agent, call, priced in _counted(looks, places, prices):
        project = places[agent, call.session].project
        if not _is_asked(asked, agent, call, project):
            continue
        values: dict[str, int | str] = {
            "bucket": call.at // QUARTER,
            "model": call.model,
            "project": project,
            "agent": agent,
            "session": call.session,
        }
        _add(sums.setdefault(tuple(values[group] for group in groups), [0] * len(_SUMMED)), call, priced)
    return [(keys, _sums(counts)) for keys, counts in sorted(sums.items(), key=lambda item: item[0])]


class _Place(msgspec.Struct, kw_only=True):
    """What is known of a session over all files."""

    born: int | None = None
    project: str = ""


def _places(looks: Iterable[Look]) -> dict[tuple[str, str], _Place]:
    places: dict[tuple[str, str], _Place] = {}
    for one in sorted(looks, key=lambda one: one.path):
        for facts in one.facts:
            place = places.setdefault((one.agent, facts.session), _Place())
            if facts.born is not None and (place.born is None or facts.born < place.born):
                place.born = facts.born
                place.project = facts.project or place.project
            place.project = place.project or facts.project
        for call, _ in one.calls:
            places.setdefault((one.agent, call.session), _Place())
    return places


def _counted(
    looks: Sequence[Look], places: Mapping[tuple[str, str], _Place], prices: Prices
) -> Iterator[tuple[str, ModelCall, Priced]]:
    """Yield the account of each call that counts; of several, the one that the store would let count."""
    by_key: dict[str, list[tuple[Look, ModelCall, Priced]]] = {}
    for one in looks:
        for call, priced in one.calls:
            by_key.setdefault(call.key, []).append((one, call, priced))
    for told in by_key.values():
        if len(told) == 1:
            one, call, priced = told[0]
            yield one.agent, call, priced
            continue
        accounts = [_account(number, one, call, places) for number, (one, call, _) in enumerate(told)]
        for verdict in settle(accounts):
            if verdict.counted:
                one, call, priced = told[verdict.account.source]
                if verdict.tokens != verdict.account.tokens:
                    call = msgspec.structs.replace(call, **dict(zip(TOKENS, verdict.tokens, strict=True)))
                    priced = price(call, prices.rate(call.provider, call.model, call.at))
                yield one.agent, call, priced


def _account(number: int, one: Look, call: ModelCall, places: Mapping[tuple[str, str], _Place]) -> Account:
    return Account(
        key=call.key,
        variant=call.variant,
        source=number,
        session=0,
        rank=call.rank,
        sidechain=int(call.sidechain),
        born=places[one.agent, call.session].born,
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


def _add(counts: list[int], call: ModelCall, priced: Priced) -> None:
    """Add a call to sums in the order of _SUMMED."""
    cost, estimate = priced.cost_nano, priced.estimate_nano
    more = (
        1, call.input, call.output, call.cache_read, call.cache_write_5m, call.cache_write_1h, call.reasoning,
        call.web_searches, cost or 0, 0 if estimate is None or cost is None else estimate - cost, int(cost is None),
        int(not call.exact), call.reported_nano or 0, int(call.reported_nano is not None),
    )  # fmt: skip
    for at, count in enumerate(more):
        counts[at] += count


def _sums(counts: Sequence[int]) -> Sums:
    named = dict(zip(_SUMMED, counts, strict=True))
    reported, said = named.pop("reported_nano"), named.pop("reported_calls")
    return Sums(**named, reported_nano=reported if said else None)
