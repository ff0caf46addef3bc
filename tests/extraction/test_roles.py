"""What the text calls a person: the title before the name, the apposition after it, and never a verb."""

from __future__ import annotations

import pytest

from tests.extraction.conftest import Read


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        (
            "The Deputy Minister of Industry and Energy Ana Torvald, discussed with the mayor, means of trade.",
            "Ana Torvald",
            "Deputy Minister of Industry and Energy",
        ),
        ("They met the Governor of Westmark, Eng. Omar Jamil Nour, on Monday.", "Omar Jamil Nour", "Governor of Westmark"),
        ("Foreign Minister Dr. Karim Nassar attended.", "Karim Nassar", "Foreign Minister"),
        ("His Excellency Sheikh Karim Nassar spoke.", "Karim Nassar", "Sheikh"),
        ("Dr. Lena Ekberg, minister of health, spoke.", "Lena Ekberg", "minister of health"),
        ("Dr. Lena Ekberg spoke.", "Lena Ekberg", "Dr."),
        ("Qorvan Thelmis, the mayor of the town, opened the bridge.", "Qorvan Thelmis", "mayor of the town"),
        ("Lena Ekberg, 47, a former county treasurer, was accused of theft.", "Lena Ekberg", "former county treasurer"),
        ("Lena Ekberg, a baker who supplied the court, died.", "Lena Ekberg", "baker"),
        ("Lena Ekberg, leading the delegation with the minister, arrived.", "Lena Ekberg", ""),
        ("Lena Ekberg, with the mayor beside her, spoke.", "Lena Ekberg", ""),
        ("She told reporters President Karim Nassar agreed.", "Karim Nassar", "President"),
        ("It is backed by its ally President Karim Nassar.", "Karim Nassar", "President"),
        ("Talks with his son, the Reverend Tom Finch, ended.", "Tom Finch", "Reverend"),
        ("The ferries stop, union leader Lena Ekberg said.", "Lena Ekberg", "union leader"),
        ("Shares fell after Bank of England Governor Lena Ekberg spoke.", "Lena Ekberg", "Bank of England Governor"),
        ("It was ruled by Costa Rica's foreign minister Karim Nassar.", "Karim Nassar", "Costa Rica's foreign minister"),
        ("She studied under the conductor Tom Finch.", "Tom Finch", "conductor"),
        ("Princess Lena Ekberg opened the hall.", "Lena Ekberg", "Princess"),
    ],
)
def test_a_role_is_a_title_or_an_apposition(read: Read, text: str, name: str, role: str) -> None:
    assert {p.name: p.role for p in read(text).people}[name] == role


def test_a_title_in_the_plural_is_each_persons_in_the_singular(read: Read) -> None:
    article = read("Justices Lena Ekberg and Tom Finch dissented.")
    assert {p.name: p.role for p in article.people} == {"Lena Ekberg": "Justice", "Tom Finch": ""}


def test_an_office_goes_before_whose_counterpart_somebody_is(read: Read) -> None:
    article = read("The minister met his Russian counterpart, Tom Finch, on Monday. President Finch was pleased.")
    assert [(p.name, p.role) for p in article.people] == [("Tom Finch", "President")]
    article = read("The minister met his Russian counterpart, Tom Finch, on Monday.")
    assert [(p.name, p.role) for p in article.people] == [("Tom Finch", "Russian counterpart")]
