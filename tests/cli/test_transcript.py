"""Transcripts: the conversation in order, in four formats, and nothing in it that runs, fetches or steers."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

from dashcam.writing.transcript.as_markdown import fenced, tamed
from tests.support.claude_lines import Transcript, text, thinking, tool_use
from tests.support.codex_lines import Rollout
from tests.support.program import Program

SESSION = "5e551011-0000-4000-8000-000000000001"
ATTACK = "<script>alert(1)</script><img src=x onerror=alert(1)>![p](http://evil/p.png)\x1b[2J\u202e"


@pytest.fixture
def program(tmp_path: Path) -> Program:
    made = Program(tmp_path)
    talk = Transcript(SESSION)
    talk.model = "claude-sonnet-4-5"
    talk.prompt("Fix the bug")
    talk.answer(thinking("Where is it?"), text("I look."), tool_use("Bash", "toolu_1", command="ls\npwd"))
    talk.tool_result(output="bug.py", failed=True)
    talk.answer(text("Fixed:\n```py\nx = 1 < 2\n```"))
    talk.title("The bug")
    talk.write(made.claude)
    return made


@pytest.fixture
def hostile(tmp_path: Path) -> Program:
    made = Program(tmp_path)
    talk = Transcript(SESSION, cwd=f"/home/{ATTACK.replace('/', '')}")
    talk.prompt(ATTACK)
    talk.answer(thinking(ATTACK), text(f"# {ATTACK}\n```\n{ATTACK}\n"), tool_use(ATTACK, "toolu_1", **{ATTACK: ATTACK}))
    talk.tool_result(output=f"``````\n{ATTACK}")
    talk.title(ATTACK)
    talk.write(made.claude)
    return made


def transcript(program: Program, form: str, *args: str) -> str:
    return program.says("sessions", "transcript", SESSION[:6], "--format", form, *args)


def test_text_tells_who_said_what_in_order(program: Program) -> None:
    said = transcript(program, "text")
    order = [
        "The bug",
        "▌ You",
        "Fix the bug",
        "▌ Thinking",
        "  Where is it?",
        "▌ Assistant",
        "I look.",
        "▌ Tool call Bash",
    ]
    places = [
        said.index(words) for words in [*order, "  ls\n  pwd", "▌ Tool result Bash · failed", "  bug.py", "Fixed:"]
    ]
    assert places == sorted(places)


def test_json_is_a_listing_of_events(program: Program) -> None:
    listing = json.loads(transcript(program, "json"))
    assert [row["kind"] for row in listing["rows"]] == [
        "user",
        "thinking",
        "assistant",
        "tool_call",
        "tool_result",
        "assistant",
    ]
    assert (listing["session"]["session_id"], listing["totals"], listing["notes"]) == (SESSION, {"events": 6}, [])
    call, result = listing["rows"][3:5]
    assert (call["tool"], json.loads(call["tool_input"]), call["call_id"]) == (
        "Bash",
        {"command": "ls\npwd"},
        "toolu_1",
    )
    assert (result["call_id"], result["ok"], result["text"]) == ("toolu_1", False, "bug.py")


def test_markdown_has_a_heading_for_each_who_speaks(program: Program) -> None:
    said = transcript(program, "md")
    assert said.startswith("# The bug\n")
    assert [line.split(" · ")[0] for line in said.splitlines() if line.startswith("## ")] == [
        "## You",
        "## Thinking",
        "## Assistant",
        "## Tool call Bash",
        "## Tool result Bash",
        "## Assistant",
    ]
    assert "```py\nx = 1 < 2\n```" in said
    assert "> Where is it?" in said


def test_injected_context_is_left_out_unless_asked_for(tmp_path: Path) -> None:
    program = Program(tmp_path)
    talk = Transcript(SESSION)
    talk.prompt("Be brief", isMeta=True)
    talk.prompt("Hello")
    talk.write(program.claude)
    assert "Be brief" not in transcript(program, "text")
    assert "Be brief" in transcript(program, "text", "--all")


def test_a_file_is_written_whole_and_for_our_eyes_only(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "bug.html"
    assert transcript(program, "html", "--output", str(path)) == ""
    assert path.read_text() == transcript(program, "html")
    assert path.stat().st_mode & 0o777 == 0o600
    assert [found.name for found in tmp_path.iterdir() if ".part" in found.name] == []


def test_a_place_that_cannot_be_written_is_named(program: Program, tmp_path: Path) -> None:
    result = program.run("sessions", "transcript", SESSION, "--output", str(tmp_path / "nowhere" / "bug.md"))
    assert result.exit_code == 1
    assert "cannot write" in result.stderr


class Page(HTMLParser):
    """Every tag, attribute and word of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_html_stands_alone(program: Program) -> None:
    html = transcript(program, "html")
    page = Page(html)
    assert not {"script", "link", "img", "iframe", "object", "base", "form"} & set(page.tags)
    assert {value for name, value in page.attributes if name in {"src", "href"}} == {f"#e{at}" for at in range(1, 7)}
    assert "url(" not in html
    assert "@import" not in html
    assert "prefers-color-scheme: dark" in html


