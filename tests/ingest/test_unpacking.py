"""Packed bodies of OTLP requests: unpacked whole, or refused, before they fill the memory."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashcam.ingest.otlp import BadTelemetry, TooLarge, unpacked

MOST = 1 << 20


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
@pytest.mark.parametrize("size", [0, 1, 70_000, 1 << 20])
def test_a_packed_body_is_unpacked(encoding: str, size: int) -> None:
    body = bytes(n * n % 251 for n in range(1000)) * (size // 1000 + 1)
    packed = gzip.compress(body[:size]) if encoding == "gzip" else zlib.compress(body[:size])
    assert unpacked(packed, encoding, MOST) == body[:size]


@pytest.mark.parametrize("encoding", ["", "identity"])
def test_a_plain_body_is_left_as_it_is(encoding: str) -> None:
    assert unpacked(b"body", encoding, MOST) == b"body"


def test_a_bomb_is_refused() -> None:
    bomb = gzip.compress(b"\0" * (200 << 20), compresslevel=1)
    assert len(bomb) < MOST
    with pytest.raises(TooLarge):
        unpacked(bomb, "gzip", MOST)


# Each has a name, because a packed body holds the time of packing: two workers would not agree on it.
TORN = {
    "empty": b"",
    "not-packed": b"no gzip at all",
    "last-byte-lost": gzip.compress(b"words" * 1000)[:-1],
    "cut-in-the-middle": gzip.compress(b"words" * 1000)[:20],
    "wrong-checksum": gzip.compress(b"words")[:-8] + b"\0" * 8,
    "two-members": gzip.compress(b"one") + gzip.compress(b"two"),
    "more-behind-it": gzip.compress(b"one") + b"more",
    "zeros-behind-it": gzip.compress(b"one") + b"\0" * 200_000,
}


@pytest.mark.parametrize("body", TORN.values(), ids=TORN)
def test_a_torn_body_is_refused(body: bytes) -> None:
    with pytest.raises(BadTelemetry):
        unpacked(body, "gzip", MOST)


def test_an_unknown_encoding_is_refused() -> None:
    with pytest.raises(BadTelemetry, match="'br' is not known"):
        unpacked(b"", "br", MOST)


@given(body=st.binary(max_size=300), encoding=st.sampled_from(["gzip", "deflate"]))
def test_no_packed_bytes_raise_anything_else(body: bytes, encoding: str) -> None:
    try:
        unpacked(body, encoding, MOST)
    except (BadTelemetry, TooLarge):
        return
