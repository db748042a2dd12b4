"""`python -m benchmarks.run`: dashcam beside its peers on one corpus, in one run, as a Markdown page.

A peer that is missing or fails is said to be so and does not stop the run; wrong totals of dashcam fail it.
"""

import argparse
import contextlib
import datetime as dt
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from shutil import rmtree
from typing import Any

from benchmarks.corpus import generate, read_size
from benchmarks.measure import Measured, measure, median, size_of
from benchmarks.programs import Program, Totals, install_peers, programs
from benchmarks.report import archive_row, cells, listing_row, table, totals_row, usage_row

SECTIONS = ("usage", "archive", "listing")
PEERS = Path(tempfile.gettempdir()) / "dashcam-peers"
RESULTS = Path(__file__).parent / "results"


class Bench:
    """One run: a corpus, a scratch home for each program, and the totals that each has told."""

    def __init__(self, corpus: Path, scratch: Path, repeat: int) -> None:
        self.corpus, self.scratch, self.repeat = corpus, scratch, repeat
        self.expected: dict[str, Any] = json.loads((corpus / "expected.json").read_bytes())
        self.totals: dict[str, Totals | str] = {}

    def home(self, program: Program) -> Path:
        """Give a program its scratch home, with the corpus in it."""
        home = self.scratch / program.name
        home.mkdir(exist_ok=True)
        with contextlib.suppress(FileExistsError):
            (home / ".claude").symlink_to(self.corpus.absolute() / ".claude")
        return home

    def run(self, program: Program, words: Sequence[str]) -> Measured:
        """Run a program in its home."""
        home = self.home(program)
        variables = {"HOME": str(home), "TZ": "UTC", "DASHCAM_HOME": str(home / ".dashcam"), "NO_COLOR": "1"}
        found = measure(program.command(words), variables, home)
        if found.code:
            last = found.errors.decode(errors="replace").strip().splitlines()[-1:]
            print(f"{program.name} {' '.join(words)}: exit {found.code} {last}", file=sys.stderr)
        return found

    def forget(self, program: Program) -> None:
        """Empty a program's home of all but the corpus, so that it starts cold."""
        for entry in self.home(program).iterdir():
            if entry.is_dir() and not entry.is_symlink():
                rmtree(entry)
            elif not entry.is_symlink():
                entry.unlink()

    def remember(self, program: Program, run: Measured, where: str) -> None:
        """Keep the totals that a run has printed, by where they came from."""
        name = f"{program.name}, {where}"
        if run.code:
            self.totals[name] = f"exit {run.code}"
            return
        try:
            self.totals[name] = program.totals(json.loads(run.output, parse_float=Decimal))
        except (ValueError, KeyError, TypeError) as error:
            self.totals[name] = f"unreadable: {error!r}"

    def stop(self, program: Program) -> None:
        """Stop the server that a program has left behind."""
        if program.stop:
            self.run(program, program.stop)


def usage_section(bench: Bench, there: list[Program]) -> str:
    """Measure the first totals from cold; the programs take turns, so that a slow minute hits all alike."""
    able = [program for program in there if program.usage]
    runs: dict[str, list[Measured]] = {program.name: [] for program in able}
    for _ in range(bench.repeat):
        for program in able:
            bench.forget(program)
            runs[program.name].append(bench.run(program, program.usage))
    for program in able:
        bench.remember(program, runs[program.name][-1], "cold")
    rows = [usage_row(name, median(found)) for name, found in runs.items()]
    head = ("program", "totals complete after", "process ended after", "CPU", "peak memory")
    return f"## First usage totals, from cold (median of {bench.repeat})\n\n{table(head, rows)}"


def archive_section(bench: Bench, there: list[Program]) -> str:
    """Measure the full archive, once: it is long, and its figures hardly move."""
    rows = []
    for program in there:
        if not program.archive:
            continue
        bench.forget(program)
        found = bench.run(program, program.archive)
        data = size_of(bench.home(program) / program.data)
        rows.append(archive_row(program.name, found, data, bench.expected["bytes"]))
        bench.remember(program, bench.run(program, program.report or program.usage), "archived")
    head = ("program", "wall", "CPU", "peak memory", "database", "of the corpus")
    return f"## Full archive\n\n{table(head, rows)}"


