"""Who takes part in a story, who is only mentioned, and what is no person at all."""

from __future__ import annotations

import pytest

from search.article import Article, Person
from search.extraction import names
from search.extraction.mentions import key
from tests.extraction.conftest import Read


def participants(article: Article) -> list[str]:
    return [p.name for p in article.participants]


def mentioned(article: Article) -> list[str]:
    return [p.name for p in article.mentioned]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("President Ana Torvald met Prime Minister Jonas Ekberg in the capital.", ["Ana Torvald", "Jonas Ekberg"]),
        ("The talks went well, said Foreign Ministry spokeswoman Lidia Karpenko.", ["Lidia Karpenko"]),
        ("“We are ready,” Brankow Dzelenik, 60, told reporters.", ["Brankow Dzelenik"]),
        ("Qorvan Thelmis, the mayor of the town, opened the bridge.", ["Qorvan Thelmis"]),
        ("Secretary of State Ron Halder spoke with the Governor of Westmark, Eng. Omar Jamil Nour.", ["Ron Halder", "Omar Jamil Nour"]),
        ("The ministers welcomed Abdulaziz bin Harun and Ludwig van der Meer.", ["Abdulaziz bin Harun", "Ludwig van der Meer"]),
        ("Sen. Mary T. Quill, a Democrat, criticized Robert Fenn Jr. on Monday.", ["Mary T. Quill", "Robert Fenn Jr."]),
        ("Yemen's foreign minister, Salem al-Harbi, said so.", ["Salem al-Harbi"]),
        ("Bridge builder and mayor Ada Holt thanked her daughter Zofia.", ["Ada Holt", "Zofia"]),
        ("His Majesty King Faris II received the delegation.", ["Faris II"]),
    ],
)
def test_who_acts_speaks_or_is_met_takes_part(read: Read, text: str, people: list[str]) -> None:
    assert participants(read(text)) == people


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Lena Ekberg, the special envoy of President Ana Torvald, arrived on Monday.", ["Ana Torvald"]),
        ("Lena Ekberg spoke about the forces of President Karim Nassar.", ["Karim Nassar"]),
        ("Lena Ekberg repeated the late Justice Howard Finch's words.", ["Howard Finch"]),
        ("Lena Ekberg briefed ministers on the summit between President Ana Torvald and President Karim Nassar.", ["Ana Torvald", "Karim Nassar"]),
    ],
)
def test_who_stands_in_somebody_elses_title_or_in_the_background_is_mentioned(read: Read, text: str, people: list[str]) -> None:
    article = read(text)
    assert mentioned(article) == people
    assert participants(article) == ["Lena Ekberg"]


def test_parties_to_talks_take_part(read: Read) -> None:
    article = read("Talks were held between the foreign minister, Lena Ekberg, and her counterpart, Karim Nassar, in the capital.")
    assert participants(article) == ["Lena Ekberg", "Karim Nassar"]


@pytest.mark.parametrize(
    "text",
    [
        "The Supreme Court and the Finance Ministry said on Monday that the Riverside Development Bank was sound.",
        "Officials from South Korea and Saudi Arabia met in New York and San Francisco.",
        "Standard Oil Co and Morgan Stanley said they had agreed with United Steel Works.",
        "However, Islamic State and Boko Haram were not at the talks, Western diplomats said.",
        "Return of Syrian Refugees and Displaced was discussed by the Ministries of Information, Electricity and Social Affairs.",
        "When Parliament met, Members stood. On Sunday, Police said nothing.",
        "The U.S. Geological Survey measured it; N. Korea did not. The team won 3 W 2 L this year.",
        "The newspaper Al Sabah wrote about rival Ostrava and official Washington.",
    ],
)
def test_organisations_places_and_common_words_are_no_people(read: Read, text: str) -> None:
    assert read(text).people == ()


