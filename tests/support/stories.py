"""Made-up sessions that hold everything a page shows: each function writes one, and says what there is to see in it.

Money is easy to check: `claude-sonnet-4-5` costs 3 dollars a million tokens of input and 15 of output.
"""

import struct
import zlib
from base64 import b64encode
from typing import Any

from tests.support.build import MINUTE, SECOND
from tests.support.claude_lines import Transcript, text, thinking, tool_use, usage
from tests.support.codex_lines import Rollout, counts

SONNET, HAIKU, OPUS = "claude-sonnet-4-5", "claude-haiku-4-5", "claude-opus-4-5"
GPT = "gpt-5.1-codex"
NOBODYS = "acme-1"
"""A model without a price."""

SHOP, COMPILER, NOTES = "/home/ada/shop", "/home/ada/compiler", "/home/ada/notes"


def identity(number: int) -> str:
    """Name a session; the first part tells its calls from those of others."""
    return f"{number:08d}-5e55-4000-8000-000000000001"


ANSWER = """Tax is taken from the **net** amount now. What changed:

1. `total()` asks the table of rates
2. a rate that is missing is an error

| country | rate |
|---|---:|
| DE | 19 % |
| DK | 25 % |

```python
def total(net: int, country: str) -> int:
    \"\"\"Add the tax of a country.\"\"\"
    return net + net * RATES[country] // 100
```

See [the notes](https://example.com/tax) for more."""

HUNK = {
    "oldStart": 11,
    "oldLines": 4,
    "newStart": 11,
    "newLines": 5,
    "lines": [
        " def total(net: int, country: str) -> int:",
        '-    """Add 19 % tax."""',
        "-    return net + net * 19 // 100",
        '+    """Add the tax of a country."""',
        "+    rate = RATES[country]",
        "+    return net + net * rate // 100",
        " ",
    ],
}


