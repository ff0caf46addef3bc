"""The whole of `extract`: ids, hashes, version, languages, and input that is no article."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.article import Article
from search.errors import UnreadableFile
from search.extraction import VERSION, article_id, document_text, extract, identity
from search.extraction.identity import content_hash
from tests.extraction.conftest import Read, raw_document

STORY = "The council approved the new bridge on Monday after a debate of four hours, and work begins in the spring."


def test_an_id_is_a_hash_of_source_path_and_record() -> None:
    assert article_id("desk", b"a/b.txt") == hashlib.sha256(b"desk\0a/b.txt\0").hexdigest()[:16]
    assert len({article_id("desk", b"a"), article_id("desk", b"a", "1"), article_id("des", b"ka"), article_id("news", b"a")}) == 4


def test_the_content_hash_is_equal_for_equal_texts_only(read: Read) -> None:
    assert read(f"Bridge approved\n\n{STORY}\n", "a.txt").content_hash == read(f"Bridge approved\n\n{STORY}\n\nAdvertisement\n", "b.txt").content_hash
    assert (
        len(
            {
                content_hash("a", "b", "c"),
                content_hash("ab", None, "c"),
                content_hash(None, "ab", "c"),
                content_hash("", "ab", "c"),
                content_hash("a", "bc", ""),
            }
        )
        == 5
    )


def test_the_version_changes_with_a_rule(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil
    from pathlib import Path

    copy = Path(str(tmp_path)) / "extraction"
    shutil.copytree(Path(identity.__file__).parent, copy)
    monkeypatch.setattr(identity, "__file__", str(copy / "identity.py"))
    assert identity.rules_version() == VERSION
    (copy / "data" / "titles.toml").write_text("offices = 'president'", encoding="utf-8")
    assert identity.rules_version() != VERSION


def test_an_article_survives_json(read: Read) -> None:
    article = read(f"Bridge approved\n\nRIVERSIDE, May 3, 2021 (AP) - {STORY} President Ana Torvald said so.\n")
    assert Article.from_dict(json.loads(json.dumps(article.to_dict()))) == article


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"{STORY} It was the first of its kind that had been built in the town.", "en"),
        (
            "Le conseil a approuvé le pont lundi après un débat de quatre heures, et les travaux commencent dans la ville pour les habitants.",
            "fr",
        ),
        (
            "Der Rat hat die Brücke nach einer Debatte von vier Stunden gebilligt, und die Arbeiten beginnen mit dem Frühling in der Stadt.",
            "de",
        ),
        (
            "El consejo aprobó el puente el lunes después de un debate de cuatro horas, y las obras comienzan en la primavera para los vecinos.",
            "es",
        ),
        ("وافق المجلس على الجسر الجديد يوم الاثنين بعد نقاش دام أربع ساعات", "ar"),
        ("شورا روز دوشنبه پل جدید را پس از چهار ساعت گفت‌وگو تصویب کرد", "fa"),
        ("Совет одобрил новый мост в понедельник после четырёх часов обсуждения", "ru"),
        ("Рада схвалила новий міст у понеділок після чотирьох годин обговорення її", "uk"),
        ("市议会星期一经过四个小时的辩论批准了新桥", "zh"),
        ("Xyzzy plugh frotz", None),
        ("12 34 56", None),
    ],
)
def test_a_language_is_told_where_it_can_be(read: Read, text: str, code: str | None) -> None:
    assert read(text).language == code


def test_a_language_is_a_value_with_evidence(read: Read) -> None:
    assert [e.value for e in read(STORY + " It was the first that had been built.").evidence if e.field == "language"] == ["en"]


@pytest.mark.parametrize(("content", "reason"), [(b"", "empty"), (b"\n \n", "white space"), (b"Advertisement\n\nShare this\n", "nothing is left")])
def test_a_file_without_an_article_says_why(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        next(extract(raw_document(content)))


@pytest.mark.parametrize(
    "text",
    [
        "word",
        "A" * 50_000,
        "Ana Torvald of " * 5_000,
        "(" * 20_000,
        "((Reporting by " * 2_000,
        "By A, B and " * 3_000,
        "\n".join(["x"] * 20_000),
        "THE COUNCIL APPROVED THE NEW BRIDGE. MAYOR ANA TORVALD SPOKE. " * 50,
        "وافق المجلس على الجسر الجديد يوم الاثنين. " * 200,
        "“ ” — … ‘’ • " * 500,
        "de la de la van der al-" * 2_000,
        "1. 2. 3. 4/5/6 2020-20-20 " * 500,
    ],
    ids=[
        "one word",
        "one long word",
        "of of of",
        "brackets",
        "open credits",
        "open byline",
        "20,000 lines",
        "all capitals",
        "Arabic",
        "marks",
        "particles",
        "numbers",
    ],
)
def test_strange_text_is_read_whole_and_soon(read: Read, text: str) -> None:
    article = read(text)
    said = "".join(" ".join([article.title or "", article.standfirst or "", article.body, *(r.text for r in article.removed)]).split())
    assert len(said) == len("".join(text.split()))


PIECES = [
    *"aAbB .,\n\t'’\"“”()-–—/|:;!?0129éÄجж\u00a0\u2028",
    "Mr. ",
    "President ",
    "Ana ",
    "Torvald ",
    "said ",
    "(AP)",
    "By ",
    "Reuter\n",
    "MOSCOW ",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=120).map("".join))
def test_no_text_is_lost_and_offsets_hold(text: str) -> None:
    raw = raw_document(text)
    try:
        (article,) = extract(raw)
    except UnreadableFile:
        return
    assert isinstance(article, Article)
    document = document_text(raw)
    parts = [article.title or "", article.standfirst or "", article.body, *(item.text for item in article.removed)]
    assert sorted("".join("".join(parts).split())) == sorted("".join(document.split()))
    assert all(document[i.start : i.end] == i.text for i in (*article.evidence, *article.removed) if i.start is not None)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_an_article_or_a_reason(data: bytes) -> None:
    for path in ("a.txt", "a.html"):
        try:
            (article,) = extract(raw_document(data, path))
            said = article.id if isinstance(article, Article) else ""
        except UnreadableFile as error:
            said = str(error)
        assert said == article_id("desk", path.encode()) or said.endswith(".")


def test_importing_reads_no_heavy_library() -> None:
    code = "import sys, search.extraction; print(sorted(m for m in ('bs4', 'charset_normalizer', 'tomllib', 'dateutil') if m in sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "bs4" not in loaded
    assert "charset_normalizer" not in loaded
