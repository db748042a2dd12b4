"""The terminal as a person feels it: how soon the first screen is there, a key answered, a new line shown.

    python -m benchmarks.terminal [DIRECTORY] [--rounds N] [--keys N] [--lines N]

DIRECTORY is one of `benchmarks.large_database`: then 10,000 sessions and 1,000,000 calls are looked at, and a peer that
has been installed (`benchmarks.run --install`) is started on the same transcripts. What a stranger
would get wrong: the program runs in a pseudo-terminal of its own and is timed from outside, by what arrives there. The
first screen counts from the start of the process; a key from the moment it is typed until the first sign that it drew,
and until the last.
"""

import argparse
import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from benchmarks.large_database import home_of, large_database
from benchmarks.programs import programs
from benchmarks.report import milliseconds, table
from benchmarks.run import PEERS
from tests.support import stories
from tests.support.build import SECOND
from tests.support.claude_lines import Transcript, text, usage
from tests.support.history import History
from tests.support.serving import append

WIDTH, HEIGHT, TERM = 120, 40, "xterm-256color"
FIRST_MS, KEY_MS, LINE_MS = 500, 50, 300
PATIENCE_SECONDS, SETTLE_SECONDS, MOST_SECONDS = 60.0, 2.0, 2.0
QUIET_SECONDS = 0.04
"""What a key draws is over when nothing came for so long; a drawing is one write, so this decides nothing."""
ESCAPES = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_].*?\x1b\\|[@-Z\\-_=>()][0-9A-B]?)"
)
PROGRAM = (sys.executable, "-m", "dashcam.cli.main")


class Pressed(NamedTuple):
    """How soon a key was answered by a first sign on the screen, and by the last; milliseconds."""

    answered: float
    drawn: float


class Terminal:
    """A program in a terminal, and what it wrote there."""

    def __init__(self, words: Sequence[str], variables: Mapping[str, str]) -> None:
        self.side, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))
        self.written = b""
        self.begun = time.perf_counter()
        self.process = subprocess.Popen(
            words, env=dict(variables), stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
        )
        os.close(theirs)

    def read(self, seconds: float) -> bytes:
        """Take what comes within some time; nothing is an answer too. Raises EOFError when the program has ended."""
        if not select.select([self.side], [], [], seconds)[0]:
            return b""
        try:
            came = os.read(self.side, 1 << 20)
        except OSError as error:
            raise EOFError(ESCAPES.sub(b"", self.written)[-2_000:].decode(errors="replace")) from error
        self.written += came
        return came

    def until(self, words: str) -> float:
        """Wait until words have come, and say when that was. Raises TimeoutError."""
        deadline = time.perf_counter() + PATIENCE_SECONDS
        while words.encode() not in ESCAPES.sub(b"", self.written):
            if time.perf_counter() > deadline:
                raise TimeoutError(f"{words!r} did not come: {ESCAPES.sub(b'', self.written)[-2_000:]!r}")
            self.read(0.05)
        return time.perf_counter()

    def settle(self, seconds: float = 0.5) -> None:
        """Wait until nothing more comes, but not for ever (a cursor may blink), and forget what came."""
        deadline = time.perf_counter() + SETTLE_SECONDS
        while self.read(seconds) and time.perf_counter() < deadline:
            pass
        self.written = b""

    def press(self, key: str) -> "Pressed":
        """Press a key; give the milliseconds until it had drawn something, and all that it changed."""
        self.settle(0.2)
        pressed = time.perf_counter()
        os.write(self.side, key.encode())
        answered = drawn = 0.0
        wait = MOST_SECONDS
        while drawn < pressed + MOST_SECONDS and self.read(wait):
            drawn = time.perf_counter()
            wait = QUIET_SECONDS
            if not answered and ESCAPES.sub(b"", self.written).strip():
                answered = drawn
        return Pressed(answered=((answered or drawn) - pressed) * 1_000, drawn=(drawn - pressed) * 1_000)

    def close(self) -> None:
        """End the program."""
        self.process.kill()
        self.process.wait()
        os.close(self.side)


def first_screens(words: Sequence[str], variables: Mapping[str, str], sign: str, rounds: int) -> list[float]:
    """Start a program again and again, and measure until a sign of its first screen has come; milliseconds."""
    taken = []
    for _ in range(rounds + 1):
        terminal = Terminal(words, variables)
        taken.append((terminal.until(sign) - terminal.begun) * 1_000)
        terminal.settle()
        terminal.close()
    return taken


