"""The agents that are known, what was found of them, and what their files can tell."""

from pathlib import Path

from tests.support.claude_lines import Transcript
from tests.support.codex_lines import Rollout
from tests.support.program import Program


def test_every_agent_is_listed_with_what_was_found(tmp_path: Path) -> None:
    program = Program(tmp_path)
    talk = Transcript()
    talk.prompt()
    talk.answer()
    path = talk.write(program.claude)
    rows = {row["agent"]: row for row in program.answers("agents")["rows"]}
    claude, codex = rows["claude-code"], rows["codex"]
    assert (claude["sessions"], claude["files"], claude["bytes"], claude["calls"]) == (1, 1, path.stat().st_size, 1)
    assert claude["roots"][0] == {"path": str(program.claude), "why": "default", "exists": True, "files": 1}
    assert (codex["sessions"], codex["last_at"], codex["roots"][0]["exists"]) == (0, None, False)
    assert codex["tells"]["tokens"] == "yes"


def test_a_place_of_the_settings_is_a_row_of_its_own(tmp_path: Path) -> None:
    program = Program(tmp_path)
    rollout = Rollout()
    rollout.turn()
    rollout.prompt()
    rollout.tokens()
    rollout.write(tmp_path / "laptop")
    program.data.mkdir()
    root = f'[[roots]]\nagent = "codex"\npath = "{tmp_path / "laptop"}"\nname = "laptop"\n'
    (program.data / "settings.toml").write_text(root)
    rows = {row["agent_name"]: row for row in program.answers("agents")["rows"]}
    assert (rows["laptop"]["sessions"], rows["codex-default"]["sessions"]) == (1, 0)


def test_the_tables_fit_a_narrow_terminal(tmp_path: Path) -> None:
    said = Program(tmp_path).says("agents")
    assert max(map(len, said.splitlines())) <= 80
    assert "not there" in said


def test_an_agent_without_files_is_not_missed(tmp_path: Path) -> None:
    program = Program(tmp_path)
    said = program.says("agents", columns=300)
    words = "Known only by what they send by telemetry: Gemini CLI, Qwen Code, Copilot CLI, OpenTelemetry."
    assert words in said
    said = program.says("doctor", columns=300)
    assert "known only by what they send: Gemini CLI, Qwen Code, Copilot CLI, OpenTelemetry; none has sent any" in said
    assert said.count("nothing was found") == 2
