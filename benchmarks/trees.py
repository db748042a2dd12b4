"""`python -m benchmarks.trees HOME...`: what each program says of small homes, one table for each home.

A home is a folder with an agent's folder, such as `.claude`, in it. Each program gets a copy, since some
write into the home that they read. Nothing here judges: the right price stands with the tree.
"""

import argparse
import json
import tempfile
from decimal import Decimal
from pathlib import Path
from shutil import copytree

from benchmarks.measure import measure
from benchmarks.programs import Program, Totals, install_peers, programs
from benchmarks.report import cells, dollars, table
from benchmarks.run import PEERS

HEAD = ("program", "calls", "input", "output", "cache read", "cache write", "cost")


def ask(program: Program, home: Path, scratch: Path) -> Totals | str:
    """Let a program read a copy of a home, and read what it says; or say why that failed."""
    copy = scratch / program.name
    copytree(home, copy, symlinks=True)
    variables = {"HOME": str(copy), "TZ": "UTC", "DASHCAM_HOME": str(copy / ".dashcam"), "NO_COLOR": "1"}
    try:
        if program.report and program.archive:
            measure(program.command(program.archive), variables, copy)
        run = measure(program.command(program.report or program.usage), variables, copy)
        if run.code:
            return f"exit {run.code}"
        return program.totals(json.loads(run.output, parse_float=Decimal))
    except (ValueError, KeyError, TypeError) as error:
        return f"unreadable: {error!r}"
    finally:
        if program.stop:
            measure(program.command(program.stop), variables, copy)


def row(name: str, found: Totals | str) -> list[str]:
    """Write what one program said."""
    if isinstance(found, str):
        return [name, *("-" for _ in HEAD[2:]), found]
    counts = (found.calls, found.input, found.output, found.cache_read, found.cache_write)
    return [name, *map(cells, counts), dollars(found.cost_nano)]


def main() -> None:
    """Read the command line and ask everybody about every home."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.trees", description=__doc__)
    parser.add_argument("homes", type=Path, nargs="+", metavar="HOME")
    parser.add_argument("--peers", type=Path, default=PEERS, help=f"where the peers are (default {PEERS})")
    parser.add_argument("--install", action="store_true", help="install the peers there first")
    asked = parser.parse_args()
    if asked.install:
        install_peers(asked.peers)
    there = [program for program in programs(asked.peers.absolute()) if program.is_there]
    for home in asked.homes:
        with tempfile.TemporaryDirectory(prefix="dashcam-tree-") as scratch:
            rows = [row(program.name, ask(program, home, Path(scratch))) for program in there]
        print(f"## {home}\n\n{table(HEAD, rows)}\n")


if __name__ == "__main__":
    main()
