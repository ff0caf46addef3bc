"""The scorer of our own set: what is right counts as right, and each kind of mistake lowers the figure it belongs to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from search.article import Article, Person
from tests.quality import scoring
from tests.quality.figures import Floor
from tests.quality.scoring import articles, labels, match_people, score, story_of
from tests.quality.sets import _read


def person(name: str, *aliases: str) -> dict[str, Any]:
    return {"name": name, "aliases": list(aliases), "role": ""}


STORY = "Omar Haddad opened the harbour of Aqaba on Monday morning."
LABEL: dict[str, Any] = {
    "id": "a.txt",
    "participants": [person("Omar Haddad", "Haddad")],
    "mentioned": [person("Lina Khoury")],
    "credits": [person("Ana Lund")],
    "agency": "Petra",
    "publisher": "The Quay",
    "place": "Aqaba",
    "date_in_text": "2021-05-04",
    "language": "en",
    "title": "Harbour opens",
    "standfirst": None,
    "boilerplate": ["Share this"],
    "story": [STORY],
}
RIGHT = Article(
    "0" * 16,
    "cases",
    "a.txt",
    STORY,
    "",
    title="Harbour opens",
    date="2021-05-04",
    agency="Petra",
    publisher="The Quay",
    place="Aqaba",
    language="en",
    participants=(Person("Omar Haddad", "@omar-haddad", aliases=("Haddad",)),),
    mentioned=(Person("Lina Khoury", "@lina-khoury"),),
)


def scored(article: Article) -> dict[str, float]:
    return {figure.what: round(figure.value, 3) for figure in score([LABEL], {"a.txt": article})}


PERFECT = {figure.what: 0.0 if "wrong" in figure.what else 1.0 for figure in score([LABEL], {"a.txt": RIGHT})}


def test_an_article_read_as_it_is_labelled_is_all_right() -> None:
    assert scored(RIGHT) == PERFECT
    assert len(PERFECT) == 14


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"mentioned": ()}, {"people F1": 0.667}),
        ({"mentioned": (Person("Lina Khoury", ""), Person("Red Sea", ""))}, {"people F1": 0.8}),
        ({"mentioned": (Person("Lina Khoury", ""), Person("Ana Lund", ""))}, {}),
        ({"participants": (Person("Haddad", ""),)}, {"full name right": 0.5}),
        ({"participants": (), "mentioned": (*RIGHT.participants, *RIGHT.mentioned)}, {"participants F1": 0.0}),
        ({"agency": None}, {"agency right": 0.0}),
        ({"agency": "AFP"}, {"agency right": 0.0, "agency: wrong values": 1.0}),
        ({"publisher": None}, {"publisher right": 0.0}),
        ({"place": "AQABA"}, {}),
        ({"place": "Amman"}, {"place right": 0.0}),
        ({"date": "2021-05"}, {"date right": 0.0, "date: wrong values": 1.0}),
        ({"language": "de"}, {"language right": 0.0}),
        ({"title": "harbour opens"}, {"title right": 0.0}),
        ({"standfirst": "Why now"}, {"standfirst right": 0.0}),
        ({"body": f"{STORY}\nShare this"}, {"boilerplate removed": 0.0}),
        ({"body": STORY.replace("Monday", "Tuesday")}, {"story kept": 0.0}),
    ],
)
def test_a_mistake_lowers_its_figure_and_no_other(change: dict[str, Any], expected: dict[str, float]) -> None:
    assert scored(replace(RIGHT, **change)) == PERFECT | expected


def test_an_article_that_was_not_read_counts_as_nothing_found() -> None:
    figures = {figure.what: figure.value for figure in score([LABEL], {})}
    assert (figures["people F1"], figures["agency right"], figures["story kept"]) == (0.0, 0.0, 0.0)


def test_a_full_name_is_matched_before_an_alias_and_nobody_twice() -> None:
    two = [Person("Haddad", "1"), Person("Omar Haddad", "2")]
    assert [found.person for found, _ in match_people(two, [person("Omar Haddad", "Haddad")])] == ["2"]


def test_the_story_of_a_plain_file_is_all_but_its_boilerplate() -> None:
    label = next(label for label in labels() if label["id"] == "wire-dateline.txt")
    story = story_of(label)
    assert len(story) > 5
    assert '"This is a study, not a promise," Quintela told reporters.' in story
    assert [sentence for sentence in story if "Reporting by" in sentence] == []


def test_every_labelled_article_is_there_and_every_article_is_labelled() -> None:
    assert sorted(articles()) == sorted(label["id"] for label in labels())
    assert len(articles()) > 15


def test_every_labelled_line_and_story_stands_in_its_file() -> None:
    missing = []
    for label in labels():
        raw = scoring.squash((scoring.CASES / "articles" / label["id"].partition("#")[0]).read_text(encoding="utf-8"))
        missing += [(label["id"], line) for line in label["boilerplate"] if scoring.squash(line) not in raw and not label["id"].endswith("html")]
        missing += [
            (label["id"], form) for p in (*label["participants"], *label["mentioned"]) for form in (p["name"], *p["aliases"]) if form not in raw
        ]
    assert missing == []


def test_a_scorers_lines_become_figures_and_its_wrong_values_one_of_their_own() -> None:
    printed = (
        "people F1                     0.954  precision 0.952 recall 0.956 (240 right)\n"
        "agency right                  0.978  1 wrong values in 45 articles; 25 have one\n"
        "articles scored: 45 of 45\n"
    )
    assert [(f.set, f.what, f.value) for f in _read("gold/dev", printed)] == [
        ("gold/dev", "people F1", 0.954), ("gold/dev", "agency right", 0.978), ("gold/dev", "agency: wrong values", 1.0),
    ]  # fmt: skip


def test_a_floor_holds_from_its_value_on_and_a_ceiling_up_to_it() -> None:
    low, high = Floor("own", "x", 0.9, 1.0), Floor("own", "x", 1, 0, most=True)
    assert [low.holds(value) for value in (0.8994, 0.8996, 0.95)] == [False, True, True]
    assert [high.holds(value) for value in (0, 1, 2)] == [True, True, False]
    assert (low.reached(0.9996), low.reached(0.99), high.reached(0), high.reached(1)) == (True, False, True, False)
