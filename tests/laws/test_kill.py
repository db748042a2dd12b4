"""Law 2 under violence: a scan killed at any moment loses nothing and doubles nothing."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.corpus import generate
from tests.support.machine import Machine

KILLS = 50

SCAN = """
import sys
from pathlib import Path
from tests.support.machine import Machine
Machine(Path(sys.argv[1]), sys.argv[2], scan_processes=2).scan()
"""


def scan_and_kill(home: Path, url: str, after_seconds: float) -> bool:
    """Scan in a process group of its own and kill it after a time; says whether it was still at work."""
    process = subprocess.Popen([sys.executable, "-c", SCAN, str(home), url], start_new_session=True)
    try:
        process.wait(after_seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


@pytest.mark.slow
def test_a_scan_killed_again_and_again_ends_as_a_clean_one(tmp_path: Path) -> None:
    generate(tmp_path / "home", size=4 << 20, seed=11, processes=1)
    clean = Machine(tmp_path / "home", f"sqlite:///{tmp_path / 'clean.db'}")
    started = time.monotonic()
    clean.scan()
    length = time.monotonic() - started + 0.5
    expected = clean.contents()
    chance = random.Random(5)
    kills = databases = 0
    while kills < KILLS:
        databases += 1
        url = f"sqlite:///{tmp_path / f'killed-{databases}.db'}"
        while kills < KILLS and scan_and_kill(tmp_path / "home", url, 0.2 + chance.random() * length):
            kills += 1
        killed = Machine(tmp_path / "home", url)
        killed.scan()
        assert killed.contents() == expected
