"""`dashcam prometheus test` and `dashcam sessions --source prometheus`, as a person runs them."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.program import Program
from tests.support.prometheus import served


def told(path: str) -> tuple[int, Mapping[str, str], bytes]:
    """Answer as a Prometheus with two sessions would."""
    if "label/" in path:
        return 200, {}, b'{"status":"success","data":["claude_code_cost_usage_total"]}'
    if "buildinfo" in path:
        return 200, {}, b'{"status":"success","data":{"version":"3.1.0"}}'
    rows = [
        {"metric": {"session_id": name, "model": "claude-sonnet-4-5", "type": "output"}, "value": [1, value]}
        for name, value in (("5e55-cheap", "1.5"), ("5e55-dear\x1b[31m", "12.25"))
    ]
    return 200, {}, json.dumps({"status": "success", "data": {"resultType": "vector", "result": rows}}).encode()


def program(home: Path, url: str = "") -> Program:
    made = Program(home)
    made.data.mkdir()
    if url:
        (made.data / "settings.toml").write_text(f'[prometheus]\nurl = "{url}"\n')
    return made


def test_sessions_are_listed_the_dearest_first(tmp_path: Path) -> None:
    with served(told) as address:
        asked = program(tmp_path, address)
        table = asked.says("sessions", "--source", "prometheus", "--range", "7d")
        listing = asked.answers("sessions", "list", "--source", "prometheus")
        sheet = asked.says("sessions", "--source", "prometheus", "--format", "csv")
        page = asked.says("sessions", "--source", "prometheus", "--format", "md", "--limit", "1")
    lines = table.splitlines()
    assert "5e55-dear" in lines[2]
    assert "$12.25" in lines[2]
    assert "$13.75" in table
    assert "\x1b" not in table
    assert "increase" in " ".join(table.split())
    assert max(map(len, lines)) <= 80
    assert [row["cost_usd"] for row in listing["rows"]] == [12.25, 1.5]
    assert listing["totals"]["sessions"] == 2
    assert sheet.splitlines()[0].startswith("cost_usd,total_tokens,input_tokens")
    assert "1 of 2 sessions are shown" in page


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("--project", "app"), "nothing that --project could select"),
        (("--sort", "tokens"), "nothing that --sort could select"),
        (("--range", "today"), "not asked for the range 'today'"),
        (("--source", "other"), "prometheus"),
    ],
)
def test_what_prometheus_cannot_select_by_is_refused(tmp_path: Path, words: tuple[str, ...], error: str) -> None:
    result = program(tmp_path, "http://127.0.0.1:1").run("sessions", "list", "--source", "prometheus", *words)
    assert result.exit_code == 2
    assert error in result.output


def test_failures_are_one_clear_line_and_a_hint(tmp_path: Path) -> None:
    bare = program(tmp_path)
    for words in (("sessions", "--source", "prometheus"), ("prometheus", "test"), ("prometheus",)):
        result = bare.run(*words)
        assert result.exit_code == 1
        assert result.stderr.startswith("dashcam: no Prometheus server is set\n  Write it under [prometheus]")
    with served(lambda _path: (401, {}, b"")) as address:
        (bare.data / "settings.toml").write_text(f'[prometheus]\nurl = "{address}"\n')
        refused = bare.run("prometheus", "test")
    assert (refused.exit_code, "wants credentials (401)" in refused.stderr) == (1, True)
    assert "nothing listens at" in bare.run("prometheus", "test").stderr


def test_a_look_says_what_the_server_holds(tmp_path: Path) -> None:
    with served(told) as address:
        asked = program(tmp_path, address)
        said = asked.says("prometheus", "test", columns=120)
        found = json.loads(asked.says("prometheus", "test", "--format", "json"))
    assert f"{address}, Prometheus 3.1.0, answered in" in said
    assert "claude_code_cost_usage_total" in said
    assert found["metrics"] == ["claude_code_cost_usage_total"]
