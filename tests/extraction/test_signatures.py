"""Which sources sign an article, and which words only look like it."""

from __future__ import annotations

import re

import pytest

from search.extraction import signatures
from tests.extraction.conftest import Read

STORY = "The council approved the new bridge after a debate of four hours, and work begins when the ice is gone."


@pytest.mark.parametrize(
    ("ending", "agencies"),
    [
        (" (AP) (AFP)", ("AP", "AFP")),
        (" (Reuters), (Riverside Courier)", ("Reuters", "Riverside Courier")),
        (" (Reuters/AFP)", ("Reuters", "AFP")),
        (" (Reuters, BBC)", ("Reuters", "BBC")),
        (" (AP and ABC News)", ("AP", "ABC News")),
        (" (U.S. News & World Report)", ("U.S. News & World Report",)),
        (" (Reuters India)", ("Reuters",)),
        (" (via AP)", ("AP",)),
        (" (cnn.com)", ("cnn.com",)),
        (" [Reuters]", ("Reuters",)),
        (" — Reuters", ("Reuters",)),
        (" -AFP", ("AFP",)),
        (" REUTER", ("Reuters",)),
        ("\n\n[AFP]", ("AFP",)),
        ("\n\n-- AFP", ("AFP",)),
        ("\n\nSource: TASS", ("TASS",)),
        ("\n\nSources: AP, BBC", ("AP", "BBC")),
        ("\n\n(Source: IANS)", ("IANS",)),
        ("\n\n© 2021 AFP", ("AFP",)),
        ("\n\nCopyright 2021 The Associated Press. All rights reserved.", ("AP",)),
        (" (Anadolu)", ("Anadolu Agency",)),
    ],
)
def test_sources_named_after_the_story_are_its_agencies_and_leave_the_body(read: Read, ending: str, agencies: tuple[str, ...]) -> None:
    article = read(f"Bridge approved\n\n{STORY}{ending}")
    assert (article.agencies, article.body) == (agencies, STORY)
    assert [e.text for e in article.evidence if e.field == "agency"] != []


@pytest.mark.parametrize(
    "ending",
    [
        "\n\nWith AFP",
        " (With inputs from PTI)",
        "\n\nAFP contributed to this report.",
        "\n\nThe Associated Press contributed to this report.",
        "\n\nAgencies",
        "\n\n© 2021 Riverside Courier",
    ],
)
def test_agencies_that_only_helped_are_not_whose_report_it_is(read: Read, ending: str) -> None:
    article = read(f"Bridge approved\n\n{STORY}{ending}")
    assert (article.agencies, article.body) == ((), STORY)


@pytest.mark.parametrize(
    "ending",
    [
        " It is run by the Harbour Office (HO).",
        " It is run by the Harbour Office (HO)",
        " It is shut. (as seen from the tower)",
        " It is red. (Port/Handout)",
    ],
)
def test_other_words_in_parentheses_are_no_source_and_stay(read: Read, ending: str) -> None:
    article = read(f"Bridge approved\n\n{STORY}{ending}")
    assert (article.agencies, article.body) == ((), STORY + ending)


def test_who_printed_an_agencys_report_is_the_publisher(read: Read) -> None:
    article = read(f"Bridge approved\n\n{STORY} (AP via Riverside Courier)")
    assert (article.agencies, article.publisher) == (("AP",), "Riverside Courier")


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("AFP, via MSN", (("AFP",), "MSN")),
        ("AP/Reuters via NBC News", (("AP", "Reuters"), "NBC News")),
        ("Port Authority via AP", (("AP",), None)),
        ("Letter of the mayor via Reuters", (("Reuters",), None)),
        ("Agencies via WA Today", (("Agencies",), "WA Today")),
    ],
)
def test_what_via_joins_is_the_source_and_who_printed_it(said: str, names: tuple[tuple[str, ...], str | None]) -> None:
    assert signatures.named(said) == names


@pytest.mark.parametrize(
    ("line", "agency", "publisher"),
    [
        ("By JANE DOE, Associated Press", "AP", None),
        ("By Jane Doe of The Associated Press", "AP", None),
        ("By The Associated Press", "AP", None),
        ("By Reuters Staff", "Reuters", None),
        ("By AFP", "AFP", None),
        ("By Jane Doe | AP June 4 at 9:05 AM", "AP", None),
        ("By Jane Doe, Agence France-Presse", "AFP", None),
        ("Jane Doe, Reuters", "Reuters", None),
        ("By Jane Doe, CNN", None, "CNN"),
        ("By Jane Doe, with AFP", None, None),
        ("By Jane Doe with AFP", None, None),
        ("By Jane Doe in Moscow", None, None),
        ("Associated Press", "AP", None),
    ],
)
def test_a_byline_names_the_agency_or_who_printed_it(read: Read, line: str, agency: str | None, publisher: str | None) -> None:
    article = read(f"Bridge approved\n\n{line}\n\n{STORY}\n\n{STORY} So it is.")
    assert (article.agency, article.publisher) == (agency, publisher)
    assert article.body == f"{STORY}\n\n{STORY} So it is."


def test_many_sources_in_a_row_are_all_read_in_the_order_of_the_text() -> None:
    text = STORY + " (AP) (AFP)" * 2_000
    found = signatures.closing(text)
    assert [one.names[0] for one in found] == ["AP", "AFP"] * 2_000
    assert [text[one.start : one.end] for one in found[:2]] == ["(AP)", "(AFP)"]


def test_only_the_end_of_a_text_is_searched_for_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []

    class Watched:
        def __init__(self, pattern: re.Pattern[str]) -> None:
            self._pattern = pattern

        def search(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
            end = len(text) if end is None else end
            looked_at.append(end - start)
            return self._pattern.search(text, start, end)

    for name in ("_PARENTHESES", "_DASHED", "_LAST_WORD"):
        monkeypatch.setattr(signatures, name, Watched(getattr(signatures, name)))
    assert len(signatures.closing(STORY * 50 + " (AP)" * 300)) == 300
    assert len(looked_at) >= 300
    assert max(looked_at) < 200