def test_the_html_forbids_everything_but_its_own_style(program: Program) -> None:
    html = transcript(program, "html")
    page = Page(html)
    [policy] = [value for name, value in page.attributes if value.startswith("default-src")]
    style = html.partition("<style>")[2].partition("</style>")[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert not [name for name, _ in page.attributes if name == "style" or name.startswith("on")]


def test_thinking_is_folded(program: Program) -> None:
    html = transcript(program, "html")
    assert re.search(r'class="thinking">\s*<details>\s*<summary>.*?Where is it\?.*?</details>', html, re.DOTALL)
    assert html.count("<details>") == 1


def test_long_results_are_folded(tmp_path: Path) -> None:
    program = Program(tmp_path)
    talk = Transcript(SESSION)
    talk.prompt()
    talk.answer(tool_use())
    talk.tool_result(output="\n".join(map(str, range(100))))
    talk.write(program.claude)
    assert transcript(program, "html").count("<details>") == 1


def test_hostile_words_are_only_words_in_html(hostile: Program) -> None:
    html = transcript(hostile, "html")
    assert not {"script", "img"} & set(Page(html).tags)
    assert "<script>alert(1)</script>" in Page(html).words
    assert not set("\x1b\u202e") & set(html)


def test_hostile_words_are_only_words_in_markdown(hostile: Program) -> None:
    said = transcript(hostile, "md")
    outside = re.sub(r"^(`{3,}).*?^\1$", "", said, flags=re.DOTALL | re.MULTILINE)
    assert not re.search(r"(?<!\\)<|!\[", outside)
    assert not set("\x1b\u202e") & set(said)


@pytest.mark.parametrize("form", ["text", "json"])
def test_hostile_words_do_not_reach_the_terminal(hostile: Program, form: str) -> None:
    assert not set("\x1b\u202e") & set(transcript(hostile, form))


def test_a_lone_surrogate_breaks_no_format(tmp_path: Path) -> None:
    program = Program(tmp_path)
    talk = Transcript(SESSION)
    talk.prompt("half a sign: SURROGATE")
    path = talk.write(program.claude)
    path.write_bytes(path.read_bytes().replace(b"SURROGATE", b"\\ud83d"))
    for form in ("text", "md", "html", "json"):
        assert "half a sign" in transcript(program, form)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("# Heading #", "**Heading**"),
        ("a <b>c</b>", "a &lt;b>c&lt;/b>"),
        ("`<b>`", "`&lt;b>`"),
        ("![x](y)", "!\\[x](y)"),
        ("title\n===", "title\n\\==="),
        ("```\n<b>\n# no\n```\n<b>", "```\n<b>\n# no\n```\n&lt;b>"),
        ("```\n<b>", "```\n<b>\n```"),
        ("~~~ html\n<b>\n```\n~~~", "~~~ html\n<b>\n```\n~~~"),
        ("- item\n  ```\n<b>", "- item\n  ```\n&lt;b>"),
        ("``` no`fence\n<b>", "``` no`fence\n&lt;b>"),
    ],
)
def test_markdown_of_a_transcript_is_tamed_outside_code_blocks(given: str, kept: str) -> None:
    assert tamed(given) == kept


def test_a_code_block_cannot_be_ended_from_inside() -> None:
    assert fenced("a\n````\nb") == "`````\na\n````\nb\n`````"


def test_a_tools_input_that_is_no_json_object_is_shown_as_it_is(tmp_path: Path) -> None:
    program = Program(tmp_path)
    rollout = Rollout(SESSION)
    rollout.turn()
    rollout.prompt("Patch it")
    rollout.line("response_item", type="custom_tool_call", name="apply_patch", call_id="c1", input="*** Begin Patch")
    rollout.write(program.codex)
    assert "▌ Tool call apply_patch" in transcript(program, "text")
    assert "  *** Begin Patch" in transcript(program, "text")


