"""Lines that are not what they should be: the scan goes on, tells of them, and the journal keeps each as it came."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dashcam.store import events, journal
from dashcam.store.store import Store
from dashcam.store.verify import verify
from tests.support.claude_lines import Transcript, usage
from tests.support.codex_lines import Rollout, counts
from tests.support.machine import Machine, totals

GOOD = 2
"""Calls before and behind the bad line, of 10 tokens in and 100 out each."""


def claude(home: Path, bad: bytes) -> Path:
    talk = Transcript()
    talk.prompt()
    talk.answer(spent=usage(given=10, output=100))
    before = talk.encoded()
    talk.answer(spent=usage(given=10, output=100))
    path = talk.write(home / ".claude")
    path.write_bytes(b"\n".join([*before, bad, *talk.encoded()[len(before) :]]) + b"\n")
    return path


def codex(home: Path, bad: bytes) -> Path:
    rollout = Rollout()
    rollout.turn()
    rollout.prompt()
    rollout.tokens(counts(given=10, cached=0, output=100, reasoning=0))
    before = rollout.encoded()
    rollout.turn()
    rollout.tokens(counts(given=10, cached=0, output=100, reasoning=0))
    path = rollout.write(home / ".codex")
    path.write_bytes(b"\n".join([*before, bad, *rollout.encoded()[len(before) :]]) + b"\n")
    return path


Write = Callable[[Path, bytes], Path]
AGENTS: dict[str, Write] = {"claude-code": claude, "codex": codex}

BAD: dict[str, bytes] = {
    "truncated JSON": b'{"type":"user","message":{"role":"us',
    "no JSON": b"Segmentation fault (core dumped)",
    "invalid UTF-8": b'{"type":"user","message":{"content":"\xff\xfe"}}',
    "a lone surrogate": b'{"type":"user","message":{"content":"half \\ud83d"}}',
    "NUL bytes, as a crash leaves them": b"\0" * 4_096,
    "an array": b"[1,2,3]",
    "a number": b"7",
    "a byte order mark": b'\xef\xbb\xbf{"type":"user"}',
    "deep nesting": b'{"a":' * 20_000,
    "an integer without end": b'{"type":"user","n":' + b"9" * 10_000 + b"}",
    "NaN": b'{"type":"user","n":NaN}',
}
PASSED_OVER = {"an integer without end"}
"""Wrong where nobody looks: a reader may read the rest."""


def scan(home: Path, url: str) -> list[str]:
    """Scan, and give the codes of what could not be read."""
    done = Machine(home, url).scan()
    assert done.read.troubles == []
    with Store.open(url) as store:
        assert list(verify(store.database)) == []
        return [found.code for found in events.diagnostics(store.database)]


def journaled(url: str, path: Path) -> bytes:
    with Store.open(url) as store:
        (ident,) = store.database.one("SELECT id FROM source WHERE path = ?", (str(path),))
        return b"".join(raw for _, raw in journal.pieces(store.database, ident))


def spent(url: str) -> tuple[int, ...]:
    with Store.open(url) as store:
        return totals(store.database)[:3]


@pytest.mark.parametrize("what", BAD)
@pytest.mark.parametrize("agent", AGENTS)
def test_a_bad_line_is_told_of_and_costs_no_other_line(agent: str, what: str, home: Path, store_url: str) -> None:
    path = AGENTS[agent](home, BAD[what])
    codes = scan(home, store_url)
    assert codes != [] or what in PASSED_OVER
    assert spent(store_url) == (GOOD, 20, 200)
    assert journaled(store_url, path) == path.read_bytes()


Json = Any
WRONG: tuple[Json, ...] = (None, True, -5, 10**12, 10**30, 1.5, "text", "\0", "\ud800", [], {}, [[{}]], {"a": None})


def changed(line: Json, path: tuple[Json, ...], value: Json) -> Json:
    """Copy a line with another value at one place."""
    if not path:
        return value
    key, *rest = path
    copy = dict(line) if isinstance(line, dict) else list(line)
    copy[key] = changed(line[key], tuple(rest), value)
    return copy


def places(value: Json) -> list[tuple[Json, ...]]:
    """List the way to each value inside a value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, inner in inside for place in [(key,), *((key, *more) for more in places(inner))]]


def claude_answer() -> dict[str, Any]:
    talk = Transcript()
    (line,) = talk.answer(message_id="msg_bad", request="req_bad", spent=usage(write_5m=1, web_searches=1))
    return line


def codex_count() -> dict[str, Any]:
    rollout = Rollout()
    rollout.turn()
    return rollout.tokens(counts())


