"""What a tool was asked, in one line."""

import pytest

from dashcam.queries.doing import LONGEST_WORDS, one_line

DEEP = 100_000


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", ""),
        ('{"timeout": 5, "description": "List", "command": "ls\\n -l"}', "ls -l"),
        ('{"other": "the first text"}', "the first text"),
        ('{"questions": [{"question": "Which one?"}]}', "Which one?"),
        ('"words"', "words"),
        ("[1, 2]", "[1, 2]"),
        ("*** Begin Patch", "*** Begin Patch"),
    ],
)
def test_it_says_what_tells_most(given: str, said: str) -> None:
    assert one_line(given) == said


@pytest.mark.parametrize("given", ["[" * DEEP, '{"a": ' * DEEP, '{"a": ' + '[{"question": ' * DEEP])
def test_nesting_without_end_is_said_as_it_was_written(given: str) -> None:
    assert one_line(given) == " ".join(given[: 4 * LONGEST_WORDS].split())[:LONGEST_WORDS]
