"""Why a call costs what it costs: a line for each thing that was billed.

The lines add up to the cost exactly. Each is the difference of two rounded running totals, so that a line may
be a nano-dollar off its own exact value, but the sum never is.
"""

from itertools import pairwise

import msgspec

from dashcam.pricing.price import MILLION, Charge, charge, nearest, price
from dashcam.records.call import ModelCall
from dashcam.records.rate import Rate, rate_id


class ReceiptLine(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was billed."""

    label: str
    count: int | None = None
    """Tokens or searches; None for a multiplier, whose amount is what it adds to the lines above it."""
    rate_nano: int | None = None
    """Nano-dollars for `per` of them."""
    per: int = MILLION
    amount_nano: int
    note: str = ""


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """A price with its reasons. `cost_nano` is None where it is not known, and then there are no lines."""

    provider: str
    model: str
    """As the agent wrote it."""
    rate_model: str = ""
    """As the price list has it."""
    rate: str = ""
    source: str = ""
    since: str = ""
    lines: tuple[ReceiptLine, ...] = ()
    cost_nano: int | None = None
    estimate_nano: int | None = None
    reported_nano: int | None = None
    notes: tuple[str, ...] = ()


def explain(call: ModelCall, rate: Rate | None) -> Receipt:
    """Say how `price` comes to its number; both read the same charge."""
    if rate is None:
        notes = (f"no rate is known for {call.model}" if call.model else "no line says which model it was",)
        return Receipt(provider=call.provider, model=call.model, reported_nano=call.reported_nano, notes=notes)
    charged = charge(call, rate, call.output)
    priced = price(call, rate)
    return Receipt(
        provider=rate.provider,
        model=call.model,
        rate_model=rate.model,
        rate=rate_id(rate),
        source=rate.source,
        since=rate.since,
        lines=() if charged is None else lines_of(charged, call),
        cost_nano=priced.cost_nano,
        estimate_nano=priced.estimate_nano,
        reported_nano=call.reported_nano,
        notes=_notes(call, rate, charged),
    )


def lines_of(charged: Charge, call: ModelCall | None = None) -> tuple[ReceiptLine, ...]:
    """Write a charge down line by line; the notes on its parts need the call."""
    totals = [0, *(nearest(*step) for step in charged.steps())]
    amounts = iter([after - before for before, after in pairwise(totals)])
    lines = [
        ReceiptLine(
            label=part.name,
            count=part.count,
            rate_nano=part.rate,
            amount_nano=next(amounts),
            note=_part_note(call, part.name, as_input=part.as_input) if call else "",
        )
        for part in charged.parts
    ]
    lines += [
        ReceiptLine(
            label=f"{each.name} \N{MULTIPLICATION SIGN}{each.factor.numerator}"
            + (f"/{each.factor.denominator}" if each.factor.denominator > 1 else ""),
            amount_nano=next(amounts),
        )
        for each in charged.multipliers
    ]
    if charged.searches:
        lines.append(
            ReceiptLine(
                label="web search",
                count=charged.searches,
                rate_nano=charged.search_nano,
                per=1,
                amount_nano=next(amounts),
                note="added last, never multiplied",
            )
        )
    return tuple(lines)


def _part_note(call: ModelCall, name: str, *, as_input: bool) -> str:
    if as_input:
        return "no price of its own: billed as input"
    if name == "output" and call.reasoning:
        return f"{call.reasoning:,} of them reasoning"
    return ""


def _notes(call: ModelCall, rate: Rate, charged: Charge | None) -> tuple[str, ...]:
    notes = []
    if charged is None:
        notes.append(f"{rate.source} has no price for a part of this call, so the whole is not priced")
    elif charged.above is not None:
        notes.append(
            f"the prompt of {call.prompt:,} tokens is above {charged.above:,}: every token at the rates of that tier"
        )
        notes += [f"{name} is not offered above that, so it is not applied" for name in charged.only_short]
    if not call.exact:
        notes.append("the output count is a placeholder that the agent wrote before it knew the real one")
    if call.model_inferred:
        notes.append("the source names no model; a rule filled it in")
    return tuple(notes)
