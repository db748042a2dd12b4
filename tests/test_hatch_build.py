"""The build of the web app: when it happens, and which Node.js it takes."""

from pathlib import Path

import pytest

import hatch_build
from hatch_build import BUILT, MARK, Node, WebBuildFailed, build, find_node, is_unwanted, source_hash


def web_of(root: Path) -> Path:
    web = root / "web"
    (web / "src" / "pages").mkdir(parents=True)
    (web / "package.json").write_text("{}")
    (web / "src" / "main.ts").write_text("start();")
    (web / "src" / "pages" / "Page.svelte").write_text("<h1>Page</h1>")
    return web


def test_the_same_sources_have_the_same_hash_wherever_they_are(tmp_path: Path) -> None:
    assert source_hash(web_of(tmp_path / "here")) == source_hash(web_of(tmp_path / "there"))


def test_any_changed_byte_changes_the_hash(tmp_path: Path) -> None:
    web = web_of(tmp_path)
    before = source_hash(web)
    (web / "src" / "main.ts").write_text("start()!")
    assert source_hash(web) != before


def test_a_renamed_file_changes_the_hash(tmp_path: Path) -> None:
    web = web_of(tmp_path)
    before = source_hash(web)
    (web / "src" / "main.ts").rename(web / "src" / "begin.ts")
    assert source_hash(web) != before


def test_bytes_that_move_from_one_file_to_the_next_change_the_hash(tmp_path: Path) -> None:
    web = web_of(tmp_path)
    (web / "src" / "a.ts").write_text("xy")
    (web / "src" / "b.ts").write_text("z")
    before = source_hash(web)
    (web / "src" / "a.ts").write_text("x")
    (web / "src" / "b.ts").write_text("yz")
    assert source_hash(web) != before


@pytest.mark.parametrize("name", ["node_modules/vite/index.js", "openapi.json", "src/format.test.ts"])
def test_what_the_build_does_not_read_leaves_the_hash_alone(tmp_path: Path, name: str) -> None:
    web = web_of(tmp_path)
    before = source_hash(web)
    (web / name).parent.mkdir(parents=True, exist_ok=True)
    (web / name).write_text("anything")
    assert source_hash(web) == before


def test_nothing_is_built_where_the_same_sources_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hatch_build, "_candidates", lambda: iter(()))
    web = web_of(tmp_path)
    built = tmp_path / BUILT
    built.mkdir(parents=True)
    (built / "index.html").write_text("<!doctype html>")
    (built / MARK).write_text(source_hash(web))
    assert build(tmp_path) is False
    (web / "src" / "main.ts").write_text("changed")
    with pytest.raises(WebBuildFailed, match=r"no Node\.js 20 or newer"):
        build(tmp_path)


def test_a_node_that_does_not_start_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def program(name: str, words: str) -> Node:
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{words}\n")
        path.chmod(0o755)
        return Node(path, path)

    broken, old, good = program("broken", "exit 1"), program("old", "echo v18.2.0"), program("good", "echo v24.1.0")
    monkeypatch.setattr(hatch_build, "_candidates", lambda: iter((broken, old, good)))
    assert find_node() == good


@pytest.mark.parametrize(("value", "unwanted"), [("", False), ("0", False), ("1", True), ("yes", True)])
def test_a_variable_leaves_the_web_app_out(monkeypatch: pytest.MonkeyPatch, value: str, unwanted: bool) -> None:  # noqa: FBT001
    monkeypatch.setenv("DASHCAM_SKIP_WEB", value)
    assert is_unwanted() is unwanted
