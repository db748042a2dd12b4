"""The search index: what words a text is cut into, and that both databases find the same by them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashcam.records.clock import Range
from dashcam.records.filters import Filter
from dashcam.store import search, words
from dashcam.store.store import Store
from tests.support import build
from tests.support.build import DAY, START
from tests.support.saving import news, save


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", set()),
        ("Fix the Parser!", {"fix", "the", "parser"}),
        ("snake_case_name", {"snake", "case", "name"}),
        ("x = 12", {"x", "12"}),
        ("src/app.py:42", {"src", "app", "py", "42"}),
        ("a" * 40 + " " + "b" * 41, {"a" * 40, "b" * 40}),
        ("日本語", {"日", "本", "語"}),
        ("한국", {"한", "국"}),
        ("Привет", {"привет"}),
        ("\ud800 lone", {"lone"}),
        ("nul\0byte", {"nul", "byte"}),
    ],
)
def test_a_text_is_cut_into_words(text: str, expected: set[str]) -> None:
    assert words.words(text) == expected


def test_a_word_with_an_accent_is_whole_and_its_plain_parts_are_words_too() -> None:
    assert words.words("Café") == {"café", "caf"}
    assert words.words("naïve") == {"naïve", "na", "ve"}


def test_an_accent_of_its_own_makes_the_same_words_wherever_a_long_text_is_cut() -> None:
    assert words.words("Cafe\u0301") == {"café", "caf"}
    filler = "x " * (words.SLICE_CHARACTERS // 2 - 2)
    for shift in range(6):
        assert "café" in words.words(f"{filler}{' ' * shift}cafe\u0301 end")


def test_signs_and_letters_in_one_run_are_parted() -> None:
    assert words.words("日本語test") == {"日", "本", "語", "test"}


def test_chunks_are_cut_between_lines() -> None:
    half = "word " * (words.CHUNK_CHARACTERS // 10 + 1)
    made = words.chunks([(0, 5, half), (1, 9, half), (1, 7, "same line"), (2, 6, "next")])
    assert [(each.first_line, each.last_line, each.last_at) for each in made] == [(0, 1, 9), (2, 2, 6)]
    assert set(made[0].words.split()) == {"word", "same", "line"}


def test_colours_and_links_are_no_words_and_end_with_their_text() -> None:
    texts = [(0, 5, "\x1b[31mtree\x1b[0m \x1b]8;;https://example.org\x07book"), (0, 5, "\x1b]0;open"), (0, 5, "end")]
    [made] = words.chunks(texts)
    assert set(made.words.split()) == {"tree", "book", "0", "open", "end"}


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store.open(store_url) as opened:
        yield opened


TEXTS = [
    "Why does the parser fail on snake_case_name?",
    "Das Café hat naïve Gäste",
    "日本語のテスト",
    "say 'hello' & goodbye | now:*",
    '100% of Foo\\Bar (and) "quotes"',
]


def fill(store: Store, texts: list[str]) -> None:
    for number, text in enumerate(texts):
        found = words.chunks([(number, START + number, text)])
        native = f"session-{number}"
        facts = build.session_facts(session=native, project=f"/p{number}")
        save(store, news(native, facts=facts, chunks=found))


def lines(store: Store, *terms: str, asked: Filter | None = None, offset: int = 0, limit: int = 50) -> list[int]:
    found = search.stretches(store.database, terms, asked or Filter(), quiet_since=0, offset=offset, limit=limit)
    return [stretch.first_line for stretch in found]


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (("parser",), [0]),
        (("PARS",), [0]),
        (("arser",), []),
        (("snake_case",), [0]),
        (("case", "fail"), [0]),
        (("case", "café"), []),
        (("café",), [1]),
        (("Caf",), [1]),
        (("GÄSTE",), [1]),
        (("naï",), [1]),
        (("語",), [2]),
        (("テスト",), [2]),
        (("本日",), [2]),
        (("'hello' & now:*",), [3]),
        (('"quotes"', "foo\\bar"), [4]),
        (("100%",), [4]),
        (("!",), [4, 3, 2, 1, 0]),
        ((), [4, 3, 2, 1, 0]),
    ],
    ids=str,
)
def test_a_search_finds_the_lines_that_may_hold_it(store: Store, terms: tuple[str, ...], expected: list[int]) -> None:
    fill(store, TEXTS)
    assert lines(store, *terms) == expected


def test_a_very_long_word_is_found_whole_and_by_its_beginning(store: Store) -> None:
    checksum = "0123456789abcdef" * 4
    fill(store, [f"sha256 {checksum}", f"sha256 {checksum[::-1]}"])
    assert lines(store, checksum) == [0]
    assert lines(store, checksum[:50]) == lines(store, checksum[:10]) == [0]


def test_the_newest_stretches_come_first_page_by_page(store: Store) -> None:
    fill(store, ["word"] * 5)
    assert lines(store, "word", limit=2) == [4, 3]
    assert lines(store, "word", offset=2, limit=2) == [2, 1]


def test_filters_and_ranges_apply_to_a_search(store: Store) -> None:
    fill(store, ["word"] * 3)
    assert lines(store, "word", asked=Filter(projects=("/p1",))) == [1]
    assert lines(store, "word", asked=Filter(range=Range(since=START + 1))) == [2, 1]
    assert lines(store, "word", asked=Filter(range=Range(since=START + DAY))) == []


def test_what_a_replaced_file_no_longer_says_is_not_found(store: Store) -> None:
    first = news(chunks=words.chunks([(0, START, "the old words")]))
    save(store, first)
    again = news(chunks=words.chunks([(0, START, "quite other ones")]))
    again.expected, again.replaced = first.bookmark, True
    save(store, again)
    third = news("later", chunks=words.chunks([(7, START, "third")]))
    save(store, third)
    assert lines(store, "other") == [0]
    assert lines(store, "third") == [7]
    assert 7 not in lines(store, "old")


def test_an_emptied_index_finds_nothing(store: Store) -> None:
    fill(store, TEXTS)
    with store.database.writing():
        words.empty(store.database)
    assert lines(store) == []
    fill(store, [])
    save(store, news("again", chunks=words.chunks([(3, START, "parser")])))
    assert lines(store, "parser") == [3]


def test_a_line_of_a_million_different_words_is_kept_and_found(store: Store) -> None:
    text = " ".join(f"w{number:07x}" for number in range(150_000))
    fill(store, [text])
    assert lines(store, "w0000000", f"w{149_999:07x}") == [0]


@pytest.fixture(scope="module")
def two_stores(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: str, postgres_template: str
) -> Iterator[list[Store]]:
    from tests.conftest import new_postgres_database

    place: Path = tmp_path_factory.mktemp("words")
    urls = new_postgres_database(postgres_server, postgres_template)
    with Store.open(f"sqlite:///{place / 'dashcam.db'}") as sqlite, Store.open(next(urls)) as postgres:
        yield [sqlite, postgres]
    list(urls)


texts = st.text(
    st.one_of(st.sampled_from("ab Z_ß'\\\"&|!:*()éÄİǅ日語ー한\u0301\u200d\U00020000٣"), st.characters(codec="utf-8")),
    max_size=30,
)


@given(texts)
def test_a_long_text_is_cut_slice_by_slice_into_the_same_words(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words, "SLICE_CHARACTERS", 3)
        cut = words.words(text)
    assert cut == words.words(text)


@given(texts.filter(lambda text: "\0" not in text), st.data())
def test_any_word_of_any_text_is_found_by_its_beginning(
    two_stores: list[Store], text: str, data: st.DataObject
) -> None:
    found = words.chunks([(0, START, text)])
    wanted = data.draw(st.sampled_from(sorted(set(found[0].words.split())) or [""]))
    begun = wanted[: data.draw(st.integers(1, max(len(wanted), 1)))]
    for store in two_stores:
        with store.database.writing():
            words.empty(store.database)
            words.save(store.database, 1, found)
        condition, values = words.condition(store.database, words.matching([begun]))
        assert store.database.rows(f"SELECT first_line FROM chunk WHERE {condition}", values) == [(0,)]
