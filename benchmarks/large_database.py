"""A large history for measuring questions: 10,000 sessions of a year, 1,000,000 model calls, made up and then scanned.

    python -m benchmarks.large_database DIRECTORY

What a stranger would get wrong: the database is made by dashcam's own scan of made-up transcripts, so every total in
it is what a person's would be. The lines are short (about 600 bytes): what is measured is how many there are. The same
seed gives the same sessions; a directory that already holds them is left as it is.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import msgspec

from benchmarks.prose import COMMON, chance, draw, spread
from dashcam.agents.agent import Environment
from dashcam.agents.registry import AGENTS
from dashcam.ingest.scan import Scanner
from dashcam.pricing.prices import Prices
from dashcam.records.settings import Settings
from dashcam.store.rates import Pins
from dashcam.store.store import Store

SESSIONS = 10_000
CALLS = 1_000_000
SEED = 11
LAST_DAY = datetime(2026, 11, 21, tzinfo=UTC)
DAYS = 365
LONGEST = (20_000, 8_000, 5_000, 3_000)
"""Calls of the few sessions that went on for days."""
PROJECTS, BRANCHES, RARE_WORDS = 60, 200, 30_000
MODELS = ("claude-opus-4-8", "claude-sonnet-5", "claude-sonnet-5", "claude-haiku-4-5")
TOOLS = ("Bash", "Read", "Read", "Edit", "Grep", "Write")
SUBAGENTS = 0.15
"""The share of sessions that are another one's subagent."""
FAILURES = 0.05
"""The share of tool calls that fail."""
FIRST_CONTEXT, LARGEST_CONTEXT = 15_000, 150_000
"""Tokens of a prompt: it grows until the conversation is compacted."""
LONGEST_SILENCE, CACHE_LIVES = 400, 300
"""Seconds that a person takes for a prompt at most, and that a cache lives."""
CALLS_A_PROMPT, CALLS_AN_ANSWER = 12, 4
"""Every so many calls a person says something, and the model answers in words instead of calling a tool."""


