"""The table of sessions while they go on: it stays true to its filter, its order and its totals, and jumps nowhere."""

import asyncio
import time
from collections.abc import Callable
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dashcam.queries import moment
from dashcam.queries.moment import Moment
from dashcam.records.clock import MINUTE
from dashcam.store.database import Database
from dashcam.store.store import Store
from dashcam.tui import sessions
from dashcam.tui.asking import Chosen, News, Sorting, news_of, page_of, patched
from dashcam.tui.data import Data
from dashcam.tui.listing import Listing
from tests.support.build import SECOND
from tests.support.claude_lines import Transcript, text, usage
from tests.support.serving import Server, append
from tests.tui.conftest import WIDE, Screen, Terminal, identity

NOON = 1_795_262_400 * SECOND  # 2026-11-21T12:00:00Z
MANY = 130
"""More sessions than the first page holds."""


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path, f"sqlite:///{tmp_path / 'dashcam.db'}")


def talk(number: int, *, at: int = NOON, folder: str = "app", output: int = 1_000) -> Transcript:
    """A session with one call."""
    made = Transcript(identity(number), at=at, cwd=f"/home/ada/{folder}")
    made.prompt(f"Prompt {number}")
    made.answer(text(), spent=usage(given=0, output=output), message_id=f"msg_{number}")
    return made


def goes_on(server: Server, made: Transcript, *, output: int, after: int = 0) -> None:
    """Another call in a session that is on disk; `after` so many microseconds."""
    held = len(made.lines)
    made.at += after
    made.answer(text("More."), spent=usage(given=0, output=output), message_id=f"msg_{len(made.lines)}_{output}")
    append(made.path(server.claude), made, since=held)


class Table:
    """A table without a screen: asked once, and then for news."""

    def __init__(self, database: Database, chosen: Chosen, sorting: Sorting, now: int) -> None:
        self._database = database
        self._asked = chosen, sorting
        page = page_of(chosen, sorting)(database, Moment(now=now))
        self.rows = page.rows
        self._since = page.revision, Moment(now=now).quiet_since

    def news(self, now: int) -> News:
        news = news_of(self._asked[0], *self._since)(self._database, Moment(now=now))
        self._since = news.revision, news.quiet_since
        rows = patched(self.rows, news, self._asked[1])
        assert rows is not None
        self.rows = rows
        return news

    def __call__(self, field: str) -> dict[str, Any]:
        return {row.session_id[-1]: getattr(row, field) for row in self.rows}


@pytest.fixture
def table(server: Server) -> Callable[..., Table]:
    def make(chosen: Chosen, *, now: int = NOON + MINUTE, sorting: Sorting | None = None) -> Table:
        server.scan()
        return Table(Store.open(server.setup.database_url).database, chosen, sorting or Sorting(), now)

    return make


def test_of_a_range_only_what_was_used_in_it_is_shown_after_news_too(
    server: Server, table: Callable[..., Table]
) -> None:
    made = talk(1, at=NOON - 24 * 60 * MINUTE)
    made.write(server.claude)
    goes_on(server, made, output=10, after=24 * 60 * MINUTE)
    today = table(Chosen(range="today"))
    assert today("total_tokens") == {"1": 10}
    goes_on(server, made, output=5)
    server.scan()
    news = today.news(NOON + 2 * MINUTE)
    assert today("total_tokens") == {"1": 15}
    assert news.totals is not None
    assert (news.totals.total_tokens, news.totals.sessions) == (15, 1)


def test_who_falls_silent_is_over_and_leaves_the_active_ones_though_nothing_was_saved(
    server: Server, table: Callable[..., Table]
) -> None:
    talk(1).write(server.claude)
    talk(2, at=NOON + 5 * MINUTE).write(server.claude)
    active = table(Chosen(status="active"), now=NOON + 6 * MINUTE)
    everybody = table(Chosen(), now=NOON + 6 * MINUTE)
    assert len(active.rows) == 2
    assert not active.news(NOON + 7 * MINUTE).changed
    assert active.news(NOON + 12 * MINUTE).totals is not None
    assert active("status").keys() == {"2"}
    before = everybody("status")
    everybody.news(NOON + 12 * MINUTE)
    assert everybody("status") == {**before, "1": "completed"}


def test_a_session_that_is_not_selected_is_no_news_of_the_table(server: Server, table: Callable[..., Table]) -> None:
    talk(1, folder="app").write(server.claude)
    other = talk(2, folder="other")
    other.write(server.claude)
    only = table(Chosen(project="app"))
    goes_on(server, other, output=7)
    talk(3, folder="third").write(server.claude)
    server.scan()
    assert not only.news(NOON + 2 * MINUTE).rows
    assert only("project") == {"1": "/home/ada/app"}


