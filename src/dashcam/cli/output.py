"""A listing on paper: table, JSON, CSV or Markdown, all made of the same answers.

JSON and CSV carry the exact values under the answers' own keys; tables and Markdown are for people, so their cells are
words. Cells hold text of transcripts: every one is made harmless here, whoever wrote it.
"""

import csv
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, get_args

import click
import msgspec

from dashcam.queries.answers import Listing
from dashcam.writing.cells import csv_cell, markdown_text
from dashcam.writing.safe import safe_json, safe_text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

Format = Literal["table", "json", "csv", "md"]
FORMATS: tuple[str, ...] = get_args(Format)
Row = TypeVar("Row")

PIPE_WIDTH = 120
NARROWEST = 40
GAP = 2


class Cell(msgspec.Struct, frozen=True):
    """Words with a look: a rich style for all of them, and stretches with a style of their own."""

    words: str
    style: str = ""
    spans: tuple[tuple[int, int, str], ...] = ()


class Column(msgspec.Struct, Generic[Row], frozen=True, kw_only=True):
    """One column of a table for people."""

    title: str
    show: Callable[[Row], str | Cell]
    right: bool = False
    priority: int = 1
    """A narrow terminal loses the columns of the largest number first; 1 always stays."""
    narrowest: int = 0
    """How far a column of text may be cut to fit; 0 for never."""
    wanted: int = 0
    """How wide a column of text should be before a less important column gets any room."""
    keep_end: bool = False
    """Whether a text that is too long loses its beginning: the end of a path says more."""
    total: str | Cell = ""
    """What stands in the line of totals."""
    style: str = ""


def print_listing(
    listing: Listing[Any],
    columns: Sequence[Column[Any]],
    form: str,
    *,
    keys: Sequence[str] = (),
    empty: str = "Nothing found.",
) -> None:
    """Print a listing. `keys` name the columns of CSV where there is no row to take them from."""
    match form:
        case "json":
            print_json(listing)
        case "csv":
            print_csv(listing.rows, keys)
        case "md":
            print_markdown(listing.rows, columns)
            print_notes(listing.notes, form)
        case _:
            print_table(listing.rows, columns, empty=empty)
            print_notes(listing.notes)


def print_json(answer: object) -> None:
    """Print any answer as JSON, indented on a terminal."""
    raw = msgspec.json.encode(answer)
    if sys.stdout.isatty():
        raw = msgspec.json.format(raw, indent=2)
    click.echo(safe_json(raw.decode()))


def print_csv(rows: Sequence[Any], keys: Sequence[str] = ()) -> None:
    """Print rows as CSV under their JSON keys."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    for at, row in enumerate(rows):
        values = msgspec.to_builtins(row)
        if at == 0:
            keys = keys or tuple(values)
            writer.writerow(keys)
        writer.writerow([csv_cell(values.get(key)) for key in keys])
    if not rows and keys:
        writer.writerow(keys)


def print_markdown(rows: Iterable[Any], columns: Sequence[Column[Any]]) -> None:
    """Print rows as a Markdown table with every column."""
    lines = ["| " + " | ".join(column.title for column in columns) + " |"]
    lines.append("|" + "|".join(" ---: " if column.right else " --- " for column in columns) + "|")
    lines += [
        "| " + " | ".join(markdown_text(_cell(column.show(row)).words) for column in columns) + " |" for row in rows
    ]
    if any(_cell(column.total).words for column in columns):
        cells = [_cell(column.total).words for column in columns]
        lines.append("| " + " | ".join(f"**{markdown_text(words)}**" if words else "" for words in cells) + " |")
    click.echo("\n".join(lines))


def print_notes(notes: Sequence[str], form: str = "table") -> None:
    """Print what to know about the numbers above."""
    if form == "md":
        for note in notes:
            click.echo(f"\n> {markdown_text(note)}")
        return
    if not notes:
        return
    paper = console()
    paper.print()
    for note in notes:
        paper.print(_text(Cell(f"· {note}", "dim")))


def console(*, stderr: bool = False) -> "Console":
    """Make the paper to print on: as wide as the terminal, in a pipe 120 columns; COLUMNS goes before both."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or os.environ.get("COLUMNS") else PIPE_WIDTH
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False, soft_wrap=False)


