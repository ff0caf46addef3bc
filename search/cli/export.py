"""How is everything that was found written as a table? CSV with one article a row, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable

from search.article import Article
from search.cli.output import encodable
from search.wording import names

COLUMNS = ("id", "title", "date", "date_precision", "agency", "publisher", "place", "participants", "mentioned", "url", "source", "path")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value: str | None) -> str:
    """A value as a cell. A spreadsheet would run one that begins like a formula: an apostrophe before it makes it text.

    The rule is OWASP's: https://owasp.org/www-community/attacks/CSV_Injection.
    """
    text = encodable(value or "")
    return f"'{text}" if text.startswith(_FORMULA) else text


def row(article: Article) -> list[str]:
    """The cells of an article, one for each of `COLUMNS`; several names in a cell are set apart by semicolons."""
    people = {"participants": article.participants, "mentioned": article.mentioned}
    agencies = "; ".join(article.agencies) or article.agency
    values = [
        "; ".join(names([p]) for p in people[column]) if column in people else agencies if column == "agency" else getattr(article, column)
        for column in COLUMNS
    ]
    return [cell(value) for value in values]


def write_csv(articles: Iterable[Article]) -> None:
    """Write the table to stdout as the articles come."""
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(COLUMNS)
    for article in articles:
        table.writerow(row(article))
