"""Which names mean one human being: pairs from the news of the world, what other names change, and what people decide."""

from __future__ import annotations

import tomllib
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import person_key
from search.persons import Decisions, block, persons

CASES = tomllib.loads((Path(__file__).parent / "cases" / "persons.toml").read_text(encoding="utf-8"))
MERGE = [tuple(pair) for part in ("first", "second", "later") for pair in CASES[part]["merge"]]
APART = [tuple(pair) for part in ("first", "second", "later") for pair in CASES[part]["apart"]]
MISSED = [tuple(pair) for pair in CASES["missed"]["merge"]]
NAMES = sorted({name for pair in (*MERGE, *APART, *MISSED) for name in pair})
PUTIN = ["Vladimir Putin", "Vladimir V. Putin", "Vladimir Vladimirovich Putin"]
UNDECIDED = Decisions()
names = st.lists(st.sampled_from(NAMES), max_size=12, unique=True)


def who(*given: str, decisions: Decisions = UNDECIDED) -> dict[str, str]:
    """The person of each name."""
    settled = persons(map(person_key, given), decisions)
    return {name: settled[person_key(name)] for name in given}


def groups(*given: str, decisions: Decisions = UNDECIDED) -> set[frozenset[str]]:
    """The names, each with those of the same person."""
    found: dict[str, set[str]] = {}
    for name, person in who(*given, decisions=decisions).items():
        found.setdefault(person, set()).add(name)
    return {frozenset(group) for group in found.values()}


def same(*given: str) -> frozenset[str]:
    return frozenset(map(person_key, given))


def test_there_are_at_least_150_pairs_of_each_kind() -> None:
    assert len(MERGE) >= 150
    assert len(APART) >= 150


@pytest.mark.parametrize(("one", "other"), MERGE)
def test_spellings_of_one_name_are_one_person(one: str, other: str) -> None:
    assert len(groups(one, other)) == 1


@pytest.mark.parametrize(("one", "other"), APART)
def test_names_of_different_persons_stay_apart(one: str, other: str) -> None:
    assert len(groups(one, other)) == 2


@pytest.mark.parametrize(("one", "other"), MISSED)
def test_what_is_listed_as_missed_still_is(one: str, other: str) -> None:
    assert len(groups(one, other)) == 2


def test_no_two_strangers_of_the_cases_meet_through_others() -> None:
    settled = who(*NAMES)
    assert [pair for pair in APART if settled[pair[0]] == settled[pair[1]]] == []


def test_only_names_of_one_block_are_joined_by_rule() -> None:
    settled = persons(map(person_key, NAMES))
    assert {(block(key), block(person)) for key, person in settled.items() if block(key) != block(person)} == set()


def test_a_middle_initial_joins_the_bare_name_while_it_is_the_only_one() -> None:
    assert groups(*PUTIN) == {frozenset(PUTIN)}
    assert groups("Vladimir Putin", "Vladimir V. Putin", "Vladimir A. Putin") == {
        frozenset({"Vladimir Putin"}), frozenset({"Vladimir V. Putin"}), frozenset({"Vladimir A. Putin"}),
    }  # fmt: skip


def test_the_bare_name_is_nobodys_where_father_and_son_have_it() -> None:
    assert groups("George Pitt", "George W. Pitt") == {frozenset({"George Pitt", "George W. Pitt"})}
    assert len(groups("George Pitt", "George W. Pitt", "George H. W. Pitt")) == 3


def test_an_initial_that_may_stand_for_two_names_joins_neither() -> None:
    assert groups("John F. Kennedy", "John Fitzgerald Kennedy", "John Kennedy") == {
        frozenset({"John F. Kennedy", "John Fitzgerald Kennedy", "John Kennedy"})
    }
    assert len(groups("John F. Kennedy", "John Fitzgerald Kennedy", "John Francis Kennedy", "John Kennedy")) == 4


def test_a_second_given_name_in_full_is_not_left_out_by_rule() -> None:
    assert len(groups("Juan Carlos Ortiz", "Juan Ortiz")) == 2
    assert len(groups("David T. Johnson", "David Johnson")) == 2


@pytest.mark.parametrize(("given", "person"), [
    (PUTIN, "@vladimir-putin"),
    (["Yury Borisov", "Yuri Borisov"], "@yuri-borisov"),
    (["Kim Jongun", "Kim Jong Un"], "@kim-jongun"),
])  # fmt: skip
def test_a_person_has_the_simplest_of_the_keys(given: list[str], person: str) -> None:
    for order in permutations(given):
        assert set(who(*order).values()) == {person}


def test_a_name_alone_is_no_key_for_a_person_with_a_fuller_one() -> None:
    assert who("Putin", "Vladimir Putin", decisions=Decisions((same("Putin", "Vladimir Putin"),))) == {
        "Putin": "@vladimir-putin", "Vladimir Putin": "@vladimir-putin",
    }  # fmt: skip


