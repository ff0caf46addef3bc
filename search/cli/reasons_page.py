"""How does an explanation look in a browser? One page that needs nothing else: no script, no font, no picture, everything in it escaped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from search.cli.output import printable
from search.cli.reasons_style import STYLE
from search.explain import FIELD_NAMES, Explanation, Fold, Piece, Reading, Row, by_field, context, rows, unplaced
from search.wording import NOT_GIVEN, UNDATED, about, count

KINDS = {
    "title": "head",
    "standfirst": "head",
    "date": "when",
    "dateline_day": "when",
    "event_days": "when",
    "agency": "whose",
    "agencies": "whose",
    "publisher": "whose",
    "place": "where",
    "participants": "who",
    "mentioned": "named",
    "byline": "credit",
}
"""Which colour a field has: fields that answer the same question share one."""

_AROUND = 60
_QUOTED = 400


def page(explanations: Sequence[Explanation], *, whole: bool = False) -> Iterator[str]:
    """The page, part by part; `whole` leaves long removed stretches open."""
    title = explanations[0].article.lead if len(explanations) == 1 else count(len(explanations), "article")
    yield _HEAD.format(title=_safe(title), style=STYLE)
    if len(explanations) > 1:
        links = "".join(f'<li><a href="#a{n}" dir="auto">{_safe(e.article.lead)}</a></li>\n' for n, e in enumerate(explanations, 1))
        yield f'<nav aria-label="Articles"><ol>\n{links}</ol></nav>\n'
    yield "<main>\n"
    for number, explanation in enumerate(explanations, 1):
        yield from _article(explanation, f"a{number}", whole=whole)
    yield "</main>\n</body>\n</html>\n"


def _article(explanation: Explanation, id: str, *, whole: bool) -> Iterator[str]:
    article = explanation.article
    record = f", record {article.record}" if article.record else ""
    yield f'<article id="{id}">\n<header>\n<h1 dir="auto"{_language(explanation)}>{_safe(article.lead)}</h1>\n'
    yield f'<p class="about">{_safe(about(article))}</p>\n<p class="path">{_safe(f"{article.source}/{article.path}{record}")}</p>\n</header>\n'
    if explanation.moved:
        moved = count(explanation.moved, "value or removal", "values and removals")
        yield f'<p class="notice">The file has changed: the words of {moved} are not where they were read. They are listed without their place.</p>\n'
    gone = count(len(article.removed), "place")
    removed = f"{explanation.removed_characters:,} of them removed in {gone}" if article.removed else "nothing removed"
    yield f'<section class="text" aria-labelledby="{id}-text">\n<h2 id="{id}-text">The text as it came</h2>\n'
    yield f'<p class="quiet">{count(len(explanation.text), "character")}, {removed}. A number leads to the value that was read there.</p>\n'
    seen: set[Reading] = set()
    for line in rows(explanation):
        yield _folded(line, id, seen, whole=whole) if isinstance(line, Fold) else _row(line, id, seen, _language(explanation))
    elsewhere = unplaced(explanation)
    if elsewhere:
        yield "<h3>Removed, and not from this text</h3>\n"
    for removal in elsewhere:
        yield f'<p class="removed"><span class="rule">{_safe(removal.rule)}</span> <del dir="auto">{_safe(_short(removal.text))}</del></p>\n'
    yield f'</section>\n<section class="values" aria-labelledby="{id}-values">\n<h2 id="{id}-values">How do we know?</h2>\n<dl>\n'
    for field, readings in by_field(explanation):
        yield f'<div class="field {KINDS.get(field, "")}"><dt>{_safe(FIELD_NAMES.get(field, field))}</dt>\n'
        if not readings:
            yield f'<dd class="quiet">{UNDATED if field == "date" else NOT_GIVEN}</dd>'
        for reading in readings:
            yield _value(explanation, reading, id)
        yield "</div>\n"
    yield "</dl>\n</section>\n</article>\n"


def _row(row: Row, id: str, seen: set[Reading], language: str) -> str:
    """A line of the raw text. `seen` has the values whose words have begun: each is led back to once."""
    inside = "".join(_piece(piece, id, seen) for piece in row.pieces)
    if row.removed:
        return f'<p class="removed"><span class="rule">{_safe(row.removed.rule)}</span> <del dir="auto"{language}>{inside.strip()}</del></p>\n'
    block = row.block
    label = f'<span class="label">{FIELD_NAMES[block.field]}{_link(block, id)}</span> ' if block else ""
    anchor = f' id="{id}-t{block.number}"' if block and block not in seen else ""
    seen.update((block,) if block else ())
    kind = f" {block.field}" if block else ""
    return f'<p class="kept{kind}"{anchor} dir="auto"{language}>{label}{inside.strip()}</p>\n'


def _piece(piece: Piece, id: str, seen: set[Reading]) -> str:
    if not piece.marks:
        return _safe(piece.text)
    last = piece.marks[-1]
    anchors = "".join(f'<a class="anchor" id="{id}-t{mark.number}"></a>' for mark in piece.marks if mark not in seen)
    seen.update(piece.marks)
    links = "".join(_link(mark, id) for mark in piece.marks if mark.end == piece.end)
    return f'{anchors}<mark class="{KINDS.get(last.field, "")}">{_safe(piece.text)}</mark>{links}'


def _link(reading: Reading, id: str) -> str:
    name = f"{FIELD_NAMES.get(reading.field, reading.field)}, value {reading.number}"
    return f'<a class="number" href="#{id}-v{reading.number}" aria-label="{_safe(name)}">{reading.number}</a>'


def _folded(fold: Fold, id: str, seen: set[Reading], *, whole: bool) -> str:
    rules = ", ".join(f"{rule} {number:,}" if len(fold.rules) > 1 else rule for rule, number in fold.rules)
    inside = "".join(_row(row, id, seen, "") for row in fold.rows)
    ends = f'<del dir="auto">{_safe(fold.head)} … {_safe(fold.tail)}</del>'
    summary = f'<span class="rule">{count(len(fold.rows), "line")}: {_safe(rules)}</span> {ends}'
    return f'<details class="removed"{" open" if whole else ""}><summary>{summary}</summary>\n{inside}</details>\n'


def _value(explanation: Explanation, reading: Reading, id: str) -> str:
    number = ""
    if reading.number:
        number = f'<a class="number" href="#{id}-t{reading.number}" aria-label="Value {reading.number}: to its words">{reading.number}</a> '
    person = reading.person
    role = f', <span dir="auto">{_safe(person.role)}</span>' if person and person.role else ""
    aliases = f'<span class="quiet aliases">also as {_safe(", ".join(person.aliases))}</span>' if person and person.aliases else ""
    anchor = f' id="{id}-v{reading.number}"' if reading.number else ""
    considered = "".join(f'<p class="considered">not {_safe(other.value)}: {_safe(other.why)}</p>' for other in reading.considered)
    value = f'<b dir="auto">{_safe(_short(reading.shown))}</b>'
    return f'<dd{anchor}>{number}{value}{role}{aliases}<p class="why">{_why(explanation, reading)}</p>{considered}</dd>\n'


def _why(explanation: Explanation, reading: Reading) -> str:
    if not reading.rule:
        return "no reason is recorded"
    rule = f'<span class="rule">{_safe(reading.rule)}</span>'
    if reading.start is not None and reading.end is not None:
        if KINDS.get(reading.field) == "head":
            return rule
        before, after = context(explanation.text, reading.start, reading.end, _AROUND)
        words = f'<mark class="{KINDS.get(reading.field, "")}">{_safe(_short(reading.text))}</mark>'
        return f'{rule}: <q dir="auto">{_safe(before)}{words}{_safe(after)}</q>'
    if reading.text:
        return f'{rule}: <q dir="auto">{_safe(_short(reading.text))}</q>, not in the text'
    return f"{rule}, from the text as a whole"


def _language(explanation: Explanation) -> str:
    return f' lang="{_safe(explanation.article.language)}"' if explanation.article.language else ""


def _short(text: str) -> str:
    joined = " ".join(text.split())
    return f"{joined[:_QUOTED]}…" if len(joined) > _QUOTED else joined


def _safe(text: str) -> str:
    return escape(printable(text))


_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>{title} – how do we know? – Dateline</title>
<style>{style}</style>
</head>
<body>
<p class="wordmark">Dateline</p>
"""
