"""`dashcam otel env`: what a shell, a program and a settings file are given."""

import json
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.support.program import Program

ADDRESS = "http://127.0.0.1:4747"
AGENTS = ["claude-code", "codex", "gemini-cli", "qwen-code", "copilot-cli"]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def sourced(text: str) -> dict[str, str]:
    """The variables that a shell has after it was given a text."""
    script = f"{text}\nenv -0"
    ran = subprocess.run(
        ["/bin/sh", "-c", script], env={"DASHCAM_TOKEN": "secret"}, capture_output=True, text=True, check=True
    )
    pairs = (pair.partition("=") for pair in ran.stdout.split("\0") if pair)
    return {name: value for name, _, value in pairs if name not in {"DASHCAM_TOKEN", "PWD", "_", "SHLVL", "OLDPWD"}}


def test_a_shell_gets_the_variables_of_an_agent(program: Program) -> None:
    assert sourced(program.says("otel", "env", "--agent", "claude-code")) == {
        "CLAUDE_CODE_ENABLE_TELEMETRY": "1",
        "OTEL_METRICS_EXPORTER": "otlp",
        "OTEL_LOGS_EXPORTER": "otlp",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_EXPORTER_OTLP_ENDPOINT": ADDRESS,
    }


def test_all_agents_together_are_still_a_shells_words(program: Program) -> None:
    found = sourced(program.says("otel", "env", "--port", "8080"))
    assert {value for name, value in found.items() if name.endswith("ENDPOINT")} == {"http://127.0.0.1:8080"}
    assert {"GEMINI_TELEMETRY_ENABLED", "QWEN_TELEMETRY_ENABLED", "COPILOT_OTEL_ENABLED"} <= set(found)


def test_a_token_is_filled_in_by_the_shell(program: Program) -> None:
    said = program.says("otel", "env", "--agent", "copilot-cli", env={"DASHCAM_TOKEN": "0123456789abcdef"})
    assert "0123456789abcdef" not in said
    assert sourced(said)["OTEL_EXPORTER_OTLP_HEADERS"] == "Authorization=Bearer secret"


@pytest.mark.parametrize("token", ["", "0123456789abcdef"])
def test_codex_is_told_by_its_settings_file(program: Program, token: str) -> None:
    said = program.says("otel", "env", "--agent", "codex", "--format", "settings", env={"DASHCAM_TOKEN": token})
    headers = {"Authorization": "Bearer ${DASHCAM_TOKEN}"} if token else {}
    exporter = {"otlp-http": {"endpoint": f"{ADDRESS}/v1/logs", "protocol": "json", "headers": headers}}
    assert tomllib.loads(said) == {"otel": {"log_user_prompt": False, "exporter": exporter}}


@pytest.mark.parametrize("agent", ["gemini-cli", "qwen-code"])
def test_a_settings_file_in_json_can_be_taken_as_it_is(program: Program, agent: str) -> None:
    said = json.loads(program.says("otel", "env", "--agent", agent, "--format", "settings"))
    assert said == {
        "telemetry": {
            "enabled": True,
            "target": "local",
            "otlpProtocol": "http",
            "otlpEndpoint": ADDRESS,
            "logPrompts": False,
        }
    }


def test_a_program_gets_them_as_json(program: Program) -> None:
    answers = json.loads(program.says("otel", "env", "--format", "json"))
    assert [answer["agent"] for answer in answers] == AGENTS
    assert {answer["agent"]: answer["settings_file"] for answer in answers}["codex"] == "~/.codex/config.toml"


def test_an_agent_without_a_settings_file_says_so(program: Program) -> None:
    result = program.run("otel", "env", "--agent", "copilot-cli", "--format", "settings")
    assert result.exit_code == 2
    assert "takes variables only" in result.stderr


def test_an_unknown_agent_is_answered_with_those_there_are(program: Program) -> None:
    result = program.run("otel", "env", "--agent", "nobody")
    assert result.exit_code == 1
    assert "claude-code, codex" in result.stderr
