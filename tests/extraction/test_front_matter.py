"""Markdown: front matter in YAML and TOML, none at all, and what is broken in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import UnreadableFile
from search.extraction.front_matter import part
from tests.extraction.conftest import Read

STORY = "The council approved the new bridge on Monday after a debate of four hours."


def test_yaml_front_matter_is_read_as_texts() -> None:
    parted = part("---\ntitle: No\ndate: 2022-06-15 10:00:00 +02:00\nauthors: [Jane Doe, John Roe]\nsource:\n  name: 'x: y'\nn: 1.10\n---\nText.\n")
    assert parted.record.values == {
        "title": "No",
        "date": "2022-06-15 10:00:00 +02:00",
        "authors": ["Jane Doe", "John Roe"],
        "source": {"name": "x: y"},
        "n": "1.10",
    }
    assert parted.text.strip() == "Text."


def test_toml_front_matter_is_read_as_texts() -> None:
    parted = part('+++\ntitle = "A"\ndate = 2022-06-15\nat = 2022-06-15T10:00:00Z\nn = 12\nauthors = ["Jane Doe"]\n[params]\nx = 1.5\n+++\nText.\n')
    assert parted.record.values == {
        "title": "A",
        "date": "2022-06-15",
        "at": "2022-06-15T10:00:00+00:00",
        "n": "12",
        "authors": ["Jane Doe"],
        "params": {"x": "1.5"},
    }
    assert parted.text.strip() == "Text."


@pytest.mark.parametrize(
    "text", ["Text.\n", "---\nText.\n", "---\nText of one line.\n\n---\n\nMore.\n", "---\n---\nText.\n", "---\n- a\n- b\n---\nText."]
)
def test_what_only_looks_like_front_matter_is_text(text: str) -> None:
    parted = part(text)
    assert parted.record.values == {}
    assert parted.text.strip().endswith(("Text.", "More."))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("---\ntitle: A\n\nText.\n", r"^The front matter never ends\. Put a line “---” between it and the text\.$"),
        ("+++\ntitle = 'A'\n\nText.\n", r"never ends\. Put a line “\+\+\+”"),
        ("---\ntitle: A\ntags: [a, b\n---\nText.\n", r"not valid YAML in line \d: .*\. Mend it, or take it out\.$"),
        ("---\ntitle: 'A\n---\nText.\n", "not valid YAML"),
        ("---\ntitle: A\n? [a]\n: b\n---\nText.\n", "not valid YAML in line 3: a name is not a text"),
        ("+++\ntitle = A\n+++\nText.\n", r"not valid TOML: .*line 1"),
        ("---\ntitle: " + "[" * 5000 + "\n---\nText.\n", "nested too deeply"),
        ("+++\ntitle = " + "[" * 5000 + "\n+++\nText.\n", "nested too deeply"),
        ("+++\ntitle" + ".a" * 3000 + " = 1\n+++\nText.\n", "nested too deeply"),
    ],
    ids=["YAML without end", "TOML without end", "open list", "open quote", "list as name", "TOML", "deep YAML", "deep TOML", "dotted TOML"],
)
def test_broken_front_matter_is_refused_with_a_way_out(text: str, sentence: str) -> None:
    with pytest.raises(UnreadableFile, match=sentence):
        part(text)


def test_aliases_by_which_a_few_lines_become_gigabytes_are_refused() -> None:
    doubled = [f"{name}: &{name} [*{before}, *{before}]" for before, name in zip("abcdefgh", "bcdefghi", strict=True)]
    lines = ["a: &a [x, x, x, x, x, x, x, x]", *doubled]
    with pytest.raises(UnreadableFile, match="alias"):
        part("---\n" + "\n".join(lines) + "\n---\nText.\n")


def test_objects_of_python_are_not_made() -> None:
    assert part("---\ntitle: !!python/object/apply:os.getcwd []\n---\nText.\n").record.values == {"title": []}


def test_a_name_that_stands_twice_is_known() -> None:
    assert part("---\ntitle: A\ntitle: B\nx: 1\nx: 1\n---\nText.\n").record.conflicting == {"title"}


@given(st.text(alphabet="-+ab:=[]{}'\"&*!\n\t #1", max_size=80))
def test_any_front_matter_is_read_or_refused(text: str) -> None:
    for mark in ("---", "+++"):
        try:
            said = part(f"{mark}\n{text}\n{mark}\nText.").text
        except UnreadableFile as error:
            said = str(error)
        assert said.endswith(".")


def test_a_markdown_file_is_one_article_with_what_its_front_matter_says(read: Read) -> None:
    article = read(
        f"---\ntitle: Bridge approved\ndate: 2022-06-15\nauthor: Jane Doe\nsource: The Herald\nurl: https://x.org/a\n---\n\n# Bridge approved\n\n"
        f"{STORY} It was **the first** that [the town](https://x.org/town) had built.\n\n> Work begins in spring, said the mayor of the town.\n",
        "2020-01-01.md",
    )
    assert (article.title, article.date, article.publisher, article.url, article.record) == (
        "Bridge approved",
        "2022-06-15",
        "The Herald",
        "https://x.org/a",
        "",
    )
    assert article.body == f"{STORY} It was the first that the town had built.\n\nWork begins in spring, said the mayor of the town."
    assert {e.field: e.rule for e in article.evidence}["date"] == "field “date”"
    assert {e.field: e.rule for e in article.evidence}["title"] == "field “title”"


def test_markdown_without_front_matter_is_an_article_under_its_first_heading(read: Read) -> None:
    article = read(f"# Bridge approved\n\n{STORY}\n", "a.md")
    assert (article.title, article.body) == ("Bridge approved", STORY)
    assert {e.field: e.rule for e in article.evidence}["title"] == "first heading"


@pytest.mark.parametrize("text", ["---\ntitle: A\n---\n", "---\ntitle: A\n---\n\n![](x.png)\n"])
def test_markdown_without_text_is_refused(text: str, read: Read) -> None:
    with pytest.raises(UnreadableFile):
        read(text, "a.md")


def test_markdown_too_long_for_one_article_is_refused(read: Read) -> None:
    with pytest.raises(UnreadableFile, match="one article is read up to 2,000,000"):
        read("word " * 400_001, "a.md")
