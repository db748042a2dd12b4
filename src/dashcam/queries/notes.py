"""What a reader of a total has to know to trust it: unpriced models, placeholder counts, sessions without usage."""

from dashcam.records.rows import Sums


def of_sums(sums: Sums) -> list[str]:
    """Say in words why a total is not the whole truth; an empty list where it is."""
    notes = []
    if sums.unpriced_calls:
        notes.append(
            f"{sums.unpriced_calls} {_calls(sums.unpriced_calls)} of unknown models are not priced: "
            "the cost is at least what is shown (`dashcam prices` lists them)."
        )
    if sums.inexact_calls:
        notes.append(
            f"{sums.inexact_calls} {_calls(sums.inexact_calls)} hold a placeholder for the output tokens: "
            "the cost is at least what is shown, an estimate stands beside it."
        )
    return notes


def _calls(count: int) -> str:
    return "call" if count == 1 else "calls"
