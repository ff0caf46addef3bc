"""What the ledger knows of the names in articles: whose they are after any changes, and which articles a change concerns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis import person_key
from search.article import Article
from search.ledger.database import Database
from search.ledger.names import SCHEMA, ListedName, Names
from search.persons import Decisions, persons
from tests.make import article

ASSAD = ["Bashar al-Assad", "Bashar Assad", "Bashar al-Asad", "Bachar al-Assad"]
BORISOV = ["Yury Borisov", "Yuri Borisov", "Yury V. Borisov", "Yuriy P. Borisov"]
NAMES = [*ASSAD, "Rifaat al-Assad", *BORISOV, "George Pitt", "George W. Pitt", "George H. W. Pitt"]
UNDECIDED = Decisions()
JOINED = Decisions((frozenset({"@yury-borisov", "@george-pitt"}),))


@pytest.fixture
def names(tmp_path: Path) -> Iterator[Names]:
    with opened(tmp_path) as database:
        yield Names(database)


def opened(folder: Path) -> Database:
    path = folder / "names.sqlite"
    return Database(path, layout=1) if path.exists() else Database.create(path, layout=1, schema=SCHEMA)


def naming(id: str, *people: str) -> Article:
    return article(id, participants=people[:1], mentioned=people[1:])


def settled(names: Names, *articles: Article, decisions: Decisions = UNDECIDED) -> None:
    names.put(*articles)
    names.settle(decisions)
    names.confirm()


def concerned(names: Names) -> list[str]:
    return [id.lstrip("0") for id in names.concerned("", 100)]


def test_variants_in_different_articles_are_one_person(names: Names) -> None:
    settled(names, naming("1", "Yury Borisov"), naming("2", "Yuri Borisov", "Bashar al-Assad"))
    assert names.persons(["@yury-borisov", "@yuri-borisov", "@bashar-assad"]) == {
        "@yury-borisov": "@yuri-borisov", "@yuri-borisov": "@yuri-borisov", "@bashar-assad": "@bashar-assad",
    }  # fmt: skip


def test_only_articles_whose_names_have_become_another_persons_are_concerned(names: Names) -> None:
    settled(names, naming("1", "Yury Borisov"), naming("2", "Bashar al-Assad"))
    names.put(naming("3", "Yuri Borisov"))
    names.settle(Decisions())
    assert concerned(names) == ["1"]


def test_articles_concerned_come_in_ascending_order_and_in_portions(names: Names) -> None:
    ids = ["1", "f000000000000000", "7fffffffffffffff", "8000000000000000", "ffffffffffffffff"]
    settled(names, *(naming(id, "Yury Borisov") for id in ids))
    names.put(naming("2", "Yuri Borisov"))
    names.settle(Decisions())
    first = names.concerned("", 2)
    assert first == [f"{1:016x}", "7fffffffffffffff"]
    assert names.concerned(first[-1], 9) == ["8000000000000000", "f000000000000000", "ffffffffffffffff"]
    assert names.concerned("ffffffffffffffff", 9) == []


def test_articles_stay_concerned_until_they_are_confirmed(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        settled(Names(database), naming("1", "Yury Borisov"))
        Names(database).put(naming("2", "Yuri Borisov"))
        Names(database).settle(Decisions())
        database.commit()
    with opened(tmp_path) as database:  # the run was killed before the articles were brought up to date
        names = Names(database)
        names.settle(Decisions())
        assert concerned(names) == ["1"]
        names.confirm()
        assert concerned(names) == []


def test_a_merge_that_is_undone_before_it_was_confirmed_still_concerns_the_article(names: Names) -> None:
    settled(names, naming("1", "Yury Borisov"))
    names.put(naming("2", "Yuri Borisov"))
    names.settle(Decisions())
    names.drop([naming("2").id])
    names.settle(Decisions())
    assert names.persons(["@yury-borisov"]) == {"@yury-borisov": "@yury-borisov"}
    assert concerned(names) == ["1"]


def test_what_is_rolled_back_was_never_known(names: Names, tmp_path: Path) -> None:
    settled(names, naming("1", "Yury Borisov"))
    names._database.commit()
    names.put(naming("2", "Yuri Borisov"))
    names._database.rollback()
    names.settle(Decisions())
    assert concerned(names) == []


def test_a_dropped_article_is_not_concerned(names: Names) -> None:
    settled(names, naming("1", "Yury Borisov"))
    names.put(naming("2", "Yuri Borisov"))
    names.settle(Decisions())
    names.drop([naming("1").id])
    assert concerned(names) == []


def test_a_form_that_left_the_archive_decides_nothing(names: Names) -> None:
    settled(names, naming("1", "George Pitt"), naming("2", "George W. Pitt"), naming("3", "George H. W. Pitt"))
    assert names.persons(["@george-w-pitt"]) == {"@george-w-pitt": "@george-w-pitt"}
    names.drop([naming("3").id])
    names.settle(Decisions())
    assert names.persons(["@george-w-pitt"]) == {"@george-w-pitt": "@george-pitt"}
    assert concerned(names) == ["2"]


def test_a_name_leaves_when_its_article_is_read_without_it(names: Names) -> None:
    settled(names, naming("1", "George Pitt", "George W. Pitt"), naming("2", "George H. W. Pitt"))
    settled(names, naming("2", "Yury Borisov"))
    assert names.persons(["@george-w-pitt"]) == {"@george-w-pitt": "@george-pitt"}
    assert [one.person for one in names.listed("pitt")] == ["@george-pitt"]


def test_a_key_that_no_article_has_any_more_stands_for_its_person(names: Names) -> None:
    settled(names, naming("1", "Yury Borisov"), naming("2", "Yuri Borisov"))
    names.drop([naming("2").id])
    names.settle(Decisions())
    assert names.persons(["@yuri-borisov", "@yuriy-borisov"]) == {"@yuri-borisov": "@yury-borisov", "@yuriy-borisov": "@yury-borisov"}


def test_an_unknown_key_stands_for_itself(names: Names) -> None:
    settled(names, naming("1", "Yury Borisov"))
    assert names.persons(["@sergey-lavrov"]) == {"@sergey-lavrov": "@sergey-lavrov"}


def test_a_decision_concerns_articles_though_none_was_read(names: Names) -> None:
    settled(names, naming("1", "Yury Borisov"), naming("2", "George Pitt"), naming("3", "Rifaat al-Assad"))
    names.settle(JOINED)
    assert names.persons(["@yury-borisov", "@george-pitt"]) == {"@yury-borisov": "@george-pitt", "@george-pitt": "@george-pitt"}
    assert concerned(names) == ["1", "2"], "the evidence of both says what was decided"


def test_a_decision_that_is_taken_back_is_undone(names: Names) -> None:
    settled(names, naming("1", "Yury Borisov"), naming("2", "George Pitt"), decisions=JOINED)
    names.settle(Decisions())
    assert names.persons(["@yury-borisov"]) == {"@yury-borisov": "@yury-borisov"}
    assert concerned(names) == ["1", "2"]


def test_a_merge_that_becomes_a_split_is_taken_up(names: Names) -> None:
    pair = (frozenset({"@yury-borisov", "@yuri-borisov"}),)
    settled(names, naming("1", "Yury Borisov"), naming("2", "Yuri Borisov"), decisions=Decisions(same=pair))
    names.settle(Decisions(apart=pair))
    assert names.persons(["@yury-borisov"]) == {"@yury-borisov": "@yury-borisov"}


def test_a_split_and_its_end_are_taken_up(names: Names) -> None:
    split = Decisions(apart=(frozenset({"@yury-borisov", "@yuri-borisov"}),))
    settled(names, naming("1", "Yury Borisov"), naming("2", "Yuri Borisov"))
    names.settle(split)
    assert names.persons(["@yury-borisov"]) == {"@yury-borisov": "@yury-borisov"}
    names.settle(Decisions())
    assert names.persons(["@yury-borisov"]) == {"@yury-borisov": "@yuri-borisov"}


def test_a_decision_goes_on_joining_blocks_when_one_of_them_changes(names: Names) -> None:
    settled(names, naming("1", "Yury Borisov"), naming("2", "George Pitt"), decisions=JOINED)
    settled(names, naming("3", "Yuri Borisov"), decisions=JOINED)
    assert names.persons(["@yuri-borisov"]) == {"@yuri-borisov": "@george-pitt"}


def test_persons_are_listed_with_their_names_by_number_of_articles(names: Names) -> None:
    of_assad = [naming("1", "Bashar al-Assad"), naming("2", "Bashar al-Assad"), naming("3", "Bashar Assad", "Bashar al-Asad")]
    settled(names, *of_assad, naming("4", "Yury Borisov"))
    assad, borisov = names.listed()
    assert (assad.person, assad.articles) == ("@bashar-asad", 3)
    assert assad.names == (
        ListedName("Bashar al-Assad", "@bashar-assad", 2),
        ListedName("Bashar Assad", "@bashar-assad", 1),
        ListedName("Bashar al-Asad", "@bashar-asad", 1),
    )
    assert (borisov.person, borisov.articles) == ("@yury-borisov", 1)
    assert names.listed(limit=1) == [assad]


@pytest.mark.parametrize(("text", "found"), [
    ("ASSAD", {"@bashar-assad", "@rifaat-assad"}),
    ("al-Assad bashar", {"@bashar-assad"}),
    ("pitt w", {"@george-pitt"}),
    ("george-pitt", {"@george-pitt"}),
    ("ass", set()),
    ("@george-w-pitt", {"@george-pitt"}),
    ("@assad", set()),
    ("@nobody", set()),
])  # fmt: skip
def test_listing_is_narrowed_by_the_words_of_a_name_or_by_a_key(names: Names, text: str, found: set[str]) -> None:
    settled(names, naming("1", "Bashar al-Assad", "Rifaat al-Assad", "George Pitt"), naming("2", "George W. Pitt"))
    assert {one.person for one in names.listed(text)} == found


def test_articles_of_persons_who_are_shown_otherwise_are_concerned_until_the_index_has_them(names: Names) -> None:
    settled(names, naming("3", "Yury Borisov"), naming("1", "Yuri Borisov", "George Pitt"), naming("2", "George Pitt"))
    names.concern(["@yuri-borisov"])
    assert concerned(names) == ["1", "3"]
    names.confirm()
    assert concerned(names) == []


articles = st.dictionaries(st.sampled_from("123456"), st.lists(st.sampled_from(NAMES), max_size=3, unique=True), max_size=6)


@settings(max_examples=60)
@given(final=articles, before=st.lists(articles, max_size=3), order=st.randoms(use_true_random=False), decided=st.booleans())
def test_persons_and_articles_depend_on_the_set_of_articles_alone_whatever_happened_before(
    tmp_path_factory: pytest.TempPathFactory, final: dict[str, list[str]], before: list[dict[str, list[str]]], order: object, decided: bool
) -> None:
    decisions = JOINED if decided else Decisions()
    index: dict[str, dict[str, str]] = {}  # what the articles in the index say
    with opened(tmp_path_factory.mktemp("names")) as database:
        names = Names(database)
        for at, state in enumerate([*before, final]):
            for id in order.sample(list(state), len(state)):  # type: ignore[attr-defined]
                names.put(naming(id, *state[id]))
                index[naming(id).id] = names.persons(map(person_key, state[id]))
            gone = [naming(id).id for id in "123456" if id not in state]
            names.drop(gone)
            for id in gone:
                index.pop(id, None)
            if state is not final:
                names.settle(JOINED if at % 2 else Decisions())  # and killed before its end
        names.settle(decisions)
        for id in names.concerned("", 100):
            index[id] = names.persons(index[id])
        names.confirm()
        keys = {person_key(name) for people in final.values() for name in people}
        expected = persons(keys, decisions)
        assert names.persons(keys) == expected
        assert index == {naming(id).id: {person_key(name): expected[person_key(name)] for name in people} for id, people in final.items()}
        assert {name.key for one in names.listed() for name in one.names} == keys
        assert {key for (key,) in database.all("SELECT key FROM people")} == keys
        assert names.concerned("", 100) == []
        assert database.all("SELECT block FROM touched") == []


def test_unknown_keys_are_settled_with_the_decisions_on_their_names_alone(names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    joined = [frozenset({f"@anna-{name}", f"@olga-{name}"}) for name in ("bergmann", "castellano", "dufresne", "eriksson", "fitzgerald")]
    apart = (frozenset({"@yury-borisov", "@yuri-borisov"}),)
    settled(names, naming("1", "Yury Borisov", "Anna Bergmann"), decisions=Decisions(tuple(joined), apart))
    looked_at: list[tuple[set[str], Decisions]] = []
    read: list[None] = []

    def seen(keys: Iterable[str], decisions: Decisions) -> dict[str, str]:
        looked_at.append((set(keys), decisions))
        return persons(looked_at[-1][0], decisions)

    decisions_of = Names._decisions
    monkeypatch.setattr("search.ledger.names.persons", seen)
    monkeypatch.setattr(Names, "_decisions", lambda self: read.append(None) or decisions_of(self))
    asked = [*sorted(frozenset().union(*joined)), "@yuri-borisov", "@george-pitt"]
    expected = {key: key for key in asked} | {"@olga-bergmann": "@anna-bergmann"}
    assert names.persons(asked) == expected
    assert len(read) == 1
    assert sorted(len(decisions.same) + len(decisions.apart) for _, decisions in looked_at) == [0, 1, 1, 1, 1, 1, 1]
    assert ({"@anna-dufresne", "@olga-dufresne"}, Decisions((joined[2],))) in looked_at


def test_an_unknown_key_is_the_same_persons_whatever_else_is_asked_for(names: Names) -> None:
    settled(names, naming("1", "George W. Pitt"))
    assert names.persons(["@george-pitt"]) == {"@george-pitt": "@george-w-pitt"}
    assert names.persons(["@george-pitt", "@george-h-pitt"]) == {"@george-pitt": "@george-w-pitt", "@george-h-pitt": "@george-h-pitt"}


def test_blocks_are_settled_with_the_decisions_on_their_names_alone(names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    decisions = Decisions((frozenset({"@olga-pitt", "@anna-berg"}),), (frozenset({"@yury-borisov", "@yuri-borisov"}),))
    settled(names, naming("1", "Olga Pitt"), decisions=decisions)
    looked_at: list[Decisions] = []
    monkeypatch.setattr("search.ledger.names.persons", lambda keys, decisions: looked_at.append(decisions) or persons(keys, decisions))
    settled(names, naming("2", "George Pitt"), decisions=decisions)
    assert looked_at
    assert set(looked_at) == {Decisions()}
    settled(names, naming("3", "Yuri Borisov", "Yury Borisov"), decisions=decisions)
    assert looked_at[-1] == Decisions((), decisions.apart)
    assert names.persons(["@yuri-borisov", "@yury-borisov"]) == {key: key for key in ("@yuri-borisov", "@yury-borisov")}
