"""Requests that arrive together are put into the inbox together, and each is answered for itself."""

import asyncio
import errno
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from dashcam.ingest import inbox
from dashcam.records.errors import BadInput
from dashcam.server.receiving import MOST_AT_ONCE, Intake, Lines, NoRoom

HOOK, LOG = ("claude-code", "hook"), ("codex", "otlp_log")


class Disk:
    """An inbox that notes each write, waits for a word before the first, and may have no room for a kind."""

    def __init__(self, full: str = "") -> None:
        self.writes: list[tuple[str, list[bytes]]] = []
        self.go = threading.Event()
        self._full = full

    def append(self, _home: Path, _agent: str, kind: str, lines: Iterable[bytes]) -> None:
        assert self.go.wait(10)
        if kind == self._full:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.writes.append((kind, list(lines)))


def answers(disk: Disk, requests: list[Any], *, gone: tuple[int, ...] = ()) -> list[Any]:
    """Hand in the requests while the disk is busy with the first; those that are gone hang up before it is done."""

    async def ask() -> list[Any]:
        intake = Intake(Path, "intake")
        asked = [asyncio.create_task(intake.take(request)) for request in requests]
        await asyncio.sleep(0)
        for number in gone:
            asked[number].cancel()
        disk.go.set()
        found = await asyncio.gather(*asked, return_exceptions=True)
        intake.close()
        return found

    return asyncio.run(ask())


def bringing(number: int, *places: tuple[str, str]) -> Callable[[], tuple[Lines, int]]:
    def read() -> tuple[Lines, int]:
        return {place: [b"%d" % number] for place in places or (HOOK,)}, number  # type: ignore[misc]

    return read


def senseless() -> tuple[Lines, int]:
    raise BadInput("this makes no sense", "Send something else.")


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    made = Disk()
    monkeypatch.setattr(inbox, "append", made.append)
    return made


def test_all_that_wait_together_are_written_together_in_their_order(disk: Disk) -> None:
    assert answers(disk, [bringing(number) for number in range(20)]) == list(range(20))
    assert disk.writes == [("hook", [b"%d" % number for number in range(20)])]


def test_no_more_than_some_wait_for_each_other(disk: Disk) -> None:
    assert answers(disk, [bringing(number) for number in range(3 * MOST_AT_ONCE)]) == list(range(3 * MOST_AT_ONCE))
    assert [len(lines) for _, lines in disk.writes] == [MOST_AT_ONCE] * 3


def test_one_that_makes_no_sense_spoils_none_beside_it(disk: Disk) -> None:
    first, second, third = answers(disk, [bringing(1), senseless, bringing(3)])
    assert (first, type(second), third) == (1, BadInput, 3)
    assert disk.writes == [("hook", [b"1", b"3"])]


def test_a_full_disk_is_told_to_those_whose_lines_it_did_not_take(monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(full="otlp_log")
    monkeypatch.setattr(inbox, "append", disk.append)
    first, second, third = answers(disk, [bringing(1), bringing(2, LOG), bringing(3, HOOK, LOG)])
    assert (first, type(second), type(third)) == (1, NoRoom, NoRoom)
    assert "No space left on device" in str(second)
    assert disk.writes == [("hook", [b"1", b"3"])], "what was taken stays: to get it twice changes nothing"


def test_whoever_hung_up_meanwhile_holds_nobody_up(disk: Disk) -> None:
    first, second, third = answers(disk, [bringing(number) for number in range(3)], gone=(1,))
    assert (first, type(second), third) == (0, asyncio.CancelledError, 2)
    assert disk.writes == [("hook", [b"0", b"1", b"2"])]


def test_it_goes_on_after_its_end(disk: Disk) -> None:
    assert answers(disk, [bringing(1)]) + answers(disk, [bringing(2)]) == [1, 2]
