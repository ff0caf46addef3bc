"""Marks and snippets: only what matches is marked, offsets fit the text, and passages can be read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.article import Article
from search.highlight import SNIPPET, Highlighter
from search.plan import plan
from search.query.parser import parse
from search.results import Marked
from tests.make import article


def highlighter(query: str) -> Highlighter:
    return Highlighter(plan(parse(query).query).query)


def shown(piece: Marked | None) -> str:
    """The piece with its marks in brackets."""
    return "" if piece is None else "".join(f"[{text}]" if marked else text for text, marked in piece.parts())


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("refugees return", "Refugees returned; a return.", "[Refugees] [returned]; a [return]."),
        ("=returned", "They returned to return.", "They [returned] to return."),
        ('"return of refugees"', "A return of refugees, the return. Refugees of return.", "A [return of refugees], the return. Refugees of return."),
        ('"Bashar al-Assad"', "Bashar al-Assad’s and Bashar Assad and Assad Bashar", "[Bashar al-Assad]’s and [Bashar Assad] and Assad Bashar"),
        ("al-Assad", "Al-Assad, al Assad, ASSAD’S", "Al-[Assad], al [Assad], [ASSAD]’S"),
        ("cross-border", "A cross-border cross of borders; crossing borders", "A [cross-border] cross of borders; [crossing borders]"),
        ('"oil gas"~2', "gas or oil, then gas x y oil", "[gas] or [oil], then [gas] x y oil"),
        ('"a a b"~2', "a b c a; b a x a", "[a] [b] c [a]; [b] [a] x [a]"),
        ("refug* w?r", "refuge, refugee, wars, war", "[refuge], [refugee], wars, [war]"),
        ("Lavrentyev~", "Lavrentev Lavrentyev Lavrentiev lavrent", "[Lavrentev] [Lavrentyev] [Lavrentiev] lavrent"),
        ("Assad NEAR/2 Putin", "Putin met Assad. And there Assad slept. Assad", "[Putin] met [Assad]. And there Assad slept. Assad"),
        ("Assad PRE/2 Putin", "Putin Assad x Putin", "Putin [Assad] x [Putin]"),
        ("a NEAR/1 a", "a b a a", "a b [a] [a]"),
        ('(x OR "b c") NEAR/2 d', "b c y d x. b d c", "[b c] y [d] [x]. b [d] c"),
        ("east-Ghou*", "East Ghouta, east of Ghouta", "[East] [Ghouta], east of Ghouta"),
        ("a-b?-c", "a-bb-c, a-bb, a b b c", "[a]-[bb]-[c], a-bb, a b b c"),
        ("war -peace", "war and peace", "[war] and peace"),
        ("title:war", "war", "war"),
        ("body:war", "war", "[war]"),
        ("war OR (peace treaty)", "war and peace", "[war] and peace"),
        ("war OR (peace and)", "war and peace", "[war] [and] [peace]"),
        ("war treaty", "war and peace", "[war] and peace"),
        ("war agency:SANA date:2022", "war", "[war]"),
        ("agency:SANA", "war", "war"),
        ("*", "war", "war"),
        ("NOT *", "war", "war"),
        ('"war and" "and peace"', "war and peace", "[war and peace]"),
        ("naïve", "NAIVE nai\u0308ve", "[NAIVE] [nai\u0308ve]"),
    ],
)
def test_only_what_matches_is_marked(query: str, text: str, marked: str) -> None:
    assert shown(highlighter(query).marked(article(body=text)).body) == marked


def test_each_field_is_marked_for_itself() -> None:
    found = highlighter("title:war peace").marked(article(title="War, peace", standfirst="War for peace", body="war"))
    assert (shown(found.title), shown(found.standfirst), shown(found.body)) == ("[War], [peace]", "War for [peace]", "war")
    assert [piece.field for piece in (found.title, found.standfirst, found.body) if piece] == ["title", "standfirst", "body"]


def test_a_phrase_never_reaches_from_one_field_into_the_next() -> None:
    found = highlighter('"war and peace" OR war NEAR/5 peace').marked(article(title="war", standfirst="and", body="peace"))
    assert (shown(found.title), shown(found.standfirst), shown(found.body)) == ("war", "and", "peace")


def test_what_a_byline_matches_counts_but_is_not_shown() -> None:
    found = highlighter("(byline:smith war) OR peace").marked(article(body="war peace", byline=["Ann Smith"]))
    assert shown(found.body) == "[war] [peace]"
    assert shown(highlighter("(byline:jones war) OR peace").marked(article(body="war peace", byline=["Ann Smith"])).body) == "war [peace]"


def test_an_article_without_title_and_standfirst_has_none_marked() -> None:
    found = highlighter("war").marked(article(body="war"))
    assert (found.title, found.standfirst) == (None, None)


def test_the_headline_is_the_title() -> None:
    piece = highlighter("war").headline(article(title="The war\nends", body="war"))
    assert (piece.field, shown(piece), piece.after) == ("title", "The [war]\nends", False)


@pytest.mark.parametrize(
    ("field", "values"), [("standfirst", {"standfirst": "The  war\n\nends soon", "body": "war"}), ("body", {"body": "The  war\n\nends soon"})]
)
def test_without_a_title_the_headline_is_the_first_words(field: str, values: dict[str, str]) -> None:
    piece = highlighter('"war ends"').headline(article(**values))
    assert (piece.field, piece.text, piece.after) == (field, "The war ends soon", False)
    assert [piece.text[start:end] for start, end in piece.marks] == ["war", "ends"]


def test_a_long_lead_ends_in_dots_and_marks_fit_it() -> None:
    made = article(body="A word, a word. " * 20 + "war")
    piece = highlighter("word").headline(made)
    assert piece.text == made.lead
    assert piece.text.endswith(" …")
    assert [piece.text[start:end] for start, end in piece.marks] == ["word"] * 7
    assert piece.after


def test_snippets_are_sentences_around_the_matches_in_reading_order() -> None:
    filler = "Nothing was said about the weather on that day, nor about bread. "
    body = "The war began. " + filler * 9 + "Then peace came to the land. " + filler * 9 + "After the war there was peace.\n\n" + filler * 9
    found = highlighter("war peace").snippets(article(body=body), limit=2)
    assert [piece.text.split(". ")[0] for piece in found] == ["The war began", "After the war there was peace"]
    assert (found[0].before, found[0].after, found[1].before, found[1].after) == (False, True, True, True)


def test_the_first_snippets_have_most_of_the_querys_words() -> None:
    filler = "Nothing was said about the weather on that day, nor about bread. " * 9
    body = f"War. War. War. {filler} Peace and war. {filler} War, war. {filler} Bread and war. "
    (best,) = highlighter("war peace").snippets(article(body=body), limit=1)
    assert "[Peace] and [war]." in shown(best)


def test_a_further_snippet_shows_words_not_yet_shown_before_more_of_the_same() -> None:
    filler = "Nothing was said about the weather on that day, nor about bread. " * 9
    body = f"Peace and war, war, war. {filler} War, war and peace at sea. {filler} A treaty. "
    assert [shown(piece).split(". ")[0] for piece in highlighter("war peace treaty").snippets(article(body=body), limit=2)] == [
        "[Peace] and [war], [war], [war]",
        "A [treaty].",
    ]


def test_one_highlighter_serves_many_articles() -> None:
    subject = highlighter("war")
    assert [shown(subject.marked(article(body=body)).body) for body in ("war", "no war", "wars")] == ["[war]", "no [war]", "[wars]"]


def test_standfirst_comes_before_body() -> None:
    found = highlighter("war").snippets(article(standfirst="A war.", body="The war."))
    assert [(piece.field, shown(piece)) for piece in found] == [("standfirst", "A [war]."), ("body", "The [war].")]


def test_without_matches_the_snippet_is_the_beginning() -> None:
    text = "  The first sentence of a story that goes on and on. " * 20
    (piece,) = highlighter("agency:SANA").snippets(article(body=text))
    assert piece.marks == ()
    assert piece.text.startswith("The first")
    assert piece.text.endswith("on.")
    assert (piece.before, piece.after) == (False, True)
    assert len(piece.text) <= SNIPPET


def test_an_article_without_text_has_no_snippet() -> None:
    assert highlighter("war").snippets(article(title="War", body="")) == ()
    assert highlighter("war").snippets(article(body="war"), limit=0) == ()


def test_line_breaks_are_folded_and_the_offsets_follow() -> None:
    (piece,) = highlighter('"civil war" peace').snippets(article(body="The civil  \n war\r\n\r\nwas followed by  two\tdays of peace"))
    assert piece.text == "The civil war was followed by  two\tdays of peace"
    assert [piece.text[start:end] for start, end in piece.marks] == ["civil war", "peace"]


def test_a_story_of_one_endless_word_or_of_spaces_is_cut_all_the_same() -> None:
    (endless,) = highlighter("*").snippets(article(body="a" * 10_000))
    assert len(endless.text) <= 2 * SNIPPET
    (spaced,) = highlighter('"war peace"').snippets(article(body="war" + " " * 50_000 + "\n peace"))
    assert spaced.text == "war peace"


@settings(max_examples=150)
@given(
    body=st.lists(
        st.sampled_from(["war ", "Peace. ", "al-", "\n\n", "\n", "  ", "“no” ", "refugees’ ", "x" * 70 + " ", "é", "…", "war’s, "]), max_size=120
    ).map("".join),
    query=st.sampled_from(["war", "war peace", '"war peace"', "war NEAR/4 refugee", "x* OR no", "*"]),
    limit=st.integers(1, 4),
)
def test_snippets_of_any_text_are_pieces_of_it_that_do_not_overlap(body: str, query: str, limit: int) -> None:
    made: Article = article(body=body)
    subject = highlighter(query)
    found = subject.snippets(made, limit)
    assert len(found) <= limit
    assert bool(found) == bool(body.strip() or subject.marked(made).body.marks)
    # Without their white space the snippets stand in the text one behind the other.
    rest = "".join(body.split())
    for piece in found:
        _, piece_found, rest = rest.partition("".join(piece.text.split()))
        assert piece_found
        assert all(0 <= start < end <= len(piece.text) for start, end in piece.marks)
        assert list(piece.marks) == sorted(piece.marks)
        assert len(piece.text) < 3 * SNIPPET
    everything = [body[start:end] for start, end in subject.marked(made).body.marks]
    for piece in found:
        for start, end in piece.marks:
            assert " ".join(piece.text[start:end].split()) in [" ".join(text.split()) for text in everything]
    assert not everything or any(piece.marks for piece in found)


def test_what_says_the_same_again_is_shown_once() -> None:
    story = article(
        "1", "Ministers met to discuss trade.\n\nGrain was not on the agenda, trade was.", standfirst="Ministers met to discuss trade, SANA said."
    )
    snippets = highlighter("trade").snippets(story)
    assert [snippet.field for snippet in snippets] == ["standfirst", "body"]
    assert "Grain" in snippets[1].text


def test_a_story_that_repeats_itself_shows_what_differs_behind_all_the_repetition() -> None:
    body = "The war came, and after it there was nothing left but war again. " * 2_000 + "A late war about bread."
    assert ["bread" in piece.text for piece in highlighter("war").snippets(article(body=body))] == [False, True]


def test_of_two_long_matches_that_begin_together_the_one_not_shown_before_is_shown() -> None:
    gap = " " * 2 * SNIPPET
    body = "War and bread. " + "Nothing was said about the weather. " * 20 + f"War{gap}and peace. " + "Bread was dear. " * 20
    first, second = highlighter('"war and" OR "war and peace"').snippets(article(body=body), limit=2)
    assert shown(first).startswith("[War and] bread.")
    assert f"[War{gap}and peace]" in shown(second)


@pytest.mark.parametrize(
    ("query", "word"), [(" OR ".join("a" * n + "*" for n in range(1, 61)), "a" * 60), ('"' + "a " * 60 + '"~50', "a"), ("a NEAR/50 a", "a")]
)
def test_every_word_of_a_long_monotonous_text_is_marked_once(query: str, word: str) -> None:
    found = highlighter(query).marked(article(body=f"{word} " * 3_000)).body
    assert len(found.marks) == 3_000
    assert {found.text[start:end] for start, end in found.marks} == {word}
