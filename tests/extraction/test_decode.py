"""Which characters a file's bytes are, and which bytes are refused."""

from __future__ import annotations

import random

import pytest

from search.errors import UnreadableFile
from search.extraction.decode import decode
from tests.extraction.conftest import Read

ENGLISH = "The minister’s visit to São Paulo – his first – ended on Friday. “A success,” he said of the café talks.\n" * 3
RUSSIAN = "Президент России встретился в Москве с министром иностранных дел и обсудил торговые отношения двух стран.\n" * 4
GERMAN = "Der Präsident sprach über die Größe der Straßen in München und die Prüfung der Verträge.\n" * 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "windows-1252"])
def test_text_survives_every_common_encoding(encoding: str) -> None:
    assert decode(ENGLISH.encode(encoding)) == ENGLISH


def test_latin_letters_without_typographic_marks_are_western() -> None:
    assert decode(GERMAN.encode("iso-8859-1")) == GERMAN


def test_cyrillic_without_a_declaration_is_recognised() -> None:
    assert decode(RUSSIAN.encode("windows-1251")) == RUSSIAN


@pytest.mark.parametrize("encoding", ["koi8-r", "iso-8859-5", "windows-1251"])
def test_a_page_is_read_in_the_encoding_it_declares(encoding: str) -> None:
    page = f'<html><head><meta charset="{encoding}"></head><body><p>{RUSSIAN}</p></body></html>'
    assert RUSSIAN in decode(page.encode(encoding), html=True)


def test_a_page_that_is_utf8_is_read_so_whatever_it_declares() -> None:
    page = f'<html><head><meta charset="koi8-r"></head><body>{RUSSIAN}</body></html>'
    assert RUSSIAN in decode(page.encode("utf-8"), html=True)


def test_latin1_declared_means_windows_1252_as_in_every_browser() -> None:
    page = '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"><p>“quoted”</p>'
    assert "“quoted”" in decode(page.encode("windows-1252"), html=True)


def test_a_made_up_encoding_is_passed_over() -> None:
    assert "“quoted”" in decode('<meta charset="no-such-code"><p>“quoted” – words</p>'.encode("windows-1252"), html=True)


def test_a_file_cut_inside_its_last_character_is_utf8() -> None:
    assert decode("Das Café".encode()[:-1]) == "Das Caf"


def test_line_ends_become_line_feeds() -> None:
    assert decode(b"one\r\ntwo\rthree\n") == "one\ntwo\nthree\n"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\r\n ", "white space"),
        ("\ufeff \u00a0".encode(), "white space"),
        (b"\0" * 400, "white space"),
        (b"%PDF-1.4 some text", "PDF"),
        (b"PK\x03\x04 word/document.xml", "ZIP"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "PNG"),
        (bytes(range(256)) * 20, "binary|encoding"),
        (random.Random(7).randbytes(5000), "binary|encoding"),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        decode(data)


def test_a_stray_control_character_is_a_blank() -> None:
    assert (
        decode(b"The talks\x01 ended on Friday without a result, the ministry said.")
        == "The talks  ended on Friday without a result, the ministry said."
    )


def test_single_bytes_of_windows_1252_in_utf8_are_read_as_such_and_the_rest_stays() -> None:
    assert decode("“The café” opened — said".encode() + b" it\x92s the caf\xe9") == "“The café” opened — said it’s the café"


@pytest.mark.parametrize("encoding", ["euc_jp", "shift_jis"])
def test_short_japanese_without_a_declaration_is_recognised(encoding: str) -> None:
    assert decode("日本の首相は東京で会見した。".encode(encoding)) == "日本の首相は東京で会見した。"


def test_a_character_that_could_not_be_read_is_said_in_the_evidence(read: Read) -> None:
    article = read("The café opened\ufffd on Monday, said the mayor’s office.".encode())
    assert [(e.text, "could not be read" in e.rule) for e in article.evidence if e.field == "body"] == [("\ufffd", True)]