@pytest.mark.parametrize(("agent", "line"), [("claude-code", claude_answer()), ("codex", codex_count())])
def test_a_wrong_type_in_any_field_stops_nothing(agent: str, line: dict[str, Any], home: Path, store_url: str) -> None:
    bad = [json.dumps(changed(line, place, value)).encode() for place in places(line) for value in WRONG]
    path = AGENTS[agent](home, b"\n".join(bad))
    assert "wrong-type" in scan(home, store_url)
    assert journaled(store_url, path) == path.read_bytes()
    if agent == "claude-code":
        with Store.open(store_url) as store:
            good = "SELECT count(*), sum(output) FROM call WHERE key LIKE 'msg_5e55%' AND counted = 1 AND output = 100"
            assert tuple(map(int, store.database.one(good))) == (GOOD, 200)


@pytest.mark.parametrize("count", [-1, -(10**9), 10**10, 2**63, 10**30])
def test_a_negative_or_absurd_count_is_told_of_and_not_billed(count: int, home: Path, store_url: str) -> None:
    talk = Transcript()
    talk.prompt()
    talk.answer(spent=usage(given=10, output=100))
    talk.answer(spent=usage(given=10, output=count))
    path = talk.path(home / ".claude")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"".join(json.dumps(line).encode() + b"\n" for line in talk.lines))
    assert set(scan(home, store_url)) & {"bad-count", "wrong-type"}
    calls, given, output = spent(store_url)
    assert (given, output) == (10 * calls, 100)


@pytest.mark.parametrize(
    "when",
    [None, "", "yesterday", 1_793_534_400, "2019-12-31T23:59:59Z", "2126-01-01T00:00:00Z", "2026-13-45T99:00:00Z"],
)
def test_a_time_that_cannot_be_true_is_told_of_and_the_time_before_stands_in(
    when: str | int | None, home: Path, store_url: str
) -> None:
    talk = Transcript()
    talk.prompt()
    talk.answer(spent=usage(given=10, output=100))
    talk.answer(spent=usage(given=10, output=100), timestamp=when)
    talk.write(home / ".claude")
    assert set(scan(home, store_url)) & {"bad-time", "wrong-type"}
    assert spent(store_url) == (2, 20, 200)
    with Store.open(store_url) as store:
        times = store.database.rows("SELECT at FROM call ORDER BY line")
    assert times[0] == times[1]


def test_a_time_in_the_near_future_is_kept_as_it_is(home: Path, store_url: str) -> None:
    talk = Transcript(at=4_000_000_000_000_000)
    talk.prompt()
    talk.answer()
    talk.write(home / ".claude")
    assert scan(home, store_url) == []
    with Store.open(store_url) as store:
        assert store.database.one("SELECT last_at FROM session") == (4_000_000_001_000_000,)


def test_half_a_line_and_a_whole_one_in_one_keep_the_whole_one(home: Path, store_url: str) -> None:
    (answer,) = Transcript().answer(message_id="msg_x", request="req_x", spent=usage(given=1, output=1))
    bad = b'{"type":"assistant","message":{"id":"msg_lost"' + msgspec.json.encode(answer)
    claude(home, bad)
    assert "bad-json" in scan(home, store_url)
    assert spent(store_url) == (3, 21, 201)


def test_a_line_that_goes_on_behind_a_whole_one_is_read_as_two(home: Path, store_url: str) -> None:
    """A process was killed before it wrote its newline; the scan has seen its line as whole; the next one goes on."""
    talk = Transcript()
    talk.answer(spent=usage(given=10, output=100))
    path = talk.write(home / ".claude")
    path.write_bytes(path.read_bytes()[:-1])
    scan(home, store_url)
    talk.answer(spent=usage(given=1, output=1))
    with path.open("ab") as file:
        file.write(talk.encoded()[-1] + b"\n")
    assert scan(home, store_url) == ["joined-lines"]
    assert spent(store_url) == (2, 11, 101)


def test_a_rebuild_tells_of_the_same_lines(home: Path, store_url: str) -> None:
    from dashcam.agents.registry import AGENTS as KNOWN
    from dashcam.ingest import rebuild
    from tests.support.machine import contents, make_prices

    for bad in BAD.values():
        claude(home, bad)
        codex(home, bad)
        scan(home, store_url)
    with Store.open(store_url) as store:
        before = contents(store.database)
        rebuild.empty(store)
        rebuild.reread(store, KNOWN, make_prices({}), rebuild.unread(store, KNOWN))
        assert contents(store.database) == before
