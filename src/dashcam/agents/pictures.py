"""Images inside of lines: what they are, and their bytes.

What a stranger would get wrong: what an image is called counts for nothing. Only what begins as one of four kinds of
raster image is ever given out; a picture that can hold a script, such as SVG, never is.
"""

import binascii
import re

import msgspec

from dashcam.records.event import Image

LARGEST = 32 << 20
"""Bytes of the largest image that is given out."""
_KINDS = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
)
MEDIA_TYPES = tuple(kind for _, kind in _KINDS)
_FIRST = 24
"""Characters of base64 that hold the first bytes, by which an image is known."""
_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/]")
_DATA_URL = re.compile(r"data:[^,]{0,100};base64,")


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """An image as it may be given out."""

    media_type: str
    data: bytes


def without_scheme(address: str) -> str:
    """Give the base64 of a `data:` URL; empty for any other address, which nobody shall fetch."""
    found = _DATA_URL.match(address)
    return address[found.end() :] if found else ""


def image(encoded: str) -> Image:
    """Describe an image by its base64, most of which is not looked at."""
    size = len(encoded) * 3 // 4 - encoded.count("=", -2)
    first = _NO_BASE64.sub("", encoded[: 2 * _FIRST])[:_FIRST]
    first += "=" * (-len(first) % 4)
    return Image(media_type=media_type(_decoded(first)) if size <= LARGEST else "", size=max(size, 0))


def picture(encoded: str) -> Picture | None:
    """Decode an image; None for what is not given out, as its description says."""
    kind = image(encoded).media_type
    data = _decoded(encoded) if kind else b""
    return Picture(media_type=kind, data=data) if media_type(data) else None


def media_type(data: bytes) -> str:
    """Know an image by its first bytes; empty for what is none of those that are given out."""
    return next((kind for beginning, kind in _KINDS if beginning.match(data)), "")


def _decoded(encoded: str) -> bytes:
    try:
        return binascii.a2b_base64(encoded)
    except (binascii.Error, ValueError):
        return b""
