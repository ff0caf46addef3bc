"""What every engine's archive answers besides the articles found: most of the words, did you mean, similar articles, values, explanations, ranks."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from search.answering import facet_values, similar, suggest, together
from search.article import Person
from search.engines.base import Engine
from search.errors import UnknownArticle, UsageError
from search.query.tree import PEOPLE_FIELDS
from search.request import SearchRequest, ask
from search.results import MostWords, Pair, Together
from tests.engines.harbour import harbour, search, searches, short
from tests.make import article
from tests.reference import Reference


class AnswersContract:
    """A part of the contract; its fixtures are those of `EngineContract`."""

    def test_where_no_article_has_all_words_those_with_most_are_found_and_it_is_said(self, filled: Engine) -> None:
        results = search(filled, ask("oil gas vote zebra agency:Reuters"))
        assert [short(hit.id) for hit in results.hits] == ["7"]
        assert results.most_words == MostWords(3, 4)
        (all_of_them,) = [search(filled, ask(query)).most_words for query in ("oil gas",)]
        assert all_of_them is None

    @pytest.mark.parametrize("query", ['"oil zebra" gas', "=zebra gas", "oil NEAR/2 zebra gas", "zebra agency:Reuters", "title:oil -gas", "zebra"])
    def test_what_is_asked_for_literally_never_gives_way(self, filled: Engine, query: str) -> None:
        results = search(filled, ask(query))
        assert (results.total, results.most_words) == (0, None)

    def test_words_that_filters_leave_nothing_of_do_not_give_way(self, filled: Engine) -> None:
        results = search(filled, ask("oil gas", {"agency": ["TASS"]}))
        assert (results.total, results.most_words) == (0, None)

    def test_a_word_in_no_article_is_answered_with_words_like_it(self, filled: Engine) -> None:
        results = search(filled, ask("title:refugeees OR (camp Hadadd)"))
        assert [(s.word, s.start, s.end, s.instead) for s in results.suggestions] == [
            ("refugeees", 6, 15, ("refugees",)),
            ("Hadadd", 25, 31, ("Haddad",)),
        ]
        assert results.corrected == "title:refugees OR (camp Haddad)"

    def test_a_name_that_nobody_has_is_answered_with_names_like_it(self, filled: Engine) -> None:
        results = search(filled, ask('participant:"Mara Ostrov" agency:Reutres'))
        assert [(s.word, s.instead) for s in results.suggestions] == [("Ostrov", ("Ostrow",)), ("Reutres", ("Reuters",))]
        assert results.corrected == 'participant:"Mara Ostrow" agency:Reuters'
        assert search(filled, ask(results.corrected)).total == 1

    def test_a_rare_slip_is_put_right_where_the_words_together_are_nowhere(self, engine: Engine) -> None:
        engine.add([article(str(n), f"interest rose {n}") for n in range(1, 102)] + [article("AA", "intrest fell")])
        engine.commit()
        results = search(engine, ask("intrest rose"))
        assert (results.most_words, results.corrected) == (MostWords(1, 2), "interest rose")
        assert search(engine, ask("intrest fell")).corrected is None

    def test_a_person_of_an_ambiguous_name_is_counted_as_a_click_would(self, filled: Engine) -> None:
        for request in (ask("vote person:Ostrow"), ask("vote", {"person": ["Ostrow"]})):
            (named,) = search(filled, request).people
            assert [(p.label, p.count) for p in named.persons] == [("Mara Ostrow", 1), ("Lena Ostrow", 0)]

    def test_a_person_is_shown_under_a_name_in_full_where_there_is_one(self, engine: Engine) -> None:
        engine.add([article(id, "a", mentioned=[Person("Haddad", "@karim-haddad")]) for id in "123"])
        engine.add([article("4", "a", mentioned=[Person("Karim Haddad", "@karim-haddad")])])
        engine.commit()
        (value,) = search(engine, SearchRequest()).facet("people").values
        assert (value.label, value.count) == ("Karim Haddad", 4)

    def test_of_words_equally_like_it_the_most_frequent_is_suggested_first(self, engine: Engine) -> None:
        engine.add([article("1", "camel"), article("2", "cabel cases"), article("3", "cabel"), article("4", "cavel"), article("5", "cavel cavel")])
        engine.add([article("6", "cavel")])
        engine.commit()
        assert suggest(engine.view(), "cafel") == ("cavel", "cabel", "camel")
        assert suggest(engine.view(), "cafel", least=3) == ("cavel",)

    def test_a_cursor_of_one_search_finds_its_place_in_another(self, filled: Engine) -> None:
        """The place in a list says nothing of another list, though the archive is the same."""
        whole = search(filled, ask("*", sort="newest", limit=5))
        assert [short(hit.id) for hit in whole.hits] == ["6", "3", "2", "1", "7"]
        later = search(filled, ask("Ostrow", sort="newest", limit=5, cursor=whole.next))
        assert [short(hit.id) for hit in later.hits] == ["8"]

    def test_a_name_of_very_many_bearers_offers_the_first_and_counts_the_others(self, engine: Engine) -> None:
        people = [f"John Smith {chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(230)]
        engine.add([article("1", "a", mentioned=people), article("2", "b", mentioned=[people[7]])])
        engine.commit()
        for name in ("Smith", "John Smith"):
            (named,) = search(engine, ask(f'person:"{name}"', explain=True)).people
            assert (len(named.persons), named.more, named.persons[0].label) == (25, 205, people[7])
        facet = facet_values(engine.view(), SearchRequest(), "people", "joh smi", limit=7)
        assert (len(facet.values), facet.more, facet.values[0].label) == (7, 223, people[7])

    def test_a_search_among_values_has_a_limit(self, filled: Engine) -> None:
        assert facet_values(filled.view(), SearchRequest(), "people", "a " * 100).values == ()
        with pytest.raises(UsageError, match="at most 200"):
            facet_values(filled.view(), SearchRequest(), "people", "a" * 201)

    def test_of_a_filter_for_nobody_it_is_said_who_is_like_it(self, filled: Engine) -> None:
        (problem,) = search(filled, ask("", {"participant": ["Mara Ostrov"]})).problems
        assert problem.message == "Nobody called “Mara Ostrov” takes part in any article. Did you mean “Mara Ostrow”?"
        (problem,) = search(filled, ask("", {"not_agency": ["zebra"]})).problems
        assert problem.message == "No article has the agency “zebra”."

    def test_words_of_deleted_articles_are_not_suggested(self, filled: Engine) -> None:
        filled.add([article("9", "zebra"), article("A", "zebras")])
        filled.commit()
        assert suggest(filled.view(), "zebrra") == ("zebra", "zebras")
        filled.delete(["9".zfill(16), "A".zfill(16)])
        filled.commit()
        assert suggest(filled.view(), "zebrra") == ()

    def test_patterns_stand_for_words_of_articles_that_are_there(self, engine: Engine) -> None:
        engine.add([article(str(n), " ".join(f"w{n}x{i}" for i in range(2100))) for n in range(6)] + [article("9", "w9x9 traded trade")])
        engine.commit()
        engine.delete([str(n).zfill(16) for n in range(6)])
        engine.add([article("A", "trading")])
        engine.commit()
        engine.delete(["A".zfill(16)])
        engine.commit()
        results = search(engine, ask("w*x* trade", explain=True))
        assert (results.total, [problem.message for problem in results.problems]) == (1, [])
        assert results.explanation is not None
        assert [one.words for one in results.explanation.words] == [("w9x9",), ("trade", "traded")]

    @pytest.mark.parametrize("query", ["a" * 990 + "*", "漢" * 330 + "*", "\U00010330" * 260 + "*", f"-{'9' * 3100}*", f"-={'a=' * 2000}a*"])
    def test_the_longest_patterns_find_what_there_is(self, filled: Engine, query: str) -> None:
        results = search(filled, ask(query, explain=True))
        assert results.total in (0, 8)
        assert results.total is not None

    def test_values_of_any_length_and_kind_stay_apart(self, engine: Engine) -> None:
        places = [f"{'x' * 70_000}{n}" for n in range(3)]
        engine.add([article(str(n), "a", place=place, participants=[f"Jo{place}"]) for n, place in enumerate(places, 1)])
        engine.add([article("4", "b", place="half \ud800", agencies=["", "TASS"], participants=[Person("", "")])])
        engine.commit()
        results = search(engine, ask("", facets=("place", "agency", "participants")))
        assert [value.count for value in results.facet("place").values] == [1, 1, 1, 1]
        assert [(value.value, value.count) for value in results.facet("agency").values] == [("TASS", 1)]
        assert [search(engine, ask("", {"place": [place]})).total for place in places] == [1, 1, 1]
        assert [search(engine, ask("", {"place": [value.value]})).total for value in results.facet("place").values] == [1, 1, 1, 1]
        assert results.facet("participants").missing.count == 1

    def test_similar_articles_share_the_words_that_tell(self, filled: Engine) -> None:
        assert [short(hit.id) for hit in similar(filled.view(), "7".zfill(16), 2)] == ["3", "2"]
        assert "7".zfill(16) not in [hit.id for hit in similar(filled.view(), "7".zfill(16), 50)]
        with pytest.raises(UnknownArticle):
            similar(filled.view(), "nobody knows this")

    def test_an_article_like_no_other_has_no_similar_ones(self, engine: Engine) -> None:
        engine.add([article("1", "zebra"), article("2", "oil gas"), article("3", "")])
        engine.commit()
        assert [similar(engine.view(), id.zfill(16)) for id in "123"] == [(), (), ()]

    def test_who_appears_with_whom_is_counted_on_the_articles_found(self, filled: Engine) -> None:
        def company(request: SearchRequest, field: str, limit: int = 40) -> tuple[object, ...]:
            found = together(filled.view(), request, field, limit)
            people = [(person.label, person.count, person.selected) for person in found.people]
            return found.total, people, [(pair.one, pair.other, pair.count) for pair in found.pairs], found.more

        ines, karim, mara = ("@ines-valdo", "@karim-haddad", "@mara-ostrow")
        assert company(SearchRequest(), "people") == (
            8,
            [("Ines Valdo", 3, False), ("Mara Ostrow", 3, False), ("Karim Haddad", 2, False), ("Jan de Wit", 1, False), ("Lena Ostrow", 1, False)],
            [(ines, mara, 2), (ines, karim, 2), (mara, karim, 1)],
            0,
        )
        assert company(SearchRequest(), "participants", 3) == (
            8,
            [("Ines Valdo", 2, False), ("Karim Haddad", 2, False), ("Mara Ostrow", 2, False)],
            [(ines, karim, 1), (ines, mara, 1), (karim, mara, 1)],
            2,
        )
        assert company(ask("", {"participant": ["Haddad"], "agency": ["SANA"]}), "people") == (
            1,
            [("Ines Valdo", 1, False), ("Karim Haddad", 1, False), ("Mara Ostrow", 1, False)],
            [(ines, karim, 1), (ines, mara, 1), (karim, mara, 1)],
            0,
        )
        assert company(ask("", {"not_participant": ["Valdo"]}), "participants", 1) == (6, [("Jan de Wit", 1, False)], [], 3)
        assert company(ask("Displaced"), "participants") == (1, [], [], 0)

    def test_whom_a_search_asks_for_is_shown_however_seldom_found(self, filled: Engine) -> None:
        """The last of the others give way; who is in no article found is not there, and a name of several is none of them."""

        def people(limit: int, **values: list[str]) -> tuple[list[tuple[str, int, bool]], int]:
            found = together(filled.view(), ask("", {"participant_mode": ["any"], **values}), "participants", limit)
            return [(person.label, person.count, person.selected) for person in found.people], found.more

        ines, jan, lena = ("Ines Valdo", 2, True), ("Jan de Wit", 1, True), ("Lena Ostrow", 1, True)
        assert people(2, participant=["Jan de Wit", "Valdo"]) == ([ines, jan], 2)
        assert people(2, participant=["Lena Ostrow", "Jan de Wit", "Valdo"]) == ([ines, jan], 3)
        assert people(3, participant=["Lena Ostrow", "Jan de Wit", "Valdo"]) == ([ines, jan, lena], 2)
        assert people(1, participant=["Jan de Wit", "Nobody"]) == ([jan], 0)
        assert people(4, participant=["Ostrow"]) == (
            [("Mara Ostrow", 2, False), ("Ines Valdo", 1, False), ("Karim Haddad", 1, False), (*lena[:2], False)],
            0,
        )

    def test_who_appears_with_whom_is_right_for_every_search(self, filled: Engine) -> None:
        reference = Reference(harbour())
        requests = [
            ask(case["query"], case.get("values", {}), today=dt.date.fromisoformat(case["today"]) if "today" in case else None)
            for case in (parameters.values[0] for parameters in searches())
        ]
        asked = [(request, field, limit) for request in requests for field in PEOPLE_FIELDS for limit in (2, 40)]
        answers = [(together(filled.view(), *question), reference.together(*question)) for question in asked]
        assert sum(bool(found.pairs) for found, _ in answers) > 50
        different = [
            f"{found.request.text!r} {found.field}"
            for found, right in answers
            if (found.total, found.people, found.pairs, found.more) != (right.total, right.people, right.pairs, right.more)
        ]
        assert different == []

    def test_who_appears_with_whom_is_not_counted_where_a_search_is_not_run(self, engine: Engine) -> None:
        engine.add([article(str(n + 1), " ".join(f"w{n}x{i}" for i in range(2100)), participants=["Lena", "Karim"]) for n in range(5)])
        engine.commit()
        for query in ("w*x*", "a " * 65):
            found = together(engine.view(), ask(query))
            assert (found.total, found.people, found.pairs, found.more) == (None, (), (), 0)
            assert [problem.severity for problem in found.problems] == ["error"]
        (pair,) = together(engine.view(), ask("w*")).pairs
        assert pair == Pair("@karim", "@lena", 5)

    def test_who_appears_with_whom_survives_json(self, filled: Engine) -> None:
        found = together(filled.view(), ask("refugees -zebra", {"participant": ["Ostrow", "@mara-ostrow"], "person": ["Ostrov"]}), "people")
        assert [problem.message for problem in found.problems] == ["Nobody called “Ostrov” is named in any article. Did you mean “Ostrow”?"]
        assert Together.from_dict(json.loads(json.dumps(found.to_dict()))) == found
        found = together(filled.view(), ask("refugees", {"participant": ["Mara Ostrow"]}))
        assert (found.total, len(found.people), len(found.pairs), found.people[1].selected) == (1, 2, 1, True)
        assert Together.from_dict(json.loads(json.dumps(found.to_dict()))) == found

    def test_people_of_no_facet_and_too_many_at_once_are_refused(self, filled: Engine) -> None:
        for field in ("agency", "date", "author"):
            with pytest.raises(UsageError, match=field):
                together(filled.view(), SearchRequest(), field)
        for limit in (0, 41, -1):
            with pytest.raises(UsageError, match=f"{limit} people"):
                together(filled.view(), SearchRequest(), "people", limit)

    def test_the_values_of_a_facet_are_searched_and_paged(self, filled: Engine) -> None:
        def values(text: str, start: int = 0, limit: int = 50, **selected: list[str]) -> tuple[list[tuple[str, int]], int]:
            facet = facet_values(filled.view(), ask("", selected), "participants", text, start=start, limit=limit)
            return [(value.label, value.count) for value in facet.values], facet.more

        every, more = values("")
        assert (len(every), more) == (5, 0)
        assert every[0] == ("Ines Valdo", 2)
        assert [values("", start, 2) for start in (0, 2, 4, 6)] == [(every[:2], 3), (every[2:4], 1), (every[4:], 0), ([], 0)]
        assert values("ostr") == ([("Mara Ostrow", 2), ("Lena Ostrow", 1)], 0)
        assert values("OSTR le") == ([("Lena Ostrow", 1)], 0)
        assert values("had", agency=["SANA"]) == ([("Karim Haddad", 1)], 0)
        assert values("zebra") == ([], 0)

    def test_a_facet_without_a_list_of_values_is_refused(self, filled: Engine) -> None:
        for field in ("date", "title"):
            with pytest.raises(UsageError, match=field):
                facet_values(filled.view(), SearchRequest(), field)

    def test_an_explanation_says_what_the_words_and_names_stand_for(self, filled: Engine) -> None:
        explanation = search(filled, ask('retur* refugee~ =camp talk w?ll participant:Haddad person:"@mara-ostrow"', explain=True)).explanation
        assert explanation is not None
        assert [(one.part, one.kind, one.words, one.more) for one in explanation.words] == [
            ("retur*", "prefix", ("return", "returned", "returning"), 0),
            ("refugee~", "fuzzy", ("refugees",), 0),
            ("=camp", "exact", ("camp",), 0),
            ("talk", "forms", ("talks",), 0),
            ("w?ll", "wildcard", ("well", "will"), 0),
        ]
        assert [(one.name, [(p.person, p.forms) for p in one.persons]) for one in explanation.people] == [
            ("Haddad", [("@karim-haddad", ("Karim Haddad", "Karim al-Haddad"))]),
            ("@mara-ostrow", [("@mara-ostrow", ("Mara Ostrow",))]),
        ]

    def test_the_parts_of_a_score_add_up(self, filled: Engine) -> None:
        (hit, *_) = search(filled, ask("refugees return =camp vill* agency:SANA", explain=True)).hits
        assert {part.part for part in hit.scores} == {"refugees", "return", "refugees … return", "=camp", "vill*"}
        assert sum(part.value for part in hit.scores) == pytest.approx(hit.score, abs=0.001)
        assert all(part.value > 0 for part in hit.scores)

    def test_a_title_says_more_than_a_body_and_neighbours_more_than_strangers(self, engine: Engine) -> None:
        filler = "one two three four five six seven eight nine ten"
        texts = {"1": ("zebra", filler), "2": (filler, "zebra"), "3": ("", f"oil {filler} price"), "4": ("", f"oil price {filler}")}
        engine.add([article(id, body, title=title) for id, (title, body) in texts.items()])
        engine.commit()
        assert [short(hit.id) for hit in search(engine, ask("zebra")).hits] == ["1", "2"]
        assert [short(hit.id) for hit in search(engine, ask("oil price")).hits] == ["4", "3"]

    def test_the_form_that_was_typed_comes_first(self, engine: Engine) -> None:
        engine.add([article("1", "they traded here"), article("2", "they trade here"), article("3", "they trades here")])
        engine.commit()
        assert [next(short(hit.id) for hit in search(engine, ask(word)).hits) for word in ("traded", "trade", "trades")] == ["1", "2", "3"]

    def test_an_agency_is_found_by_its_other_names_where_no_article_has_that_one(self, engine: Engine) -> None:
        engine.add([article("1", "a", agency="AFP"), article("2", "b", agency="Anadolu Agency"), article("3", "c", publisher="AA")])
        engine.commit()
        assert search(engine, ask('agency:"Agence France-Presse"')).total == 1
        assert search(engine, ask("", {"agency": ["AA"]})).request.selection("agency").include == ("Anadolu Agency",)
        assert [short(hit.id) for hit in search(engine, ask("publisher:AA")).hits] == ["3"]
