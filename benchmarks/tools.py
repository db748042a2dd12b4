"""What tools are asked and what they answer, in the shapes that Claude Code writes.

A session works on its own copy of a project's files: the same text comes back in reads, edits and their
`originalFile`, and that repetition, not the words, is why real transcripts compress so well.
"""

from collections.abc import Callable
from random import Random
from typing import Any

import msgspec

from benchmarks.prose import Project, chance, draw

READ_LINES, LONG_FILE = 2_000, 150


Line = dict[str, Any]
"""A line, or a part of one, on its way to JSON."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """One tool call with its answer: as the model saw it, and the structured one beside it."""

    name: str
    input: dict[str, Any]
    content: Any
    result: Any
    is_error: bool = False
    seconds: float = 0.2


class Workspace:
    """The files that a session has touched, as it left them."""

    def __init__(self, rng: Random, project: Project, at: int) -> None:
        self.rng = rng
        self.project = project
        self.at = at
        self.files: dict[str, list[str]] = {}
        self.changed = ""
        self.todos: list[dict[str, str]] = []

    def pick(self) -> str:
        """Choose a file: most often one that the session already knows."""
        known = list(self.files)
        if known and chance(self.rng, min(0.85, len(known) / 12)):
            return self.rng.choice(known[-12:])
        return self.rng.choice(self.project.paths)

    def pick_again(self) -> str:
        """Choose a file to change: most often the one that was changed last."""
        if not self.changed or chance(self.rng, 0.3):
            self.changed = self.pick()
        return self.changed

    def lines(self, path: str) -> list[str]:
        """Give a file's present lines."""
        if path not in self.files:
            self.files[path] = list(self.project.file(path))
        return self.files[path]

    def use(self) -> Outcome:
        """Call a tool."""
        if chance(self.rng, 0.05):
            return fail(self)
        return self.rng.choices(TOOLS, WEIGHTS)[0](self)


def numbered(lines: list[str], first: int) -> str:
    """Put numbers before lines, as the Read tool shows them."""
    return "\n".join([f"{first + place:6}\u2192{line}" for place, line in enumerate(lines)])


def read(space: Workspace) -> Outcome:
    """Read a file, whole or in part."""
    rng, path = space.rng, space.pick()
    lines = space.lines(path)
    asked: Line = {"file_path": path}
    first, count = 1, READ_LINES
    if len(lines) > LONG_FILE and chance(rng, 0.6):
        first, count = rng.randint(1, len(lines) - 100), rng.choice((30, 50, 80, 100))
        asked |= {"offset": first, "limit": count}
    shown = lines[first - 1 : first - 1 + count]
    file = {"filePath": path, "content": "\n".join(shown), "numLines": len(shown)}
    file |= {"startLine": first, "totalLines": len(lines)}
    return Outcome(name="Read", input=asked, content=numbered(shown, first), result={"type": "text", "file": file})


def edit(space: Workspace) -> Outcome:
    """Replace a few lines of a file."""
    rng, path = space.rng, space.pick_again()
    lines = space.lines(path)
    original = "\n".join(lines)
    first = rng.randrange(max(1, len(lines) - 6))
    old = lines[first : first + rng.randint(1, 6)]
    new = space.project.words.code(rng, rng.randint(1, 14))
    space.files[path] = [*lines[:first], *new, *lines[first + len(old) :]]
    before, after = lines[max(0, first - 3) : first], lines[first + len(old) : first + len(old) + 3]
    marked = [(" ", before), ("-", old), ("+", new), (" ", after)]
    patch = {
        "oldStart": max(0, first - 3) + 1,
        "oldLines": len(before) + len(old) + len(after),
        "newStart": max(0, first - 3) + 1,
        "newLines": len(before) + len(new) + len(after),
        "lines": [sign + line for sign, part in marked for line in part],
    }
    asked: Line = {"file_path": path, "old_string": "\n".join(old), "new_string": "\n".join(new)}
    result: Line = {"filePath": path, "oldString": asked["old_string"], "newString": asked["new_string"]}
    result |= {"originalFile": original, "structuredPatch": [patch], "userModified": False}
    said = f"The file {path} has been updated. Here's the result of running `cat -n` on a snippet:\n"
    return Outcome(
        name="Edit",
        input={"replace_all": False, **asked},
        content=said + numbered([*before, *new, *after], max(1, first - 2)),
        result={**result, "replaceAll": False},
    )


def write(space: Workspace) -> Outcome:
    """Write a new file."""
    rng = space.rng
    path = f"{space.project.cwd}/src/{draw(rng, space.project.words.names, 1)[0]}_{rng.randrange(999)}.py"
    lines = space.project.words.code(rng, min(int(rng.lognormvariate(4.2, 0.7)), 700))
    space.files[path] = lines
    text = "\n".join(lines)
    result: Line = {
        "type": "create",
        "filePath": path,
        "content": text,
        "structuredPatch": [],
        "originalFile": None,
    }
    asked = {"file_path": path, "content": text}
    return Outcome(name="Write", input=asked, content=f"File created successfully at: {path}", result=result)