def print_table(rows: Sequence[Any], columns: Sequence[Column[Any]], *, empty: str = "Nothing found.") -> None:
    """Print rows as a table that fits the terminal."""
    paper = console()
    if not rows:
        paper.print(_text(Cell(empty, "dim")))
        return
    cells = [[_harmless(column.show(row)) for column in columns] for row in rows]
    totals = [_harmless(column.total) for column in columns]
    chosen, widths = fitted(columns, [*cells, totals], max(paper.width, NARROWEST))
    lines = []
    if any(columns[at].title for at in chosen):
        lines.append([Cell(columns[at].title, "bold") for at in chosen])
        lines.append([Cell("─" * widths[at], "dim") for at in chosen])
    lines += [[line[at] for at in chosen] for line in cells]
    if any(totals[at].words for at in chosen):
        lines.append([Cell("─" * widths[at] if totals[at].words else "", "dim") for at in chosen])
        lines.append([Cell(totals[at].words, totals[at].style or "bold") for at in chosen])
    for line in lines:
        _print_line(paper, line, [columns[at] for at in chosen], [widths[at] for at in chosen])


def fitted(
    columns: Sequence[Column[Any]], lines: Sequence[Sequence[Cell]], width: int
) -> tuple[list[int], dict[int, int]]:
    """Choose the columns that fit and their widths: the least important are left out, then texts are cut."""
    from rich.cells import cell_len

    natural = [
        max(cell_len(words) for words in (column.title, *(line[at].words for line in lines)))
        for at, column in enumerate(columns)
    ]
    least = [min(wide, column.narrowest or wide) for column, wide in zip(columns, natural, strict=True)]
    liked = [min(wide, max(column.wanted, small)) for column, wide, small in zip(columns, natural, least, strict=True)]
    chosen = [at for at in range(len(columns)) if natural[at]]
    while not _fits(chosen, liked, width):
        last = max(chosen, key=lambda at: (columns[at].priority, at))
        if columns[last].priority == 1:
            break
        chosen.remove(last)
    start = liked if _fits(chosen, liked, width) else least
    widths = {at: start[at] for at in chosen}
    room = width - sum(widths.values()) - GAP * (len(chosen) - 1)
    wanting = sorted((at for at in chosen if natural[at] > start[at]), key=lambda at: natural[at] - start[at])
    for left, at in zip(range(len(wanting), 0, -1), wanting, strict=True):
        more = max(0, min(natural[at] - start[at], room // left))
        widths[at] += more
        room -= more
    return chosen, widths


def _fits(chosen: Sequence[int], widths: Sequence[int], width: int) -> bool:
    return sum(widths[at] for at in chosen) + GAP * (len(chosen) - 1) <= width


def _print_line(paper: "Console", cells: Sequence[Cell], columns: Sequence[Column[Any]], widths: Sequence[int]) -> None:
    from rich.text import Text

    line = Text(no_wrap=True, overflow="crop", end="")
    for at, (cell, column, width) in enumerate(zip(cells, columns, widths, strict=True)):
        words = _text(_end_of(cell, width) if column.keep_end else cell, column.style)
        words.truncate(width, overflow="ellipsis")
        gap = width - words.cell_len
        line.append(" " * GAP if at else "")
        line.append(" " * gap if column.right else "")
        line.append_text(words)
        line.append(" " * gap if not column.right else "")
    line.rstrip()
    paper.print(line, soft_wrap=True)


def _end_of(cell: Cell, width: int) -> Cell:
    """Cut a text at its beginning."""
    from rich.cells import cell_len

    words = cell.words
    if cell_len(words) <= width:
        return cell
    while words and cell_len(words) > width - 1:
        words = words[1:]
    return Cell("…" + words, cell.style)


def _cell(shown: str | Cell) -> Cell:
    return shown if isinstance(shown, Cell) else Cell(shown)


def _harmless(shown: str | Cell) -> Cell:
    """Clean the words of a cell; marks inside them would no longer fit and go where something was taken out."""
    cell = _cell(shown)
    words = safe_text(cell.words)
    return Cell(words, cell.style, cell.spans if len(words) == len(cell.words) else ())


def _text(cell: Cell, style: str = "") -> "Text":
    from rich.text import Text

    text = Text(cell.words, style=cell.style or style)
    for start, end, mark in cell.spans:
        text.stylize(mark, start, end)
    return text
