"""The table of sources: bookmarks move only from where they were, and old generations stay."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from dashcam.records.source import Bookmark
from dashcam.store import sources
from dashcam.store.batch import Advance
from dashcam.store.store import Store
from tests.support import build
from tests.support.saving import news, save, session_row

PATH = f"/home/ada/{build.SESSION}.jsonl"


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store.open(store_url) as opened:
        yield opened


def replaced(before: Advance, **more: Any) -> Advance:
    """The file turns out to be another one than the one that was read."""
    again = news(**more)
    again.expected, again.replaced = before.bookmark, True
    return again


def generations(store: Store, path: str = PATH) -> list[tuple[int, bool]]:
    return [(known.generation, known.current) for known in sources.known(store.database) if known.source.path == path]


def test_a_new_source_is_begun_with_its_bookmark(store: Store) -> None:
    first = news()
    assert save(store, first).stale == ()
    known = sources.find(store.database, "desk", PATH)
    assert known is not None
    assert (known.bookmark, known.source, known.lines_read) == (first.bookmark, first.source, 10)
    assert (known.generation, known.current, known.missing) == (0, True, False)


def test_news_from_an_old_bookmark_are_stale_and_leave_no_trace(store: Store) -> None:
    first = news(calls=(build.model_call(),))
    save(store, first)
    other = news(calls=(build.model_call(key="msg_2"),), after=first)
    late = news(calls=(build.model_call(key="msg_3"),), after=first)
    assert save(store, other).stale == ()
    assert save(store, late).stale == (late,)
    assert session_row(store.database, "calls") == (2,)


def test_one_stale_advance_does_not_hold_the_others_back(store: Store) -> None:
    first = news()
    save(store, first)
    fresh = news("other", path="/home/ada/other.jsonl", calls=(build.model_call(key="msg_9"),))
    assert save(store, first, fresh).stale == (first,)
    assert session_row(store.database, "calls", session="other") == (1,)


def test_a_source_that_is_unknown_cannot_be_read_on(store: Store) -> None:
    late = news(after=news())
    assert save(store, late).stale == (late,)


def test_a_replaced_file_begins_a_new_generation_and_keeps_what_was_paid(store: Store) -> None:
    first = news(calls=(build.model_call(),), events=(build.event(),))
    save(store, first)
    save(store, replaced(first, calls=(build.model_call(key="msg_2"),), events=(build.event(line=3),)))
    assert generations(store) == [(0, False), (1, True)]
    assert session_row(store.database, "calls", "events") == (2, 1)


def test_of_two_processes_that_see_the_same_replacement_only_one_keeps_it(store: Store) -> None:
    first = news()
    save(store, first)
    one, other = replaced(first), replaced(first)
    one.bookmark = msgspec.structs.replace(one.bookmark, tail=b"another file of the same size")
    assert save(store, one).stale == ()
    assert save(store, other).stale == (other,)
    assert generations(store) == [(0, False), (1, True)]


def test_a_moved_source_keeps_its_lines(store: Store) -> None:
    save(store, news(calls=(build.model_call(),)))
    known = sources.known(store.database)[0]
    sources.move(store.database, known.id, "/home/ada/archive.jsonl")
    moved = sources.find(store.database, "desk", "/home/ada/archive.jsonl")
    assert moved is not None
    assert moved.bookmark == known.bookmark
    assert sources.find(store.database, "desk", PATH) is None


def test_a_new_file_may_stand_where_a_replaced_and_then_moved_one_stood(store: Store) -> None:
    first = news()
    save(store, first)
    save(store, replaced(first))
    current = sources.find(store.database, "desk", PATH)
    assert current is not None
    sources.move(store.database, current.id, "/home/ada/archive.jsonl")
    assert save(store, news()).stale == ()
    assert generations(store) == [(0, False), (1, True)]


def test_a_source_may_move_to_where_an_older_generation_was_left(store: Store) -> None:
    first = news()
    save(store, first)
    save(store, replaced(first))
    current = sources.find(store.database, "desk", PATH)
    assert current is not None
    sources.move(store.database, current.id, "/home/ada/archive.jsonl")
    sources.move(store.database, current.id, PATH)
    assert generations(store) == [(0, False), (1, True)]


def test_a_vanished_file_is_remembered_until_it_is_seen_again(store: Store) -> None:
    save(store, news())
    known = sources.known(store.database)[0]
    sources.set_missing(store.database, [known.id])
    assert sources.known(store.database)[0].missing
    sources.touch(store.database, known.id, build.bookmark(size=5, mtime_ns=6, inode=7, device=8))
    seen = sources.known(store.database)[0]
    assert not seen.missing
    assert (seen.bookmark.size, seen.bookmark.mtime_ns, seen.bookmark.inode, seen.bookmark.device) == (5, 6, 7, 8)
    assert seen.bookmark.offset == known.bookmark.offset


def test_machines_do_not_see_each_others_sources(store: Store) -> None:
    save(store, news())
    assert len(sources.known(store.database, machine="desk")) == 1
    assert sources.known(store.database, machine="laptop") == []
    assert sources.find(store.database, "laptop", PATH) is None


def test_a_list_of_sources_leaves_memories_out(store: Store) -> None:
    first = news()
    first.bookmark = msgspec.structs.replace(first.bookmark, memory=b"long")
    save(store, first)
    (listed,) = sources.known(store.database)
    assert listed.bookmark == msgspec.structs.replace(first.bookmark, memory=b"")
    assert sources.bookmark_of(store.database, listed) == first.bookmark


def test_a_memory_that_moved_on_is_not_given_for_an_old_bookmark(store: Store) -> None:
    save(store, news())
    (listed,) = sources.known(store.database)
    store.database.run("UPDATE source SET lines_read = lines_read + 1, memory = ?", (b"newer",))
    assert sources.bookmark_of(store.database, listed).memory == b""


def test_lines_that_wait_for_a_reader_go_into_the_journal_alone(store: Store) -> None:
    first = news(raw=b"0\n1\n")
    first.lines_read = 1
    save(store, first)
    waiting = Advance(
        source=first.source,
        expected=first.bookmark,
        bookmark=Bookmark(offset=first.bookmark.offset + 2, lines=3),
        first_line=1,
        lines_read=1,
        raw=b"2\n",
    )
    assert save(store, waiting).stale == ()
    rows = store.database.rows("SELECT first_line, lines FROM frame ORDER BY first_line")
    assert rows == [(0, 2), (2, 1)]
    assert sources.known(store.database)[0].lines_read == 1
