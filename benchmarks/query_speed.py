"""How long the web app's questions take on a large database, p50 and p95 in milliseconds, beside what they may take.

    python -m benchmarks.query_speed DIRECTORY [--only WORD] [--repeat N]

What a stranger would get wrong: each question is asked several times with other values (pages, ranges, sessions,
words), on one connection that has asked something before, as a server's has; no answer is kept in between.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from benchmarks.large_database import LAST_DAY, large_database, make_prices
from dashcam.agents.registry import AGENTS
from dashcam.queries.caching import cache_efficiency
from dashcam.queries.calls import calls_page
from dashcam.queries.cards import cards
from dashcam.queries.comparison import as_model, model_comparison
from dashcam.queries.detail import session_detail
from dashcam.queries.details import detail_answer
from dashcam.queries.moment import Moment
from dashcam.queries.names import choices
from dashcam.queries.outline import Span, entries_page, outline
from dashcam.queries.projects import global_usage, project_listing
from dashcam.queries.receipts import receipt_of
from dashcam.queries.search import search
from dashcam.queries.series import session_minutes, sparks, token_sessions
from dashcam.queries.sessions import changed_since, session_page
from dashcam.queries.usage import usage_listing
from dashcam.records.clock import micros, parse_range
from dashcam.records.filters import Filter, SortKey
from dashcam.records.rows import SessionRow
from dashcam.store import rates, sessions
from dashcam.store.database import Database
from dashcam.store.sessions import Page
from dashcam.store.store import Store

LATE = 0.95
ROWS = 100
HITS = 20
AT = Moment(now=micros(LAST_DAY), zone=ZoneInfo("Europe/Berlin"))
SORTS: tuple[SortKey, ...] = ("started", "cost", "tokens", "title", "duration", "status", "project")
RANGES = ("today", "7d", "30d", "thismonth", "2026-03-01..2026-05-31")
WORDS = ("error", "list11601", '"the path"', "merge conf", "zebra", "schema305 from", "timeout")


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Something to ask, how long the answer may take, and how often it is asked."""

    name: str
    ask: Callable[[], object]
    target_ms: float | None = None
    times: int = 21


def asked(words: str = "all", **more: Any) -> Filter:
    """Make a filter of a range in words."""
    return Filter(range=parse_range(words, now=AT.now, zone=AT.zone), **more)


def by_turns(ask: Callable[[Any], object], *given: Any) -> Callable[[], object]:
    """Ask with one value after the other."""
    turns = cycle(given)
    return lambda: ask(next(turns))


def lists(database: Database) -> list[Question]:
    """Pages of sessions, and what stands beside them."""

    def page(sort: SortKey = "started", words: str = "all", **more: Any) -> object:
        return session_page(database, asked(words, **more), Page(sort=sort, limit=ROWS), AT)

    second = session_page(database, Filter(), Page(sort="cost", limit=ROWS), AT).next or ""
    ids = [row.session_id for row in session_page(database, Filter(), Page(limit=ROWS), AT).rows]
    return [
        Question(name="sessions, by turns of sort", ask=by_turns(page, *SORTS), target_ms=50),
        Question(name="sessions in a range", ask=by_turns(lambda w: page("cost", w), *RANGES), target_ms=50),
        Question(
            name="sessions of a filter",
            ask=by_turns(
                lambda more: page("started", "all", **more),
                {"text": "update"},
                {"models": ("opus",)},
                {"projects": ("project-7",)},
                {"statuses": ("completed",)},
                {"minimum_cost_nano": 10_000_000_000},
                {"branches": ("topic-7",), "top_level": True},
            ),
            target_ms=50,
        ),
        Question(
            name="sessions, page behind a cursor",
            ask=lambda: session_page(database, Filter(), Page(sort="cost", limit=ROWS), AT, cursor=second),
            target_ms=50,
        ),
        Question(name="sessions that changed", ask=lambda: changed_since(database, 0, AT), target_ms=50),
        Question(name="sparks of a page", ask=lambda: sparks(database, ids)),
        Question(name="choices of the filters", ask=lambda: choices(database, AT)),
    ]


