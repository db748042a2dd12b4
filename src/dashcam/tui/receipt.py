"""The receipt of one call as text: each thing that was billed, by which rate, what that makes, and why.

What a stranger would get wrong: money stands here in dollars to the last nano-dollar, whatever currency is chosen, as
the price lists have it; the chosen currency follows below the sum.
"""

import os
from collections.abc import Iterator, Sequence
from itertools import chain

from rich.text import Text

from dashcam.pricing.currency import DOLLAR, Currency
from dashcam.queries.prices import CallReceiptAnswer, ReceiptLineAnswer
from dashcam.tui import look
from dashcam.tui.call_list import Call
from dashcam.tui.machine import Machine
from dashcam.writing import words
from dashcam.writing.safe import safe_text

GAP = 2
TIMES = " \N{MULTIPLICATION SIGN} "
MAKES = " = "
Cells = tuple[str, str, str, str, str]
GONE = "This call is not on record any more."


def receipt_text(call: Call, found: CallReceiptAnswer | None, width: int, machine: Machine) -> Text:
    """Write a receipt down for a width; None is a call that is gone."""
    if found is None:
        return Text(GONE)
    parts = (_head(call, found), _sum(call, found, width, machine.currency), _reasons(found), _accounts(found, machine))
    return Text("\n").join(chain.from_iterable(parts))


def _head(call: Call, found: CallReceiptAnswer) -> Iterator[Text]:
    parts = [found.call_id, found.model, words.time(found.at, with_seconds=True)]
    yield Text("  ".join(map(safe_text, parts)), style="bold")
    if call.subagent:
        yield Text(f"of the subagent {call.subagent}", style=look.QUIET)
    made = call.call
    said = [] if made.duration_seconds is None else [f"took {words.seconds(made.duration_seconds)}"]
    said.append(f"context {words.tokens(made.context_tokens)} tokens")
    if made.tools:
        said.append(f"called {safe_text(made.tools)}")
    yield Text(", ".join(said), style=look.QUIET)
    yield Text("")


def _sum(call: Call, found: CallReceiptAnswer, width: int, currency: Currency) -> Iterator[Text]:
    """The lines of the sum, each below the other by its columns, and what they make."""
    if not found.lines:
        yield Text("not priced")
    amounts = [found.cost_usd or 0, *(line.amount_usd for line in found.lines)]
    places = max(len(words.rate(abs(amount)).partition(".")[2]) for amount in amounts)
    total = words.exact_money(found.cost_usd, places=places)
    cells = [_cells(line, places, " per million") for line in found.lines]
    name, count, rate, unit, amount = _widths(cells, total)
    if name + GAP + count + len(TIMES) + rate + unit + len(MAKES) + amount > width:
        cells = [_cells(line, places, "/M") for line in found.lines]
        name, count, rate, unit, amount = _widths(cells, total)
    room = name + GAP + count + (len(TIMES) if rate else 0) + rate + unit
    for line, (its_name, its_count, its_rate, its_unit, its_amount) in zip(found.lines, cells, strict=True):
        made = Text(f"{its_name:<{name + GAP}}{its_count:>{count}}")
        made.append(f"{TIMES if its_rate else ''}{its_rate:>{rate}}{its_unit}", style=look.QUIET)
        made.append(" " * (room - len(made)) + MAKES, style=look.QUIET)
        yield made.append(f"{its_amount:>{amount}}")
        if line.note:
            yield Text(f"{'':{GAP}}{safe_text(line.note)}", style=look.QUIET)
    mark = words.AT_LEAST.strip() if found.cost_usd is not None and not call.call.exact else ""
    yield Text(f"{'cost':<{room}} {mark:<{GAP}}{total:>{amount}}", style="bold")
    if currency.code != DOLLAR.code and found.cost_usd is not None:
        yield Text(f"that is {words.money(words.nano(found.cost_usd), currency)}", style=look.QUIET)
    yield Text("")


def _widths(cells: Sequence[Cells], total: str) -> list[int]:
    return [max(map(len, column)) for column in zip(*cells, ("cost", "", "", "", total), strict=True)]


def _cells(line: ReceiptLineAnswer, places: int, unit: str) -> Cells:
    """What it is, how many, the rate, what that is for, and the amount."""
    has_rate = line.rate_usd is not None
    return (
        safe_text(line.label),
        "" if line.count is None else words.count(line.count),
        words.rate(line.rate_usd) if has_rate else "",
        "" if not has_rate else unit if line.per > 1 else " each",
        words.exact_money(line.amount_usd, places=places),
    )


def _reasons(found: CallReceiptAnswer) -> Iterator[Text]:
    if found.rate:
        since = f", since {found.rate_since}" if found.rate_since else ""
        yield Text(safe_text(f"rate {found.rate}: {found.rate_model} of {found.provider}{since}"))
        yield Text(safe_text(f"from {found.rate_source}"))
    if found.estimated_cost_usd is not None:
        estimate = words.exact_money(found.estimated_cost_usd)
        yield Text(f"with the output estimated from the visible text: {words.ABOUT}{estimate}")
    if found.reported_cost_usd is not None:
        yield Text(f"the agent's own cost: {words.exact_money(found.reported_cost_usd)}")
    for note in found.notes:
        yield Text(f"· {safe_text(note)}", style=look.QUIET)


def _accounts(found: CallReceiptAnswer, machine: Machine) -> Iterator[Text]:
    """The lines of files that tell of the call."""
    home = f"{machine.environment.home}{os.sep}"
    for account in found.accounts:
        path = f"~{os.sep}{account.path.removeprefix(home)}" if account.path.startswith(home) else account.path
        counted = "counted" if account.counted else f"a copy, in session {account.session_id}"
        yield Text(safe_text(f"{path}:{account.line}  ({counted})"), style=look.QUIET)
