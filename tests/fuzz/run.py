"""The long fuzz: `python -m tests.fuzz.run --minutes 5` reads hurt lines until the time is over.

What a stranger would get wrong: each round begins from another seed, so that a second run is not the first again;
`--seed` repeats one. It ends with 1 and the shortest lines that break a reader, if any do.
"""

import argparse
import sys
import time

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz.check import LINES, SOURCES, check
from tests.fuzz.lines import hurt_lines

ROUND = 2_000


def fuzz(agent: str, first_seed: int) -> int:
    """Read one round of examples with an agent's reader; returns how many there were."""
    done = 0

    @seed(first_seed)
    @settings(
        max_examples=ROUND,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def one(data: st.DataObject) -> None:
        nonlocal done
        done += 1
        lines = data.draw(hurt_lines(LINES[agent]))
        cuts = data.draw(st.lists(st.integers(0, len(lines)), max_size=3))
        check(lines, cuts, data.draw(st.sampled_from(SOURCES[agent])))

    one()
    return done


def main() -> None:
    """Fuzz every reader in turn until the time is over."""
    asked = argparse.ArgumentParser(description="Fuzz the readers of all agents.")
    asked.add_argument("--minutes", type=float, default=5.0)
    asked.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    chosen = asked.parse_args()
    ends = time.monotonic() + chosen.minutes * 60
    rounds, examples = 0, dict.fromkeys(LINES, 0)
    while time.monotonic() < ends:
        for agent in LINES:
            examples[agent] += fuzz(agent, chosen.seed + rounds)
        rounds += 1
    told = ", ".join(f"{count:,} of {agent}" for agent, count in examples.items())
    sys.stdout.write(f"no crash in {told} (seeds {chosen.seed} to {chosen.seed + rounds - 1})\n")


if __name__ == "__main__":
    main()
