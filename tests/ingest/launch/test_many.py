"""Many launches at once, and one that says much."""

from itertools import pairwise
from pathlib import Path

import pytest

from dashcam.agents.launching import Standing
from tests.support.launching import Launches


@pytest.mark.slow
def test_ten_thousand_events_are_recorded_and_counted(tmp_path: Path) -> None:
    launches = Launches(tmp_path)
    running = launches.launch("many 10000")
    standing = running.over()
    assert standing.state == "completed"
    texts = running.texts()
    assert len(texts) == 1_112
    assert texts[-1] == "This is answer 1111, in some pieces."
    assert running.place.lines.read_bytes().count(b"\n") > 10_000
    session = launches.session(standing.session_id)
    assert (session["calls"], session["answers"], session["total_tokens"]) == (1_112, 1_112, 33_360)
    assert session["cost_usd"] == 0.36696


@pytest.mark.slow
def test_twenty_at_once_run_four_by_four_in_their_order(tmp_path: Path) -> None:
    launches = Launches(tmp_path)
    running = [launches.launch(f"thinking {number}", at_once=4) for number in range(20)]
    standing = [one.over() for one in running]
    assert [one.state for one in standing] == ["completed"] * 20
    started = [one.started or 0 for one in standing]
    assert all(earlier <= later for earlier, later in pairwise(started))
    assert most_at_once(standing) <= 4
    listing = launches.dashcam.answers("sessions")
    assert listing["totals"]["sessions"] == 20
    assert {row["status"] for row in listing["rows"]} == {"completed"}
    assert {row["cost_usd"] for row in listing["rows"]} == {0.00033}


def most_at_once(standing: list[Standing]) -> int:
    """How many ran at the moment at which most of them did."""
    return max(
        sum((other.started or 0) <= (one.started or 0) < (other.ended or 0) for other in standing) for one in standing
    )
