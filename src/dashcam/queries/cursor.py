"""Cursors: where a page ended, as text that an interface hands out and takes back without looking into it.

What a stranger would get wrong: a cursor comes from outside, so it may hold anything. What is read from it are numbers
of 64 bits and plain texts in the order that was asked for, or it is refused.
"""

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Annotated

import msgspec

from dashcam.records.errors import BadInput

LONGEST = 16_384
"""Signs; the longest that we hand out holds a session's title."""

HINT = "Take it from the page before, with the same order; or begin without one."

Number = Annotated[int, msgspec.Meta(ge=-(1 << 63), le=(1 << 63) - 1)]
Word = Annotated[str, msgspec.Meta(pattern=r"\A[^\x00]*\Z")]
_decoder = msgspec.json.Decoder(list[Number | Word])


def write_cursor(*values: int | str) -> str:
    """Write values as a text that may stand in a URL."""
    return urlsafe_b64encode(msgspec.json.encode(values)).rstrip(b"=").decode("ascii")


def read_cursor(text: str, kinds: Sequence[type[int] | type[str]]) -> list[int | str]:
    """Read the values back, one of each kind in this order. Raises BadInput."""
    refused = BadInput("that is no cursor of this listing", HINT)
    if len(text) > LONGEST:
        raise refused
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        values = _decoder.decode(b64decode(padded, altchars=b"-_", validate=True))
    except ValueError as error:
        raise refused from error
    if [type(value) for value in values] != list(kinds):
        raise refused
    return values