def listing_section(bench: Bench, there: list[Program]) -> str:
    """Measure a warm list of sessions, which needs the archive of the section before."""
    rows = []
    for program in there:
        if not program.listing:
            continue
        if program.archive and not (bench.home(program) / program.data).exists():
            bench.run(program, program.archive)
        runs = [bench.run(program, program.listing) for _ in range(8)][1:]
        rows.append(listing_row(program.name, runs))
    head = ("program", "wall (median of 7)", "fastest", "CPU", "peak memory")
    return f"## Warm list of sessions\n\n{table(head, rows)}"


def totals_section(bench: Bench) -> tuple[str, bool]:
    """Lay every program's totals beside the corpus's own; say whether dashcam's are exact."""
    right = bench.expected["totals"]
    truth = Totals(
        calls=right["calls"],
        input=right["input"],
        output=right["output"],
        cache_read=right["cache_read"],
        cache_write=right["cache_write_5m"] + right["cache_write_1h"],
        cost_nano=right["cost_nano"],
        by_day={day: sums["cost_nano"] for day, sums in bench.expected["by_day"].items()},
    )
    rows = [totals_row("the corpus", truth, truth)]
    rows += [totals_row(name, found, truth) for name, found in bench.totals.items()]
    head = ("program", "calls", "input", "output", "cache read", "cache write", "cost", "verdict")
    ours = [found for name, found in bench.totals.items() if name.startswith("dashcam")]
    return f"## Totals\n\n{table(head, rows)}", all(found == truth for found in ours)


def warm(corpus: Path) -> None:
    """Read every file once, so that no program pays for the disk."""
    for path in corpus.rglob("*.jsonl"):
        path.read_bytes()


def page(bench: Bench, all_programs: list[Program], only: Sequence[str]) -> tuple[str, bool]:
    """Run the sections and put the page together."""
    there = [program for program in all_programs if program.is_there]
    missing = [program.name for program in all_programs if not program.is_there]
    told = bench.expected
    size = f"{cells(told['bytes'] / 2**20)} MiB in {told['files']:,} files ({told['sessions']:,} sessions"
    size += f", {told['subagents']:,} subagents, {told['lines']:,} lines, {told['totals']['calls']:,} calls)"
    machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    parts = [f"# Benchmarks, {dt.datetime.now(dt.UTC).date()}", f"{size}, seed {told['seed']}; {machine}."]
    if missing:
        parts.append(f"Not installed, so not measured: {', '.join(missing)}.")
    sections = {"usage": usage_section, "archive": archive_section, "listing": listing_section}
    try:
        parts += [section(bench, there) for name, section in sections.items() if name in only]
    finally:
        for program in there:
            bench.stop(program)
    totals, exact = totals_section(bench)
    return "\n\n".join([*parts, totals]) + "\n", exact


def corpus_of(asked: argparse.Namespace, scratch: Path) -> Path:
    """Give the corpus that was asked for: one that is there, or a new one."""
    root: Path = asked.corpus or scratch / "corpus"
    if not (root / "expected.json").exists():
        generate(root, asked.size, asked.seed, os.cpu_count() or 1)
    warm(root)
    return root


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("--size", type=read_size, default="1GiB")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--corpus", type=Path, help="use this one, or write it there if it is not")
    parser.add_argument("--peers", type=Path, default=PEERS, help=f"where the peers are installed (default {PEERS})")
    parser.add_argument("--install", action="store_true", help="install the peers there first")
    parser.add_argument("--only", action="append", choices=SECTIONS)
    parser.add_argument("--programs", action="append", help="measure just this one; may be repeated")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--save", action="store_true", help="write the page to benchmarks/results/")
    asked = parser.parse_args()
    if asked.install:
        install_peers(asked.peers)
    names = asked.programs or [program.name for program in programs(asked.peers)]
    wanted = [program for program in programs(asked.peers.absolute()) if program.name in names]
    with tempfile.TemporaryDirectory(prefix="dashcam-bench-") as folder:
        scratch = Path(folder)
        bench = Bench(corpus_of(asked, scratch), scratch, asked.repeat)
        text, exact = page(bench, wanted, asked.only or SECTIONS)
    print(text)
    if asked.save:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{dt.datetime.now(dt.UTC).date()}.md").write_text(text)
    if not exact:
        sys.exit("dashcam's totals are not those of the corpus")


if __name__ == "__main__":
    main()
