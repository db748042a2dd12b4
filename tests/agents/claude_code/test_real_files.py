"""Every file that stands among the shared fixtures is read without a word of Python's own, and understood."""

from pathlib import Path

import msgspec
import pytest

from dashcam.agents.claude_code import AGENT
from dashcam.records.call import ModelCall
from dashcam.records.event import Event
from dashcam.records.source import Diagnostic, Record, Source, SourceKind

OTHER_FORMATS = {"stream-json", "capture", "otlp", "hooks", "statusline", "codex"}
DAMAGED_ON_PURPOSE = {
    "edge_cases.jsonl",
    "claude-sample.jsonl",
    "schema_drift.jsonl",
    "small.jsonl",
    "test-transcript.jsonl",
}


@pytest.fixture(scope="module")
def files(fixtures_dir: Path) -> list[Path]:
    places = [fixtures_dir / kind / "claude-code" for kind in ("generated", "real")]
    found = [path for place in places for path in sorted(place.rglob("*.json*")) if path.is_file()]
    return [
        path
        for path in found
        if path.name.endswith((".jsonl", ".meta.json", "custom-title.json"))
        and not OTHER_FORMATS.intersection(path.parts)
        and path.name != "index.jsonl"
    ]


def read(path: Path) -> tuple[list[bytes], list[Record]]:
    document = path.suffix == ".json"
    kind: SourceKind = "sidecar" if document or path.name == "history.jsonl" else "transcript"
    lines = [path.read_bytes()] if document else path.read_bytes().split(b"\n")
    source = Source(
        agent="claude-code",
        agent_name="claude-code-default",
        kind=kind,
        shape="document" if document else "lines",
        path=str(path),
    )
    return lines, list(AGENT.read(enumerate(lines), AGENT.remember(source)))


def test_every_file_is_read(files: list[Path]) -> None:
    assert len(files) > 100
    for path in files:
        read(path)


def test_what_a_reading_shows_a_body_shows_too(files: list[Path]) -> None:
    for path in files:
        lines, records = read(path)
        for event in records:
            if isinstance(event, Event) and event.kind != "tool_call":
                assert AGENT.body(lines[event.line], event).text == event.text, (path, event.line)


def test_only_files_that_were_damaged_on_purpose_have_unreadable_lines(files: list[Path]) -> None:
    troubled = {
        path.name
        for path in files
        for record in read(path)[1]
        if isinstance(record, Diagnostic) and record.code != "joined-lines"
    }
    assert troubled <= DAMAGED_ON_PURPOSE


def test_a_first_look_finds_the_totals(files: list[Path]) -> None:
    for path in files:
        if path.suffix != ".jsonl":
            continue
        _, records = read(path)
        source = Source(agent="claude-code", agent_name="x", kind="transcript", shape="lines", path=str(path))
        assert totals(AGENT.first_look(path.read_bytes(), AGENT.remember(source))) == totals(records), path


def totals(records: object) -> dict[tuple[str, str], ModelCall]:
    """All that a first look must know of each call."""
    assert hasattr(records, "__iter__")
    calls = (record for record in records if isinstance(record, ModelCall))
    return {
        (call.key, call.variant): msgspec.structs.replace(call, line=0, tools="", duration_us=None) for call in calls
    }
