"""How does text reach the terminal? Data to stdout, messages to stderr, on any terminal and in any encoding, safe to look at."""

from __future__ import annotations

import codecs
import json
import re
import shutil
import sys
import unicodedata
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

ENCODING_ERRORS = "dateline-spell-out"
"""Name of the codec error handler that spells out what a terminal's encoding lacks."""

READING_WIDTH = 100
"""Lines longer than this many columns are hard to read, however wide the terminal is."""

_ASCII = {"“": '"', "”": '"', "„": '"', "«": "<<", "»": ">>", "‘": "'", "’": "'", "–": "-", "—": "-", "·": "|", "•": "*"}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_DIRECTION = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


def _spell_out(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_spelled(letter) for letter in error.object[error.start : error.end]), error.end


def _spelled(letter: str) -> str:
    """A letter in ASCII: its usual stand-in, without its accent, or its code (which is also what JSON would write)."""
    bare = unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode("ascii")
    return _ASCII.get(letter) or bare or letter.encode("ascii", "backslashreplace").decode("ascii")


codecs.register_error(ENCODING_ERRORS, _spell_out)


def printable(text: str) -> str:
    """Text without control characters: what stands in an article must not steer the terminal or turn its lines around."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", _DIRECTION.sub("", text.replace("\r\n", "\n")))


def encodable(text: str) -> str:
    """Text as stdout will show it, for formats whose signs must not come about by encoding."""
    encoding = sys.stdout.encoding or "utf-8"
    return text.encode(encoding, ENCODING_ERRORS).decode(encoding)


def say(message: str) -> None:
    """A message for the person at the terminal."""
    click.echo(f"dateline: {printable(message)}", err=True)


def print_json(value: Any) -> None:
    """One JSON object on one line, at once. Encodings other than UTF-8 get escapes, which mean the same."""
    unicode = codecs.lookup(sys.stdout.encoding or "ascii").name == "utf-8"
    sys.stdout.write(json.dumps(value, ensure_ascii=not unicode) + "\n")
    sys.stdout.flush()


def console(*, to_stderr: bool = False) -> Console:
    """Where readable text is written: colour on a terminal only and never with NO_COLOR, lines no longer than can be read."""
    from rich.console import Console

    stream = sys.stderr if to_stderr else sys.stdout
    width = max(20, min(shutil.get_terminal_size().columns, READING_WIDTH))
    terminal = stream.isatty()
    return Console(
        file=stream, width=width, force_terminal=terminal, color_system="auto" if terminal else None, markup=False, emoji=False, highlight=False
    )


def write(to: Console, text: Text, indent: int = 0, first: str = "") -> None:
    """Print text wrapped to the console's width, every line indented, `first` standing in the indent of the first line."""
    lead = first.ljust(indent)
    for line in text.wrap(to, to.width - indent):
        line.rstrip()
        to.print(lead, line, sep="", soft_wrap=True)
        lead = " " * indent
