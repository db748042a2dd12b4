"""A transcript as plain text for a terminal: a line for who speaks, then the words as they are."""

from collections.abc import Callable, Iterable, Iterator

import click

from dashcam.queries.entries import EntryAnswer
from dashcam.writing.transcript.page import Diff, Page, Said, spoken

COLORS = {"user": "cyan", "assistant": "magenta", "error": "red"}
SIGNS = {"+": "green", "-": "red", "@": "cyan"}
Style = Callable[..., str]


def pieces(page: Page, entries: Iterable[EntryAnswer], *, colored: bool) -> Iterator[str]:
    """Yield the text, piece by piece."""
    style: Style = click.style if colored else _plain
    yield style(page.title, bold=True) + "\n"
    for name, value in page.facts():
        yield style(f"{name:9}", dim=True) + f" {value}\n"
    for said in spoken(entries):
        yield f"\n{_heading(said, style)}\n"
        if said.given:
            yield _body(said, said.given, style) + "\n"
        for diff in said.diffs:
            yield _diff(diff, style) + "\n"
        if said.text:
            yield _body(said, said.text, style) + "\n"


def _heading(said: Said, style: Style) -> str:
    speaker = style(f"▌ {said.speaker}", bold=True, fg=COLORS.get(said.kind))
    detail = f" {said.detail}" if said.detail else ""
    return f"{speaker}{detail}  {style(said.time, dim=True)}"


def _body(said: Said, block: str, style: Style) -> str:
    """Conversation as it is, all else behind two spaces, so that the eye can pass over it."""
    if said.kind in {"user", "assistant"}:
        return block
    indented = "\n".join(f"  {line}" if line else "" for line in block.split("\n"))
    return style(indented, dim=True) if said.kind == "thinking" else indented


def _diff(diff: Diff, style: Style) -> str:
    lines = (f"  {style(line, fg=SIGNS.get(line[:1]))}" if line else "" for line in diff.patch.split("\n"))
    return "\n".join((f"  {style(diff.title, bold=True)}", *lines)).rstrip("\n")


def _plain(text: str, **_: object) -> str:
    return text
