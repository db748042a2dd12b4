"""Shell completion: the scripts, and what they complete."""

from pathlib import Path

import pytest

from tests.support.program import Program


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_each_shell_has_its_script(tmp_path: Path, shell: str) -> None:
    assert "_DASHCAM_COMPLETE" in Program(tmp_path).says("completion", shell)


def test_its_help_has_one_line_for_each_shell(tmp_path: Path) -> None:
    said = Program(tmp_path).says("completion", "--help")
    assert [line.split(":")[0].strip() for line in said.splitlines() if "dashcam completion" in line][1:] == [
        "bash",
        "zsh",
        "fish",
    ]


@pytest.mark.parametrize(
    ("typed", "at", "completed"),
    [("dashcam pr", 1, "prices"), ("dashcam export us", 2, "usage"), ("dashcam prices re", 2, "reprice")],
)
def test_commands_and_values_are_completed(tmp_path: Path, typed: str, at: int, completed: str) -> None:
    asked = {"_DASHCAM_COMPLETE": "bash_complete", "COMP_WORDS": typed, "COMP_CWORD": str(at)}
    assert f"plain,{completed}\n" in Program(tmp_path).says(env=asked)
