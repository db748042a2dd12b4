"""A rate once used for a model and a day stays; one that was unknown may become known."""

from collections.abc import Iterator

import msgspec
import pytest

from dashcam.records.rate import rate_id
from dashcam.store import rates
from dashcam.store.forget import forget_all
from dashcam.store.store import Store
from tests.support.saving import DOLLAR_A_MILLION, news, save

KEY = ("anthropic", "claude-sonnet-5", "2026-11-01")
OTHER = ("", "mystery", "2026-11-01")
DEARER = msgspec.structs.replace(DOLLAR_A_MILLION, source="a later list")


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store.open(store_url) as opened:
        yield opened


def test_a_pinned_rate_comes_back_whole(store: Store) -> None:
    rates.pin(store.database, {KEY: DOLLAR_A_MILLION, OTHER: None})
    assert rates.pinned(store.database) == {KEY: DOLLAR_A_MILLION, OTHER: None}
    assert rates.by_id(store.database, rate_id(DOLLAR_A_MILLION)) == DOLLAR_A_MILLION
    assert rates.by_id(store.database, "no such id") is None


def test_a_later_list_does_not_change_a_pinned_day(store: Store) -> None:
    rates.pin(store.database, {KEY: DOLLAR_A_MILLION})
    rates.pin(store.database, {KEY: DEARER})
    rates.pin(store.database, {KEY: None})
    assert rates.pinned(store.database) == {KEY: DOLLAR_A_MILLION}


def test_an_unknown_rate_may_become_known(store: Store) -> None:
    rates.pin(store.database, {OTHER: None})
    rates.pin(store.database, {OTHER: DEARER})
    assert rates.pinned(store.database) == {OTHER: DEARER}


def test_another_day_has_its_own_rate(store: Store) -> None:
    tomorrow = (*KEY[:2], "2026-11-02")
    rates.pin(store.database, {KEY: DOLLAR_A_MILLION, tomorrow: DEARER})
    assert rates.pinned(store.database) == {KEY: DOLLAR_A_MILLION, tomorrow: DEARER}


def test_pins_can_be_forgotten_by_model_or_all(store: Store) -> None:
    rates.pin(store.database, {KEY: DOLLAR_A_MILLION, OTHER: DEARER})
    rates.unpin(store.database, {"mystery"})
    assert rates.pinned(store.database) == {KEY: DOLLAR_A_MILLION}
    rates.unpin(store.database, None)
    assert rates.pinned(store.database) == {}


def test_pins_outlive_a_rebuild(store: Store) -> None:
    save(store, news(), pins={KEY: DOLLAR_A_MILLION})
    assert forget_all(store.database) == 1
    assert rates.pinned(store.database) == {KEY: DOLLAR_A_MILLION}
