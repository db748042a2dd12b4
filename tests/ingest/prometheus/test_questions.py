"""The questions in PromQL, the settings that are refused, and how deltas are told from counters."""

import pytest

from dashcam.agents.meters import METERS
from dashcam.ingest.prometheus.place import place_of, same_server
from dashcam.ingest.prometheus.questions import RANGES, SECONDS, STEPS, added, any_of, count_of_sessions, falls, quoted
from dashcam.ingest.prometheus.sessions import known_types, most_first
from dashcam.ingest.prometheus.trial import looks_like_deltas
from dashcam.records.errors import BadSettings
from dashcam.records.settings import PrometheusSetting

NAMES = ("a_USD_total", "a_total")


def test_the_first_name_that_knows_a_session_answers() -> None:
    assert added(NAMES, "24h", ("session_id", "type")) == (
        "sum by (session_id, type) (increase(a_USD_total[24h])) or sum by (session_id, type) (increase(a_total[24h]))"
    )


def test_deltas_are_summed() -> None:
    assert added(NAMES[:1], "8h", ("session_id",), delta=True) == (
        "sum by (session_id) (sum_over_time(a_USD_total[8h]))"
    )


def test_one_session_is_selected_by_its_label() -> None:
    assert added(NAMES[:1], "300s", (), session="5e55") == 'sum (increase(a_USD_total{session_id="5e55"}[300s]))'


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("5e55", '"5e55"'),
        ('"} or vector(1) #', '"\\"} or vector(1) #"'),
        ("back\\slash", '"back\\\\slash"'),
        ("two\nlines", '"two\\nlines"'),
        ("lone \ud800", '"lone ?"'),
    ],
)
def test_an_id_cannot_end_its_own_quotes(text: str, written: str) -> None:
    assert quoted(text) == written


def test_other_questions() -> None:
    assert any_of(NAMES) == '{__name__=~"a_USD_total|a_total"}'
    assert count_of_sessions(("a",), "24h") == 'count(count by (session_id) (last_over_time(a{session_id!=""}[24h])))'
    assert falls(("a",), "24h") == ("sum(resets(a[24h]))", "sum(changes(a[24h]))")


def test_every_range_is_cut_into_whole_slices_of_five_minutes_at_least() -> None:
    for words in RANGES:
        slices, rest = divmod(SECONDS[words], STEPS[words])
        assert (rest, STEPS[words] >= 300, 12 <= slices <= 60) == (0, True, True), words


@pytest.mark.parametrize(
    ("falls", "changes", "deltas"),
    [(0, 7, None), (0, 100, False), (5, 100, False), (50, 100, True), (0, 0, None)],
)
def test_deltas_fall_about_every_other_time(falls: float, changes: float, deltas: bool | None) -> None:  # noqa: FBT001
    assert looks_like_deltas(falls, changes) is deltas


def test_every_spelling_of_a_type_is_one_type() -> None:
    (meters,) = METERS.values()
    said = {
        "cacheRead": 1.0,
        "cache_read": 2.0,
        "cacheCreation": 4.0,
        "cacheWrite": 8.0,
        "input": 16.0,
        "thoughts": 32.0,
    }
    assert known_types(said, meters) == {"cache_read": 3.0, "cache_write": 12.0, "input": 16.0, "thoughts": 32.0}


def test_names_of_nothing_are_left_out() -> None:
    assert most_first({"b": 2.0, "a": 2.0, "c": 9.0, "": 5.0, "none": 0.2}) == ["c", "a", "b"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9090", "http://127.0.0.1:9090/", " http://127.0.0.1:9090/api/v1/ "])
def test_the_address_may_end_as_people_write_it(url: str) -> None:
    assert place_of(PrometheusSetting(url=url)).url == "http://127.0.0.1:9090"


def test_a_path_before_the_api_is_kept() -> None:
    assert place_of(PrometheusSetting(url="https://metrics.example/prometheus/")).url == (
        "https://metrics.example/prometheus"
    )


@pytest.mark.parametrize(
    "said",
    [
        PrometheusSetting(url="127.0.0.1:9090"),
        PrometheusSetting(url="ftp://127.0.0.1"),
        PrometheusSetting(url="http://"),
        PrometheusSetting(url="http://127.0.0.1:99999"),
        PrometheusSetting(url="http://127.0.0.1/\nHost: other"),
        PrometheusSetting(url="http://me:secret@127.0.0.1"),
        PrometheusSetting(url="http://127.0.0.1/?query=up"),
        PrometheusSetting(url="http://127.0.0.1", token="secret", username="me"),
        PrometheusSetting(url="http://127.0.0.1", password="secret"),
        PrometheusSetting(url="http://127.0.0.1", token="secret\nHost: other"),
        PrometheusSetting(url="http://127.0.0.1", token="secrét"),
        PrometheusSetting(url="http://127.0.0.1", username="me:you", password="secret"),
        PrometheusSetting(url="http://127.0.0.1", timeout_seconds=0),
        PrometheusSetting(url="http://127.0.0.1", timeout_seconds=float("nan")),
        PrometheusSetting(url="http://127.0.0.1", timeout_seconds=301),
    ],
    ids=repr,
)
def test_settings_that_make_no_sense_are_refused_without_their_secrets(said: PrometheusSetting) -> None:
    with pytest.raises(BadSettings) as raised:
        place_of(said)
    assert "secr" not in str(raised.value)
    assert raised.value.hint


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://a:9090", "http://a:9090/prometheus", True),
        ("http://a:9090", "http://a:9091", False),
        ("https://a", "http://a", False),
        ("http://a", "http://b", False),
        ("http://a", "http://a\\@b", False),
        ("", "", False),
    ],
)
def test_credentials_stay_with_their_server(one: str, other: str, *, same: bool) -> None:
    assert same_server(one, other) is same
