"""The line that takes a session up again."""

from collections.abc import Iterator

import pytest

from dashcam.queries.moment import Moment
from dashcam.queries.resuming import resume_line
from dashcam.queries.sessions import one_session
from dashcam.store.store import Store
from tests.support import build
from tests.support.build import HOUR, START
from tests.support.saving import news, save

AT = Moment(now=START + HOUR)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store.open(store_url) as opened:
        yield opened


def line_of(store: Store, name: str) -> str:
    return resume_line(one_session(store.database, name, AT))


def test_it_goes_to_the_project_first(store: Store) -> None:
    save(store, news("bluebird", calls=(build.model_call(),)))
    assert line_of(store, "bluebird") == "cd /home/ada/app && claude --resume bluebird"


def test_signs_that_a_shell_would_obey_are_quoted(store: Store) -> None:
    facts = build.session_facts(session="bluebird", project="/home/ada/my app;rm -rf $HOME")
    save(store, news("bluebird", calls=(build.model_call(),), facts=facts))
    assert line_of(store, "bluebird") == "cd '/home/ada/my app;rm -rf $HOME' && claude --resume bluebird"


def test_a_session_without_a_project_is_taken_up_where_one_is(store: Store) -> None:
    facts = build.session_facts(session="bluebird", project="")
    save(store, news("bluebird", calls=(build.model_call(),), facts=facts))
    assert line_of(store, "bluebird") == "claude --resume bluebird"


def test_a_subagent_is_not_taken_up_by_itself(store: Store) -> None:
    facts = build.session_facts(session="bluebird-helper", parent="bluebird", relation="subagent")
    save(store, news("bluebird-helper", calls=(build.model_call(),), facts=facts))
    assert line_of(store, "bluebird-helper") == ""


def test_nothing_is_left_of_a_session_known_by_name(store: Store) -> None:
    save(store, news("bluebird", kind="sidecar"))
    assert line_of(store, "bluebird") == ""
