"""`python -m benchmarks.corpus --size 1GiB --seed 7 OUT`: a made-up home of Claude Code, its totals known.

The same size and seed give the same bytes, in any number of processes. The totals in `OUT/expected.json` are
counted while writing, never read back, so they cannot share a reader's mistake.
"""

import argparse
import os
import re
import sys
import time
from collections.abc import Iterator
from multiprocessing import Pool
from pathlib import Path
from random import Random

import msgspec

from benchmarks.dialects import DIALECTS, SHARES
from benchmarks.prose import chance
from benchmarks.rates import Tally
from benchmarks.sessions import Plan, Story

DAY_MS = 86_400_000
FIRST_DAY = 1_787_443_200_000
"""2026-08-23T00:00Z. Sessions begin within 84 days of it, so that none is later than 90 days after."""
START_DAYS = 84
PROJECTS = 24
LONG_SESSION = 3_000_000
"""Bytes above which a session has no fork, and begins early enough to end within the 90 days."""

GIANT_EVERY = 340 * 2**20
"""One session of 20 MB or more in this many bytes."""
UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30}


def read_size(text: str) -> int:
    """Read a size such as 1GiB, 300M or 12345."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMG]?)i?B?", text.strip(), re.IGNORECASE)
    if not found:
        raise argparse.ArgumentTypeError(f"not a size: {text}")
    return int(float(found[1]) * UNITS[found[2].upper()])


def plans(size: int, seed: int) -> Iterator[Plan]:
    """Plan sessions until they fill the size."""
    rng = Random(f"{seed}/plan")
    left, number, giants = size, 0, size // GIANT_EVERY
    largest = max(40_000, size // 6)
    while left > 0:
        if number < giants:
            main = rng.randint(20_000_000, 30_000_000)
        else:
            main = min(int(rng.lognormvariate(12.65, 1.15)) + 20_000, 12_000_000, largest, left)
        agents = tuple(
            min(int(rng.lognormvariate(11.9, 0.9)) + 8_000, largest)
            for _ in range(rng.choices((0, 1, 2, 3, 5, 8), (44, 18, 14, 10, 9, 5))[0])
        )
        fork = rng.randint(20_000, 300_000) if main < LONG_SESSION and chance(rng, 0.035) else 0
        days = START_DAYS if main < LONG_SESSION else START_DAYS // 2
        hour = rng.choices(range(24), (1, 1, 0, 0, 0, 1, 2, 4, 7, 9, 9, 8, 6, 8, 9, 9, 8, 7, 5, 4, 4, 4, 3, 2))[0]
        start = FIRST_DAY + rng.randrange(days) * DAY_MS + hour * 3_600_000 + rng.randrange(3_600_000)
        yield Plan(
            seed=seed,
            number=number,
            project=min(int(rng.expovariate(0.18)), PROJECTS - 1),
            dialect=rng.choices(range(len(DIALECTS)), SHARES)[0],
            start=start,
            size=main,
            agents=agents,
            fork=fork,
        )
        left -= main + sum(agents) + (fork + main // 2 if fork else 0)
        number += 1


def write_session(job: tuple[Plan, Path]) -> Tally:
    """Write one session and tell what it holds."""
    plan, root = job
    return Story(plan, root).tell()


def generate(root: Path, size: int, seed: int, processes: int) -> Tally:
    """Write a whole home, the largest sessions first, and its `expected.json` last."""
    jobs = [(plan, root) for plan in sorted(plans(size, seed), key=lambda plan: (-plan.size, plan.number))]
    tally = Tally()
    if processes == 1:
        for job in jobs:
            tally.add(write_session(job))
    else:
        with Pool(processes) as pool:
            for part in pool.imap_unordered(write_session, jobs):
                tally.add(part)
    told = {"seed": seed, "size": size, **tally.expected()}
    (root / "expected.json").write_bytes(msgspec.json.format(msgspec.json.encode(told)) + b"\n")
    return tally


def main() -> None:
    """Read the command line and write a corpus into an empty directory."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.corpus", description=__doc__)
    parser.add_argument("--size", type=read_size, default="64MiB", help="such as 1GiB (default 64MiB)")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("out", type=Path, metavar="OUT")
    asked = parser.parse_args()
    if asked.out.exists() and any(asked.out.iterdir()):
        sys.exit(f"{asked.out} is not empty")
    begun = time.monotonic()
    counts = generate(asked.out, asked.size, asked.seed, asked.processes).counts
    print(
        f"{counts['bytes'] / 2**20:,.0f} MiB in {counts['files']:,} files, {counts['lines']:,} lines,"
        f" {time.monotonic() - begun:.1f} s"
    )


if __name__ == "__main__":
    main()
