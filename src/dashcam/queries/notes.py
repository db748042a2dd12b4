"""What a reader of a total has to know to trust it: unpriced models, placeholder counts, sessions without usage."""

from dashcam.records.rows import Sums


def of_sums(sums: Sums) -> list[str]:
    """Say in words why a total is not the whole truth; an empty list where it is."""
    notes = []
    if sums.unpriced_calls:
        one = sums.unpriced_calls == 1
        said = "1 call of an unknown model is" if one else f"{sums.unpriced_calls} calls of unknown models are"
        notes.append(
            f"{said} not priced: the cost is at least what is shown (`dashcam prices` lists {'it' if one else 'them'})."
        )
    if sums.inexact_calls:
        said = "1 call holds" if sums.inexact_calls == 1 else f"{sums.inexact_calls} calls hold"
        notes.append(
            f"{said} a placeholder for the output tokens: "
            "the cost is at least what is shown, an estimate stands beside it."
        )
    return notes


def of_unknown(sessions: int) -> list[str]:
    """Say how many sessions a total leaves out; an empty list where it leaves out none."""
    if not sessions:
        return []
    if sessions == 1:
        return ["1 session left no usage on record: its tokens and cost are unknown."]
    return [f"{sessions:,} sessions left no usage on record: their tokens and cost are unknown."]
