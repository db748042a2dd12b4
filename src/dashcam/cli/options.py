"""The options that commands share, in the words of `records.filters`, and the question that they make.

A command declares what it takes by `@asks(...)` and is handed one `Question`. Nothing is opened before it says so.
"""

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click
import msgspec

from dashcam.agents.faces import FACES
from dashcam.cli.output import FORMATS
from dashcam.cli.setup import Setup, read_setup
from dashcam.queries.asking import Words, filter_of, order_of
from dashcam.queries.moment import Moment
from dashcam.records.clock import RANGE_HINT
from dashcam.records.errors import BadInput
from dashcam.records.filters import COST_BASES, CostBasis, Filter
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
        known = {f"{agent}-default" for agent in FACES} | {one.name for one in self.setup.settings.roots}
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
    def read(_ctx: click.Context, _option: click.Parameter, value: str) -> tuple[str, bool]:
        return order_of(value, keys)

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
    key, descending = given.get("sort", ("", True))
    form = given.get("form", "table")
    return Question(
        setup=setup,
        at=at,
        asked=_filter(given, at),
        sort=key,
        descending=descending ^ given.get("reverse", False),
        limit=_limit(given.get("limit"), form),
        form=form,
        basis=given.get("cost", "calculated"),
        scan=given.get("scan", False),
    )


def _limit(limit: int | None, form: str) -> int | None:
    if limit is None:
        return ROWS_FOR_PEOPLE if form in {"table", "md"} else None
    return limit or None


def _filter(given: dict[str, Any], at: Moment) -> Filter:
    if "agent_types" not in given:
        return Filter()
    words = Words(**{name: given[name] for name in Words.__struct_fields__})
    return filter_of(words, at)