def red_square() -> bytes:
    """Draw a PNG of 24 by 24 red dots."""
    rows = (b"\x00" + b"\xe0\x30\x30" * 24) * 24
    parts = [(b"IHDR", struct.pack(">IIBBBBB", 24, 24, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    written = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(written)


def showcase(at: int) -> list[Transcript]:
    """The one with everything: image, thinking, edit, tasks, failures, a subagent, a compaction; it costs 1.42 dollars.

    Three calls of 100,000 tokens in and 10,000 out are 1.35; the subagent's 50,000 and 4,000 on Haiku are 0.07.
    """
    talk = Transcript(identity(1), at=at, cwd=SHOP)
    talk.model, talk.branch = SONNET, "feature/checkout"
    spent = usage(given=100_000, output=10_000)
    picture = {"type": "base64", "media_type": "image/png", "data": b64encode(red_square()).decode()}
    asked = [text("The checkout adds the wrong tax, see the picture"), {"type": "image", "source": picture}]
    talk.line("user", message={"role": "user", "content": asked})
    todos = [
        {"content": "Find where tax is added", "status": "completed", "activeForm": "Finding"},
        {"content": "Use the table of rates", "status": "in_progress", "activeForm": "Using"},
        {"content": "Test each country", "status": "pending", "activeForm": "Testing"},
    ]
    talk.answer(
        thinking("The total takes 19 % for every country. I should look at the table of rates first."),
        text("I will look for the place where tax is added."),
        tool_use("TodoWrite", "toolu_todo", todos=todos),
        tool_use("Bash", "toolu_test", command="pytest -q tests/test_total.py"),
        spent=spent,
        stop="tool_use",
    )
    talk.tool_result("toolu_todo", "Todos have been modified")
    talk.tool_result("toolu_test", "Exit code 1\nE   AssertionError: 119 != 125", failed=True)
    talk.at += 2 * MINUTE
    child = _reviewer(talk)
    talk.at += 3 * MINUTE
    talk.answer(
        tool_use("Task", "toolu_task", description="Review the rates", prompt="Review the table of rates"),
        tool_use("Edit", "toolu_edit", file_path=f"{SHOP}/total.py", old_string="19", new_string="rate"),
        spent=spent,
        stop="tool_use",
    )
    talk.tool_result(
        "toolu_task", "The rates are right.", toolUseResult={"agentId": child.agent, "status": "completed"}
    )
    edited = {"filePath": f"{SHOP}/total.py", "structuredPatch": [HUNK], "originalFile": ""}
    talk.tool_result("toolu_edit", "The file has been updated", toolUseResult=edited)
    told = {"trigger": "auto", "preTokens": 150_000, "postTokens": 9_000}
    talk.line("system", subtype="compact_boundary", content="Conversation compacted", compactMetadata=told)
    talk.at += 4 * MINUTE
    talk.prompt("Now write down what changed")
    talk.answer(text(ANSWER), spent=spent)
    talk.title("Checkout totals with tax")
    return [talk, child]


def _reviewer(parent: Transcript) -> Transcript:
    child = parent.subagent("a0123456789abcdef")
    child.model, child.branch = HAIKU, parent.branch
    child.prompt("Review the table of rates")
    child.answer(
        tool_use("Read", "toolu_read", file_path=f"{SHOP}/rates.py"),
        spent=usage(given=25_000, output=2_000),
        stop="tool_use",
    )
    child.tool_result("toolu_read", "RATES = {'DE': 19, 'DK': 25}")
    child.answer(text("The rates are right."), spent=usage(given=25_000, output=2_000))
    return child


def running(at: int) -> Transcript:
    """In the middle of a turn: a tool works. It began eight minutes before `at` and was heard of just now."""
    talk = Transcript(identity(2), at=at - 8 * MINUTE, cwd=COMPILER)
    talk.model = OPUS
    talk.prompt("Make the parser twice as fast")
    for number in range(4):
        talk.answer(
            text(f"Measurement {number + 1} is done."),
            tool_use("Bash", f"toolu_run{number}", command="make bench"),
            spent=usage(given=2_000, output=900, cache_read=40_000 + 10_000 * number, write_5m=8_000),
            stop="tool_use",
        )
        talk.at += 90 * SECOND
        talk.tool_result(f"toolu_run{number}", f"{120 - 10 * number} ms")
    talk.at = at - 5 * SECOND
    talk.answer(
        tool_use("Bash", "toolu_last", command="make profile"),
        spent=usage(given=2_000, output=900, cache_read=80_000, write_5m=8_000),
        stop="tool_use",
    )
    talk.title("A faster parser")
    return talk


def waiting(at: int) -> Transcript:
    """The turn is over and a person is waited for."""
    talk = Transcript(identity(3), at=at - 2 * MINUTE, cwd=NOTES)
    talk.model = SONNET
    talk.prompt("Which notes have no date?")
    talk.answer(text("Three of them. Shall I date them?"), spent=usage(given=1_000, output=100))
    talk.title("Notes without a date")
    return talk


def failed(at: int) -> Transcript:
    """The model's service said no."""
    talk = Transcript(identity(4), at=at, cwd=SHOP)
    talk.model = SONNET
    talk.prompt("Rename the table of orders")
    talk.answer(text("I begin."), spent=usage(given=20_000, output=2_000))
    talk.answer(text("API Error: 529 overloaded"), isApiErrorMessage=True, error="server_error", model="<synthetic>")
    talk.title("Rename the orders")
    return talk


def stopped(at: int) -> Transcript:
    """A person stopped it."""
    talk = Transcript(identity(5), at=at, cwd=COMPILER)
    talk.model = SONNET
    talk.prompt("Delete the old lexer")
    talk.answer(text("I would delete src/lexer."), spent=usage(given=9_000, output=300))
    talk.prompt("[Request interrupted by user]")
    talk.title("The old lexer")
    return talk


def forked(at: int) -> list[Transcript]:
    """A session and its fork, which repeats the lines of its parent."""
    parent = Transcript(identity(6), at=at, cwd=COMPILER)
    parent.model = SONNET
    parent.prompt("Add a test for the parser")
    parent.answer(text("Here is the test."), spent=usage(given=100_000, output=10_000))
    parent.title("Tests for the parser")
    child = parent.fork(identity(7))
    child.model, child.at = SONNET, parent.at + 10 * MINUTE
    child.prompt("Try it with hypothesis instead")
    child.answer(text("Now it is a law."), spent=usage(given=100_000, output=10_000))
    child.title("Laws for the parser")
    return [parent, child]


def placeholders(at: int) -> Transcript:
    """An older version, whose output counts are no counts."""
    talk = Transcript(identity(8), at=at, cwd=SHOP, version="2.1.20")
    talk.model = SONNET
    talk.prompt("Explain the cart")
    for _ in range(3):
        talk.answer(
            text("The cart keeps what a person wants to buy. " * 20),
            spent=usage(given=50_000, output=1),
            stop=None,
        )
    talk.title("How the cart works")
    return talk


def unpriced(at: int) -> Transcript:
    """A model that nobody has a price for."""
    talk = Transcript(identity(9), at=at, cwd=NOTES)
    talk.model = NOBODYS
    talk.prompt("Summarise the week")
    talk.answer(text("It was a good week."), spent=usage(given=12_000, output=700))
    talk.title("The week in short")
    return talk


SCRIPT = "<script>window.wasRun = 'script'</script>"
IMAGE = "<img src=x onerror=\"window.wasRun = 'image'\">"
LINK = "[press here](javascript:window.wasRun='link')"
PICTURE = "![a picture](https://example.com/spy.png)"
FRAME = "<iframe src='//example.com/frame'></iframe>"
HOSTILE_TITLE = f"{IMAGE} in a title"


def hostile(at: int) -> Transcript:
    """What must stay text: markup, links that are scripts, colour codes, marks that turn the direction, long lines."""
    talk = Transcript(identity(10), at=at, cwd='/home/ada/<b onmouseover="alert(1)">bold')
    talk.model = SONNET
    talk.branch = "<i>slanted</i>"
    talk.prompt(f"{SCRIPT}{IMAGE} please \x1b[31mred\x1b[0m \u202etxet denrut\u202c")
    said = f"{SCRIPT}\n\n{IMAGE}\n\n{LINK}\n\n{PICTURE}\n\n{FRAME}"
    talk.answer(
        thinking(SCRIPT),
        text(said),
        tool_use("Bash", "toolu_evil", command=f"echo '{SCRIPT}'"),
        tool_use("<b>Tool</b>", "toolu_odd", **{"</pre><script>": SCRIPT}),
        spent=usage(given=3_000, output=400),
        stop="tool_use",
    )
    talk.tool_result("toolu_evil", f"\x1b]8;;javascript:alert(1)\x07link\x1b]8;;\x07{SCRIPT}" + "x" * 500_000)
    talk.tool_result("toolu_odd", IMAGE, failed=True)
    talk.answer(text("```html\n" + SCRIPT + "\n```"), spent=usage(given=3_000, output=400))
    talk.title(HOSTILE_TITLE)
    return talk


def long(at: int, turns: int = 500, number: int = 11) -> Transcript:
    """Four events a turn, and a failure now and then."""
    talk = Transcript(identity(number), at=at, cwd=COMPILER)
    talk.model, talk.branch = SONNET, "feature/types"
    for turn in range(turns):
        talk.prompt(f"Step {turn + 1}: check module {turn + 1}")
        talk.answer(
            text(f"Module {turn + 1} is read."),
            tool_use("Bash", f"toolu_long{turn}", command=f"mypy module_{turn + 1}.py"),
            spent=usage(given=200, output=150, cache_read=1_000 + 100 * turn, write_5m=300),
            stop="tool_use",
        )
        talk.tool_result(f"toolu_long{turn}", "Success: no issues found", failed=turn % 100 == 99)
        talk.at += 10 * SECOND
    talk.answer(text("All modules are checked."), spent=usage(given=200, output=150))
    talk.title("Types for every module")
    return talk


def rollout(number: int, at: int, cwd: str = COMPILER, **meta: Any) -> Rollout:
    """A Codex session of two turns: a plan, a patch, a command that fails; 40,000 tokens in, of them 30,000 cached."""
    rolled = Rollout(f"019f0000-0000-7000-8000-{number:012d}", at=at, cwd=cwd, **meta)
    rolled.turn(GPT)
    rolled.prompt("Write the tables of the lexer anew")
    rolled.reasoning("The tables are made by hand today.")
    plan = [{"step": "Read the tables", "status": "completed"}, {"step": "Write them", "status": "in_progress"}]
    rolled.tool_call("update_plan", "call_plan", plan=plan)
    rolled.tool_result("call_plan", "Plan updated")
    rolled.tokens(counts(given=20_000, cached=15_000, output=1_000, reasoning=400))
    rolled.tool_call("shell", "call_shell", command=["cargo", "test"])
    rolled.tool_result("call_shell", "error: test failed", code=101)
    rolled.answer("The tables are written, one test fails still.")
    rolled.tokens(counts(given=20_000, cached=15_000, output=1_000, reasoning=400))
    return rolled


def silent(at: int) -> Rollout:
    """A session whose agent told no usage: nothing of it is known, which is not 0."""
    rolled = Rollout("019f0000-0000-7000-8000-000000000099", at=at, cwd=NOTES)
    rolled.turn(GPT)
    rolled.prompt("Is anybody there?")
    rolled.answer("Yes.")
    return rolled


def small(number: int, at: int) -> Transcript:
    """One of many: a question, an answer and a price that follows from its number."""
    project = (SHOP, COMPILER, NOTES)[number % 3]
    talk = Transcript(identity(1_000 + number), at=at, cwd=project)
    talk.model = (SONNET, SONNET, HAIKU, OPUS)[number % 4]
    talk.branch = ("main", "main", "feature/checkout")[number % 3]
    talk.prompt(f"Small task {number}")
    for _ in range(1 + number % 3):
        talk.answer(
            text("Done with a part."),
            tool_use(("Bash", "Read", "Edit")[number % 3], f"toolu_small{number}"),
            spent=usage(given=2_000 + 100 * (number % 17), output=800, cache_read=20_000, write_5m=3_000),
            stop="tool_use",
        )
        talk.at += (1 + number % 5) * MINUTE
        talk.tool_result(f"toolu_small{number}", "fine")
    talk.answer(text("That is all."), spent=usage(given=500, output=300, cache_read=24_000))
    return talk