def shell(stdout: str, command: str, description: str, seconds: float) -> Outcome:
    """Say what a command printed."""
    result = {"stdout": stdout, "stderr": "", "interrupted": False, "isImage": False}
    asked = {"command": command, "description": description}
    return Outcome(name="Bash", input=asked, content=stdout, result=result, seconds=seconds, is_error=False)


def bash(space: Workspace) -> Outcome:
    """Run a command: tests, a log, a listing, a diff."""
    rng, words = space.rng, space.project.words
    number = min(int(rng.lognormvariate(2.9, 1.1)) + 1, 350)
    name = draw(rng, words.names, 1)[0]
    about = words.sentence(rng, 5)[:-1]
    seconds = round(rng.lognormvariate(0.5, 1.2), 3)
    kind = rng.choice(("tests", "log", "list", "diff"))
    if kind == "tests":
        lines = [*words.test_run(rng, number), f"{number} passed in {seconds}s"]
        return shell("\n".join(lines), f"cd {space.project.cwd} && make test ARGS={name}", about, seconds)
    if kind == "log":
        lines = words.log(rng, number, space.at + rng.randrange(9_999))
        return shell("\n".join(lines), f"tail -n {number} var/{name}.log", about, seconds)
    if kind == "list":
        lines = [
            f"-rw-r--r-- 1 dev dev {rng.randrange(90_000):6} Nov {rng.randint(1, 28):2} 11:07 {file}"
            for file in draw(rng, words.names, min(number, 60))
        ]
        return shell("\n".join(lines), f"ls -la src/{name}", about, seconds)
    path = space.pick()
    lines = space.lines(path)[: min(number, 120)]
    diff = [f"{rng.choice('   +-')}{line}" for line in lines]
    head = f"diff --git a/{path} b/{path}\nindex {rng.randbytes(4).hex()}..{rng.randbytes(4).hex()} 100644\n"
    return shell(head + "\n".join(diff), f"git diff {path}", about, seconds)


def grep(space: Workspace) -> Outcome:
    """Look for a word in the files."""
    rng, words = space.rng, space.project.words
    asked: Line = {"pattern": draw(rng, words.names, 1)[0], "path": space.project.cwd}
    if chance(rng, 0.5):
        names = rng.sample(space.project.paths, rng.randint(1, 20))
        shown = f"Found {len(names)} files\n" + "\n".join(names)
        result = {"mode": "files_with_matches", "filenames": names, "numFiles": len(names)}
        return Outcome(name="Grep", input=asked, content=shown, result=result)
    places = rng.choices(space.project.paths, k=rng.randint(1, 30))
    found = words.code(rng, len(places))
    text = "\n".join(f"{path}:{rng.randrange(900)}:{line}" for path, line in zip(places, found, strict=True))
    asked["output_mode"] = "content"
    result = {"mode": "content", "numFiles": 0, "filenames": [], "content": text, "numLines": len(places)}
    return Outcome(name="Grep", input=asked, content=text, result=result)


def glob(space: Workspace) -> Outcome:
    """List files by a pattern."""
    names = space.rng.sample(space.project.paths, space.rng.randint(1, 40))
    result = {"filenames": names, "durationMs": space.rng.randrange(400), "numFiles": len(names)}
    asked = {"pattern": f"**/*{names[0][-4:]}"}
    return Outcome(name="Glob", input=asked, content="\n".join(names), result={**result, "truncated": False})


def todo(space: Workspace) -> Outcome:
    """Rewrite the list of things to do."""
    rng, old = space.rng, space.todos
    new = [
        {"content": task, "status": rng.choice(("pending", "in_progress", "completed")), "activeForm": task}
        for task in (space.project.words.sentence(rng, 7) for _ in range(rng.randint(3, 7)))
    ]
    if old and chance(rng, 0.7):
        new = [{**task, "status": rng.choice(("in_progress", "completed"))} for task in old]
    space.todos = new
    said = "Todos have been modified successfully. Please go on with the current tasks if applicable"
    return Outcome(name="TodoWrite", input={"todos": new}, content=said, result={"oldTodos": old, "newTodos": new})


def fetch(space: Workspace) -> Outcome:
    """Fetch a page and put it into words."""
    rng, words = space.rng, space.project.words
    url = f"https://docs.example.org/{'/'.join(draw(rng, words.words, 3))}"
    text = words.prose(rng, rng.randint(80, 700))
    result = {"url": url, "code": 200, "codeText": "OK", "bytes": 7 * len(text), "durationMs": 1_900}
    asked = {"url": url, "prompt": words.sentence(rng, 12)}
    return Outcome(name="WebFetch", input=asked, content=text, result={**result, "result": text}, seconds=2.0)


def fail(space: Workspace) -> Outcome:
    """Call a tool that fails."""
    said = f"Exit code 1\n{space.project.words.prose(space.rng, 25)}"
    asked = {"command": f"make {draw(space.rng, space.project.words.names, 1)[0]}", "description": "Build"}
    return Outcome(name="Bash", input=asked, content=said, result=f"Error: {said}", is_error=True)


TOOLS: list[Callable[[Workspace], Outcome]] = [bash, edit, read, grep, todo, glob, write, fetch]
WEIGHTS = [330, 297, 300, 138, 46, 25, 34, 8]
