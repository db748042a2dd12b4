"""Identities must never change: a copied line is known by one that another version wrote down."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashcam.records.identity import key64


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((), -1_970_711_489_451_281_740),
        (("msg_1",), -7_103_710_262_777_805_244),
        (("msg_1", "req_1"), 6_247_108_633_455_033_532),
        (("Grüße", "日本"), -8_232_153_325_547_941_174),
    ],
    ids=str,
)
def test_an_identity_is_the_same_in_every_version(parts: tuple[str, ...], expected: int) -> None:
    assert key64(*parts) == expected


def test_parts_are_kept_apart_and_in_order() -> None:
    different = [key64("ab"), key64("a", "b"), key64("b", "a"), key64("a", "", "b"), key64("", "ab"), key64("ab", "")]
    assert all(one != other for one, other in combinations(different, 2))


def test_a_part_that_holds_the_separator_is_told_from_two_parts() -> None:
    alike = [key64("a\x1fb"), key64("a", "b"), key64("a\x1f", "b"), key64("a", "\x1fb"), key64("a", "", "b")]
    assert all(one != other for one, other in combinations(alike, 2))


@given(*[st.lists(st.text("a1,\x1f", max_size=3), max_size=3)] * 2)
def test_different_parts_have_different_identities(parts: list[str], others: list[str]) -> None:
    assert (key64(*parts) == key64(*others)) == ((parts or [""]) == (others or [""]))


def test_half_a_surrogate_pair_has_an_identity() -> None:
    assert key64("\ud800") != key64("\udfff")


@given(st.lists(st.text(st.characters(codec=None))))
def test_every_identity_fits_a_signed_column(parts: list[str]) -> None:
    assert -(2**63) <= key64(*parts) < 2**63
