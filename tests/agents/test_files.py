"""The walk over an agent's directory: what is found, and what is not."""

import os
from pathlib import Path

import pytest

from dashcam.agents.agent import Trouble
from dashcam.agents.files import FileFound, look, walk


def lines_only(relative: str) -> bool:
    return relative.endswith(".jsonl")


def put(path: Path, content: str = "{}\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def found(root: Path) -> list[str]:
    return [Path(each.path).relative_to(root).as_posix() for each in walk(root, lines_only)]


def test_a_file_is_described_by_its_stat(tmp_path: Path) -> None:
    path = put(tmp_path / "a" / "b.jsonl", "12345\n")
    status = path.stat()
    assert list(walk(tmp_path, lines_only)) == [
        FileFound(
            path=str(path),
            size=6,
            mtime_ns=status.st_mtime_ns,
            inode=status.st_ino,
            device=status.st_dev,
        )
    ]


def test_only_accepted_files_are_found_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b.jsonl", "a/z.jsonl", "a/y.txt", "a/x/w.jsonl", "c.jsonl"):
        put(tmp_path / name)
    assert found(tmp_path) == ["a/x/w.jsonl", "a/z.jsonl", "b.jsonl", "c.jsonl"]


def test_accept_is_asked_with_the_path_below_the_root(tmp_path: Path) -> None:
    put(tmp_path / "a" / "b.jsonl")
    asked: list[str] = []

    def accept(relative: str) -> bool:
        asked.append(relative)
        return False

    assert list(walk(tmp_path, accept)) == []
    assert asked == ["a/b.jsonl"]


def test_a_root_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert list(walk(tmp_path / "nowhere", lines_only)) == []


def test_a_directory_with_a_files_name_is_no_file(tmp_path: Path) -> None:
    put(tmp_path / "odd.jsonl" / "inner.jsonl")
    assert found(tmp_path) == ["odd.jsonl/inner.jsonl"]


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    put(tmp_path / "a" / "x.jsonl")
    (tmp_path / "a" / "back").symlink_to(tmp_path, target_is_directory=True)
    assert found(tmp_path) == ["a/x.jsonl"]


def test_a_file_that_is_linked_too_keeps_its_true_place(tmp_path: Path) -> None:
    put(tmp_path / "z" / "real.jsonl")
    (tmp_path / "a").symlink_to(tmp_path / "z", target_is_directory=True)
    (tmp_path / "b.jsonl").symlink_to(tmp_path / "z" / "real.jsonl")
    assert found(tmp_path) == ["z/real.jsonl"]


def test_what_stands_elsewhere_is_found_through_its_link(tmp_path: Path) -> None:
    put(tmp_path / "elsewhere" / "x.jsonl")
    root = tmp_path / "root"
    root.mkdir()
    (root / "link").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert found(root) == ["link/x.jsonl"]


def test_a_link_to_nothing_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "gone.jsonl").symlink_to(tmp_path / "nothing")
    assert found(tmp_path) == []


def test_a_link_to_itself_is_told(tmp_path: Path) -> None:
    (tmp_path / "loop.jsonl").symlink_to(tmp_path / "loop.jsonl")
    (trouble,) = walk(tmp_path, lines_only)
    assert isinstance(trouble, Trouble)
    assert trouble.path.endswith("loop.jsonl")


def test_an_unreadable_directory_is_told_and_the_rest_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "locked" / "x.jsonl")
    put(tmp_path / "open" / "y.jsonl")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr("os.scandir", refuse)
    trouble, file = walk(tmp_path, lines_only)
    assert trouble == Trouble(path=str(tmp_path / "locked"), why="Permission denied")
    assert file.path.endswith("y.jsonl")


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    assert list(walk(tmp_path, lines_only)) == [Trouble(path=str(tmp_path / "pipe.jsonl"), why="not a regular file")]


def test_a_name_that_is_no_text_is_told(tmp_path: Path) -> None:
    with open(os.fsencode(tmp_path) + b"/\xff.jsonl", "w"):  # noqa: PTH123 - a Path cannot say it
        pass
    (trouble,) = walk(tmp_path, lines_only)
    assert isinstance(trouble, Trouble)
    assert "�" in trouble.path


def test_one_file_may_be_looked_at(tmp_path: Path) -> None:
    path = put(tmp_path / "history.jsonl", "1\n")
    described = look(path)
    assert isinstance(described, FileFound)
    assert described.size == 2
    assert look(tmp_path / "other") is None
    assert isinstance(look(tmp_path), Trouble)
