"""Settings: read once, believed only when they make sense, and every mistake named with its place."""

from pathlib import Path

import pytest

from dashcam.cli.setup import Setup, read_settings, read_setup
from dashcam.records.clock import SECOND
from dashcam.records.errors import BadSettings
from dashcam.records.settings import Settings
from tests.support.claude_lines import Transcript
from tests.support.program import Program
from tests.support.sources import REPOSITORY


def settings(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    return read_settings(path)


def test_every_setting_is_documented() -> None:
    page = (REPOSITORY / "docs" / "settings.md").read_text()
    assert [name for name in Settings.__struct_fields__ if f"| `{name}` |" not in page] == []


def test_the_documented_settings_can_be_read(tmp_path: Path) -> None:
    page = (REPOSITORY / "docs" / "settings.md").read_text()
    example = page.partition("```toml\n")[2].partition("```")[0]
    assert settings(tmp_path, example).aliases == {"gateway/sonnet": "claude-sonnet-5"}


def test_without_a_file_everything_is_as_it_comes(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "settings.toml") == Settings()


def test_the_file_is_read(tmp_path: Path) -> None:
    assert settings(tmp_path, 'time_zone = "Europe/Berlin"\nrunning_minutes = 3').running_minutes == 3


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("time_zone = Berlin", "line 1"),
        ('colour = "blue"', "colour"),
        ("time_zone = 5", "$.time_zone"),
        ('[[roots]]\nagent = "a"', "$.roots[0]"),
        ("\x00", "not TOML"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_place(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(BadSettings) as failed:
        settings(tmp_path, text)
    assert why in failed.value.message
    assert str(tmp_path / "settings.toml") in failed.value.message


def test_the_environment_goes_before_the_settings(tmp_path: Path) -> None:
    said = Settings(database_url="postgresql://team")
    assert Setup(tmp_path, said, {"DASHCAM_DATABASE_URL": "sqlite:///mine.db"}).database_url == "sqlite:///mine.db"
    assert Setup(tmp_path, said, {}).database_url == "postgresql://team"
    assert Setup(tmp_path, Settings(), {}).database_url == f"sqlite:///{tmp_path / 'dashcam.db'}"


def test_the_home_is_where_the_variable_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHCAM_HOME", str(tmp_path / "here"))
    assert read_setup().home == tmp_path / "here"


def test_nobody_else_may_read_our_home(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.says("sessions")
    assert program.data.stat().st_mode & 0o777 == 0o700


def test_a_currency_needs_its_rate(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="give no rate"):
        _ = Setup(tmp_path, Settings(currency="EUR"), {}).currency
    program = Program(tmp_path)
    program.data.mkdir()
    (program.data / "settings.toml").write_text(
        'currency = "eur"\n[[currencies]]\ncode = "EUR"\nper_dollar = "0.5"\nsymbol = "€"\n'
    )
    talk = Transcript()
    talk.model = "claude-sonnet-4-5"
    talk.prompt()
    talk.answer(spent={"input_tokens": 1_000_000, "output_tokens": 0})
    talk.write(program.claude)
    said = program.says("sessions")
    assert "Cost EUR" in said
    assert "€1.50" in said, "a million tokens at $3, and a dollar buys half a euro"


def test_the_longest_silence_that_counts_as_activity_is_a_setting(tmp_path: Path) -> None:
    program = Program(tmp_path)
    talk = Transcript()
    talk.prompt()
    talk.at += 9 * 60 * SECOND
    talk.answer()
    talk.write(program.claude)
    assert program.answers("sessions")["rows"][0]["active_seconds"] == 300
    (program.data / "settings.toml").write_text("active_gap_minutes = 2")
    assert program.answers("sessions")["rows"][0]["active_seconds"] == 120
    (program.data / "settings.toml").write_text("active_gap_minutes = 0")
    assert program.run("sessions").exit_code == 1
