"""Words, code and logs that compress like real ones: a Zipf vocabulary of its own for each project.

The law of the sizes matters, not the meaning: real transcripts shrink to 10 to 15 % with zstd level 3.
"""

from array import array
from collections.abc import Sequence
from functools import lru_cache
from random import Random

TABLE_SIZE = 65_536

COMMON_TEXT = (
    "the a to of and in is that it for on with as this be are not we from or an by if at can will was "
    "has have but now so when there which all file test need check let use see code line error should "
    "run only add change into then one just also function first more where they how make after before "
    "same no out here what up does new issue fix still because path value call return type name key "
    "string list set get config session module import build output input token usage model message "
    "request response server client user data state store handler cache index query table schema column "
    "row event stream buffer parse read write open close update delete create insert commit branch "
    "merge diff patch review version release package dependency install command option flag argument "
    "default field struct class method object instance property attribute interface protocol socket "
    "thread process lock queue worker task job retry timeout signal exit status trace log warn debug "
    "info metric counter gauge span assistant tool result content block text cost price rate total "
    "count limit range filter sort order page cursor offset window frame journal record bookmark "
)
COMMON = COMMON_TEXT.split()

SYLLABLES_TEXT = (
    "ba be bi bo bu ca ce co cu da de di do du fa fe fi fo ga ge go ha he hi ho ja jo ka ke ki la le li "
    "lo lu ma me mi mo mu na ne ni no pa pe pi po ra re ri ro ru sa se si so su ta te ti to tu va ve vi "
    "vo wa we zo ar en er es in on or st tr pl gr ch sh th qu ex un str ent ion ing "
)
SYLLABLES = SYLLABLES_TEXT.split()

CODE = (
    "{0}if {1} is None or {2} in {3}:",
    "{0}    return {1}.{2}({3})",
    "{0}{1} = {2}({3}, timeout=30)",
    "{0}for {1} in {2}.{3}():",
    "{0}def {1}(self, {2}: str, {3}: int = 0) -> None:",
    "{0}self.{1}[{2}] = {3}",
    '{0}log.debug("{1} %s of %s", {2}, {3})',
    "{0}assert {1}.{2} == {3}",
    '{0}raise {1}Error(f"no {2} for {{{3}}}")',
    "{0}# {1} must come before {2}, or {3} is stale",
    "{0}with {1}.open({2}) as {3}:",
    "{0}from {1}.{2} import {3}",
    '{0}"{1}": {{"{2}": "{3}", "required": true}},',
    "{0}const {1} = await {2}.{3}();",
    "{0}if err := {1}.{2}(ctx, {3}); err != nil {{",
    "",
)
INDENTS = ("", "    ", "    ", "    ", "        ", "        ", "            ", "\t")
IDIOMS, PHRASES = 0.5, 0.45
"""The share of code and of prose that has been written before in the same project, word for word."""
LONG_SENTENCE = 6
"""Words above which a sentence names something of the code."""

LEVELS = ("INFO", "INFO", "INFO", "DEBUG", "WARN", "ERROR")


def chance(rng: Random, share: float) -> bool:
    """Throw dice: true in this share of throws."""
    return rng.random() < share


