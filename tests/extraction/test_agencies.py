"""Whose report an article is, who printed it, and where its dateline says it was written."""

from __future__ import annotations

import pytest

from search.extraction import datelines, outlets
from tests.extraction.conftest import Read

STORY = "The council approved the new bridge after a debate of four hours, and work begins when the ice is gone."


@pytest.mark.parametrize(
    ("line", "place", "agency", "day"),
    [
        ("MOSCOW, November 10. /TASS/. The", "Moscow", "TASS", "--11-10"),
        ("Moscow, SANA- President", "Moscow", "SANA", None),
        ("AMMAN (Reuters) - The", "Amman", "Reuters", None),
        ("LIMA, 20 AUG 88 (EFE) -- The", "Lima", "EFE", "--08-20"),
        ("NEW YORK, March 3 - The", "New York", None, "--03-03"),
        ("ANNANDALE, Va. — Virginia", "Annandale, Va.", None, None),
        ("BETHLEHEM, Pa., March 5 - Steel", "Bethlehem, Pa.", None, "--03-05"),
        ("WINSTON-SALEM, N.C., March 2 - The", "Winston-Salem, N.C.", None, "--03-02"),
        ("GENEVA/BEIRUT The main opposition agreed", "Geneva/Beirut", None, None),
        ("IZMIR, Turkey Greece wants", "Izmir, Turkey", None, None),
        ("WASHINGTON U.S. dock workers met", "Washington", None, None),
        ("PORT-AU-PRINCE, Haiti (AP) — The", "Port-au-Prince, Haiti", "AP", None),
        ("PARIS, Jan. 5 (AFP) - The", "Paris", "AFP", "--01-05"),
        ("KYIV, Ukraine (AP) — The", "Kyiv, Ukraine", "AP", None),
        ("Beijing, Nov 10 (Xinhua) The", "Beijing", "Xinhua", "--11-10"),
        ("DAMASCUS, (SANA)_ The", "Damascus", "SANA", None),
        ("Damascus, SANA-President", "Damascus", "SANA", None),
        ("MOSCOW. Nov 10 (Interfax) - The", "Moscow", "Interfax", "--11-10"),
        ("NEW YORK, March 3, 2020 /PRNewswire/ -- The", "New York", "PR Newswire", "--03-03"),
        ("LONDON--(BUSINESS WIRE)--The", "London", "Business Wire", None),
        ("BERLIN, 3. März (Reuters) - Der", "Berlin", "Reuters", "--03-03"),
        ("Genf, 3. März (SDA) - Der", "Genf", "SDA", "--03-03"),
        ("PARIS, 3 mars 2020 (AFP) - Le", "Paris", "AFP", "--03-03"),
        ("Madrid, 3 mar (EFE).- El", "Madrid", "EFE", "--03-03"),
        ("(ANSA) - ROMA, 03 MAR - Il", "Roma", "ANSA", "--03-03"),
        ("Reuters, MOSCOW - The", "Moscow", "Reuters", None),
        ("LAGOS, Nigeria | The", "Lagos, Nigeria", None, None),
        ("UNITED NATIONS, March 3 (IPS) - The", "United Nations", "IPS", "--03-03"),
    ],
)
def test_datelines_are_read(line: str, place: str, agency: str | None, day: str | None) -> None:
    found = datelines.read(f"{line} council approved the bridge.")
    assert found is not None
    assert found.place is not None
    assert found.place.value == place
    assert [a.value for a in found.agencies] == ([agency] if agency else [])
    assert (found.day.yearless if found.day else None) == day


@pytest.mark.parametrize(
    "line",
    [
        "The council - which met on Monday - approved the bridge.",
        "BREAKING The council approved the bridge on Monday.",
        "NATO leaders met on Monday to talk about the bridge.",
        "CNN The council approved the bridge.",
        "John Smith, a councillor - and a builder - spoke.",
        "HARBOUR DUES AT PORT ROSE ON FEB 27",
        "Bridge approved - work begins",
        "On Monday, March 3 - a holiday - the council met.",
        "HARBOUR BRIDGE OPENS AFTER DELAY RIVERSIDE council members met.",
        "Springfield (IL) The council met.",
        "NEWPORT BEACH, Calif.",
    ],
)
def test_other_beginnings_are_no_dateline(line: str) -> None:
    assert datelines.read(line) is None