def test_a_row_that_belongs_elsewhere_or_is_new_has_all_asked_anew(server: Server, table: Callable[..., Table]) -> None:
    made = talk(1, output=100)
    made.write(server.claude)
    talk(2, output=200).write(server.claude)
    by_tokens = Sorting().by("Tokens")
    first = table(Chosen(), sorting=by_tokens)
    since = page_of(Chosen(), by_tokens)(first._database, Moment(now=NOON)).revision
    goes_on(server, made, output=50)
    server.scan()
    asked = news_of(Chosen(), since, 0)
    assert patched(first.rows, asked(first._database, Moment(now=NOON)), by_tokens) is not None
    goes_on(server, made, output=70)
    server.scan()
    assert patched(first.rows, asked(first._database, Moment(now=NOON)), by_tokens) is None
    assert patched(first.rows, asked(first._database, Moment(now=NOON)), Sorting()) is not None
    assert patched(first.rows[:1], asked(first._database, Moment(now=NOON)), Sorting()) is None


@pytest.mark.parametrize("title", ["Started", "Duration", "Tokens", "Cost"])
@pytest.mark.parametrize("is_turned", [False, True])
def test_rows_fit_in_the_order_that_the_database_gives(
    server: Server, table: Callable[..., Table], title: str, *, is_turned: bool
) -> None:
    for number, (after, output) in enumerate([(0, 5), (MINUTE, 5), (3, 900), (SECOND, 0), (0, 30)]):
        made = talk(number, at=NOON - number % 3 * MINUTE, output=output)
        made.model = ("claude-opus-4-5", "nobody-knows")[number % 2]
        made.write(server.claude)
        goes_on(server, made, output=output * number, after=after)
    sorting = Sorting().by(title) if title != "Started" else Sorting()
    sorting = sorting.turned() if is_turned else sorting
    rows = table(Chosen(), sorting=sorting).rows
    assert len(rows) == 5
    assert all(sorting.fits(above, below) for above, below in pairwise(rows))
    assert not sorting.fits(rows[-1], rows[0])


def test_deep_in_a_long_table_a_new_session_moves_nothing(server: Server) -> None:
    begun = int(time.time()) * SECOND
    for number in range(MANY):
        talk(number, at=begun - (number + 1) * SECOND).write(server.claude)
    server.scan()

    def shown(screen: Screen) -> list[str]:
        return [line[:150] for line in screen.text.split("\n")[3:46]]  # Without the bar, which does move.

    async def play(screen: Screen) -> None:
        await screen.press("G", "k", "k")
        listing = screen.app.screen.query_one("#sessions", Listing)
        held, before = listing.current, shown(screen)
        assert f"Prompt {MANY - 3}" in "\n".join(before)
        talk(MANY, at=begun).write(server.claude)
        await screen.until(f"{MANY + 1} sessions")
        await screen.settled()
        assert len(listing.rows) == MANY + 1
        assert listing.rows[0].session_id == identity(MANY)
        assert listing.current == held
        assert shown(screen) == before
        await screen.press("s")
        assert (listing.cursor, listing.scroll_offset.y) == (0, 0)

    Terminal(server).play(play, size=WIDE, watch=True)


def test_what_goes_on_is_added_to_the_totals_and_nothing_is_asked_anew(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def counted(*words: Any, **more: Any) -> object:
        asked.append(words)
        return page_of(*words, **more)

    monkeypatch.setattr(sessions, "page_of", counted)
    made = talk(1, at=int(time.time()) * SECOND, folder="app")
    made.write(server.claude)
    other = talk(2, at=int(time.time()) * SECOND, folder="other")
    other.write(server.claude)
    server.scan()

    async def play(screen: Screen) -> None:
        table = screen.app.screen.query_one(sessions.Sessions)
        table.chosen = msgspec.structs.replace(table.chosen, project="app")
        table.load()
        await screen.until("1 session ")
        count = len(asked)
        goes_on(server, other, output=77_000)
        goes_on(server, made, output=4_000)
        await screen.until("5,000 tokens")
        assert "77" not in screen.text
        assert len(asked) == count

    Terminal(server).play(play, size=WIDE, watch=True)


def test_a_range_that_goes_on_is_asked_anew_after_a_while(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "RANGE_SECONDS", 0.0)
    later = [0]
    monkeypatch.setattr(moment, "at_present", lambda *_: Moment(now=NOON + later[0]))
    talk(1).write(server.claude)
    server.scan()

    async def play(screen: Screen) -> None:
        table = screen.app.screen.query_one(sessions.Sessions)
        table.chosen = msgspec.structs.replace(table.chosen, range="24h")
        table.load()
        await screen.settled()
        assert "1 session " in screen.text
        later[0] = 48 * 60 * MINUTE
        table.follow()
        await screen.until("0 sessions")

    Terminal(server).play(play)


def test_after_a_long_answer_news_wait_twice_as_long(server: Server) -> None:
    with closing(Data(server.setup)) as data:
        asyncio.run(data.ask(lambda _database, _at: time.sleep(0.3)))
        ended, seen = time.monotonic(), [data.rests]
        while seen[-1]:
            time.sleep(0.01)
            seen.append(data.rests)
        assert len(seen) > 1
        assert time.monotonic() - ended >= 0.4
