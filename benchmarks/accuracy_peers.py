"""`python -m benchmarks.accuracy_peers [CASE...]`: what each program says of the accuracy suite's cases, as one table.

What a stranger would get wrong: only totals are judged (tokens by type, cost, and each day's cost where the case has
days), since that is what all of these programs tell. Calls, sessions and estimates are dashcam's own tests' business.
"""

import argparse
import json
import tempfile
from decimal import Decimal
from pathlib import Path
from shutil import copytree

import msgspec

from benchmarks.measure import measure
from benchmarks.programs import Json, Program, Totals, install_peers, nano, programs
from benchmarks.report import table
from benchmarks.run import PEERS
from tests.accuracy import arithmetic
from tests.accuracy.case import NAMES, Expected, expected_of, home_of

CLOSE_ENOUGH = 5_000
"""Nano-dollars: some programs round to a millionth of a dollar, call by call."""
RIGHT = "right"
NO_OFFLINE_PRICES = ("tokscale",)
"""Left out: it asks the network for its prices, and without one it has none."""
ZONE = "{zone}"


def daily(told: Json, day: str, cost: str) -> dict[str, int]:
    """Read the cost of each day."""
    rows = told.get("daily") or []
    return {row[day]: microdollars(row[cost]) for row in rows}


def microdollars(cost: Json | float | Decimal) -> int:
    """Read a cost in dollars, or one that is written in millionths."""
    return cost["microdollars"] * 1_000 if isinstance(cost, dict) else nano(cost)


def asked(peers: Path) -> list[Program]:
    """List the programs that are there, each asked about all agents at once and in the case's zone."""
    words = {
        "dashcam": ("usage", "--by", "day", "--range", "all", "--tz", ZONE, "--format", "json"),
        "ccusage": ("daily", "--offline", "--json", "--timezone", ZONE),
        "agentsview": ("usage", "daily", "--json", "--all", "--offline", "--no-sync", "--timezone", ZONE),
    }
    return [
        msgspec.structs.replace(program, usage=words.get(program.name, program.usage), report=())
        for program in programs(peers.absolute())
        if program.is_there and program.name not in NO_OFFLINE_PRICES
    ]


DAYS = {"ccusage": ("period", "totalCost"), "agentsview": ("date", "totalCost"), "codeburn": ("date", "cost")}


def ask(program: Program, name: str, zone: str, scratch: Path) -> Totals | str:
    """Let a program read a copy of a case's home, and read what it says; or say why that failed."""
    copy = scratch / program.name
    copytree(home_of(name), copy)
    variables = {"HOME": str(copy), "TZ": zone, "DASHCAM_HOME": str(copy / ".dashcam"), "NO_COLOR": "1"}
    try:
        if program.archive and program.stop:
            measure(program.command(program.archive), variables, copy)
        run = measure(program.command([word.replace(ZONE, zone) for word in program.usage]), variables, copy)
        if run.code:
            return f"exit {run.code}"
        told = json.loads(run.output, parse_float=Decimal)
        found = program.totals(told)
        days = DAYS.get(program.name)
        return msgspec.structs.replace(found, by_day=daily(told, *days)) if days else found
    except (ValueError, KeyError, TypeError, ArithmeticError) as error:
        return f"unreadable: {error!r}"
    finally:
        if program.stop:
            measure(program.command(program.stop), variables, copy)


def judge(expected: Expected, found: Totals | str) -> str:
    """Say that an answer is right, or what it said instead."""
    if isinstance(found, str):
        return found
    tokens = expected.tokens
    written = tokens["cache_write_5m"] + tokens["cache_write_1h"]
    counts = (
        ("input", found.input, tokens["input"]),
        ("output", found.output, tokens["output"]),
        ("read", found.cache_read, tokens["cache_read"]),
        ("write", found.cache_write, written),
    )
    wrong = [f"{kind} {told:,}" for kind, told, right in counts if told != right]
    if abs(found.cost_nano - nano(expected.cost)) > CLOSE_ENOUGH:
        wrong.insert(0, dollars(found.cost_nano))
    if not wrong and expected.days:
        wrong = wrong_days(expected, found.by_day or {})
    return ", ".join(wrong) or RIGHT


def wrong_days(expected: Expected, told: dict[str, int]) -> list[str]:
    """List the days whose cost is another one."""
    right = {day: nano(arithmetic.added(text)) for day, text in expected.days.items()}
    return [
        f"{day} {dollars(told.get(day, 0))}"
        for day in sorted(right.keys() | told.keys())
        if abs(told.get(day, 0) - right.get(day, 0)) > CLOSE_ENOUGH
    ]


def dollars(amount: int) -> str:
    """Write nano-dollars as briefly as they can be written."""
    text = f"{Decimal(round(amount, -2)) / 10**9:f}"
    return "$" + (text.rstrip("0").rstrip(".") if "." in text else text)


def main() -> None:
    """Read the command line, ask everybody about every case and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy_peers", description=__doc__)
    parser.add_argument("cases", nargs="*", default=NAMES, metavar="CASE", help="names of cases (default all)")
    parser.add_argument("--peers", type=Path, default=PEERS, help=f"where the peers are (default {PEERS})")
    parser.add_argument("--install", action="store_true", help="install the peers there first")
    given = parser.parse_args()
    if given.install:
        install_peers(given.peers)
    there = asked(given.peers)
    rows = []
    right = dict.fromkeys((program.name for program in there), 0)
    for name in given.cases:
        expected = expected_of(name)
        verdicts = []
        for program in there:
            with tempfile.TemporaryDirectory(prefix="dashcam-case-") as scratch:
                verdicts.append(judge(expected, ask(program, name, expected.zone, Path(scratch))))
            right[program.name] += verdicts[-1] == RIGHT
        rows.append([f"`{name}`<br>{expected.trap}", dollars(nano(expected.cost)), *verdicts])
    head = ["case and its trap", "right answer", *right]
    rows.append([f"**right, of {len(rows)}**", "", *(f"**{count}**" for count in right.values())])
    print(table(head, rows))


if __name__ == "__main__":
    main()
