"""A transcript as one HTML file that needs nothing else: no script, no font, no image, no request.

Every word of it is escaped; the Content-Security-Policy says the same again, so that a mistake here would still run
nothing and fetch nothing.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from html import escape

from dashcam.queries.entries import EntryAnswer
from dashcam.writing.transcript.page import Diff, Page, Said, spoken
from dashcam.writing.transcript.style import STYLE

LONG_LINES = 15
_SIGNS = {"+": "ins", "-": "del"}
_FENCE = re.compile(
    r"^ {0,3}(?P<fence>`{3,}|~{3,})[^\n`]*\n(?P<code>.*?)(?:\n {0,3}(?P=fence)[`~]*[ \t]*$|\Z)",
    re.MULTILINE | re.DOTALL,
)


def pieces(page: Page, entries: Iterable[EntryAnswer]) -> Iterator[str]:
    """Yield the file, piece by piece."""
    yield _head(page)
    for number, said in enumerate(spoken(entries), 1):
        yield _event(number, said)
    yield "</main>\n</body>\n</html>\n"


def _head(page: Page) -> str:
    digest = b64encode(sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in page.facts())
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(page.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<header>\n<h1>{escape(page.title)}</h1>\n<dl>{facts}</dl>\n</header>\n<main>\n"
    )


def _event(number: int, said: Said) -> str:
    detail = f' <span class="detail">{escape(said.detail)}</span>' if said.detail else ""
    heading = (
        f'<span class="who">{escape(said.speaker)}</span>{detail}'
        f'<a class="when" href="#e{number}"><time>{escape(said.time)}</time></a>'
    )
    blocks = [_block(said, said.given), *map(_diff, said.diffs), _block(said, said.text)]
    body = "".join(blocks)
    kind = said.kind.replace("_", "-")
    if not _is_folded(said):
        return f'<section id="e{number}" class="{kind}">\n<h2>{heading}</h2>\n{body}</section>\n'
    return (
        f'<section id="e{number}" class="{kind}">\n<details>\n<summary>{heading}</summary>\n{body}'
        "</details>\n</section>\n"
    )


def _is_folded(said: Said) -> bool:
    """Thinking is folded, and what is long and was not said between person and agent."""
    if said.kind in {"user", "assistant", "error"}:
        return False
    texts = (said.given, said.text, *(diff.patch for diff in said.diffs))
    return said.kind == "thinking" or sum(text.count("\n") for text in texts) > LONG_LINES


def _diff(diff: Diff) -> str:
    lines = "\n".join(_marked(line) for line in diff.patch.split("\n"))
    return f'<div class="file">{escape(diff.title)}</div>\n<pre>{lines}</pre>\n'


def _marked(line: str) -> str:
    tag = _SIGNS.get(line[:1])
    return f"<{tag}>{escape(line)}</{tag}>" if tag else escape(line)


def _block(said: Said, text: str) -> str:
    if not text.strip():
        return ""
    if said.kind not in {"user", "assistant", "thinking"}:
        return f"<pre>{escape(text)}</pre>\n"
    parts, end = [], 0
    for found in _FENCE.finditer(text):
        parts += [_paragraph(text[end : found.start()]), f"<pre>{escape(found['code'])}</pre>\n"]
        end = found.end()
    return "".join([*parts, _paragraph(text[end:])])


def _paragraph(text: str) -> str:
    plain = text.strip("\n")
    return f'<div class="words">{escape(plain)}</div>\n' if plain.strip() else ""
