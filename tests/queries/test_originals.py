"""A session's own file is found among all that tell of it."""

from pathlib import Path

import pytest

from dashcam.queries.moment import Moment
from dashcam.queries.originals import original_of
from dashcam.queries.sessions import one_session
from dashcam.records.errors import NotFound
from dashcam.store import sources
from dashcam.store.store import Store
from tests.support.build import HOUR, SESSION, START
from tests.support.claude_lines import Transcript
from tests.support.machine import Machine

AT = Moment(now=START + HOUR)


def test_the_file_is_given_back_byte_for_byte(tmp_path: Path, store_url: str) -> None:
    machine = Machine(tmp_path, store_url)
    talk = Transcript()
    talk.prompt()
    path = talk.write(machine.claude)
    (path.parent / SESSION / "tool-results").mkdir(parents=True)
    (path.parent / SESSION / "tool-results" / "toolu_1.txt").write_text("beside it")
    machine.scan()
    with Store.open(machine.url) as store:
        source = original_of(store.database, one_session(store.database, SESSION, AT))
        assert source.source.path == str(path)
        assert b"".join(sources.contents(store.database, source)) == path.read_bytes()


def test_of_a_file_that_was_replaced_the_last_is_given(tmp_path: Path, store_url: str) -> None:
    machine = Machine(tmp_path, store_url)
    paths = []
    for words in ("The first, which was longer", "The second"):
        talk = Transcript()
        talk.prompt(words)
        paths.append(talk.write(machine.claude))
        machine.scan()
    with Store.open(machine.url) as store:
        source = original_of(store.database, one_session(store.database, SESSION, AT))
        assert b"".join(sources.contents(store.database, source)) == paths[-1].read_bytes()


def test_a_session_that_only_others_tell_of_has_none(tmp_path: Path) -> None:
    machine = Machine(tmp_path, f"sqlite:///{tmp_path / 'dashcam.db'}")
    talk = Transcript()
    talk.prompt()
    talk.write(machine.claude)
    machine.scan()
    with Store.open(machine.url) as store:
        session = one_session(store.database, SESSION, AT)
        store.database.run("UPDATE source SET kind = 'sidecar'")
        with pytest.raises(NotFound, match=SESSION):
            original_of(store.database, session)
