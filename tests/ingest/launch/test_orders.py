"""What may be asked of a launch, how it reaches the agent, and which variables go with it."""

import json
import os
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from dashcam.agents.registry import AGENTS
from dashcam.ingest.launch.start import PASSED_ON, CannotLaunch, launchable, new_order, passed_on, program_of
from dashcam.records.errors import BadInput, NotFound
from tests.support.launching import AGENT, Launches
from tests.support.sources import REPOSITORY

ODD_PROMPTS = (
    "--help me",
    "-p",
    'It\'s "quoted", `ticked` and \\ slashed',
    "$(touch escaped) ${HOME} %PATH% ; rm * | cat > file &",
    "two\nlines\r\n\tand a tab",
    "\u202eturned, \x1b[31mred\x1b[0m and 🙂",
)


@pytest.fixture(scope="module")
def launches(tmp_path_factory: pytest.TempPathFactory) -> Launches:
    return Launches(tmp_path_factory.mktemp("launches"))


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"prompt": ""}, "the prompt is empty"),
        ({"prompt": " \n"}, "the prompt is empty"),
        ({"prompt": "a\0b"}, "the prompt is empty"),
        ({"prompt": "x" * 1_000_001}, "too long"),
        ({"directory": "project"}, "is no directory"),
        ({"directory": "/no/such/place"}, "is no directory"),
        ({"directory": ""}, "is no directory"),
        ({"directory": "/\0"}, "is no directory"),
        ({"directory": "~nobody-of-this-name/x"}, "is no directory"),
        ({"directory": "/" + "x" * 300}, "is no directory"),
        ({"permission_mode": "yolo"}, "is no permission mode"),
        ({"permission_mode": "--dangerously-skip-permissions"}, "is no permission mode"),
        ({"model": "--verbose"}, "odd signs"),
        ({"model": "a model"}, "odd signs"),
        ({"resume": "--verbose"}, "odd signs"),
        ({"resume": "../../etc"}, "odd signs"),
        ({"fork": True}, "needs a session"),
        ({"max_turns": 0}, "a limit is more than nothing"),
        ({"max_cost": 0.0}, "a limit is more than nothing"),
        ({"max_cost": -1.0}, "a limit is more than nothing"),
        ({"max_cost": float("nan")}, "a limit is more than nothing"),
        ({"allowed_tools": ("",)}, "odd signs"),
        ({"allowed_tools": ("--verbose",)}, "odd signs"),
        ({"allowed_tools": ("Bash\n",)}, "odd signs"),
    ],
)
def test_what_makes_no_sense_is_refused(launches: Launches, said: dict[str, Any], error: str) -> None:
    with pytest.raises(BadInput, match=error):
        launches.order(**{"prompt": "Add a test", **said})


def test_words_of_a_wrong_type_are_refused() -> None:
    with pytest.raises(BadInput):
        new_order(agent=AGENT, prompt=["a", "list"], directory="/")


def test_a_file_is_no_directory(launches: Launches, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match="is no directory"):
        launches.order("Add a test", directory=str(tmp_path / "file"))


def test_what_is_in_order_is_completed(launches: Launches) -> None:
    order = launches.order("Add a test", max_turns=3, max_cost=0.5, allowed_tools=("Bash(git *)", "Edit"))
    assert order.program == str(launches.program)
    assert len(order.session_id) == 36
    assert order.session_id != launches.order("Add a test").session_id


def test_the_program_that_is_named_goes_before_the_path_and_the_path_before_the_bundled(
    launches: Launches, tmp_path: Path
) -> None:
    named = tmp_path / "another"
    named.write_text("#!/bin/sh\n")
    named.chmod(0o755)
    path = launches.variables["PATH"]
    assert program_of(launches.launching, str(named), path) == str(named)
    assert program_of(launches.launching, "", path) == str(launches.program)
    bundled = program_of(launches.launching, "", str(tmp_path / "nothing"))
    assert bundled.endswith("claude_agent_sdk/_bundled/claude")


