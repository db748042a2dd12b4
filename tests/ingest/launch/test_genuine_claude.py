"""The genuine `claude` against a stand-in of its API: what is recorded of a launch equals what its transcript tells."""

import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from dashcam.agents.launching import Standing
from tests.support import messages_api
from tests.support.launching import Launches, Running

pytestmark = pytest.mark.slow

MODEL = "claude-sonnet-4-5"
SPOKEN = ("user", "assistant", "thinking", "tool_call", "tool_result")
OFFLINE = {
    "ANTHROPIC_API_KEY": "made-up",
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "DISABLE_AUTOUPDATER": "1",
    "DISABLE_ERROR_REPORTING": "1",
    "DISABLE_TELEMETRY": "1",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "NO_PROXY": "127.0.0.1",
}


def genuine() -> Path:
    spec = find_spec("claude_agent_sdk")
    found = Path(spec.origin).parent / "_bundled" / "claude" if spec and spec.origin else None
    if found is None or not found.is_file():
        pytest.skip("no genuine claude: claude_agent_sdk brings none on this platform")
    return found


class Recorded:
    """A launch that went to its end, and copies of the machine on which something is missing."""

    def __init__(self, launches: Launches, address: str, prompt: str) -> None:
        self.launches = launches
        variables = OFFLINE | {"ANTHROPIC_BASE_URL": address}
        self.running: Running = launches.launch(
            prompt, program=str(genuine()), model=MODEL, allowed_tools=("Bash",), variables=variables
        )
        self.standing: Standing = self.running.over()
        self.session = self.standing.session_id

    def transcript(self, home: Path) -> Path:
        (found,) = (home / ".claude" / "projects").glob(f"*/{self.session}.jsonl")
        return found

    def copy(self, home: Path) -> Launches:
        shutil.copytree(self.launches.home, home, symlinks=True)
        return Launches(home)

    def read(self, launches: Launches) -> dict[str, Any]:
        """Scan, and give what is to be equal however the session was read."""
        shown = launches.session(self.session)
        names = (
            "model", "calls", "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_5m_tokens",
            "total_tokens", "cost_usd", "prompts", "answers", "tool_calls", "tool_failures",
        )  # fmt: skip
        told = [one for one in launches.told(self.session) if one[0] in SPOKEN]
        return {name: shown[name] for name in names} | {"told": told}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with messages_api.serving() as found:
        yield found


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory, address: str) -> Recorded:
    return Recorded(Launches(tmp_path_factory.mktemp("genuine")), address, "Say something, please")


def test_the_launch_streams_thinking_text_a_tool_and_its_result(recorded: Recorded) -> None:
    assert (recorded.standing.state, recorded.standing.error) == ("completed", "")
    assert recorded.running.texts() == [messages_api.FIRST, messages_api.LAST]
    pieces = "".join(one.text for one in recorded.running.happened if one.kind == "text" and not one.whole)
    assert pieces == messages_api.FIRST + messages_api.LAST
    (call,) = (one for one in recorded.running.happened if one.kind == "tool_call")
    assert (call.tool, messages_api.COMMAND in call.tool_input) == ("Bash", True)
    assert recorded.running.texts("tool_result") == ["made-up"]


def test_the_session_equals_its_transcript_and_nothing_is_doubled(recorded: Recorded, tmp_path: Path) -> None:
    """Two responses of 13 + 2,000 + 500 tokens in and 40 out, at 3, 0.30, 3.75 and 15 dollars a million."""
    both, alone = recorded.copy(tmp_path / "both"), recorded.copy(tmp_path / "alone")
    recorded.transcript(both.home)
    shutil.rmtree(alone.data / "inbox")
    found = recorded.read(both)
    assert found == recorded.read(alone)
    assert (found["calls"], found["input_tokens"], found["output_tokens"]) == (2, 26, 80)
    assert (found["cache_read_tokens"], found["cache_write_5m_tokens"]) == (4_000, 1_000)
    assert found["cost_usd"] == pytest.approx(0.000078 + 0.0012 + 0.00375 + 0.0012, abs=1e-9)
    assert [one[0] for one in found["told"] if one[0] != "thinking"] == [
        "user", "assistant", "tool_call", "tool_result", "assistant",
    ]  # fmt: skip


def test_what_is_streamed_tells_the_same_where_the_transcript_is_gone(recorded: Recorded, tmp_path: Path) -> None:
    streamed, alone = recorded.copy(tmp_path / "streamed"), recorded.copy(tmp_path / "alone")
    recorded.transcript(streamed.home).unlink()
    shutil.rmtree(alone.data / "inbox")
    assert recorded.read(streamed) == recorded.read(alone)
    assert streamed.session(recorded.session)["status"] == "completed"


def test_the_agents_own_cost_and_ours_are_the_same(recorded: Recorded, tmp_path: Path) -> None:
    copy = recorded.copy(tmp_path / "copy")
    assert recorded.standing.cost_nano == round(copy.session(recorded.session)["cost_usd"] * 1e9)


def test_a_transcript_that_is_read_before_the_launch_is_over_changes_nothing(
    recorded: Recorded, tmp_path: Path
) -> None:
    """The stream comes late, as from an inbox that was away for a while."""
    late, both = recorded.copy(tmp_path / "late"), recorded.copy(tmp_path / "both")
    inbox = late.data / "inbox"
    inbox.rename(late.home / "away")
    late.dashcam.says("scan")
    (late.home / "away").rename(inbox)
    assert recorded.read(late) == recorded.read(both)


def test_what_the_api_refuses_is_a_failed_launch_with_its_words(tmp_path: Path, address: str) -> None:
    launches = Launches(tmp_path)
    refused = Recorded(launches, address, f"Please {messages_api.FAILING}")
    assert refused.standing.state == "failed"
    assert "prompt is too long" in refused.standing.error.lower()
    assert launches.session(refused.session)["status"] == "failed"
