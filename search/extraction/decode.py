"""Which characters are these bytes?

A byte order mark decides, then UTF-8, then what an HTML page says of itself, then the pattern of zero bytes of UTF-16, then windows-1252 or
what charset-normalizer finds. Bytes that are not text are refused with the reason.
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
_SAMPLE = 200_000  # characters looked at to tell text from binary data; bytes looked at to tell an encoding


def decode(data: bytes, *, html: bool = False) -> str:
    """The text of a file, without byte order mark and with every line end as a line feed. Raises UnreadableFile if it is not text."""
    if not data:
        raise UnreadableFile("The file is empty (0 bytes).")
    for signature, what in _SIGNATURES:
        if data.startswith(signature):
            raise UnreadableFile(f"This is {what}, not text. Save the article as .txt or .html and index it again.")
    text = _LINE_END.sub("\n", _characters(data, html=html).removeprefix("\ufeff"))
    if not text.strip("\x00 \n\t\f\v\u00a0\u200b\ufeff"):
        raise UnreadableFile("The file holds nothing but white space.")
    sample = text[:_SAMPLE]
    if len(_CONTROL.findall(sample)) > 0.02 * len(sample) + 2:
        raise UnreadableFile("The file holds binary data, not text. If it is an article in another format, save it as .txt or .html.")
    return _CONTROL.sub(" ", text)


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
        # Nearly UTF-8: a few bad bytes must not turn every other character into nonsense.
        text = data.decode("utf-8", errors="replace")
        return text if text.count("\ufffd") <= 2 + len(text) // 2000 else None
    try:
        return data.decode(encoding, errors="replace")
    except (LookupError, ValueError):  # a codec that is no text encoding, such as "hex"
        return None


def _guessed(data: bytes) -> str:
    if len(_CONTROL.findall(data[:_SAMPLE].decode("latin-1"))) > 0.02 * min(len(data), _SAMPLE) + 2:
        return data.decode("latin-1")  # binary: refused by the caller
    nearly = data.decode("utf-8", errors="replace")
    good = sum(1 for c in nearly[:_SAMPLE] if c > "\x7f" and c != "\ufffd")
    if nearly.count("\ufffd") * 20 < good:
        return nearly
    high = [byte for byte in data[:_SAMPLE] if byte > 0x7F]
    western = sum(byte in _WESTERN_MARKS for byte in high) + sum(byte in _WESTERN_LETTERS for byte in high)
    marks = sum(byte in _WESTERN_MARKS for byte in high)
    # In western text high bytes are rare among ASCII letters; in Cyrillic, Greek or Arabic they are the text.
    if western == len(high) and (len(high) < 0.12 * len(data) or marks == len(high)):
        return data.decode("windows-1252", errors="replace")
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE]).best()
    encoding = best.encoding if best is not None else None
    if encoding is None:
        if len(high) > 0.3 * len(data):
            raise UnreadableFile("The file's characters are in no encoding that could be recognised. Save it as UTF-8 and index it again.")
        encoding = "windows-1252"
    return data.decode(encoding, errors="replace")
