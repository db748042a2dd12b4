"""Changing one value of somebody else's JSON: all around it stays as it was, to the byte."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashcam.agents.json_text import BrokenFile, parse, put, remove

names = st.text(max_size=5)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(names, inside, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(names, values, max_size=4)
layouts = st.sampled_from([None, 2, 4, "\t"])


def written(value: object, layout: int | str | None, *, ascii_only: bool = False, crlf: bool = False) -> str:
    text = json.dumps(value, indent=layout, ensure_ascii=ascii_only) + "\n"
    return text.replace("\n", "\r\n") if crlf else text


@given(objects, names, values, layouts, st.booleans(), st.booleans())
def test_what_is_put_is_read_and_taken_out_again_to_the_byte(
    there: dict[str, Any],
    name: str,
    value: object,
    layout: int | str | None,
    ascii_only: bool,  # noqa: FBT001
    crlf: bool,  # noqa: FBT001
) -> None:
    there.pop(name, None)
    text = written(there, layout, ascii_only=ascii_only, crlf=crlf)
    changed = put(text, (name,), value)
    assert parse(changed) == there | {name: value}
    assert list(parse(changed)) == [*there, name]
    assert remove(changed, (name,)) == text


@given(objects, st.lists(names, min_size=1, max_size=3), values, layouts)
def test_a_value_goes_to_its_path_and_nothing_else_moves(
    there: dict[str, Any], path: list[str], value: object, layout: int | str | None
) -> None:
    text = written(there, layout)
    expected = json.loads(text)
    place = expected
    for name in path[:-1]:
        if not isinstance(place.setdefault(name, {}), dict):
            with pytest.raises(BrokenFile, match="holds no object"):
                put(text, path, value)
            return
        place = place[name]
    place[path[-1]] = value
    assert parse(put(text, path, value)) == expected


def test_formats_of_the_owner_are_left_as_they_are() -> None:
    text = '{\n\t"allow": ["a",   "b"],\n\t"big": 1e3, "name": "\\u00fc",\n\n\t"hooks": {"Old": 1.50}\n}'
    assert put(text, ("hooks", "Old"), 2) == text.replace("1.50", "2")
    assert put(text, ("new",), [1]) == text.replace("1.50}\n}", '1.50},\n\t"new": [\n\t\t1\n\t]\n}')


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("", '{\n  "a": 1\n}\n'),
        (" \n", '{\n  "a": 1\n}\n'),
        ("{}", '{\n  "a": 1\n}'),
        ("\ufeff{}", '\ufeff{\n  "a": 1\n}'),
        ('{"b": 2}', '{"b": 2, "a": 1}'),
        ('{\r\n    "b": 2\r\n}\r\n', '{\r\n    "b": 2,\r\n    "a": 1\r\n}\r\n'),
    ],
)
def test_a_value_is_put_in_the_files_own_style(text: str, changed: str) -> None:
    assert put(text, ("a",), 1) == changed


@pytest.mark.parametrize(
    ("text", "path", "left"),
    [
        ('{"a": 1, "b": 2}', ["a"], '{"b": 2}'),
        ('{"a": 1, "b": 2}', ["b"], '{"a": 1}'),
        ('{"a": {"b": 1}}', ["a", "b"], '{"a": {}}'),
        ('{"a": 1}', ["a", "b"], '{"a": 1}'),
        ('{"a": 1}', ["b"], '{"a": 1}'),
        ("", ["a"], ""),
    ],
)
def test_a_value_is_taken_out_with_its_comma(text: str, path: list[str], left: str) -> None:
    assert remove(text, path) == left


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"a": 1,\n  "b": }', r"line 2, column 8"),
        ('{"a": 1 // why\n}', r"line 1, column 9"),
        ('{"a": 1, "a": 2}', "'a' stands twice"),
        ("[]", "no object"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_a_broken_file_is_refused_with_where_it_breaks(text: str, why: str) -> None:
    with pytest.raises(BrokenFile, match=why):
        parse(text)