class Told(msgspec.Struct, kw_only=True):
    """A transcript that is being written, and where its story stands."""

    rng: Random
    words: list[str]
    session: str
    agent: str
    project: str
    branch: str
    model: str
    at: datetime
    lines: int = 0
    context: int = FIRST_CONTEXT
    silence: float = 0
    """Seconds that the person took for the prompt."""

    def say(self, number: int) -> str:
        """Write some words."""
        return " ".join(draw(self.rng, self.words, number))

    def line(self, kind: str, rest: str, *, wait: float = 0) -> str:
        """Write one line of a kind; it comes `wait` seconds after the one before."""
        self.at += timedelta(seconds=wait)
        self.lines += 1
        stamp = self.at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{self.at.microsecond // 1000:03d}Z"
        side = f'"isSidechain":true,"agentId":"{self.agent}"' if self.agent else '"isSidechain":false'
        return (
            f'{{"type":"{kind}","uuid":"{self.session[:8]}-{self.agent}-{self.lines}","parentUuid":null,{side},'
            f'"timestamp":"{stamp}","sessionId":"{self.session}","cwd":"{self.project}","gitBranch":"{self.branch}",'
            f'"version":"2.1.329","userType":"external",{rest}}}\n'
        )


def sizes(rng: Random, sessions: int, calls: int) -> list[int]:
    """Share calls out among sessions as people do: many short ones, some of thousands of calls."""
    longest = [size for size in LONGEST if size < calls // 10]
    raw = [rng.lognormvariate(0, 1.2) for _ in range(sessions - len(longest))]
    scale = (calls - sum(longest)) / sum(raw)
    found = [*longest, *(max(1, round(one * scale)) for one in raw)]
    found[-1] = max(1, found[-1] + calls - sum(found))
    rng.shuffle(found)
    return found


def transcript(told: Told, calls: int) -> Iterator[str]:
    """Write a conversation of so many calls."""
    rng = told.rng
    if not told.agent:
        yield f'{{"type":"custom-title","customTitle":"{told.say(5)}","sessionId":"{told.session}"}}\n'
    for number in range(calls):
        if number % CALLS_A_PROMPT == 0:
            told.silence = rng.uniform(5, LONGEST_SILENCE)
            yield told.line("user", f'"message":{{"role":"user","content":"{told.say(12)}"}}', wait=told.silence)
        yield from _call(told, number, rng)


def _call(told: Told, number: int, rng: Random) -> Iterator[str]:
    written = rng.randrange(200, 3_000)
    expired = told.silence > CACHE_LIVES
    read, written, told.silence = (0, told.context + written, 0) if expired else (told.context, written, 0)
    usage = (
        f'"usage":{{"input_tokens":{rng.randrange(1, 900)},"output_tokens":{rng.randrange(20, 1_500)},'
        f'"cache_read_input_tokens":{read},"cache_creation_input_tokens":{written},'
        f'"cache_creation":{{"ephemeral_5m_input_tokens":{written},"ephemeral_1h_input_tokens":0}},'
        '"service_tier":"standard","speed":"standard"}'
    )
    told.context = FIRST_CONTEXT if told.context > LARGEST_CONTEXT else read + written
    ident = f"{told.session[:13]}_{told.agent}{number}"
    message = f'"role":"assistant","model":"{told.model}","id":"msg_{ident}",{usage}'
    if (number + 1) % CALLS_AN_ANSWER == 0:
        block = f'{{"type":"text","text":"{told.say(30)}"}}'
        yield told.line("assistant", f'"requestId":"req_{ident}","message":{{{message},"content":[{block}]}}', wait=8)
        return
    tool = rng.choice(TOOLS)
    used = f'{{"type":"tool_use","id":"toolu_{ident}","name":"{tool}","input":{{"command":"{told.say(6)}"}}}}'
    yield told.line("assistant", f'"requestId":"req_{ident}","message":{{{message},"content":[{used}]}}', wait=6)
    failed = "true" if chance(rng, FAILURES) else "false"
    result = f'{{"type":"tool_result","tool_use_id":"toolu_{ident}","is_error":{failed},"content":"{told.say(20)}"}}'
    yield told.line("user", f'"message":{{"role":"user","content":[{result}]}}', wait=rng.uniform(0.1, 20))


def write_home(home: Path, *, sessions: int, calls: int, seed: int) -> None:
    """Write the transcripts of a home."""
    rng = Random(seed)
    rare = [f"{rng.choice(COMMON)}{number}" for number in range(RARE_WORDS)]
    words = spread([*COMMON, *rare])
    parent = ""
    for number, size in enumerate(sizes(rng, sessions, calls)):
        is_subagent = bool(parent) and chance(rng, SUBAGENTS)
        session = (
            parent if is_subagent else f"{rng.getrandbits(32):08x}-{rng.getrandbits(16):04x}-4000-8000-{number:012x}"
        )
        project = f"/home/ada/work/project-{int(rng.paretovariate(0.8)) % PROJECTS}"
        told = Told(
            rng=rng,
            words=words,
            session=session,
            agent=f"a{number:016x}" if is_subagent else "",
            project=project,
            branch=f"topic-{rng.randrange(BRANCHES)}",
            model=rng.choice(MODELS),
            at=LAST_DAY - timedelta(seconds=rng.uniform(0, DAYS * 86_400)),
        )
        folder = home / ".claude" / "projects" / project.replace("/", "-")
        path = (
            folder / session / "subagents" / f"agent-{told.agent}.jsonl" if is_subagent else folder / f"{session}.jsonl"
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8") as file:
            file.writelines(transcript(told, size))
        parent = session


def make_prices(pins: Pins) -> Prices:
    """Price by the list that dashcam has."""
    return Prices(pins)


def scan(home: Path, url: str) -> None:
    """Read a home into a database."""
    scanner = Scanner(url, AGENTS, Environment(home=home), Settings(), machine="desk", make_prices=make_prices)
    with Store.open(url) as store:
        scanner.scan(store, scanner.plan(store))


def home_of(directory: Path, *, sessions: int = SESSIONS, calls: int = CALLS, seed: int = SEED) -> Path:
    """Name the home whose transcripts the database was made of."""
    return directory / f"home-{sessions}-{calls}-{seed}"


def large_database(directory: Path, *, sessions: int = SESSIONS, calls: int = CALLS, seed: int = SEED) -> str:
    """Make the database in a directory, unless it is there, and give its URL."""
    database = directory / f"large-{sessions}-{calls}-{seed}.db"
    url = f"sqlite:///{database}"
    made = database.with_suffix(".made")
    if not made.exists():
        home = home_of(directory, sessions=sessions, calls=calls, seed=seed)
        started = time.monotonic()
        write_home(home, sessions=sessions, calls=calls, seed=seed)
        print(f"wrote the transcripts in {time.monotonic() - started:.0f} s", file=sys.stderr)
        started = time.monotonic()
        scan(home, url)
        print(f"scanned them in {time.monotonic() - started:.0f} s", file=sys.stderr)
        made.touch()
    return url


def main() -> None:
    """Make it and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--sessions", type=int, default=SESSIONS)
    parser.add_argument("--calls", type=int, default=CALLS)
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    print(large_database(given.directory, sessions=given.sessions, calls=given.calls, seed=given.seed))


if __name__ == "__main__":
    main()
