"""Changes are heard of by the file system's notices, and found by looking where it gives none."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import rmtree

import pytest

from dashcam.ingest import watch
from dashcam.ingest.watch import Changed, Places, changes, places

TICK_MS = 50
PATIENCE_TICKS = 200


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "TICK_MS", TICK_MS)
    monkeypatch.setattr(watch, "POLL_SECONDS", 0.02)


class Watcher:
    """Watches the wanted paths."""

    def __init__(self, *wanted: Path, silent: bool = False) -> None:
        self.stop = threading.Event()
        self.silent = silent
        self.wanted = wanted
        self.heard: Iterator[Changed] = changes(self.look, self.stop)

    def look(self) -> Places:
        found = places(self.wanted)
        return Places(directories=found.directories, files=found.files, silent=self.silent)

    def hears_of(self, *expected: Path) -> bool:
        """Wait until all of these were named."""
        missing = {str(path) for path in expected}
        for _ in range(PATIENCE_TICKS):
            heard: Changed = next(self.heard)
            missing -= heard or frozenset()
            if not missing:
                return True
        return False

    def is_asked_for_everything(self) -> bool:
        return any(next(self.heard) is None for _ in range(PATIENCE_TICKS))


@pytest.fixture
def watched() -> Iterator[Callable[..., Watcher]]:
    made: list[Watcher] = []

    def start(*wanted: Path, silent: bool = False) -> Watcher:
        made.append(Watcher(*wanted, silent=silent))
        return made[-1]

    yield start
    for one in made:
        one.stop.set()
        assert list(one.heard) == [] or one.heard is not None


def begun(watcher: Watcher) -> Watcher:
    """Let it look at everything, and begin to listen."""
    assert next(watcher.heard) is None
    assert next(watcher.heard) is None, "again, for what was written before it listened"
    assert next(watcher.heard) == frozenset()
    return watcher


def test_everything_is_looked_at_first(tmp_path: Path, watched: Callable[..., Watcher]) -> None:
    assert next(watched(tmp_path).heard) is None


def test_a_new_file_and_an_appended_line_are_heard_of(tmp_path: Path, watched: Callable[..., Watcher]) -> None:
    old = tmp_path / "old.jsonl"
    old.write_text("1\n")
    watcher = begun(watched(tmp_path))
    with old.open("a") as file:
        file.write("2\n")
    new = tmp_path / "new.jsonl"
    new.write_text("1\n")
    assert watcher.hears_of(old, new)


def test_a_new_directory_is_named_as_files_in_it_may_be_too_early_to_be(
    tmp_path: Path, watched: Callable[..., Watcher]
) -> None:
    watcher = begun(watched(tmp_path))
    (tmp_path / "project").mkdir()
    assert watcher.hears_of(tmp_path / "project")
    (tmp_path / "project" / "new.jsonl").write_text("1\n")
    assert watcher.hears_of(tmp_path / "project" / "new.jsonl")


def test_a_file_that_vanished_is_heard_of(tmp_path: Path, watched: Callable[..., Watcher]) -> None:
    gone = tmp_path / "gone.jsonl"
    gone.write_text("1\n")
    watcher = begun(watched(tmp_path))
    gone.unlink()
    assert watcher.hears_of(gone)


def test_a_directory_that_appears_later_is_looked_at_and_then_watched(
    tmp_path: Path, watched: Callable[..., Watcher]
) -> None:
    place = tmp_path / "later"
    watcher = begun(watched(place))
    place.mkdir()
    assert watcher.is_asked_for_everything()
    (place / "early.jsonl").write_text("1\n")
    assert watcher.is_asked_for_everything(), "what is written before it listens is looked for once more"
    (place / "new.jsonl").write_text("1\n")
    assert watcher.hears_of(place / "new.jsonl")


def test_a_directory_that_was_replaced_is_watched_again(tmp_path: Path, watched: Callable[..., Watcher]) -> None:
    place = tmp_path / "root"
    place.mkdir()
    watcher = begun(watched(place))
    rmtree(place)
    place.mkdir()
    assert watcher.is_asked_for_everything()
    for number in range(PATIENCE_TICKS):
        (place / "new.jsonl").write_text(f"{number}\n")
        if str(place / "new.jsonl") in (next(watcher.heard) or ()):
            return
    pytest.fail("nothing was heard of it any more")


def test_a_file_that_stands_alone_is_looked_at_every_tick(tmp_path: Path, watched: Callable[..., Watcher]) -> None:
    alone = tmp_path / "history.jsonl"
    alone.write_text("1\n")
    watcher = begun(watched(alone))
    alone.write_text("1\n2\n")
    assert watcher.hears_of(alone)


def test_where_no_notice_is_given_everything_is_looked_at_again_and_again(
    tmp_path: Path, watched: Callable[..., Watcher]
) -> None:
    watcher = watched(tmp_path, silent=True)
    assert [next(watcher.heard) for _ in range(2)] == [None, frozenset()], "no second look: the next one comes soon"
    assert all(watcher.is_asked_for_everything() for _ in range(3))


def test_what_may_have_been_missed_is_found_by_a_look_now_and_then(
    tmp_path: Path, watched: Callable[..., Watcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "RESYNC_SECONDS", 0.0)
    watcher = watched(tmp_path)
    assert all(watcher.is_asked_for_everything() for _ in range(3))


def test_where_no_watch_can_be_had_everything_is_looked_at_now_and_then(
    tmp_path: Path,
    watched: Callable[..., Watcher],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def no_more_watches(*_: object, **__: object) -> None:
        raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr("watchfiles.watch", no_more_watches)
    watcher = watched(tmp_path)
    assert [next(watcher.heard) for _ in range(5)] == [None] * 5
    assert caplog.text.count("watch limit") == 1, "it is said once"


def test_the_stop_ends_it(tmp_path: Path, watched: Callable[..., Watcher]) -> None:
    watcher = begun(watched(tmp_path))
    watcher.stop.set()
    assert all(heard is not None for heard in watcher.heard), "it ends, and asks for nothing more"


MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
auto /net/team autofs rw 0 0
desk:/team /net/team nfs4 rw 0 0
share /mnt/My\\040Files cifs rw 0 0
C:\\134 /mnt/c 9p rw 0 0
tmpfs /mnt/c/tmp tmpfs rw 0 0
other /mnt/é fuse.sshfs rw 0 0
broken
"""


