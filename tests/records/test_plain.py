"""Texts as a person saw them: colours, links and JSON's signs are no words."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashcam.records.plain import ESCAPE, composed, values_in, values_of, without_orders


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("a tree", "a tree"),
        ("\x1b[31mtree\x1b[0m", "tree"),
        ("\x1b[1;38;5;208mtree\x1b[m top", "tree top"),
        ("\x1b[38:2::255:0:0mtree", "tree"),
        ("\x1b[2K\x1b[1A\x1b[?25ltree", "tree"),
        ("\x1b[ qtree", "tree"),
        ("\x1b]0;title\x07tree", "tree"),
        ("\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\ed", "linked"),
        ("\x1bPq#0;2;0;0;0\x1b\\tree", "tree"),
        ("\x1b(Btree", "tree"),
        ("\x1b=tree", "tree"),
        ("re\x1b[1md\x1b[0m", "red"),
    ],
)
def test_orders_to_a_terminal_are_left_out(text: str, expected: str) -> None:
    assert without_orders(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tree\x1b", "tree\x1b"),
        ("tree\x1b[31", "tree31"),
        ("\x1b]0;never ended", "0;never ended"),
        ("\x1b]0;never ended\x1b[0m", "0;never ended"),
        ("[31mtree", "[31mtree"),
        ("\\x1b[31mtree", "\\x1b[31mtree"),
    ],
)
def test_an_order_that_is_not_whole_takes_no_words_with_it(text: str, expected: str) -> None:
    assert without_orders(text) == expected


@given(st.text(st.sampled_from("\x1b[]0;m\x07\\ ab"), max_size=40))
def test_only_orders_are_left_out(text: str) -> None:
    left = iter(text)
    assert all(sign in left for sign in without_orders(text))


@given(st.text().filter(lambda text: ESCAPE not in text))
def test_a_text_without_orders_is_as_it_was(text: str) -> None:
    assert without_orders(text) is text


@pytest.mark.parametrize("text", ["\x1b]" * 200_000, "\x1b[" + "1;" * 500_000, "\x1b[1 " * 200_000 + "\x1b"])
def test_hostile_text_takes_no_long_time(text: str) -> None:
    begun = time.process_time()
    without_orders(text)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("tool_input", "expected"),
    [
        ("", ""),
        ("{}", ""),
        ("ls -l", "ls -l"),
        ("*** Begin Patch\n", "*** Begin Patch\n"),
        ('{"command":"cargo check\\ncargo test"}', "cargo check\ncargo test"),
        ('{"file_path":"a.py","content":"one\\n\\ttwo"}', "a.py\none\n\ttwo"),
        ('{"command":["bash","-lc","a\\nb"],"timeout":120000}', "bash\n-lc\na\nb\n120000"),
        ('{"edits":[{"old":"x\\ny","new":"z"}],"all":true,"none":null}', "x\ny\nz\nTrue"),
        ('{"command":"\\u001b[31mtree"}', "\x1b[31mtree"),
        ('{"command":', '{"command":'),
        ('{"command":"\\ud800"}', '{"command":"\\ud800"}'),
        ('["a","b"]', '["a","b"]'),
    ],
)
def test_the_input_of_a_tool_is_its_values_one_a_line(tool_input: str, expected: str) -> None:
    assert values_of(tool_input) == expected


def test_input_that_is_nested_without_end_stays_as_it_is() -> None:
    deep = '{"a":' * 5_000 + "1" + "}" * 5_000
    assert values_of(deep) == deep


def test_a_value_without_words_says_nothing() -> None:
    assert list(values_in(None)) == list(values_in([])) == []
    assert list(values_in(12)) == ["12"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("Cafe\u0301", "Caf\u00e9"),
        ("\u1112\u1161\u11ab", "\ud55c"),
        ("\ufb01ne … ½", "\ufb01ne … ½"),
        ("\ud800", "\ud800"),
    ],
)
def test_accents_are_joined_with_their_letters_and_nothing_else_is_changed(text: str, expected: str) -> None:
    assert composed(text) == expected
