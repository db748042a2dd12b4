"""Everyone who follows is told once of each revision, whoever wrote it, and nobody costs more than a number."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from dashcam.queries.moment import Moment
from dashcam.server import hub as hubs
from dashcam.server.hub import Hub, Message
from dashcam.server.work import IDLE, STARTED
from tests.support.build import MINUTE, SESSION
from tests.support.serving import PATIENCE_SECONDS, Server, append, running


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "POLL_SECONDS", 0.02)


@asynccontextmanager
async def at_work(hub: Hub) -> AsyncIterator[None]:
    """Let a hub follow its database."""
    await hub.begin()
    task = asyncio.create_task(hub.run())
    try:
        yield
    finally:
        hub.close()
        await asyncio.wait_for(task, PATIENCE_SECONDS)


class Follower:
    """Follows a hub from a revision on."""

    def __init__(self, hub: Hub, last: int | None = None) -> None:
        self.messages = hub.follow(last)

    async def hears(self) -> Message | None:
        """Wait for what comes next: a message, or None as a heartbeat."""
        return await asyncio.wait_for(anext(self.messages), PATIENCE_SECONDS)

    async def reads(self) -> tuple[int, str, Any]:
        """Wait for a message, and give its id, its event and what it holds."""
        message = await self.hears()
        assert message is not None
        return message.revision, message.event, msgspec.json.decode(message.data)

    async def is_let_go(self) -> bool:
        with contextlib.suppress(StopAsyncIteration):
            await self.hears()
            return False
        return True


def told(server: Server, story: Callable[[Hub], Awaitable[None]]) -> None:
    """Run a story with the server's hub at work."""

    async def whole() -> None:
        async with at_work(server.desk.hub):
            await story(server.desk.hub)

    try:
        asyncio.run(whole())
    finally:
        server.desk.readers.close()


async def begun(hub: Hub, last: int | None = None) -> tuple[Follower, "asyncio.Task[tuple[int, str, Any]]"]:
    """Follow, and be waiting for the first message when this returns."""
    follower = Follower(hub, last)
    task = asyncio.create_task(follower.reads())
    await started(hub, hub.followers + 1)
    return follower, task


async def started(hub: Hub, count: int) -> None:
    """Let tasks go on until so many follow."""
    for _ in range(100):
        if hub.followers >= count:
            return
        await asyncio.sleep(0)
    raise AssertionError("nobody follows")


def write(server: Server, words: str = "Go on") -> None:
    """A session of this very second, saved by another process."""
    running(words).write(server.claude)
    server.scan()


def test_a_save_by_another_process_is_told_once_with_its_sessions(server: Server) -> None:
    async def story(hub: Hub) -> None:
        _, one = await begun(hub)
        _, other = await begun(hub)
        await asyncio.to_thread(write, server)
        revision, event, news = await one
        assert (revision, event, news["revision"], news["complete"]) == (1, "changed", 1, True)
        assert [row["session_id"] for row in news["sessions"]] == [SESSION]
        assert await other == (revision, event, news)
        assert (hub.revision, hub.number) == (1, 1)

    told(server, story)


def test_what_was_there_before_is_no_news(server: Server) -> None:
    write(server)

    async def story(hub: Hub) -> None:
        assert hub.revision == 1
        _, waiting = await begun(hub)
        await asyncio.sleep(0.1)
        assert not waiting.done()
        waiting.cancel()

    told(server, story)


def test_who_pokes_does_not_wait_for_the_next_look(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "POLL_SECONDS", 1_000)

    async def story(hub: Hub) -> None:
        _, waiting = await begun(hub)
        await asyncio.to_thread(write, server)
        await asyncio.to_thread(hub.poke)
        assert (await waiting)[0] == 1

    told(server, story)


def test_who_comes_back_is_told_all_that_it_missed_at_once(server: Server) -> None:
    write(server)

    async def story(hub: Hub) -> None:
        revision, _, news = await Follower(hub, 0).reads()
        assert (revision, len(news["sessions"]), news["complete"]) == (1, 1, True)

    told(server, story)


def test_who_missed_nothing_is_told_nothing(server: Server) -> None:
    write(server)

    async def story(hub: Hub) -> None:
        _, waiting = await begun(hub, hub.revision)
        await asyncio.sleep(0.1)
        assert not waiting.done()
        waiting.cancel()

    told(server, story)


