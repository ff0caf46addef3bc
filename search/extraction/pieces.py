"""Which characters are these bytes, where a file is too large to be decoded whole? Each piece is decoded when it is needed."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from search.extraction.decode import decode, legacy_encoding

_STEP = 1 << 20  # bytes that are looked at at once
_ENOUGH = 200_000  # bytes from which an encoding is told


class Characters:
    """Decodes pieces of a file: UTF-8, and what is not in the one other encoding that all such lines of the file have together."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._encoding: str | None = None

    def __call__(self, piece: bytes) -> str:
        """The characters of a piece. Raises UnreadableFile if it is not text."""
        try:
            return piece.decode("utf-8")
        except UnicodeDecodeError:
            self._encoding = self._encoding or legacy_encoding(b"\n".join(self._not_utf8()) or piece)
        if self._encoding in ("utf-8", "latin-1"):
            return decode(piece)  # single bytes are wrong, or it is not text: that is told for each piece
        return piece.decode(self._encoding, errors="replace")

    def _not_utf8(self) -> Iterator[bytes]:
        """Lines of the file that are not UTF-8, some hundred thousand bytes of them."""
        found = at = 0
        while at < len(self._data) and found < _ENOUGH:
            end = self._data.find(b"\n", at, at + _STEP)
            end = min(at + _STEP, len(self._data)) if end < 0 else end
            line = self._data[at:end]
            if not line.isascii():
                try:
                    line.decode("utf-8")
                except UnicodeDecodeError:
                    found += len(line)
                    yield line
            at = end + 1


def in_bytes(data: bytes) -> bytes:
    """A file's bytes such that brackets, quotes and line feeds are bytes of their own: without byte order mark, UTF-16 and UTF-32 as UTF-8."""
    if data.startswith(codecs.BOM_UTF8):
        return data[len(codecs.BOM_UTF8) :]
    encoding = _wide(data[:4])
    if encoding is None:
        return data
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    return b"".join(decoder.decode(data[at : at + _STEP], final=at + _STEP >= len(data)).encode() for at in range(0, len(data), _STEP))


def _wide(begin: bytes) -> str | None:
    """UTF-32 or UTF-16 by its mark, or by the zero byte beside its first letter, which is ASCII in these formats (RFC 4627, section 3)."""
    if begin in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE):
        return "utf-32"
    if begin[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    zeros = "".join("0" if byte == 0 else "x" for byte in begin)
    return {"x0x0": "utf-16-le", "0x0x": "utf-16-be"}.get(zeros)
