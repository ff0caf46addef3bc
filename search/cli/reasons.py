"""How does an explanation look on a terminal? The raw text with what was removed and what was read, then each value and its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from search.cli.output import printable, write
from search.explain import FIELD_NAMES, Explanation, Fold, Piece, Reading, Row, by_field, context, rows, unplaced
from search.wording import NOT_GIVEN, UNDATED, count

if TYPE_CHECKING:
    from rich.console import Console

STYLES = {
    "title": "bold",
    "standfirst": "italic",
    "date": "bold yellow",
    "dateline_day": "bold yellow",
    "event_days": "yellow",
    "agency": "bold green",
    "agencies": "bold green",
    "publisher": "green",
    "place": "bold magenta",
    "participants": "bold cyan",
    "mentioned": "cyan",
    "byline": "bold blue",
}
_REMOVED, _RULE, _QUIET = "dim strike", "red", "dim"
_GUTTER = 2
_LABELS = max(map(len, FIELD_NAMES.values())) + 2
_LEGEND = "“–” is before what was removed, with the rule that took it; [1] after words that a value was read from."
_FOLDED = "Long removed stretches are folded: --all shows them whole."
_QUOTED = 240
_AROUND = 44
"""Characters of a value or quotation, and of what stands on either side of its words, that are shown here; `--json` has them all."""


def show_reasons(to: Console, explanation: Explanation, *, whole: bool = False, legend: bool = True) -> None:
    """The whole explanation; `whole` shows long removed stretches from end to end, `legend` says what the signs in the text mean."""
    article = explanation.article
    record = f", record {article.record}" if article.record else ""
    write(to, Text(printable(f"{article.source}/{article.path}{record}"), style="bold"))
    write(to, Text(_measure(explanation), style=_QUIET))
    shown = rows(explanation, whole=whole)
    signs = [_LEGEND] * legend + [_FOLDED] * any(isinstance(line, Fold) for line in shown)
    if signs:
        write(to, Text(" ".join(signs), style=_QUIET))
    if explanation.moved:
        changed = "not where they were read: the file has changed since. They are listed below without their place."
        write(to, Text(f"The words of {count(explanation.moved, 'value or removal', 'values and removals')} are {changed}"))
    to.print()
    for line in shown:
        if line.apart:
            to.print()
        kept = isinstance(line, Row) and line.removed is None
        write(to, _row(to, line) if isinstance(line, Row) else _folded(line), _GUTTER, "" if kept else "–")
    to.print()
    elsewhere = unplaced(explanation)
    if elsewhere:
        write(to, Text("Removed, and not from this text", style="bold"))
        for removal in elsewhere:
            write(to, Text.assemble((printable(removal.rule), _RULE), ": “", (_shortened(removal.text), _REMOVED), "”"), _GUTTER, "–")
        to.print()
    write(to, Text("How do we know?", style="bold"))
    for field, readings in by_field(explanation):
        label = FIELD_NAMES.get(field, field)
        if not readings:
            write(to, Text(UNDATED if field == "date" else NOT_GIVEN, style=_QUIET), _GUTTER + _LABELS + 5, "  " + label)
        for reading in readings:
            _reading(to, explanation, reading, label)
            label = ""


def _measure(explanation: Explanation) -> str:
    gone = explanation.removed_characters
    places = count(len(explanation.article.removed), "place")
    removed = f"{gone:,} of them removed in {places}" if explanation.article.removed else "nothing removed"
    return f"{count(len(explanation.text), 'character')}, {removed}; {count(len(explanation.readings), 'value')} read"


def _row(to: Console, row: Row) -> Text:
    """A line of the raw text; one that was removed after its rule and in quotation marks."""
    text = Text()
    if row.removed:
        text = Text.assemble((printable(row.removed.rule), _RULE), ": “")
    lead, tail = len(row.text) - len(row.text.lstrip()), len(row.text.rstrip())
    place = 0
    block = None
    for piece in row.pieces:
        part = piece.text[max(0, lead - place) : max(0, tail - place)]
        place += len(piece.text)
        if piece.block and piece.block != block and not row.removed:
            block = piece.block
            text.append(f"{FIELD_NAMES[block.field]} [{block.number}]: ", _QUIET)
        if part:
            _append(to, text, piece, printable(part.replace("\n", " ")))
    return text.append("”") if row.removed else text


def _append(to: Console, text: Text, piece: Piece, shown: str) -> None:
    """The characters of a piece: marked where a value was read from them, with its number where its words end."""
    base = _REMOVED if piece.removed else STYLES[piece.block.field] if piece.block else ""
    if not piece.marks:
        text.append(shown, base)
        return
    colour = STYLES.get(piece.marks[-1].field, "bold")
    text.append(_marked(to, shown), f"{base} {colour}")
    text.append("".join(f"[{mark.number}]" for mark in piece.marks if mark.end == piece.end), _QUIET)


def _marked(to: Console, words: str) -> str:
    """Words that a value was read from: between « and » where a style cannot tell them apart."""
    return words if to.is_terminal and to.color_system else f"«{words}»"


def _folded(fold: Fold) -> Text:
    rules = ", ".join(f"{rule} {number:,}" if len(fold.rules) > 1 else rule for rule, number in fold.rules)
    text = Text.assemble(count(len(fold.rows), "line"), " (", (printable(rules), _RULE), "): “")
    return text.append(printable(f"{fold.head} … {fold.tail}"), _REMOVED).append("”")


def _reading(to: Console, explanation: Explanation, reading: Reading, label: str) -> None:
    """A value, its rule with the words in their context, and what it was preferred to."""
    number = f"[{reading.number}]" if reading.number else ""
    lead, indent = f"  {label:<{_LABELS}}{number:>4} ", _GUTTER + _LABELS + 5
    value = Text(_shortened(reading.shown), STYLES.get(reading.field, "bold"))
    person = reading.person
    if person and person.role:
        value.append(f", {printable(person.role)}", "not bold default")
    if person and person.aliases:
        value.append(f" · also as {printable(', '.join(person.aliases))}", "not bold default dim")
    write(to, value, indent, lead)
    because = Text(printable(reading.rule) or "no reason is recorded")
    if reading.start is not None and reading.end is not None:
        if reading.field not in ("title", "standfirst"):
            before, after = context(explanation.text, reading.start, reading.end, _AROUND)
            colour = STYLES.get(reading.field, "bold")
            words = _shortened(reading.text)
            because.append(": “" + printable(before), _QUIET).append(_marked(to, words), colour)
            because.append(printable(after) + "”", _QUIET)
    elif reading.text:
        because.append(f": “{_shortened(reading.text)}”, not in the text", _QUIET)
    elif reading.rule:
        because.append(", from the text as a whole", _QUIET)
    write(to, because, indent)
    for other in reading.considered:
        write(to, Text(printable(f"not {other.value}: {other.why}"), _QUIET), indent)


def _shortened(text: str) -> str:
    joined = printable(" ".join(text.split()))
    return f"{joined[:_QUOTED]}…" if len(joined) > _QUOTED else joined
