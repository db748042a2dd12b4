"""Editing the settings file: the user's own words stay, and nothing is kept that could not be read again."""

from pathlib import Path

import pytest

from dashcam.cli.settings_file import edited, set_alias, set_price, unset_alias, unset_price
from dashcam.records.errors import BadSettings
from dashcam.records.settings import PriceOverride

MINE = """# my settings
time_zone = "UTC"

[[prices]]
model = "old"   # agreed in May
input = "1"
output = "2"

[aliases]
house = "gpt-5.5"
"""
PRICE = PriceOverride(model="new", input="3", output="4", since="2026-11-01")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "settings.toml"
    made.write_text(MINE)
    return made


def fine(_text: str) -> None:
    """Take anything."""


def test_a_price_is_added_and_all_else_stays(path: Path) -> None:
    with edited(path, fine) as document:
        assert set_price(document, PRICE) is False
    text = path.read_text()
    assert 'model = "old"   # agreed in May' in text
    assert '[[prices]]\nmodel = "new"\nsince = "2026-11-01"\ninput = "3"\noutput = "4"\n' in text


def test_another_day_is_another_price(path: Path) -> None:
    with edited(path, fine) as document:
        set_price(document, PRICE)
        assert set_price(document, PriceOverride(model="new", input="5", output="6")) is False
        assert set_price(document, PRICE) is True


def test_taking_back_what_was_added_leaves_every_byte(path: Path) -> None:
    with edited(path, fine) as document:
        set_alias(document, "shed", "gpt-5.5")
    with edited(path, fine) as document:
        assert unset_alias(document, "SHED") == 1
    assert path.read_text() == MINE


def test_a_price_is_taken_back_in_any_case(path: Path) -> None:
    with edited(path, fine) as document:
        assert (unset_price(document, "OLD"), unset_price(document, "none")) == (1, 0)
    assert "[[prices]]" not in path.read_text()
    assert "# my settings" in path.read_text()


def test_what_cannot_be_read_again_is_not_kept(path: Path) -> None:
    def refuse(_text: str) -> None:
        raise BadSettings("no")

    with pytest.raises(BadSettings), edited(path, refuse) as document:
        set_price(document, PRICE)
    assert path.read_text() == MINE


def test_a_file_that_is_no_toml_is_left_alone(path: Path) -> None:
    path.write_text("a = [")
    with pytest.raises(BadSettings), edited(path, fine):
        pass
    assert path.read_text() == "a = ["


def test_a_new_file_is_for_our_eyes_only(tmp_path: Path) -> None:
    made = tmp_path / "home" / "settings.toml"
    with edited(made, fine) as document:
        set_alias(document, "house", "gpt-5.5")
    assert made.stat().st_mode & 0o777 == 0o600
    assert made.read_text() == '[aliases]\nhouse = "gpt-5.5"\n'