def test_forms_of_a_name_are_one_person_under_the_fullest(read: Read) -> None:
    article = read(
        "President Karim Nassar met Deputy Prime Minister Yury Velikov. Nassar praised the guest. Yuri Velikov thanked President Nassar. "
        "Karim al-Nassar and Velikov signed a treaty."
    )
    assert [(p.name, sorted(p.aliases)) for p in article.people] == [
        ("Karim Nassar", ["Karim al-Nassar", "Nassar"]),
        ("Yury Velikov", ["Velikov", "Yuri Velikov"]),
    ]
    assert [p.role for p in article.people] == ["President", "Deputy Prime Minister"]


def test_a_short_form_goes_to_the_bearer_with_the_same_title(read: Read) -> None:
    article = read("President Karim Nassar and his wife Leila Nassar arrived. President Nassar spoke.")
    forms = {p.name: p.aliases for p in article.people}
    assert forms == {"Karim Nassar": ("Nassar",), "Leila Nassar": ()}


def test_people_of_one_family_stay_apart(read: Read) -> None:
    article = read("Martin Vale Jr. and Martin Vale III disagreed, and Coretta Vale said so.")
    assert [p.name for p in article.people] == ["Martin Vale Jr.", "Martin Vale III", "Coretta Vale"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Yury Borisov", "Yuri Borisov"),
        ("Bashar al-Assad", "Bashar Assad"),
        ("Joseph R. Biden Jr.", "Joe Biden"),
        ("Mohammed bin Salman", "Mohamed bin Salman"),
        ("Luiz Inacio Lula da Silva", "Inacio Lula da Silva"),
    ],
)
def test_spellings_of_one_name_are_the_same_person(one: str, other: str) -> None:
    assert names.same(key(tuple(one.split())), key(tuple(other.split())))
    assert names.same(key(tuple(other.split())), key(tuple(one.split())))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sergey Lavrov", "Sergey Shoigu"),
        ("Bashar al-Assad", "Rifaat al-Assad"),
        ("Bill Clinton", "Hillary Clinton"),
        ("Martin Luther King Jr.", "Martin Luther King III"),
        ("Ali Hassan", "Ali Hussein"),
        ("George W. Bush", "George H. Bush"),
    ],
)
def test_different_people_are_not_merged(one: str, other: str) -> None:
    assert not names.same(key(tuple(one.split())), key(tuple(other.split())))


def test_a_headline_in_capitals_is_read_by_what_the_story_knows(read: Read) -> None:
    # Morgan is a given name too, so that "Morgan Pushes" alone would look like somebody's name.
    article = read("Morgan Pushes for New Talks Over Bridge\n\nPresident Ana Morgan pushed for talks on Monday, and the council agreed to hold them.")
    assert article.people == (Person("Ana Morgan", "@ana-morgan", "President", ("Morgan",)),)


def test_names_in_credit_lines_are_the_byline_and_no_people(read: Read) -> None:
    article = read(
        "RIVERSIDE (Reuters) - President Ana Torvald spoke.\n\n(Reporting by Jane Doe and Juan de Haro in Riverside; Editing by John Roe)\n"
    )
    assert article.byline == ("Jane Doe", "Juan de Haro", "John Roe")
    assert [p.name for p in article.people] == ["Ana Torvald"]


def test_a_title_that_is_never_shortened_ends_a_sentence_as_a_name(read: Read) -> None:
    article = read("The mayor met Lena King. Then Sen. Mary Quill spoke.")
    assert [p.name for p in article.people] == ["Lena King", "Mary Quill"]


def test_a_dateline_is_no_person(read: Read) -> None:
    assert [p.name for p in read("SANTIAGO, March 3 - President Ana Torvald spoke.").people] == ["Ana Torvald"]


def test_evidence_says_why_somebody_takes_part(read: Read) -> None:
    article = read("President Ana Torvald said the bridge was ready.")
    (evidence,) = [e for e in article.evidence if e.field == "participants"]
    assert (evidence.text, evidence.rule) == ("Ana Torvald", "name after a title; speaks")
