"""The bar of a long scan."""

import pytest

from dashcam.cli.progress import bar


def test_the_bar_is_drawn_on_standard_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    with bar(1_000) as tick:
        tick(400, 1)
        tick(600, 1)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "400/1,000 bytes" in printed.err
