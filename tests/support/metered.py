"""A stand-in for a Prometheus server that collects Claude Code's counters: made-up sessions, answered as it would.

It understands the questions that dashcam asks and no others. For numbers that Prometheus itself works out ask a real
one (`tests.support.prometheus`).
"""

import json
import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from tests.support.prometheus import served
from tests.support.stories import HAIKU, OPUS, SONNET, identity

Answer = tuple[int, Mapping[str, str], bytes]
HOURS = {"1h": 1, "8h": 8, "24h": 24, "2d": 48, "7d": 168, "30d": 720}
HELD_SECONDS = 30
COST, TOKENS, ACTIVE = "claude_code_cost_usage_USD_total", "claude_code_token_usage_tokens_total", "claude_code_active"
BY = re.compile(r"by \(([^)]*)\)")
SESSION = re.compile(r'session_id="([^"]*)"')
WINDOW = re.compile(r"\[(\w+)]")


class Spent(NamedTuple):
    """What one model took of a session."""

    model: str
    cost: float
    tokens: Mapping[str, float]


class Metered(NamedTuple):
    """A session of which the server holds samples of so many hours ago."""

    session_id: str
    hours_ago: int
    parts: tuple[Spent, ...]
    user_seconds: float = 0
    cli_seconds: float = 0


def _spent(model: str, cost: float, given: float, written: float, read: float, cached: float) -> Spent:
    return Spent(model, cost, {"input": given, "output": written, "cacheRead": read, "cacheCreation": cached})


RECORDED = identity(1)
"""A session that the made-up history has recorded, too."""
DEAR, SHORT, OLD = "c0ffee01-5e55-4000-8000-00000000000a", "c0ffee02-5e55-4000-8000-00000000000b", "c0ffee03-5e55-4000"
SESSIONS = (
    Metered(RECORDED, 0, (_spent(SONNET, 1.35, 300_000, 30_000, 0, 0),), 120, 420),
    Metered(
        DEAR,
        0,
        (_spent(OPUS, 4.2, 12_000.4, 48_000, 2_600_000, 310_000), _spent(HAIKU, 0.1, 40_000, 9_000, 0, 0)),
        1_500,
        6_300.5,
    ),
    Metered(SHORT, 0, (_spent(HAIKU, 0.012, 4_000, 900, 12_000, 0),), 0, 31),
    Metered(OLD, 60, (_spent(SONNET, 0.64, 20_000, 11_000, 900_000, 41_000),), 300, 900),
)


class StandIn:
    """What answers in place of Prometheus. It can be told to refuse everything, or to keep everybody waiting."""

    def __init__(self, sessions: Iterable[Metered] = SESSIONS) -> None:
        self.sessions = tuple(sessions)
        self.address = ""
        self.refusal: Answer | None = None
        self.asked: list[str] = []
        self._free = threading.Event()
        self._free.set()

    def refuse(self, status: int, body: bytes = b"") -> None:
        """Answer everything with this."""
        self.refusal = (status, {}, body)

    def hold(self) -> None:
        """Let nobody have an answer until `release`."""
        self._free.clear()

    def release(self) -> None:
        self._free.set()

    def answer(self, path: str) -> Answer:
        """Answer one request."""
        self._free.wait(HELD_SECONDS)
        parts = urlsplit(path)
        question = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.asked.append(question.get("query", parts.path))
        if self.refusal:
            return self.refusal
        data = self._data(parts.path, question)
        return 200, {"content-type": "application/json"}, json.dumps({"status": "success", "data": data}).encode()

    def _data(self, path: str, question: Mapping[str, str]) -> Any:  # noqa: ANN401  what JSON holds
        if "label/" in path:
            return [COST, TOKENS]
        if "buildinfo" in path:
            return {"version": "3.1.0"}
        query = question["query"]
        if "resets(" in query or "changes(" in query:
            return _vector([({}, 2.0 if "resets(" in query else 400.0)])
        if query.startswith("count("):
            return _vector([({}, float(sum(one.hours_ago < HOURS["24h"] for one in self.sessions)))])
        return self._matrix(query, question) if "end" in question else _vector(self._sums(query))

    def _sums(self, query: str) -> list[tuple[dict[str, str], float]]:
        """Add samples up by the labels that are asked for."""
        names = _found(BY, query).split(", ")
        wanted, window = _found(SESSION, query), _found(WINDOW, query)
        sums: dict[tuple[str, ...], float] = {}
        for one in self.sessions:
            if one.hours_ago < HOURS[window] and wanted in {"", one.session_id}:
                for labels, value in _samples(one, query):
                    key = tuple(labels[name] for name in names)
                    sums[key] = sums.get(key, 0) + value
        return [(dict(zip(names, key, strict=True)), value) for key, value in sums.items()]

    def _matrix(self, query: str, question: Mapping[str, str]) -> Any:  # noqa: ANN401  what JSON holds
        """Spread what a session used over some steps before the last."""
        until, step = int(question["end"]), int(question["step"])
        total = sum(
            value
            for one in self.sessions
            if one.session_id == _found(SESSION, query)
            for _, value in _samples(one, query)
        )
        shares = {2: 0.1, 3: 0.4, 4: 0.3, 7: 0.2}
        values = [[until - back * step, str(total * share)] for back, share in sorted(shares.items(), reverse=True)]
        return {"resultType": "matrix", "result": [{"metric": {}, "values": values}]}


@contextmanager
def standing_in(sessions: Iterable[Metered] = SESSIONS) -> Iterator[StandIn]:
    """Serve a stand-in on this machine."""
    made = StandIn(sessions)
    with served(made.answer) as made.address:
        try:
            yield made
        finally:
            made.release()


def _samples(one: Metered, query: str) -> Iterator[tuple[dict[str, str], float]]:
    """Give what a session adds to the counter of a question, with the labels of each sample."""
    session = {"session_id": one.session_id}
    if ACTIVE in query:
        yield session | {"type": "user"}, one.user_seconds
        yield session | {"type": "cli"}, one.cli_seconds
        return
    for part in one.parts:
        labels = session | {"model": part.model}
        if COST in query:
            yield labels, part.cost
        else:
            yield from ((labels | {"type": name}, tokens) for name, tokens in part.tokens.items())


def _vector(rows: Iterable[tuple[Mapping[str, str], float]]) -> dict[str, Any]:
    result = [{"metric": labels, "value": [1_795_226_893.3, str(value)]} for labels, value in rows]
    return {"resultType": "vector", "result": result}


def _found(pattern: re.Pattern[str], query: str) -> str:
    found = pattern.search(query)
    return found[1] if found else ""
