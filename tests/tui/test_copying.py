"""What leaves the program: ids and commands on the clipboard, files, and sessions that are launched."""

import json
from pathlib import Path

import pytest

from tests.tui.conftest import Screen, Terminal, identity


def test_the_id_and_the_command_that_resumes_it_are_copied(terminal: Terminal) -> None:
    async def play(screen: Screen) -> list[str]:
        copied = []
        for keys in (("G", "y"), ("Y",), ("enter", "y"), ("Y",)):
            await screen.press(*keys)
            copied.append(screen.app.clipboard)
        return copied

    resume = f"cd /home/ada/parser && claude --resume {identity(1)}"
    assert terminal.play(play) == [identity(1), resume, identity(1), resume]


@pytest.mark.parametrize("name", ["shown.csv", "shown.json"])
def test_what_is_shown_is_written_to_a_file_and_none_is_overwritten(
    terminal: Terminal, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name

    async def play(screen: Screen) -> None:
        await screen.press("slash", *"parser", "enter", "e")
        field = screen.app.screen.query_one("#path")
        field.value = str(path)  # type: ignore[attr-defined]  # an input's
        await screen.press("enter")
        await screen.press("e")
        screen.app.screen.query_one("#path").value = str(path)  # type: ignore[attr-defined]  # an input's
        await screen.press("enter")
        await screen.until("It is there already")

    terminal.play(play)
    if name.endswith(".json"):
        (row,) = json.loads(path.read_text())
        assert (row["session_id"], row["title"]) == (identity(1), "Tests for the parser")
    else:
        head, row_words = path.read_text().splitlines()
        assert (head.split(",")[0], row_words.split(",")[0]) == ("session_id", identity(1))
