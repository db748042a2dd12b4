"""A person's words made into a question: the same names, the same rules and the same errors in every interface."""

from collections.abc import Collection, Sequence
from decimal import Decimal, InvalidOperation

import msgspec

from dashcam.agents.faces import FACES
from dashcam.queries.moment import Moment
from dashcam.queries.sessions import ACTIVE
from dashcam.records.clock import ALL_TIME, RANGE_HINT, Range, parse_moment, parse_range
from dashcam.records.errors import BadInput
from dashcam.records.filters import ASCENDING_SORT_KEYS, Filter
from dashcam.records.money import NANO
from dashcam.records.session import STATUSES

_DAY_ALONE = len("2026-11-01")


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What a person may say to select sessions, as it was written. Several values of one field are alternatives."""

    agent_types: Sequence[str] = ()
    agent_names: Sequence[str] = ()
    projects: Sequence[str] = ()
    models: Sequence[str] = ()
    branches: Sequence[str] = ()
    statuses: Sequence[str] = ()
    active: bool = False
    """Short for the statuses running and waiting."""
    range_words: str | None = None
    since: str | None = None
    until: str | None = None
    text: str = ""
    min_cost: str | None = None
    no_subagents: bool = False


def filter_of(said: Words, at: Moment) -> Filter:
    """Read the words. Raises BadInput."""
    check("status", said.statuses, STATUSES)
    check("type of agent", said.agent_types, FACES)
    return Filter(
        agents=tuple(said.agent_types),
        agent_names=tuple(said.agent_names),
        projects=tuple(said.projects),
        models=tuple(said.models),
        branches=tuple(said.branches),
        statuses=(*said.statuses, *(ACTIVE if said.active else ())),
        text=said.text,
        minimum_cost_nano=nano_of(said.min_cost),
        range=range_of(said.range_words, said.since, said.until, at),
        top_level=said.no_subagents,
    )


def check(what: str, given: Sequence[str], known: Collection[str]) -> None:
    """Raise BadInput if a value is not among the known ones."""
    for value in given:
        if value not in known:
            raise BadInput(f"'{value}' is no {what}", f"Choose one of {', '.join(known)}.")


def order_of(words: str, keys: Sequence[str]) -> tuple[str, bool]:
    """Read a sort key and whether it descends. Numbers and times begin with the largest, words with A; `-` turns it.

    Raises BadInput.
    """
    key = words.lstrip("-")
    if key not in keys:
        raise BadInput(f"'{words}' is no sort key", f"Choose one of {', '.join(keys)}; a - before it turns the order.")
    return key, (key not in ASCENDING_SORT_KEYS) ^ words.startswith("-")


def nano_of(words: str | None) -> int | None:
    """Read an amount of dollars as nano-dollars. Raises BadInput."""
    if words is None:
        return None
    try:
        worth = Decimal(words.strip().removeprefix("$"))
    except InvalidOperation:
        worth = Decimal("NaN")
    if not worth.is_finite() or abs(worth) > 10**9:
        raise BadInput(f"'{words}' is no amount of dollars", "Write for example 0.50.")
    return int(worth * NANO)


def range_of(words: str | None, since: str | None, until: str | None, at: Moment) -> Range:
    """Read a range by its name or by its ends. Raises BadInput."""
    if words and (since or until):
        raise BadInput("a range and its ends say the same thing twice", "Give one or the other.")
    if words:
        return parse_range(words, now=at.now, zone=at.zone)
    if not since and not until:
        return ALL_TIME
    if since and until and len(until) <= _DAY_ALONE:
        return parse_range(f"{since}..{until}", now=at.now, zone=at.zone)
    first = parse_moment(since, at.zone) if since else None
    if until and len(until) <= _DAY_ALONE:
        return Range(since=first, until=parse_range(f"..{until}", now=at.now, zone=at.zone).until)
    last = parse_moment(until, at.zone) if until else None
    if first is not None and last is not None and first >= last:
        raise BadInput("the range ends before it begins", RANGE_HINT)
    return Range(since=first, until=last)
