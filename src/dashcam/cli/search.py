"""`dashcam search`: where in everything that was said some words stand."""

from collections.abc import Sequence

import click

from dashcam.cli.options import Question, asks
from dashcam.cli.output import Cell, Column, print_listing
from dashcam.cli.session_table import folder, short_ids, sign
from dashcam.queries.found import HitAnswer, found_listing
from dashcam.records.event import EVENT_KINDS
from dashcam.writing import words
from dashcam.writing.cells import keys_of

HITS = 50
MARK = "bold yellow"


@click.command()
@click.argument("wanted", nargs=-1, required=True, metavar="WORDS...")
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(EVENT_KINDS), help="Only this kind of event; may be repeated."
)
@click.option(
    "--limit", "most", type=click.IntRange(min=0), default=HITS, show_default=True, help="Hits at most, 0 for all."
)
@asks()
def search(question: Question, *, wanted: tuple[str, ...], kinds: tuple[str, ...], most: int) -> None:
    """Find words in prompts, answers, thinking, tool calls and their results.

    Each word must stand in the same event, at the beginning of a word, in any case; "some words" in quotes stand
    together.
    """
    from dashcam.queries.search import search as begin

    asked = _as_typed(wanted)
    with question.store() as store:
        hits = begin(store.database, question.setup.agents, asked, question.asked, question.at, kinds=kinds)
        found = found_listing(hits, question.at.zone, limit=most or None)
    print_listing(
        found,
        columns(found.rows),
        question.form,
        keys=keys_of(HitAnswer),
        empty=f"Nothing holds {asked}.",
    )


def _as_typed(text: Sequence[str]) -> str:
    """Give a shell's words back as one text: an argument with spaces in it was in quotes."""
    return " ".join(f'"{part}"' if " " in part and '"' not in part else part for part in text)


def columns(rows: Sequence[HitAnswer]) -> tuple[Column[HitAnswer], ...]:
    """Make the columns of a table of hits."""
    short = short_ids(row.session_id for row in rows)
    return (
        Column(title="", show=lambda row: sign(row.agent)),
        Column(title="Session", show=lambda row: short[row.session_id.partition(":")[0]]),
        Column(title="When", show=lambda row: words.time(row.at), priority=2),
        Column(title="Project", show=lambda row: folder(row.project), priority=3, narrowest=8),
        Column(title="What", show=_what, style="dim", narrowest=9, priority=2),
        Column(title="Words", show=_snippet, narrowest=20, wanted=60),
    )


def _what(row: HitAnswer) -> str:
    return f"{row.kind.replace('_', ' ')} {row.name}".strip()


def _snippet(row: HitAnswer) -> Cell:
    return Cell(row.snippet, spans=tuple((start, end, MARK) for start, end in row.marks))
