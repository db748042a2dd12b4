"""How much memory a scan takes at its peak, measured in a process of its own."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from tests.support.claude_lines import Transcript, text, tool_use
from tests.support.sources import REPOSITORY

MIB = 1 << 20

SCAN = """
import resource, sys
from pathlib import Path
from tests.support.machine import Machine

def peak():
    # Where there is one, the kernel's own mark: ru_maxrss begins with the size of the process that started this one.
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

done = Machine(Path(sys.argv[1]), sys.argv[2]).scan()
assert not done.read.troubles, done.read.troubles
print(peak(), done.read.lines)
"""


def peak_of_scan(home: Path) -> tuple[int, int]:
    """Scan a home; gives the peak of the process in bytes, and the lines that were read."""
    told = subprocess.run(
        [sys.executable, "-c", SCAN, str(home), f"sqlite:///{home / 'dashcam.db'}"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    peak, lines = told.stdout.split()
    return int(peak), int(lines)


def new_home(path: Path) -> Path:
    path.mkdir()
    return path


def ordinary(size: int, path: Path) -> int:
    """Write a transcript of ordinary lines of about 2 KiB; each turn has ids and words of its own."""
    lines = written = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        while written < size:
            turn = Transcript(at=1_793_534_400_000_000 + lines * 1_000_000)
            turn.prompt(f"Question {lines} " + " ".join(f"word{(lines * 31 + n) % 5_000}" for n in range(150)))
            turn.answer(text(f"Answer {lines} " + "because " * 200), tool_use(call=f"toolu_{lines}"))
            turn.tool_result(f"toolu_{lines}", f"line {lines}\n" * 150)
            for line in turn.lines:
                line["uuid"] = f"{lines}-{line['uuid']}"
                if line["type"] == "assistant":
                    line["message"]["id"] += str(lines)
                written += file.write(msgspec.json.encode(line) + b"\n")
                lines += 1
    return lines


@pytest.mark.slow
def test_a_file_of_200_mb_is_read_in_less_than_300_mib(tmp_path: Path) -> None:
    lines = ordinary(200 * MIB, Transcript().path(tmp_path / ".claude"))
    peak, read = peak_of_scan(tmp_path)
    assert read == lines
    assert peak < 300 * MIB, f"{peak / MIB:.0f} MiB"


@pytest.mark.slow
def test_a_line_of_50_mb_takes_less_than_four_times_its_size(tmp_path: Path) -> None:
    small = Transcript()
    small.prompt()
    small.answer()
    small.write(new_home(tmp_path / "small") / ".claude")
    by_itself, _ = peak_of_scan(tmp_path / "small")
    talk = Transcript()
    talk.prompt()
    talk.tool_result(output="all work and no play " * (50 * MIB // 21), toolUseResult="x")
    talk.answer()
    path = talk.write(tmp_path / ".claude")
    peak, read = peak_of_scan(tmp_path)
    assert read == 3
    own = f"{by_itself / MIB:.0f} by itself"
    assert peak - by_itself < 4 * path.stat().st_size, f"{peak / MIB:.0f} MiB, of which {own}"
