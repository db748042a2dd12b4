"""Transcripts are hostile input: whatever a prompt holds comes back as text, and no larger than need be."""

from collections.abc import Iterator

import msgspec
import pytest

from tests.support.build import SESSION
from tests.support.claude_lines import Transcript, text
from tests.support.serving import Client, Server

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
LINK = "[click](javascript:alert(3)) <a href='JaVaScRiPt:alert(4)'>x</a>"
ANSI = "\x1b[31mred\x1b[0m \x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\"
BIDI = "user \u202e\u2066nimda\u2069\u202c \u200b"
PROMPTS = {"script": SCRIPT, "link": LINK, "ansi": ANSI, "bidi": BIDI, "quote": '"\\\u2028</script>'}
LONG = "needle " + "x" * 5_000_000
PAGE_LIMIT = 200_000


@pytest.fixture(scope="module")
def hostile(shared_store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A server on which a session says all that."""
    server = Server(tmp_path_factory.mktemp("home"), shared_store_url)
    talk = Transcript()
    talk.title(SCRIPT + BIDI)
    for words in PROMPTS.values():
        talk.prompt(words)
        talk.answer(text(words))
    talk.prompt("no\0 NUL")
    path = talk.write(server.claude)
    lone = msgspec.json.encode(talk.line("user", message={"role": "user", "content": "lone MARK half"}))
    long = msgspec.json.encode(talk.line("user", message={"role": "user", "content": LONG}))
    with path.open("ab") as file:
        file.write(lone.replace(b"MARK", rb"\ud800") + b"\n" + long + b"\n" + b"\x00\xff{{{\n")
    server.scan()
    with server.asked() as client:
        yield client


def test_it_comes_back_as_the_text_that_it_is(hostile: Client) -> None:
    answer = hostile.get(f"/api/sessions/{SESSION}/events", params={"limit": 500})
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    said = [row.get("text", "") for row in answer.json()["rows"]]
    for name, words in PROMPTS.items():
        assert sum(words == one for one in said) == 2, name
    assert "no NUL" in said, "which no database of ours could hold"
    assert any(one.startswith("lone ") and one.endswith(" half") for one in said)
    assert len(answer.content) < PAGE_LIMIT, "a line of 5 MB is cut on a page"


def test_a_long_text_is_whole_where_it_is_asked_for_alone(hostile: Client) -> None:
    rows = hostile.get(f"/api/sessions/{SESSION}/events", params={"limit": 500}).json()["rows"]
    long = next(row for row in rows if row.get("text", "").startswith("needle"))
    whole = hostile.get(f"/api/sessions/{SESSION}/events/{long['id']}").json()
    assert whole["text"] == LONG


def test_a_listing_shows_it_cut_and_as_text(hostile: Client) -> None:
    answer = hostile.get("/api/sessions")
    (row,) = answer.json()["rows"]
    assert row["title"].startswith(SCRIPT)
    assert len(answer.content) < 20_000


@pytest.mark.parametrize("path", ["outline", "calls", "tokens", "files", ""])
def test_no_other_answer_about_it_grows(hostile: Client, path: str) -> None:
    answer = hostile.get(f"/api/sessions/{SESSION}/{path}".rstrip("/"))
    assert answer.status_code == 200
    assert len(answer.content) < PAGE_LIMIT


def test_a_search_shows_what_was_found_as_text(hostile: Client) -> None:
    for words in ("alert", "needle", "nimda"):
        answer = hostile.get("/api/search", params={"q": words})
        assert answer.json()["rows"], words
        assert len(answer.content) < PAGE_LIMIT


@pytest.mark.parametrize(
    ("form", "kind"), [("md", "text/markdown"), ("html", "text/html"), ("json", "application/json")]
)
def test_a_conversation_as_a_file_is_kept_and_not_shown(hostile: Client, form: str, kind: str) -> None:
    answer = hostile.get(f"/api/sessions/{SESSION}/transcript", params={"format": form})
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, kind)
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    if form == "html":
        assert "<script>alert" not in answer.text
        assert "<img" not in answer.text
        assert 'href="javascript' not in answer.text.lower()


WORDS = ("\0", "a\0b", "\ud7ff\ue000", "%", "_", "'", '"', "\\", "*", "(", "NEAR(", "\U0010ffff", "x" * 499, "-" * 9)


def test_no_word_that_is_asked_for_breaks_anything(hostile: Client) -> None:
    for words in WORDS:
        for path, asked in (
            ("/api/search", {"q": words}),
            ("/api/sessions", {"text": words}),
            ("/api/sessions", {"project": words}),
            ("/api/sessions", {"model": words}),
            ("/api/sessions", {"branch": words}),
            ("/api/sessions", {"agent": words}),
            ("/api/sessions", {"after": words}),
            ("/api/sparks", {"session_id": words}),
            ("/api/tokens/sessions", {"session_id": words}),
            ("/api/prices/model", {"model": words}),
        ):
            answer = hostile.get(path, params=asked)
            assert answer.status_code in {200, 400, 404}, (path, asked, answer.text)


def test_no_id_that_is_asked_for_breaks_anything(hostile: Client) -> None:
    for words in (
        "%00%00%00%00%00",
        "5e55%00",
        "%ff%fe%fd%fc",
        "..%2f..%2fetc",
        "x" * 600,
        "%2525",
        "_____",
        "%25%25%25%25",
    ):
        for path in (
            f"/api/sessions/{words}",
            f"/api/sessions/{SESSION}/events/{words}",
            f"/api/sessions/{SESSION}/events?after={words}",
            f"/api/calls/{words}/receipt",
            f"/api/projects/{words}/usage",
            f"/api/export/{words}",
        ):
            answer = hostile.get(path)
            assert answer.status_code in {200, 400, 404}, (path, answer.text)
