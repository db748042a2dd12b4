"""A transcript as Markdown. Its words are Markdown too, so they may look like themselves, but not like our headings.

Raw HTML and images are taken apart outside code blocks: whoever shows the file must not fetch what a transcript names.
Only a block that begins in the first column is believed to be one, since any other may end where its list ends.
"""

import re
from collections.abc import Iterable, Iterator

from dashcam.queries.entries import EntryAnswer
from dashcam.writing.cells import markdown_text
from dashcam.writing.transcript.page import Page, Said, spoken

_FENCE = re.compile(r"(`{3,})[^`]*$|(~{3,})")
_END = re.compile(r" {0,3}(`{3,}|~{3,})\s*$")
_HEADING = re.compile(r"^ {0,3}#{1,6}(?:\s+(.*?))?\s*#*\s*$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-+)\s*$")
_RUNS = re.compile(r"`{3,}")


def pieces(page: Page, entries: Iterable[EntryAnswer]) -> Iterator[str]:
    """Yield the Markdown, piece by piece."""
    yield f"# {markdown_text(page.title)}\n\n"
    for name, value in page.facts():
        yield f"- {name}: {markdown_text(value)}\n"
    for said in spoken(entries):
        detail = f" {markdown_text(said.detail)}" if said.detail else ""
        yield f"\n## {said.speaker}{detail} · {said.time}\n\n"
        if said.given:
            yield fenced(said.given) + "\n"
        for diff in said.diffs:
            yield f"**{markdown_text(diff.title)}**\n\n{fenced(diff.patch, 'diff')}\n"
        if said.text.strip():
            yield _body(said) + "\n"


def _body(said: Said) -> str:
    if said.kind in {"user", "assistant"}:
        return tamed(said.text)
    if said.kind == "thinking":
        return "\n".join(f"> {line}".rstrip() for line in tamed(said.text).split("\n"))
    return fenced(said.text)


def fenced(text: str, language: str = "") -> str:
    """Put a text into a code block that it cannot end by itself."""
    longest = max((len(run) for run in _RUNS.findall(text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def tamed(text: str) -> str:
    """Let Markdown be Markdown, less headings, images and HTML; an open code block is closed."""
    lines, fence = [], ""
    for line in text.split("\n"):
        if fence:
            end = _END.match(line)
            fence = "" if end and end[1].startswith(fence) else fence
            lines.append(line)
        elif found := _FENCE.match(line):
            fence = found[1] or found[2]
            lines.append(line)
        else:
            lines.append(_tame_line(line))
    return "\n".join([*lines, fence] if fence else lines)


def _tame_line(line: str) -> str:
    if heading := _HEADING.match(line):
        line = f"**{heading[1]}**" if heading[1] else ""
    elif _UNDERLINE.match(line):
        line = "\\" + line.lstrip()
    return line.replace("<", "&lt;").replace("![", "!\\[")
