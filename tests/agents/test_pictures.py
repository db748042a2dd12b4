"""An image's description and its bytes agree, whatever stands between the signs of its base64."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashcam.agents import pictures

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(40))
ENCODED = b64encode(PNG).decode()


@pytest.mark.parametrize("junk", ["\x00", " ", "\n\r\n", "\x00\x00\x00\x00\x00"])
def test_what_is_no_base64_is_passed_over_in_the_description_and_in_the_bytes(junk: str) -> None:
    encoded = junk.join((ENCODED[:3], ENCODED[3:9], ENCODED[9:]))
    picture = pictures.picture(encoded)
    assert pictures.image(encoded).media_type == "image/png"
    assert picture is not None
    assert picture.data == PNG


@pytest.mark.parametrize("data", [b"<svg onload='x()'>" + b" " * 40, b"", b"\x89PN", b"GIF86a" + b" " * 40])
def test_what_is_no_raster_image_is_never_given_out(data: bytes) -> None:
    encoded = b64encode(data).decode()
    assert pictures.image(encoded).media_type == ""
    assert pictures.picture(encoded) is None


@given(st.text(st.sampled_from("\x00 \n=-A"), max_size=60), st.integers(0, 40), st.integers(0, 80))
def test_what_is_given_out_was_described(junk: str, start: int, end: int) -> None:
    encoded = ENCODED[:start] + junk + ENCODED[start:end]
    picture = pictures.picture(encoded)
    assert picture is None or pictures.image(encoded).media_type == picture.media_type == "image/png"
