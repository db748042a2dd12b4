"""What several sources know of one session: the best one's word, the latest for what changes."""

from itertools import permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dashcam.records.session import TITLE_FIRST_PROMPT, TITLE_GENERATED, TITLE_NAMED
from dashcam.store.facts import merge
from tests.support.build import HOUR, START


def told(**changes: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "kind": "transcript",
        "path": "/a.jsonl",
        "generation": 0,
        "agent_name": "claude-code-default",
        "machine": "desk",
        "born": START,
        "first_at": START,
        "last_at": START + HOUR,
        "project": "/home/ada/app",
        "branch": "main",
        "version": "2.1.329",
        "entrypoint": "cli",
        "title": "",
        "title_rank": 0,
        "first_prompt": "",
        "parent": "",
        "relation": "",
        "agent_type": "",
        "parent_call": "",
        "state": "open",
        "error": "",
        "pull_requests": "",
        "commands_only": 0,
    }
    return plain | changes


def test_one_source_is_taken_at_its_word() -> None:
    row = merge([told(title="Add a test", title_rank=TITLE_NAMED, state="waiting")])
    assert (row["title"], row["state"], row["source_kind"]) == ("Add a test", "waiting", "transcript")


def test_a_session_is_of_commands_alone_only_if_none_of_its_best_sources_says_otherwise() -> None:
    only = told(commands_only=1)
    assert merge([only])["commands_only"] == 1
    assert merge([only, told(path="/b.jsonl")])["commands_only"] == 0
    assert merge([only, told(kind="sidecar", path="/history.jsonl")])["commands_only"] == 1
    assert merge([told(), told(kind="sidecar", path="/history.jsonl", commands_only=1)])["commands_only"] == 0


def test_the_transcript_goes_before_the_history_of_prompts() -> None:
    history = told(kind="sidecar", path="/history.jsonl", project="/elsewhere", first_prompt="hello", last_at=START * 2)
    row = merge([history, told(first_prompt="")])
    assert (row["project"], row["first_prompt"], row["source_kind"]) == ("/home/ada/app", "hello", "transcript")
    assert row["last_at"] == START + HOUR


def test_a_sidecar_alone_is_better_than_nothing() -> None:
    row = merge([told(kind="sidecar", born=None, title="hello", title_rank=TITLE_FIRST_PROMPT)])
    assert (row["source_kind"], row["title"], row["born"]) == ("sidecar", "hello", None)


def test_the_best_title_wins_wherever_it_stands() -> None:
    row = merge(
        [
            told(title="Generated", title_rank=TITLE_GENERATED),
            told(kind="sidecar", title="Named by hand", title_rank=TITLE_NAMED, last_at=None),
        ]
    )
    assert row["title"] == "Named by hand"


def test_of_two_titles_of_one_rank_the_later_is_shown() -> None:
    row = merge(
        [
            told(path="/b", title="Later", title_rank=TITLE_NAMED, last_at=START + 2 * HOUR),
            told(path="/a", title="Earlier", title_rank=TITLE_NAMED),
        ]
    )
    assert row["title"] == "Later"


def test_state_branch_and_version_are_those_of_the_latest_file() -> None:
    early = told(path="/a", branch="main", version="1.0", state="completed")
    late = told(path="/b", branch="fix", version="2.0", state="failed", error="overloaded", last_at=START + 2 * HOUR)
    row = merge([late, early])
    assert (row["branch"], row["version"], row["state"], row["error"]) == ("fix", "2.0", "failed", "overloaded")


def test_what_the_latest_file_does_not_say_another_one_tells() -> None:
    late = told(path="/b", branch="", project="", last_at=START + 2 * HOUR)
    row = merge([late, told(path="/a")])
    assert (row["branch"], row["project"]) == ("main", "/home/ada/app")


def test_a_session_reaches_from_the_first_to_the_last_of_all_its_files() -> None:
    row = merge([told(path="/a", born=START + 5, first_at=START + 5), told(path="/b", last_at=START + 9 * HOUR)])
    assert (row["born"], row["first_at"], row["last_at"]) == (START, START, START + 9 * HOUR)


def test_pull_requests_of_all_files_are_listed_once() -> None:
    row = merge([told(pull_requests="https://x/2\nhttps://x/1"), told(path="/b", pull_requests="https://x/2")])
    assert row["pull_requests"] == "https://x/1\nhttps://x/2"


def test_of_two_launches_that_were_heard_at_one_moment_the_same_one_always_tells_the_state() -> None:
    early = told(last_at=START)
    first = told(kind="stream", path="/1", state="failed", error="overloaded")
    second = told(kind="stream", path="/2", state="completed")
    for order in permutations([early, first, second]):
        assert merge(order)["state"] == "completed"


facts = st.builds(
    told,
    kind=st.sampled_from(["transcript", "stream", "sidecar"]),
    born=st.sampled_from([None, START, START + 1]),
    last_at=st.sampled_from([None, START, START + 1]),
    title=st.sampled_from(["", "a", "b"]),
    title_rank=st.integers(0, 2),
    branch=st.sampled_from(["", "main", "fix"]),
    state=st.sampled_from(["open", "failed"]),
    project=st.sampled_from(["", "/a", "/b"]),
)


@given(st.lists(facts, min_size=1, max_size=4))
def test_no_order_of_the_sources_changes_the_row(known: list[dict[str, Any]]) -> None:
    known = [fact | {"path": f"/{number}"} for number, fact in enumerate(known)]
    first, *others = [merge(order) for order in permutations(known)]
    assert all(other == first for other in others)