def test_who_knows_a_revision_that_never_was_is_told_to_ask_anew(server: Server) -> None:
    write(server)

    async def story(hub: Hub) -> None:
        assert await Follower(hub, 999).reads() == (
            1, "changed", {"revision": 1, "sessions": [], "complete": False}
        )  # fmt: skip

    told(server, story)


def test_who_missed_more_than_can_be_named_is_told_to_ask_anew(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "MOST_SESSIONS", 0)
    write(server)

    async def story(hub: Hub) -> None:
        _, _, news = await Follower(hub, 0).reads()
        assert (news["sessions"], news["complete"]) == ([], False)

    told(server, story)


def test_a_database_that_was_replaced_by_an_older_one_is_asked_for_anew(server: Server) -> None:
    write(server)

    async def story(hub: Hub) -> None:
        _, waiting = await begun(hub)
        with server.setup.connect() as store, store.database.writing():
            store.database.run("UPDATE meta SET value = 0 WHERE key = 'revision'")
        assert await waiting == (0, "changed", {"revision": 0, "sessions": [], "complete": False})

    told(server, story)


def test_work_is_told_to_everyone_with_the_revision_of_the_moment(server: Server) -> None:
    async def story(hub: Hub) -> None:
        _, waiting = await begun(hub)
        await asyncio.to_thread(hub.tell, "work", STARTED)
        revision, event, news = await waiting
        assert (revision, event, news["doing"]) == (0, "work", "scan")

    told(server, story)


def test_who_falls_behind_is_let_go_and_comes_back_by_its_last_id(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "REMEMBERED", 3)
    slow_hub = Hub(server.desk.readers, server.desk.moment)
    server.desk.hub = slow_hub

    async def story(hub: Hub) -> None:
        slow, waiting = await begun(hub)
        hub.tell("work", IDLE)
        await waiting
        for _ in range(5):
            hub.tell("work", IDLE)
        await asyncio.sleep(0.05)
        assert await slow.is_let_go()
        assert hub.followers == 0

    told(server, story)


def test_who_is_only_a_little_late_misses_nothing(server: Server) -> None:
    async def story(hub: Hub) -> None:
        late, waiting = await begun(hub)
        hub.tell("work", STARTED)
        await waiting
        for number in range(5):
            hub.tell("work", msgspec.structs.replace(STARTED, files_done=number))
        await asyncio.sleep(0.05)
        assert [(await late.reads())[2]["files_done"] for _ in range(5)] == [0, 1, 2, 3, 4]

    told(server, story)


def test_silence_is_broken_by_a_heartbeat(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "HEARTBEAT_SECONDS", 0.02)

    async def story(hub: Hub) -> None:
        follower = Follower(hub)
        assert [await follower.hears() for _ in range(2)] == [None, None]

    told(server, story)


def test_the_close_lets_everyone_go(server: Server) -> None:
    async def story(hub: Hub) -> None:
        follower = Follower(hub)
        waiting = asyncio.create_task(follower.is_let_go())
        await started(hub, 1)
        await asyncio.to_thread(hub.close)
        assert await waiting
        assert hub.followers == 0
        assert await Follower(hub).is_let_go(), "and who comes after it"

    told(server, story)


def test_a_session_that_fell_silent_is_told_as_completed(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "QUIET_SECONDS", 0.0)
    write(server)
    late = 0

    def moment() -> Moment:
        now = server.setup.moment()
        return msgspec.structs.replace(now, now=now.now + late)

    server.desk.hub = Hub(server.desk.readers, moment)

    async def story(hub: Hub) -> None:
        nonlocal late
        _, waiting = await begun(hub)
        late = 11 * MINUTE
        revision, event, news = await waiting
        assert (revision, event) == (1, "changed"), "no new revision: nothing was saved"
        assert [row["status"] for row in news["sessions"]] == ["completed"]

    told(server, story)


def test_a_database_that_fails_for_a_while_does_not_end_the_news(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    talk = running()
    path = talk.write(server.claude)
    server.scan()

    async def story(hub: Hub) -> None:
        _, waiting = await begun(hub)
        with server.setup.connect() as store:
            store.database.run("ALTER TABLE meta RENAME TO away")
            await asyncio.sleep(0.1)
            store.database.run("ALTER TABLE away RENAME TO meta")
        talk.answer()
        append(path, talk, since=1)
        await asyncio.to_thread(server.scan)
        assert (await waiting)[0] == 2

    told(server, story)
    assert "cannot look for news" in caplog.text
