"""What every engine must do, as one class of tests: an engine's own test file gives the fixtures `engine` and `other` and nothing else.

What is answered besides the articles found stands in answers.py, and is tested on every engine with the rest.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any

import pytest

from search import answering
from search.answering import scan
from search.article import Person
from search.engines.base import Engine
from search.errors import UnknownArticle, UsageError
from search.request import FACETS, SearchRequest, ask
from search.results import Results
from tests.engines.answers import AnswersContract
from tests.engines.chance import Chance
from tests.engines.harbour import harbour, search, searches, short
from tests.make import article, person
from tests.reference import Reference

SEEDS, REQUESTS = int(os.environ.get("DATELINE_SEEDS", "25")), 16
"""So many random archives, and so many searches in each; `make quality` takes 625 archives."""

PROXIMITIES = {
    '"one two three four five six"~40': ["1", "2"],
    '"one two three four five six"~29': ["2"],
    "(one OR two OR three OR four) NEAR/50 (six OR five OR x1 OR x2 OR x3 OR x4 OR x5)": ["1", "2", "3", "4"],
    "(=one OR two) PRE/1 (two OR =three)": ["1", "3", "4"],
    "six PRE/50 one": ["2"],
    "x*-x*-x*-x*": ["1", "4"],
    "t*-x*-x*-x*-x*-x*-x*-x*-x*-x*-x*": ["1", "4"],
    "o*-x*-x*-x*-x*-x*-x*-x*-x*-x*-x*": [],
}
"""Proximities of more ways than are worth naming one by one, and of words as they stand beside word forms."""


def numbers(results: Results) -> tuple[Any, ...]:
    """All that must be equal whoever asks: total, ids in order, every count."""
    return results.total, [hit.id for hit in results.hits], [facet.to_dict() for facet in results.facets], results.left_out


class EngineContract(AnswersContract):
    """Subclass it with a fixture `engine` that gives an empty engine, and `other`, the same index opened a second time."""

    @pytest.fixture
    def filled(self, engine: Engine) -> Engine:
        """The engine with the hand-made articles, written in two commits so that there is more than one segment where an engine has segments."""
        articles = harbour()
        engine.add(articles[:5])
        engine.commit()
        engine.add(articles[5:])
        engine.commit()
        return engine

    @pytest.mark.parametrize("case", searches())
    def test_search(self, filled: Engine, case: dict[str, Any]) -> None:
        today = dt.date.fromisoformat(case["today"]) if "today" in case else None
        results = search(filled, ask(case["query"], case.get("values", {}), sort=case.get("sort", "relevance"), limit=50, today=today))
        ids = [short(hit.id) for hit in results.hits]
        if "ordered" in case:
            assert ids == case["ordered"]
        else:
            assert sorted(ids) == case["ids"]
        assert results.total == len(ids)
        assert all(math.isfinite(hit.score) and hit.score >= 0 for hit in results.hits)
        assert results.left_out == case.get("left_out", results.left_out)
        for field, counts in case.get("facets", {}).items():
            assert {v.value: v.count for v in results.facet(field).values} == counts
        for field, count in case.get("missing", {}).items():
            assert results.facet(field).missing.count == count
        assert [short(a.id) for a in scan(filled.view(), results.request)] == ids
        assert results.corrected == case.get("corrected", results.corrected)
        assert (asdict(results.most_words) if results.most_words else None) == case.get("most_words")
        assert [p.message for p in results.problems] == case.get("problems", [p.message for p in results.problems])
        for name, persons in case.get("people", {}).items():
            assert {p.label: p.count for named in results.people if named.name == name for p in named.persons} == persons

    def test_nothing_is_visible_before_commit(self, engine: Engine) -> None:
        engine.add(harbour())
        assert engine.count() == 0
        assert search(engine, SearchRequest()).total == 0
        engine.commit()
        assert engine.count() == 8
        assert sorted(engine.ids()) == [a.id for a in harbour()]

    def test_rollback_forgets(self, filled: Engine) -> None:
        filled.delete(["1".zfill(16)])
        filled.add([article("9", "new")])
        filled.rollback()
        filled.commit()
        assert filled.count() == 8

    def test_an_article_of_the_same_id_is_replaced(self, filled: Engine) -> None:
        filled.add([article("1", "Something else entirely."), article("1", "The last one counts: zebra.")])
        filled.commit()
        assert filled.count() == 8
        assert search(filled, ask("zebra")).total == 1
        assert search(filled, ask("Ostrow")).total == 2
        assert filled.get("1".zfill(16)).body == "The last one counts: zebra."

    def test_deleted_articles_are_gone_from_every_count(self, filled: Engine) -> None:
        filled.delete(["2".zfill(16), "nobody knows this"])
        filled.commit()
        results = search(filled, SearchRequest())
        assert results.total == 7
        assert {v.value: v.count for v in results.facet("agency").values} == {"Reuters": 1, "SANA": 2, "TASS": 2, "al-Watan": 1}
        assert "@jan-de-wit" not in {v.value for v in results.facet("participants").values}
        with pytest.raises(UnknownArticle):
            filled.get("2".zfill(16))

    def test_an_article_comes_back_as_it_went_in(self, filled: Engine) -> None:
        assert [filled.get(a.id) for a in harbour()] == harbour()

    def test_generation_changes_with_what_can_be_found_and_only_then(self, filled: Engine) -> None:
        before = filled.generation()
        filled.commit()
        filled.delete(["nobody knows this"])
        filled.commit()
        assert filled.generation() == before
        filled.delete(["3".zfill(16)])
        filled.commit()
        assert filled.generation() != before
        assert search(filled, SearchRequest()).generation == filled.generation()

    def test_every_article_is_on_exactly_one_page_in_both_directions(self, filled: Engine) -> None:
        for sort in ("relevance", "newest", "oldest"):
            whole = [hit.id for hit in search(filled, ask("*", sort=sort, limit=50)).hits]
            assert len(whole) == 8
            pages = [search(filled, ask("*", sort=sort, limit=3))]
            while pages[-1].next:
                pages.append(search(filled, ask("*", sort=sort, limit=3, cursor=pages[-1].next)))
            assert [hit.id for page in pages for hit in page.hits] == whole
            assert [(page.page, page.pages, page.start) for page in pages] == [(1, 3, 0), (2, 3, 3), (3, 3, 6)]
            back = [pages[-1]]
            while back[-1].previous:
                back.append(search(filled, ask("*", sort=sort, limit=3, cursor=back[-1].previous)))
            assert [page.hits for page in reversed(back)] == [page.hits for page in pages]
            assert search(filled, ask("*", sort=sort, limit=3, cursor=pages[0].last)).hits == pages[-1].hits
            assert search(filled, ask("*", sort=sort, limit=3, page=2)).hits == pages[1].hits

    def test_a_cursor_goes_on_in_a_changed_archive_and_says_so(self, filled: Engine) -> None:
        first = search(filled, ask("*", sort="newest", limit=3))
        assert [short(hit.id) for hit in first.hits] == ["6", "3", "2"]
        filled.delete([first.hits[-1].id])
        filled.add([article("9", "Newer than all.", date="2024-01-01")])
        filled.commit()
        second = search(filled, ask("*", sort="newest", limit=3, cursor=first.next))
        assert [short(hit.id) for hit in second.hits] == ["1", "7", "8"]
        assert second.changed
        assert not first.changed

    def test_a_cursor_of_nobody_is_refused(self, filled: Engine) -> None:
        for text in ("x", "W10", "!!!!", "bm9uc2Vuc2U", "[" * 5000):
            with pytest.raises(UsageError, match="cursor"):
                search(filled, ask("*", cursor=text))

    def test_a_page_behind_the_last_is_empty(self, filled: Engine) -> None:
        results = search(filled, ask("*", limit=5, page=9))
        assert results.hits == ()
        assert results.total == 8

    def test_a_facet_is_cut_with_the_number_of_further_values(self, filled: Engine) -> None:
        results = search(filled, ask("*", {"agency": ["al-Watan"]}, facet_limit=2))
        facet = results.facet("agency")
        assert [(v.value, v.count, v.selected) for v in facet.values] == [("Reuters", 2, False), ("SANA", 2, False), ("al-Watan", 1, True)]
        assert facet.more == 1
        assert facet.missing.count == 2

    def test_dates_are_a_tree(self, filled: Engine) -> None:
        closed = search(filled, SearchRequest()).facet("date")
        assert [(v.value, v.count, v.children) for v in closed.values] == [("2021", 1, None), ("2022", 5, None), ("2023", 1, None)]
        assert closed.missing.count == 1
        year = search(filled, ask("*", {"date": ["2022"]})).facet("date").values[1]
        assert [(v.value, v.count) for v in year.children or ()] == [("2022-06", 3), ("2022-07", 1), ("2022-none", 1)]
        months = search(filled, ask("*", {"date": ["2022-06"]})).facet("date").values[1].children or ()
        assert [(v.value, v.count, v.selected) for v in months] == [("2022-06", 3, True), ("2022-07", 1, False), ("2022-none", 1, False)]
        assert [(v.value, v.count) for v in months[0].children or ()] == [("2022-06-15", 2), ("2022-06-20", 1)]

    def test_a_short_range_opens_the_years_and_months_it_lies_in(self, filled: Engine) -> None:
        def opened(*dates: str) -> list[str]:
            pending, names = list(search(filled, ask("*", {"date": list(dates)})).facet("date").values), []
            while pending:
                value = pending.pop()
                pending.extend(value.children or ())
                names += [value.value] if value.children is not None else []
            return sorted(names)

        assert opened("2021-06..2022-06") == ["2021", "2022"]
        assert opened("2022-06-10..2022-07-02") == ["2022", "2022-06", "2022-07"]
        assert opened(">=2022-06-10") == ["2022", "2023"], "an open end is the last date there is"
        assert opened("2019..2023") == []

    def test_an_ambiguous_name_is_offered_as_a_choice(self, filled: Engine) -> None:
        for request in (ask("participant:Ostrow"), ask("*", {"participant": ["Ostrow"]})):
            (named,) = search(filled, request).people
            assert (named.field, named.name) == ("participants", "Ostrow")
            assert [(p.value, p.label, p.count) for p in named.persons] == [("@mara-ostrow", "Mara Ostrow", 2), ("@lena-ostrow", "Lena Ostrow", 1)]

    def test_a_person_is_shown_under_the_most_frequent_form(self, engine: Engine) -> None:
        engine.add([article("1", "a", participants=["Karim Haddad"])])
        engine.add([article(id, id, mentioned=["Karim al-Haddad"]) for id in "23"])
        engine.commit()
        (value,) = search(engine, SearchRequest()).facet("participants").values
        assert (value.value, value.label, value.count) == ("@karim-haddad", "Karim al-Haddad", 1)

    def test_an_alias_finds_the_person(self, engine: Engine) -> None:
        engine.add([article("1", "a", participants=[person("Yury Borisov", "", "Yuri Borisov")])])
        engine.commit()
        assert search(engine, ask('participant:"Yuri Borisov"')).total == 1

    def test_a_key_that_a_merge_has_retired_stands_for_the_person(self, engine: Engine) -> None:
        engine.add([article("1", "a", participants=[Person("Yury Borisov", "@yuri-borisov")]), article("2", "b", participants=["Igor Borisov"])])
        engine.commit()
        found = search(engine, ask("", {"participant": ["@yury-borisov"]}))
        assert [hit.id for hit in found.hits] == ["1".zfill(16)]
        assert found.request.selection("participants").include == ("@yuri-borisov",)
        assert search(engine, ask('participant:"@yury-borisov"')).total == 1

    def test_a_key_that_could_be_two_persons_stands_for_nobody(self, engine: Engine) -> None:
        engine.add([article(id, "a", participants=[Person("Yury Borisov", f"@yury-borisov-{id}")]) for id in "12"])
        engine.commit()
        assert search(engine, ask("", {"participant": ["@yury-borisov"]})).total == 0

    def test_a_wildcard_that_stands_for_too_much_is_named_and_not_run(self, engine: Engine) -> None:
        engine.add([article(str(n + 1), " ".join(f"w{n}x{i}" for i in range(2100))) for n in range(5)])
        engine.commit()
        for query in ("w*x*", "zebra OR w*x*", "NOT w*x*"):
            results = search(engine, ask(query))
            assert (results.total, results.hits, results.facets) == (None, (), ())
            assert [p.severity for p in results.problems] == ["error"]
            assert "w*x*" in results.problems[0].message
        assert search(engine, ask("w*")).total == 5, "a prefix is never limited"

    def test_a_query_over_a_limit_is_not_run(self, filled: Engine) -> None:
        results = search(filled, ask("a " * 65))
        assert (results.total, results.hits, results.facets) == (None, (), ())
        assert [p.severity for p in results.problems] == ["error"]

    def test_scan_gives_everything_in_order_whatever_the_page(self, filled: Engine) -> None:
        request = ask("date:2022", sort="newest", limit=2)
        assert [short(a.id) for a in scan(filled.view(), request)] == ["3", "2", "1", "7", "8"]

    def test_hits_are_marked(self, filled: Engine) -> None:
        (hit,) = search(filled, ask('"return of refugees"')).hits
        assert [piece for piece, marked in hit.headline.parts() if marked]
        assert "".join(piece for piece, _ in hit.headline.parts()) == "Ministers discuss the return of refugees"

    def test_values_with_separators_and_markup_stay_whole(self, engine: Engine) -> None:
        engine.add([article("1", "a", place='Paris, <b>Texas</b>; "quoted"', agency="A & B"), article("2", "b", agency="A & C")])
        engine.commit()
        results = search(engine, ask("*", {"place": ['Paris, <b>Texas</b>; "quoted"']}))
        assert results.total == 1
        assert [v.value for v in results.facet("place").values] == ['Paris, <b>Texas</b>; "quoted"']

    def test_results_survive_json(self, filled: Engine) -> None:
        results = search(filled, ask("(refugees OR Ostrow) agency:SANA date:2022", {"participant": ["Ostrow"], "date": ["2022-06"]}))
        assert results.total == 1
        assert Results.from_dict(json.loads(json.dumps(results.to_dict()))) == results

    def test_a_phrase_may_stand_near_itself(self, engine: Engine) -> None:
        texts = ("cargo port cargo port", "cargo port x cargo port", "cargo port x x cargo port", "cargo port", "cargo cargo port port", "a a x a a")
        articles = [article(f"{number:x}", text) for number, text in enumerate(texts, 1)]
        engine.add(articles)
        engine.commit()
        reference = Reference(articles)
        phrase = '"cargo port"'
        for distance, found in ((1, 1), (2, 2), (3, 3), (9, 3)):
            for operator in (f"NEAR/{distance}", f"PRE/{distance}"):
                request = ask(f"{phrase} {operator} {phrase}")
                ids = sorted(hit.id for hit in search(engine, request).hits)
                assert (ids, len(ids)) == (sorted(reference.search(request).ids), found), request.text
        assert [short(hit.id) for hit in search(engine, ask('"a a" NEAR/2 "a a"')).hits] == ["6"]

    def test_an_empty_archive_answers(self, engine: Engine) -> None:
        results = search(engine, ask("anything", {"agency": ["SANA"]}))
        assert results.total == 0
        assert [facet.field for facet in results.facets] == list(FACETS)

    @pytest.mark.parametrize("seed", range(SEEDS))
    def test_random_searches_give_what_reading_every_article_gives(self, engine: Engine, seed: int) -> None:
        """Differs: the message has the request, and the seed makes it come again."""
        chance = Chance(seed)
        reference = Reference(chance.fill(engine))
        for _ in range(REQUESTS):
            request = chance.request()
            results, right = search(engine, request), reference.search(request)
            ids = [hit.id for hit in results.hits]
            about = f"{request.text!r} {request.selections}"
            assert (results.total, sorted(ids)) == (right.total, sorted(right.ids)), about
            assert request.sort == "relevance" or ids == list(right.ids), about
            assert results.left_out == right.left_out, about
            assert results.facets == right.facets, about

    @pytest.mark.parametrize("seed", range(SEEDS))
    def test_random_searches_show_who_appears_with_whom_as_reading_every_article_does(self, engine: Engine, seed: int) -> None:
        """Differs: the message has the request, and the seed makes it come again."""
        chance = Chance(seed)
        reference = Reference(chance.fill(engine))
        for _ in range(REQUESTS):
            request, (field, limit) = chance.request(), chance.company()
            found, right = answering.together(engine.view(), request, field, limit), reference.together(request, field, limit)
            about = f"{request.text!r} {request.selections} {field} {limit}"
            assert (found.total, found.people, found.pairs, found.more) == (right.total, right.people, right.pairs, right.more), about

    def test_a_view_keeps_its_state_whatever_is_written_meanwhile(self, filled: Engine, other: Engine) -> None:
        view = filled.view()
        before = view.generation
        other.delete([a.id for a in harbour()[:4]])
        other.add([article("9", "Refugees, newer than all.")])
        other.commit()
        assert answering.search(view, ask("refugees")).total == 2
        assert view.get(harbour()[0].id) == harbour()[0]
        assert len(list(view.ids())) == 8
        assert view.generation == before
        assert (filled.count(), search(filled, ask("refugees")).total) == (5, 2)
        assert filled.generation() != before

    def test_readers_get_whole_answers_while_a_writer_commits(self, engine: Engine, other: Engine) -> None:
        """Each commit replaces all articles at once: whoever reads sees all of one version, never some of two."""
        wrong: list[object] = []
        done = threading.Event()

        def write(version: int) -> None:
            other.add([article(str(n), f"version{version} text", agency=f"agency {version}") for n in range(1, 21)])
            other.commit()

        def read() -> None:
            while not done.is_set():
                results = search(engine, ask("text"))
                counts = [value.count for value in results.facet("agency").values]
                if (results.total, counts) != (20, [20]):
                    wrong.append((results.total, counts))

        write(0)
        readers = [threading.Thread(target=read) for _ in range(4)]
        for reader in readers:
            reader.start()
        for version in range(1, 12):
            write(version)
        done.set()
        for reader in readers:
            reader.join()
        assert wrong == []
        assert search(engine, ask("version11")).total == 20

    def test_what_one_handle_writes_another_sees(self, filled: Engine, other: Engine) -> None:
        other.add([article("9", "zebra")])
        assert search(filled, ask("zebra")).total == 0
        other.commit()
        assert search(filled, ask("zebra")).total == 1
        assert filled.generation() == other.generation()

    def test_articles_of_one_score_and_date_stand_by_their_ids_on_every_page(self, engine: Engine) -> None:
        """More equals than an engine takes at a time, written in an order of their own, some with ids that begin alike."""
        ids = [f"{n * 7919 % 1000:x}" for n in range(1, 150)] + [f"{n:016x}"[::-1] for n in range(1, 40)]
        for half in (ids[::2], ids[1::2]):
            engine.add([article(id, "zebra") for id in half])
            engine.commit()
        right = sorted(f"{id:0>16}" for id in ids)
        for sort in ("relevance", "newest", "oldest"):
            for query in ("zebra", ""):
                pages = [search(engine, ask(query, sort=sort, limit=30))]
                while pages[-1].next:
                    pages.append(search(engine, ask(query, sort=sort, limit=30, cursor=pages[-1].next)))
                assert [hit.id for page in pages for hit in page.hits] == right
                assert [a.id for a in scan(engine.view(), ask(query, sort=sort))] == right

    def test_a_proximity_of_very_many_ways_is_exact(self, engine: Engine) -> None:
        """A window of six words over forty places, and operands of many words: what an engine cannot run at once it must not run on a part."""
        far = " ".join(f"x{n}" for n in range(30))
        texts = [
            f"one two three {far} four five six",
            "six five four three two one",
            "one two three four five",
            f"one two {far} {far} three four five six",
        ]
        engine.add([article(str(n), text) for n, text in enumerate(texts, 1)])
        engine.commit()
        found = {query: [short(hit.id) for hit in search(engine, ask(query, sort="oldest")).hits] for query in PROXIMITIES}
        assert found == PROXIMITIES

    def test_eight_threads_get_the_answers_that_one_gets(self, filled: Engine) -> None:
        queries, selections = ("refugees", "Ostrow", "re*", "*", "oil NEAR/3 gas"), ({}, {"agency": ["SANA"]}, {"date": ["2022"]})
        requests = [ask(query, values) for query in queries for values in selections]
        alone = [numbers(search(filled, request)) for request in requests]
        with ThreadPoolExecutor(8) as pool:
            together = list(pool.map(lambda n: (n % len(requests), numbers(search(filled, requests[n % len(requests)]))), range(40 * len(requests))))
        assert len(together) == 600
        assert [n for n, found in together if found != alone[n]] == []
