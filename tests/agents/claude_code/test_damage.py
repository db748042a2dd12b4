"""Lines that are not what they should be: what can be saved is saved, and what cannot is told."""

import msgspec
import pytest

from dashcam.agents.claude_code import AGENT
from tests.support.build import SECOND, SESSION, START
from tests.support.claude_lines import Transcript, text, usage
from tests.support.claude_reading import told

PROMPT = b'{"type":"user","uuid":"u","timestamp":"2026-11-01T12:00:00.000Z","message":{"content":"%s"}}'


def read_one(line: bytes) -> tuple[str, set[str]]:
    result = told([line])
    return "|".join(event.text for event in result.events), result.codes


@pytest.mark.parametrize(
    ("line", "words", "codes"),
    [
        (b"", "", set()),
        (b"   ", "", set()),
        (b"\r", "", set()),
        (PROMPT % b"hi" + b"\r", "hi", set()),
        (b"not JSON", "", {"bad-json"}),
        ((PROMPT % b"hi")[:-10], "", {"bad-json"}),
        (b"[" * 100_000, "", {"bad-json"}),
        (b'{"durationMs":' + b"1" * 5_000 + b"}", "", {"bad-json"}),
        (b"[1]", "", {"not-an-object"}),
        (b'"text"', "", {"not-an-object"}),
        (b"42", "", {"not-an-object"}),
        (b"null", "", {"not-an-object"}),
        (PROMPT % b"caf\xff", "caf�", {"bad-utf8"}),
        (PROMPT % b"half \\ud83d gone", "half � gone", {"bad-utf8"}),
        (PROMPT % b"whole \\ud83d\\ude00", "whole 😀", set()),
        (PROMPT % b"a\\u0000b", "ab", set()),
        (PROMPT % b"a\x01b", "a\x01b", set()),
        (b"\0\0\0" + PROMPT % b"after a crash", "after a crash", {"nul-bytes"}),
        (PROMPT % b"one" + PROMPT % b"two", "one|two", {"joined-lines"}),
        ((PROMPT % b"torn")[:-3] + PROMPT % b"whole", "whole", {"bad-json"}),
        (b'{"type":"user","message":{"content":[{"type":"text","text":"torn"}', "", {"bad-json"}),
    ],
)
def test_what_can_be_saved_of_a_line_is_saved(line: bytes, words: str, codes: set[str]) -> None:
    assert read_one(line) == (words, codes)


@pytest.mark.parametrize(
    ("field", "value"),
    [("version", 2), ("cwd", ["/w"]), ("isMeta", "yes"), ("toolUseResult", 7), ("gitBranch", {"name": "main"})],
)
def test_a_field_of_a_wrong_type_is_dropped_alone(field: str, value: object) -> None:
    session = Transcript()
    session.prompt("Add a test", **{field: value})
    result = told(session.encoded())
    assert [event.text for event in result.events] == ["Add a test"]
    assert result.diagnostics == {("wrong-type", f"the field {field} is not of the type it should be"): 1}


def test_a_wrong_number_leaves_the_others_of_a_usage() -> None:
    session = Transcript()
    session.answer(spent=usage(given=10) | {"output_tokens": "many", "cache_read_input_tokens": 5.0})
    result = told(session.encoded())
    assert (result.call.input, result.call.output, result.call.cache_read) == (10, 0, 5)
    why = "the field message.usage.output_tokens is not of the type it should be"
    assert result.diagnostics == {("wrong-type", why): 1}


def test_a_wrong_block_leaves_the_others_of_a_message() -> None:
    session = Transcript()
    (line,) = session.answer()
    line["message"]["content"] = [text("kept"), 7, {"type": "text", "text": 8}]
    result = told(session.encoded())
    assert [event.text for event in result.events] == ["kept", ""]
    assert result.diagnostics == {
        ("wrong-type", "the field message.content[] is not of the type it should be"): 1,
        ("wrong-type", "the field message.content[].text is not of the type it should be"): 1,
    }


@pytest.mark.parametrize("field", ["version", "gitBranch", "cwd", "requestId", "toolUseResult", "message"])
def test_null_is_as_good_as_missing(field: str) -> None:
    session = Transcript()
    session.answer()[0][field] = None
    assert told(session.encoded()).diagnostics == {}


