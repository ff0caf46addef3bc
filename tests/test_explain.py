"""Why an article says what it says: the text in pieces, the values by field, the rows that are shown."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.article import Article, Considered, Evidence, Person, Removed
from search.explain import FIELD_NAMES, Explanation, Fold, Row, by_field, context, explain, rows, unplaced
from search.extraction import document_text, extract
from search.origin import documents
from search.sources import RawDocument

TEXT = "Harbour opens\n\nBy Ana Lund\n\nAMMAN (Petra) - Omar Haddad opened the harbour on Monday.\n\nShare\nPrint\n"
CASES = Path(__file__).parent / "cases" / "extraction" / "articles"


def evidence(field: str, value: str, words: str, rule: str = "a rule", text: str = TEXT) -> Evidence:
    start = text.index(words)
    return Evidence(field, value, rule, words, start, start + len(words))


def removed(words: str, rule: str, text: str = TEXT) -> Removed:
    start = text.index(words)
    return Removed(words, rule, start, start + len(words))


def article(**more: object) -> Article:
    return Article("0" * 16, "desk", "a.txt", "", "", **more)  # type: ignore[arg-type]


HARBOUR = article(
    title="Harbour opens",
    agency="Petra",
    agencies=("Petra",),
    place="Amman",
    language="en",
    participants=(Person("Omar Haddad", "@omar-haddad", role="mayor", aliases=("Haddad",)),),
    byline=("Ana Lund",),
    removed=(removed("By Ana Lund", "byline"), removed("Share", "label of the page"), removed("Print", "label of the page")),
    evidence=(
        evidence("participants", "Omar Haddad", "Omar Haddad", "acts"),
        evidence("title", "Harbour opens", "Harbour opens", "first line"),
        replace(evidence("agency", "Petra", "Petra", "dateline"), considered=(Considered("AFP", "only cited"),)),
        evidence("place", "Amman", "AMMAN", "dateline"),
        evidence("byline", "Ana Lund", "Ana Lund", "byline"),
        Evidence("language", "en", "letters and small words", ""),
    ),
)


def test_the_pieces_are_the_whole_text_in_order() -> None:
    explanation = explain(HARBOUR, TEXT)
    assert "".join(piece.text for piece in explanation.pieces) == TEXT
    assert [piece.start for piece in explanation.pieces[1:]] == [piece.end for piece in explanation.pieces[:-1]]


def test_values_stand_in_the_order_of_the_fields_and_only_words_in_the_text_are_numbered() -> None:
    explanation = explain(HARBOUR, TEXT)
    assert [(r.number, r.field) for r in explanation.readings] == [
        (1, "title"), (2, "agency"), (3, "place"), (None, "language"), (4, "participants"), (5, "byline"),
    ]  # fmt: skip
    person = explanation.readings[4].person
    assert person is not None
    assert (person.role, person.aliases) == ("mayor", ("Haddad",))


def test_a_name_in_a_removed_line_is_marked_there() -> None:
    explanation = explain(HARBOUR, TEXT)
    (name,) = [piece for piece in explanation.pieces if piece.text == "Ana Lund"]
    assert name.removed is not None
    assert (name.removed.rule, [reading.value for reading in name.values]) == ("byline", ["Ana Lund"])


def test_what_nothing_was_found_for_is_missing_and_stands_in_its_place() -> None:
    explanation = explain(HARBOUR, TEXT)
    assert explanation.missing == ("date", "publisher")
    assert [field for field, _ in by_field(explanation)] == [
        "title", "date", "agency", "publisher", "place", "language", "participants", "byline",
    ]  # fmt: skip
    assert dict(by_field(explanation))["date"] == ()


def test_a_value_without_a_reason_is_shown_without_one() -> None:
    explanation = explain(replace(HARBOUR, publisher="The Quay", evidence=()), TEXT)
    assert ("publisher", "The Quay", "", None) in [(r.field, r.value, r.rule, r.number) for r in explanation.readings]
    assert [r.value for r in explanation.readings if r.field == "agencies"] == []


def test_values_of_a_field_that_has_no_name_here_come_last() -> None:
    explanation = explain(replace(HARBOUR, evidence=(Evidence("mood", "calm", "a rule", ""), *HARBOUR.evidence)), TEXT)
    assert by_field(explanation)[-1][0] == "mood"
    assert "mood" not in FIELD_NAMES


def test_the_day_of_a_dateline_is_said_in_words() -> None:
    (reading,) = explain(article(dateline_day="--03-05", evidence=(Evidence("dateline_day", "--03-05", "dateline", ""),)), "").readings
    assert (reading.value, reading.shown) == ("--03-05", "5 March, no year given")


def test_words_that_do_not_stand_where_they_were_read_are_told_and_not_marked() -> None:
    explanation = explain(HARBOUR, "x" + TEXT)
    assert explanation.moved == len([e for e in HARBOUR.evidence if e.start is not None]) + len(HARBOUR.removed)
    assert [piece.text for piece in explanation.pieces] == ["x" + TEXT]
    assert {r.number for r in explanation.readings} == {None}
    assert unplaced(explanation) == HARBOUR.removed


def test_rows_are_lines_each_kept_or_removed_with_empty_lines_between() -> None:
    shown = [(row.removed.rule if row.removed else "", row.text.strip(), row.apart) for row in rows(explain(HARBOUR, TEXT)) if isinstance(row, Row)]
    assert shown == [
        ("", "Harbour opens", False),
        ("byline", "By Ana Lund", True),
        ("", "AMMAN (Petra) - Omar Haddad opened the harbour on Monday.", True),
        ("label of the page", "Share", True),
        ("label of the page", "Print", False),
    ]


def test_a_removal_inside_a_line_is_a_row_of_its_own() -> None:
    text = "date 2022-06-15 Officials met.\n"
    shown = rows(explain(article(removed=(removed("date 2022-06-15", "date line", text),)), text))
    assert [(row.removed is not None, row.text.strip()) for row in shown if isinstance(row, Row)] == [
        (True, "date 2022-06-15"),
        (False, "Officials met."),
    ]


def test_lines_of_a_text_without_empty_lines_are_set_apart_when_kept() -> None:
    text = "First.\nMenu\nHome\nSecond.\nThird."
    menu = (removed("Menu", "nav", text), removed("Home", "nav", text))
    assert [(row.apart) for row in rows(explain(article(removed=menu), text))] == [False, True, False, True, True]


def test_the_title_is_set_apart_from_the_story_that_follows_it_at_once() -> None:
    text = "Harbour opens\nFirst line\nsecond line.\n\nThird."
    shown = rows(explain(article(title="Harbour opens", evidence=(evidence("title", "Harbour opens", "Harbour opens", text=text),)), text))
    assert [row.apart for row in shown] == [False, True, False, True]


def test_of_removals_that_overlap_the_first_keeps_the_words_they_share() -> None:
    text = "Share this story"
    cuts = (removed("Share this", "one", text), removed("this story", "two", text))
    assert [(p.text, p.removed.rule) for p in explain(article(removed=cuts), text).pieces if p.removed] == [
        ("Share ", "one"), ("this", "one"), (" story", "two"),
    ]  # fmt: skip


def furniture(lines: int, text: str = "Menu item {}") -> tuple[Article, str]:
    items = [text.format(number) for number in range(lines)]
    whole = "\n".join([*items, "The story."])
    starts = [sum(len(item) + 1 for item in items[:number]) for number in range(lines)]
    cuts = tuple(
        Removed(item, "nav" if number % 2 else "links", start, start + len(item))
        for number, (item, start) in enumerate(zip(items, starts, strict=True))
    )
    return article(removed=cuts), whole


def test_a_long_removed_stretch_is_folded_to_its_ends_and_its_rules_with_counts() -> None:
    fold, story = rows(explain(*furniture(9)))
    assert isinstance(fold, Fold)
    assert (len(fold.rows), fold.rules) == (9, (("links", 5), ("nav", 4)))
    assert fold.head.startswith("Menu item 0 Menu item 1")
    assert fold.tail.endswith("Menu item 8")
    assert isinstance(story, Row)
    assert story.text == "The story."


def test_short_removed_stretches_and_everything_when_asked_for_stay_whole() -> None:
    assert len(rows(explain(*furniture(6)))) == 7
    assert len(rows(explain(*furniture(9)), whole=True)) == 10
    assert isinstance(rows(explain(*furniture(1, "word " * 200 + "{}")))[0], Fold)


def test_a_removed_line_in_which_a_value_was_read_is_never_folded() -> None:
    read, text = furniture(19)
    shown = rows(explain(replace(read, publisher="Menu", evidence=(evidence("publisher", "Menu", "item 9", text=text),)), text))
    assert [type(line).__name__ for line in shown] == ["Fold", "Row", "Fold", "Row"]
    assert shown[1].text == "Menu item 9"  # type: ignore[union-attr]


def test_the_context_of_words_ends_at_whole_words_and_at_the_line() -> None:
    text = "A line before\nNobody who was there saw Omar Haddad open the old harbour again\nand after"
    start = text.index("Omar")
    assert context(text, start, start + 11, 12) == ("… there saw ", " open the …")
    assert context(text, start, start + 11, 100) == ("Nobody who was there saw ", " open the old harbour again")


def test_as_json_the_pieces_name_the_numbers_of_their_values() -> None:
    shape = json.loads(json.dumps(explain(HARBOUR, TEXT).to_dict()))
    assert "".join(shape["text"][p["start"] : p["end"]] for p in shape["pieces"]) == TEXT
    numbered = {value["number"]: value for value in shape["values"] if value["number"]}
    marked = [(p, numbered[number]) for p in shape["pieces"] for number in p["values"]]
    assert {value["field"] for _, value in marked} == {"title", "agency", "place", "participants", "byline"}
    assert [value["field"] for p, value in marked if not value["start"] <= p["start"] < p["end"] <= value["end"]] == []
    assert numbered[2]["considered"] == [{"value": "AFP", "why": "only cited"}]
    assert [p["removed"] for p in shape["pieces"] if p["removed"]] == ["byline", "byline", "label of the page", "label of the page"]


@given(st.text("ab \n", max_size=40), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.booleans()), max_size=6))
def test_whatever_overlaps_nothing_of_the_text_is_lost(text: str, spans: list[tuple[int, int, bool]]) -> None:
    placed = [(min(a, len(text)), min(b, len(text)), cut) for a, b, cut in spans]
    cuts = tuple(Removed(text[a:b], "rule", a, b) for a, b, cut in placed if cut and a < b)
    read = tuple(Evidence("place", "X", "rule", text[a:b], a, b) for a, b, cut in placed if not cut and a < b)
    explanation = explain(article(removed=cuts, evidence=read, place="X"), text)
    assert "".join(piece.text for piece in explanation.pieces) == text
    assert explanation.moved == 0
    shown = "".join(row.text for row in rows(explanation, whole=True) if isinstance(row, Row))
    assert "".join(shown.split()) == "".join(text.split())


def explained() -> list[Explanation]:
    found = []
    for raw in documents([CASES]):
        assert isinstance(raw, RawDocument)
        found += [explain(a, document_text(raw, a.record)) for a in extract(raw) if isinstance(a, Article)]
    return found


def test_in_real_articles_every_word_that_was_read_or_removed_is_where_it_is_said_to_be() -> None:
    found = explained()
    assert len(found) > 15
    assert [(e.article.path, e.moved) for e in found if e.moved] == []
    assert sum(reading.number is not None for e in found for reading in e.readings) > 5 * len(found)


@pytest.mark.parametrize("whole", [True, False])
def test_in_real_articles_every_word_is_shown_or_folded(whole: bool) -> None:
    for explanation in (found := explained()):
        lines = [row for line in rows(explanation, whole=whole) for row in (line.rows if isinstance(line, Fold) else (line,))]
        assert " ".join("\n".join(row.text for row in lines).split()).replace(" ", "") == "".join(explanation.text.split())
    assert found
