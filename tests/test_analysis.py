"""The analyser: what counts as a word, which words are the same, and which do not count."""

from __future__ import annotations

import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import analysis
from search.analysis import APOSTROPHES, Words, fold, person_key, stem, tokens, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("— … “”", []),
        ("Refugees, RETURN!", ["refugees", "return"]),
        ("Élysée São Müller İstanbul Straße", ["elysee", "sao", "muller", "istanbul", "strasse"]),
        ("e\u0301t\u00e9", ["ete"]),
        ("Президент Йод", ["президент", "иод"]),
        ("snake_case 3.5 COVID-19", ["snake", "case", "3", "5", "covid", "19"]),
        ("Assad's ASSAD’S Assad' states'", ["assad", "assad", "assad", "states"]),
        ("d'Estaing L’Aquila l's", ["d", "estaing", "l", "aquila", "l"]),
        ("Sana'a Sanaa Shi’ite O'Brien rock'n'roll", ["sanaa", "sanaa", "shiite", "obrien", "rocknroll"]),
        ("east-west east‐west east‑west", ["east", "west"] * 3),
        ("½", ["1", "2"]),
        ("ﬁnance", ["finance"]),
    ],
)
def test_what_the_words_of_a_text_are(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize("apostrophe", APOSTROPHES)
def test_an_apostrophe_of_any_shape_joins(apostrophe: str) -> None:
    assert words(f"Sana{apostrophe}a d{apostrophe}Estaing Assad{apostrophe}s") == ["sanaa", "d", "estaing", "assad"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("al-Assad al Assad AL-ASSAD Al  Assad", ["assad"] * 4),
        ("El Al flies", ["el", "al", "flies"]),
        ("El-Al", ["al"]),
        ("el-Sisi el Sisi", ["sisi", "el", "sisi"]),
        ("as-Suwayda as-Assad as Suwayda", ["suwayda", "as", "assad", "as", "suwayda"]),
        ("ash-Sham ash-Suwayda", ["sham", "ash", "suwayda"]),
        ("ad-Dawla an-Nusra ar-Raqqa at-Tanf az-Zawiya", ["dawla", "nusra", "raqqa", "tanf", "zawiya"]),
        ("an-Other at-Large", ["an", "other", "at", "large"]),
        ("the al", ["the"]),
        ("Omar al-al-Sham", ["omar", "sham"]),
    ],
)
def test_the_arabic_article_is_no_word(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_what_is_dropped_leaves_no_gap_and_offsets_fit_the_text() -> None:
    text = "Bashar al-Assad’s visit"
    assert [(token.word, text[token.start : token.end]) for token in tokens(text)] == [("bashar", "Bashar"), ("assad", "Assad"), ("visit", "visit")]


def test_folding_any_character_twice_changes_nothing_more() -> None:
    unstable = [c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c) not in ("Cn", "Cs", "Co") and fold(fold(c)) != fold(c)]
    fold.cache_clear()
    assert unstable == []


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("al-el's ’déSsh")), max_size=60))
def test_the_words_of_any_text_lie_in_it_in_order_and_are_folded(text: str) -> None:
    found = tokens(text)
    places = [(token.start, token.end) for token in found]
    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert [token.word for token in found] == [fold(token.word) for token in found]


_PARTS = ["al", "el", "El ", "Al-", "as-", "Suwayda", " ", "  ", "\n", "oil,", "(gas).", "Assad’s", "d'", "½", "e\u0301", "'", "\u212a", "x" * 50]


@given(st.lists(st.sampled_from(_PARTS)).flatmap(lambda parts: st.sampled_from(["", " "]).map(lambda between: between.join(parts))))
def test_words_read_between_spaces_are_the_words_of_the_whole_text_and_stand_where_these_do(text: str) -> None:
    found = Words(text)
    assert [(word, *found.span(position)) for position, word in enumerate(found.words)] == tokens(text)


def test_what_is_remembered_of_texts_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "_MOST_KNOWN", 100)
    text = " ".join(f"word{n}" for n in range(250)) + " " + "x" * 10_000
    assert words(text) == [*(f"word{n}" for n in range(250)), "x" * 10_000]
    assert len(analysis._known) <= 100
    assert max(map(len, analysis._known)) < 100


@given(st.lists(st.sampled_from(["bashar", "assad", "sanaa", "el", "al", "as"]), max_size=6))
def test_case_accents_and_spaces_make_no_difference(parts: list[str]) -> None:
    assert words("  ".join(part.upper() for part in parts)) == words(" ".join(part.replace("a", "á") for part in parts))


def test_word_forms_share_a_stem() -> None:
    assert len({stem(word) for word in ("return", "returns", "returned", "returning")}) == 1
    assert stem("news") != stem("new")


def test_threads_get_the_stems_that_one_gets() -> None:
    every = [f"{beginning}{ending}" for beginning in ("relat", "connect", "negotiat", "walk") for ending in ("ion", "ions", "ing", "ed", "es")]
    expected = [stem(word) for word in every]
    stem.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        assert all(found == expected for found in pool.map(lambda _: [stem(word) for word in every], range(64)))


def test_a_person_has_one_key_under_all_spellings() -> None:
    keys = {person_key(name) for name in ("Bashar al-Assad", "Bashar al Assad", "BASHAR AL-ASSAD", "Báshar Assad")}
    assert keys == {"@bashar-assad"}
