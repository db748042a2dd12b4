"""Pricing again: sums, quarters and calls all say the new price, and only where something changed."""

from pathlib import Path

import pytest

from dashcam.ingest.reprice import reprice
from dashcam.pricing.overrides import Override
from dashcam.pricing.prices import Prices
from dashcam.store import rates, verify
from dashcam.store.rates import Pins
from dashcam.store.store import Store
from tests.support.claude_lines import Transcript, usage
from tests.support.machine import Machine, make_prices, totals

MILLION = 1_000_000
DOLLAR = 10**9


@pytest.fixture
def machine(tmp_path: Path, store_url: str) -> Machine:
    """A scanned machine with one call of a known model ($3 for its input) and one of a model that nobody knows."""
    made = Machine(tmp_path, store_url)
    talk = Transcript()
    talk.prompt()
    talk.answer(model="claude-sonnet-4-5", spent=usage(given=MILLION, output=0), message_id="msg_a")
    talk.answer(model="Acme-1", spent=usage(given=MILLION, output=0), message_id="msg_b")
    talk.write(made.claude)
    made.scan()
    return made


def with_acme_at(dollars: str) -> "type[Prices] | object":
    def make(pins: Pins) -> Prices:
        return Prices(pins, (Override(model="acme-1", input=dollars, output="0"),))

    return make


def cost(store: Store) -> int:
    return totals(store.database)[-1]


def test_only_calls_without_a_price_are_priced_unless_told(machine: Machine) -> None:
    with Store.open(machine.url) as store:
        before = cost(store)
        done = reprice(store, with_acme_at("2"))  # type: ignore[arg-type]
        assert (done.calls, done.changed, done.sessions) == (1, 1, 1)
        assert cost(store) == before + 2 * DOLLAR
        assert list(verify.verify(store.database)) == []


def test_a_model_is_named_in_any_case_and_pinned_anew(machine: Machine) -> None:
    with Store.open(machine.url) as store:
        reprice(store, with_acme_at("2"))  # type: ignore[arg-type]
        done = reprice(store, with_acme_at("5"), models=["ACME-1"])  # type: ignore[arg-type]
        assert (done.before_nano, done.after_nano) == (2 * DOLLAR, 5 * DOLLAR)
        pinned = {key[1]: rate for key, rate in rates.pinned(store.database).items()}
        assert pinned["Acme-1"] is not None
        assert pinned["Acme-1"].base.input == 5 * DOLLAR


def test_a_price_taken_back_leaves_the_call_unpriced(machine: Machine) -> None:
    with Store.open(machine.url) as store:
        before = cost(store)
        reprice(store, with_acme_at("2"))  # type: ignore[arg-type]
        reprice(store, make_prices, models=["acme-1"])
        assert cost(store) == before
        assert store.database.one("SELECT unpriced_calls FROM session")[0] == 1


def test_everything_again_by_the_same_list_changes_nothing(machine: Machine) -> None:
    with Store.open(machine.url) as store:
        revision = store.database.one("SELECT value FROM meta WHERE key = 'revision'")
        done = reprice(store, make_prices, everything=True)
        assert (done.calls, done.changed) == (2, 0)
        assert store.database.one("SELECT value FROM meta WHERE key = 'revision'") == revision
