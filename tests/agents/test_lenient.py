"""What others wrote badly is read as far as it goes, and counted."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashcam.agents.lenient import Tally, clean, count, decode_leniently, items, mapping, micros, text
from dashcam.records import clock


def codes(tally: Tally) -> list[str]:
    return [diagnostic.code for diagnostic in tally.diagnostics()]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-01T12:00:00Z", 1_793_534_400_000_000),
        ("2026-11-01T12:00:00.250Z", 1_793_534_400_250_000),
        ("2026-11-01T12:00:00.123456789Z", 1_793_534_400_123_456),
        ("2026-11-01T13:00:00+01:00", 1_793_534_400_000_000),
        ("2026-11-01T12:00:00", None),
        ("2026-11-01", None),
        ("2019-12-31T23:59:59Z", None),
        ("2101-01-01T00:00:01Z", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("yesterday at half past nine", None),
        ("", None),
        (1_793_534_400, None),
        (None, None),
    ],
)
def test_a_time_is_read_with_its_zone_or_not_at_all(written: object, expected: int | None) -> None:
    assert micros(written) == expected


@given(
    moment=st.datetimes(datetime(2020, 1, 2), datetime(2099, 12, 30)),  # noqa: DTZ001 - the zone is drawn apart
    offset=st.integers(-14 * 60, 14 * 60),
)
def test_every_time_that_python_writes_is_read_back(moment: datetime, offset: int) -> None:
    aware = moment.replace(tzinfo=timezone(timedelta(minutes=offset)))
    assert micros(aware.isoformat()) == clock.micros(aware)
    assert micros(aware.astimezone(UTC).isoformat().replace("+00:00", "Z")) == clock.micros(aware)


def test_what_is_alike_is_counted_under_its_first_line() -> None:
    tally = Tally()
    for line in (7, 8, 9):
        tally.add(line, "bad-json", "torn")
    tally.add(8, "bad-json", "other")
    assert [(told.line, told.why, told.count) for told in tally.diagnostics()] == [
        (7, "torn", 3),
        (8, "other", 1),
    ]


@pytest.mark.parametrize(
    ("line", "record", "told"),
    [
        (b'{"a": 1}', {"a": 1}, []),
        (b"", None, []),
        (b"  \r", None, []),
        (b"\xef\xbb\xbf", None, []),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}, ["loose-json"]),
        (b'{"a": NaN, "b": 2}', {"b": 2}, ["loose-json"]),
        (b'{"a": "x\ty"}', {"a": "x\ty"}, ["loose-json"]),
        (b'{"a": "\xff"}', {"a": "\ufffd"}, ["bad-utf8"]),
        (b'{"a": "\\ud83d"}', {"a": "\ufffd"}, ["bad-utf8"]),
        (b'{"a": "\\ud83d\\ude00"}', {"a": "\U0001f600"}, []),
        (b'{"a": "x\\u0000y"}', {"a": "xy"}, []),
        (b'{"a": ', None, ["bad-json"]),
        (b"\0\0\0\0", None, ["bad-json"]),
        (b"[1, 2]", None, ["wrong-type"]),
        (b"[" * 100_000, None, ["bad-json"]),
    ],
)
def test_a_line_is_read_as_far_as_it_goes(line: bytes, record: object, told: list[str]) -> None:
    tally = Tally()
    found = decode_leniently(line, tally, 3)
    if found is not None and b"NaN" in line:
        found.pop("a")
    assert found == record
    assert codes(tally) == told


@given(st.binary(max_size=200) | st.text().map(lambda words: words.encode("utf-8", "surrogatepass")))
def test_no_line_makes_it_fail(line: bytes) -> None:
    decode_leniently(line, Tally(), 0)


@given(st.text(st.characters()))
def test_a_cleaned_text_can_be_stored_anywhere(words: str) -> None:
    cleaned = clean(words)
    assert "\0" not in cleaned
    cleaned.encode()


FIELDS: list[tuple[str, dict[str, object], object]] = [
    ("text", {"f": "x"}, "x"),
    ("text", {}, ""),
    ("text", {"f": None}, ""),
    ("mapping", {"f": {"a": 1}}, {"a": 1}),
    ("mapping", {"f": None}, None),
    ("items", {"f": [1]}, [1]),
    ("items", {}, []),
]
READ = {"text": text, "mapping": mapping, "items": items}


@pytest.mark.parametrize(("kind", "record", "expected"), FIELDS)
def test_a_field_of_its_type_is_taken_without_a_word(kind: str, record: dict[str, object], expected: object) -> None:
    tally = Tally()
    assert READ[kind](record, "f", tally, 0) == expected
    assert codes(tally) == []


@pytest.mark.parametrize(("kind", "nothing"), [("text", ""), ("mapping", None), ("items", [])])
def test_a_field_of_another_type_is_dropped_and_counted(kind: str, nothing: object) -> None:
    tally = Tally()
    assert READ[kind]({"f": 5}, "f", tally, 0) == nothing
    assert codes(tally) == ["wrong-type"]


@pytest.mark.parametrize(
    ("value", "expected", "told"),
    [
        (0, 0, []),
        (1_000_000_000, 1_000_000_000, []),
        (12.0, 12, []),
        (None, None, []),
        (-1, None, ["bad-count"]),
        (1_000_000_001, None, ["bad-count"]),
        (1.5, None, ["wrong-type"]),
        (float("inf"), None, ["wrong-type"]),
        (True, None, ["wrong-type"]),
        ("12", None, ["wrong-type"]),
    ],
)
def test_a_count_is_whole_and_not_absurd(value: object, expected: int | None, told: list[str]) -> None:
    tally = Tally()
    assert count(value, "input_tokens", tally, 0) == expected
    assert codes(tally) == told
