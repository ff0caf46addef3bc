"""Which characters are these bytes?

A byte order mark decides, then UTF-8, then what an HTML page says of itself, then the pattern of zero bytes of UTF-16, then UTF-8 with
bytes of windows-1252 in it, windows-1252, or what charset-normalizer finds. Bytes that are not text are refused with the reason.
"""

from __future__ import annotations

import codecs
import re

from search.errors import UnreadableFile

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins with the mark of UTF-16, so it is asked first
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# First bytes of files that people keep beside articles; the name makes the refusal useful.
_SIGNATURES = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP archive (or a Word, Excel or OpenDocument file)"),
    (b"\xd0\xcf\x11\xe0", "an old Microsoft Office file"),
    (b"\x1f\x8b", "a gzip-compressed file"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"SQLite format 3\0", "a SQLite database"),
    (b"{\\rtf", "an RTF document"),
)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s{0,5}=\s{0,5}[\"']?\s{0,5}([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"^\s{0,20}<\?xml[^>]{0,200}?encoding\s{0,5}=\s{0,5}[\"']([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
# Letters of windows-1252 above 0x7f that western text uses: typographic marks, and accented letters.
_WESTERN_MARKS = frozenset(b"\x80\x85\x91\x92\x93\x94\x95\x96\x97\x99\xa0\xa3\xa7\xa9\xab\xae\xb0\xb7\xbb\xbd\xbf\xa1")
_WESTERN_LETTERS = frozenset(range(0xC0, 0x100)) - {0xD7, 0xF7} | {0x8A, 0x8C, 0x9A, 0x9C, 0x9F, 0x8E, 0x9E, 0xDF}
_LINE_END = re.compile(r"\r\n?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_STRANGER = re.compile("[\udc80-\udcff]")  # a byte that is not UTF-8, as Python's surrogateescape shows it
_UTF8_CHARACTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_KANA = re.compile("[ぁ-ヿ]")
_SAMPLE = 200_000  # characters looked at to tell text from binary data; bytes looked at to tell an encoding


def decode(data: bytes, *, html: bool = False) -> str:
    """The text of a file, without byte order mark and with every line end as a line feed. Raises UnreadableFile if it is not text."""
    if not data:
        raise UnreadableFile("The file is empty (0 bytes).")
    for signature, what in _SIGNATURES:
        if data.startswith(signature):
            raise UnreadableFile(f"This is {what}, not text. Save the article as .txt or .html and index it again.")
    text = _characters(data, html=html).removeprefix("\ufeff")
    if "\r" in text:
        text = _LINE_END.sub("\n", text)
    if not text.strip("\x00 \n\t\f\v\u00a0\u200b\ufeff"):
        raise UnreadableFile("The file holds nothing but white space.")
    sample = text[:_SAMPLE]
    controls = len(_CONTROL.findall(sample))
    if controls > 0.02 * len(sample) + 2:
        raise UnreadableFile("The file holds binary data, not text. If it is an article in another format, save it as .txt or .html.")
    return _CONTROL.sub(" ", text) if controls or len(text) > _SAMPLE else text


def _characters(data: bytes, *, html: bool) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    wide = _utf16_order(data)
    if wide:
        return data.decode(wide, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        # A file that was cut off inside its last character is UTF-8 all the same.
        if error.start >= len(data) - 3 and error.start > 0:
            return data[: error.start].decode("utf-8")
    if html:
        declared = _META_CHARSET.search(data[:4096]) or _XML_ENCODING.search(data[:400])
        if declared:
            text = _as_declared(data, declared[1].decode("ascii"))
            if text is not None:
                return text
    return _guessed(data)


def _utf16_order(data: bytes) -> str | None:
    """The byte order of UTF-16 without a mark: in text of Latin letters every other byte is zero."""
    sample = data[:4000]
    pairs = len(sample) // 2
    if pairs < 2:
        return None
    even, odd = sample[0 : 2 * pairs : 2].count(0), sample[1 : 2 * pairs : 2].count(0)
    if odd > 0.4 * pairs and even < 0.05 * pairs:
        return "utf-16-le"
    if even > 0.4 * pairs and odd < 0.05 * pairs:
        return "utf-16-be"
    return None


def _as_declared(data: bytes, name: str) -> str | None:
    """Decoded as a page says of itself; None where it names no encoding we know, or UTF-8, which it is not."""
    try:
        encoding = codecs.lookup(name).name
    except LookupError:
        return None
    # The WHATWG encoding standard reads these names as windows-1252, as every browser does.
    encoding = {"iso8859-1": "windows-1252", "ascii": "windows-1252"}.get(encoding, encoding)
    if encoding.startswith(("utf-16", "utf-32", "utf-7")):
        return None  # the declaration was read as bytes of ASCII, so it cannot be one of these
    if encoding in ("utf-8", "utf-8-sig"):
        text, strangers = mixed(data)
        return text if strangers <= 2 + len(text) // 2000 else None
    try:
        return data.decode(encoding, errors="replace")
    except (LookupError, ValueError):  # a codec that is no text encoding, such as "hex"
        return None


def _guessed(data: bytes) -> str:
    encoding = legacy_encoding(data)
    return mixed(data)[0] if encoding == "utf-8" else data.decode(encoding, errors="replace")


def mixed(data: bytes) -> tuple[str, int]:
    """UTF-8 in which bytes that are none are windows-1252, as where texts were put together from both; and the number of such bytes."""
    text = data.decode("utf-8", errors="surrogateescape")
    strangers = _STRANGER.findall(text)
    if not strangers:
        return text, 0
    return _STRANGER.sub(lambda m: bytes((ord(m.group()) - 0xDC00,)).decode("windows-1252", errors="replace"), text), len(strangers)


def _japanese(data: bytes) -> str | None:
    """The encoding of Japanese text, or None: it is full of kana, which text in another encoding is not when read so."""
    for encoding in ("euc_jp", "shift_jis"):
        text = data.decode(encoding, errors="replace")
        others = sum(not character.isascii() for character in text)
        if text.count("\ufffd") <= 1 and len(_KANA.findall(text)) > 0.25 * others:
            return encoding
    return None


def legacy_encoding(data: bytes) -> str:
    """What is most likely the encoding of text that is not valid UTF-8; "utf-8" where only single bytes are not, "latin-1" for what is no text.

    Raises UnreadableFile where the text is in no encoding that can be recognised.
    """
    if len(_CONTROL.findall(data[:_SAMPLE].decode("latin-1"))) > 0.02 * min(len(data), _SAMPLE) + 2:
        return "latin-1"  # binary: refused by the caller
    sample = data[:_SAMPLE]
    if mixed(sample)[1] <= len(_UTF8_CHARACTER.findall(sample)):
        return "utf-8"
    high = [byte for byte in data[:_SAMPLE] if byte > 0x7F]
    western = sum(byte in _WESTERN_MARKS for byte in high) + sum(byte in _WESTERN_LETTERS for byte in high)
    marks = sum(byte in _WESTERN_MARKS for byte in high)
    # In western text high bytes are rare among ASCII letters; in Cyrillic, Greek or Arabic they are the text.
    if western == len(high) and (len(high) < 0.12 * len(data) or marks == len(high)):
        return "windows-1252"
    japanese = _japanese(sample)
    if japanese is not None:
        return japanese
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE]).best()
    if best is not None:
        return best.encoding
    if len(high) > 0.3 * len(data):
        raise UnreadableFile("The file's characters are in no encoding that could be recognised. Save it as UTF-8 and index it again.")
    return "windows-1252"
