"""The web app as a browser feels it: what a first visit loads, how soon it is there, how soon a line is on screen.

    python -m benchmarks.browser [DIRECTORY] [--lines N] [--rounds N]

DIRECTORY is one of `benchmarks.large_database`: then 10,000 sessions lie under the made-up ones. What a stranger would
get wrong: a latency begins when the line is in the file and ends in the frame that shows its number, so it holds the
watching, the reading, the writing and the drawing. Lighthouse is run where `DASHCAM_LIGHTHOUSE` or the PATH has it.
"""

import argparse
import gzip
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from playwright.sync_api import Browser, Page, Response, sync_playwright

from benchmarks.large_database import large_database
from benchmarks.report import milliseconds, table
from tests.support import stories
from tests.support.build import HOUR, SECOND
from tests.support.chromium import ARGUMENTS, NONE_HERE, find_chromium
from tests.support.claude_lines import Transcript, text, usage
from tests.support.history import History
from tests.support.serving import Started, append, wait_until

PAGES = {"Overview": "/", "Sessions": "/sessions"}
TURNS = 5_000
"""Of four events each: a session of 20,000 events."""
LATENCY_MS, SCRIPT_BYTES, LIGHTHOUSE_SCORE, OPENING_MS = 300, 300_000, 95, 1_000
PATIENCE_MS = 60_000
CALL = usage(given=100_000, output=2_000)
"""33 cents on `claude-sonnet-4-5`."""
WATCH = """([row, words]) => {
    window.shownAt = new Promise((resolve) => {
        const look = () => {
            const found = [...document.querySelectorAll('tr')].some(
                (one) => one.textContent.includes(row) && one.textContent.includes(words));
            if (!found) return;
            watcher.disconnect();
            requestAnimationFrame(() => resolve(Date.now()));
        };
        const watcher = new MutationObserver(look);
        watcher.observe(document.body, { subtree: true, childList: true, characterData: true });
        look();
    });
}"""
OPENED = """(words) => {
    const begun = window.begun ?? 0;
    window.openedAfter = new Promise((resolve, reject) => {
        const look = () => {
            if (performance.now() - begun > 30_000) return reject(new Error(`not on screen: ${words}`));
            const told = document.querySelector('main')?.textContent ?? '';
            const isBusy = words === '$' && document.querySelector('main [aria-busy="true"]');
            if (isBusy || !told.includes(words)) return requestAnimationFrame(look);
            requestAnimationFrame(() => resolve(performance.now() - begun));
        };
        look();
    });
}"""
"""Waits for words in the page; `$` stands for any amount of money, once nothing is loading."""


class Bench:
    """A machine with its history, and the server over it."""

    def __init__(self, home: Path, database: Path | None) -> None:
        self.history = History(home)
        self.variables = {"DASHCAM_DATABASE_URL": f"sqlite:///{database}"} if database else {}
        self.growing = Transcript(stories.identity(88), at=self.history.now - 30 * SECOND, cwd=stories.SHOP)
        self.growing.model = stories.SONNET

    def write(self) -> None:
        """Write what the agents left: the made-up history, the long session, the one that will grow."""
        self.history.write()
        stories.long(self.history.now - 40 * HOUR, TURNS, 89).write(self.history.claude)
        self.growing.prompt("The growing one")
        self.growing.answer(text("Begun."), spent=CALL, stop="tool_use")
        self.growing.title("The growing one")
        self.growing.write(self.history.claude)

    @contextmanager
    def served(self) -> Iterator[Started]:
        """Start the server, and lend it once it has read all that there is."""
        with Started(self.history.home, "--port", "0", **self.variables) as server:
            wait_until(lambda: _has(server, stories.identity(88)) and _has(server, stories.identity(89)), 120)
            wait_until(lambda: not server.ask("/api/status")["work"]["doing"], 120)
            yield server

    def grow(self) -> None:
        """Append one more call."""
        before = len(self.growing.lines)
        self.growing.answer(text("More."), spent=CALL, stop="tool_use")
        append(self.growing.path(self.history.claude), self.growing, since=before)


