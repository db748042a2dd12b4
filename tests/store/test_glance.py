"""The one question that is asked without the rest of the store."""

from dashcam.store import glance, totals


def test_it_counts_in_the_quarters_of_the_totals() -> None:
    assert glance.QUARTER == totals.QUARTER
