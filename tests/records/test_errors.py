"""What goes wrong is said in one line, and what to do next in another."""

import inspect

import pytest

from dashcam.records import errors
from dashcam.records.errors import (
    BadInput,
    DashcamError,
    DatabaseDamaged,
    DatabaseError,
    DatabaseFull,
    DatabaseLocked,
    DatabaseNewer,
    NotFound,
)


def test_an_error_says_what_happened_and_what_to_do_next() -> None:
    error = NotFound("no session begins with 'x'", "List them: dashcam sessions")
    assert (error.message, error.hint) == ("no session begins with 'x'", "List them: dashcam sessions")
    assert str(error) == "no session begins with 'x'\nList them: dashcam sessions"


def test_an_error_without_advice_is_one_line() -> None:
    assert str(BadInput("'x' is not a range")) == "'x' is not a range"
    assert BadInput("'x' is not a range").hint == ""


def test_every_error_can_be_shown_as_one_line() -> None:
    named = [each for _, each in inspect.getmembers(errors, inspect.isclass)]
    assert all(issubclass(each, DashcamError) and each.__doc__ for each in named)


@pytest.mark.parametrize("kind", [DatabaseLocked, DatabaseDamaged, DatabaseNewer, DatabaseFull])
def test_what_ails_a_database_is_caught_as_one(kind: type[DatabaseError]) -> None:
    with pytest.raises(DatabaseError, match="no room"):
        raise kind("no room was left")


def test_wrong_words_are_no_failure_of_the_database() -> None:
    assert not issubclass(BadInput, DatabaseError)
    assert not issubclass(DatabaseError, BadInput)
