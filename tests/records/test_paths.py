"""Paths as people write them."""

from pathlib import Path

import pytest

from dashcam.records.paths import in_full


def test_a_path_is_written_in_full(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.chdir(tmp_path)
    assert in_full("~/x") == Path("/home/ada/x")
    assert in_full(Path("x/y")) == tmp_path / "x" / "y"
    assert in_full("/x") == Path("/x")


def test_the_home_of_nobody_is_the_name_of_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert in_full("~nobody-is-called-so/x") == tmp_path / "~nobody-is-called-so" / "x"
