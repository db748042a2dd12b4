"""Law 3 on what genuine Claude Code pushed: late, twice, in any order, it changes nothing that a transcript tells."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.captures import Push, Replay, Use, hooks, shuffled, telemetry

VERSIONS = ("2.1.329", "2.1.50", "2.0.77")
SIGNALS = ("logs", "metrics", "traces")


class Capture:
    """What one version left and sent."""

    def __init__(self, place: Path, tmp_path: Path) -> None:
        if not place.is_dir():
            pytest.skip(f"these fixtures hold no {place.name}")
        self.place, self.tmp_path = place, tmp_path
        self.replays = 0

    def sent(self, *what: str) -> list[Push]:
        pushes = hooks(self.place / "capture") if "hooks" in what else []
        return pushes + telemetry(self.place / "capture" / "otlp", *what)

    def replay(self) -> Replay:
        self.replays += 1
        return Replay(self.tmp_path / str(self.replays))

    def alone(self, *what: str) -> Replay:
        """What was sent, with no transcript."""
        replay = self.replay()
        replay.push(self.sent(*what))
        return replay.scan()

    def transcripts(self) -> Replay:
        replay = self.replay()
        self.leave(replay)
        return replay.scan()

    def leave(self, replay: Replay) -> None:
        replay.leave(self.place / "dot-claude", ".claude")


@pytest.fixture(params=VERSIONS)
def capture(request: pytest.FixtureRequest, fixtures_dir: Path, tmp_path: Path) -> Capture:
    return Capture(fixtures_dir / "generated" / "claude-code" / request.param, tmp_path)


def at_once(*what: str) -> Callable[[Capture, Replay], None]:
    def push(capture: Capture, replay: Replay) -> None:
        capture.leave(replay)
        replay.push(capture.sent(*what))

    return push


def twice(capture: Capture, replay: Replay) -> None:
    at_once("hooks", *SIGNALS)(capture, replay)
    replay.scan().push(capture.sent("hooks", *SIGNALS))


def before(capture: Capture, replay: Replay) -> None:
    replay.push(capture.sent("hooks", *SIGNALS))
    replay.scan()
    capture.leave(replay)


def mixed(seed: int) -> Callable[[Capture, Replay], None]:
    def push(capture: Capture, replay: Replay) -> None:
        pushes = shuffled(capture.sent("hooks", *SIGNALS), seed)
        half = len(pushes) // 2
        replay.push(pushes[:half])
        replay.scan()
        capture.leave(replay)
        replay.scan().push(pushes[half:])

    return push


WAYS: dict[str, Callable[[Capture, Replay], None]] = {
    "hooks": at_once("hooks"),
    "logs": at_once("logs"),
    "metrics": at_once("metrics"),
    "traces": at_once("traces"),
    "all": at_once("hooks", *SIGNALS),
    "all twice": twice,
    "all before the transcripts": before,
    "shuffled 1": mixed(1),
    "shuffled 2": mixed(2),
}


@pytest.mark.parametrize("way", WAYS)
def test_where_a_transcript_tells_of_calls_nothing_else_is_billed(capture: Capture, way: str) -> None:
    alone = {name: use for name, use in capture.transcripts().uses().items() if use.calls}
    assert len(alone) > 5
    replay = capture.replay()
    WAYS[way](capture, replay)
    billed = replay.scan().uses()
    assert {name: shown(billed[name]) for name in alone} == {name: shown(use) for name, use in alone.items()}


def shown(use: Use) -> tuple[object, ...]:
    return (use.source, use.calls, use.tokens, use.cost_nano)


@pytest.mark.parametrize("way", ["all twice", "all before the transcripts", "shuffled 1", "shuffled 2"])
def test_every_order_ends_in_the_same_sessions_and_events(capture: Capture, way: str) -> None:
    usual, other = capture.replay(), capture.replay()
    WAYS["all"](capture, usual)
    WAYS[way](capture, other)
    said = "SELECT native_id, title, first_prompt, project, version, state, error, born FROM session ORDER BY 1"
    assert other.scan().rows(said) == usual.scan().rows(said)
    assert other.events() == usual.events()
    assert other.uses() == usual.uses()


def calls(replay: Replay, columns: str) -> Counter[tuple[object, ...]]:
    """Count the calls that count by what is said of them.

    Sessions are left out: 2.0.77 wrote the first calls of a process that resumes under an id of its own, and sent
    the records of the later ones of them under the id of the session that it resumed.
    """
    return Counter(replay.rows(f"SELECT {columns} FROM call WHERE counted = 1"))


UNTOLD = {
    "2.1.329": {"claude-sonnet-4-5": 1},
    "2.1.50": {"claude-haiku-4-5-20251001": 4, "claude-sonnet-4-5": 1},
    "2.0.77": {"claude-haiku-4-5-20251001": 10, "claude-sonnet-4-5": 1},
}
"""Requests that a version sent a record of, and wrote no line of: the summary of `/compact`, and what older versions
ask Haiku of each prompt and command."""


def test_records_tell_of_every_call_of_the_transcripts_and_of_those_without_a_line(capture: Capture) -> None:
    counts = "model, input, cache_read, cache_write_5m + cache_write_1h"
    written, recorded = calls(capture.transcripts(), counts), calls(capture.alone("logs"), counts)
    assert written - recorded == Counter()
    untold = Counter(call[0] for call in (recorded - written).elements())
    assert untold == UNTOLD[capture.place.name]
    # 2.1.50 writes a line before its output is counted; where the count is no placeholder it is the record's.
    known = calls(capture.transcripts(), f"{counts}, CASE exact WHEN 1 THEN output END")
    exact = Counter({call: count for call, count in known.items() if call[-1] is not None})
    assert exact - calls(capture.alone("logs"), f"{counts}, output") == Counter()


def test_counters_are_the_records_to_the_token_and_to_a_billionth_of_a_dollar(capture: Capture) -> None:
    recorded = {name: use for name, use in capture.alone("logs").uses().items() if use.calls}
    counted = {name: use for name, use in capture.alone("metrics").uses().items() if use.output}
    assert {name: use.tokens for name, use in counted.items()} == {name: use.tokens for name, use in recorded.items()}
    for name, use in recorded.items():
        assert use.reported_nano is not None
        assert abs(counted[name].cost_nano - use.reported_nano) <= 1


def test_spans_tell_of_each_request_once(capture: Capture) -> None:
    recorded = {name: use.tokens for name, use in capture.alone("logs").uses().items()}
    both = capture.alone("logs", "traces").uses()
    assert {name: both[name].tokens for name in recorded} == recorded
    traced = {name: use.tokens for name, use in capture.alone("traces").uses().items() if use.calls}
    # The spans of 2.1.50 name no request, so that they cannot be told from the records; 2.0.77 has none.
    told = {name: tokens for name, tokens in recorded.items() if any(tokens)} if capture.place.name == "2.1.329" else {}
    assert traced == told


def test_hooks_and_status_lines_tell_of_no_usage(capture: Capture) -> None:
    assert {use.tokens for use in capture.alone("hooks").uses().values()} == {(0, 0, 0, 0)}


def family(replay: Replay) -> dict[str, tuple[int, int]]:
    """Calls and cost of each session with those of its subagents."""
    added: dict[str, tuple[int, int]] = {}
    for name, use in replay.uses().items():
        head = name.partition(":")[0]
        calls_, cost = added.get(head, (0, 0))
        added[head] = (calls_ + use.calls, cost + use.cost_nano)
    return added


def test_calls_of_subagents_are_billed_once(capture: Capture) -> None:
    """Records name the session alone: the calls of its subagents stand among its own."""
    alone = {name: bill for name, bill in family(capture.transcripts()).items() if bill[0]}
    replay = capture.replay()
    WAYS["all"](capture, replay)
    billed = family(replay.scan())
    assert {name: billed[name] for name in alone} == alone


def test_protobuf_tells_the_same_as_json(fixtures_dir: Path, tmp_path: Path) -> None:
    place = fixtures_dir / "generated" / "claude-code" / "2.1.329-otlp-protobuf"
    if not place.is_dir():
        pytest.skip("these fixtures hold no protobuf")
    replay = Replay(tmp_path / "protobuf")
    replay.push(telemetry(place, *SIGNALS))
    (use,) = [use for use in replay.scan().uses().values() if use.calls]
    assert (use.source, use.calls, use.cost_nano) == ("otlp_log", use.calls, use.reported_nano)
