"""The words and ranks of sessions and events, which columns and interfaces hold as text and numbers."""

from typing import get_args

import pytest

from dashcam.records import session
from dashcam.records.event import EVENT_KINDS
from dashcam.records.session import STATUSES, Relation, SessionFacts, State
from dashcam.records.source import SourceKind


def test_a_session_has_one_of_five_statuses() -> None:
    assert STATUSES == ("running", "waiting", "completed", "failed", "stopped")


def test_a_last_line_leaves_a_session_open_or_in_a_status() -> None:
    """Only time turns `open` into a status: running while the line is young, stopped when it is old."""
    assert set(get_args(State)) - set(STATUSES) == {"open"}
    assert set(STATUSES) - set(get_args(State)) == {"running"}


def test_a_session_is_nobodys_unless_told() -> None:
    assert get_args(Relation) == ("", "subagent", "fork")
    facts = SessionFacts(session="s")
    assert (facts.parent, facts.relation, facts.state, facts.born) == ("", "", "open", None)


def test_titles_rank_from_the_one_that_a_person_gave_to_none() -> None:
    ranked = ("TITLE_NAMED", "TITLE_GENERATED", "TITLE_LAST_PROMPT", "TITLE_SUMMARY", "TITLE_FIRST_PROMPT")
    assert [getattr(session, name) for name in (*ranked, "TITLE_NONE")] == [5, 4, 3, 2, 1, 0]
    assert SessionFacts(session="s").title_rank == session.TITLE_NONE


def test_sources_rank_from_the_transcript_to_what_holds_no_usage() -> None:
    assert get_args(SourceKind) == ("transcript", "stream", "otlp_log", "hook", "counter", "statusline", "sidecar")


@pytest.mark.parametrize(
    "kind", ["user", "assistant", "thinking", "tool_call", "tool_result", "error", "hook", "telemetry"]
)
def test_an_event_says_who_speaks(kind: str) -> None:
    assert kind in EVENT_KINDS


def test_no_kind_of_event_stands_twice() -> None:
    assert len(set(EVENT_KINDS)) == len(EVENT_KINDS) == 10
