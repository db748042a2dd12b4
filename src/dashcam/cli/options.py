"""The options that commands share, in the words of `records.filters`, and the question that they make.

A command declares what it takes by `@asks(...)` and is handed one `Question`. Nothing is opened before it says so.
"""

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import click
import msgspec

from dashcam.cli.output import FORMATS
from dashcam.cli.setup import Setup, read_setup
from dashcam.queries.moment import Moment
from dashcam.records.clock import ALL_TIME, RANGE_HINT, Range, parse_moment, parse_range
from dashcam.records.errors import BadInput
from dashcam.records.filters import COST_BASES, CostBasis, Filter
from dashcam.records.money import NANO
from dashcam.records.session import STATUSES
from dashcam.store.sessions import Page

if TYPE_CHECKING:
    from dashcam.store.store import Store

Command = Callable[..., Any]
ACTIVE = ("running", "waiting")
ROWS_FOR_PEOPLE = 50
"""How many rows a table or a Markdown table has unless told; JSON and CSV have them all."""

_FILTERS: dict[str, Callable[[Command], Command]] = {
    "agent_types": click.option(
        "--agent-type", "agent_types", multiple=True, metavar="TYPE", help="Type of agent; may be repeated."
    ),
    "agent_names": click.option(
        "--agent",
        "agent_names",
        multiple=True,
        metavar="NAME",
        help="Instance of an agent: TYPE-default, or a name of the settings.",
    ),
    "projects": click.option(
        "--project", "projects", multiple=True, metavar="PART", help="Part of the project's path."
    ),
    "models": click.option("--model", "models", multiple=True, metavar="PART", help="Part of a model's name."),
    "branches": click.option("--branch", "branches", multiple=True, metavar="NAME", help="Branch of the project."),
    "statuses": click.option(
        "--status", "statuses", multiple=True, metavar="STATUS", help=f"One of {', '.join(STATUSES)}."
    ),
    "active": click.option("--active", is_flag=True, help="Only sessions that are running or waiting."),
    "range_words": click.option(
        "--range", "range_words", metavar="RANGE", help=RANGE_HINT.removeprefix("Use ").rstrip(".") + "."
    ),
    "since": click.option("--since", metavar="TIME", help="From a date or time on."),
    "until": click.option("--until", metavar="TIME", help="Up to a date (with all of it) or a time."),
    "text": click.option("--text", default="", metavar="WORDS", help="Part of the title, first prompt, project or id."),
    "min_cost": click.option("--min-cost", metavar="DOLLARS", help="Only sessions that cost at least so much."),
    "no_subagents": click.option("--no-subagents", is_flag=True, help="Leave subagents, and what they cost, out."),
}
_ZONE = click.option(
    "--tz", default="", metavar="ZONE", help="Time zone, such as Europe/Berlin; the machine's own unless told."
)
_SCAN = click.option(
    "--scan/--no-scan", default=True, help="Read first what is new on this machine (the default), or not."
)
_COST = click.option(
    "--cost", type=click.Choice(COST_BASES), default="calculated", show_default=True, help="Whose cost is shown."
)
_LIMIT = click.option(
    "--limit",
    type=click.IntRange(min=0),
    metavar="N",
    help=f"Rows at most, 0 for all. Tables have {ROWS_FOR_PEOPLE} unless told, JSON and CSV all.",
)


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What a command was asked, in the words of the queries."""

    setup: Setup
    at: Moment
    asked: Filter = Filter()
    sort: str = ""
    descending: bool = True
    limit: int | None = None
    """None for all rows."""
    form: str = "table"
    basis: CostBasis = "calculated"
    scan: bool = True

    @property
    def page(self) -> Page:
        """Which sessions of the listing, in which order."""
        return Page(sort=self.sort or "started", descending=self.descending, limit=self.limit)  # type: ignore[arg-type]

    @contextmanager
    def store(self) -> "Iterator[Store]":
        """Open the store, read what is new unless told not to, and check that named agents exist."""
        with self.setup.store() as store:
            if self.scan:
                from dashcam.cli.scanning import scan_first

                scan_first(self.setup, store)
            self._check_names(store)
            yield store

    def _check_names(self, store: "Store") -> None:
        from dashcam.store.names import agent_names

        given = set(self.asked.agent_names)
        known = {f"{agent}-default" for agent in self.setup.agents} | {one.name for one in self.setup.settings.roots}
        if given <= known:
            return
        known |= set(agent_names(store.database))
        for name in sorted(given - known):
            if name in self.setup.agents:
                raise BadInput(f"'{name}' is a type of agent, not the name of one", f"Write --agent-type {name}.")
            raise BadInput(f"no agent is named '{name}'", f"Known are {', '.join(sorted(known - {''}))}.")


def asks(  # noqa: PLR0913  one word for each group of options
    *,
    filters: bool = True,
    sort: Sequence[str] = (),
    limit: bool = False,
    cost: bool = False,
    scan: bool = True,
    formats: Sequence[str] = FORMATS,
    formless: bool = False,
) -> Callable[[Command], Command]:
    """Give a command the shared options that it takes, and hand it one `question` made of them.

    `sort` lists the keys of --sort (all of `SORT_KEYS` for sessions); the first one is what it sorts by unless told.
    """
    form = click.option(
        "--format", "form", type=click.Choice(formats), default=formats[0], show_default=True, help="How to print it."
    )
    chosen: dict[str, Callable[[Command], Command]] = {
        **(_FILTERS if filters else {}),
        **(_sorting(sort) if sort else {}),
        **({"limit": _LIMIT} if limit else {}),
        **({"cost": _COST} if cost else {}),
        "tz": _ZONE,
        **({"scan": _SCAN} if scan else {}),
        **({} if formless else {"form": form}),
    }

    def give(command: Command) -> Command:
        @functools.wraps(command)
        def ask(**given: object) -> object:
            question = _question({name: given.pop(name) for name in chosen})
            return command(question=question, **given)

        asked: Command = ask
        for option in reversed(chosen.values()):
            asked = option(asked)
        return asked

    return give


def _sorting(keys: Sequence[str]) -> dict[str, Callable[[Command], Command]]:
    def read(_ctx: click.Context, _option: click.Parameter, value: str) -> str:
        if value.lstrip("-") not in keys:
            raise BadInput(
                f"'{value}' is no sort key", f"Choose one of {', '.join(keys)}; a - before it turns the order."
            )
        return value

    return {
        "sort": click.option(
            "--sort",
            default=keys[0],
            show_default=True,
            metavar="KEY",
            callback=read,
            help=f"One of {', '.join(keys)}; -KEY turns the order.",
        ),
        "reverse": click.option("--reverse", is_flag=True, help="Turn the order."),
    }


def _question(given: dict[str, Any]) -> Question:
    setup = read_setup()
    at = setup.moment(given.get("tz", ""))
    sort = given.get("sort", "")
    form = given.get("form", "table")
    return Question(
        setup=setup,
        at=at,
        asked=_filter(given, setup, at),
        sort=sort.lstrip("-"),
        descending=_is_descending(sort.lstrip("-")) ^ sort.startswith("-") ^ given.get("reverse", False),
        limit=_limit(given.get("limit"), form),
        form=form,
        basis=given.get("cost", "calculated"),
        scan=given.get("scan", False),
    )


def _is_descending(key: str) -> bool:
    """Numbers and times begin with the largest, words with A, statuses with what is going on."""
    return key not in ASCENDING_SORT_KEYS


def _limit(limit: int | None, form: str) -> int | None:
    if limit is None:
        return ROWS_FOR_PEOPLE if form in {"table", "md"} else None
    return limit or None


def _filter(given: dict[str, Any], setup: Setup, at: Moment) -> Filter:
    if "agent_types" not in given:
        return Filter()
    statuses = (*given["statuses"], *(ACTIVE if given["active"] else ()))
    _check("status", given["statuses"], STATUSES)
    if given["agent_types"]:
        _check("type of agent", given["agent_types"], tuple(setup.agents))
    return Filter(
        agents=given["agent_types"],
        agent_names=given["agent_names"],
        projects=given["projects"],
        models=given["models"],
        branches=given["branches"],
        statuses=statuses,
        text=given["text"],
        minimum_cost_nano=_nano(given["min_cost"]),
        range=range_of(given["range_words"], given["since"], given["until"], at),
        top_level=given["no_subagents"],
    )


def _check(what: str, given: Sequence[str], known: Sequence[str]) -> None:
    for value in given:
        if value not in known:
            raise BadInput(f"'{value}' is no {what}", f"Choose one of {', '.join(known)}.")


def _nano(words: str | None) -> int | None:
    if words is None:
        return None
    try:
        worth = Decimal(words.strip().removeprefix("$"))
    except InvalidOperation:
        worth = Decimal("NaN")
    if not worth.is_finite():
        raise BadInput(f"'{words}' is no amount of dollars", "Write for example --min-cost 0.50.")
    return int(worth * NANO)


def range_of(words: str | None, since: str | None, until: str | None, at: Moment) -> Range:
    """Read a range by its name or by its ends. Raises BadInput."""
    if words and (since or until):
        raise BadInput("--range and --since or --until say the same thing twice", "Give one or the other.")
    if words:
        return parse_range(words, now=at.now, zone=at.zone)
    if not since and not until:
        return ALL_TIME
    if since and until and len(until) <= len("2026-11-01"):
        return parse_range(f"{since}..{until}", now=at.now, zone=at.zone)
    first = parse_moment(since, at.zone) if since else None
    if until and len(until) <= len("2026-11-01"):
        return Range(since=first, until=parse_range(f"..{until}", now=at.now, zone=at.zone).until)
    last = parse_moment(until, at.zone) if until else None
    if first is not None and last is not None and first >= last:
        raise BadInput("the range ends before it begins", RANGE_HINT)
    return Range(since=first, until=last)
