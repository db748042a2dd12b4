"""Text of transcripts made harmless: it may hold anything, so nothing of it may steer a terminal or a reader's eye.

Whoever prints words that an agent, a tool or a file name brought takes them through `safe_text` or `safe_block`.
"""

import re

from dashcam.records.plain import without_orders

_SHORT_ORDER = re.compile(r"\x9b[0-?]*[ -/]*[@-~]")
"""A colour or movement that begins with one sign in place of two."""
_SPACE = re.compile(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029 \u00a0]+")
_HIDDEN = frozenset("\u061c\u200b\u200e\u200f\u2060\ufeff")
_BIDI = range(0x202A, 0x202F), range(0x2066, 0x206A)
_TAGS = range(0xE0000, 0xE0080)
_SUSPECT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_PICTURES = 0x2400
_REPLACED = "\N{REPLACEMENT CHARACTER}"


def safe_text(text: str) -> str:
    """Make a text harmless and put it on one line."""
    return _clean(_SPACE.sub(" ", _without_orders(text))).strip()


def safe_block(text: str) -> str:
    """Make a text harmless and keep its lines and tabs."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return _clean(_without_orders(lines))


def safe_json(text: str) -> str:
    """Escape in finished JSON what a terminal could take for an order; it reads back as the same values."""
    return _SUSPECT.sub(_escaped, text)


def _without_orders(text: str) -> str:
    return _SHORT_ORDER.sub("", without_orders(text))


def _clean(text: str) -> str:
    return _SUSPECT.sub(lambda found: _seen(found[0]), text)


def _seen(sign: str) -> str:
    code = ord(sign)
    if sign in _HIDDEN or code in _TAGS or any(code in some for some in _BIDI):
        return ""
    if code < 0x20:  # noqa: PLR2004  the control characters have pictures of their own
        return chr(_PICTURES + code)
    return "\N{SYMBOL FOR DELETE}" if code == 0x7F else _REPLACED  # noqa: PLR2004  delete


def _escaped(found: re.Match[str]) -> str:
    return "".join(f"\\u{unit:04x}" for unit in _utf16(found[0]))


def _utf16(sign: str) -> list[int]:
    raw = sign.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2)]
