"""Sessions in the terminal: the listing and its filters, the statistics, and one session with all about it."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.support.build import HOUR, MINUTE, START
from tests.support.claude_lines import Transcript, text, thinking, tool_use, usage
from tests.support.codex_lines import Rollout
from tests.support.program import Program

PARSER = "5e551011-0000-4000-8000-000000000001"
LEXER = "7a000000-0000-4000-8000-000000000002"
AGENT = "a0123456789abcdef"
SONNET = "claude-sonnet-4-5"


def parser_session(program: Program) -> None:
    """One prompt, a failed tool call, and a subagent, at $3 in, $15 out and $0.30 cached for a million.

    1,000 in and 200 out are $0.006; 1,000 cached are $0.0003; the subagent's 2,000 in and 100 out are $0.0075.
    """
    talk = Transcript(PARSER)
    talk.model = SONNET
    talk.prompt("Add a parser")
    talk.answer(thinking(), text("I will look."), tool_use("Bash", "toolu_1"), spent=usage(given=1_000, output=200))
    helper = talk.subagent(AGENT)
    talk.tool_result(output="no such file", failed=True)
    talk.answer(spent=usage(given=0, output=0, cache_read=1_000))
    talk.title("The parser")
    talk.line("pr-link", prNumber=7, prUrl="https://example.org/ada/app/pull/7", prRepository="ada/app")
    talk.write(program.claude)
    helper.model = SONNET
    helper.prompt("Find the lexer")
    helper.answer(spent=usage(given=2_000, output=100))
    helper.write(program.claude)


def lexer_session(program: Program) -> None:
    """1,000 tokens of a model that nobody knows a price of, an hour later and in another project."""
    talk = Transcript(LEXER, at=START + HOUR, cwd="/home/ada/lexer")
    talk.model = "mystery-9"
    talk.prompt("Write a lexer")
    talk.answer(spent=usage(given=900, output=100))
    talk.write(program.claude)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    made = Program(tmp_path)
    parser_session(made)
    lexer_session(made)
    return made


def ids(program: Program, *args: str) -> list[str]:
    return [row["session_id"] for row in program.answers("sessions", *args)["rows"]]


def test_the_listing_is_rows_totals_and_notes(program: Program) -> None:
    listing = program.answers("sessions")
    assert set(listing) == {"rows", "totals", "notes"}
    assert [row["session_id"] for row in listing["rows"]] == [LEXER, f"{PARSER}:{AGENT}", PARSER]
    assert listing["totals"]["sessions"] == 3
    assert listing["totals"]["cost_usd"] == pytest.approx(0.0138)
    assert listing["totals"]["total_tokens"] == 1_200 + 1_000 + 2_100 + 1_000
    assert "1 call of an unknown model" in listing["notes"][0]


def test_a_row_has_the_keys_of_the_contract(program: Program) -> None:
    row = program.answers("sessions", "--text", "parser")["rows"][-1]
    assert (row["session_id"], row["agent"], row["agent_name"]) == (PARSER, "claude-code", "claude-code-default")
    assert (row["project"], row["title"], row["status"]) == ("/home/ada/app", "The parser", "completed")
    assert (row["model"], row["models"], row["source"]) == (SONNET, [SONNET], "transcript")
    assert (row["input_tokens"], row["output_tokens"], row["cache_read_tokens"]) == (1_000, 200, 1_000)
    assert (row["cost_usd"], row["cost_is_partial"]) == (0.0063, False)
    assert row["started_at"] == "2026-11-01T12:00:00.000+00:00"


def test_times_are_of_the_zone_that_was_asked_for(program: Program) -> None:
    row = program.answers("sessions", "--tz", "Asia/Kolkata")["rows"][-1]
    assert row["started_at"] == "2026-11-01T17:30:00.000+05:30"


def test_an_unpriced_session_has_no_cost_rather_than_none_at_all(program: Program) -> None:
    row = program.answers("sessions", "--model", "mystery")["rows"][0]
    assert (row["cost_usd"], row["unpriced_calls"], row["total_tokens"]) == (None, 1, 1_000)
    assert " N/A " in program.says("sessions", "--model", "mystery")


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("--project", "LEXER"), [LEXER]),
        (("--model", "mystery"), [LEXER]),
        (("--branch", "nowhere"), []),
        (("--agent-type", "codex"), []),
        (("--agent", "claude-code-default", "--no-subagents"), [LEXER, PARSER]),
        (("--text", "the parser"), [PARSER]),
        (("--min-cost", "0.007"), [f"{PARSER}:{AGENT}"]),
        (("--since", "2026-11-01T12:30"), [LEXER]),
        (("--until", "2026-11-01T12:30", "--no-subagents"), [PARSER]),
        (("--range", "2026-11-02..2026-11-03"), []),
        (("--range", "..2026-11-01", "--limit", "1"), [LEXER]),
        (("--active",), []),
        (("--status", "completed", "--limit", "1"), [LEXER]),
        (("--sort", "cost"), [f"{PARSER}:{AGENT}", PARSER, LEXER]),
        (("--sort", "-cost"), [LEXER, PARSER, f"{PARSER}:{AGENT}"]),
        (("--sort", "cost", "--reverse"), [LEXER, PARSER, f"{PARSER}:{AGENT}"]),
        (("--sort", "project", "--no-subagents"), [PARSER, LEXER]),
    ],
)
def test_filters_and_order(program: Program, args: tuple[str, ...], expected: list[str]) -> None:
    assert ids(program, *args) == expected


def test_a_session_of_this_minute_is_active_and_no_history(tmp_path: Path) -> None:
    program = Program(tmp_path)
    talk = Transcript(at=int(datetime.now(UTC).timestamp()) * 1_000_000 - MINUTE)
    talk.prompt()
    talk.write(program.claude)
    assert len(ids(program, "--active")) == 1
    assert program.answers("sessions", "history")["rows"] == []


def test_the_table_of_80_columns_holds_what_matters(program: Program) -> None:
    lines = program.says("sessions", columns=80).splitlines()
    assert lines[0].split() == ["Session", "Started", "Title", "Tokens", "Cost", "USD", "Status"]
    assert "5e551011" in lines[4]
    assert "2026-11-01 12:00" in lines[4]
    assert "The parser" in lines[4]
    assert "$0.0063" in lines[4]
    assert "✓ completed" in lines[4]
    assert ":a0123456" in lines[3]
    assert "↳ Find the lexer" in lines[3]
    assert "3 sessions" in lines[6]
    assert "≥ $0.0138" in lines[6]
    assert max(map(cell_len, lines[:7])) <= 80


def test_the_table_of_160_columns_holds_more(program: Program) -> None:
    lines = program.says("sessions", columns=160).splitlines()
    assert all(name in lines[0] for name in ("Project", "Model", "Duration", "Active", "Source"))
    assert max(map(cell_len, lines[:7])) <= 160


def test_a_table_is_cut_and_says_so_but_json_is_whole(tmp_path: Path) -> None:
    program = Program(tmp_path)
    for number in range(51):
        talk = Transcript(f"5e551011-0000-4000-8000-{number:012}", at=START + number * MINUTE)
        talk.prompt()
        talk.write(program.claude)
    assert len(program.answers("sessions")["rows"]) == 51
    said = program.says("sessions")
    assert "50 of 51 sessions are shown: --limit 0 shows all." in said
    assert len(program.says("sessions", "--limit", "0").splitlines()) == 2 + 51 + 2


def test_csv_has_the_keys_also_where_nothing_fits(program: Program) -> None:
    header = program.says("sessions", "--branch", "nowhere", "--format", "csv")
    assert header.startswith("session_id,agent,agent_name,project,title,status,model,models,started_at")
    rows = list(csv.DictReader(io.StringIO(program.says("sessions", "--format", "csv"))))
    assert [row["cost_usd"] for row in rows] == ["", "0.0075", "0.0063"]


def test_reported_cost_is_shown_beside_ours_where_asked(program: Program) -> None:
    row = program.answers("sessions", "--cost", "both", "--text", "The parser")["rows"][0]
    assert (row["cost_usd"], row["reported_cost_usd"]) == (0.0063, None)
    assert "Reported USD" in program.says("sessions", "--cost", "both", columns=120)


def test_nothing_is_read_where_it_was_forbidden(program: Program) -> None:
    assert ids(program, "--no-scan") == []
    assert len(ids(program)) == 3
    assert len(ids(program, "--no-scan")) == 3


def test_statistics_count_sessions_and_give_averages(program: Program) -> None:
    [stats] = program.answers("sessions", "stats")["rows"]
    assert (stats["sessions"], stats["active_sessions"], stats["completed_sessions"], stats["subagents"]) == (
        2,
        0,
        2,
        1,
    )
    assert (stats["total_tokens"], stats["average_tokens"]) == (5_300, 2_650)
    assert (stats["cost_usd"], stats["average_cost_usd"]) == (0.0138, 0.0069)
    said = program.says("sessions", "stats")
    assert "≥ $0.0138" in said
    assert "Average" in said


def test_one_session_is_shown_with_all_about_it(program: Program) -> None:
    shown = program.answers("sessions", "show", PARSER[:6])
    assert (shown["session_id"], shown["title"], shown["cost_usd"]) == (PARSER, "The parser", 0.0063)
    assert (shown["tool_calls"], shown["tool_failures"], shown["prompts"]) == (1, 1, 1)
    assert [(tool["tool"], tool["calls"], tool["failures"]) for tool in shown["tools"]] == [("Bash", 1, 1)]
    assert [row["session_id"] for row in shown["subagents"]] == [f"{PARSER}:{AGENT}"]
    assert (shown["together"]["cost_usd"], shown["together"]["calls"]) == (0.0138, 3)
    assert shown["pull_requests"] == ["https://example.org/ada/app/pull/7"]
    assert (shown["unattributed_usd"], shown["inherited_calls"]) == (None, 0)


def test_the_receipt_adds_up_to_the_cost(program: Program) -> None:
    receipt = program.answers("sessions", "show", PARSER)["receipt"]
    lines = {
        line["label"]: (line["calls"], line["count"], line["usd_per_million"], line["cost_usd"]) for line in receipt
    }
    assert lines == {
        "input": (2, 3_000, 3.0, 0.009),
        "output": (2, 300, 15.0, 0.0045),
        "cache read": (1, 1_000, 0.3, 0.0003),
    }
    assert all("genai-prices" in line["rate"] for line in receipt)


def test_an_unpriced_model_is_named_in_the_receipt(program: Program) -> None:
    [line] = program.answers("sessions", "show", LEXER[:4])["receipt"]
    assert (line["model"], line["label"], line["calls"], line["count"], line["cost_usd"]) == (
        "mystery-9",
        "not priced",
        1,
        1_000,
        None,
    )


def test_the_page_of_a_session_can_be_read(program: Program) -> None:
    said = program.says("sessions", "show", PARSER[:8], columns=80)
    assert said.splitlines()[0].split() == ["Session", PARSER]
    for words in ("$0.0138, 4,300 tokens", "https://example.org/ada/app/pull/7", "1 tool call (1 failed)", "$3.00/M"):
        assert words in said
    assert max(map(cell_len, said.splitlines())) <= 80


def test_a_subagent_is_found_by_the_beginnings_of_both_ids(program: Program) -> None:
    for given in (f"{PARSER[:8]}:{AGENT[:4]}", f":{AGENT[:8]}"):
        shown = program.answers("sessions", "show", given)
        assert (shown["session_id"], shown["parent_id"]) == (f"{PARSER}:{AGENT}", PARSER)


def test_a_session_as_markdown_has_its_parts_as_headings(program: Program) -> None:
    said = program.says("sessions", "show", PARSER, "--format", "md")
    assert [line for line in said.splitlines() if line.startswith("## ")] == [
        "## Tokens",
        "## Cost, and why",
        "## Subagents",
        "## Tools",
    ]


def test_what_the_agent_reports_beyond_its_lines_is_unattributed(tmp_path: Path) -> None:
    program = Program(tmp_path)
    talk = Transcript()
    talk.model = SONNET
    talk.prompt()
    talk.answer(spent=usage(given=1_000, output=0))
    talk.cost_state(0.01, claude_sonnet_4_5={"inputTokens": 3_000, "outputTokens": 66, "costUSD": 0.01})
    talk.write(program.claude)
    shown = program.answers("sessions", "show", PARSER, "--cost", "both")
    assert (shown["cost_usd"], shown["reported_cost_usd"], shown["unattributed_usd"]) == (0.003, 0.01, 0.007)
    assert "$0.0070 that the agent reports and no line accounts for" in program.says("sessions", "show", PARSER)


def test_a_forks_inherited_calls_are_told_but_not_counted(tmp_path: Path) -> None:
    program = Program(tmp_path)
    talk = Transcript()
    talk.prompt()
    talk.answer()
    talk.write(program.claude)
    fork = talk.fork(LEXER)
    fork.prompt("Another way")
    fork.answer()
    fork.write(program.claude)
    shown = program.answers("sessions", "show", LEXER)
    assert (shown["inherited_calls"], shown["calls"], shown["relation"], shown["parent_id"]) == (1, 1, "fork", PARSER)
    assert "not counted" in shown["notes"][0]
    assert [row["session_id"] for row in program.answers("sessions", "show", PARSER)["forks"]] == [LEXER]


def test_sessions_of_all_agents_stand_in_one_listing(program: Program) -> None:
    rollout = Rollout(at=START + 2 * HOUR)
    rollout.turn()
    rollout.prompt("Paint it")
    rollout.tokens()
    rollout.answer()
    rollout.write(program.codex)
    assert [row["agent"] for row in program.answers("sessions", "--limit", "2")["rows"]] == ["codex", "claude-code"]


def test_a_hostile_title_neither_steers_the_terminal_nor_breaks_the_table(tmp_path: Path) -> None:
    program = Program(tmp_path)
    talk = Transcript()
    talk.prompt("\x1b]0;owned\x07\x1b[2J[red]bold\u202egpj.exe\nsecond line")
    talk.answer()
    talk.write(program.claude)
    for form in ("table", "md", "json"):
        assert not set("\x1b\x07\u202e") & set(program.says("sessions", "--format", form))
    assert "[red]boldgpj.exe second line" in program.says("sessions", columns=160)


def test_web_searches_stand_in_the_receipt_on_their_own(tmp_path: Path) -> None:
    program = Program(tmp_path)
    talk = Transcript()
    talk.model = SONNET
    talk.prompt()
    talk.answer(spent=usage(given=1_000, output=0, web_searches=2))
    talk.write(program.claude)
    lines = program.answers("sessions", "show", PARSER)["receipt"]
    assert [(line["label"], line["count"], line["usd_each"], line["cost_usd"]) for line in lines] == [
        ("input", 1_000, None, 0.003),
        ("web search", 2, 0.01, 0.02),
    ]


def test_a_session_of_commands_alone_is_not_counted_but_can_be_shown(program: Program) -> None:
    probe = Transcript("9e000000-0000-4000-8000-000000000003", at=START + 2 * HOUR)
    probe.prompt("<command-name>/usage</command-name><command-args></command-args>")
    probe.prompt("<local-command-stdout>12% used</local-command-stdout>")
    probe.write(program.claude)
    listing = program.answers("sessions")
    assert (listing["totals"]["sessions"], len(listing["rows"])) == (3, 3)
    assert listing["notes"][-1].startswith("1 session is left out: only commands such as /usage ran there")
    assert program.answers("sessions", "--project", "lexer")["notes"] == [listing["notes"][0]]
    assert program.answers("sessions", "stats")["totals"]["sessions"] == 2
    assert program.answers("overview")["sessions"] == 3
    assert "/usage" in program.says("sessions", "show", probe.session[:8])
    assert [row["kind"] for row in program.answers("search", "used")["rows"]] == ["system"]


def test_a_call_of_an_unknown_model_is_named_so_and_is_not_priced(tmp_path: Path) -> None:
    program = Program(tmp_path)
    rollout = Rollout()
    rollout.turn(model=None)
    rollout.prompt()
    rollout.tokens()
    rollout.write(program.codex)
    [row] = program.answers("sessions")["rows"]
    assert (row["model"], row["models"], row["cost_usd"], row["unpriced_calls"]) == (
        "(unknown model)",
        ["(unknown model)"],
        None,
        1,
    )
    for asked in ("usage --by model", "prices", "export calls"):
        assert [row["model"] for row in program.answers(*asked.split())["rows"]] == ["(unknown model)"]
    shown = program.answers("sessions", "show", row["session_id"])
    assert {one["model"] for one in (*shown["model_usage"], *shown["receipt"])} == {"(unknown model)"}
    assert "(unknown model)" in program.says("sessions", columns=160)
    assert "alias" not in program.says("prices")


def test_lines_before_any_time_never_show_1970(tmp_path: Path) -> None:
    program = Program(tmp_path)
    talk = Transcript()
    talk.prompt("When?")
    talk.answer(stop="tool_use")
    talk.prompt("Now")
    for line in talk.lines[:2]:
        del line["timestamp"]
    talk.write(program.claude)
    [row] = program.answers("sessions")["rows"]
    assert (row["started_at"][:19], row["ended_at"][:19]) == ("2026-11-01T12:00:02", "2026-11-01T12:00:02")
    assert row["active_seconds"] == 0
    assert [row["day"] for row in program.answers("usage")["rows"]] == ["2026-11-01"]
    assert "1970" not in program.says("sessions", "transcript", talk.session, "--format", "json")
    assert "1970" not in program.says("export", "events", "--format", "json")


def test_a_file_without_any_time_is_of_no_day(tmp_path: Path) -> None:
    program = Program(tmp_path)
    talk = Transcript()
    talk.prompt()
    talk.answer()
    for line in talk.lines:
        del line["timestamp"]
    talk.write(program.claude)
    for by in ("hour", "day", "week", "month"):
        assert [row[by] for row in program.answers("usage", "--by", by)["rows"]] == ["(unknown time)"]
        assert "1970" not in program.says("usage", "--by", by)
    assert program.answers("sessions")["rows"][0]["started_at"] is None
    for said in ("sessions", f"sessions show {talk.session}", "prices", "export calls --format json", "search test"):
        assert "1970" not in program.says(*said.split())
