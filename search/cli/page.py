"""How does one article look on a terminal? Its text to be read, then what was removed from it and how each value is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from search.article import Article, Evidence, Person
from search.cli.output import printable, write
from search.cli.render import marked
from search.results import Marked
from search.wording import about

if TYPE_CHECKING:
    from rich.console import Console

_QUOTED = 240
"""Characters of a removed text or of evidence that are shown; `--json` has all of them."""


def show_article(to: Console, article: Article, title: Marked | None, standfirst: Marked | None, body: Marked) -> None:
    """The whole article; `title`, `standfirst` and `body` are its texts with their marks."""
    if title:
        write(to, marked(title, to, style="bold"))
    if standfirst:
        write(to, marked(standfirst, to, style="italic"))
    if title or standfirst:
        to.print()
    _table(to, [("", _facts(article))])
    to.print()
    for paragraph in marked(body, to).split("\n"):
        if paragraph.plain.strip():
            write(to, paragraph)
            to.print()
    _section(to, "Takes part", [("", [_person(p)]) for p in article.participants])
    _section(to, "Mentioned", [("", [_person(p)]) for p in article.mentioned])
    _section(to, "Byline", [("", [", ".join(article.byline)])] if article.byline else [])
    _section(to, "What was removed", [("", [f"{_quoted(r.text)} ({r.rule})"]) for r in article.removed])
    _section(to, "How we know", [(e.field, _reasons(e)) for e in article.evidence])


def _facts(article: Article) -> list[str]:
    language = f"language {article.language}" if article.language else ""
    first = " · ".join(part for part in (about(article), language) if part)
    days = [f"dateline day {article.dateline_day}"] if article.dateline_day else []
    if article.event_days:
        days.append(f"speaks of {', '.join(article.event_days)}")
    return [line for line in (first, " · ".join(days), article.url or "", f"{article.id}  {article.source}/{article.path}") if line]


def _person(person: Person) -> str:
    role = f", {person.role}" if person.role else ""
    aliases = f" (also: {', '.join(person.aliases)})" if person.aliases else ""
    return f"{person.name}{role}{aliases}"


def _reasons(evidence: Evidence) -> list[str]:
    value, words = " ".join(evidence.value.split()) or "none", " ".join(evidence.text.split())
    shown = _quoted(value) if words == value else f"{value} from {_quoted(words)}" if words else value
    others = [other.why if other.value == evidence.value else f"not {other.value}: {other.why}" for other in evidence.considered]
    return [f"{shown} ({evidence.rule})", *others]


def _quoted(text: str) -> str:
    joined = " ".join(text.split())
    return f"“{joined[:_QUOTED]}…”" if len(joined) > _QUOTED else f"“{joined}”"


def _section(to: Console, heading: str, rows: Sequence[tuple[str, Iterable[str]]]) -> None:
    """A heading and its rows; nothing where there are none."""
    if rows:
        write(to, Text(heading, style="bold"))
        _table(to, rows, margin=2)
        to.print()


def _table(to: Console, rows: Iterable[tuple[str, Iterable[str]]], margin: int = 0) -> None:
    """Rows of a label and lines beside it, the lines aligned."""
    rows = list(rows)
    widest = max(len(label) for label, _ in rows)
    indent = margin + (widest + 2 if widest else 0)
    for label, lines in rows:
        lead = " " * margin + label
        for line in lines:
            write(to, Text(printable(line)), indent, lead)
            lead = ""