def details(database: Database, chosen: list[SessionRow], longest: SessionRow) -> list[Question]:
    """One session and its parts."""

    def detail(session: SessionRow) -> object:
        return detail_answer(session_detail(database, session, AT), [], AT)

    return [
        Question(name="detail", ask=by_turns(detail, *chosen), target_ms=50),
        Question(name="detail, 20,000 calls", ask=lambda: detail(longest), target_ms=50),
        Question(name="receipt", ask=by_turns(lambda one: receipt_of(database, [one.row]), *chosen), target_ms=50),
        Question(name="receipt, 20,000 calls", ask=lambda: receipt_of(database, [longest.row]), times=5),
        Question(name="outline, 20,000 calls", ask=lambda: outline(database, longest), times=5),
        Question(name="minutes, 20,000 calls", ask=lambda: session_minutes(database, longest, AT), times=5),
        Question(
            name="entries in the middle of 20,000 calls",
            ask=lambda: entries_page(database, AGENTS, longest, Span(position=20_000, longest=10_000), AT),
        ),
        Question(name="calls, first page", ask=by_turns(lambda one: calls_page(database, one, AT), *chosen)),
    ]


def sums(database: Database) -> list[Question]:
    """What adds many sessions up."""
    return [
        Question(
            name="usage by day, all time", ask=lambda: usage_listing(database, asked(), ("day",), AT), target_ms=200
        ),
        Question(
            name="usage by day, 30d", ask=lambda: usage_listing(database, asked("30d"), ("day",), AT), target_ms=200
        ),
        Question(
            name="usage by day and model, all time", ask=lambda: usage_listing(database, asked(), ("day", "model"), AT)
        ),
        Question(name="usage by project, all time", ask=lambda: usage_listing(database, asked(), ("project",), AT)),
        Question(name="cards", ask=by_turns(lambda words: cards(database, asked(words), AT), *RANGES, "all")),
        Question(
            name="projects", ask=by_turns(lambda words: project_listing(database, asked(words), AT), "30d", "all")
        ),
        Question(name="usage of all", ask=lambda: global_usage(database, asked(), AT)),
        Question(name="tokens of the last 24 hours", ask=lambda: token_sessions(database, 24, None, AT)),
        Question(name="models side by side", ask=lambda: model_comparison(database, asked(), AT), times=5),
        Question(
            name="as another model",
            ask=by_turns(
                lambda name: as_model(database, make_prices(rates.pinned(database)), asked(), name, AT),
                "claude-haiku-4-5",
                "gpt-5.5",
            ),
            times=4,
        ),
        Question(name="caches, 30d", ask=lambda: cache_efficiency(database, asked("30d"), AT), times=5),
        Question(name="caches, all time", ask=lambda: cache_efficiency(database, asked(), AT), times=3),
    ]


def searches(database: Database) -> list[Question]:
    """The first hits of a search."""

    def find(words: str, within: str = "all") -> object:
        found = search(database, AGENTS, words, asked(within), AT)
        return [hit for _, hit in zip(range(HITS), found, strict=False)]

    return [
        Question(name="search", ask=by_turns(find, *WORDS), target_ms=150),
        Question(name="search in 30d", ask=by_turns(lambda words: find(words, "30d"), *WORDS), target_ms=150),
    ]


def questions(database: Database) -> list[Question]:
    """All that is asked."""
    page = Page(sort="calls", limit=2_000)
    rows, _ = sessions.listing(database, Filter(), page, quiet_since=AT.quiet_since)
    longest, chosen = rows[0], rows[5::95]
    return [*lists(database), *details(database, chosen, longest), *sums(database), *searches(database)]


def measure(question: Question, repeat: int) -> tuple[list[float], list[float]]:
    """Ask several times: the milliseconds that each answer took, and those of the processor, both in order.

    The first answer does not count. On a machine that does other things too, the processor's time says more.
    """
    took, spent = [], []
    for _ in range(repeat * question.times + 1):
        started, before = time.perf_counter(), time.process_time()
        msgspec.json.encode(question.ask(), enc_hook=str)
        took.append((time.perf_counter() - started) * 1_000)
        spent.append((time.process_time() - before) * 1_000)
    return sorted(took[1:]), sorted(spent[1:])


def late(times: list[float]) -> float:
    """Find the time that 95 of 100 answers keep to."""
    return times[min(len(times) - 1, int(len(times) * LATE))]


def main() -> None:
    """Ask and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--repeat", type=int, default=1)
    given = parser.parse_args()
    url = large_database(given.directory)
    print("| question | p50 ms | p95 ms | CPU p50 | CPU p95 | target | |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | --- |")
    with Store.open(url) as store:
        for question in questions(store.database):
            if given.only not in question.name:
                continue
            took, spent = measure(question, given.repeat)
            target = "" if question.target_ms is None else f"{question.target_ms:.0f}"
            verdict = "" if question.target_ms is None else "ok" if late(took) < question.target_ms else "missed"
            figures = " | ".join(
                f"{one:.1f}" for times in (took, spent) for one in (statistics.median(times), late(times))
            )
            print(f"| {question.name} | {figures} | {target} | {verdict} |", flush=True)


if __name__ == "__main__":
    main()
