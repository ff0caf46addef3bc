"""The words of a block: what belongs to a word, where it stands, and where sentences begin."""

from __future__ import annotations

import pytest

from search.extraction import tokens
from search.extraction.tokens import Words


def test_a_word_is_what_stands_in_the_text_without_its_possessive_ending() -> None:
    text = "Gov. J.K. Doe's aide met al-Nassar and Chechnya 's envoy."
    found = Words(text)
    assert [w.word for w in found] == ["Gov.", "J.K.", "Doe", "aide", "met", "al-Nassar", "and", "Chechnya", "envoy", "."]
    assert [w.word for w in found if w.possessive] == ["Doe", "Chechnya"]
    assert [w.word for w in found if w.capital] == ["Gov.", "J.K.", "Doe", "al-Nassar", "Chechnya"]
    assert [text[found.start(at) : found.end(at)] for at in range(len(found))] == [w.word for w in found]


def test_words_behind_a_dateline_keep_their_places_in_the_text() -> None:
    text = "OSLO - Ana spoke."
    found = Words(text, 7)
    assert (found[0].word, found.start(0), found.end(0)) == ("Ana", 7, 10)


@pytest.mark.parametrize(
    ("text", "firsts"),
    [
        ("She left. Ana stayed, Lena too.", ["She", "Ana"]),
        ("“Go!” Ana said: “Never.”", ["Go", "Ana", "Never"]),
        ('He met "Ana" and Lena', ["He"]),
        ("Sen. Ana Doe met Lena", ["Sen."]),
    ],
)
def test_a_sentence_begins_behind_a_full_stop_and_not_behind_a_shortened_title(text: str, firsts: list[str]) -> None:
    found = Words(text)
    assert [found[at].word for at in range(len(found)) if found[at].capital and found.begins_sentence(at)] == firsts


def test_spellings_without_end_are_not_kept() -> None:
    endless = "a-" * 200
    assert [word.word for word in Words(f"{endless} and briefly")] == [endless.rstrip("-"), "and", "briefly"]
    assert endless not in tokens._known
    assert "briefly" in tokens._known