def _has(server: Started, session: str) -> bool:
    return "session_id" in server.ask(f"/api/sessions/{session}")


def latencies(bench: Bench, page: Page, server: Started, lines: int) -> list[float]:
    """Append lines, at odd moments, and measure until the Sessions page shows the new cost; milliseconds."""
    rng = Random(5)
    page.goto(f"{server.address}/sessions")
    page.get_by_role("row").filter(has_text="The growing one").wait_for()
    taken = []
    for number in range(lines):
        page.evaluate(WATCH, ["The growing one", f"${0.33 * (number + 2):.2f}"])
        time.sleep(rng.uniform(0.3, 1.5))
        begun = time.time()
        bench.grow()
        taken.append(page.evaluate("window.shownAt") - begun * 1_000)
    return taken


def first_load(browser: Browser, address: str) -> tuple[int, int]:
    """Load a page with nothing kept; say how many bytes of script came by the wire, and as gzip would send them."""
    answers: list[Response] = []
    context = browser.new_context()
    page = context.new_page()
    page.on("response", lambda answer: answers.append(answer) if answer.request.resource_type == "script" else None)
    page.goto(address)
    page.locator("[aria-busy='true']").first.wait_for(state="detached")
    page.get_by_role("main").wait_for()
    wire = sum(answer.request.sizes()["responseBodySize"] for answer in answers)
    packed = sum(len(gzip.compress(answer.body())) for answer in answers)
    context.close()
    return wire, packed


def opening(browser: Browser, address: str, words: str) -> float:
    """Open an address anew, and measure until its words are on screen; milliseconds."""
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(f"({OPENED})({json.dumps(words)})")
    page.goto(address)
    taken: float = page.evaluate("window.openedAfter")
    context.close()
    return taken


