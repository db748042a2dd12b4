"""The generated history is the same for one seed, and its expected totals are what a plain recount finds."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.corpus import generate

SIZE = 1_048_576
SEED = 7
COUNTS = ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h", "reasoning", "web_searches")
DOLLARS_PER_MILLION: dict[str, tuple[float, float, float, float, float]] = {
    "claude-opus-4-5-20251101": (5, 25, 0.5, 6.25, 10),
    "claude-opus-4-8": (5, 25, 0.5, 6.25, 10),
    "claude-opus-5-5": (4, 20, 0.2, 5, 8),
    "claude-sonnet-4-5-20250929": (3, 15, 0.3, 3.75, 6),
    "claude-sonnet-5-5": (2, 10, 0.1, 2.5, 4),
    "claude-haiku-4-5-20251001": (1, 5, 0.1, 1.25, 2),
    "claude-haiku-5-5": (0.1, 0.5, 0.01, 0.125, 0.2),
    "claude-haiku-5-5 above 100,000": (0.5, 2.5, 0.05, 0.625, 1),
}

Json = dict[str, Any]
Call = dict[str, Any]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("corpus")
    generate(root, SIZE, SEED, 1)
    return root


def expected(root: Path) -> Json:
    found: Json = json.loads((root / "expected.json").read_bytes())
    return found


def contents(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def assistant_messages(line: Json) -> list[Json]:
    """Give every response that a line tells of: its own, or one nested in a progress line."""
    told = [
        line,
        line.get("data", {}).get("message", {}),
        *line.get("data", {}).get("normalizedMessages", []),
    ]
    return [part for part in told if part.get("type") == "assistant" and part["message"]["model"] != "<synthetic>"]


def recount(root: Path) -> list[Call]:
    """Meet all lines of one `message.id` by the greatest of each count, wherever they stand."""
    calls: dict[str, Call] = {}
    for path in sorted(root.rglob("*.jsonl")):
        for raw in path.read_text().splitlines():
            for part in assistant_messages(json.loads(raw)):
                usage, message = part["message"]["usage"], part["message"]
                call = calls.setdefault(
                    message["id"], {"model": message["model"], "at": "", **dict.fromkeys(COUNTS, 0)}
                )
                counts = {
                    "input": usage["input_tokens"],
                    "output": usage["output_tokens"],
                    "cache_read": usage["cache_read_input_tokens"],
                    "cache_write_5m": usage["cache_creation"]["ephemeral_5m_input_tokens"],
                    "cache_write_1h": usage["cache_creation"]["ephemeral_1h_input_tokens"],
                    "reasoning": usage.get("output_tokens_details", {}).get("thinking_tokens", 0),
                    "web_searches": usage.get("server_tool_use", {}).get("web_search_requests", 0),
                }
                call |= {name: max(call[name], count) for name, count in counts.items()}
                call["at"] = max(call["at"], part["timestamp"])
                call["fast"] = usage.get("speed") == "fast"
                call["us"] = usage.get("inference_geo") == "us"
    return list(calls.values())


def nano_dollars(call: Call) -> int:
    """Price a call by the table above; an unknown model costs nothing."""
    prompt = sum(call[name] for name in ("input", "cache_read", "cache_write_5m", "cache_write_1h"))
    is_long = call["model"] == "claude-haiku-5-5" and prompt > 100_000
    rates = DOLLARS_PER_MILLION.get(call["model"] + (" above 100,000" if is_long else ""), (0, 0, 0, 0, 0))
    micro: float = sum(call[name] * rate for name, rate in zip(COUNTS[:5], rates, strict=True))
    micro *= (2 if call["fast"] else 1) * (1.1 if call["us"] else 1)
    searches: int = call["web_searches"]
    return round(micro * 1_000) + searches * 10_000_000


def test_one_seed_gives_the_same_bytes_in_one_process_and_in_two(corpus: Path, tmp_path: Path) -> None:
    generate(tmp_path, SIZE, SEED, 2)
    assert contents(tmp_path) == contents(corpus)


def test_another_seed_gives_another_history(corpus: Path, tmp_path: Path) -> None:
    generate(tmp_path, SIZE, SEED + 1, 1)
    assert not set(contents(tmp_path)) & set(contents(corpus)) - {"expected.json"}


def test_the_size_is_about_what_was_asked_for(corpus: Path) -> None:
    assert 0.8 * SIZE < expected(corpus)["bytes"] < 1.5 * SIZE


def test_expected_tokens_equal_a_plain_recount(corpus: Path) -> None:
    calls, totals = recount(corpus), expected(corpus)["totals"]
    assert totals["calls"] == len(calls)
    assert {name: totals[name] for name in COUNTS} == {name: sum(call[name] for call in calls) for name in COUNTS}


def test_expected_costs_equal_prices_worked_out_anew(corpus: Path) -> None:
    calls, told = recount(corpus), expected(corpus)
    assert told["totals"]["cost_nano"] == sum(map(nano_dollars, calls))
    for model, sums in told["by_model"].items():
        assert sums["cost_nano"] == sum(nano_dollars(call) for call in calls if call["model"] == model)


def test_a_call_belongs_to_the_day_of_its_last_line(corpus: Path) -> None:
    calls = recount(corpus)
    for day, sums in expected(corpus)["by_day"].items():
        assert sums["calls"] == sum(call["at"][:10] == day for call in calls)


def test_expected_files_are_the_files_that_are_there(corpus: Path) -> None:
    told, files = expected(corpus), list(corpus.rglob("*.jsonl"))
    agents = [file for file in files if file.name.startswith("agent-")]
    assert (told["files"], told["subagents"]) == (len(files), len(agents))
    assert told["sessions"] == len(files) - len(agents)
    assert told["lines"] == sum(file.read_bytes().count(b"\n") for file in files)
    assert told["bytes"] == sum(file.stat().st_size for file in files)