def test_a_program_that_cannot_be_run_is_named(launches: Launches, tmp_path: Path) -> None:
    with pytest.raises(CannotLaunch, match="there is no program"):
        launches.order("Add a test", program=str(tmp_path / "nothing"))


def test_an_agent_that_cannot_be_launched_is_refused() -> None:
    with pytest.raises(NotFound, match="cannot launch 'nobody'"):
        launchable(AGENTS, "nobody")


@pytest.mark.slow
def test_odd_prompts_arrive_as_they_are(launches: Launches) -> None:
    running = {prompt: launches.launch(prompt) for prompt in ODD_PROMPTS}
    for prompt, one in running.items():
        assert one.over().state == "completed"
        assert one.texts() == [f"You said: {prompt}"]
        assert one.texts("prompt") == [prompt]
    assert not (launches.project / "escaped").exists()


def test_options_reach_the_program_as_arguments_of_their_own(launches: Launches) -> None:
    running = launches.launch(
        "say the arguments",
        model="claude-sonnet-4-5",
        permission_mode="acceptEdits",
        allowed_tools=("Bash(git log:*)", "Edit"),
        max_turns=3,
        max_cost=0.5,
    )
    running.over()
    arguments = json.loads(running.texts()[0])
    given = dict(pairwise(arguments))
    assert given["--model"] == "claude-sonnet-4-5"
    assert given["--permission-mode"] == "acceptEdits"
    assert given["--allowedTools"] == "Bash(git log:*),Edit"
    assert (given["--max-turns"], given["--max-budget-usd"]) == ("3", "0.5")
    assert "say the arguments" not in arguments


def test_only_the_listed_variables_are_passed_on(launches: Launches) -> None:
    given = {
        "PATH": "/bin", "HOME": "/home/me", "LC_ALL": "C", "XDG_RUNTIME_DIR": "/run", "ANTHROPIC_MODEL": "a",
        "AWS_REGION": "b", "CLAUDE_CONFIG_DIR": "c", "CLAUDECODE": "1", "CLAUDE_CODE_ENTRYPOINT": "cli",
        "DASHCAM_TOKEN": "secret", "DATABASE_URL": "secret", "LD_PRELOAD": "evil.so", "PYTHONPATH": "/evil",
        "PATHS": "x", "HOMER": "x",
    }  # fmt: skip
    assert set(passed_on(given, launches.launching)) == {
        "PATH", "HOME", "LC_ALL", "XDG_RUNTIME_DIR", "ANTHROPIC_MODEL", "AWS_REGION", "CLAUDE_CONFIG_DIR",
    }  # fmt: skip


def test_the_docs_list_every_variable_that_is_passed_on() -> None:
    part = (REPOSITORY / "docs" / "launch.md").read_text().partition("## What is passed on")[2].partition("\n## ")[0]
    launching = [agent.launching for agent in AGENTS.values() if agent.launching is not None]
    names = {f"{name}*" if name.endswith("_") else name for name in PASSED_ON}
    names |= {f"{name}*" for one in launching for name in one.variables} | {
        one for each in launching for one in each.hidden
    }
    assert names - set(re.findall(r"`([\w*]+)`", part)) == set()


def test_a_variable_that_is_not_listed_does_not_reach_the_agent(launches: Launches) -> None:
    variables = {"DASHCAM_TOKEN": "secret", "CLAUDE_COLOUR": "blue"}
    hidden = launches.launch("say the variable DASHCAM_TOKEN", variables=variables)
    passed = launches.launch("say the variable CLAUDE_COLOUR", variables=variables)
    hidden.over()
    passed.over()
    assert hidden.texts() == ["DASHCAM_TOKEN is not set"]
    assert passed.texts() == ["CLAUDE_COLOUR is blue"]


def test_the_agent_works_in_the_directory_that_was_named(launches: Launches) -> None:
    running = launches.launch("say the variable PWD")
    running.over()
    assert running.texts()[0].removeprefix("PWD is ") in {os.path.realpath(launches.project), str(launches.project)}
