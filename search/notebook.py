"""How do results look in a notebook? One piece of HTML, everything escaped, no style sheet needed."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from search.wording import INCOMPLETE, UPDATING, corrections, count, explained, most_words, score

if TYPE_CHECKING:
    from search.results import Hit, Marked, Results


def results_html(results: Results) -> str:
    """Total, notes and hits of a search as HTML: what was not understood, what may have been meant, what was searched where that was asked for."""
    from search.results import OrMore

    total = "not run" if results.total is None else count(results.total if results.complete else OrMore(results.total), "article")
    first, last = results.start + 1, results.start + len(results.hits)
    shown = f", {first}–{last} shown" if results.hits and results.total != len(results.hits) else ""
    notes = [escape(problem.message) for problem in results.problems]
    if not results.complete:
        notes.append(escape(INCOMPLETE))
    if results.updating:
        notes.append(escape(UPDATING))
    if results.most_words:
        notes.append(escape(most_words(results)))
    if results.suggestions:
        offered = (f"<code>{_pieces(one, 'b')}</code>" for one in corrections(results))
        notes.append(f"Did you mean {' or '.join(offered)}?")
    said = "".join(f"<p><em>{note}</em></p>" for note in notes)
    rows = "".join(f"<tr><td><code>{escape(part)}</code></td><td>{'<br>'.join(map(escape, lines))}</td></tr>" for part, lines in explained(results))
    hits = "".join(_hit(hit) for hit in results.hits)
    head = f"<p><strong>{total}</strong> for <code>{escape(results.canonical)}</code>{shown}</p>"
    return f'<div>{head}{said}{f"<table>{rows}</table>" if rows else ""}<ol start="{first}">{hits}</ol></div>'


def _hit(hit: Hit) -> str:
    credit = f"{hit.agency} via {hit.publisher}" if hit.agency and hit.publisher else hit.agency or hit.publisher
    people = ", ".join(person.name for person in hit.participants)
    facts = " · ".join(escape(fact) for fact in (hit.date or "undated", credit, people) if fact)
    snippets = " … ".join(_marked(snippet) for snippet in hit.snippets)
    headline = f"<strong>{_marked(hit.headline)}</strong><br><small>{facts}</small>"
    scored = f"<br><small>score {escape(score(hit))}</small>" if hit.scores else ""
    return f"<li>{headline}<br>{snippets}<br><small><code>{escape(hit.id)}</code></small>{scored}</li>"


def _marked(text: Marked) -> str:
    return _pieces(text.parts(), "mark")


def _pieces(pieces: list[tuple[str, bool]], tag: str) -> str:
    """Pieces of a text, those that are marked in an element."""
    return "".join(f"<{tag}>{escape(piece)}</{tag}>" if marked else escape(piece) for piece, marked in pieces)
