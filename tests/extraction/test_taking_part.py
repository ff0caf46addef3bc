"""Who takes part in what is reported, and who is named for its background: by the words around a name."""

from __future__ import annotations

import pytest

from search.extraction.lexicon import Kind, kind
from tests.extraction.conftest import Read

LEAD = "The council approved the new bridge on Monday after a debate of four hours."


def takes_part(read: Read, text: str, name: str) -> bool:
    """Whether a person takes part; they must be found."""
    article = read(f"{LEAD}\n\n{text}")
    assert name in [p.name for p in article.people]
    return name in [p.name for p in article.participants]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("He added that President Ana Torvald had approved the money in April.", "Ana Torvald"),
        ("A similar plan that Mayor Jonas Ekberg had rejected would have cost more.", "Jonas Ekberg"),
        ("A study by Mary Quill and Robert Fenn found that tunnels cost less.", "Robert Fenn"),
        ("The first book, written by her neighbour Rose Bellamy, was turned down by all.", "Rose Bellamy"),
        ("In 1994 Catherine Fenn was the mayor.", "Catherine Fenn"),
        ("The river flooded in 1984, when Robert Fenn ran the town.", "Robert Fenn"),
        ("Robert Fenn died in 1998.", "Robert Fenn"),
        ("Prices have risen since Robert Fenn won the election.", "Robert Fenn"),
        ("They followed the orders of Sheriff Leonard Fitch, who died in 2014.", "Leonard Fitch"),
        ("The town was struck before, and then governor Jonas Ekberg declared an emergency.", "Jonas Ekberg"),
        ("Her predecessor, Sir Robert Fenn, left a debt.", "Robert Fenn"),
        ("She took over from Robert Fenn, who left the town.", "Robert Fenn"),
        ("The vote comes a week before President Ana Torvald travels to the coast.", "Ana Torvald"),
        ("Prime Minister Ana Torvald did not attend.", "Ana Torvald"),
    ],
)
def test_the_background_of_the_news_takes_no_part(read: Read, text: str, name: str) -> None:
    assert not takes_part(read, text, name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Prosecutor Julia Brandt had asked for more.", "Julia Brandt"),
        ("He said that Ambassador Mary Quill had been given the figures.", "Mary Quill"),
        ("Robert Fenn said in the evening that sales in 2015 rose.", "Robert Fenn"),
        ("A boy appeared before Judge Mary Quill.", "Mary Quill"),
        ("Two were hurt, according to coast guard commander Robert Fenn.", "Robert Fenn"),
        ("“We are ready,” said station head Robert Fenn on Monday.", "Robert Fenn"),
        ("Councillor Mary Quill, who had collected 2,300 signatures, wept when the vote was announced.", "Mary Quill"),
        ("Mary Quill lights the lamps of the bridge.", "Mary Quill"),
        ("The town received the report from its chairman, retired Judge Robert Fenn.", "Robert Fenn"),
        ("His neighbors, Mary Quill and Robert Fenn, disagree.", "Robert Fenn"),
        ("The town lost captain Robert Fenn to an injury.", "Robert Fenn"),
        ("Fan Mary Quill had flown in for the day. “I cried,” Quill said.", "Mary Quill"),
    ],
)
def test_who_does_something_here_takes_part(read: Read, text: str, name: str) -> None:
    assert takes_part(read, text, name)


@pytest.mark.parametrize(
    ("text", "names", "roles"),
    [
        (
            "El presidente de Ecuador, Rodrigo Valdivieso, y la ministra María Ocampo acordaron reabrir la frontera.",
            ["Rodrigo Valdivieso", "María Ocampo"],
            ["", "ministra"],
        ),
        ('"Es un paso importante", dijo el alcalde Tomás Barrueco.', ["Tomás Barrueco"], ["alcalde"]),
        ("Le ministre Marc Dufresnoy a souligné l'importance de la visite.", ["Marc Dufresnoy"], ["ministre"]),
        ("Selon Bruno Lemaître, une aide sera versée.", ["Bruno Lemaître"], [""]),
        ("Bundeskanzler Olaf Wiegand hat am Montag die Schleuse besucht.", ["Olaf Wiegand"], ["Bundeskanzler"]),
        ("Verkehrsministerin Annette Wiegand teilte mit, dass die Schleuse fertig ist.", ["Annette Wiegand"], ["Verkehrsministerin"]),
    ],
)
def test_spanish_french_and_german_verbs_and_offices_are_known(read: Read, text: str, names: list[str], roles: list[str]) -> None:
    found = read(text).participants
    assert [p.name for p in found] == names
    assert [p.role for p in found if roles[names.index(p.name)]] == [role for role in roles if role]


@pytest.mark.parametrize(
    ("word", "office"),
    [("Verkehrsministerin", True), ("Hafenchef", True), ("Regierungssprecher", True), ("Chefin", False), ("Muster", False)],
)
def test_a_german_compound_is_an_office_by_its_end(word: str, office: bool) -> None:
    assert bool(kind(word) & Kind.OFFICE) is office


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Foreign and Expatriates Minister Mary Quill met the envoys.", "Foreign and Expatriates Minister"),
        ("The town received on Sunday Iranian Ambassador Mary Quill.", "Iranian Ambassador"),
        ("The housing minister, Mary Quill, has resigned.", "housing minister"),
        ("Critics praise the manner of Mary Quill, stars of the screen and all.", ""),
    ],
)
def test_a_role_is_all_of_the_title_and_nothing_else(read: Read, text: str, role: str) -> None:
    assert [p.role for p in read(text).people] == [role]
