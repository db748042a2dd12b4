"""Newer prices on request: taken over whole, without outliers, or not at all."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from dashcam.pricing.catalog import open_catalog
from dashcam.pricing.prices import Prices
from dashcam.pricing.prices import sync as sync_by_name
from dashcam.pricing.sync import FILE, Synced, bundled, download, sync, synced
from dashcam.records.errors import DashcamError
from dashcam.records.rate import Rate
from tests.support.build import START

TODAY = "2026-11-01"


def model(name: str, prices: object) -> dict[str, Any]:
    return {"id": name, "match": {"equals": name}, "prices": prices}


def dollars(given: float, taken: float) -> dict[str, float]:
    return {"input_mtok": given, "output_mtok": taken}


def provider(name: str, *models: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "name": name, "api_pattern": name, "models": list(models)}


def fetching(*providers: dict[str, Any]) -> Callable[[], bytes]:
    return lambda: json.dumps(providers).encode()


OPENAI = provider("openai", model("gpt-9", dollars(1, 8)))


def rate_after(directory: Path, named: str, wanted: str) -> Rate | None:
    return Prices({}, directory=directory).rate(named, wanted, START)


def test_synced_prices_are_used_from_then_on(tmp_path: Path) -> None:
    newer = provider("anthropic", model("claude-opus-5", dollars(6, 30)))
    done = sync(tmp_path, fetching(newer, OPENAI))
    rate = rate_after(tmp_path, "anthropic", "claude-opus-5")
    assert done == Synced(path=str(tmp_path / FILE), models=2)
    assert rate is not None
    assert (rate.base.input, rate.base.output) == (6_000_000_000, 30_000_000_000)
    assert rate.source.startswith("genai-prices, synced 20")
    assert rate_after(tmp_path, "openai", "gpt-9") is not None


def test_what_the_newer_list_lacks_keeps_the_price_it_had(tmp_path: Path) -> None:
    sync(tmp_path, fetching(provider("anthropic"), OPENAI))
    assert rate_after(tmp_path, "anthropic", "claude-haiku-4-5") is not None
    assert rate_after(tmp_path, "deepseek", "deepseek-v3.2") is not None


def test_a_provider_that_only_the_newer_list_has_is_used(tmp_path: Path) -> None:
    sync(tmp_path, fetching(provider("anthropic"), OPENAI, provider("brand-new", model("m", dollars(1, 2)))))
    assert rate_after(tmp_path, "brand-new", "m") is not None


@pytest.mark.parametrize(
    "prices",
    [
        dollars(50.1, 25),
        dollars(5, 2.4),
        dollars(0, 25),
        {"input_mtok": 5},
        [],
        [{"prices": dollars(5, 25)}, {"prices": dollars(500, 25)}],
        {"input_mtok": {"base": 500, "tiers": []}, "output_mtok": 25},
    ],
)
def test_a_price_ten_times_off_is_dropped_and_the_old_one_kept(tmp_path: Path, prices: object) -> None:
    done = sync(tmp_path, fetching(provider("anthropic", model("claude-opus-5", prices)), OPENAI))
    rate = rate_after(tmp_path, "anthropic", "claude-opus-5")
    assert (done.dropped, done.models) == (("anthropic/claude-opus-5",), 1)
    assert rate is not None
    assert rate.base.input == 5_000_000_000


@pytest.mark.parametrize("prices", [dollars(50, 250), dollars(0.5, 2.5)])
def test_a_price_just_ten_times_off_is_taken(tmp_path: Path, prices: object) -> None:
    done = sync(tmp_path, fetching(provider("anthropic", model("claude-opus-5", prices)), OPENAI))
    assert done.dropped == ()


def test_a_model_that_is_free_in_both_is_no_outlier(tmp_path: Path) -> None:
    free = next(
        f"{maker.id}/{each.id}"
        for maker in bundled().providers
        for each in maker.models
        if maker.id == "openrouter" and each.id.endswith(":free")
    )
    maker, _, name = free.partition("/")
    newer = provider(maker, model(name, dollars(0, 0)))
    assert sync(tmp_path, fetching(provider("anthropic"), OPENAI, newer)).dropped == ()


def test_nothing_synced_leaves_the_list_that_came_with_the_program(tmp_path: Path) -> None:
    assert synced(tmp_path) is None
    assert open_catalog(tmp_path).source == open_catalog().source == bundled().source


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<html>", "is not JSON"),
        (b"{}", "is not a list of providers"),
        (b'[{"id": 5}]', "is not in the form of genai-prices"),
        (b"[]", "lacks Anthropic or OpenAI"),
    ],
)
def test_a_senseless_download_changes_nothing(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(DashcamError, match=message) as raised:
        sync(tmp_path, lambda: content)
    assert "unchanged" in raised.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"[")
    with pytest.raises(DashcamError, match=FILE) as raised:
        synced(tmp_path)
    assert "delete it" in raised.value.hint


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(DashcamError, match="cannot read"):
        synced(tmp_path)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(DashcamError, match="cannot write"):
        sync(tmp_path, fetching(provider("anthropic"), OPENAI))
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_a_download_takes_what_the_publisher_sends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sent = fetching(provider("anthropic"), OPENAI)()

    def answer(url: str, **_: Any) -> httpx2.Response:
        return httpx2.Response(200, content=sent, request=httpx2.Request("GET", url))

    monkeypatch.setattr(httpx2, "get", answer)
    assert download() == sent
    assert sync_by_name(tmp_path).models == 1


def test_being_offline_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise httpx2.ConnectError("no route to host")

    monkeypatch.setattr(httpx2, "get", fail)
    with pytest.raises(DashcamError, match=r"cannot download prices from https://.*: no route to host"):
        download()