@pytest.fixture
def changed(tmp_path: Path) -> Program:
    """A session that edits one file, makes another, and keeps a list of tasks."""
    made = Program(tmp_path)
    talk = Transcript(SESSION)
    talk.prompt("Change it")
    todos = [{"content": "Look", "status": "completed"}, {"content": "Change", "status": "in_progress"}]
    talk.answer(tool_use("TodoWrite", "toolu_0", todos=todos))
    edit = {"file_path": "/w/a.py", "old_string": "old <b>", "new_string": "new <b>", "replace_all": False}
    talk.answer(tool_use("Edit", "toolu_1", **edit))
    hunk = {"oldStart": 7, "oldLines": 1, "newStart": 7, "newLines": 1, "lines": ["-old <b>", "+new <b>"]}
    talk.tool_result("toolu_1", "edited", toolUseResult={"filePath": "/w/a.py", "structuredPatch": [hunk]})
    talk.answer(tool_use("Write", "toolu_2", file_path="/w/b.py", content="one\ntwo\n"))
    over = {"type": "update", "filePath": "/w/b.py", "content": "", "structuredPatch": [hunk]}
    talk.tool_result("toolu_2", "written", toolUseResult=over)
    metadata = {"trigger": "auto", "preTokens": 167_370, "postTokens": 2_705}
    talk.line("system", subtype="compact_boundary", content="", compactMetadata=metadata)
    image = {"type": "image", "source": {"type": "base64", "data": b64encode(b"GIF89a" + b"x" * 20).decode()}}
    talk.line("user", message={"role": "user", "content": [image]})
    talk.write(made.claude)
    return made


def test_a_change_is_a_diff_in_place_of_the_words_that_it_shows(changed: Program) -> None:
    said = transcript(changed, "text")
    assert "  replace_all: false\n  /w/a.py · modified · +1 -1\n  @@\n  -old <b>\n  +new <b>\n" in said
    assert "old_string" not in said
    assert said.count("+new <b>") == 2


def test_a_written_file_is_shown_by_its_call_and_what_it_changed_by_its_result(changed: Program) -> None:
    said = transcript(changed, "text")
    assert "  /w/b.py\n  @@ -0,0 +1,2 @@\n  +one\n  +two\n" in said
    assert "  /w/b.py · modified · +1 -1\n  @@ -7,1 +7,1 @@\n  -old <b>\n  +new <b>\n  written\n" in said


def test_a_diff_is_a_diff_in_markdown_and_html(changed: Program) -> None:
    assert "```diff\n@@\n-old <b>\n+new <b>\n```" in transcript(changed, "md")
    html = transcript(changed, "html")
    assert "<del>-old &lt;b&gt;</del>\n<ins>+new &lt;b&gt;</ins>" in html
    assert "b" not in Page(html).tags


@pytest.mark.parametrize("form", ["text", "md", "html"])
def test_tasks_are_a_list_and_a_compaction_and_an_image_are_named(changed: Program, form: str) -> None:
    said = transcript(changed, form)
    words = Page(said).words if form == "html" else said.replace("\\", "")
    assert re.search(r"\[x\] Look\n *\[>\] Change\n", words)
    assert "compaction · auto · 167,370 -> 2,705 tokens" in words
    assert "(image/gif, 26 B)" in words


def test_json_holds_changes_tasks_and_images(changed: Program) -> None:
    rows = json.loads(transcript(changed, "json"))["rows"]
    assert [list({"changes", "todos", "images", "compaction"} & set(row)) for row in rows] == [
        [],
        ["todos"],
        ["changes"],
        ["changes"],
        ["changes"],
        ["changes"],
        ["compaction"],
        ["images"],
    ]
    assert rows[3]["changes"][0]["patch"] == "@@ -7,1 +7,1 @@\n-old <b>\n+new <b>"


def test_what_stands_beside_a_patch_in_a_command_is_not_hidden(tmp_path: Path) -> None:
    program = Program(tmp_path)
    rollout = Rollout(SESSION)
    rollout.turn()
    rollout.prompt("Patch it")
    patch = "*** Begin Patch\n*** Update File: a.py\n-x\n+y\n*** End Patch"
    rollout.tool_call("exec_command", "c1", cmd=f"apply_patch <<'EOF'\n{patch}\nEOF\nrm -r /w")
    rollout.line("response_item", type="custom_tool_call", name="apply_patch", call_id="c2", input=patch)
    rollout.write(program.codex)
    said = transcript(program, "text")
    assert "  rm -r /w\n  a.py · modified · +1 -1\n  @@\n  -x\n  +y\n" in said
    assert said.count("*** Begin Patch") == 1


def test_a_cut_patch_hides_nothing_and_says_how_much_it_lacks(tmp_path: Path) -> None:
    program = Program(tmp_path)
    talk = Transcript(SESSION)
    talk.prompt()
    words = "\n".join(f"{number:0100}" for number in range(5_000))
    talk.answer(tool_use("Write", "toolu_1", file_path="/w/b.py", content=words))
    talk.write(program.claude)
    said = transcript(program, "text")
    assert "  content:\n" in said
    assert re.search(r"\(3,\d\d\d more lines\)", said)