def test_merging_joins_whole_persons() -> None:
    given = ["Yury Borisov", "Yuri Borisov", "Jurko Boryssow", "Georgy Borisov", "Georgi Borisov"]
    decided = Decisions((same("Yuri Borisov", "Jurko Boryssow"), same("Jurko Boryssow", "Georgy Borisov")))
    assert groups(*given, decisions=decided) == {frozenset(given)}


def test_a_merge_holds_through_names_that_are_not_in_the_archive() -> None:
    decided = Decisions((same("Yuri Borisov", "Jurko Boryssow"),))
    assert groups("Yury Borisov", "Jurko Boryssow", decisions=decided) == {frozenset({"Yury Borisov", "Jurko Boryssow"})}


def test_a_split_keeps_names_apart_that_a_rule_would_join() -> None:
    decided = Decisions(apart=(same("Sergey Ivanov", "Sergei Ivanov"),))
    assert groups("Sergey Ivanov", "Sergei Ivanov", decisions=decided) == {frozenset({"Sergey Ivanov"}), frozenset({"Sergei Ivanov"})}


def test_after_a_split_other_forms_go_to_the_most_similar_one() -> None:
    decided = Decisions(apart=(same("Vladimir Putin", "Vladimir Vladimirovich Putin"),))
    assert groups(*PUTIN, decisions=decided) == {frozenset(PUTIN[:2]), frozenset(PUTIN[2:])}


def test_the_simplest_form_too_goes_to_the_most_similar_one() -> None:
    decided = Decisions(apart=(same("Dmitry Petrov", "Dmitrii Petrov"),))
    assert groups("Dmitri Petrov", "Dmitry Petrov", "Dmitrii Petrov", decisions=decided) == {
        frozenset({"Dmitry Petrov"}), frozenset({"Dmitri Petrov", "Dmitrii Petrov"}),
    }  # fmt: skip


def test_forms_merged_by_hand_stay_together_when_their_person_is_split() -> None:
    given = ["Sergey Ivanov", "Sergei Ivanov", "Sergej Ivanov"]
    decided = Decisions((same("Sergey Ivanov", "Sergej Ivanov"),), (same("Sergei Ivanov", "Sergej Ivanov"),))
    assert groups(*given, decisions=decided) == {frozenset({"Sergey Ivanov", "Sergej Ivanov"}), frozenset({"Sergei Ivanov"})}


def test_a_set_of_three_that_are_apart_makes_three_persons() -> None:
    given = ["Sergey Ivanov", "Sergei Ivanov", "Sergej Ivanov"]
    assert len(groups(*given, decisions=Decisions(apart=(same(*given),)))) == 3


def test_the_key_of_an_empty_name_is_taken_as_it_is() -> None:
    assert persons(["@", "@a", "@jr"]) == {"@": "@", "@a": "@a", "@jr": "@jr"}


@given(names, names, names, st.randoms(use_true_random=False))
def test_the_order_of_names_and_decisions_never_matters(given: list[str], merged: list[str], split: list[str], random: object) -> None:
    shuffled = list(given)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    same_sets = (same(*merged[:3]), same(*merged[3:6]))
    apart_sets = (same(*split[:3]), same(*split[3:6]))
    here = persons(map(person_key, given), Decisions(same_sets, apart_sets))
    assert here == persons(map(person_key, shuffled), Decisions(same_sets[::-1], apart_sets[::-1]))


@given(names, names, names)
def test_what_people_decide_holds(given: list[str], merged: list[str], split: list[str]) -> None:
    one, parted = same(*merged), same(*[name for name in split if person_key(name) not in same(*merged)])
    settled = persons(map(person_key, [*given, *merged, *split]), Decisions((one,), (parted,)))
    assert len({settled[key] for key in one}) <= 1
    assert len({settled[key] for key in parted}) == len(parted)


@given(st.text(max_size=30))
def test_any_text_has_a_block_and_is_a_person(text: str) -> None:
    key = person_key(text)
    assert persons([key]) == {key: key}
    assert block(key) == block(key)


def test_a_decision_is_compared_with_the_names_that_it_is_about_and_no_others() -> None:
    compared: list[str] = []

    class Noted(frozenset[str]):
        def __le__(self, other: object) -> bool:
            compared.append(min(self))
            return super().__le__(other)

    people = [f"@anna-{letter * 5}" for letter in "bcdfgklmpr"]
    merged = [Noted({one, one.replace("anna", "olga")}) for one in people]
    found = persons(people, Decisions(tuple(merged), (frozenset(people[:2]),)))
    assert len(set(found.values())) == len(people)
    assert len(compared) <= len(people)