def keys(terminal: Terminal, often: int) -> dict[str, list[Pressed]]:
    """Press what people press, and measure each."""
    taken: dict[str, list[Pressed]] = {}

    def press(name: str, key: str) -> None:
        taken.setdefault(name, []).append(terminal.press(key))

    terminal.settle()
    for _ in range(often):
        press("j, a row down", "j")
    for key in ("\x1b[6~", "G", "g") * (often // 3):
        press("PageDown, G, g in the table", key)
    for key in "Sss" * (often // 3):
        press("s, S: sorted anew", key)
    for _ in range(often // 3):
        press("Enter: the detail", "\r")
        terminal.settle()
        press("t: the conversation", "t")
        terminal.settle()
        for name, key in {"j": "j", "n": "n", "Space": " ", "PageDown": "\x1b[6~", "G": "G"}.items():
            press(f"{name} in it", key)
        press("Escape, back (100 ms of it the wait for the rest of a longer key)", "\x1b")
        terminal.settle()
        press("Backspace, back", "\x7f")
        terminal.press("j")
    return taken


def both(taken: Sequence[Pressed]) -> tuple[str, ...]:
    """p50 and p95 of the first signs, and of the last."""
    return (*milliseconds([one.answered for one in taken]), *milliseconds([one.drawn for one in taken]))


def lines(terminal: Terminal, history: History, talk: Transcript, often: int) -> list[float]:
    """Append lines to a session that is followed, at odd moments, and measure until each is shown; milliseconds."""
    rng = Random(5)
    terminal.press("/")
    for sign in "growing":
        terminal.press(sign)
    terminal.press("\r")
    terminal.until("The growing one")
    terminal.press("\r")
    terminal.press("t")
    terminal.press("f")
    terminal.until("follows")
    taken = []
    for number in range(often):
        before = len(talk.lines)
        talk.answer(text(f"Line number {number}."), spent=usage(given=100_000, output=2_000), stop="tool_use")
        terminal.settle(rng.uniform(0.3, 1.0))
        begun = time.perf_counter()
        append(talk.path(history.claude), talk, since=before)
        taken.append((terminal.until(f"Line number {number}.") - begun) * 1_000)
    return taken


def peer_rows(home: Path, peers: Path, rounds: int) -> list[list[str]]:
    """Measure how soon tokscale's figures of the same transcripts are on screen: the first time, and then."""
    peer = next((one for one in programs(peers.absolute()) if one.name == "tokscale" and one.is_there), None)
    if peer is None:
        return [["tokscale tui", f"not in {peers}", "-", "-", "-", "-"]]
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / ".claude").symlink_to(home.absolute() / ".claude")
        variables = {"PATH": os.environ["PATH"], "HOME": scratch, "TZ": "UTC", "LANG": "C.UTF-8", "TERM": TERM}
        words = (str(peer.executable), "tui")
        first, *then = first_screens(words, variables, " Out: ", rounds)
    rows = [["tokscale tui: its figures, the first time", *milliseconds([first]), "-", "-", "-"]]
    return [*rows, ["the same, once it has read all", *milliseconds(then), "-", "-", "-"]]


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path, nargs="?", help="where the large database is, or shall be made")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--keys", type=int, default=30)
    parser.add_argument("--lines", type=int, default=30)
    parser.add_argument("--peers", type=Path, default=PEERS, help=f"where the peers are installed (default {PEERS})")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch) / "home"
        history = History(home)
        history.write()
        talk = Transcript(stories.identity(88), at=history.now - 30 * SECOND, cwd=stories.SHOP)
        talk.model = stories.SONNET
        talk.prompt("The growing one")
        talk.answer(text("Begun."), spent=usage(given=100_000, output=2_000), stop="tool_use")
        talk.write(history.claude)
        database = home / "dashcam.db"
        if chosen.directory:
            shutil.copyfile(large_database(chosen.directory).removeprefix("sqlite:///"), database)
        variables = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "DASHCAM_HOME": str(home),
            "DASHCAM_DATABASE_URL": f"sqlite:///{database}",
            "TZ": "UTC",
            "LANG": "C.UTF-8",
            "TERM": TERM,
        }
        subprocess.run((*PROGRAM, "scan"), env=variables, check=True, stdout=subprocess.DEVNULL)
        program = (*PROGRAM, "tui")
        first = first_screens(program, variables, " tokens   ", chosen.rounds)[1:]  # The first pays for the disk.
        terminal = Terminal(program, variables)
        terminal.until(" tokens   ")
        answered = keys(terminal, chosen.keys)
        shown = lines(terminal, history, talk, chosen.lines)
        terminal.close()
    rows = [
        ["first screen", *milliseconds(first), "-", "-", f"{FIRST_MS} ms"],
        *([name, *both(taken), f"{KEY_MS} ms"] for name, taken in answered.items()),
        ["a line of a running session, shown", *milliseconds(shown), "-", "-", f"{LINE_MS} ms"],
    ]
    if chosen.directory:
        rows += peer_rows(home_of(chosen.directory), chosen.peers, 3)
    titles = ("what", "answered p50", "p95", "all drawn p50", "p95", "at most")
    print(f"# In the terminal, {WIDTH}x{HEIGHT}\n\n" + table(titles, rows))


if __name__ == "__main__":
    main()
