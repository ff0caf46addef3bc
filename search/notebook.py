"""How do results look in a notebook? One piece of HTML, everything escaped, no style sheet needed."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search.results import Hit, Marked, Results


def results_html(results: Results) -> str:
    """Total, problems and hits of a search as HTML."""
    total = "not run" if results.total is None else f"{results.total:,} {'article' if results.total == 1 else 'articles'}"
    first, last = results.start + 1, results.start + len(results.hits)
    shown = f", {first}–{last} shown" if results.hits and results.total != len(results.hits) else ""
    problems = "".join(f"<p><em>{escape(problem.message)}</em></p>" for problem in results.problems)
    hits = "".join(_hit(hit) for hit in results.hits)
    head = f"<p><strong>{total}</strong> for <code>{escape(results.canonical)}</code>{shown}</p>"
    return f'<div>{head}{problems}<ol start="{first}">{hits}</ol></div>'


def _hit(hit: Hit) -> str:
    credit = f"{hit.agency} via {hit.publisher}" if hit.agency and hit.publisher else hit.agency or hit.publisher
    people = ", ".join(person.name for person in hit.participants)
    facts = " · ".join(escape(fact) for fact in (hit.date or "undated", credit, people) if fact)
    snippets = " … ".join(_marked(snippet) for snippet in hit.snippets)
    headline = f"<strong>{_marked(hit.headline)}</strong><br><small>{facts}</small>"
    return f"<li>{headline}<br>{snippets}<br><small><code>{escape(hit.id)}</code></small></li>"


def _marked(text: Marked) -> str:
    return "".join(f"<mark>{escape(piece)}</mark>" if marked else escape(piece) for piece, marked in text.parts())
