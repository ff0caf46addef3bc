"""How do results look on a terminal? Hits and facets as calm, aligned text; matched words in colour, or between « and » without it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from search.cli.output import printable, write
from search.results import Facet, FacetValue, Hit, Marked, OrMore, Results
from search.wording import FACET_NAMES, NOT_GIVEN, UNDATED, about, begun, count, date_in_words, explained, names, score, searched, short

if TYPE_CHECKING:
    from rich.console import Console

    from search.article import Article

MARK = "bold magenta"


def marked(piece: Marked, to: Console, style: str = "") -> Text:
    """A piece of an article with its marks: in colour where there is colour, else between « and »."""
    text = Text(style=style)
    if piece.before:
        text.append("… ")
    for part, hit in piece.parts():
        shown = printable(part)
        if not hit:
            text.append(shown)
        elif to.is_terminal:
            text.append(shown, MARK)
        else:
            text.append(f"«{shown}»")
    if piece.after and not piece.text.rstrip().endswith((".", "!", "?", "”", "…")):
        text.append("…")
    return text


def show_results(to: Console, results: Results, asked: Sequence[str]) -> None:
    """The total, then the page of hits, then where further ones are. `asked` is what was searched, in words."""
    total = results.total or 0
    found = begun(count(total if results.complete else OrMore(total), "article"))
    heading = Text(found if total or not results.complete else "No articles", style="bold")
    if asked:
        heading.append(": " + printable(" · ".join(asked)), style="not bold")
    write(to, heading)
    if results.explanation:
        _show_explanation(to, results)
    last = results.start + len(results.hits)
    indent = len(str(last)) + 3
    for number, hit in enumerate(results.hits, results.start + 1):
        to.print()
        _show_hit(to, hit, f"{number:>{indent - 2}}  ", indent)
    if results.hits and (results.start or last < total):
        to.print()
        further = f"; --page {results.page + 1} shows the next" if last < total else ""
        of = total if results.complete else OrMore(total)
        write(to, Text(f"{results.start + 1:,} to {last:,} of {of:,}{further}", style="dim"))


def _show_explanation(to: Console, results: Results) -> None:
    """The query as it was understood, then each of its parts beside what it stands for."""
    rows = [("query", [searched(results)]), *explained(results)]
    beside = min(max(cell_len(printable(part)) for part, _ in rows), to.width // 3) + 4
    to.print()
    for part, lines in rows:
        first = f"  {printable(part)}"
        if cell_len(first) > beside - 2:
            write(to, Text(printable(part)), 2)
            first = ""
        for line in lines:
            write(to, Text(printable(line)), beside, first)
            first = ""


def show_similar(to: Console, article: Article, hits: Sequence[Hit]) -> None:
    """The articles that are like one: a line for each, with when, whose and where below it."""
    heading = Text("Like" if hits else "Nothing is like", style="bold")
    heading.append(f": {printable(article.lead)}", style="not bold")
    write(to, heading)
    indent = len(str(len(hits))) + 3
    for number, hit in enumerate(hits, 1):
        to.print()
        write(to, marked(hit.headline, to, style="bold"), indent, f"{number:>{indent - 2}}  ")
        write(to, Text(printable(about(hit))), indent)
        write(to, Text(printable(f"{hit.id}  {hit.source}/{hit.path}"), style="dim"), indent)


def _show_hit(to: Console, hit: Hit, number: str, indent: int) -> None:
    write(to, marked(hit.headline, to, style="bold"), indent, number)
    write(to, Text(printable(about(hit))), indent)
    if hit.participants:
        write(to, Text(printable(names(hit.participants)), style="italic"), indent)
    for snippet in hit.snippets:
        write(to, marked(snippet, to), indent)
    write(to, Text(printable(f"{hit.id}  {hit.source}/{hit.path}"), style="dim"), indent)
    if hit.scores:
        write(to, Text(printable(score(hit)), style="dim"), indent + 6, f"{'':{indent}}score")


def show_facets(to: Console, facets: Iterable[Facet], find: str = "", start: int | None = None, *, complete: bool = True) -> None:
    """Each facet as a table of values and counts; “+” stands before a selected value, “-” before an excluded one.

    Where they are not `complete`, “12+” is 12 or more.
    With `find`, the facets have only values with that; with `start`, so many values stand before those that are shown.
    """
    for facet in facets:
        rows = list(_rows(facet.values, 0, dates=facet.field == "date"))
        missing = facet.missing
        if not find and not start and (missing.count or missing.selected or missing.excluded):
            rows.append((_sign(missing.selected, missing.excluded), 0, UNDATED if facet.field == "date" else NOT_GIVEN, missing.count))
        to.print()
        heading = Text(FACET_NAMES[facet.field], style="bold")
        if find:
            heading.append(f" with “{printable(find)}”", style="not bold")
        write(to, heading)
        counts = [short(number if complete else OrMore(number)) for *_, number in rows]
        numbers = max(map(len, counts), default=1)
        for (sign, depth, label, _), number in zip(rows, counts, strict=True):
            write(to, Text(printable(label)), 6 + numbers + 2 * depth, f"{sign:>2}  {number:>{numbers}}")
        if facet.more:
            where = "--limit shows them" if start is None else f"--start {start + len(facet.values)} shows the next"
            write(to, Text(f"{facet.more:,} more; {where}", style="dim"), 4)
        if not rows and not facet.more:
            write(to, Text("no values", style="dim"), 4)


def _rows(values: Iterable[FacetValue], depth: int, *, dates: bool) -> Iterator[tuple[str, int, str, int]]:
    for value in values:
        yield _sign(value.selected, value.excluded), depth, date_in_words(value.value) if dates else value.label, value.count
        yield from _rows(value.children or (), depth + 1, dates=dates)


def _sign(selected: bool, excluded: bool) -> str:
    return "-" if excluded else "+" if selected else ""