def spread(words: Sequence[str]) -> list[str]:
    """Lay words out in a table in which the n-th takes room in proportion to 1/n; two bytes draw one."""
    weights = [1 / (rank + 3) for rank in range(len(words))]
    scale = TABLE_SIZE / sum(weights)
    table = [word for word, weight in zip(words, weights, strict=True) for _ in range(max(1, int(weight * scale)))]
    return (table + list(words) * (TABLE_SIZE // len(words) + 1))[:TABLE_SIZE]


def draw(rng: Random, table: Sequence[str], number: int) -> list[str]:
    """Take words at random from a spread table."""
    return [table[place] for place in array("H", rng.randbytes(2 * number))]


def coin(rng: Random, number: int) -> list[str]:
    """Make words up."""
    return ["".join(rng.choices(SYLLABLES, k=rng.randint(2, 4))) for _ in range(number)]


def join_name(rng: Random, words: Sequence[str]) -> str:
    """Make an identifier of several words."""
    parts = rng.choices(words, k=rng.choice((1, 2, 2, 2, 3)))
    return rng.choice(("_".join, lambda ws: ws[0] + "".join(w.title() for w in ws[1:])))(parts)


class Vocabulary:
    """The words and identifiers of one project."""

    def __init__(self, seed: str) -> None:
        rng = Random(seed)
        words = [*COMMON, *coin(rng, 4_000)]
        rng.shuffle(coined := coin(rng, 300) + COMMON)
        self.words = spread(words)
        self.names = spread([join_name(rng, coined) for _ in range(5_000)])
        self.phrases = spread([" ".join(draw(rng, self.words, rng.randint(3, 9))) for _ in range(3_000)])
        self.idioms = spread(self.fresh_code(rng, 3_000))

    def sentence(self, rng: Random, number: int) -> str:
        """Compose one sentence of so many words."""
        if chance(rng, PHRASES):
            return " ".join(draw(rng, self.phrases, number // 6 + 1)).capitalize() + "."
        words = draw(rng, self.words, number)
        if number > LONG_SENTENCE:
            words[number // 2] = f"`{draw(rng, self.names, 1)[0]}`"
        return " ".join(words).capitalize() + rng.choice((".", ".", ".", ":", "?"))

    def prose(self, rng: Random, number: int) -> str:
        """Compose about so many words of Markdown."""
        parts: list[str] = []
        while number > 0:
            size = min(max(3, int(rng.gauss(14, 6))), number + 3)
            lead = rng.choice(("", " ", " ", " ", " ", "\n\n", "\n- ", "\n- ", "\n\n## ")) if parts else ""
            parts.append(lead + self.sentence(rng, size))
            number -= size
        return "".join(parts)

    def code(self, rng: Random, number: int) -> list[str]:
        """Compose so many lines of code, some of them the project's idioms."""
        lines = self.fresh_code(rng, number)
        for place, idiom in enumerate(draw(rng, self.idioms, number)):
            if chance(rng, IDIOMS):
                lines[place] = idiom
        return lines

    def fresh_code(self, rng: Random, number: int) -> list[str]:
        """Compose so many lines of code that nobody has written before."""
        names = draw(rng, self.names, 3 * number)
        shapes = rng.choices(CODE, k=number)
        indents = rng.choices(INDENTS, k=number)
        return [
            shape.format(indent, *names[3 * place : 3 * place + 3])
            for place, (shape, indent) in enumerate(zip(shapes, indents, strict=True))
        ]

    def log(self, rng: Random, number: int, at: int) -> list[str]:
        """Compose so many lines of a program's log, from a time in seconds on."""
        names = draw(rng, self.names, number)
        phrases = draw(rng, self.phrases, number)
        numbers = array("H", rng.randbytes(2 * number))
        levels = rng.choices(LEVELS, k=number)
        return [
            f"{at + place} {levels[place]:5} {names[place]} {phrases[place]} took={numbers[place] % 999}us"
            for place in range(number)
        ]

    def test_run(self, rng: Random, number: int) -> list[str]:
        """Compose the report of so many tests."""
        names = draw(rng, self.names, 2 * number)
        times = rng.choices(range(100), k=number)
        return [
            f"--- PASS: Test_{names[2 * place]}_{names[2 * place + 1]} (0.{times[place]:02d}s)"
            for place in range(number)
        ]


class Project:
    """A working directory: its path, its vocabulary and its files as they stand in the repository."""

    def __init__(self, seed: int, number: int) -> None:
        rng = Random(f"{seed}/project/{number}")
        self.words = Vocabulary(f"{seed}/words/{number}")
        name = "-".join(rng.choices(COMMON[120:], k=2))
        self.cwd = f"/home/dev/work/{name}-{number}"
        self.folder = self.cwd.replace("/", "-")
        self.branches = ["main", *(f"dev/{word}" for word in draw(rng, self.words.names, 6))]
        folders = ["", *(f"{word}/" for word in draw(rng, self.words.names, 14))]
        stems = draw(rng, self.words.names, 160)
        self.paths = [
            f"{self.cwd}/src/{rng.choice(folders)}{stem}.{rng.choice(('py', 'py', 'go', 'ts', 'md'))}" for stem in stems
        ]
        self.seed = f"{seed}/file/{number}"

    def file(self, path: str) -> list[str]:
        """Give a file's lines, the same in every session that begins with it."""
        rng = Random(self.seed + path)
        number = min(int(rng.lognormvariate(5.2, 1.1)) + 4, 2_000)
        if path.endswith(".md"):
            return self.words.prose(rng, number * 6).split("\n")
        return self.words.code(rng, number)


@lru_cache(maxsize=64)
def project(seed: int, number: int) -> Project:
    """Give a project, remembered while its sessions are being written."""
    return Project(seed, number)
