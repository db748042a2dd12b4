"""How a launch goes when nobody says anything: each thing that an agent may say, each way in which it may end."""

import signal

import pytest

from tests.support.launching import Ended, Launches

PROMPTS = (
    "Add a test",
    "thinking, please",
    "use a tool",
    "an error, please",
    "crash in the middle",
    "speak, crash afterwards",
    "garbage between",
    "exit 3",
)


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Ended[Launches]:
    launches = Launches(tmp_path_factory.mktemp("launches"))
    return Ended(launches, {prompt: launches.launch(prompt) for prompt in PROMPTS})


def test_a_text_comes_in_pieces_and_then_whole_under_the_same_name(ended: Ended[Launches]) -> None:
    running = ended.running["Add a test"]
    pieces = [one for one in running.happened if one.kind == "text" and not one.whole]
    whole = [one for one in running.happened if one.kind == "text" and one.whole]
    assert "".join(one.text for one in pieces) == "You said: Add a test" == whole[0].text
    assert {one.block for one in pieces} == {whole[0].block}


def test_a_launch_that_did_what_was_asked_is_a_completed_session(ended: Ended[Launches]) -> None:
    assert (ended.standing["Add a test"].state, ended.standing["Add a test"].error) == ("completed", "")
    session = ended.session("Add a test")
    assert (session["status"], session["error"], session["title"]) == ("completed", "", "Add a test")
    assert (session["prompts"], session["answers"], session["events"]) == (1, 1, 2)
    assert (session["version"], session["entrypoint"]) == ("2.1.329", "dashcam")
    assert session["project"] == str(ended.launches.project)


def test_tokens_and_cost_are_counted_once_with_the_counts_of_a_responses_end(ended: Ended[Launches]) -> None:
    """10 tokens in at 3 dollars a million, 20 out at 15, where the response began with 1."""
    session = ended.session("Add a test")
    assert (session["calls"], session["input_tokens"], session["output_tokens"]) == (1, 10, 20)
    assert session["cost_usd"] == 0.00033
    assert not session["cost_is_partial"]


def test_the_turn_tells_what_the_agent_itself_counted(ended: Ended[Launches]) -> None:
    standing = ended.standing["Add a test"]
    assert (standing.tokens, standing.cost_nano, standing.turns) == (30, 330_000, 1)
    assert standing.duration_us == 5_000


def test_thinking_is_told_apart_from_text(ended: Ended[Launches]) -> None:
    running = ended.running["thinking, please"]
    assert (running.texts("thinking"), running.texts()) == (["I should look first."], ["I have thought."])
    assert ended.told("thinking, please")[1:] == [
        ("thinking", "", "I should look first."),
        ("assistant", "", "I have thought."),
    ]


def test_a_tools_call_and_its_result_are_told_with_the_same_id(ended: Ended[Launches]) -> None:
    happened = ended.running["use a tool"].happened
    call = next(one for one in happened if one.kind == "tool_call")
    result = next(one for one in happened if one.kind == "tool_result")
    assert (call.tool, call.tool_input, call.call_id) == ("Bash", '{"command":"ls"}', "toolu_1")
    assert (result.call_id, result.ok, result.text) == ("toolu_1", True, "ran ls")
    session = ended.session("use a tool")
    assert (session["tool_calls"], session["calls"], session["cost_usd"]) == (1, 2, 0.00066)


def test_a_turn_that_failed_is_a_failed_session_with_the_agents_own_words(ended: Ended[Launches]) -> None:
    standing = ended.standing["an error, please"]
    assert (standing.state, standing.error) == ("failed", "the model said no")
    session = ended.session("an error, please")
    assert (session["status"], session["error"]) == ("failed", "the model said no")
    assert session["cost_usd"] == 0.00033


def test_a_crash_keeps_the_text_that_it_cut_off(ended: Ended[Launches]) -> None:
    standing = ended.standing["crash in the middle"]
    assert standing.state == "failed"
    assert standing.error == f"the agent was killed by signal 9 ({signal.strsignal(9)})"
    assert ended.session("crash in the middle")["status"] == "failed"
    assert ended.told("crash in the middle") == [
        ("user", "", "crash in the middle"),
        ("assistant", "cut_off", "This was half a sen"),
        ("error", "launch", standing.error),
    ]


def test_a_crash_does_not_cut_off_what_had_come_whole(ended: Ended[Launches]) -> None:
    assert [words for kind, _, words in ended.told("speak, crash afterwards") if kind == "assistant"] == [
        "This came whole.",
        "This was half a sen",
    ]


def test_garbage_is_recorded_and_does_not_end_the_session(ended: Ended[Launches]) -> None:
    standing = ended.standing["garbage between"]
    assert (standing.state, standing.error) == ("completed", "")
    assert ended.running["garbage between"].texts() == ["Between the garbage."]
    session = ended.session("garbage between")
    assert (session["status"], session["calls"], session["cost_usd"]) == ("completed", 1, 0.00033)
    recorded = ended.running["garbage between"].place.lines.read_text()
    assert "[Debug] this is no JSON" in recorded
    assert "\\u0000\\u0001" in recorded


def test_a_program_that_leaves_without_a_result_failed_with_its_last_words(ended: Ended[Launches]) -> None:
    standing = ended.standing["exit 3"]
    assert standing.state == "failed"
    assert standing.error == "the agent ended with exit code 3\nI leave without a result"
    assert ended.session("exit 3")["error"] == standing.error


def test_of_a_launch_that_is_over_nothing_stays_but_its_lines(ended: Ended[Launches]) -> None:
    left = [path.name for path in (ended.launches.data / "launches").iterdir()]
    assert sorted(left) == [f"slot-{number}" for number in range(4)]


def test_what_is_recorded_is_for_its_owner_alone(ended: Ended[Launches]) -> None:
    for one in ended.running.values():
        assert one.place.lines.stat().st_mode & 0o777 == 0o600
        assert one.place.lines.parent.stat().st_mode & 0o777 == 0o700


def test_a_further_scan_doubles_nothing(ended: Ended[Launches]) -> None:
    before = {prompt: ended.session(prompt) for prompt in PROMPTS}
    ended.launches.dashcam.says("scan", "--full")
    assert {prompt: ended.session(prompt) for prompt in PROMPTS} == before