@pytest.mark.parametrize(
    ("path", "silent"),
    [
        ("/home/ada", False),
        ("/net/team/x", True),
        ("/net/teams", False),
        ("/mnt/My Files/.claude", True),
        ("/mnt/c", True),
        ("/mnt/c/Users", True),
        ("/mnt/c/tmp/x", False),
        ("/mnt/é/x", True),
    ],
)
def test_file_systems_that_stay_silent_are_known_by_their_mounts(
    path: str,
    silent: bool,  # noqa: FBT001  a table
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Path, "exists", lambda _: True)
    assert places([Path(path)], MOUNTS).silent is silent


def test_a_mount_point_that_is_no_unicode_stops_nothing(tmp_path: Path) -> None:
    mounts = b"x /mnt/\xff\\040y nfs rw 0 0\n".decode("utf-8", "surrogateescape")
    assert places([tmp_path], mounts).silent is False


def test_only_what_is_there_is_watched_and_as_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "directory").mkdir()
    (tmp_path / "file").touch()
    found = places([tmp_path / name for name in ("directory", "file", "nothing", "file")])
    assert found == Places(directories=(str(tmp_path / "directory"),), files=(str(tmp_path / "file"),))


def test_what_is_mounted_here_can_be_read() -> None:
    assert isinstance(watch.mounted(), str)