def clicking(browser: Browser, address: str, tab: str, words: str) -> float:
    """Open another view of an open page by a click, and measure until its words are on screen; milliseconds."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    found = page.get_by_role("tab", name=tab)
    found.wait_for()
    page.wait_for_load_state("networkidle")
    page.evaluate("window.addEventListener('pointerdown', () => (window.begun = performance.now()), { capture: true })")
    found.click()
    taken: float = page.evaluate(f"({OPENED})({json.dumps(words)}); window.openedAfter")
    context.close()
    return taken


def lighthouse() -> str | None:
    """Find Lighthouse."""
    return os.environ.get("DASHCAM_LIGHTHOUSE") or shutil.which("lighthouse")


def score(program: str, address: str, chromium: str, *words: str) -> dict[str, Any]:
    """Run Lighthouse on a page; give its score of 100 and its measures."""
    flags = " ".join(("--headless=new", *ARGUMENTS))
    ran = subprocess.run(
        [
            *(program, address, "--output=json", "--quiet", "--only-categories=performance"),
            *("--max-wait-for-load=20000", f"--chrome-flags={flags}", *words),
        ],
        env=os.environ | {"CHROME_PATH": chromium},
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        return {"failed": (ran.stderr.strip().splitlines() or ["it said nothing"])[-1]}
    told = json.loads(ran.stdout)
    audits = told["audits"]
    return {
        "score": round(100 * (told["categories"]["performance"]["score"] or 0)),
        "first paint": audits["first-contentful-paint"]["numericValue"],
        "largest paint": audits["largest-contentful-paint"]["numericValue"],
        "blocked": audits["total-blocking-time"]["numericValue"],
        "shift": audits["cumulative-layout-shift"]["numericValue"],
    }


def load_section(browser: Browser, server: Started) -> str:
    """Measure what a first visit loads."""
    rows = []
    for name, path in PAGES.items():
        wire, packed = first_load(browser, server.address + path)
        rows.append([name, f"{wire / 1_000:.0f} KB", f"{packed / 1_000:.0f} KB", f"{SCRIPT_BYTES // 1_000} KB"])
    return "## First load: script\n\n" + table(("page", "as sent", "gzipped", "at most"), rows)


def lighthouse_section(server: Started, chromium: str) -> str:
    """Measure what Lighthouse says, as a desktop and as its slow phone."""
    program = lighthouse()
    if not program:
        return "## Lighthouse\n\nNot found: set DASHCAM_LIGHTHOUSE to its program."
    rows = []
    for name, path in PAGES.items():
        for screen, words in (("desktop", ["--preset=desktop"]), ("slow phone", [])):
            told = score(program, server.address + path, chromium, *words)
            if "failed" in told:
                rows.append([f"{name}, {screen}", str(told["failed"])[:80], "-", "-", "-", "-", "-"])
                continue
            paints = [f"{told[one]:.0f} ms" for one in ("first paint", "largest paint", "blocked")]
            row = [f"{name}, {screen}", str(told["score"]), str(LIGHTHOUSE_SCORE), *paints, f"{told['shift']:.3f}"]
            rows.append(row)
    head = ("page", "performance", "at least", "first paint", "largest paint", "blocked", "layout shift")
    return f"## Lighthouse\n\n{table(head, rows)}"


def time_section(bench: Bench, browser: Browser, server: Started, lines: int, rounds: int) -> str:
    """Measure how soon things are on screen."""
    page = browser.new_page()
    page.set_default_timeout(PATIENCE_MS)
    shown = latencies(bench, page, server, lines)
    page.close()
    long = f"{server.address}/sessions/{stories.identity(89)}"
    replay = [opening(browser, f"{long}?view=replay", "Step 1:") for _ in range(rounds)]
    clicked = [clicking(browser, long, "Replay", "Step 1:") for _ in range(rounds)]
    summary = [opening(browser, long, "Types for every module") for _ in range(rounds)]
    pages = {
        name: [opening(browser, server.address + path, "$") for _ in range(rounds)] for name, path in PAGES.items()
    }
    rows = [
        [f"a line appended, on screen ({lines} times)", *milliseconds(shown), f"p95 {LATENCY_MS} ms"],
        [
            f"replay of {4 * TURNS:,} events opened by a click ({rounds} times)",
            *milliseconds(clicked),
            f"{OPENING_MS:,} ms",
        ],
        ["the same by its address, nothing kept", *milliseconds(replay), "-"],
        ["the same session's summary", *milliseconds(summary), "-"],
        *([f"{name} opened", *milliseconds(taken), "-"] for name, taken in pages.items()),
    ]
    return "## On screen\n\n" + table(("what", "p50", "p95", "at most"), rows)


def main() -> None:
    """Measure, and print a page of tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path, nargs="?", help="where the large database is, or shall be made")
    parser.add_argument("--lines", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=7)
    chosen = parser.parse_args()
    chromium = find_chromium(whole=True)
    if not chromium:
        raise SystemExit(NONE_HERE)
    with tempfile.TemporaryDirectory() as scratch:
        database = None
        if chosen.directory:
            database = Path(scratch) / "large.db"
            shutil.copyfile(large_database(chosen.directory).removeprefix("sqlite:///"), database)
        bench = Bench(Path(scratch) / "home", database)
        bench.write()
        with sync_playwright() as playwright, bench.served() as server:
            browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
            browser.new_page().goto(server.address)  # The first page of a browser pays for its start.
            print(f"# In the browser\n\n{server.ask('/api/status')['sessions']:,} sessions, {browser.version}\n")
            print(load_section(browser, server) + "\n")
            print(time_section(bench, browser, server, chosen.lines, chosen.rounds) + "\n")
            print(lighthouse_section(server, chromium))


if __name__ == "__main__":
    main()