@pytest.mark.parametrize("line", ["(AP) The", "[AFP] The", "AFP — The", "(Reuters) – The"])
def test_an_agency_alone_begins_a_story_without_a_place(line: str) -> None:
    found = datelines.read(f"{line} council approved the bridge.")
    assert found is not None
    assert (found.place, [a.start for a in found.agencies]) == (None, [0 if line[0] == "A" else 1])


@pytest.mark.parametrize(
    ("text", "agency", "rule"),
    [
        (f"Bridge approved, according to SANA.\n\n{STORY}\n\n{STORY} Yes.", "SANA", "attribution in the standfirst"),
        (f"The council approved a bridge, SANA reports.\n\n{STORY}\n\n{STORY} Yes.", "SANA", "attribution in the standfirst"),
        (f"“It is approved,” the council said in a statement, reported TASS. {STORY}", "TASS", "attribution in the first paragraph"),
        (f"Bridge approved\n\n{STORY}\n Reuter\n", "Reuters", "wire sign-off"),
        (f"Bridge approved\n\n{STORY}\n\n(Reporting by Jane Doe; Editing by John Roe)", "Reuters", "house style of the closing credit"),
        (f"Bridge approved\n\nBy Jane Doe | AP June 4 at 9:05 AM\n\n{STORY}", "AP", "byline"),
        (f"{STORY} (AP)", "AP", "source at the end"),
    ],
)
def test_the_agency_is_read_from_its_signature(read: Read, text: str, agency: str, rule: str) -> None:
    article = read(text)
    assert (article.agency, article.agencies) == (agency, (agency,))
    assert [e.rule for e in article.evidence if e.field == "agency"] == [rule]


def test_agencies_that_share_a_report_are_all_listed_and_leave_the_body(read: Read) -> None:
    article = read(f"{STORY} (AP) (Riverside Courier)")
    assert (article.agency, article.agencies, article.body) == ("AP", ("AP", "Riverside Courier"), STORY)


def test_an_agency_only_cited_is_not_the_agency_but_was_considered(read: Read) -> None:
    assert read(f"Bridge approved\n\n{STORY}\n\nThe mayor told Reuters that he liked it, according to TASS.\n\n{STORY} Yes.").agency is None
    article = read(f"RIVERSIDE (AFP) - {STORY}\n\nThe mayor told Reuters that he liked it.\n")
    (evidence,) = [e for e in article.evidence if e.field == "agency"]
    assert article.agency == "AFP"
    assert [c.value for c in evidence.considered] == ["Reuters"]


@pytest.mark.parametrize("aside", ["It is forty metres long (more than the old one).", "It opened on time. (seen left)"])
def test_words_in_parentheses_at_the_end_are_no_agency(read: Read, aside: str) -> None:
    article = read(f"{STORY} {aside}")
    assert article.agency is None
    assert article.body.endswith(aside)


@pytest.mark.parametrize(
    ("form", "name"),
    [("Al-Watan", "al-Watan"), ("Al Watan", "al-Watan"), ("Associated Press", "AP"), ("The Associated Press", "AP"), ("reuters", "Reuters")],
)
def test_spellings_of_an_agency_are_one_value(form: str, name: str) -> None:
    found = outlets.known(form)
    assert found is not None
    assert found.name == name


def test_the_editor_is_the_publisher_and_not_the_agency(read: Read) -> None:
    article = read(f"Bridge approved, according to SANA.\n\n{STORY}\n\n{STORY} Yes.\n\nThis article was edited by The Riverside Courier.")
    assert (article.agency, article.publisher) == ("SANA", "The Riverside Courier")