@pytest.mark.parametrize(
    "timestamp",
    ["yesterday", "", "1999-12-31T23:59:59.000Z", "2150-01-01T00:00:00.000Z", "9999-99-99T00:00:00Z", None],
)
def test_a_time_that_cannot_be_true_is_replaced_by_the_last_one_known(timestamp: str | None) -> None:
    session = Transcript()
    session.prompt("one")
    session.prompt("two", timestamp=timestamp)
    result = told(session.encoded())
    assert [event.at for event in result.events] == [START, START]
    assert result.codes == {"bad-time"}


def test_without_any_time_an_event_is_at_the_beginning_of_all_time() -> None:
    session = Transcript()
    del session.prompt()["timestamp"]
    result = told(session.encoded())
    assert result.events[0].at == 0
    assert (result.session.born, result.session.last_at) == (None, None)


@pytest.mark.parametrize("cuts", [(), (1,), (2,), (1, 2, 3)])
def test_a_response_before_any_time_gets_the_first_one_that_comes(cuts: tuple[int, ...]) -> None:
    session = Transcript()
    session.answer(text("one"), text("two"))
    session.prompt()
    for line in session.lines[:2]:
        del line["timestamp"]
    result = told(session.encoded(), cuts=cuts)
    assert result.call.at == result.session.born == START + 2 * SECOND


def test_unknown_types_are_told_once_each_with_their_number() -> None:
    session = Transcript()
    for kind in ("mystery", "mystery", "riddle"):
        session.line(kind)
    assert told(session.encoded()).diagnostics == {
        ("unknown-type", "lines of type 'mystery' are not known"): 2,
        ("unknown-type", "lines of type 'riddle' are not known"): 1,
    }


def test_one_diagnostic_stands_for_all_of_its_kind_in_a_reading() -> None:
    result = told([b"{", b"{", b"["])
    assert sum(result.diagnostics.values()) == 3
    assert result.codes == {"bad-json"}


@pytest.mark.parametrize("kind", ["file-history-snapshot", "api-request-blob", "mode", "tools-used"])
@pytest.mark.parametrize("first", [True, False])
def test_types_that_tell_nothing_are_passed_over_wherever_the_type_stands(kind: str, *, first: bool) -> None:
    line = {"type": kind, "timestamp": "2026-11-01T12:00:00Z", "sessionId": SESSION}
    if not first:
        line = dict(reversed(line.items()))
    result = told([line])
    assert (result.facts, result.diagnostics, result.events) == ({}, {}, [])


@pytest.mark.parametrize("kind", ["tag", "agent-color", "worktree-state", "continued-in"])
def test_types_that_are_known_by_name_cause_no_alarm(kind: str) -> None:
    session = Transcript()
    session.line(kind)
    assert told(session.encoded()).diagnostics == {}


def test_a_line_without_a_type_is_known_by_its_messages_role() -> None:
    session = Transcript()
    (line,) = session.answer()
    del line["type"]
    assert told(session.encoded()).call.output == 100


def test_a_message_that_is_a_mere_text_is_read() -> None:
    session = Transcript()
    session.line("user", message="words")
    assert [event.text for event in told(session.encoded()).events] == ["words"]


def test_what_was_left_raw_may_be_damaged_too() -> None:
    line = (
        b'{"type":"system","subtype":"api_error","timestamp":"2026-11-01T12:00:00Z","error":{"message":"half \\ud83d"}}'
    )
    (event,) = told([line]).events
    assert event.text == "half �"
    assert AGENT.body(line, event).text == "half �"


def test_a_null_character_reaches_no_record() -> None:
    session = Transcript("a\0b", cwd="/w\0", version="2\0")
    session.prompt("x\0y")
    session.answer(text("\0"), model="m\0", message_id="i\0", request="r\0")
    session.answer({"type": "tool_use", "id": "t\0", "name": "n\0", "input": {"k": "v\0"}})
    session.line("custom-title", customTitle="t\0")
    result = told(session.encoded(), path="/p/projects/p/chat.jsonl")
    assert b"\\u0000" not in msgspec.json.encode([result.events, list(result.calls.values()), result.facts])
    bodies = [AGENT.body(session.encoded()[event.line], event) for event in result.events]
    assert b"\\u0000" not in msgspec.json.encode(bodies)


def test_a_null_character_in_a_name_reaches_no_diagnostic() -> None:
    named = told([b'{"type":"cost-state","modelUsage":{"\\u0000model":null}}'])
    assert all("\0" not in why for _, why in named.diagnostics)
    assert named.diagnostics != {}
